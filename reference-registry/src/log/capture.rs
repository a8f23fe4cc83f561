//! What the other rooms report with `tracing`, as lines of a log.

use std::fmt;

use tracing::field::{Field as Name, Visit};
use tracing::span;
use tracing::{Event, Metadata, Subscriber};

use super::line::Field;
use super::logger::Logger;
use crate::config::Level;

/// Events of these crates are captured; those of libraries are noise.
const TARGETS: &str = "reference_registry";

impl Logger {
    /// Writes what this crate reports with `tracing` to this log, for the whole process. For programs that run one
    /// server. Returns whether nobody else had asked for that before.
    pub fn capture(&self) -> bool {
        tracing::subscriber::set_global_default(Capture(self.clone())).is_ok()
    }
}

/// Takes events and has no use for spans.
struct Capture(Logger);

impl Subscriber for Capture {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with(TARGETS) && self.0.enabled(level(*metadata.level()))
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut collected = Collected::default();
        event.record(&mut collected);
        let fields: Vec<_> =
            collected.fields.iter().map(|(name, value)| (*name, Field::Text(value.as_str()))).collect();
        self.0.log(level(*event.metadata().level()), &collected.message, &fields);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

fn level(level: tracing::Level) -> Level {
    match level {
        tracing::Level::ERROR => Level::Error,
        tracing::Level::WARN => Level::Warn,
        tracing::Level::INFO => Level::Info,
        _ => Level::Debug,
    }
}

#[derive(Default)]
struct Collected {
    message: String,
    fields: Vec<(&'static str, String)>,
}

impl Visit for Collected {
    fn record_debug(&mut self, field: &Name, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            self.fields.push((field.name(), format!("{value:?}")));
        }
    }

    fn record_str(&mut self, field: &Name, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.fields.push((field.name(), value.to_owned()));
        }
    }
}
