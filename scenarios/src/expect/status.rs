//! Verifiers of the status.

use http::StatusCode;

use super::{Verdict, fail};
use crate::client::Response;

impl Response {
    /// The status is one of `allowed`.
    pub fn expect_status(&self, allowed: &[u16]) -> Verdict<&Self> {
        if allowed.contains(&self.code()) { Ok(self) } else { self.wrong_status(&alternatives(allowed)) }
    }

    /// The request was refused: any 4xx status.
    pub fn expect_refusal(&self) -> Verdict<&Self> {
        if self.status().is_client_error() { Ok(self) } else { self.wrong_status("a 4xx status") }
    }

    /// The request did not make the registry fail: any status below 500.
    pub fn expect_no_server_error(&self) -> Verdict<&Self> {
        if self.code() < 500 { Ok(self) } else { self.wrong_status("a status below 500") }
    }

    /// The failure "expected X, received this status".
    pub fn wrong_status<T>(&self, expected: &str) -> Verdict<T> {
        fail(expected, self.summary(), self.exchange())
    }

    /// Status, reason and error codes in one line: `400 Bad Request   BLOB_UPLOAD_INVALID`.
    pub fn summary(&self) -> String {
        let codes = self.envelope().map(|envelope| envelope.codes().join(", ")).unwrap_or_default();
        let status = with_reason(self.code());
        if codes.is_empty() { status } else { format!("{status}   {codes}") }
    }
}

fn with_reason(code: u16) -> String {
    let reason = StatusCode::from_u16(code).ok().and_then(|status| status.canonical_reason());
    reason.map_or_else(|| code.to_string(), |reason| format!("{code} {reason}"))
}

/// `202 Accepted`, `400 Bad Request or 405 Method Not Allowed`.
fn alternatives(codes: &[u16]) -> String {
    let names: Vec<String> = codes.iter().map(|code| with_reason(*code)).collect();
    names.join(" or ")
}
