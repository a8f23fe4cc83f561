//! Docker Distribution's storage layout: the only place that knows where things are.

use std::fmt;

use crate::protocol::{Digest, RepositoryName, Tag, UploadId};

/// The path of an object below the root of a store: relative, slash-separated, without `.` and `..`.
///
/// It can only be built here, from values whose grammar excludes every special component.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StorePath(String);

const ROOT: &str = "docker/registry/v2";

impl StorePath {
    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The directory that holds every repository.
    pub fn repositories() -> Self {
        Self(format!("{ROOT}/repositories"))
    }

    /// The directory that holds every blob of the store.
    pub fn blobs() -> Self {
        Self(format!("{ROOT}/blobs"))
    }

    /// The bytes of a blob, shared by all repositories.
    pub fn blob_data(digest: &Digest) -> Self {
        let (algorithm, hex) = (digest.algorithm().as_str(), digest.hex());
        Self(format!("{ROOT}/blobs/{algorithm}/{}/{hex}/data", &hex[..2]))
    }

    /// The directory of a repository; nested repositories are below it too.
    pub fn repository(name: &RepositoryName) -> Self {
        Self(format!("{ROOT}/repositories/{name}"))
    }

    /// The directory of a repository's layer links.
    pub fn layers(name: &RepositoryName) -> Self {
        Self(format!("{ROOT}/repositories/{name}/_layers"))
    }

    /// The link that makes a blob part of a repository.
    pub fn layer_link(name: &RepositoryName, digest: &Digest) -> Self {
        Self(format!("{ROOT}/repositories/{name}/_layers/{}/{}/link", digest.algorithm().as_str(), digest.hex()))
    }

    /// The directory of a repository's manifests, tags and revisions; its presence makes the repository exist.
    pub fn manifests(name: &RepositoryName) -> Self {
        Self(format!("{ROOT}/repositories/{name}/_manifests"))
    }

    /// The directory of all manifest revisions of one algorithm.
    pub fn revisions(name: &RepositoryName, algorithm: crate::protocol::Algorithm) -> Self {
        Self(format!("{ROOT}/repositories/{name}/_manifests/revisions/{}", algorithm.as_str()))
    }

    /// The directory of one manifest revision.
    pub fn revision(name: &RepositoryName, digest: &Digest) -> Self {
        Self(format!("{}/{}", Self::revisions(name, digest.algorithm()), digest.hex()))
    }

    /// The link that makes a manifest part of a repository.
    pub fn revision_link(name: &RepositoryName, digest: &Digest) -> Self {
        Self(format!("{}/link", Self::revision(name, digest)))
    }

    /// The directory of all tags of a repository.
    pub fn tags(name: &RepositoryName) -> Self {
        Self(format!("{ROOT}/repositories/{name}/_manifests/tags"))
    }

    /// The directory of one tag.
    pub fn tag(name: &RepositoryName, tag: &Tag) -> Self {
        Self(format!("{}/{tag}", Self::tags(name)))
    }

    /// The link that says what a tag points at now.
    pub fn tag_current(name: &RepositoryName, tag: &Tag) -> Self {
        Self(format!("{}/current/link", Self::tag(name, tag)))
    }

    /// The directory of everything one tag ever pointed at, for one algorithm.
    pub fn tag_index(name: &RepositoryName, tag: &Tag) -> Self {
        Self(format!("{}/index", Self::tag(name, tag)))
    }

    /// The link that remembers that a tag once pointed at a digest.
    pub fn tag_index_link(name: &RepositoryName, tag: &Tag, digest: &Digest) -> Self {
        let (algorithm, hex) = (digest.algorithm().as_str(), digest.hex());
        Self(format!("{}/index/{algorithm}/{hex}/link", Self::tag(name, tag)))
    }

    /// The directory of a repository's upload sessions.
    pub fn uploads(name: &RepositoryName) -> Self {
        Self(format!("{ROOT}/repositories/{name}/_uploads"))
    }

    /// The directory of one upload session.
    pub fn upload(name: &RepositoryName, id: UploadId) -> Self {
        Self(format!("{}/{id}", Self::uploads(name)))
    }

    /// The bytes received so far by an upload session.
    pub fn upload_data(name: &RepositoryName, id: UploadId) -> Self {
        Self(format!("{}/data", Self::upload(name, id)))
    }

    /// The time an upload session began, RFC 3339.
    pub fn upload_started_at(name: &RepositoryName, id: UploadId) -> Self {
        Self(format!("{}/startedat", Self::upload(name, id)))
    }

    /// Whether this is part of an upload session: such objects need to outlive the process, not a power loss.
    pub fn is_transient(&self) -> bool {
        // No component of a repository's name begins with an underscore.
        self.0.contains("/_uploads/")
    }

    /// A child of a directory by a name that [`Driver::list`](super::Driver::list) returned; `None` for a name
    /// that is empty, special or holds a slash.
    pub fn child(&self, name: &str) -> Option<Self> {
        let plain = !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\0']);
        plain.then(|| Self(format!("{}/{name}", self.0)))
    }
}

impl fmt::Display for StorePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
