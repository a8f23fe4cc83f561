//! Where the bytes live.
//!
//! A [`Driver`] keeps named objects and knows nothing of registries; [`paths`] alone knows Docker Distribution's
//! layout. Whatever the driver, the tree below it is the same.

mod driver;
mod filesystem;
pub mod fsck;
mod memory;
pub mod paths;

pub use driver::{Appender, Driver, Object, Stat, StorageError};
pub use filesystem::{Filesystem, OpenError};
pub use memory::Memory;
pub use paths::StorePath;
