//! An engine to test, and short ways to ask it for things.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use reference_registry::engine::{Engine, EngineOptions};
use reference_registry::error::{Code, Error};
use reference_registry::protocol::{Algorithm, Digest, Reference, RepositoryName, Tag};
use reference_registry::registry::{Body, BodyError, Chunk, ManifestReceipt, ManifestUpload, Registry};
use reference_registry::storage::{Driver, Filesystem, Memory, fsck};

/// An engine over a store of its own.
pub(crate) struct Fixture {
    pub(crate) engine: Engine,
    pub(crate) driver: Arc<dyn Driver>,
}

/// Options under which everything can be done.
pub(crate) fn permissive() -> EngineOptions {
    EngineOptions { delete_enabled: true, ..EngineOptions::default() }
}

/// Runs `body` over a fresh engine on each driver; afterwards the store has to fit together.
pub(crate) fn each<F: Future<Output = ()>>(options: &EngineOptions, body: impl Fn(Fixture) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // Syncs are not what is tested here, and a file system in memory makes none.
    let root = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let drivers: [Arc<dyn Driver>; 2] = [Arc::new(Memory::new()), Arc::new(Filesystem::open(root.path()).unwrap())];
    for driver in drivers {
        println!("driver: {}", driver.name());
        let engine = Engine::new(driver.clone(), options.clone());
        runtime.block_on(async {
            body(Fixture { engine, driver: driver.clone() }).await;
            let report = fsck::check(&*driver).await.unwrap();
            assert_eq!(report.damage().collect::<Vec<_>>(), Vec::<&fsck::Finding>::new());
        });
    }
}

pub(crate) fn name(text: &str) -> RepositoryName {
    text.parse().unwrap()
}

pub(crate) fn tag(text: &str) -> Tag {
    text.parse().unwrap()
}

pub(crate) fn sha256(content: &[u8]) -> Digest {
    Algorithm::Sha256.digest(content)
}

/// A body that arrives in pieces of `size` bytes.
pub(crate) fn pieces(content: &[u8], size: usize) -> Body {
    let chunks: Vec<Result<Bytes, BodyError>> =
        content.chunks(size.max(1)).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    Box::pin(futures_util::stream::iter(chunks))
}

/// A chunk without a range, as long as it says.
pub(crate) fn whole(content: &[u8]) -> Chunk {
    Chunk { range: None, length: Some(content.len() as u64), body: pieces(content, 10_000) }
}

/// A chunk with the range that fits `content` at `offset`.
pub(crate) fn at(offset: u64, content: &[u8]) -> Chunk {
    let range = Some((offset, offset + content.len() as u64 - 1));
    Chunk { range, ..whole(content) }
}

/// What an error is on the wire.
pub(crate) fn code(error: &Error) -> (Code, u16) {
    (error.code, error.status.as_u16())
}

/// The error of an operation that has to fail.
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> (Code, u16) {
    code(&result.unwrap_err())
}

/// Content of `size` bytes that no other test has.
pub(crate) fn content(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    })
    .take(size)
    .collect()
}

impl Fixture {
    /// Pushes a blob; its digest.
    pub(crate) async fn blob(&self, repository: &str, content: &[u8]) -> Digest {
        let digest = sha256(content);
        self.engine.put_blob(&name(repository), &digest, whole(content)).await.unwrap();
        digest
    }

    /// The bytes of a blob.
    pub(crate) async fn read(&self, repository: &str, digest: &Digest) -> Result<Vec<u8>, Error> {
        let blob = self.engine.blob(&name(repository), digest).await?;
        let mut content = Vec::new();
        while (content.len() as u64) < blob.info.size {
            let piece = blob.content.read_at(content.len() as u64, 100_000).await.unwrap();
            assert!(!piece.is_empty(), "the blob is shorter than its size");
            content.extend_from_slice(&piece);
        }
        Ok(content)
    }

    /// Pushes a manifest with its media type.
    pub(crate) async fn manifest(
        &self,
        repository: &str,
        reference: impl Into<String>,
        content: &str,
    ) -> Result<ManifestReceipt, Error> {
        let value: serde_json::Value = serde_json::from_str(content).unwrap_or_default();
        let media_type = value["mediaType"].as_str().unwrap_or("application/vnd.oci.image.manifest.v1+json").to_owned();
        self.manifest_as(repository, reference, Some(&media_type), content).await
    }

    /// Pushes a manifest as a media type.
    pub(crate) async fn manifest_as(
        &self,
        repository: &str,
        reference: impl Into<String>,
        media_type: Option<&str>,
        content: &str,
    ) -> Result<ManifestReceipt, Error> {
        let upload = ManifestUpload {
            media_type: media_type.map(ToOwned::to_owned),
            content: Bytes::copy_from_slice(content.as_bytes()),
            reference: reference.into().parse::<Reference>().unwrap(),
            tags: Vec::new(),
        };
        self.engine.put_manifest(&name(repository), upload).await
    }
}
