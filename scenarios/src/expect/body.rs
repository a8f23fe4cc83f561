//! Verifiers of the body.

use serde::de::DeserializeOwned;

use super::{Verdict, fail};
use crate::client::Response;

impl Response {
    /// The body is exactly these bytes.
    pub fn expect_body(&self, content: &[u8]) -> Verdict<&Self> {
        if self.body() == content {
            return Ok(self);
        }
        let expected = format!("the {} bytes that were pushed", content.len());
        let actual = if self.body().len() == content.len() {
            let at = self.body().iter().zip(content).position(|(a, b)| a != b).unwrap_or_default();
            format!("{} bytes that differ from byte {at} on", content.len())
        } else {
            format!("{} bytes", self.body().len())
        };
        fail(expected, actual, self.exchange())
    }

    /// The body is empty.
    pub fn expect_empty_body(&self) -> Verdict<&Self> {
        if self.body().is_empty() {
            Ok(self)
        } else {
            fail("an empty body", format!("{} bytes", self.body().len()), self.exchange())
        }
    }

    /// The body is JSON of this shape. `what` names it: "a tag list".
    pub fn expect_json<T: DeserializeOwned>(&self, what: &str) -> Verdict<T> {
        serde_json::from_slice(self.body())
            .or_else(|error| fail(format!("{what} in JSON"), format!("{error}"), self.exchange()))
    }
}
