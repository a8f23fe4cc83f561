//! Faults of deleting, and of keeping repositories apart.

use http::{Method, StatusCode};

use super::edit::restatus;
use super::hook::{After, Hook, Reply, Seen};
use super::set::Fault;
use super::twist::{Twist, twisted};
use crate::error::{Code, Error};
use crate::protocol::{Digest, Reference, RepositoryName, Request, Tag};
use crate::registry::{Blob, BlobInfo, Manifest, Page, Registry};

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "tag-delete-with-204",
        summary: "a tag is deleted with 204",
        hooks: &[Hook::Response(|seen, reply| restatus(seen, reply, deletes_tag, StatusCode::NO_CONTENT))],
    },
    Fault {
        name: "tag-delete-lost",
        summary: "a tag that was deleted is still there",
        hooks: &[Hook::Answer(|seen| pretend(seen, deletes_tag))],
    },
    Fault {
        name: "tag-delete-disabled-as-501",
        summary: "tags cannot be deleted, and the answer says 501",
        hooks: &[Hook::Answer(|seen| not_implemented(seen, deletes_tag))],
    },
    Fault {
        name: "tag-delete-takes-manifest",
        summary: "with a tag its manifest is deleted, and so are its other tags",
        hooks: &[Hook::Registry(|inner| twisted(inner, TagTakesManifest))],
    },
    Fault {
        name: "manifest-delete-with-204",
        summary: "a manifest is deleted with 204",
        hooks: &[Hook::Response(|seen, reply| restatus(seen, reply, deletes_manifest, StatusCode::NO_CONTENT))],
    },
    Fault {
        name: "manifest-delete-lost",
        summary: "a manifest that was deleted is still there",
        hooks: &[Hook::Answer(|seen| pretend(seen, deletes_manifest))],
    },
    Fault {
        name: "manifest-delete-disabled-as-501",
        summary: "manifests cannot be deleted, and the answer says 501",
        hooks: &[Hook::Answer(|seen| not_implemented(seen, deletes_manifest))],
    },
    Fault {
        name: "manifest-delete-missing-as-202",
        summary: "a manifest that is not there is deleted with success",
        hooks: &[Hook::Response(|seen, reply| missing_as_success(seen, reply, deletes_manifest))],
    },
    Fault {
        name: "index-delete-cascades",
        summary: "with an index the manifests it lists are deleted",
        hooks: &[Hook::Registry(|inner| twisted(inner, Cascade))],
    },
    Fault {
        name: "blob-delete-with-204",
        summary: "a blob is deleted with 204",
        hooks: &[Hook::Response(|seen, reply| restatus(seen, reply, deletes_blob, StatusCode::NO_CONTENT))],
    },
    Fault {
        name: "blob-delete-lost",
        summary: "a blob that was deleted is still there",
        hooks: &[Hook::Answer(|seen| pretend(seen, deletes_blob))],
    },
    Fault {
        name: "blob-delete-disabled-as-501",
        summary: "blobs cannot be deleted, and the answer says 501",
        hooks: &[Hook::Answer(|seen| not_implemented(seen, deletes_blob))],
    },
    Fault {
        name: "blob-delete-missing-as-202",
        summary: "a blob that is not there is deleted with success",
        hooks: &[Hook::Response(|seen, reply| missing_as_success(seen, reply, deletes_blob))],
    },
    Fault {
        name: "blob-delete-everywhere",
        summary: "a blob that is deleted in one repository is gone from all",
        hooks: &[Hook::After(|after| Box::pin(delete_everywhere(after)))],
    },
    Fault {
        name: "blobs-of-all-repositories",
        summary: "a blob of any repository can be pulled from every other",
        hooks: &[Hook::Registry(|inner| twisted(inner, SharedBlobs))],
    },
    Fault {
        name: "manifests-of-all-repositories",
        summary: "a manifest of any repository can be pulled by digest from every other",
        hooks: &[Hook::Registry(|inner| twisted(inner, SharedManifests))],
    },
];

const fn deletes_tag(request: &Request) -> bool {
    matches!(request, Request::DeleteTag { .. } | Request::DeleteManifest { reference: Reference::Tag(_), .. })
}

