//! The error envelope.

use serde_json::Value;

use super::{Verdict, fail};
use crate::client::Response;

/// The body of a refusal: a list of errors.
///
/// Source: `D11-153` to `D11-157`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The errors, in order.
    pub errors: Vec<ErrorEntry>,
}

/// One error of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorEntry {
    /// The code, as it came.
    pub code: String,
    /// The message, when there is one.
    pub message: Option<String>,
}

impl Envelope {
    /// Reads an envelope; the error says in what way it is not one.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        let value: Value = serde_json::from_slice(body).map_err(|error| format!("not JSON: {error}"))?;
        let errors = value.get("errors").ok_or("no `errors` field")?;
        let errors = errors.as_array().ok_or("`errors` is not an array")?;
        if errors.is_empty() {
            return Err("`errors` is empty".to_owned());
        }
        let errors = errors.iter().map(ErrorEntry::parse).collect::<Result<_, _>>()?;
        Ok(Self { errors })
    }

    /// The codes, in order.
    pub fn codes(&self) -> Vec<String> {
        self.errors.iter().map(|entry| entry.code.clone()).collect()
    }
}

impl ErrorEntry {
    fn parse(value: &Value) -> Result<Self, String> {
        let code = value.get("code").ok_or("an error without `code`")?;
        let code = code.as_str().ok_or_else(|| format!("`code` is not a string but {code}"))?.to_owned();
        let message = match value.get("message") {
            None | Some(Value::Null) => None,
            Some(Value::String(message)) => Some(message.clone()),
            Some(other) => return Err(format!("`message` is not a string but {other}")),
        };
        Ok(Self { code, message })
    }
}

impl Response {
    /// The envelope, when the body is one.
    pub fn envelope(&self) -> Option<Envelope> {
        Envelope::parse(self.body()).ok()
    }

    /// Refused with one of these statuses; and where the body is an error envelope, one of its codes is one of
    /// `codes` (a refusal may have any body: `D11-152`, and HEAD has none).
    pub fn expect_error(&self, statuses: &[u16], codes: &[&str]) -> Verdict<&Self> {
        self.expect_status(statuses)?;
        match self.envelope() {
            Some(envelope) if !envelope.errors.iter().any(|entry| codes.contains(&entry.code.as_str())) => {
                fail(format!("the error code {}", codes.join(" or ")), envelope.codes().join(", "), self.exchange())
            }
            _ => Ok(self),
        }
    }

    /// The body is a well-formed error envelope.
    pub fn expect_envelope(&self) -> Verdict<Envelope> {
        Envelope::parse(self.body()).or_else(|reason| {
            fail("a body of the form {\"errors\":[{\"code\":…,\"message\":…}]}", reason, self.exchange())
        })
    }
}
