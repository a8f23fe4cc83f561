//! When no response came.

use std::error::Error as _;
use std::fmt::Write as _;

/// What kept a response from coming.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportKind {
    /// No connection: refused, unreachable, unknown host, failed TLS handshake.
    Connect,
    /// The deadline passed.
    Timeout,
    /// The connection broke, or what came was not HTTP.
    Broken,
    /// The response was larger than the client was ready to read.
    TooLarge,
    /// The request could not be built.
    Request,
}

/// No response, or not all of it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct TransportError {
    /// What happened.
    pub kind: TransportKind,
    /// What happened, in words, with every cause.
    pub message: String,
    /// The recorded exchange, by its place in the session.
    pub exchange: Option<usize>,
}

impl TransportError {
    pub(super) fn from_reqwest(error: &reqwest::Error) -> Self {
        let kind = if error.is_builder() || error.is_request() && error.source().is_none() {
            TransportKind::Request
        } else if error.is_connect() {
            TransportKind::Connect
        } else if error.is_timeout() {
            TransportKind::Timeout
        } else {
            TransportKind::Broken
        };
        // reqwest's own words repeat the URL and say little; the causes say it all.
        let mut message = match kind {
            TransportKind::Connect => String::from("no connection"),
            TransportKind::Timeout => String::from("no answer in time"),
            TransportKind::Request => String::from("the request could not be built"),
            TransportKind::Broken | TransportKind::TooLarge => String::from("the connection broke"),
        };
        let mut cause = error.source();
        let mut last = String::new();
        while let Some(error) = cause {
            let text = error.to_string();
            if text != last && text != "client error (Connect)" && text != "client error (SendRequest)" {
                let _ = write!(message, ": {text}");
            }
            last = text;
            cause = error.source();
        }
        Self { kind, message, exchange: None }
    }
}
