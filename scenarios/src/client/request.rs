//! A request in the making.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use url::Url;

use super::{Response, Session, TransportError, TransportKind};
use crate::exchange::{Exchange, RecordedBody, RecordedRequest, RecordedResponse};

const MAX_REDIRECTS: usize = 5;

/// A request in the making; [`send`](Self::send) sends it.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    session: Session,
    method: Method,
    url: Result<Url, String>,
    headers: HeaderMap,
    body: Payload,
    follow: bool,
    timeout: Option<Duration>,
}

#[derive(Debug, Clone)]
enum Payload {
    None,
    Whole(Bytes),
    Streamed(Vec<Bytes>),
}

impl Request {
    pub(super) fn new(session: Session, method: Method, url: Result<Url, String>) -> Self {
        let follow = method == Method::GET || method == Method::HEAD;
        Self { session, method, url, headers: HeaderMap::new(), body: Payload::None, follow, timeout: None }
    }

    /// Adds a header; a name or value that HTTP does not allow makes [`send`](Self::send) fail.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_ref())) {
            (Ok(name), Ok(value)) => {
                self.headers.append(name, value);
            }
            _ => self.url = Err(format!("`{name}` is no header or has no legal value")),
        }
        self
    }

    /// Adds a query parameter, percent-encoded, behind those the URL already has.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        if let Ok(url) = &mut self.url {
            url.query_pairs_mut().append_pair(name, value);
        }
        self
    }

    /// A body of known length.
    pub fn body(mut self, bytes: impl Into<Bytes>) -> Self {
        self.body = Payload::Whole(bytes.into());
        self
    }

    /// A body without a length, sent piece by piece (`Transfer-Encoding: chunked` in HTTP/1.1).
    pub fn streamed(mut self, pieces: Vec<Bytes>) -> Self {
        self.body = Payload::Streamed(pieces);
        self
    }

    /// Takes a redirect as the answer. Only GET and HEAD follow redirects in the first place.
    pub fn without_following(mut self) -> Self {
        self.follow = false;
        self
    }

    /// Another deadline than the client's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends it and reads the whole response.
    pub async fn send(self) -> Result<Response, TransportError> {
        let mut url = match self.url {
            Ok(ref url) => url.clone(),
            Err(message) => {
                return Err(TransportError { kind: TransportKind::Request, message, exchange: None });
            }
        };
        let mut headers = self.headers.clone();
        for _ in 0..=MAX_REDIRECTS {
            let response = self.once(&url, &headers).await?;
            let next = response.header("location").and_then(|location| url.join(location).ok());
            match next {
                Some(next) if self.follow && is_redirect(response.status()) => {
                    if next.host() != url.host() || next.port_or_known_default() != url.port_or_known_default() {
                        headers.remove(header::AUTHORIZATION);
                    }
                    url = next;
                }
                _ => return Ok(response),
            }
        }
        Err(TransportError {
            kind: TransportKind::Broken,
            message: format!("more than {MAX_REDIRECTS} redirects, the last one to {url}"),
            exchange: self.session.exchanges().len().checked_sub(1),
        })
    }

    /// One exchange, recorded.
    async fn once(&self, url: &Url, headers: &HeaderMap) -> Result<Response, TransportError> {
        let client = self.session.client();
        let mut request = client.http.request(self.method.clone(), url.clone()).headers(headers.clone());
        if let Some(timeout) = self.timeout {
            request = request.timeout(timeout);
        }
        let sent = match &self.body {
            Payload::None => RecordedBody::default(),
            Payload::Whole(bytes) => {
                request = request.body(bytes.clone());
                RecordedBody::of(bytes)
            }
            Payload::Streamed(pieces) => {
                let items: Vec<Result<Bytes, std::io::Error>> = pieces.iter().cloned().map(Ok).collect();
                request = request.body(reqwest::Body::wrap_stream(stream::iter(items)));
                RecordedBody::of_pieces(pieces)
            }
        };
        let recorded = RecordedRequest::new(self.method.as_str(), url, headers, sent);
        let started = Instant::now();
        let received = receive(request, client.options.max_body).await;
        let seconds = started.elapsed().as_secs_f64();
        match received {
            Ok((status, headers, body)) => {
                let exchange = self.session.note(Exchange {
                    request: recorded,
                    response: Some(RecordedResponse {
                        status: status.as_u16(),
                        headers: crate::exchange::recorded_headers(&headers),
                        body: RecordedBody::of(&body),
                    }),
                    error: None,
                    seconds,
                });
                Ok(Response::new(self.method.clone(), url.clone(), status, headers, body, exchange))
            }
            Err(mut error) => {
                let message = Some(error.message.clone());
                let exchange = Exchange { request: recorded, response: None, error: message, seconds };
                error.exchange = Some(self.session.note(exchange));
                Err(error)
            }
        }
    }
}

/// Sends and reads the response, up to `limit` bytes of body.
async fn receive(
    request: reqwest::RequestBuilder,
    limit: u64,
) -> Result<(StatusCode, HeaderMap, Bytes), TransportError> {
    let failed = |error: reqwest::Error| TransportError::from_reqwest(&error);
    let mut response = request.send().await.map_err(failed)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    loop {
        let piece = match response.chunk().await {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            // A refusal says what it has to say in its head; that its body broke is for the check of bodies.
            Err(_) if status.is_client_error() => break,
            Err(error) => return Err(failed(error)),
        };
        if body.len() as u64 + piece.len() as u64 > limit {
            return Err(TransportError {
                kind: TransportKind::TooLarge,
                message: format!("the response has more than {limit} bytes"),
                exchange: None,
            });
        }
        body.extend_from_slice(&piece);
    }
    Ok((status, headers, body.into()))
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}
