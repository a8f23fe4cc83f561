//! A registry without content, for tests of the wire alone.

use async_trait::async_trait;
use reference_registry::error::{Code, Error};
use reference_registry::protocol::{Algorithm, Digest, Reference, RepositoryName, Tag, UploadId};
use reference_registry::registry::{
    Blob, BlobInfo, Chunk, Listing, Manifest, ManifestReceipt, ManifestUpload, Mount, Page, Referrer, Registry,
    UploadStatus,
};

/// Knows no repository and takes nothing.
#[derive(Debug)]
pub struct Empty;

#[async_trait]
impl Registry for Empty {
    async fn manifest(&self, _: &RepositoryName, _: &Reference) -> Result<Manifest, Error> {
        Err(Error::new(Code::ManifestUnknown))
    }

    async fn put_manifest(&self, _: &RepositoryName, _: ManifestUpload) -> Result<ManifestReceipt, Error> {
        Err(Error::new(Code::Unsupported))
    }

    async fn delete_manifest(&self, _: &RepositoryName, _: &Digest) -> Result<(), Error> {
        Err(Error::new(Code::ManifestUnknown))
    }

    async fn delete_tag(&self, _: &RepositoryName, _: &Tag) -> Result<(), Error> {
        Err(Error::new(Code::ManifestUnknown))
    }

    async fn tags(&self, _: &RepositoryName, _: &Page) -> Result<Listing<Tag>, Error> {
        Err(Error::new(Code::NameUnknown))
    }

    async fn referrers(
        &self,
        _: &RepositoryName,
        _: &Digest,
        _: Option<&str>,
        _: &Page,
    ) -> Result<Listing<Referrer>, Error> {
        Ok(Listing { entries: Vec::new(), more: false })
    }

    async fn catalog(&self, _: &Page) -> Result<Listing<RepositoryName>, Error> {
        Ok(Listing { entries: Vec::new(), more: false })
    }

    async fn blob_info(&self, _: &RepositoryName, _: &Digest) -> Result<BlobInfo, Error> {
        Err(Error::new(Code::BlobUnknown))
    }

    async fn blob(&self, _: &RepositoryName, _: &Digest) -> Result<Blob, Error> {
        Err(Error::new(Code::BlobUnknown))
    }

    async fn delete_blob(&self, _: &RepositoryName, _: &Digest) -> Result<(), Error> {
        Err(Error::new(Code::BlobUnknown))
    }

    async fn put_blob(&self, _: &RepositoryName, _: &Digest, _: Chunk) -> Result<BlobInfo, Error> {
        Err(Error::new(Code::Unsupported))
    }

    async fn start_upload(&self, _: &RepositoryName, _: Option<Algorithm>) -> Result<UploadStatus, Error> {
        Ok(UploadStatus { id: UploadId::random(), received: 0 })
    }

    async fn mount(&self, _: &RepositoryName, _: &Digest, _: Option<&RepositoryName>) -> Result<Mount, Error> {
        Ok(Mount::Started(UploadStatus { id: UploadId::random(), received: 0 }))
    }

    async fn upload_status(&self, _: &RepositoryName, _: UploadId) -> Result<UploadStatus, Error> {
        Err(Error::new(Code::BlobUploadUnknown))
    }

    async fn append_upload(&self, _: &RepositoryName, _: UploadId, _: Chunk) -> Result<UploadStatus, Error> {
        Err(Error::new(Code::BlobUploadUnknown))
    }

    async fn finish_upload(&self, _: &RepositoryName, _: UploadId, _: &Digest, _: Chunk) -> Result<BlobInfo, Error> {
        Err(Error::new(Code::BlobUploadUnknown))
    }

    async fn cancel_upload(&self, _: &RepositoryName, _: UploadId) -> Result<(), Error> {
        Err(Error::new(Code::BlobUploadUnknown))
    }
}
