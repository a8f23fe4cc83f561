//! The tree of files: each operation as the sequence of system calls that makes it atomic and durable.
//!
//! Everything here blocks; the driver decides where it runs. Symbolic links are followed: an operator may spread a
//! store over several disks, and nothing a client sends can make a link.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::directory::Durable;
use super::pool::Pool;
use super::scratch::{Scratch, Temporary};
use super::sync::Sync;
use crate::storage::{Stat, StorageError, StorePath};

/// How often a name is tried again when a concurrent removal keeps taking its directory away.
const ATTEMPTS: usize = 16;

/// A root directory and what this process knows of it.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) root: PathBuf,
    pub(super) scratch: Scratch,
    pub(super) sync: Box<dyn Sync>,
    pub(super) pool: Arc<Pool>,
    durable: Durable,
}

impl Tree {
    pub(super) fn new(root: PathBuf, sync: Box<dyn Sync>) -> Self {
        Self { scratch: Scratch::new(&root), root, sync, pool: Arc::default(), durable: Durable::default() }
    }

    /// Where an object is.
    pub(super) fn locate(&self, path: &StorePath) -> PathBuf {
        self.root.join(path.as_str())
    }

    pub(super) fn stat(&self, path: &StorePath) -> Result<Stat, StorageError> {
        let metadata = fs::metadata(self.locate(path)).map_err(|error| reading(path, error))?;
        let modified = metadata.modified().map_err(|error| reading(path, error))?;
        let is_dir = metadata.is_dir();
        Ok(Stat { size: if is_dir { 0 } else { metadata.len() }, is_dir, modified })
    }

    pub(super) fn list(&self, path: &StorePath) -> Result<Vec<String>, StorageError> {
        let failed = |error| failure(path, error);
        let mut names = Vec::new();
        for entry in fs::read_dir(self.locate(path)).map_err(failed)? {
            // A name that is not UTF-8 was never written by a registry.
            names.extend(entry.map_err(failed)?.file_name().into_string().ok());
        }
        names.sort_unstable();
        Ok(names)
    }

    pub(super) fn write(&self, path: &StorePath, content: &[u8]) -> Result<(), StorageError> {
        self.replace(path, content).map_err(|error| writing(path, error))
    }

    fn replace(&self, path: &StorePath, content: &[u8]) -> io::Result<()> {
        let (mut temporary, mut file) = self.scratch.file()?;
        file.write_all(content)?;
        if !path.is_transient() {
            self.sync.data(&file, &temporary.path)?;
        }
        self.name(&mut temporary, path)?;
        self.secure(path)
    }

    fn name(&self, temporary: &mut Temporary, path: &StorePath) -> io::Result<()> {
        with_parents(&self.locate(path), |to| fs::rename(&temporary.path, to))?;
        temporary.placed = true;
        Ok(())
    }

    /// Makes a name durable, unless nobody relies on it.
    pub(super) fn secure(&self, path: &StorePath) -> io::Result<()> {
        if path.is_transient() {
            return Ok(());
        }
        self.durable.secure(&*self.sync, &self.root, path.as_str())
    }

    pub(super) fn rename(&self, from: &StorePath, to: &StorePath) -> Result<(), StorageError> {
        let source = self.locate(from);
        // For writing, as network file systems give no exclusive lock otherwise; a directory cannot be opened so.
        let file = OpenOptions::new().write(true).open(&source).map_err(|error| reading(from, error))?;
        // Held until the new name stands, so that no appender that had the old name goes on writing under the new.
        lock(from, &file)?;
        let lasting = !to.is_transient();
        if lasting && from.is_transient() {
            self.sync.data(&file, &source).map_err(|error| writing(from, error))?;
        }
        with_parents(&self.locate(to), |to| fs::rename(&source, to)).map_err(|error| match error.kind() {
            // The parents of `to` are there; what is missing is the source.
            io::ErrorKind::NotFound => StorageError::NotFound(from.clone()),
            _ => writing(to, error),
        })?;
        self.secure(to).and_then(|()| self.forget(from)).map_err(|error| writing(to, error))
    }

    pub(super) fn delete(&self, path: &StorePath) -> Result<(), StorageError> {
        let target = self.locate(path);
        match fs::remove_file(&target) {
            Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
                self.delete_directory(path, &target).map_err(|error| reading(path, error))
            }
            Err(error) => Err(reading(path, error)),
            Ok(()) => self.forget(path).map_err(|error| reading(path, error)),
        }
    }

    /// Takes the whole directory away in one step, then clears it.
    fn delete_directory(&self, path: &StorePath, target: &Path) -> io::Result<()> {
        let grave = self.scratch.name()?;
        self.durable.remove(path.as_str(), || fs::rename(target, &grave))?;
        self.forget(path)?;
        fs::remove_dir_all(&grave)
    }

    /// Makes the absence of a name durable, unless nobody relies on it.
    fn forget(&self, path: &StorePath) -> io::Result<()> {
        let target = self.locate(path);
        match target.parent() {
            Some(parent) if !path.is_transient() => match self.sync.names(parent) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                other => other,
            },
            _ => Ok(()),
        }
    }
}

/// Takes the exclusive lock of an appender, or says who has it.
pub(super) fn lock(path: &StorePath, file: &File) -> Result<(), StorageError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(fs::TryLockError::WouldBlock) => Err(StorageError::Busy(path.clone())),
        // A file system without locks still serves a single registry well.
        Err(fs::TryLockError::Error(source)) if source.kind() == io::ErrorKind::Unsupported => Ok(()),
        Err(fs::TryLockError::Error(source)) => Err(writing(path, source)),
    }
}

/// Does something at `path`, and again with its parents made when they are missing.
pub(super) fn with_parents<T>(path: &Path, mut act: impl FnMut(&Path) -> io::Result<T>) -> io::Result<T> {
    let mut outcome = act(path);
    for _ in 0..ATTEMPTS {
        match (&outcome, path.parent()) {
            (Err(error), Some(parent)) if error.kind() == io::ErrorKind::NotFound => match fs::create_dir_all(parent) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                // NotFound: a concurrent removal was faster; once more.
                _ => outcome = act(path),
            },
            _ => break,
        }
    }
    outcome
}

/// What a failed system call means for the caller.
pub(super) fn failure(path: &StorePath, error: io::Error) -> StorageError {
    match error.kind() {
        io::ErrorKind::NotFound => StorageError::NotFound(path.clone()),
        _ => writing(path, error),
    }
}

/// As [`failure`], where a file on the way means that nothing of that name can be there.
pub(super) fn reading(path: &StorePath, error: io::Error) -> StorageError {
    match error.kind() {
        io::ErrorKind::NotADirectory => StorageError::NotFound(path.clone()),
        _ => failure(path, error),
    }
}

/// As [`failure`], where nothing can be missing.
pub(super) fn writing(path: &StorePath, error: io::Error) -> StorageError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StorageError::Full(path.clone()),
        _ => StorageError::Io { path: path.clone(), source: error },
    }
}
