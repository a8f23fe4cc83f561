//! Blobs: reading, mounting, deleting.

use super::core::Core;
use super::failure::present;
use crate::error::{Code, Error};
use crate::protocol::{Digest, RepositoryName};
use crate::registry::{Blob, BlobInfo, Mount};
use crate::storage::StorePath;

/// How many repositories are asked for a blob that is to be mounted from anywhere.
const SEARCHED: usize = 1000;

fn unknown(digest: &Digest) -> Error {
    Error::new(Code::BlobUnknown).detail(serde_json::json!({"digest": digest.to_string()}))
}

impl Core {
    /// The size of a blob in bytes; `None` when it is not in the repository.
    pub(super) async fn blob_size(&self, name: &RepositoryName, digest: &Digest) -> Result<Option<u64>, Error> {
        if !self.linked(&StorePath::layer_link(name, digest)).await? {
            return Ok(None);
        }
        self.data_size(digest).await
    }

    /// The size in bytes of what the store holds under a digest, whichever repositories it is in.
    pub(super) async fn data_size(&self, digest: &Digest) -> Result<Option<u64>, Error> {
        let stat = present(self.driver.stat(&StorePath::blob_data(digest)).await)?;
        Ok(stat.filter(|stat| !stat.is_dir).map(|stat| stat.size))
    }

    pub(super) async fn blob_info(&self, name: &RepositoryName, digest: &Digest) -> Result<BlobInfo, Error> {
        match self.blob_size(name, digest).await? {
            Some(size) => Ok(BlobInfo { digest: digest.clone(), size }),
            None => Err(unknown(digest)),
        }
    }

    pub(super) async fn blob(&self, name: &RepositoryName, digest: &Digest) -> Result<Blob, Error> {
        if !self.linked(&StorePath::layer_link(name, digest)).await? {
            return Err(unknown(digest));
        }
        let content = present(self.driver.open(&StorePath::blob_data(digest)).await)?.ok_or_else(|| unknown(digest))?;
        Ok(Blob { info: BlobInfo { digest: digest.clone(), size: content.size() }, content })
    }

    /// Takes the blob out of one repository. Its bytes stay: other repositories may hold them, and only garbage
    /// collection knows.
    pub(super) async fn delete_blob(&self, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        self.deletion()?;
        if self.remove(&StorePath::layer_link(name, digest)).await? { Ok(()) } else { Err(unknown(digest)) }
    }

    /// Without `from` the blob is looked for in the repositories there are: that its bytes lie in the store is not
    /// enough, since they may be those of a manifest, or of a blob that every repository has deleted. Whether the
    /// caller may read the repository it is found in is for a wrapper to say; one that cannot tell switches
    /// `anonymous_mount` off. Source: `D11-071`, `D11-072`.
    pub(super) async fn mount(
        &self,
        name: &RepositoryName,
        digest: &Digest,
        from: Option<&RepositoryName>,
    ) -> Result<Mount, Error> {
        let size = match from {
            Some(from) => self.blob_size(from, digest).await?,
            None if self.options.anonymous_mount => self.find_anywhere(name, digest).await?,
            None => None,
        };
        let Some(size) = size else { return Ok(Mount::Started(self.start_upload(name, None).await?)) };
        self.write_link(&StorePath::layer_link(name, digest), digest).await?;
        Ok(Mount::Mounted(BlobInfo { digest: digest.clone(), size }))
    }

    async fn find_anywhere(&self, name: &RepositoryName, digest: &Digest) -> Result<Option<u64>, Error> {
        let Some(size) = self.data_size(digest).await? else { return Ok(None) };
        if self.linked(&StorePath::layer_link(name, digest)).await? {
            return Ok(Some(size));
        }
        for repository in self.repositories(None, SEARCHED).await? {
            if self.linked(&StorePath::layer_link(&repository, digest)).await? {
                return Ok(Some(size));
            }
        }
        Ok(None)
    }
}
