//! Links: small objects that hold a digest, and whose presence makes content part of a repository.

use bytes::Bytes;

use super::core::Core;
use super::failure::{failed, present};
use crate::error::{Code, Error};
use crate::protocol::{Digest, RepositoryName};
use crate::storage::StorePath;

/// More than any digest is long, in bytes.
const LINK_LIMIT: u64 = 1024;

impl Core {
    /// Whether there is a link. An empty one, which a power cut leaves in a store whose last writer did not sync,
    /// counts as none.
    pub(super) async fn linked(&self, path: &StorePath) -> Result<bool, Error> {
        let stat = present(self.driver.stat(path).await)?;
        Ok(stat.is_some_and(|stat| !stat.is_dir && stat.size > 0))
    }

    /// The digest in a link; `None` when there is no link, or none that can be read.
    pub(super) async fn read_link(&self, path: &StorePath) -> Result<Option<Digest>, Error> {
        let Some(content) = present(self.driver.read(path, LINK_LIMIT).await)? else { return Ok(None) };
        let digest = std::str::from_utf8(&content).ok().and_then(|text| text.trim_end().parse().ok());
        if digest.is_none() {
            tracing::warn!(path = %path, "a link does not hold a digest");
        }
        Ok(digest)
    }

    /// Writes a link, durably: the text of the digest and nothing else.
    pub(super) async fn write_link(&self, path: &StorePath, digest: &Digest) -> Result<(), Error> {
        self.driver.write(path, Bytes::from(digest.to_string())).await.map_err(failed)
    }

    /// Removes an object or a directory, which may be gone already.
    pub(super) async fn remove(&self, path: &StorePath) -> Result<bool, Error> {
        Ok(present(self.driver.delete(path).await)?.is_some())
    }

    /// Whether a repository exists: something was pushed to it once. An upload session alone does not make one.
    pub(super) async fn repository_exists(&self, name: &RepositoryName) -> Result<bool, Error> {
        for path in [StorePath::manifests(name), StorePath::layers(name)] {
            if present(self.driver.stat(&path).await)?.is_some_and(|stat| stat.is_dir) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `MANIFEST_UNKNOWN` with what was asked for, or `NAME_UNKNOWN` when there is no such repository.
    pub(super) async fn manifest_unknown(&self, name: &RepositoryName, reference: &str) -> Error {
        match self.repository_exists(name).await {
            Ok(true) => Error::new(Code::ManifestUnknown)
                .detail(serde_json::json!({"name": name.as_str(), "reference": reference})),
            Ok(false) => name_unknown(name),
            Err(error) => error,
        }
    }
}

/// `NAME_UNKNOWN` with the name.
pub(super) fn name_unknown(name: &RepositoryName) -> Error {
    Error::new(Code::NameUnknown).detail(serde_json::json!({"name": name.as_str()}))
}
