//! The life of a registry that is a process of its own.

use std::io::Write;
use std::path::Path;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::{self, Config, ConfigError, Environment, Level, Loaded};
use crate::instance::{Assembly, Instance, InstanceError};
use crate::log::Logger;

/// Why a process could not serve.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The registry did not start.
    #[error(transparent)]
    Start(#[from] InstanceError),
    /// The process cannot be told of signals.
    #[error("cannot wait for signals: {0}")]
    Signals(std::io::Error),
}

/// The configuration of a process: `path`, or the file that `REGISTRY_CONFIGURATION_PATH` names, or without either
/// [`Config::in_memory`]; with the overrides of `environment`.
pub fn configuration(path: Option<&Path>, environment: &Environment) -> Result<Loaded, ConfigError> {
    match path.or_else(|| environment.configuration_path().map(Path::new)) {
        Some(path) => config::load(path, environment),
        None => config::parse(Config::IN_MEMORY, "the built-in configuration", environment),
    }
}

/// [`configuration`], then [`run`]; one line `listening on URL` goes to `out` when the registry does.
pub async fn serve(path: Option<&Path>, environment: &Environment, mut out: impl Write) -> Result<(), RunError> {
    run(configuration(path, environment)?.into(), |instance| {
        // Nobody may be reading; the registry serves all the same.
        drop(writeln!(out, "listening on {}", instance.url()));
    })
    .await
}

/// Serves until SIGTERM or SIGINT, then drains; a second signal ends it at once. Logs to the standard error stream.
/// `ready` is called once with the running registry.
pub async fn run(assembly: Assembly, ready: impl FnOnce(&Instance)) -> Result<(), RunError> {
    let logger = Logger::stderr(assembly.config().log.clone());
    // Another subscriber in this process keeps what the rooms report; requests are logged all the same.
    let _ = logger.capture();
    // Before anybody knows of the registry, so that no signal finds the process unprepared.
    let mut signals = Signals::new().map_err(RunError::Signals)?;
    let instance = assembly.logger(logger.clone()).start().await?;
    ready(&instance);

    let name = signals.next().await;
    logger.say(Level::Info, &format!("{name}: draining"));
    tokio::select! {
        _ = instance.shutdown() => {}
        name = signals.next() => logger.say(Level::Warn, &format!("{name}: stopping at once")),
    }
    Ok(())
}

/// The signals that end a process.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// The name of the next one.
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
