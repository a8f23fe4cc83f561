//! Faults of what stays, or goes, beside what was asked for: after deletions, across repositories.

use std::collections::HashSet;

use http::StatusCode;
use parking_lot::Mutex;

use super::edit::{is_blob, succeeded};
use super::hook::{After, Hook};
use super::set::Fault;
use super::twist::{Twist, twisted};
use crate::error::{Code, Error};
use crate::protocol::{Algorithm, Digest, Reference, RepositoryName, Request, Tag};
use crate::registry::{Blob, Listing, Manifest, Page, Referrer, Registry};

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "blob-get-wrong-digest",
        summary: "the Docker-Content-Digest of a blob is that of something else",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_blob) {
                reply.set("docker-content-digest", &Algorithm::Sha256.digest(b"something else").to_string());
            }
        })],
    },
    Fault {
        name: "blob-only-after-manifest",
        summary: "a blob is there only after a manifest of its repository was pulled",
        hooks: &[Hook::Registry(|inner| twisted(inner, AfterManifest::default()))],
    },
    Fault {
        name: "blobs-as-manifests",
        summary: "a blob can be pulled as if it were a manifest",
        hooks: &[Hook::Registry(|inner| twisted(inner, BlobsAsManifests))],
    },
    Fault {
        name: "manifest-get-deletes-tag",
        summary: "pulling a manifest by tag deletes the tag",
        hooks: &[Hook::After(|after| Box::pin(delete_pulled(after)))],
    },
    Fault {
        name: "manifest-delete-empties-repository",
        summary: "with one manifest every tagged manifest of its repository is deleted",
        hooks: &[Hook::Registry(|inner| twisted(inner, EmptyRepository))],
    },
    Fault {
        name: "manifest-delete-is-for-ever",
        summary: "a manifest that was deleted once never comes back",
        hooks: &[Hook::Registry(|inner| twisted(inner, Tombstones::default()))],
    },
    Fault {
        name: "manifest-delete-leaves-tags-listed",
        summary: "the tags of a deleted manifest are still listed",
        hooks: &[Hook::Registry(|inner| twisted(inner, Ghosts::default()))],
    },
    Fault {
        name: "tags-list-shows-deleted",
        summary: "a deleted tag is still listed",
        hooks: &[Hook::Registry(|inner| twisted(inner, Ghosts::default()))],
    },
    Fault {
        name: "tags-of-all-repositories",
        summary: "a tag of any repository can be pulled from every other",
        hooks: &[Hook::Registry(|inner| twisted(inner, SharedTags))],
    },
    Fault {
        name: "referrers-keep-deleted",
        summary: "a deleted manifest is still among the referrers",
        hooks: &[Hook::Registry(|inner| twisted(inner, KeptReferrers::default()))],
    },
    Fault {
        name: "referrers-of-all-repositories",
        summary: "referrers in any repository are listed in every other",
        hooks: &[Hook::Registry(|inner| twisted(inner, SharedReferrers))],
    },
];

async fn repositories(registry: &dyn Registry) -> Vec<RepositoryName> {
    registry.catalog(&Page::default()).await.map(|listing| listing.entries).unwrap_or_default()
}

async fn delete_pulled(after: After<'_>) {
    if let Request::Manifest { name, reference: Reference::Tag(tag), .. } = after.request
        && after.status == StatusCode::OK
    {
        // Another reader may have been faster.
        let _ = after.registry.delete_tag(name, tag).await;
    }
}

#[derive(Debug, Default)]
struct AfterManifest(Mutex<HashSet<RepositoryName>>);

#[async_trait::async_trait]
impl Twist for AfterManifest {
    async fn manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        reference: &Reference,
    ) -> Result<Manifest, Error> {
        self.0.lock().insert(name.clone());
        inner.manifest(name, reference).await
    }

    async fn blob(&self, inner: &dyn Registry, name: &RepositoryName, digest: &Digest) -> Result<Blob, Error> {
        if !self.0.lock().contains(name) {
            return Err(Error::new(Code::BlobUnknown));
        }
        inner.blob(name, digest).await
    }
}

#[derive(Debug)]
struct BlobsAsManifests;

#[async_trait::async_trait]
impl Twist for BlobsAsManifests {
    async fn manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        reference: &Reference,
    ) -> Result<Manifest, Error> {
        let missing = match (inner.manifest(name, reference).await, reference) {
            (Err(error), Reference::Digest(digest)) => (error, digest),
            (result, _) => return result,
        };
        let Ok(blob) = inner.blob(name, missing.1).await else { return Err(missing.0) };
        let length = usize::try_from(blob.info.size).unwrap_or_default();
        let content = blob.content.read_at(0, length).await.map_err(|error| Error::new(Code::Unknown).source(error))?;
        Ok(Manifest { digest: missing.1.clone(), media_type: "application/octet-stream".to_owned(), content })
    }
}

