//! Names of upload sessions.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The id of an upload session: a UUID in its lower-case hyphenated form.
///
/// Source: `D11-040`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UploadId(Uuid);

/// A text that is not an upload session id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an upload session id is a UUID of 36 characters")]
pub struct UploadIdError;

impl UploadId {
    /// A new random id.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl FromStr for UploadId {
    type Err = UploadIdError;

    fn from_str(text: &str) -> Result<Self, UploadIdError> {
        let id = Uuid::try_parse(text).map(Self).map_err(|_| UploadIdError)?;
        // Braced, simple and upper-case forms would give one session several names.
        if id.to_string() == text { Ok(id) } else { Err(UploadIdError) }
    }
}
