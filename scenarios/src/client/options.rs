//! The client and its settings.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::Session;

/// How to reach a registry.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// The registry's base URL, without `/v2/`.
    pub base: Url,
    /// The deadline of one request, from the first byte sent to the last received.
    pub timeout: Duration,
    /// The most bytes of a response body that are read.
    pub max_body: u64,
    /// Whether TLS certificates are believed unseen.
    pub insecure: bool,
}

impl ClientOptions {
    /// The usual settings: 30 s, 256 MiB, certificates checked.
    pub fn new(base: Url) -> Self {
        Self { base, timeout: Duration::from_secs(30), max_body: 256 << 20, insecure: false }
    }
}

/// A client that could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up: {0}")]
pub struct ClientError(String);

/// A connection pool to one registry. Cheap to clone; sessions share it.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) http: reqwest::Client,
    pub(super) options: Arc<ClientOptions>,
}

impl Client {
    /// A client for the registry of `options`.
    pub fn new(options: ClientOptions) -> Result<Self, ClientError> {
        let tls = super::tls_config(options.insecure).map_err(ClientError)?;
        let http = reqwest::Client::builder()
            .user_agent(concat!("plimsoll/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .timeout(options.timeout)
            .connect_timeout(options.timeout.min(Duration::from_secs(10)))
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .build()
            .map_err(|error| ClientError(error.to_string()))?;
        Ok(Self { http, options: Arc::new(options) })
    }

    /// How the registry is reached.
    pub fn options(&self) -> &ClientOptions {
        &self.options
    }

    /// A new session with a record of its own.
    pub fn session(&self) -> Session {
        Session::new(self.clone())
    }
}
