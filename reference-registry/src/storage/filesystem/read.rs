//! Reading: from the page cache in place, from the disk on the blocking pool.

use std::fs::File;
use std::io::{self, IoSliceMut};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use rustix::io::{Errno, ReadWriteFlags, preadv2};

use super::pool::{Buffer, Pool};

use super::tree::reading;
use crate::storage::{Object, StorageError, StorePath};

/// Where the kernel cannot say whether it would have to wait, reads up to this many bytes are made in place all the
/// same: they mostly are in the page cache, and handing them over costs more than the copy.
const SMALL: usize = 256 * 1024;

/// Opens a file and says how long it is.
pub(super) fn open(path: &StorePath, location: &Path) -> Result<(File, u64), StorageError> {
    let file = File::open(location).map_err(|error| reading(path, error))?;
    let metadata = file.metadata().map_err(|error| reading(path, error))?;
    if metadata.is_dir() {
        return Err(reading(path, io::ErrorKind::IsADirectory.into()));
    }
    Ok((file, metadata.len()))
}

/// Fills the buffer from `offset`; the file is known to hold as much.
pub(super) async fn exactly(
    path: &StorePath,
    file: Arc<File>,
    offset: u64,
    mut buffer: Buffer,
) -> Result<Bytes, StorageError> {
    let len = buffer.as_mut().len();
    let done = match cached(&file, buffer.as_mut(), offset) {
        Ok(done) => done,
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) if len <= SMALL => {
            file.read_exact_at(buffer.as_mut(), offset).map_err(|error| reading(path, error))?;
            len
        }
        // Whatever it is, the read that may wait will say it too.
        Err(_) => 0,
    };
    if done == len {
        return Ok(buffer.freeze());
    }
    super::driver::blocking(path, move |path| {
        file.read_exact_at(&mut buffer.as_mut()[done..], offset + done as u64).map_err(|error| reading(path, error))?;
        Ok(buffer.freeze())
    })
    .await
}

/// What can be read without waiting for the disk.
fn cached(file: &File, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
    preadv2(file, &mut [IoSliceMut::new(buffer)], offset, ReadWriteFlags::NOWAIT)
}

/// A file opened for reading.
#[derive(Debug)]
pub(super) struct OpenFile {
    path: StorePath,
    file: Arc<File>,
    size: u64,
    pool: Arc<Pool>,
}

impl OpenFile {
    pub(super) fn new(path: StorePath, file: File, size: u64, pool: Arc<Pool>) -> Self {
        Self { path, file: Arc::new(file), size, pool }
    }
}

#[async_trait]
impl Object for OpenFile {
    fn size(&self) -> u64 {
        self.size
    }

    async fn read_at(&self, offset: u64, len: usize) -> Result<Bytes, StorageError> {
        let rest = usize::try_from(self.size.saturating_sub(offset)).unwrap_or(usize::MAX);
        match rest.min(len) {
            0 => Ok(Bytes::new()),
            len => exactly(&self.path, self.file.clone(), offset, self.pool.take(len)).await,
        }
    }
}
