//! The base of the API, and questions about methods.

use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};

use super::body::Payload;
use super::context::respond;

/// Says that this is a registry (`end-1`).
pub(crate) fn get() -> Response<Payload> {
    let mut response = respond(StatusCode::OK, Payload::Bytes(bytes::Bytes::from_static(b"{}")));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Says which methods a resource knows. Source: RFC 9110, section 9.3.7.
pub(crate) fn options(allow: &'static str) -> Response<Payload> {
    let mut response = respond(StatusCode::NO_CONTENT, Payload::Empty);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
    response
}
