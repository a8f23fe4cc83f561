//! A response, read to its end.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use url::Url;

/// A response, read to its end. Its verifiers are in [`crate::expect`].
#[derive(Debug, Clone)]
pub struct Response {
    method: Method,
    url: Url,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    exchange: usize,
}

impl Response {
    pub(crate) fn new(
        method: Method,
        url: Url,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        exchange: usize,
    ) -> Self {
        Self { method, url, status, headers, body, exchange }
    }

    /// The method of the request.
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The URL that answered, after redirects.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The status as a number.
    pub fn code(&self) -> u16 {
        self.status.as_u16()
    }

    /// All headers.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first value of a header, when it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Every value of a header that is text, in order.
    pub fn header_values(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
    }

    /// The body.
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The recorded exchange, by its place in the session.
    pub const fn exchange(&self) -> usize {
        self.exchange
    }

    /// The media type of `Content-Type`, without parameters.
    pub fn media_type(&self) -> Option<&str> {
        self.header("content-type").map(|value| value.split(';').next().unwrap_or_default().trim())
    }
}
