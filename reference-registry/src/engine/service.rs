//! The engine as the contract wants it.

use std::sync::Arc;

use async_trait::async_trait;

use super::core::Core;
use super::options::EngineOptions;
use crate::error::{Code, Error};
use crate::protocol::{Algorithm, Digest, Reference, RepositoryName, Tag, UploadId};
use crate::registry::{
    Blob, BlobInfo, Chunk, Listing, Manifest, ManifestReceipt, ManifestUpload, Mount, Page, Referrer, Registry,
    UploadStatus,
};
use crate::storage::Driver;

/// A registry over a storage driver, in Docker Distribution's layout.
///
/// Cancel safety: what changes the store runs in a task of its own, so it comes to its end whatever becomes of the
/// request that asked for it. Must be used inside a Tokio runtime. Cloning it is cheap; clones share everything.
#[derive(Debug, Clone)]
pub struct Engine {
    core: Arc<Core>,
}

impl Engine {
    /// A registry over `driver`.
    pub fn new(driver: Arc<dyn Driver>, options: EngineOptions) -> Self {
        Self { core: Arc::new(Core::new(driver, options)) }
    }

    /// Runs `work` to its end even when the caller does not wait for it.
    async fn detached<T, F>(&self, work: impl FnOnce(Arc<Core>) -> F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        match tokio::spawn(work(self.core.clone())).await {
            Ok(result) => result,
            Err(error) => Err(Error::new(Code::Unknown).source(error)),
        }
    }
}

#[async_trait]
impl Registry for Engine {
    async fn manifest(&self, name: &RepositoryName, reference: &Reference) -> Result<Manifest, Error> {
        self.core.manifest(name, reference).await
    }

    async fn put_manifest(&self, name: &RepositoryName, upload: ManifestUpload) -> Result<ManifestReceipt, Error> {
        let name = name.clone();
        self.detached(|core| async move { core.put_manifest(&name, upload).await }).await
    }

    async fn delete_manifest(&self, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        let (name, digest) = (name.clone(), digest.clone());
        self.detached(|core| async move { core.delete_manifest(&name, &digest).await }).await
    }

    async fn delete_tag(&self, name: &RepositoryName, tag: &Tag) -> Result<(), Error> {
        let (name, tag) = (name.clone(), tag.clone());
        self.detached(|core| async move { core.delete_tag(&name, &tag).await }).await
    }

    async fn tags(&self, name: &RepositoryName, page: &Page) -> Result<Listing<Tag>, Error> {
        self.core.tags(name, page).await
    }

    async fn referrers(
        &self,
        name: &RepositoryName,
        subject: &Digest,
        artifact_type: Option<&str>,
        page: &Page,
    ) -> Result<Listing<Referrer>, Error> {
        self.core.referrers(name, subject, artifact_type, page).await
    }

    async fn catalog(&self, page: &Page) -> Result<Listing<RepositoryName>, Error> {
        self.core.catalog(page).await
    }

    async fn blob_info(&self, name: &RepositoryName, digest: &Digest) -> Result<BlobInfo, Error> {
        self.core.blob_info(name, digest).await
    }

    async fn blob(&self, name: &RepositoryName, digest: &Digest) -> Result<Blob, Error> {
        self.core.blob(name, digest).await
    }

    async fn delete_blob(&self, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        let (name, digest) = (name.clone(), digest.clone());
        self.detached(|core| async move { core.delete_blob(&name, &digest).await }).await
    }

    async fn put_blob(&self, name: &RepositoryName, digest: &Digest, chunk: Chunk) -> Result<BlobInfo, Error> {
        let (name, digest) = (name.clone(), digest.clone());
        self.detached(|core| async move { core.put_blob(&name, &digest, chunk).await }).await
    }

    async fn start_upload(&self, name: &RepositoryName, algorithm: Option<Algorithm>) -> Result<UploadStatus, Error> {
        let name = name.clone();
        self.detached(move |core| async move { core.start_upload(&name, algorithm).await }).await
    }

    async fn mount(
        &self,
        name: &RepositoryName,
        digest: &Digest,
        from: Option<&RepositoryName>,
    ) -> Result<Mount, Error> {
        let (name, digest, from) = (name.clone(), digest.clone(), from.cloned());
        self.detached(|core| async move { core.mount(&name, &digest, from.as_ref()).await }).await
    }

    async fn upload_status(&self, name: &RepositoryName, id: UploadId) -> Result<UploadStatus, Error> {
        self.core.upload_status(name, id).await
    }

    async fn append_upload(&self, name: &RepositoryName, id: UploadId, chunk: Chunk) -> Result<UploadStatus, Error> {
        let name = name.clone();
        self.detached(move |core| async move { core.append_upload(&name, id, chunk).await }).await
    }

    async fn finish_upload(
        &self,
        name: &RepositoryName,
        id: UploadId,
        digest: &Digest,
        chunk: Chunk,
    ) -> Result<BlobInfo, Error> {
        let (name, digest) = (name.clone(), digest.clone());
        self.detached(move |core| async move { core.finish_upload(&name, id, &digest, chunk).await }).await
    }

    async fn cancel_upload(&self, name: &RepositoryName, id: UploadId) -> Result<(), Error> {
        let name = name.clone();
        self.detached(move |core| async move { core.cancel_upload(&name, id).await }).await
    }
}
