//! Manifests in the store.

use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use super::rules;
use crate::engine::core::Core;
use crate::engine::failure::{failed, present};
use crate::engine::options::EngineOptions;
use crate::error::{Code, Error};
use crate::protocol::{Algorithm, Digest, Reference, RepositoryName, Tag};
use crate::registry::{Manifest, ManifestReceipt, ManifestUpload};
use crate::storage::StorePath;

/// How often a tag that moves while it is read is followed.
const FOLLOWED: usize = 16;

/// Manifests up to this size are judged where they arrive, in bytes; it takes less than a millisecond.
const INLINE: usize = 64 << 10;

impl Core {
    pub(in crate::engine) async fn manifest(
        &self,
        name: &RepositoryName,
        reference: &Reference,
    ) -> Result<Manifest, Error> {
        let found = match reference {
            Reference::Digest(digest) => {
                self.manifest_content(name, digest).await?.map(|content| (digest.clone(), content))
            }
            Reference::Tag(tag) => self.tagged(name, tag).await?,
        };
        let Some((digest, content)) = found else {
            return Err(self.manifest_unknown(name, &reference.to_string()).await);
        };
        let media_type = self.facts.of(&digest, &content).media_type.clone();
        Ok(Manifest { digest, media_type, content })
    }

    /// What a tag points at. A tag can move on and its old manifest be deleted between two reads: then it is followed.
    async fn tagged(&self, name: &RepositoryName, tag: &Tag) -> Result<Option<(Digest, Bytes)>, Error> {
        let mut before = None;
        for _ in 0..FOLLOWED {
            let Some(digest) = self.tag_target(name, tag).await? else { return Ok(None) };
            if before.as_ref() == Some(&digest) {
                break;
            }
            if let Some(content) = self.manifest_content(name, &digest).await? {
                return Ok(Some((digest, content)));
            }
            before = Some(digest);
        }
        Ok(None)
    }

    /// The bytes of a manifest of the repository.
    pub(in crate::engine) async fn manifest_content(
        &self,
        name: &RepositoryName,
        digest: &Digest,
    ) -> Result<Option<Bytes>, Error> {
        if !self.linked(&StorePath::revision_link(name, digest)).await? {
            return Ok(None);
        }
        self.manifest_data(digest).await
    }

    /// The bytes of a manifest that is linked somewhere.
    pub(in crate::engine) async fn manifest_data(&self, digest: &Digest) -> Result<Option<Bytes>, Error> {
        // What was accepted under a higher limit can still be had.
        let limit = self.options.manifest_limit.max(EngineOptions::MANIFEST_LIMIT).saturating_mul(4);
        present(self.driver.read(&StorePath::blob_data(digest), limit).await)
    }

    pub(in crate::engine) async fn put_manifest(
        &self,
        name: &RepositoryName,
        upload: ManifestUpload,
    ) -> Result<ManifestReceipt, Error> {
        let ManifestUpload { media_type, content, reference, tags } = upload;
        if content.len() as u64 > self.options.manifest_limit {
            return Err(too_large(content.len(), self.options.manifest_limit));
        }
        let judged = content.clone();
        let judge = move || Ok((addressed(reference, tags, &judged)?, rules::judge(media_type.as_deref(), &judged)?));
        let ((digest, tags), accepted) = aside(content.len(), judge).await?;
        self.check_references(name, &accepted).await?;
        let _shared = self.locks.shared(name).await;
        // In this order nothing that can be seen ever lacks what it needs: bytes, then the link, then the tags.
        self.driver.write(&StorePath::blob_data(&digest), content).await.map_err(failed)?;
        self.write_link(&StorePath::revision_link(name, &digest), &digest).await?;
        for tag in &tags {
            self.set_tag(name, tag, &digest).await?;
        }
        let subject = accepted.subject.and_then(|subject| subject.digest);
        Ok(ManifestReceipt { digest, subject, tags })
    }

    pub(in crate::engine) async fn delete_manifest(&self, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        self.deletion()?;
        let _alone = self.locks.exclusive(name).await;
        if !self.linked(&StorePath::revision_link(name, digest)).await? {
            return Err(self.manifest_unknown(name, &digest.to_string()).await);
        }
        // Tags first: whenever this stops, none of them points at nothing.
        for tag in self.tag_names(name).await? {
            if self.tag_target(name, &tag).await?.as_ref() == Some(digest) {
                self.unset_tag(name, &tag).await?;
            }
        }
        self.remove(&StorePath::revision(name, digest)).await?;
        Ok(())
    }
}

/// Does work on `size` bytes, elsewhere when there are many of them.
async fn aside<T: Send + 'static>(
    size: usize,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    if size <= INLINE {
        return work();
    }
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::new(Code::Unknown).source(error)),
    }
}

/// The digest to store a manifest under, and the tags to point at it.
fn addressed(reference: Reference, further: Vec<Tag>, content: &[u8]) -> Result<(Digest, Vec<Tag>), Error> {
    let (digest, mut tags) = match reference {
        Reference::Tag(tag) => (Algorithm::Sha256.digest(content), vec![tag]),
        Reference::Digest(digest) => {
            let actual = digest.algorithm().digest(content);
            if actual != digest {
                return Err(Error::new(Code::DigestInvalid)
                    .message("the manifest does not have the digest it was sent under")
                    .detail(json!({"digest": digest.to_string(), "actual": actual.to_string()})));
            }
            (digest, Vec::new())
        }
    };
    for tag in further {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok((digest, tags))
}

/// Source: `D11-088`.
fn too_large(size: usize, limit: u64) -> Error {
    Error::new(Code::SizeInvalid)
        .status(StatusCode::PAYLOAD_TOO_LARGE)
        .message(format!("a manifest has at most {limit} bytes"))
        .detail(json!({"size": size, "limit": limit}))
}
