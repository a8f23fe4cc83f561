//! A driver that stops writing after so many writes, as a full disk or a killed process does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use reference_registry::storage::{Appender, Driver, Memory, Object, Stat, StorageError, StorePath};

/// A store in memory whose writes fail once `left` of them were made.
#[derive(Debug, Clone)]
pub(crate) struct Failing {
    inner: Arc<Memory>,
    left: Arc<AtomicUsize>,
}

impl Failing {
    /// A store on which everything works until [`after`](Self::after) is called.
    pub(crate) fn new() -> Self {
        Self { inner: Arc::new(Memory::new()), left: Arc::new(AtomicUsize::new(usize::MAX)) }
    }

    /// Lets `count` more writes succeed.
    pub(crate) fn after(&self, count: usize) {
        self.left.store(count, Ordering::SeqCst);
    }

    fn write_one(&self, path: &StorePath) -> Result<(), StorageError> {
        let take = |left: usize| left.checked_sub(1);
        match self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take) {
            Ok(_) => Ok(()),
            Err(_) => Err(StorageError::Full(path.clone())),
        }
    }
}

#[async_trait]
impl Driver for Failing {
    fn name(&self) -> &'static str {
        "failing"
    }

    async fn stat(&self, path: &StorePath) -> Result<Stat, StorageError> {
        self.inner.stat(path).await
    }

    async fn read(&self, path: &StorePath, limit: u64) -> Result<Bytes, StorageError> {
        self.inner.read(path, limit).await
    }

    async fn open(&self, path: &StorePath) -> Result<Arc<dyn Object>, StorageError> {
        self.inner.open(path).await
    }

    async fn write(&self, path: &StorePath, content: Bytes) -> Result<(), StorageError> {
        self.write_one(path)?;
        self.inner.write(path, content).await
    }

    async fn append(&self, path: &StorePath, offset: u64) -> Result<Box<dyn Appender>, StorageError> {
        self.write_one(path)?;
        let inner = self.inner.append(path, offset).await?;
        Ok(Box::new(FailingAppender { inner, path: path.clone(), driver: self.clone() }))
    }

    async fn rename(&self, from: &StorePath, to: &StorePath) -> Result<(), StorageError> {
        self.write_one(to)?;
        self.inner.rename(from, to).await
    }

    async fn list(&self, path: &StorePath) -> Result<Vec<String>, StorageError> {
        self.inner.list(path).await
    }

    async fn delete(&self, path: &StorePath) -> Result<(), StorageError> {
        self.write_one(path)?;
        self.inner.delete(path).await
    }
}

#[derive(Debug)]
struct FailingAppender {
    inner: Box<dyn Appender>,
    path: StorePath,
    driver: Failing,
}

#[async_trait]
impl Appender for FailingAppender {
    async fn append(&mut self, chunk: Bytes) -> Result<(), StorageError> {
        self.driver.write_one(&self.path)?;
        self.inner.append(chunk).await
    }

    async fn finish(self: Box<Self>) -> Result<u64, StorageError> {
        self.driver.write_one(&self.path)?;
        self.inner.finish().await
    }
}