#[derive(Debug)]
struct EmptyRepository;

#[async_trait::async_trait]
impl Twist for EmptyRepository {
    async fn delete_manifest(&self, inner: &dyn Registry, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        inner.delete_manifest(name, digest).await?;
        for tag in inner.tags(name, &Page::default()).await?.entries {
            if let Ok(manifest) = inner.manifest(name, &Reference::Tag(tag)).await {
                inner.delete_manifest(name, &manifest.digest).await?;
            }
        }
        Ok(())
    }
}

#[derive(Debug, Default)]
struct Tombstones(Mutex<HashSet<Digest>>);

#[async_trait::async_trait]
impl Twist for Tombstones {
    async fn delete_manifest(&self, inner: &dyn Registry, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        self.0.lock().insert(digest.clone());
        inner.delete_manifest(name, digest).await
    }

    async fn manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        reference: &Reference,
    ) -> Result<Manifest, Error> {
        let manifest = inner.manifest(name, reference).await?;
        if self.0.lock().contains(&manifest.digest) { Err(Error::new(Code::ManifestUnknown)) } else { Ok(manifest) }
    }
}

/// Tags that were listed once are listed for ever.
#[derive(Debug, Default)]
struct Ghosts(Mutex<HashSet<(RepositoryName, Tag)>>);

impl Ghosts {
    async fn remember(&self, inner: &dyn Registry, name: &RepositoryName) {
        if let Ok(listing) = inner.tags(name, &Page::default()).await {
            self.0.lock().extend(listing.entries.into_iter().map(|tag| (name.clone(), tag)));
        }
    }
}

#[async_trait::async_trait]
impl Twist for Ghosts {
    async fn delete_manifest(&self, inner: &dyn Registry, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        self.remember(inner, name).await;
        inner.delete_manifest(name, digest).await
    }

    async fn delete_tag(&self, inner: &dyn Registry, name: &RepositoryName, tag: &Tag) -> Result<(), Error> {
        self.remember(inner, name).await;
        inner.delete_tag(name, tag).await
    }

    async fn tags(&self, inner: &dyn Registry, name: &RepositoryName, page: &Page) -> Result<Listing<Tag>, Error> {
        let mut listing = inner.tags(name, page).await?;
        let ghosts = self.0.lock();
        listing.entries.extend(ghosts.iter().filter(|(owner, _)| owner == name).map(|(_, tag)| tag.clone()));
        listing.entries.sort();
        listing.entries.dedup();
        Ok(listing)
    }
}

#[derive(Debug)]
struct SharedTags;

#[async_trait::async_trait]
impl Twist for SharedTags {
    async fn manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        reference: &Reference,
    ) -> Result<Manifest, Error> {
        let missing = match inner.manifest(name, reference).await {
            Err(error) if matches!(reference, Reference::Tag(_)) => error,
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

/// Referrers that were deleted, with their subjects.
#[derive(Debug, Default)]
struct KeptReferrers(Mutex<Vec<(Digest, Referrer)>>);

#[async_trait::async_trait]
impl Twist for KeptReferrers {
    async fn delete_manifest(&self, inner: &dyn Registry, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        let manifest = inner.manifest(name, &Reference::Digest(digest.clone())).await?;
        let content: serde_json::Value = serde_json::from_slice(&manifest.content).unwrap_or_default();
        if let Some(Ok(subject)) = content["subject"]["digest"].as_str().map(str::parse::<Digest>) {
            let listing = inner.referrers(name, &subject, None, &Page::default()).await?;
            let own = digest.to_string();
            let kept = listing.entries.into_iter().filter(|referrer| referrer.digest == own);
            self.0.lock().extend(kept.map(|referrer| (subject.clone(), referrer)));
        }
        inner.delete_manifest(name, digest).await
    }

    async fn referrers(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        subject: &Digest,
        artifact_type: Option<&str>,
        page: &Page,
    ) -> Result<Listing<Referrer>, Error> {
        let mut listing = inner.referrers(name, subject, artifact_type, page).await?;
        let kept = self.0.lock();
        listing.entries.extend(kept.iter().filter(|(of, _)| of == subject).map(|(_, referrer)| referrer.clone()));
        Ok(listing)
    }
}

#[derive(Debug)]
struct SharedReferrers;

#[async_trait::async_trait]
impl Twist for SharedReferrers {
    async fn referrers(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        subject: &Digest,
        artifact_type: Option<&str>,
        page: &Page,
    ) -> Result<Listing<Referrer>, Error> {
        let mut listing = inner.referrers(name, subject, artifact_type, page).await?;
        for other in repositories(inner).await.iter().filter(|other| *other != name) {
            listing.entries.extend(inner.referrers(other, subject, artifact_type, page).await?.entries);
        }
        Ok(listing)
    }
}
