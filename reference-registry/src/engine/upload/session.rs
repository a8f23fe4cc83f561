//! The life of an upload session.

use bytes::Bytes;
use jiff::Timestamp;

use super::body::{Stop, announced, busy, mismatch, receive, unknown};
use super::digester::Digester;
use super::intake::{HOLD, Intake};
use super::lease::{Lease, Progress};
use crate::engine::core::Core;
use crate::engine::failure::{failed, present};
use crate::error::Error;
use crate::protocol::{Algorithm, Digest, RepositoryName, UploadId};
use crate::registry::{BlobInfo, Chunk, UploadStatus};
use crate::storage::StorePath;

/// Read at once when a hash has to be made from the store, in bytes.
const PIECE: usize = 1 << 20;

impl Core {
    pub(in crate::engine) async fn start_upload(
        &self,
        name: &RepositoryName,
        algorithm: Option<Algorithm>,
    ) -> Result<UploadStatus, Error> {
        let id = UploadId::random();
        self.begin(name, id).await?;
        if let Some(algorithm) = algorithm {
            self.sessions.rest(id, Progress { offset: 0, digester: Digester::new(algorithm) });
        }
        Ok(UploadStatus { id, received: 0 })
    }

    pub(in crate::engine) async fn upload_status(
        &self,
        name: &RepositoryName,
        id: UploadId,
    ) -> Result<UploadStatus, Error> {
        Ok(UploadStatus { id, received: self.received(name, id).await? })
    }

    /// A chunk that does not arrive whole leaves what came of it: the next one has to begin there, so sending the same
    /// range again is refused and cannot put bytes in twice.
    pub(in crate::engine) async fn append_upload(
        &self,
        name: &RepositoryName,
        id: UploadId,
        chunk: Chunk,
    ) -> Result<UploadStatus, Error> {
        let mut lease = self.sessions.lease(id).ok_or_else(busy)?;
        let start = self.received(name, id).await?;
        let expected = announced(&chunk, start)?;
        let mut intake = self.intake(name, id, start);
        match receive(chunk, expected, &mut intake, &mut lease, id).await {
            Err(Stop::Lost(error)) => Err(error),
            Err(Stop::Kept(error)) => {
                self.keep(id, intake).await?;
                Err(error)
            }
            Ok(()) => Ok(UploadStatus { id, received: self.keep(id, intake).await? }),
        }
    }

    pub(in crate::engine) async fn finish_upload(
        &self,
        name: &RepositoryName,
        id: UploadId,
        digest: &Digest,
        chunk: Chunk,
    ) -> Result<BlobInfo, Error> {
        let mut lease = self.sessions.lease(id).ok_or_else(busy)?;
        let start = self.received(name, id).await?;
        self.complete(name, id, digest, chunk, start, &mut lease).await
    }

    pub(in crate::engine) async fn put_blob(
        &self,
        name: &RepositoryName,
        digest: &Digest,
        chunk: Chunk,
    ) -> Result<BlobInfo, Error> {
        let id = UploadId::random();
        let mut lease = self.sessions.lease(id).ok_or_else(busy)?;
        // A small blob never needs the session; a large one shall be found by whoever clears up after a crash.
        if chunk.length.is_none_or(|length| length > HOLD as u64) {
            self.begin(name, id).await?;
        }
        let result = self.complete(name, id, digest, chunk, 0, &mut lease).await;
        if result.is_err() {
            self.discard(name, id).await;
        }
        result
    }

    pub(in crate::engine) async fn cancel_upload(&self, name: &RepositoryName, id: UploadId) -> Result<(), Error> {
        self.received(name, id).await?;
        let _lease = self.sessions.seize(id).await;
        self.sessions.forget(id);
        if self.remove(&StorePath::upload(name, id)).await? { Ok(()) } else { Err(unknown(id)) }
    }

    async fn begin(&self, name: &RepositoryName, id: UploadId) -> Result<(), Error> {
        // Whole seconds, as Docker Distribution writes them.
        let now = Timestamp::now().round(jiff::Unit::Second).unwrap_or_default();
        self.driver.write(&StorePath::upload_started_at(name, id), Bytes::from(now.to_string())).await.map_err(failed)
    }

