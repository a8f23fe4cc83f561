//! Where lines go.

use std::fmt;
use std::io::Write;
use std::sync::Arc;

use parking_lot::Mutex;

use super::line::{Field, Line};
use crate::config::{Level, Log};

/// The log of one instance; clones write to the same place.
#[derive(Clone)]
pub struct Logger(Arc<Inner>);

struct Inner {
    settings: Log,
    sink: Mutex<Box<dyn Write + Send>>,
}

impl fmt::Debug for Logger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logger").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl Logger {
    /// A log with its own sink. Each line is one `write`; a sink that fails loses the line and nothing else.
    pub fn new(settings: Log, sink: Box<dyn Write + Send>) -> Self {
        Self(Arc::new(Inner { settings, sink: Mutex::new(sink) }))
    }

    /// A log on the standard error stream, where Docker Distribution writes.
    pub fn stderr(settings: Log) -> Self {
        Self::new(settings, Box::new(std::io::stderr()))
    }

    /// A log that nobody reads.
    pub fn silent() -> Self {
        Self::new(Log { level: Level::Error, ..Log::default() }, Box::new(std::io::sink()))
    }

    /// Its settings.
    pub fn settings(&self) -> &Log {
        &self.0.settings
    }

    /// Whether lines of this level are written.
    pub fn enabled(&self, level: Level) -> bool {
        level <= self.0.settings.level
    }

    /// Writes one line, when its level is enabled.
    pub fn log(&self, level: Level, message: &str, fields: &[(&str, Field<'_>)]) {
        if !self.enabled(level) {
            return;
        }
        let time = format!("{:.3}", jiff::Timestamp::now());
        let line = Line { time: &time, level, message, common: &self.0.settings.fields, fields };
        let line = line.render(self.0.settings.formatter);
        let mut sink = self.0.sink.lock();
        // A log that cannot be written must not stop the registry, and there is nowhere to say so.
        let _ = sink.write_all(line.as_bytes()).and_then(|()| sink.flush());
    }

    /// Writes a line without fields.
    pub fn say(&self, level: Level, message: &str) {
        self.log(level, message, &[]);
    }
}
