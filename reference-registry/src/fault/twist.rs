//! Something around a registry that does some of its operations wrong.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::error::Error;
use crate::protocol::{Algorithm, Digest, Reference, RepositoryName, Tag, UploadId};
use crate::registry::{
    Blob, BlobInfo, Chunk, Listing, Manifest, ManifestReceipt, ManifestUpload, Mount, Page, Referrer, Registry,
    UploadStatus,
};

/// The operations of a [`Registry`], each of which is left to `inner` unless it is overridden.
#[async_trait]
pub trait Twist: fmt::Debug + Send + Sync + 'static {
    /// As [`Registry::manifest`].
    async fn manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        reference: &Reference,
    ) -> Result<Manifest, Error> {
        inner.manifest(name, reference).await
    }

    /// As [`Registry::put_manifest`].
    async fn put_manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        upload: ManifestUpload,
    ) -> Result<ManifestReceipt, Error> {
        inner.put_manifest(name, upload).await
    }

    /// As [`Registry::delete_manifest`].
    async fn delete_manifest(&self, inner: &dyn Registry, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        inner.delete_manifest(name, digest).await
    }

    /// As [`Registry::delete_tag`].
    async fn delete_tag(&self, inner: &dyn Registry, name: &RepositoryName, tag: &Tag) -> Result<(), Error> {
        inner.delete_tag(name, tag).await
    }

    /// As [`Registry::tags`].
    async fn tags(&self, inner: &dyn Registry, name: &RepositoryName, page: &Page) -> Result<Listing<Tag>, Error> {
        inner.tags(name, page).await
    }

    /// As [`Registry::referrers`].
    async fn referrers(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        subject: &Digest,
        artifact_type: Option<&str>,
        page: &Page,
    ) -> Result<Listing<Referrer>, Error> {
        inner.referrers(name, subject, artifact_type, page).await
    }

    /// As [`Registry::catalog`].
    async fn catalog(&self, inner: &dyn Registry, page: &Page) -> Result<Listing<RepositoryName>, Error> {
        inner.catalog(page).await
    }

    /// As [`Registry::blob_info`].
    async fn blob_info(&self, inner: &dyn Registry, name: &RepositoryName, digest: &Digest) -> Result<BlobInfo, Error> {
        inner.blob_info(name, digest).await
    }

    /// As [`Registry::blob`].
    async fn blob(&self, inner: &dyn Registry, name: &RepositoryName, digest: &Digest) -> Result<Blob, Error> {
        inner.blob(name, digest).await
    }

    /// As [`Registry::delete_blob`].
    async fn delete_blob(&self, inner: &dyn Registry, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        inner.delete_blob(name, digest).await
    }

    /// As [`Registry::put_blob`].
    async fn put_blob(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        digest: &Digest,
        chunk: Chunk,
    ) -> Result<BlobInfo, Error> {
        inner.put_blob(name, digest, chunk).await
    }

    /// As [`Registry::start_upload`].
    async fn start_upload(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        algorithm: Option<Algorithm>,
    ) -> Result<UploadStatus, Error> {
        inner.start_upload(name, algorithm).await
    }

    /// As [`Registry::mount`].
    async fn mount(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        digest: &Digest,
        from: Option<&RepositoryName>,
    ) -> Result<Mount, Error> {
        inner.mount(name, digest, from).await
    }

    /// As [`Registry::upload_status`].
    async fn upload_status(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        id: UploadId,
    ) -> Result<UploadStatus, Error> {
        inner.upload_status(name, id).await
    }

    /// As [`Registry::append_upload`].
    async fn append_upload(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        id: UploadId,
        chunk: Chunk,
    ) -> Result<UploadStatus, Error> {
        inner.append_upload(name, id, chunk).await
    }

    /// As [`Registry::finish_upload`].
    async fn finish_upload(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        id: UploadId,
        digest: &Digest,
        chunk: Chunk,
    ) -> Result<BlobInfo, Error> {
        inner.finish_upload(name, id, digest, chunk).await
    }

    /// As [`Registry::cancel_upload`].
    async fn cancel_upload(&self, inner: &dyn Registry, name: &RepositoryName, id: UploadId) -> Result<(), Error> {
        inner.cancel_upload(name, id).await
    }
}