    /// How many bytes a session has.
    async fn received(&self, name: &RepositoryName, id: UploadId) -> Result<u64, Error> {
        if !self.linked(&StorePath::upload_started_at(name, id)).await? {
            return Err(unknown(id));
        }
        let stat = present(self.driver.stat(&StorePath::upload_data(name, id)).await)?;
        Ok(stat.map_or(0, |stat| stat.size))
    }

    fn intake(&self, name: &RepositoryName, id: UploadId, start: u64) -> Intake<'_> {
        let digester = match self.sessions.resume(id, start) {
            None if start == 0 => Some(Digester::new(Algorithm::Sha256)),
            remembered => remembered,
        };
        Intake::new(&*self.driver, StorePath::upload_data(name, id), start, digester)
    }

    /// Makes a session durable as it is, and lets it rest.
    async fn keep(&self, id: UploadId, intake: Intake<'_>) -> Result<u64, Error> {
        let (offset, digester) = intake.store().await?;
        if let Some(digester) = digester {
            self.sessions.rest(id, Progress { offset, digester });
        }
        Ok(offset)
    }

    /// Takes in the last chunk and makes a blob of the session: bytes first, then the link that lets it be seen.
    async fn complete(
        &self,
        name: &RepositoryName,
        id: UploadId,
        digest: &Digest,
        chunk: Chunk,
        start: u64,
        lease: &mut Lease,
    ) -> Result<BlobInfo, Error> {
        let expected = announced(&chunk, start)?;
        let mut intake = self.intake(name, id, start);
        match receive(chunk, expected, &mut intake, lease, id).await {
            Err(Stop::Lost(error)) => return Err(error),
            Err(Stop::Kept(error)) => {
                self.keep(id, intake).await?;
                return Err(error);
            }
            Ok(()) => {}
        }
        let (size, actual) = match intake.whole() {
            Some(whole) => (whole.len() as u64, self.admit(digest, whole).await?),
            None => self.admit_session(name, id, digest, intake).await?,
        };
        if actual != *digest {
            self.discard(name, id).await;
            return Err(mismatch(digest, &actual));
        }
        self.write_link(&StorePath::layer_link(name, digest), digest).await?;
        self.discard(name, id).await;
        Ok(BlobInfo { digest: digest.clone(), size })
    }

    /// Puts a blob that is in memory into the store, if its digest is right; its digest.
    async fn admit(&self, digest: &Digest, whole: Bytes) -> Result<Digest, Error> {
        let actual = digest.algorithm().digest(&whole);
        if actual == *digest {
            self.driver.write(&StorePath::blob_data(digest), whole).await.map_err(failed)?;
        }
        Ok(actual)
    }

    /// Makes a blob of the bytes of a session, if its digest is right; its size in bytes and its digest.
    async fn admit_session(
        &self,
        name: &RepositoryName,
        id: UploadId,
        digest: &Digest,
        intake: Intake<'_>,
    ) -> Result<(u64, Digest), Error> {
        let path = StorePath::upload_data(name, id);
        let (size, digester) = intake.store().await?;
        let actual = match digester {
            Some(digester) if digester.algorithm() == digest.algorithm() => digester.finish().await?,
            _ => self.hash(&path, digest.algorithm()).await?,
        };
        if actual == *digest {
            self.driver.rename(&path, &StorePath::blob_data(digest)).await.map_err(failed)?;
        }
        Ok((size, actual))
    }

    /// The digest of an object in the store.
    async fn hash(&self, path: &StorePath, algorithm: Algorithm) -> Result<Digest, Error> {
        let object = self.driver.open(path).await.map_err(failed)?;
        let mut digester = Digester::new(algorithm);
        let mut offset = 0;
        while offset < object.size() {
            let piece = object.read_at(offset, PIECE).await.map_err(failed)?;
            if piece.is_empty() {
                break;
            }
            offset += piece.len() as u64;
            digester.update(piece).await?;
        }
        digester.finish().await
    }

    /// Removes a session whose fate is decided; that it stays behind is nobody's error but the operator's.
    async fn discard(&self, name: &RepositoryName, id: UploadId) {
        self.sessions.forget(id);
        if let Err(error) = self.remove(&StorePath::upload(name, id)).await {
            tracing::warn!(%error, %id, "an upload session stays behind");
        }
    }
}
