//! One recorded request and its response.
//!
//! What is recorded is safe to show: secrets are removed when the record is made, not when it is printed.

mod curl;
mod record;
mod redact;

pub(crate) use curl::RAW;
pub(crate) use record::headers as recorded_headers;
pub use record::{Exchange, RecordedBody, RecordedRequest, RecordedResponse};
pub use redact::REDACTED;
