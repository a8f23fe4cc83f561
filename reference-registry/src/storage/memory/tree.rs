//! The tree of names below the root.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use parking_lot::Mutex;

use super::content::Content;
use crate::storage::{StorageError, StorePath};

/// An object. Whoever holds it goes on with it when its name goes to another one.
#[derive(Debug)]
pub(super) struct File {
    /// What is in it now; a reader takes a clone of the inner `Arc`.
    pub(super) state: Mutex<State>,
    /// Whether an appender holds it.
    pub(super) held: AtomicBool,
}

/// Content and time of an object.
#[derive(Debug)]
pub(super) struct State {
    pub(super) content: Arc<Content>,
    pub(super) modified: SystemTime,
}

impl File {
    pub(super) fn new(content: Content) -> Arc<Self> {
        let state = State { content: Arc::new(content), modified: SystemTime::now() };
        Arc::new(Self { state: Mutex::new(state), held: AtomicBool::new(false) })
    }
}

/// A name in a directory.
#[derive(Debug)]
pub(super) enum Node {
    File(Arc<File>),
    Directory(Directory),
}

/// A directory.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) children: BTreeMap<String, Node>,
    pub(super) modified: SystemTime,
}

impl Directory {
    pub(super) fn new() -> Self {
        Self { children: BTreeMap::new(), modified: SystemTime::now() }
    }

    /// What `path` names.
    pub(super) fn get(&self, path: &StorePath) -> Result<&Node, StorageError> {
        let (parents, name) = split(path);
        let mut directory = self;
        for parent in parents {
            match directory.children.get(parent) {
                Some(Node::Directory(child)) => directory = child,
                _ => return Err(StorageError::NotFound(path.clone())),
            }
        }
        directory.children.get(name).ok_or_else(|| StorageError::NotFound(path.clone()))
    }

    /// The object `path` names.
    pub(super) fn file(&self, path: &StorePath) -> Result<&Arc<File>, StorageError> {
        match self.get(path)? {
            Node::File(file) => Ok(file),
            Node::Directory(_) => Err(io_error(path, io::ErrorKind::IsADirectory)),
        }
    }

    /// Puts an object at `path`, over what was there; makes the directories on the way.
    pub(super) fn insert(&mut self, path: &StorePath, file: Arc<File>) -> Result<(), StorageError> {
        let (parents, name) = split(path);
        let mut directory = self;
        for parent in parents {
            let child = directory.children.entry(parent.to_owned()).or_insert_with(|| Node::Directory(Self::new()));
            match child {
                Node::Directory(child) => directory = child,
                Node::File(_) => return Err(io_error(path, io::ErrorKind::NotADirectory)),
            }
        }
        if matches!(directory.children.get(name), Some(Node::Directory(_))) {
            return Err(io_error(path, io::ErrorKind::IsADirectory));
        }
        directory.children.insert(name.to_owned(), Node::File(file));
        directory.modified = SystemTime::now();
        Ok(())
    }

    /// Takes out what `path` names.
    pub(super) fn remove(&mut self, path: &StorePath) -> Result<Node, StorageError> {
        let (parents, name) = split(path);
        let mut directory = self;
        for parent in parents {
            match directory.children.get_mut(parent) {
                Some(Node::Directory(child)) => directory = child,
                _ => return Err(StorageError::NotFound(path.clone())),
            }
        }
        let node = directory.children.remove(name).ok_or_else(|| StorageError::NotFound(path.clone()))?;
        directory.modified = SystemTime::now();
        Ok(node)
    }
}

/// The directories on the way to a path, and its last name.
fn split(path: &StorePath) -> (impl Iterator<Item = &str>, &str) {
    let (parents, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
    (parents.split('/').filter(|parent| !parent.is_empty()), name)
}

/// What the file system would say of the same mistake.
pub(super) fn io_error(path: &StorePath, kind: io::ErrorKind) -> StorageError {
    StorageError::Io { path: path.clone(), source: kind.into() }
}
