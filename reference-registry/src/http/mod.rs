//! The wire: connections, and the translation between HTTP and [`registry`](crate::registry) calls.
//!
//! [`connection`](self) code drives hyper over a transport that keeps time; `service` takes one request through
//! parsing, one handler and rendering; each resource has its handlers in a file of its own.

mod body;
mod connection;
mod error;
mod observe;
mod service;
mod transport;

pub use observe::{AccessRecord, Failure, Observer};

pub(crate) use connection::{Connections, Phase};
