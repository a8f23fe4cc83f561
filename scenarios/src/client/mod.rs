//! The recording HTTP client.
//!
//! It sends what it is told and nothing else: no retries, no decompression, no redirects but those it is asked to
//! follow, and those one at a time, each recorded. Every request has a deadline.

mod error;
mod options;
mod request;
mod response;
mod session;
mod tls;

pub use error::{TransportError, TransportKind};
pub use options::{Client, ClientError, ClientOptions};
pub use request::Request;
pub use response::Response;
pub use session::Session;
pub(crate) use tls::tls_config;
