//! Requests as values.

use http::Method;
use http::header::{CONTENT_RANGE, CONTENT_TYPE, HeaderName, RANGE};

use super::{Algorithm, Conditions, Digest, Ranges, Reference, RepositoryName, Tag, UploadId, path};
use crate::registry::Page;

/// What a client asks for, with everything it said about it in path, query and headers.
///
/// [`parse`](Self::parse) makes one of a request's head; [`method`](Self::method), [`target`](Self::target) and
/// [`fields`](Self::fields) give a head that parses to the same value. The endpoint ids are those of the OCI
/// distribution specification, "Endpoints".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Is this a registry? (`end-1`)
    Base,
    /// Fetch a manifest (`end-3`).
    Manifest {
        /// Repository.
        name: RepositoryName,
        /// Which manifest.
        reference: Reference,
        /// Whether the head alone is asked for.
        head: bool,
        /// Conditions.
        conditions: Conditions,
    },
    /// Store a manifest (`end-7`).
    PutManifest {
        /// Repository.
        name: RepositoryName,
        /// Under which tag or digest.
        reference: Reference,
        /// Further tags; only with a digest (`end-7b`, dev).
        tags: Vec<Tag>,
        /// `Content-Type` without parameters.
        media_type: Option<String>,
        /// Conditions on what the reference points at before.
        conditions: Conditions,
    },
    /// Delete a manifest or a tag (`end-9`).
    DeleteManifest {
        /// Repository.
        name: RepositoryName,
        /// Which one.
        reference: Reference,
    },
    /// Fetch a blob (`end-2`).
    Blob {
        /// Repository.
        name: RepositoryName,
        /// Which blob.
        digest: Digest,
        /// Whether the head alone is asked for.
        head: bool,
        /// Which parts of it.
        ranges: Option<Ranges>,
        /// Conditions.
        conditions: Conditions,
    },
    /// Delete a blob (`end-10`).
    DeleteBlob {
        /// Repository.
        name: RepositoryName,
        /// Which blob.
        digest: Digest,
    },
    /// Begin an upload session (`end-4a`, `end-4c`).
    StartUpload {
        /// Repository.
        name: RepositoryName,
        /// The algorithm of the digest that the client will close the session with (dev).
        algorithm: Option<Algorithm>,
    },
    /// Store a whole blob at once (`end-4b`).
    PutBlob {
        /// Repository.
        name: RepositoryName,
        /// The digest of the body.
        digest: Digest,
    },
    /// Make a blob of another repository part of this one (`end-11`).
    Mount {
        /// Repository.
        name: RepositoryName,
        /// Which blob.
        digest: Digest,
        /// From where; anywhere when absent.
        from: Option<RepositoryName>,
    },
    /// Ask how far an upload session has come (`end-13`).
    UploadStatus(Session),
    /// Send a chunk (`end-5`).
    AppendUpload {
        /// The session.
        session: Session,
        /// First and last byte of the chunk; absent for a streamed body.
        range: Option<(u64, u64)>,
    },
    /// Close an upload session, maybe with a last chunk (`end-6`).
    FinishUpload {
        /// The session.
        session: Session,
        /// The digest of the whole blob.
        digest: Digest,
        /// First and last byte of the chunk.
        range: Option<(u64, u64)>,
    },
    /// Give up an upload session (`end-14`).
    CancelUpload(Session),
    /// List tags (`end-8`).
    Tags {
        /// Repository.
        name: RepositoryName,
        /// Which part of the list.
        page: Page,
    },
    /// Delete a tag and leave its manifest (GitLab).
    DeleteTag {
        /// Repository.
        name: RepositoryName,
        /// Which tag.
        tag: Tag,
    },
    /// List the manifests that refer to one (`end-12`).
    Referrers {
        /// Repository.
        name: RepositoryName,
        /// The digest they refer to.
        subject: Digest,
        /// Only those of this artifact type.
        artifact_type: Option<String>,
        /// Which part of the list; `last` is a digest.
        page: Page,
    },
    /// List repositories (Docker).
    Catalog {
        /// Which part of the list.
        page: Page,
    },
}

/// An upload session, as its URL names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Repository.
    pub name: RepositoryName,
    /// The session.
    pub id: UploadId,
    /// The signed part of the URL, `_state`, when the client sent it.
    pub state: Option<String>,
}

impl Request {
    /// The method of the request.
    pub const fn method(&self) -> Method {
        match self {
            Self::Manifest { head: true, .. } | Self::Blob { head: true, .. } => Method::HEAD,
            Self::Base
            | Self::Manifest { .. }
            | Self::Blob { .. }
            | Self::UploadStatus(_)
            | Self::Tags { .. }
            | Self::Referrers { .. }
            | Self::Catalog { .. } => Method::GET,
            Self::PutManifest { .. } | Self::FinishUpload { .. } => Method::PUT,
            Self::DeleteManifest { .. } | Self::DeleteBlob { .. } | Self::CancelUpload(_) | Self::DeleteTag { .. } => {
                Method::DELETE
            }
            Self::StartUpload { .. } | Self::PutBlob { .. } | Self::Mount { .. } => Method::POST,
            Self::AppendUpload { .. } => Method::PATCH,
        }
    }