/// A registry with a twist around it.
#[derive(Debug)]
struct Twisted<T> {
    inner: Arc<dyn Registry>,
    twist: T,
}

/// `inner` with `twist` around it.
pub fn twisted(inner: Arc<dyn Registry>, twist: impl Twist) -> Arc<dyn Registry> {
    Arc::new(Twisted { inner, twist })
}

#[async_trait]
impl<T: Twist> Registry for Twisted<T> {
    async fn manifest(&self, name: &RepositoryName, reference: &Reference) -> Result<Manifest, Error> {
        self.twist.manifest(&*self.inner, name, reference).await
    }

    async fn put_manifest(&self, name: &RepositoryName, upload: ManifestUpload) -> Result<ManifestReceipt, Error> {
        self.twist.put_manifest(&*self.inner, name, upload).await
    }

    async fn delete_manifest(&self, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        self.twist.delete_manifest(&*self.inner, name, digest).await
    }

    async fn delete_tag(&self, name: &RepositoryName, tag: &Tag) -> Result<(), Error> {
        self.twist.delete_tag(&*self.inner, name, tag).await
    }

    async fn tags(&self, name: &RepositoryName, page: &Page) -> Result<Listing<Tag>, Error> {
        self.twist.tags(&*self.inner, name, page).await
    }

    async fn referrers(
        &self,
        name: &RepositoryName,
        subject: &Digest,
        artifact_type: Option<&str>,
        page: &Page,
    ) -> Result<Listing<Referrer>, Error> {
        self.twist.referrers(&*self.inner, name, subject, artifact_type, page).await
    }

    async fn catalog(&self, page: &Page) -> Result<Listing<RepositoryName>, Error> {
        self.twist.catalog(&*self.inner, page).await
    }

    async fn blob_info(&self, name: &RepositoryName, digest: &Digest) -> Result<BlobInfo, Error> {
        self.twist.blob_info(&*self.inner, name, digest).await
    }

    async fn blob(&self, name: &RepositoryName, digest: &Digest) -> Result<Blob, Error> {
        self.twist.blob(&*self.inner, name, digest).await
    }

    async fn delete_blob(&self, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        self.twist.delete_blob(&*self.inner, name, digest).await
    }

    async fn put_blob(&self, name: &RepositoryName, digest: &Digest, chunk: Chunk) -> Result<BlobInfo, Error> {
        self.twist.put_blob(&*self.inner, name, digest, chunk).await
    }

    async fn start_upload(&self, name: &RepositoryName, algorithm: Option<Algorithm>) -> Result<UploadStatus, Error> {
        self.twist.start_upload(&*self.inner, name, algorithm).await
    }

    async fn mount(
        &self,
        name: &RepositoryName,
        digest: &Digest,
        from: Option<&RepositoryName>,
    ) -> Result<Mount, Error> {
        self.twist.mount(&*self.inner, name, digest, from).await
    }

    async fn upload_status(&self, name: &RepositoryName, id: UploadId) -> Result<UploadStatus, Error> {
        self.twist.upload_status(&*self.inner, name, id).await
    }

    async fn append_upload(&self, name: &RepositoryName, id: UploadId, chunk: Chunk) -> Result<UploadStatus, Error> {
        self.twist.append_upload(&*self.inner, name, id, chunk).await
    }

    async fn finish_upload(
        &self,
        name: &RepositoryName,
        id: UploadId,
        digest: &Digest,
        chunk: Chunk,
    ) -> Result<BlobInfo, Error> {
        self.twist.finish_upload(&*self.inner, name, id, digest, chunk).await
    }

    async fn cancel_upload(&self, name: &RepositoryName, id: UploadId) -> Result<(), Error> {
        self.twist.cancel_upload(&*self.inner, name, id).await
    }
}
