//! Verifiers of headers.

use fixtures::Digest;
use url::Url;

use super::{Verdict, fail};
use crate::client::Response;

impl Response {
    /// The header is there, once, and is text; its value.
    pub fn expect_header(&self, name: &str) -> Verdict<&str> {
        let values = self.headers().get_all(name).iter().count();
        match self.header(name) {
            Some(value) if values == 1 => Ok(value),
            Some(_) => fail(format!("one {name} header"), format!("{values} of them"), self.exchange()),
            None => fail(format!("a {name} header"), format!("none ({})", self.summary()), self.exchange()),
        }
    }

    /// The header is there with exactly this value.
    pub fn expect_header_value(&self, name: &str, value: &str) -> Verdict<&Self> {
        let actual = self.expect_header(name)?;
        if actual == value {
            Ok(self)
        } else {
            fail(format!("{name}: {value}"), format!("{name}: {actual}"), self.exchange())
        }
    }

    /// The header is absent, or has exactly this value.
    pub fn expect_header_value_if_any(&self, name: &str, value: &str) -> Verdict<&Self> {
        if self.headers().contains_key(name) { self.expect_header_value(name, value) } else { Ok(self) }
    }

    /// The header is absent.
    pub fn expect_no_header(&self, name: &str) -> Verdict<&Self> {
        match self.headers().get(name) {
            None => Ok(self),
            Some(value) => fail(
                format!("no {name} header"),
                format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())),
                self.exchange(),
            ),
        }
    }

    /// The `Location` header, absolute or relative, as a whole URL.
    pub fn expect_location(&self) -> Verdict<Url> {
        let location = self.expect_header("Location")?;
        match self.url().join(location) {
            Ok(url) => Ok(url),
            Err(error) => fail("a Location that is a URL", format!("Location: {location} ({error})"), self.exchange()),
        }
    }

    /// `Docker-Content-Digest`, where it is there, is the digest of the body. A digest of an algorithm this judge
    /// cannot compute is let pass.
    pub fn expect_true_digest(&self) -> Verdict<&Self> {
        let Some(stated) = self.header("Docker-Content-Digest") else { return Ok(self) };
        let actual = match stated.split_once(':') {
            Some(("sha256", _)) => Digest::sha256(self.body()),
            Some(("sha512", _)) => Digest::sha512(self.body()),
            _ => return Ok(self),
        };
        if actual.to_string() == stated {
            Ok(self)
        } else {
            fail(format!("Docker-Content-Digest: {actual}, the digest of the body"), stated, self.exchange())
        }
    }

    /// The media type of `Content-Type`, without parameters, is this one.
    pub fn expect_media_type(&self, media_type: &str) -> Verdict<&Self> {
        match self.media_type() {
            Some(actual) if actual.eq_ignore_ascii_case(media_type) => Ok(self),
            actual => fail(
                format!("Content-Type: {media_type}"),
                actual.map_or_else(|| "no Content-Type".to_owned(), |actual| format!("Content-Type: {actual}")),
                self.exchange(),
            ),
        }
    }
}