    /// The repository it is about; none for the base and the catalog.
    pub const fn name(&self) -> Option<&RepositoryName> {
        match self {
            Self::Base | Self::Catalog { .. } => None,
            Self::Manifest { name, .. }
            | Self::PutManifest { name, .. }
            | Self::DeleteManifest { name, .. }
            | Self::Blob { name, .. }
            | Self::DeleteBlob { name, .. }
            | Self::StartUpload { name, .. }
            | Self::PutBlob { name, .. }
            | Self::Mount { name, .. }
            | Self::Tags { name, .. }
            | Self::DeleteTag { name, .. }
            | Self::Referrers { name, .. } => Some(name),
            Self::UploadStatus(session)
            | Self::CancelUpload(session)
            | Self::AppendUpload { session, .. }
            | Self::FinishUpload { session, .. } => Some(&session.name),
        }
    }

    /// Path and query of the request.
    pub fn target(&self) -> String {
        match self {
            Self::Base => path::ROOT.to_owned(),
            Self::Manifest { name, reference, .. } | Self::DeleteManifest { name, reference } => {
                path::manifest(name, reference)
            }
            Self::PutManifest { name, reference, tags, .. } => tags
                .iter()
                .fold(Target::new(path::manifest(name, reference)), |target, tag| target.with("tag", tag.as_str()))
                .done(),
            Self::Blob { name, digest, .. } | Self::DeleteBlob { name, digest } => path::blob(name, digest),
            Self::StartUpload { name, algorithm } => {
                Target::new(path::uploads(name)).maybe("digest-algorithm", algorithm.map(Algorithm::as_str)).done()
            }
            Self::PutBlob { name, digest } => {
                Target::new(path::uploads(name)).with("digest", &digest.to_string()).done()
            }
            Self::Mount { name, digest, from } => Target::new(path::uploads(name))
                .with("mount", &digest.to_string())
                .maybe("from", from.as_ref().map(RepositoryName::as_str))
                .done(),
            Self::UploadStatus(session) | Self::CancelUpload(session) | Self::AppendUpload { session, .. } => {
                session.target().done()
            }
            Self::FinishUpload { session, digest, .. } => session.target().with("digest", &digest.to_string()).done(),
            Self::Tags { name, page } => Target::new(path::tags(name)).page(page).done(),
            Self::DeleteTag { name, tag } => format!("{}{name}/tags/reference/{tag}", path::ROOT),
            Self::Referrers { name, subject, artifact_type, page } => Target::new(path::referrers(name, subject))
                .maybe("artifactType", artifact_type.as_deref())
                .page(page)
                .done(),
            Self::Catalog { page } => Target::new(path::CATALOG.to_owned()).page(page).done(),
        }
    }

    /// The header fields that say something about what is asked for.
    pub fn fields(&self) -> Vec<(HeaderName, String)> {
        let chunk = |range: &Option<(u64, u64)>| range.map(|(first, last)| (CONTENT_RANGE, format!("{first}-{last}")));
        match self {
            Self::Manifest { conditions, .. } => conditions.fields().collect(),
            Self::PutManifest { media_type, conditions, .. } => {
                conditions.fields().chain(media_type.clone().map(|media_type| (CONTENT_TYPE, media_type))).collect()
            }
            Self::Blob { ranges, conditions, .. } => {
                conditions.fields().chain(ranges.as_ref().map(|ranges| (RANGE, ranges.to_string()))).collect()
            }
            Self::AppendUpload { range, .. } | Self::FinishUpload { range, .. } => chunk(range).into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

impl Session {
    fn target(&self) -> Target {
        Target::new(path::upload(&self.name, self.id)).maybe("_state", self.state.as_deref())
    }
}

/// A path and query in the making.
struct Target {
    text: String,
    separator: char,
}

impl Target {
    const fn new(path: String) -> Self {
        Self { text: path, separator: '?' }
    }

    fn with(mut self, key: &str, value: &str) -> Self {
        self.text.push(self.separator);
        self.text.push_str(key);
        self.text.push('=');
        self.text.extend(path::parameter(value));
        self.separator = '&';
        self
    }

    fn maybe(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    fn page(self, page: &Page) -> Self {
        let n = page.n.map(|n| n.to_string());
        self.maybe("n", n.as_deref()).maybe("last", page.last.as_deref())
    }

    fn done(self) -> String {
        self.text
    }
}
