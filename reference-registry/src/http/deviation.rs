//! Where faults take hold of requests and responses.

use std::future::poll_fn;
use std::io;

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{HeaderValue, Method, Response};

use super::body::Payload;
use super::context::Context;
use super::error::{Rejection, render};
use super::incoming::RequestBody;
use super::service::run;
use crate::fault::{Fate, FaultSet, Reply, Seen};
use crate::protocol::{Request, RequestError};

/// Travels with a response from [`handle`] to [`respond`].
#[derive(Debug, Clone)]
struct Handled(Request);

/// Handles a request as the faults want it.
pub(crate) async fn handle(
    faults: &FaultSet,
    context: Context<'_>,
    request: Result<Request, RequestError>,
    body: RequestBody,
) -> Result<Response<Payload>, Rejection> {
    let request = request.map(|mut request| {
        faults.edit_request(&mut request);
        request
    });
    let handled = request.as_ref().ok().cloned();
    let seen = Seen { head: context.head, request: handled.as_ref() };
    let mut response = match faults.answer(&seen) {
        Some(reply) => {
            body.drain().await;
            into_response(reply, Response::new(()).into_parts().0)
        }
        None => run(context, request, body).await.unwrap_or_else(render),
    };
    if let Some(request) = handled {
        faults.after(context.registry, &request, response.status()).await;
        response.extensions_mut().insert(Handled(request));
    }
    Ok(response)
}

/// Edits a response that is about to leave. An error ends the connection without a response.
pub(crate) async fn respond(
    faults: &FaultSet,
    head: &Parts,
    response: Response<Payload>,
) -> Result<Response<Payload>, io::Error> {
    if !faults.edits_responses() {
        return Ok(response);
    }
    let (mut parts, payload) = response.into_parts();
    let handled = parts.extensions.remove::<Handled>();
    let mut reply = Reply {
        status: parts.status,
        headers: std::mem::take(&mut parts.headers),
        body: whole(payload).await?,
        fate: Fate::Whole,
    };
    let seen = Seen { head, request: handled.as_ref().map(|handled| &handled.0) };
    faults.edit_response(&seen, &mut reply);
    if reply.fate == Fate::HangUp {
        return Err(io::Error::other("a fault hangs up"));
    }
    let is_head = head.method == Method::HEAD;
    if (is_head && !reply.body.is_empty()) || (!is_head && reply.headers.contains_key(CONTENT_LENGTH)) {
        reply.headers.insert(CONTENT_LENGTH, HeaderValue::from(reply.body.len()));
    }
    if is_head {
        reply.body.clear();
    }
    Ok(into_response(reply, parts))
}

/// All of a payload. Faults see whole bodies: they are for tests, whose blobs fit in memory.
async fn whole(payload: Payload) -> Result<Bytes, io::Error> {
    match payload {
        Payload::Parts(mut parts) => {
            let mut body = BytesMut::new();
            while let Some(bytes) = poll_fn(|context| parts.poll_next(context)).await {
                body.extend_from_slice(&bytes?);
            }
            Ok(body.freeze())
        }
        Payload::Bytes(bytes) | Payload::Cut { bytes, .. } => Ok(bytes),
        Payload::Empty => Ok(Bytes::new()),
    }
}

fn into_response(reply: Reply, mut parts: http::response::Parts) -> Response<Payload> {
    parts.status = reply.status;
    parts.headers = reply.headers;
    let payload = match reply.fate {
        Fate::Cut(length) if length < reply.body.len() => {
            Payload::Cut { bytes: reply.body.slice(..length), claimed: reply.body.len() as u64 }
        }
        _ if reply.body.is_empty() => Payload::Empty,
        _ => Payload::Bytes(reply.body),
    };
    Response::from_parts(parts, payload)
}
