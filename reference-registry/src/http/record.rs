//! Gathers what an observer is told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};

use super::body::Payload;
use super::error::Cause;
use super::observe::{AccessRecord, Failure, Observer};

/// Gathers what an [`AccessRecord`] holds, and hands it over when it is dropped.
#[derive(Debug)]
pub(crate) struct Recorder {
    observer: Arc<dyn Observer>,
    id: u64,
    request: Parts,
    remote: SocketAddr,
    started: Instant,
    first_byte: Instant,
    status: StatusCode,
    response_type: Option<HeaderValue>,
    failure: Option<Arc<Failure>>,
    /// Bytes of body handed to the transport.
    pub(crate) written: u64,
    /// Whether all of the body was handed to the transport.
    pub(crate) complete: bool,
}

impl Recorder {
    /// A recorder for a request whose response is about to leave.
    pub(crate) fn new(
        observer: Arc<dyn Observer>,
        id: u64,
        request: Parts,
        remote: SocketAddr,
        started: Instant,
        response: &mut Response<Payload>,
    ) -> Self {
        let failure = response.extensions_mut().remove::<Cause>().map(|cause| cause.0);
        let response_type = response.headers().get(CONTENT_TYPE).cloned();
        let (status, first_byte) = (response.status(), Instant::now());
        Self {
            observer,
            id,
            request,
            remote,
            started,
            first_byte,
            status,
            response_type,
            failure,
            written: 0,
            complete: false,
        }
    }

    /// The response could not be sent to its end.
    pub(crate) fn failed(&mut self, failure: Failure) {
        self.failure = Some(Arc::new(failure));
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.observer.finished(&AccessRecord {
            id: self.id,
            method: &self.request.method,
            uri: &self.request.uri,
            version: self.request.version,
            headers: &self.request.headers,
            remote: self.remote,
            status: self.status,
            response_type: self.response_type.as_ref().and_then(|value| value.to_str().ok()),
            written: self.written,
            complete: self.complete,
            duration: self.started.elapsed(),
            first_byte: self.first_byte - self.started,
            failure: self.failure.as_deref(),
        });
    }
}
