//! The two system calls that durability rests on, behind a seam where tests look at their order.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;

/// Makes things survive power loss.
pub(super) trait Sync: Send + std::marker::Sync + fmt::Debug {
    /// Makes the bytes of a file durable. `path` is its name for now.
    fn data(&self, file: &File, path: &Path) -> io::Result<()>;

    /// Makes the names in a directory durable. Errors: the directory is not there.
    fn names(&self, directory: &Path) -> io::Result<()>;
}

/// What the kernel does.
#[derive(Debug)]
pub(super) struct Kernel;

impl Sync for Kernel {
    fn data(&self, file: &File, _path: &Path) -> io::Result<()> {
        file.sync_data()
    }

    fn names(&self, directory: &Path) -> io::Result<()> {
        File::open(directory)?.sync_all()
    }
}
