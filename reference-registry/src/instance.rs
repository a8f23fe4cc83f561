//! A whole registry, assembled from a configuration.

use std::sync::Arc;
use std::time::Duration;

use crate::config::{Config, Level, StorageDriver};
use crate::engine::{Engine, EngineOptions};
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

impl Instance {
    /// Starts a registry that logs nothing. Must be called inside a Tokio runtime.
    pub async fn start(config: Config) -> Result<Self, InstanceError> {
        Self::start_logging(config, Logger::silent()).await
    }

    /// Starts a registry that logs to `logger`, which was made from the same configuration.
    pub async fn start_logging(config: Config, logger: Logger) -> Result<Self, InstanceError> {
        let driver = driver(&config.storage.driver)?;
        let options = EngineOptions { delete_enabled: config.storage.delete.enabled, ..EngineOptions::default() };
        let engine = Engine::new(driver.clone(), options);
        let drain = config.http.draintimeout;
        let server = Server::start(Arc::new(engine), server_options(config, &logger)).await?;
        let instance = Self { server, logger, drain };
        instance.introduce(driver.name());
        Ok(instance)
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

    /// Says what was started, and what an operator should know about it.
    fn introduce(&self, driver: &str) {
        let message = format!("listening on {}", self.server.addr());
        self.logger.log(
            Level::Info,
            &message,
            &[("storage", Field::Text(driver)), ("version", Field::Text(env!("CARGO_PKG_VERSION")))],
        );
        self.logger.say(Level::Warn, "no authentication: this registry is open to everyone who can reach it");
    }
}

fn driver(driver: &StorageDriver) -> Result<Arc<dyn Driver>, OpenError> {
    Ok(match driver {
        StorageDriver::Inmemory => Arc::new(Memory::new()),
        StorageDriver::Filesystem(filesystem) => Arc::new(Filesystem::open(&filesystem.rootdirectory)?),
    })
}

fn server_options(config: Config, logger: &Logger) -> ServerOptions {
    let http = config.http;
    let secret = http.secret.as_ref().map_or_else(|| generated_secret(logger), |secret| secret.expose().into());
    ServerOptions {
        address: http.addr.to_string(),
        host: http.host.map(String::from),
        prefix: http.prefix.as_ref().map_or_else(String::new, |prefix| prefix.as_str().to_owned()),
        relative_urls: http.relativeurls,
        secret: Some(secret),
        headers: http.headers,
        h2c: http.h2c.enabled,
        observer: Some(Arc::new(AccessLog::new(logger.clone()))),
        ..ServerOptions::default()
    }
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
