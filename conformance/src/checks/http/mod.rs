//! What HTTP asks of every server, seen at a registry's endpoints.

pub mod condition;
pub mod connection;
pub mod message;
pub mod method;
