//! The contract of a storage driver.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use bytes::Bytes;

use super::StorePath;

/// Why a storage operation did not happen.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// There is no object and no directory of that path.
    #[error("{0}: no such object")]
    NotFound(StorePath),
    /// The object is being written by somebody else, or its size is not the one the caller expected.
    #[error("{path}: the object is {actual} bytes long, not {expected}")]
    Offset {
        /// The object.
        path: StorePath,
        /// The size the caller took for granted, in bytes.
        expected: u64,
        /// The size it has, in bytes.
        actual: u64,
    },
    /// Another writer holds the object.
    #[error("{0}: another writer holds the object")]
    Busy(StorePath),
    /// The object is larger than the caller was ready to read.
    #[error("{path}: {size} bytes, more than the {limit} allowed here")]
    TooLarge {
        /// The object.
        path: StorePath,
        /// Its size in bytes.
        size: u64,
        /// The limit that was given, in bytes.
        limit: u64,
    },
    /// No room is left on the device, or a quota is used up.
    #[error("{0}: no space left")]
    Full(StorePath),
    /// Anything else the system reported.
    #[error("{path}: {source}")]
    Io {
        /// The object.
        path: StorePath,
        /// What the system said.
        source: std::io::Error,
    },
}

/// What is known of a stored object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// Size in bytes; 0 for a directory.
    pub size: u64,
    /// Whether the path is a directory.
    pub is_dir: bool,
    /// When it was last written.
    pub modified: SystemTime,
}

/// A store of objects named by slash-separated paths.
///
/// `write`, `append` and `rename` make directories as needed. An empty directory stays until it is deleted itself, as
/// with Docker Distribution's drivers of the same names; a driver without true directories may let it go.
/// An object where a directory is expected, or the reverse, is an `Io` error, never a silent replacement.
/// Every method may return [`StorageError::Io`]; the docs list what else can come.
///
/// **Durability.** When `write`, `rename`, `delete` or [`Appender::finish`] returns, the effect survives power loss;
/// for a path that [is transient](StorePath::is_transient) it survives the end of the process only, until `rename`
/// moves the object to a path that is not.
/// **Atomicity.** A reader sees the old object or the new one, never a part and never nothing in between.
/// **Cancel safety.** A dropped future leaves either the old or the new state; leftovers are never visible to
/// `list`, `stat`, `read` or `open`.
#[async_trait]
pub trait Driver: Send + Sync + fmt::Debug + 'static {
    /// The driver's name in `config.yml`: `filesystem`, `inmemory`.
    fn name(&self) -> &'static str;

    /// What is known of `path`. Errors: `NotFound`.
    async fn stat(&self, path: &StorePath) -> Result<Stat, StorageError>;

    /// The whole object, which must not exceed `limit` bytes. Errors: `NotFound`, `TooLarge`.
    async fn read(&self, path: &StorePath, limit: u64) -> Result<Bytes, StorageError>;

    /// Opens an object for reading at offsets; an open object can be read to its end whatever happens to its name.
    /// Errors: `NotFound`.
    async fn open(&self, path: &StorePath) -> Result<Arc<dyn Object>, StorageError>;

    /// Replaces the object by `content`, atomically and durably. Errors: `Full`.
    async fn write(&self, path: &StorePath, content: Bytes) -> Result<(), StorageError>;

    /// Opens the object for appending at `offset`, which must be its size; at 0 it is created when absent.
    /// One appender at a time. Errors: `NotFound` (offset above 0), `Offset`, `Busy`, `Full`.
    async fn append(&self, path: &StorePath, offset: u64) -> Result<Box<dyn Appender>, StorageError>;

    /// Moves one object, replacing what `to` held, atomically and durably. Errors: `NotFound`, `Busy` (an appender
    /// holds it), `Full`.
    async fn rename(&self, from: &StorePath, to: &StorePath) -> Result<(), StorageError>;

    /// The names directly below a directory, sorted by their bytes. Errors: `NotFound`.
    async fn list(&self, path: &StorePath) -> Result<Vec<String>, StorageError>;

    /// Removes an object, or a directory and all below it. Errors: `NotFound`.
    async fn delete(&self, path: &StorePath) -> Result<(), StorageError>;
}

/// An object opened for reading.
#[async_trait]
pub trait Object: Send + Sync + fmt::Debug {
    /// Size in bytes, fixed when it was opened.
    fn size(&self) -> u64;

    /// Up to `len` bytes from `offset`; fewer only at the end of the object, none behind it.
    async fn read_at(&self, offset: u64, len: usize) -> Result<Bytes, StorageError>;
}

/// An object opened for appending. Dropped without [`finish`](Self::finish), what was written may or may not stay.
#[async_trait]
pub trait Appender: Send + fmt::Debug {
    /// Adds `chunk`. Errors: `Full`. A driver may write behind: the error can be that of an earlier chunk. After an
    /// error the object ends where the last chunk that could be written ends.
    async fn append(&mut self, chunk: Bytes) -> Result<(), StorageError>;

    /// Makes all that was appended durable, releases the object and returns its size in bytes. Errors: `Full`.
    async fn finish(self: Box<Self>) -> Result<u64, StorageError>;
}
