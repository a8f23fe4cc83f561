//! The contract between the wire and everything behind it.
//!
//! `http` translates a request into one of these calls and its result into a response; nothing else crosses.

use std::fmt;
use std::pin::Pin;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::Stream;

use crate::error::Error;
use crate::protocol::{Algorithm, Digest, Reference, RepositoryName, Tag, UploadId};

/// A body on its way in. An `Err` item means that the client went away or broke the framing: what came before it
/// is kept in an upload session and thrown away everywhere else.
pub type Body = Pin<Box<dyn Stream<Item = Result<Bytes, BodyError>> + Send>>;

/// A request body that did not arrive whole.
#[derive(Debug, thiserror::Error)]
#[error("the request body did not arrive whole: {0}")]
pub struct BodyError(pub String);

/// A manifest as it was pushed.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The digest it was asked for by, or the canonical one when it was asked for by tag.
    pub digest: Digest,
    /// The media type it was pushed with, without parameters.
    pub media_type: String,
    /// The bytes, exactly as received.
    pub content: Bytes,
}

/// What is known of a blob without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobInfo {
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
}

/// A blob opened for reading.
#[derive(Debug)]
pub struct Blob {
    /// Digest and size.
    pub info: BlobInfo,
    /// Its bytes, to be read at offsets.
    pub content: std::sync::Arc<dyn crate::storage::Object>,
}

/// A manifest that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestReceipt {
    /// The digest it is stored under.
    pub digest: Digest,
    /// The digest in its `subject` field, when it has one.
    pub subject: Option<Digest>,
    /// The tags that now point at it, in the order they were given.
    pub tags: Vec<Tag>,
}

/// A manifest on its way in.
#[derive(Debug)]
pub struct ManifestUpload {
    /// The media type of the request, without parameters; `None` when the header is missing.
    pub media_type: Option<String>,
    /// The bytes.
    pub content: Bytes,
    /// The reference in the path.
    pub reference: Reference,
    /// Further tags, from `tag` parameters (dev only; allowed with a digest reference).
    pub tags: Vec<Tag>,
}

/// How far an upload session has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadStatus {
    /// The session.
    pub id: UploadId,
    /// Bytes received so far.
    pub received: u64,
}

/// A chunk on its way into an upload session.
pub struct Chunk {
    /// First and last byte the client says it sends (both inclusive); `None` for a streamed body.
    pub range: Option<(u64, u64)>,
    /// The length the client announced, when it did.
    pub length: Option<u64>,
    /// The bytes.
    pub body: Body,
}

impl fmt::Debug for Chunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunk").field("range", &self.range).field("length", &self.length).finish_non_exhaustive()
    }
}

/// What came of a request to mount a blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mount {
    /// The blob is now part of the repository.
    Mounted(BlobInfo),
    /// It could not be found there; an upload session has begun instead.
    Started(UploadStatus),
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// At most so many; `None` for as many as the registry gives at once.
    pub n: Option<usize>,
    /// Only what comes after this entry, which need not exist.
    pub last: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<T> {
    /// The entries, in order.
    pub entries: Vec<T>,
    /// Whether there are more; the next page begins after the last entry of this one.
    pub more: bool,
}

/// A manifest that refers to another by its `subject` field.
///
/// Source: OCI distribution 1.1.1, "Listing Referrers".
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Referrer {
    /// The media type of the referring manifest.
    pub media_type: String,
    /// Its digest.
    pub digest: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its `artifactType`, or the media type of its config; absent for an index without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// Its annotations.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub annotations: serde_json::Map<String, serde_json::Value>,
}

