//! Where a fault can take hold.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::Value;

use crate::error::{Code, Error};
use crate::protocol::Request;
use crate::registry::Registry;

/// One place where a fault takes hold.
#[derive(Clone, Copy)]
pub enum Hook {
    /// Edits the head of a request before it is parsed.
    Head(fn(&mut Parts)),
    /// Edits a request before it is handled.
    Request(fn(&mut Request)),
    /// Answers in place of the registry; `None` leaves the request to it.
    Answer(fn(&Seen<'_>) -> Option<Reply>),
    /// Runs when a request has been handled, before its response leaves.
    After(for<'a> fn(After<'a>) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>),
    /// Edits the response that is about to leave.
    Response(fn(&Seen<'_>, &mut Reply)),
    /// Puts something around the registry when the server starts.
    Registry(fn(Arc<dyn Registry>) -> Arc<dyn Registry>),
    /// Changes how connections are handled.
    Wire(Wire),
    /// Edits bytes that came in before HTTP sees them. Bytes to send may take their place; the connection ends then.
    /// A request without a large body comes in one piece. HTTP/2 is not spoken with such a fault.
    Received(fn(&mut Vec<u8>) -> Option<Vec<u8>>),
    /// Edits bytes that are about to leave; the head of a response begins a piece.
    Sent(fn(&mut Vec<u8>)),
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Head(_) => "Head",
            Self::Request(_) => "Request",
            Self::Answer(_) => "Answer",
            Self::After(_) => "After",
            Self::Response(_) => "Response",
            Self::Registry(_) => "Registry",
            Self::Wire(_) => "Wire",
            Self::Received(_) => "Received",
            Self::Sent(_) => "Sent",
        })
    }
}

/// Misbehaviour of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// The head of a request may take for ever.
    NoHeadTimeout,
    /// A request body that ends early is taken as it is.
    ShortBody,
}

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The head as it came, after any [`Hook::Head`].
    pub head: &'a Parts,
    /// The request; `None` when it could not be parsed.
    pub request: Option<&'a Request>,
}

/// A request that has been handled.
#[derive(Debug, Clone, Copy)]
pub struct After<'a> {
    /// The registry.
    pub registry: &'a dyn Registry,
    /// The request.
    pub request: &'a Request,
    /// The status it is answered with.
    pub status: StatusCode,
}

/// How a response is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// To its end.
    Whole,
    /// This many bytes of the body, then the connection ends.
    Cut(usize),
    /// Not at all: the connection ends.
    HangUp,
}

/// A response in the hands of a fault.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The header fields; `Content-Length` follows the body, except in the answer to HEAD, which has no body.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How it is sent.
    pub fate: Fate,
}

impl Reply {
    /// An empty response.
    pub fn new(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new(), fate: Fate::Whole }
    }

    /// An error in its envelope.
    pub fn error(code: Code, status: StatusCode) -> Self {
        let mut reply = Self::new(status);
        reply.become_error(code, status);
        reply
    }

    /// Becomes an error; header fields that speak of the content are gone.
    pub fn become_error(&mut self, code: Code, status: StatusCode) {
        let error = Error::new(code).status(status);
        let entry = serde_json::json!({ "code": error.code.row().name, "message": error.message });
        let envelope = serde_json::json!({ "errors": [entry] });
        self.status = status;
        for name in [header::LOCATION, header::ETAG, header::LINK, header::CONTENT_RANGE, header::RANGE] {
            self.headers.remove(name);
        }
        self.headers.remove("docker-content-digest");
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.body = envelope.to_string().into();
    }

    /// Edits a body of JSON; any other body stays as it is.
    pub fn edit_json(&mut self, edit: impl FnOnce(&mut Value)) {
        if let Ok(mut value) = serde_json::from_slice(&self.body) {
            edit(&mut value);
            self.body = value.to_string().into();
        }
    }

    /// Sets a header field to a text.
    pub fn set(&mut self, name: &'static str, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }

    /// The text of a header field; empty when it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Sends only `bytes` of the body, then ends the connection.
    pub const fn cut(&mut self, bytes: usize) {
        self.fate = Fate::Cut(bytes);
    }

    /// Ends the connection without a response.
    pub const fn hang_up(&mut self) {
        self.fate = Fate::HangUp;
    }
}
