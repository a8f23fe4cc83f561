//! What a handler knows besides its request.

use http::header::{CONTENT_TYPE, LINK, LOCATION};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use serde::Serialize;

use super::body::Payload;
use super::header;
use super::location::location;
use super::state::Signer;
use super::turn::Turns;
use crate::protocol::{Digest, Request};
use crate::registry::Registry;
use crate::server::ServerOptions;

/// What a handler knows besides its request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// What is behind the wire.
    pub(crate) registry: &'a dyn Registry,
    /// How the server answers.
    pub(crate) options: &'a ServerOptions,
    /// Signs upload URLs, when there is a secret.
    pub(crate) signer: Option<&'a Signer>,
    /// Turns of writers of manifests.
    pub(crate) turns: &'a Turns,
    /// The head of the request.
    pub(crate) head: &'a Parts,
}

impl Context<'_> {
    /// An empty response that points to `path`.
    pub(crate) fn located(&self, status: StatusCode, path: &str) -> Response<Payload> {
        let mut response = respond(status, Payload::Empty);
        response.headers_mut().insert(LOCATION, location(self.options, self.head, path));
        response
    }

    /// Points to the next page of a list, whose request is `next`. Source: RFC 8288.
    pub(crate) fn link(&self, response: &mut Response<Payload>, next: &Request) {
        let prefix = self.options.prefix.trim_end_matches('/');
        let link = format!("<{prefix}{}>; rel=\"next\"", next.target());
        response.headers_mut().insert(LINK, header::value(link));
    }
}

/// A response with a status and a payload.
pub(crate) fn respond(status: StatusCode, payload: Payload) -> Response<Payload> {
    let mut response = Response::new(payload);
    *response.status_mut() = status;
    response
}

/// A successful response of JSON.
pub(crate) fn json(media_type: &'static str, body: &impl Serialize) -> Response<Payload> {
    // Lists of strings and descriptors always serialise.
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    let mut response = respond(StatusCode::OK, Payload::Bytes(bytes.into()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// Says which content a response is about.
pub(crate) fn set_digest(response: &mut Response<Payload>, digest: &Digest) {
    response.headers_mut().insert(header::CONTENT_DIGEST, header::value(digest.to_string()));
}
