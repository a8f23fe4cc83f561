//! Paths of the protocol, written by the judge's own hand.

use super::Context;

impl Context {
    /// `/v2/<repository>/manifests/<reference>`
    pub fn manifest_path(&self, repository: &str, reference: impl std::fmt::Display) -> String {
        format!("/v2/{repository}/manifests/{reference}")
    }

    /// `/v2/<repository>/blobs/<digest>`
    pub fn blob_path(&self, repository: &str, digest: impl std::fmt::Display) -> String {
        format!("/v2/{repository}/blobs/{digest}")
    }

    /// `/v2/<repository>/blobs/uploads/`
    pub fn uploads_path(&self, repository: &str) -> String {
        format!("/v2/{repository}/blobs/uploads/")
    }

    /// `/v2/<repository>/tags/list`
    pub fn tags_path(&self, repository: &str) -> String {
        format!("/v2/{repository}/tags/list")
    }

    /// `/v2/<repository>/referrers/<digest>`
    pub fn referrers_path(&self, repository: &str, digest: impl std::fmt::Display) -> String {
        format!("/v2/{repository}/referrers/{digest}")
    }
}