const fn deletes_manifest(request: &Request) -> bool {
    matches!(request, Request::DeleteManifest { reference: Reference::Digest(_), .. })
}

const fn deletes_blob(request: &Request) -> bool {
    matches!(request, Request::DeleteBlob { .. })
}

fn pretend(seen: &Seen<'_>, kind: fn(&Request) -> bool) -> Option<Reply> {
    seen.request.is_some_and(kind).then(|| Reply::new(StatusCode::ACCEPTED))
}

fn not_implemented(seen: &Seen<'_>, kind: fn(&Request) -> bool) -> Option<Reply> {
    let refused = || Reply::error(Code::Unsupported, StatusCode::NOT_IMPLEMENTED);
    (seen.head.method == Method::DELETE && seen.request.is_some_and(kind)).then(refused)
}

fn missing_as_success(seen: &Seen<'_>, reply: &mut Reply, kind: fn(&Request) -> bool) {
    if reply.status == StatusCode::NOT_FOUND && seen.request.is_some_and(kind) {
        *reply = Reply::new(StatusCode::ACCEPTED);
    }
}

async fn delete_everywhere(after: After<'_>) {
    let Request::DeleteBlob { digest, .. } = after.request else { return };
    for name in repositories(after.registry).await {
        // Most repositories do not have it.
        let _ = after.registry.delete_blob(&name, digest).await;
    }
}

async fn repositories(registry: &dyn Registry) -> Vec<RepositoryName> {
    registry.catalog(&Page::default()).await.map(|listing| listing.entries).unwrap_or_default()
}

#[derive(Debug)]
struct TagTakesManifest;

#[async_trait::async_trait]
impl Twist for TagTakesManifest {
    async fn delete_tag(&self, inner: &dyn Registry, name: &RepositoryName, tag: &Tag) -> Result<(), Error> {
        let manifest = inner.manifest(name, &Reference::Tag(tag.clone())).await?;
        inner.delete_manifest(name, &manifest.digest).await
    }
}

#[derive(Debug)]
struct Cascade;

#[async_trait::async_trait]
impl Twist for Cascade {
    async fn delete_manifest(&self, inner: &dyn Registry, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        let manifest = inner.manifest(name, &Reference::Digest(digest.clone())).await?;
        let index: serde_json::Value = serde_json::from_slice(&manifest.content).unwrap_or_default();
        for child in index["manifests"].as_array().into_iter().flatten() {
            if let Some(Ok(child)) = child["digest"].as_str().map(str::parse) {
                // A child may be missing: an index may be sparse.
                let _ = inner.delete_manifest(name, &child).await;
            }
        }
        inner.delete_manifest(name, digest).await
    }
}

#[derive(Debug)]
struct SharedBlobs;

#[async_trait::async_trait]
impl Twist for SharedBlobs {
    async fn blob_info(&self, inner: &dyn Registry, name: &RepositoryName, digest: &Digest) -> Result<BlobInfo, Error> {
        let missing = match inner.blob_info(name, digest).await {
            Err(error) => error,
            found => return found,
        };
        for other in repositories(inner).await {
            if let Ok(info) = inner.blob_info(&other, digest).await {
                return Ok(info);
            }
        }
        Err(missing)
    }

    async fn blob(&self, inner: &dyn Registry, name: &RepositoryName, digest: &Digest) -> Result<Blob, Error> {
        let missing = match inner.blob(name, digest).await {
            Err(error) => error,
            found => return found,
        };
        for other in repositories(inner).await {
            if let Ok(blob) = inner.blob(&other, digest).await {
                return Ok(blob);
            }
        }
        Err(missing)
    }
}

#[derive(Debug)]
struct SharedManifests;

#[async_trait::async_trait]
impl Twist for SharedManifests {
    async fn manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        reference: &Reference,
    ) -> Result<Manifest, Error> {
        let missing = match inner.manifest(name, reference).await {
            Err(error) if matches!(reference, Reference::Digest(_)) => error,
            result => return result,
        };
        for other in repositories(inner).await {
            if let Ok(manifest) = inner.manifest(&other, reference).await {
                return Ok(manifest);
            }
        }
        Err(missing)
    }
}
