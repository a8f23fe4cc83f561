//! The driver over the tree: which operations run in place and which on the blocking pool.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::task::{JoinError, spawn_blocking};

use super::pool::Buffer;
use super::sync::{Kernel, Sync};
use super::tree::Tree;
use super::{append, read};
use crate::storage::{Appender, Driver, Object, Stat, StorageError, StorePath};

/// Why a root directory cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the root directory {} cannot be used: {source}", .root.display())]
pub struct OpenError {
    /// The directory.
    pub root: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Objects as files below a root directory.
///
/// Looking up and reading what is in the page cache happens in place; everything that writes or may wait for the
/// disk runs on the blocking pool and goes on to its end when the caller is gone.
#[derive(Debug, Clone)]
pub struct Filesystem {
    tree: Arc<Tree>,
}

impl Filesystem {
    /// The store below `root`, which is made when it is not there. Clears what killed processes left behind.
    /// Errors: the directory cannot be made or read.
    pub fn open(root: &Path) -> Result<Self, OpenError> {
        Self::with_sync(root, Box::new(Kernel))
    }

    pub(super) fn with_sync(root: &Path, sync: Box<dyn Sync>) -> Result<Self, OpenError> {
        let usable = || {
            std::fs::create_dir_all(root)?;
            let root = std::path::absolute(root)?;
            std::fs::read_dir(&root)?;
            Ok(root)
        };
        let absolute = usable().map_err(|source| OpenError { root: root.to_owned(), source })?;
        let tree = Arc::new(Tree::new(absolute, sync));
        match tree.scratch.sweep() {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "removed what earlier processes had not finished writing"),
            // They take room and do no harm; a store that may only be read is still served.
            Err(error) => tracing::warn!(%error, "could not remove what earlier processes had not finished writing"),
        }
        Ok(Self { tree })
    }

    async fn blocking<T: Send + 'static>(
        &self,
        path: &StorePath,
        act: impl FnOnce(&Arc<Tree>, &StorePath) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let tree = self.tree.clone();
        blocking(path, move |path| act(&tree, path)).await
    }
}

/// Runs something on the blocking pool.
pub(super) async fn blocking<T: Send + 'static>(
    path: &StorePath,
    act: impl FnOnce(&StorePath) -> Result<T, StorageError> + Send + 'static,
) -> Result<T, StorageError> {
    let owned = path.clone();
    spawn_blocking(move || act(&owned))
        .await
        .unwrap_or_else(|error| Err(StorageError::Io { path: path.clone(), source: panicked(error) }))
}

/// The blocking pool is shutting down, or what ran there panicked.
pub(super) fn panicked(error: JoinError) -> io::Error {
    io::Error::other(error)
}

#[async_trait]
impl Driver for Filesystem {
    fn name(&self) -> &'static str {
        "filesystem"
    }

    async fn stat(&self, path: &StorePath) -> Result<Stat, StorageError> {
        self.tree.stat(path)
    }

    async fn read(&self, path: &StorePath, limit: u64) -> Result<Bytes, StorageError> {
        let (file, size) = read::open(path, &self.tree.locate(path))?;
        match usize::try_from(size) {
            Ok(0) => Ok(Bytes::new()),
            Ok(len) if size <= limit => read::exactly(path, Arc::new(file), 0, Buffer::own(len)).await,
            _ => Err(StorageError::TooLarge { path: path.clone(), size, limit }),
        }
    }

    async fn open(&self, path: &StorePath) -> Result<Arc<dyn Object>, StorageError> {
        let (file, size) = read::open(path, &self.tree.locate(path))?;
        Ok(Arc::new(read::OpenFile::new(path.clone(), file, size, self.tree.pool.clone())))
    }

    async fn write(&self, path: &StorePath, content: Bytes) -> Result<(), StorageError> {
        self.blocking(path, move |tree, path| tree.write(path, &content)).await
    }

    async fn append(&self, path: &StorePath, offset: u64) -> Result<Box<dyn Appender>, StorageError> {
        let appender = self.blocking(path, move |tree, path| append::open(tree, path, offset)).await?;
        Ok(Box::new(appender))
    }

    async fn rename(&self, from: &StorePath, to: &StorePath) -> Result<(), StorageError> {
        let to = to.clone();
        self.blocking(from, move |tree, from| tree.rename(from, &to)).await
    }

    async fn list(&self, path: &StorePath) -> Result<Vec<String>, StorageError> {
        self.blocking(path, |tree, path| tree.list(path)).await
    }

    async fn delete(&self, path: &StorePath) -> Result<(), StorageError> {
        self.blocking(path, |tree, path| tree.delete(path)).await
    }
}
