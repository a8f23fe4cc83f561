//! The reference registry as a target.

use reference_registry::config::Config;
use reference_registry::fault::FaultSet;
use reference_registry::instance::{Assembly, Instance};
use scenarios::target::Target;
use url::Url;

/// The reference registry, in memory on a free loopback port, for as long as this value lives.
#[derive(Debug)]
pub struct Embedded {
    url: Url,
    // Stops the registry when it is dropped.
    _instance: Instance,
}

/// Why the embedded registry did not start.
#[derive(Debug, thiserror::Error)]
#[error("the embedded registry did not start: {0}")]
pub struct EmbeddedError(String);

impl Embedded {
    /// Starts it with these faults on; with none it follows the texts. Must be called inside a Tokio runtime.
    pub async fn start(faults: &[&str]) -> Result<Self, EmbeddedError> {
        let faults = FaultSet::parse(faults).map_err(|error| EmbeddedError(error.to_string()))?;
        let mut config = Config::in_memory();
        config.storage.delete.enabled = true;
        let assembly = Assembly::from(config).faults(faults);
        let instance = assembly.start().await.map_err(|error| EmbeddedError(error.to_string()))?;
        let url = Url::parse(&instance.url()).map_err(|error| EmbeddedError(error.to_string()))?;
        Ok(Self { url, _instance: instance })
    }
}

impl Target for Embedded {
    fn name(&self) -> String {
        "embedded".to_owned()
    }

    fn url(&self) -> &Url {
        &self.url
    }
}
