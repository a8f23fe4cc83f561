//! The one place where an error becomes a response.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use serde_json::Value;

use super::body::Payload;
use super::observe::Failure;
use crate::error::{Code, Error};

#[derive(serde::Serialize)]
struct Envelope<'a> {
    errors: Vec<Entry<'a>>,
}

#[derive(serde::Serialize)]
struct Entry<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Value::is_null")]
    detail: &'a Value,
}

impl<'a> From<&'a Error> for Entry<'a> {
    fn from(error: &'a Error) -> Self {
        Self { code: error.code.row().name, message: &error.message, detail: &error.detail }
    }
}

/// The error in its envelope, and what the access log is told.
///
/// Source: `D11-153` to `D11-156`.
pub(crate) fn render(error: Error) -> Response<Payload> {
    let errors = std::iter::once(&error).chain(&error.others).map(Entry::from).collect();
    let body = serde_json::to_vec(&Envelope { errors }).unwrap_or_default();
    let mut response = Response::new(Payload::Bytes(Bytes::from(body)));
    *response.status_mut() = error.status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.extensions_mut().insert(Cause(std::sync::Arc::new(Failure::from(error))));
    response
}

/// Travels with a response from [`render`] to the recorder.
#[derive(Debug, Clone)]
pub(crate) struct Cause(pub(crate) std::sync::Arc<Failure>);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            code: error.code,
            detail: if error.detail.is_null() { String::new() } else { error.detail.to_string() },
            cause: error.source.as_ref().map(ToString::to_string).unwrap_or_default(),
            message: error.message,
        }
    }
}

impl Failure {
    /// Something failed after the head of the response had left.
    pub(crate) fn internal(error: &std::io::Error) -> Self {
        Self {
            code: Code::Unknown,
            message: "the response was cut short".to_owned(),
            detail: String::new(),
            cause: error.to_string(),
        }
    }
}
