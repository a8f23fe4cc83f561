//! The wire: connections, and the translation between HTTP and [`registry`](crate::registry) calls.
//!
//! [`connection`](self) code drives hyper over a transport that keeps time; `service` takes one request through
//! parsing, one handler and rendering; each resource has its handlers in a file of its own.

mod base;
mod blob;
mod body;
mod catalog;
mod connection;
mod context;
mod deadline;
#[cfg(feature = "faults")]
mod deviation;
mod error;
mod flow;
mod header;
mod incoming;
mod location;
mod manifest;
mod observe;
mod record;
mod referrer;
mod refusal;
mod service;
mod state;
mod tag;
#[cfg(feature = "faults")]
mod tamper;
mod transport;
mod turn;
mod upload;

pub use observe::{AccessRecord, Failure, Observer};

pub(crate) use connection::{Connections, Phase};
