//! The one place where an error becomes a response.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CONNECTION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::body::Payload;
use super::observe::Failure;
use crate::error::{Code, Error};
use crate::protocol::RequestError;
use crate::storage::StorageError;

/// An error, and header fields that go with it.
#[derive(Debug)]
pub(crate) struct Rejection(Box<(Error, HeaderMap)>);

impl Rejection {
    /// An error with header fields of its own.
    pub(crate) fn new(error: Error, headers: HeaderMap) -> Self {
        Self(Box::new((error, headers)))
    }

    /// The error alone.
    pub(crate) fn into_error(self) -> Error {
        self.0.0
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::new(error, HeaderMap::new())
    }
}

impl From<RequestError> for Rejection {
    fn from(error: RequestError) -> Self {
        let message = error.to_string();
        let plain = |code: Code| Error::new(code).message(message.clone());
        match error {
            RequestError::Route => plain(Code::Unsupported).status(StatusCode::NOT_FOUND).into(),
            RequestError::Method { allow } => {
                let mut headers = HeaderMap::new();
                headers.insert(ALLOW, HeaderValue::from_static(allow));
                Self::new(plain(Code::Unsupported), headers)
            }
            RequestError::Name { text, .. } => plain(Code::NameInvalid).detail(json!({ "name": text })).into(),
            RequestError::Digest { text, .. } => plain(Code::DigestInvalid).detail(json!({ "digest": text })).into(),
            RequestError::DigestMissing => plain(Code::DigestInvalid).into(),
            // Docker has TAG_INVALID for it, which is no code of OCI (`D11-157`); this one both texts have.
            RequestError::Tag { text, .. } => plain(Code::ManifestInvalid).detail(json!({ "tag": text })).into(),
            RequestError::NoManifest { text, .. } => {
                plain(Code::ManifestUnknown).detail(json!({ "reference": text })).into()
            }
            RequestError::NoBlob { text, .. } => plain(Code::BlobUnknown).detail(json!({ "digest": text })).into(),
            RequestError::NoUpload { text } => plain(Code::BlobUploadUnknown).detail(json!({ "upload": text })).into(),
            RequestError::ChunkRange { .. } => {
                plain(Code::BlobUploadInvalid).status(StatusCode::RANGE_NOT_SATISFIABLE).into()
            }
            // Docker's code for it is none of OCI's, so it is for Docker's own endpoint alone.
            RequestError::PageSize { text, catalog } => {
                let code = if catalog { Code::PaginationNumberInvalid } else { Code::Unsupported };
                plain(code).status(StatusCode::BAD_REQUEST).detail(json!({ "n": text })).into()
            }
        }
    }
}

/// A condition of the client does not hold. Source: RFC 9110, section 15.5.13.
pub(crate) fn precondition_failed() -> Rejection {
    let error = Error::new(Code::Unsupported).status(StatusCode::PRECONDITION_FAILED);
    error.message("a condition of the request does not hold").into()
}

/// A request whose length is given in two ways. Source: RFC 9112, section 6.1.
pub(crate) fn ambiguous_length() -> Rejection {
    let error = Error::new(Code::Unsupported).status(StatusCode::BAD_REQUEST);
    let mut headers = HeaderMap::new();
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    Rejection::new(error.message("a request has Content-Length or Transfer-Encoding, not both"), headers)
}

/// A request that does not say, or says in two ways, whom it is for. Source: RFC 9112, section 3.2.
pub(crate) fn bad_host() -> Rejection {
    let error = Error::new(Code::Unsupported).status(StatusCode::BAD_REQUEST);
    error.message("a request of HTTP/1.1 has one Host field, with a host and perhaps a port").into()
}

/// Storage failed while a response was being made.
pub(crate) fn storage(error: StorageError) -> Error {
    Error::new(Code::Unknown).source(error)
}

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

impl<'a> Entry<'a> {
    fn of(error: &'a Error) -> Self {
        Self { code: error.code.row().name, message: &error.message, detail: &error.detail }
    }
}

/// The error in its envelope, and what the access log is told.
///
/// Source: `D11-153` to `D11-156`.
pub(crate) fn render(rejection: Rejection) -> Response<Payload> {
    let (error, headers) = *rejection.0;
    let errors = std::iter::once(&error).chain(&error.others).map(Entry::of).collect();
    let body = serde_json::to_vec(&Envelope { errors }).unwrap_or_default();
    let mut response = Response::new(Payload::Bytes(Bytes::from(body)));
    *response.status_mut() = error.status;
    *response.headers_mut() = headers;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.extensions_mut().insert(Cause(Arc::new(Failure::from(error))));
    response
}

/// Travels with a response from [`render`] to the recorder.
#[derive(Debug, Clone)]
pub(crate) struct Cause(pub(crate) Arc<Failure>);

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
