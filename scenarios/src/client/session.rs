//! A client with a record of its own.

use std::sync::Arc;

use http::Method;
use parking_lot::Mutex;
use url::Url;

use super::{Client, Request};
use crate::exchange::Exchange;

/// What one check sends and receives. Clones share the record.
#[derive(Debug, Clone)]
pub struct Session {
    client: Client,
    record: Arc<Mutex<Vec<Exchange>>>,
}

impl Session {
    pub(super) fn new(client: Client) -> Self {
        Self { client, record: Arc::default() }
    }

    /// The client behind it.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// A request to a path of the registry, which begins with `/v2/` and is taken as it stands.
    pub fn request(&self, method: Method, path: &str) -> Request {
        let base = self.client.options.base.as_str().trim_end_matches('/');
        let url = Url::parse(&format!("{base}{path}"));
        Request::new(self.clone(), method, url.map_err(|error| format!("{base}{path}: {error}")))
    }

    /// A request to a whole URL, such as one from a `Location` header.
    pub fn request_url(&self, method: Method, url: Url) -> Request {
        Request::new(self.clone(), method, Ok(url))
    }

    /// GET of a path.
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// HEAD of a path.
    pub fn head(&self, path: &str) -> Request {
        self.request(Method::HEAD, path)
    }

    /// POST to a path.
    pub fn post(&self, path: &str) -> Request {
        self.request(Method::POST, path)
    }

    /// PUT to a path.
    pub fn put(&self, path: &str) -> Request {
        self.request(Method::PUT, path)
    }

    /// DELETE of a path.
    pub fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    /// Adds an exchange to the record and returns its place.
    pub(crate) fn note(&self, exchange: Exchange) -> usize {
        let mut record = self.record.lock();
        record.push(exchange);
        record.len() - 1
    }

    /// All that was exchanged so far, in the order in which it ended.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.record.lock().clone()
    }
}
