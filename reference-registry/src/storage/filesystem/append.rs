//! Appending to a file: one writer, one chunk behind the sender.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use tokio::task::{JoinHandle, spawn_blocking};

use super::driver::{blocking, panicked};
use super::tree::{Tree, lock, reading, with_parents, writing};
use crate::storage::{Appender, StorageError, StorePath};

/// Chunks below this size are gathered to it before they are written, in bytes.
const GATHER: usize = 128 * 1024;

/// Opens, locks and checks the file. Blocks.
pub(super) fn open(tree: &Arc<Tree>, path: &StorePath, offset: u64) -> Result<FileAppender, StorageError> {
    let location = tree.locate(path);
    let mut options = OpenOptions::new();
    options.write(true).create(offset == 0);
    loop {
        let file = if offset == 0 {
            with_parents(&location, |location| options.open(location)).map_err(|error| writing(path, error))?
        } else {
            options.open(&location).map_err(|error| reading(path, error))?
        };
        lock(path, &file)?;
        let metadata = file.metadata().map_err(|error| writing(path, error))?;
        match fs::metadata(&location) {
            Ok(named) if named.ino() == metadata.ino() && named.dev() == metadata.dev() => {}
            // Renamed or removed between opening and locking.
            Ok(_) => continue,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(reading(path, error)),
        }
        if metadata.len() != offset {
            return Err(StorageError::Offset { path: path.clone(), expected: offset, actual: metadata.len() });
        }
        return Ok(FileAppender {
            tree: tree.clone(),
            path: path.clone(),
            file: Arc::new(file),
            begun_at: offset,
            size: offset,
            gathered: BytesMut::new(),
            behind: None,
        });
    }
}

/// The one appender of a file; its lock goes with the last handle.
#[derive(Debug)]
pub(super) struct FileAppender {
    tree: Arc<Tree>,
    path: StorePath,
    file: Arc<File>,
    begun_at: u64,
    /// Where the next write goes, in bytes.
    size: u64,
    gathered: BytesMut,
    behind: Option<Behind>,
}

/// A write on its way.
#[derive(Debug)]
struct Behind {
    from: u64,
    write: JoinHandle<io::Result<()>>,
}

impl FileAppender {
    /// Waits for the write on its way.
    async fn settle(&mut self) -> Result<(), StorageError> {
        let Some(behind) = &mut self.behind else { return Ok(()) };
        let from = behind.from;
        let outcome = (&mut behind.write).await.unwrap_or_else(|error| Err(panicked(error)));
        self.behind = None;
        outcome.map_err(|error| {
            self.size = from;
            self.gathered.clear();
            writing(&self.path, error)
        })
    }

    /// Sends off a write of `pieces`, once the one before is done.
    async fn send(&mut self, pieces: [Bytes; 2]) -> Result<(), StorageError> {
        self.settle().await?;
        let (file, from) = (self.file.clone(), self.size);
        self.size += pieces.iter().map(|piece| piece.len() as u64).sum::<u64>();
        self.behind = Some(Behind { from, write: spawn_blocking(move || write(&file, from, &pieces)) });
        Ok(())
    }
}

/// Writes all of it or, as far as the system allows, nothing.
fn write(file: &File, from: u64, pieces: &[Bytes]) -> io::Result<()> {
    let mut at = from;
    for piece in pieces {
        if let Err(error) = file.write_all_at(piece, at) {
            file.set_len(from)?;
            return Err(error);
        }
        at += piece.len() as u64;
    }
    Ok(())
}

#[async_trait]
impl Appender for FileAppender {
    async fn append(&mut self, chunk: Bytes) -> Result<(), StorageError> {
        if self.gathered.len() + chunk.len() < GATHER {
            self.gathered.extend_from_slice(&chunk);
            return Ok(());
        }
        let gathered = self.gathered.split().freeze();
        self.send([gathered, chunk]).await
    }

    async fn finish(mut self: Box<Self>) -> Result<u64, StorageError> {
        self.settle().await?;
        let Self { tree, path, file, begun_at, size, gathered, .. } = *self;
        let total = size + gathered.len() as u64;
        if gathered.is_empty() && path.is_transient() {
            return Ok(total);
        }
        blocking(&path, move |path| {
            let failed = |error| writing(path, error);
            write(&file, size, &[gathered.freeze()]).map_err(failed)?;
            if !path.is_transient() {
                tree.sync.data(&file, &tree.locate(path)).map_err(failed)?;
                if begun_at == 0 {
                    tree.secure(path).map_err(failed)?;
                }
            }
            Ok(total)
        })
        .await
    }
}
