//! The record of an exchange.

use bytes::Bytes;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use url::Url;

use super::redact;

/// One request and what came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// What was sent.
    pub request: RecordedRequest,
    /// What came back; `None` when nothing did.
    pub response: Option<RecordedResponse>,
    /// Why nothing came back, or not all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// From the first byte sent to the last byte received, in seconds.
    pub seconds: f64,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedRequest {
    /// The method.
    pub method: String,
    /// The whole URL, secrets in its query removed.
    pub url: String,
    /// The headers that were set on purpose, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: RecordedBody,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedResponse {
    /// The status code.
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: RecordedBody,
}

/// A body, or the beginning of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedBody {
    /// Its size in bytes.
    pub size: u64,
    /// Its text, when it is text, cut after [`RecordedBody::KEPT`] bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl RecordedBody {
    /// How much of a text is kept, in bytes.
    pub const KEPT: usize = 4096;

    /// The record of a body.
    pub fn of(bytes: &Bytes) -> Self {
        let size = bytes.len() as u64;
        if bytes.is_empty() {
            return Self { size, text: None };
        }
        let kept = &bytes[..bytes.len().min(Self::KEPT)];
        let text = match std::str::from_utf8(kept) {
            Ok(text) => Some(text),
            // The cut may have gone through a character.
            Err(error) if bytes.len() > Self::KEPT && kept.len() - error.valid_up_to() < 4 => {
                std::str::from_utf8(&kept[..error.valid_up_to()]).ok()
            }
            Err(_) => None,
        };
        let text = text.filter(|text| !text.chars().any(|c| c.is_control() && !c.is_whitespace()));
        Self { size, text: text.map(redact::text) }
    }

    /// The record of a body in pieces, without putting them together.
    pub(crate) fn of_pieces(pieces: &[Bytes]) -> Self {
        let mut beginning = Vec::new();
        for piece in pieces {
            // One byte more than is kept shows that the text is cut.
            let room = (Self::KEPT + 1).saturating_sub(beginning.len());
            beginning.extend_from_slice(&piece[..piece.len().min(room)]);
        }
        let size = pieces.iter().map(|piece| piece.len() as u64).sum();
        Self { size, ..Self::of(&beginning.into()) }
    }

    /// Whether the text is only the beginning.
    pub fn is_cut(&self) -> bool {
        self.text.is_some() && self.size > Self::KEPT as u64
    }
}

/// Header values as text, secrets removed, bytes that are no text escaped.
pub(crate) fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    map.iter()
        .map(|(name, value)| (name.as_str().to_owned(), redact::header(name.as_str(), value.as_bytes())))
        .collect()
}

impl RecordedRequest {
    /// The record of a request.
    pub(crate) fn new(method: &str, url: &Url, map: &HeaderMap, body: RecordedBody) -> Self {
        Self { method: method.to_owned(), url: redact::url(url), headers: headers(map), body }
    }
}
