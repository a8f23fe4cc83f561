//! A whole registry, assembled from a configuration.

use std::sync::Arc;
use std::time::Duration;

use crate::config::{Config, Level, Loaded, StorageDriver, Warning};
use crate::engine::{Engine, EngineOptions};
#[cfg(feature = "faults")]
use crate::fault::FaultSet;
use crate::log::{AccessLog, Field, Logger};
use crate::server::{Server, ServerOptions, StartError};
use crate::storage::{Driver, Filesystem, Memory, OpenError};

/// A running registry: storage, engine, server and log. Dropped, it stops at once.
#[derive(Debug)]
pub struct Instance {
    server: Server,
    logger: Logger,
    drain: Duration,
}

/// Why a registry did not start.
#[derive(Debug, thiserror::Error)]
pub enum InstanceError {
    /// The root directory of the storage cannot be used.
    #[error("storage.filesystem.rootdirectory: {0}")]
    Storage(#[from] OpenError),
    /// The address cannot be listened on.
    #[error("http.addr: {0}")]
    Listen(#[from] StartError),
}

/// A registry that is about to start.
#[derive(Debug)]
pub struct Assembly {
    config: Config,
    warnings: Vec<Warning>,
    logger: Logger,
    #[cfg(feature = "faults")]
    faults: FaultSet,
}

impl From<Config> for Assembly {
    fn from(config: Config) -> Self {
        Loaded { config, warnings: Vec::new() }.into()
    }
}

impl From<Loaded> for Assembly {
    fn from(loaded: Loaded) -> Self {
        Self {
            config: loaded.config,
            warnings: loaded.warnings,
            logger: Logger::silent(),
            #[cfg(feature = "faults")]
            faults: FaultSet::default(),
        }
    }
}

impl Assembly {
    /// The configuration it starts from.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Where it logs; nowhere unless this is called.
    #[must_use]
    pub fn logger(mut self, logger: Logger) -> Self {
        self.logger = logger;
        self
    }

    /// What it does wrong.
    #[cfg(feature = "faults")]
    #[must_use]
    pub fn faults(mut self, faults: FaultSet) -> Self {
        self.faults = faults;
        self
    }

    /// Starts it. Must be called inside a Tokio runtime.
    pub async fn start(self) -> Result<Instance, InstanceError> {
        for warning in &self.warnings {
            self.logger.say(Level::Warn, &warning.to_string());
        }
        let driver = driver(&self.config.storage.driver)?;
        let options = EngineOptions { delete_enabled: self.config.storage.delete.enabled, ..EngineOptions::default() };
        let engine = Engine::new(driver.clone(), options);
        let server = Server::start(Arc::new(engine), self.server_options()).await?;
        self.introduce(&server, driver.name());
        Ok(Instance { server, logger: self.logger, drain: self.config.http.draintimeout })
    }

    /// Says what was started, and what an operator should know about it.
    fn introduce(&self, server: &Server, driver: &str) {
        let message = format!("listening on {}", server.addr());
        let version = env!("CARGO_PKG_VERSION");
        self.logger.log(Level::Info, &message, &[("storage", Field::Text(driver)), ("version", Field::Text(version))]);
        self.logger.say(Level::Warn, "no authentication: this registry is open to everyone who can reach it");
        #[cfg(feature = "faults")]
        if !self.faults.is_empty() {
            let names = self.faults.names().collect::<Vec<_>>().join(",");
            let message = "faults are on: this registry misbehaves on purpose";
            self.logger.log(Level::Warn, message, &[("faults", Field::Text(&names))]);
        }
    }

    fn server_options(&self) -> ServerOptions {
        let http = &self.config.http;
        let secret = http.secret.as_ref();
        ServerOptions {
            address: http.addr.to_string(),
            host: http.host.as_ref().map(ToString::to_string),
            prefix: http.prefix.as_ref().map_or_else(String::new, |prefix| prefix.as_str().to_owned()),
            relative_urls: http.relativeurls,
            secret: Some(secret.map_or_else(|| generated_secret(&self.logger), |secret| secret.expose().into())),
            headers: http.headers.clone(),
            h2c: http.h2c.enabled,
            observer: Some(Arc::new(AccessLog::new(self.logger.clone()))),
            #[cfg(feature = "faults")]
            faults: self.faults.clone(),
            ..ServerOptions::default()
        }
    }
}

impl Instance {
    /// Starts a registry that logs nothing and does nothing wrong; see [`Assembly`] for more. Must be called inside a
    /// Tokio runtime.
    pub async fn start(config: Config) -> Result<Self, InstanceError> {
        Assembly::from(config).start().await
    }

    /// The URL a client on this machine reaches it by, with the prefix if there is one and without a slash at the end.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The address it listens on.
    pub fn addr(&self) -> std::net::SocketAddr {
        self.server.addr()
    }

    /// Its log.
    pub fn logger(&self) -> &Logger {
        &self.logger
    }

    /// Stops taking connections, lets requests in progress finish for at most `http.draintimeout`, and cuts off what
    /// is left. Returns whether every request came to its end.
    pub async fn shutdown(self) -> bool {
        let drained = self.server.shutdown(self.drain).await;
        if drained {
            self.logger.say(Level::Info, "stopped");
        } else {
            let drain = format!("{:?}", self.drain);
            self.logger.log(
                Level::Warn,
                "stopped with requests in progress: they took longer than http.draintimeout",
                &[("draintimeout", Field::Text(&drain))],
            );
        }
        drained
    }
}

fn driver(driver: &StorageDriver) -> Result<Arc<dyn Driver>, OpenError> {
    Ok(match driver {
        StorageDriver::Inmemory => Arc::new(Memory::new()),
        StorageDriver::Filesystem(filesystem) => Arc::new(Filesystem::open(&filesystem.rootdirectory)?),
    })
}

/// A secret for this start only.
fn generated_secret(logger: &Logger) -> Vec<u8> {
    logger.say(
        Level::Warn,
        "no http.secret: made a random one for this start; uploads in progress will not survive a restart or move to \
         another instance; set http.secret or REGISTRY_HTTP_SECRET",
    );
    rand::random::<[u8; 32]>().to_vec()
}
