//! The `filesystem` driver: objects are files below a root directory.

mod append;
mod directory;
mod driver;
mod pool;
mod read;
mod scratch;
mod sync;
mod tree;

#[cfg(test)]
mod tests;

pub use driver::{Filesystem, OpenError};
