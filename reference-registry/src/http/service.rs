//! One request through parsing, its handler, and rendering.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use hyper::body::Incoming;

use super::body::{Payload, ResponseBody};
use super::error::{Cause, render};
use super::observe::{AccessRecord, Failure, Observer};
use super::transport::Flow;
use crate::error::{Code, Error};
use crate::registry::Registry;
use crate::server::ServerOptions;

/// Docker's mark on every response. Source: Docker's HTTP API V2, "API Version Check".
const API_VERSION: HeaderName = HeaderName::from_static("docker-distribution-api-version");

/// What all requests of a server share.
#[derive(Debug)]
pub(crate) struct Service {
    registry: Arc<dyn Registry>,
    options: ServerOptions,
    requests: AtomicU64,
}

impl Service {
    /// A service for `registry` under `options`.
    pub(crate) fn new(registry: Arc<dyn Registry>, options: ServerOptions) -> Self {
        Self { registry, options, requests: AtomicU64::new(0) }
    }

    /// Answers one request. An error ends the connection without an answer.
    pub(crate) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        remote: SocketAddr,
        flow: Arc<Flow>,
    ) -> Result<Response<ResponseBody>, io::Error> {
        let in_flight = flow.begin();
        let started = Instant::now();
        let (parts, body) = request.into_parts();
        let mut response = self.dispatch(&parts, body).await.unwrap_or_else(render);
        let headers = response.headers_mut();
        headers.insert(API_VERSION, HeaderValue::from_static("registry/2.0"));
        for (name, value) in &self.options.headers {
            headers.append(name, value.clone());
        }
        let recorder = self.options.observer.clone().map(|observer| {
            let id = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
            Box::new(Recorder::new(observer, id, parts, remote, started, &mut response))
        });
        Ok(response.map(|payload| ResponseBody::new(payload, recorder, in_flight)))
    }

    async fn dispatch(&self, parts: &Parts, _body: Incoming) -> Result<Response<Payload>, Error> {
        if parts.uri.path() == "/v2/" {
            let mut response = Response::new(Payload::Bytes("{}".into()));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            return Ok(response);
        }
        let _ = &self.registry;
        Err(Error::new(Code::Unsupported).status(StatusCode::NOT_FOUND))
    }
}

/// Gathers what an [`AccessRecord`] holds, and hands it over when it is dropped.
#[derive(Debug)]
pub(crate) struct Recorder {
    observer: Arc<dyn Observer>,
    id: u64,
    parts: Parts,
    remote: SocketAddr,
    started: Instant,
    first_byte: Instant,
    status: StatusCode,
    response_type: HeaderMap,
    failure: Option<Arc<Failure>>,
    /// Bytes of body handed to the transport.
    pub(crate) written: u64,
    /// Whether all of the body was handed to the transport.
    pub(crate) complete: bool,
}

impl Recorder {
    fn new(
        observer: Arc<dyn Observer>,
        id: u64,
        parts: Parts,
        remote: SocketAddr,
        started: Instant,
        response: &mut Response<Payload>,
    ) -> Self {
        let mut response_type = HeaderMap::new();
        if let Some(value) = response.headers().get(CONTENT_TYPE) {
            response_type.insert(CONTENT_TYPE, value.clone());
        }
        let failure = response.extensions_mut().remove::<Cause>().map(|cause| cause.0);
        Self {
            observer,
            id,
            parts,
            remote,
            started,
            first_byte: Instant::now(),
            status: response.status(),
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
            method: &self.parts.method,
            uri: &self.parts.uri,
            version: self.parts.version,
            headers: &self.parts.headers,
            remote: self.remote,
            status: self.status,
            response_type: self.response_type.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()),
            written: self.written,
            complete: self.complete,
            duration: self.started.elapsed(),
            first_byte: self.first_byte - self.started,
            failure: self.failure.as_deref(),
        });
    }
}
