//! Structured logs with Docker Distribution's field names.
//!
//! Each instance has a [`Logger`] of its own - a sink, a level, a format - so that several servers in one process do
//! not mix their lines. Requests reach it through [`AccessLog`]; what other rooms report with `tracing` reaches it
//! only when a program that runs one server calls [`Logger::capture`].

mod access;
mod capture;
mod line;
mod logger;
mod redact;
mod request_id;

pub use access::AccessLog;
pub use line::Field;
pub use logger::Logger;
pub use redact::redact;
