//! One request through parsing, its handler, and rendering.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use http::header::{ALLOW, CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use hyper::body::Incoming;

use super::body::{Payload, ResponseBody};
use super::context::Context;
use super::error::{self, Rejection, render};
use super::flow::Flow;
use super::incoming::RequestBody;
use super::record::Recorder;
use super::state::Signer;
use super::turn::Turns;
use super::{base, blob, catalog, header, manifest, referrer, tag, upload};
use crate::protocol::{self, RequestError, allowed_methods};
use crate::registry::Registry;
use crate::server::ServerOptions;

/// What all requests of a server share.
#[derive(Debug)]
pub(crate) struct Service {
    registry: Arc<dyn Registry>,
    options: ServerOptions,
    signer: Option<Signer>,
    turns: Turns,
    requests: AtomicU64,
}

impl Service {
    /// A service for `registry` under `options`.
    pub(crate) fn new(registry: Arc<dyn Registry>, options: ServerOptions) -> Self {
        let signer = options.secret.as_deref().and_then(Signer::new);
        #[cfg(feature = "faults")]
        let registry = options.faults.wrap(registry);
        Self { registry, options, signer, turns: Turns::default(), requests: AtomicU64::new(0) }
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
        let (head, body) = request.into_parts();
        #[cfg(feature = "faults")]
        let head = self.options.faults.edited_head(head);
        let mut response = self.dispatch(&head, body, &flow).await.unwrap_or_else(render);
        self.complete(&head, &mut response);
        #[cfg(feature = "faults")]
        let mut response = super::deviation::respond(&self.options.faults, &head, response).await?;
        let recorder = self.options.observer.clone().map(|observer| {
            let id = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
            Box::new(Recorder::new(observer, id, head, remote, started, &mut response))
        });
        Ok(response.map(|payload| ResponseBody::new(payload, recorder, in_flight)))
    }

    /// What every response has.
    fn complete(&self, head: &Parts, response: &mut Response<Payload>) {
        if head.method == Method::HEAD && response.body().len() > 0 {
            let length = HeaderValue::from(response.body().len());
            response.headers_mut().insert(CONTENT_LENGTH, length);
            *response.body_mut() = Payload::Empty;
        }
        // An operation that is switched off is no method of the resource. Source: RFC 9110, section 15.5.6.
        if response.status() == StatusCode::METHOD_NOT_ALLOWED && !response.headers().contains_key(ALLOW) {
            let all = self.path(&head.uri).and_then(|path| allowed_methods(path.path())).unwrap_or_default();
            let others: Vec<_> = all.split(", ").filter(|method| *method != head.method.as_str()).collect();
            response.headers_mut().insert(ALLOW, header::value(others.join(", ")));
        }
        let headers = response.headers_mut();
        headers.insert(header::API_VERSION, HeaderValue::from_static("registry/2.0"));
        for (name, value) in &self.options.headers {
            headers.append(name, value.clone());
        }
    }

    /// The request target without the configured prefix; `None` when it does not begin with it.
    fn path<'a>(&self, uri: &'a Uri) -> Option<std::borrow::Cow<'a, Uri>> {
        let prefix = self.options.prefix.trim_end_matches('/');
        if prefix.is_empty() {
            return Some(std::borrow::Cow::Borrowed(uri));
        }
        let rest = uri.path_and_query()?.as_str().strip_prefix(prefix)?;
        rest.parse().ok().map(std::borrow::Cow::Owned)
    }

    async fn dispatch(&self, head: &Parts, body: Incoming, flow: &Arc<Flow>) -> Result<Response<Payload>, Rejection> {
        let body = RequestBody::new(body, self.options.limits.receive_timeout, flow.clone());
        #[cfg(feature = "faults")]
        let body = body.short(self.options.faults.wire(crate::fault::Wire::ShortBody));
        if head.headers.contains_key(TRANSFER_ENCODING) && flow.saw_length() {
            return Err(error::ambiguous_length());
        }
        if !header::one_host(head) {
            return Err(error::bad_host());
        }
        if head.method == Method::OPTIONS {
            let allow = if head.uri.path() == "*" {
                Some("GET, HEAD")
            } else {
                self.path(&head.uri).and_then(|uri| allowed_methods(uri.path()))
            };
            return allow.map(base::options).ok_or_else(|| RequestError::Route.into());
        }
        let request = self
            .path(&head.uri)
            .ok_or(RequestError::Route)
            .and_then(|uri| protocol::Request::parse(&head.method, &uri, &head.headers));
        let context = Context {
            registry: &*self.registry,
            options: &self.options,
            signer: self.signer.as_ref(),
            turns: &self.turns,
            head,
        };
        #[cfg(feature = "faults")]
        if !self.options.faults.is_empty() {
            return super::deviation::handle(&self.options.faults, context, request, body).await;
        }
        run(context, request, body).await
    }
}

/// Handles what came of parsing a request.
pub(super) async fn run(
    context: Context<'_>,
    request: Result<protocol::Request, RequestError>,
    body: RequestBody,
) -> Result<Response<Payload>, Rejection> {
    match request {
        Ok(request) => handle(context, request, body).await,
        Err(RequestError::ChunkRange { session }) => Err(upload::bad_range(context, *session).await),
        Err(error) => {
            // A client that waits for leave to send its body has not sent one.
            if !context.head.headers.contains_key(EXPECT) {
                body.drain().await;
            }
            Err(error.into())
        }
    }
}

/// The handler of a request.
async fn handle(
    context: Context<'_>,
    request: protocol::Request,
    body: RequestBody,
) -> Result<Response<Payload>, Rejection> {
    use protocol::Request;
    match request {
        Request::Base => Ok(base::get()),
        Request::Manifest { name, reference, head, conditions } => {
            manifest::get(context, name, reference, head, conditions).await
        }
        Request::PutManifest { name, reference, tags, media_type, conditions } => {
            let push = manifest::Push { name, reference, tags, media_type, conditions };
            manifest::put(context, push, body).await
        }
        Request::DeleteManifest { name, reference } => tag::delete_reference(context, name, reference).await,
        Request::Blob { name, digest, head: true, conditions, .. } => {
            blob::head(context, name, digest, conditions).await
        }
        Request::Blob { name, digest, ranges, conditions, .. } => {
            blob::get(context, name, digest, ranges, conditions).await
        }
        Request::DeleteBlob { name, digest } => blob::delete(context, name, digest).await,
        Request::StartUpload { name, algorithm } => upload::start(context, name, algorithm).await,
        Request::PutBlob { name, digest } => upload::put_blob(context, name, digest, body).await,
        Request::Mount { name, digest, from } => upload::mount(context, name, digest, from).await,
        Request::UploadStatus(session) => upload::status(context, session).await,
        Request::AppendUpload { session, range } => upload::append(context, session, range, body).await,
        Request::FinishUpload { session, digest, range } => upload::finish(context, session, digest, range, body).await,
        Request::CancelUpload(session) => upload::cancel(context, session).await,
        Request::Tags { name, page } => tag::list(context, name, page).await,
        Request::DeleteTag { name, tag } => tag::delete(context, name, tag).await,
        Request::Referrers { name, subject, artifact_type, page } => {
            referrer::list(context, name, subject, artifact_type, page).await
        }
        Request::Catalog { page } => catalog::list(context, page).await,
    }
}
