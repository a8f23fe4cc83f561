//! The `inmemory` driver: a tree of objects that is gone when the process ends.

mod content;
mod driver;
mod tree;

pub use driver::Memory;
