//! What the server tells about each finished request.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode, Uri, Version};

use crate::error::Code;

/// Somebody who wants to know about finished requests: the access log, a test.
///
/// Called on the connection's task, once for each request, when its response has been handed to the transport or the
/// client has gone away. An observer must not block.
pub trait Observer: Send + Sync + fmt::Debug + 'static {
    /// One request is finished.
    fn finished(&self, record: &AccessRecord<'_>);
}

/// One finished request.
#[derive(Debug, Clone, Copy)]
pub struct AccessRecord<'a> {
    /// A number that no other request of this server has; counts from 1.
    pub id: u64,
    /// The method.
    pub method: &'a Method,
    /// The request target as it was received.
    pub uri: &'a Uri,
    /// The protocol version.
    pub version: Version,
    /// The headers of the request; see the methods for the ones that are logged.
    pub headers: &'a HeaderMap,
    /// The peer of the connection.
    pub remote: SocketAddr,
    /// The status of the response.
    pub status: StatusCode,
    /// The media type of the response.
    pub response_type: Option<&'a str>,
    /// Bytes of response body handed to the transport.
    pub written: u64,
    /// Whether the whole response body was handed to the transport.
    pub complete: bool,
    /// From the request's head to the end of its response.
    pub duration: Duration,
    /// From the request's head to the head of its response.
    pub first_byte: Duration,
    /// What went wrong, when the response is an error.
    pub failure: Option<&'a Failure>,
}

/// Why a response is an error.
#[derive(Debug)]
pub struct Failure {
    /// The code the client was told.
    pub code: Code,
    /// The message the client was told.
    pub message: String,
    /// The facts the client was told, as JSON; empty for none.
    pub detail: String,
    /// What only the log is told; empty for nothing.
    pub cause: String,
}

impl<'a> AccessRecord<'a> {
    /// The `Host` header, or the authority of an HTTP/2 request.
    pub fn host(&self) -> Option<&'a str> {
        self.header("host").or_else(|| self.uri.authority().map(http::uri::Authority::as_str))
    }

    /// The client's name for itself.
    pub fn user_agent(&self) -> Option<&'a str> {
        self.header("user-agent")
    }

    /// The page the request came from.
    pub fn referrer(&self) -> Option<&'a str> {
        self.header("referer")
    }

    /// The media type of the request.
    pub fn content_type(&self) -> Option<&'a str> {
        self.header("content-type")
    }

    /// The id by which the client or a proxy in front knows the request.
    pub fn correlation_id(&self) -> Option<&'a str> {
        self.header("x-request-id").or_else(|| self.header("x-correlation-id"))
    }

    /// The client's address: the first one of `X-Forwarded-For`, then `X-Real-Ip`, then the peer.
    pub fn client(&self) -> String {
        let forwarded = self.header("x-forwarded-for").and_then(|list| list.split(',').next()).map(str::trim);
        match forwarded.filter(|text| !text.is_empty()).or_else(|| self.header("x-real-ip")) {
            Some(address) => address.to_owned(),
            None => self.remote.to_string(),
        }
    }

    fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
