//! The driver over the tree.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::RwLock;

use super::content::Content;
use super::tree::{Directory, File, Node, io_error};
use crate::storage::{Appender, Driver, Object, Stat, StorageError, StorePath};

/// Objects in the memory of this process.
///
/// The lock over the names is held for a walk of a few map look-ups, never for a copy of content.
#[derive(Debug)]
pub struct Memory {
    root: RwLock<Directory>,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Self { root: RwLock::new(Directory::new()) }
    }

    fn content(&self, path: &StorePath) -> Result<Arc<Content>, StorageError> {
        let root = self.root.read();
        let content = root.file(path)?.state.lock().content.clone();
        Ok(content)
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Driver for Memory {
    fn name(&self) -> &'static str {
        "inmemory"
    }

    async fn stat(&self, path: &StorePath) -> Result<Stat, StorageError> {
        Ok(match self.root.read().get(path)? {
            Node::Directory(directory) => Stat { size: 0, is_dir: true, modified: directory.modified },
            Node::File(file) => {
                let state = file.state.lock();
                Stat { size: state.content.size(), is_dir: false, modified: state.modified }
            }
        })
    }

    async fn read(&self, path: &StorePath, limit: u64) -> Result<Bytes, StorageError> {
        let content = self.content(path)?;
        let size = content.size();
        match usize::try_from(size) {
            Ok(len) if size <= limit => Ok(content.slice(0, len)),
            _ => Err(StorageError::TooLarge { path: path.clone(), size, limit }),
        }
    }

    async fn open(&self, path: &StorePath) -> Result<Arc<dyn Object>, StorageError> {
        Ok(Arc::new(Opened { content: self.content(path)? }))
    }

    async fn write(&self, path: &StorePath, content: Bytes) -> Result<(), StorageError> {
        let file = File::new(Content::whole(content));
        self.root.write().insert(path, file)
    }

    async fn append(&self, path: &StorePath, offset: u64) -> Result<Box<dyn Appender>, StorageError> {
        let mut root = self.root.write();
        let file = match root.file(path) {
            Ok(file) => file.clone(),
            Err(StorageError::NotFound(_)) if offset == 0 => {
                let file = File::new(Content::default());
                root.insert(path, file.clone())?;
                file
            }
            Err(error) => return Err(error),
        };
        if file.held.swap(true, Ordering::AcqRel) {
            return Err(StorageError::Busy(path.clone()));
        }
        // From here on the appender's drop releases the object.
        let appender = OpenAppender { file };
        let actual = appender.file.state.lock().content.size();
        if actual != offset {
            return Err(StorageError::Offset { path: path.clone(), expected: offset, actual });
        }
        Ok(Box::new(appender))
    }

    async fn rename(&self, from: &StorePath, to: &StorePath) -> Result<(), StorageError> {
        let mut root = self.root.write();
        let file = root.file(from)?.clone();
        if file.held.load(Ordering::Acquire) {
            return Err(StorageError::Busy(from.clone()));
        }
        if from != to {
            root.insert(to, file)?;
            root.remove(from)?;
        }
        Ok(())
    }

    async fn list(&self, path: &StorePath) -> Result<Vec<String>, StorageError> {
        match self.root.read().get(path)? {
            Node::Directory(directory) => Ok(directory.children.keys().cloned().collect()),
            Node::File(_) => Err(io_error(path, io::ErrorKind::NotADirectory)),
        }
    }

    async fn delete(&self, path: &StorePath) -> Result<(), StorageError> {
        let removed = self.root.write().remove(path)?;
        // A large tree is torn down outside of the lock.
        drop(removed);
        Ok(())
    }
}

/// What an object held when it was opened.
#[derive(Debug)]
struct Opened {
    content: Arc<Content>,
}

#[async_trait]
impl Object for Opened {
    fn size(&self) -> u64 {
        self.content.size()
    }

    async fn read_at(&self, offset: u64, len: usize) -> Result<Bytes, StorageError> {
        Ok(self.content.slice(offset, len))
    }
}

/// The one appender of an object.
#[derive(Debug)]
struct OpenAppender {
    file: Arc<File>,
}

impl Drop for OpenAppender {
    fn drop(&mut self) {
        self.file.held.store(false, Ordering::Release);
    }
}

#[async_trait]
impl Appender for OpenAppender {
    async fn append(&mut self, chunk: Bytes) -> Result<(), StorageError> {
        let mut state = self.file.state.lock();
        Arc::make_mut(&mut state.content).push(chunk);
        state.modified = SystemTime::now();
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<u64, StorageError> {
        Ok(self.file.state.lock().content.size())
    }
}
