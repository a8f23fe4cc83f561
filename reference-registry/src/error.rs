//! What can go wrong in an operation on the registry, and the one table that turns it into the wire.

use std::fmt;

use http::StatusCode;
use serde_json::Value;

/// An error code of the wire.
///
/// Source: OCI distribution 1.1.1, "Error Codes"; Docker's codes from the HTTP API V2 text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// A manifest names a blob or manifest that is not in the repository (`code-1`).
    ManifestBlobUnknown,
    /// The blob is not in the repository.
    BlobUnknown,
    /// The upload session cannot go on.
    BlobUploadInvalid,
    /// There is no such upload session.
    BlobUploadUnknown,
    /// The given digest is no digest, or not that of the content.
    DigestInvalid,
    /// The manifest breaks a rule of its format.
    ManifestInvalid,
    /// The manifest is not in the repository.
    ManifestUnknown,
    /// The repository name breaks the grammar.
    NameInvalid,
    /// The repository does not exist.
    NameUnknown,
    /// The given length is not that of the content.
    SizeInvalid,
    /// Authentication is needed.
    Unauthorized,
    /// The caller may not do this.
    Denied,
    /// The operation is not available here.
    Unsupported,
    /// Too many requests.
    TooManyRequests,
    /// The tag breaks the grammar (Docker).
    TagInvalid,
    /// The requested range cannot be served (Docker).
    RangeInvalid,
    /// The number of results asked for is not usable (Docker).
    PaginationNumberInvalid,
    /// Something failed inside the registry (Docker).
    Unknown,
}

/// One row of the table: code, wire name, usual status, usual message.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The code.
    pub code: Code,
    /// Its name on the wire.
    pub name: &'static str,
    /// The status it comes with unless an error says otherwise.
    pub status: StatusCode,
    /// The message a client sees unless an error says otherwise.
    pub message: &'static str,
}

/// Every code there is. Looked up by [`Code::row`].
pub const TABLE: &[Row] = &[
    row(
        Code::ManifestBlobUnknown,
        "MANIFEST_BLOB_UNKNOWN",
        StatusCode::NOT_FOUND,
        "manifest references content unknown to this repository",
    ),
    row(Code::BlobUnknown, "BLOB_UNKNOWN", StatusCode::NOT_FOUND, "blob unknown to this repository"),
    row(Code::BlobUploadInvalid, "BLOB_UPLOAD_INVALID", StatusCode::BAD_REQUEST, "blob upload invalid"),
    row(
        Code::BlobUploadUnknown,
        "BLOB_UPLOAD_UNKNOWN",
        StatusCode::NOT_FOUND,
        "blob upload unknown to this repository",
    ),
    row(
        Code::DigestInvalid,
        "DIGEST_INVALID",
        StatusCode::BAD_REQUEST,
        "provided digest is malformed or does not match the content",
    ),
    row(Code::ManifestInvalid, "MANIFEST_INVALID", StatusCode::BAD_REQUEST, "manifest invalid"),
    row(Code::ManifestUnknown, "MANIFEST_UNKNOWN", StatusCode::NOT_FOUND, "manifest unknown to this repository"),
    row(Code::NameInvalid, "NAME_INVALID", StatusCode::BAD_REQUEST, "invalid repository name"),
    row(Code::NameUnknown, "NAME_UNKNOWN", StatusCode::NOT_FOUND, "repository unknown to this registry"),
    row(Code::SizeInvalid, "SIZE_INVALID", StatusCode::BAD_REQUEST, "provided length does not match the content"),
    row(Code::Unauthorized, "UNAUTHORIZED", StatusCode::UNAUTHORIZED, "authentication required"),
    row(Code::Denied, "DENIED", StatusCode::FORBIDDEN, "requested access to the resource is denied"),
    row(Code::Unsupported, "UNSUPPORTED", StatusCode::METHOD_NOT_ALLOWED, "the operation is unsupported"),
    row(Code::TooManyRequests, "TOOMANYREQUESTS", StatusCode::TOO_MANY_REQUESTS, "too many requests"),
    row(Code::TagInvalid, "TAG_INVALID", StatusCode::BAD_REQUEST, "invalid tag"),
    row(Code::RangeInvalid, "RANGE_INVALID", StatusCode::RANGE_NOT_SATISFIABLE, "requested range not satisfiable"),
    row(
        Code::PaginationNumberInvalid,
        "PAGINATION_NUMBER_INVALID",
        StatusCode::BAD_REQUEST,
        "invalid number of results requested",
    ),
    row(Code::Unknown, "UNKNOWN", StatusCode::INTERNAL_SERVER_ERROR, "unknown error"),
];

const fn row(code: Code, name: &'static str, status: StatusCode, message: &'static str) -> Row {
    Row { code, name, status, message }
}

impl Code {
    /// The row of this code.
    pub fn row(self) -> &'static Row {
        // Every variant has its row; the test below walks them all.
        TABLE.iter().find(|row| row.code == self).unwrap_or(&TABLE[TABLE.len() - 1])
    }
}

/// An error of the registry: what the client is told, and what only the log is told.
#[derive(Debug)]
pub struct Error {
    /// The code on the wire.
    pub code: Code,
    /// The status; the table's unless set otherwise.
    pub status: StatusCode,
    /// What the client reads.
    pub message: String,
    /// Structured facts for the client: the digest that is missing, the offset that was expected.
    pub detail: Value,
    /// What only the log is told.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
    /// Further entries of the same answer, such as one for each missing blob (`D11-038`). The status of the answer is
    /// this error's, never theirs.
    pub others: Vec<Error>,
}

impl Error {
    /// An error with the table's status and message.
    pub fn new(code: Code) -> Self {
        let row = code.row();
        Self {
            code,
            status: row.status,
            message: row.message.to_owned(),
            detail: Value::Null,
            source: None,
            others: Vec::new(),
        }
    }

    /// Another status than the table's.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Another message than the table's.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Structured facts for the client.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// What only the log is told.
    #[must_use]
    pub fn source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Further entries of the same answer.
    #[must_use]
    pub fn others(mut self, others: Vec<Self>) -> Self {
        self.others = others;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.row().name, self.message)?;
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_own_row() {
        for row in TABLE {
            assert_eq!(row.code.row().name, row.name);
            assert_eq!(TABLE.iter().filter(|other| other.name == row.name).count(), 1);
            assert!(row.name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{}", row.name);
        }
    }
}