/// The operations of a registry.
///
/// Any method may fail with [`Code::Unknown`](crate::error::Code::Unknown) when storage does; the docs list the other
/// codes. Methods that name a repository return `NAME_UNKNOWN` when it does not exist only where they say so.
#[async_trait]
pub trait Registry: Send + Sync + fmt::Debug + 'static {
    /// The manifest of a reference. Errors: `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`.
    async fn manifest(&self, name: &RepositoryName, reference: &Reference) -> Result<Manifest, Error>;

    /// Stores a manifest and points its tags at it. Errors: `MANIFEST_INVALID`, `MANIFEST_BLOB_UNKNOWN`,
    /// `DIGEST_INVALID`, `SIZE_INVALID`.
    async fn put_manifest(&self, name: &RepositoryName, upload: ManifestUpload) -> Result<ManifestReceipt, Error>;

    /// Deletes a manifest and every tag that points at it. Errors: `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`, `UNSUPPORTED`.
    async fn delete_manifest(&self, name: &RepositoryName, digest: &Digest) -> Result<(), Error>;

    /// Deletes a tag and leaves its manifest. Errors: `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`, `UNSUPPORTED`.
    async fn delete_tag(&self, name: &RepositoryName, tag: &Tag) -> Result<(), Error>;

    /// Tags in lexical order, which is case-insensitive, and by their bytes where only the case differs. That is the
    /// order of `D11-101`, and one of the two that dev allows. Errors: `NAME_UNKNOWN`.
    async fn tags(&self, name: &RepositoryName, page: &Page) -> Result<Listing<Tag>, Error>;

    /// Manifests whose subject is `subject`, by digest; an unknown subject or repository has none.
    /// `page.last` is a digest.
    async fn referrers(
        &self,
        name: &RepositoryName,
        subject: &Digest,
        artifact_type: Option<&str>,
        page: &Page,
    ) -> Result<Listing<Referrer>, Error>;

    /// Names of repositories in ASCII order.
    async fn catalog(&self, page: &Page) -> Result<Listing<RepositoryName>, Error>;

    /// What is known of a blob. Errors: `BLOB_UNKNOWN`.
    async fn blob_info(&self, name: &RepositoryName, digest: &Digest) -> Result<BlobInfo, Error>;

    /// Opens a blob. Errors: `BLOB_UNKNOWN`.
    async fn blob(&self, name: &RepositoryName, digest: &Digest) -> Result<Blob, Error>;

    /// Takes a blob out of a repository. Errors: `BLOB_UNKNOWN`, `UNSUPPORTED`.
    async fn delete_blob(&self, name: &RepositoryName, digest: &Digest) -> Result<(), Error>;

    /// Stores a whole blob in one go. Errors: `DIGEST_INVALID`, `SIZE_INVALID`.
    async fn put_blob(&self, name: &RepositoryName, digest: &Digest, chunk: Chunk) -> Result<BlobInfo, Error>;

    /// Begins an upload session. `algorithm` is the one the client announced (dev), a hint for hashing early.
    async fn start_upload(&self, name: &RepositoryName, algorithm: Option<Algorithm>) -> Result<UploadStatus, Error>;

    /// Makes a blob of `from` (or of any repository) part of this one, or begins an upload session.
    async fn mount(
        &self,
        name: &RepositoryName,
        digest: &Digest,
        from: Option<&RepositoryName>,
    ) -> Result<Mount, Error>;

    /// How far a session has come. Errors: `BLOB_UPLOAD_UNKNOWN`.
    async fn upload_status(&self, name: &RepositoryName, id: UploadId) -> Result<UploadStatus, Error>;

    /// Adds a chunk. Errors: `BLOB_UPLOAD_UNKNOWN`, `BLOB_UPLOAD_INVALID` (416 out of order, 400 otherwise),
    /// `SIZE_INVALID`.
    async fn append_upload(&self, name: &RepositoryName, id: UploadId, chunk: Chunk) -> Result<UploadStatus, Error>;

    /// Adds a last chunk, which may be empty, and turns the session into a blob. After a wrong digest the session is
    /// gone. Errors: as `append_upload`, `DIGEST_INVALID`.
    async fn finish_upload(
        &self,
        name: &RepositoryName,
        id: UploadId,
        digest: &Digest,
        chunk: Chunk,
    ) -> Result<BlobInfo, Error>;

    /// Ends a session and frees what it held. Errors: `BLOB_UPLOAD_UNKNOWN`.
    async fn cancel_upload(&self, name: &RepositoryName, id: UploadId) -> Result<(), Error>;
}
