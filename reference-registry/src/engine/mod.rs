//! The one implementation of [`Registry`](crate::registry::Registry): upload sessions, manifest rules, referrers.
//!
//! Everything it knows is in the store, in Docker Distribution's layout; what it keeps in memory are locks and
//! bounded caches of content that cannot change, so another process may serve the same store after it.
//!
//! # What it chooses where the texts leave a choice
//!
//! - **Media type of a manifest.** The layout has no place for it, so it is read from the bytes. What could not be
//!   given back as it came (`D11-016`) is refused: a manifest without `mediaType` that is not of OCI's formats.
//!   A type that is not known here is kept as it is when it says so itself.
//! - **References of a manifest.** Config and layers have to be in the repository, one error entry for each that is
//!   not, status 404 (`D11-037`, `D11-038`, `end-7`). Entries of an index may be missing. A size that is not that of
//!   the content is refused.
//! - **Order of tags.** Case-insensitive, then by bytes: what `D11-101` asks for and dev allows.
//! - **A chunk that breaks off** leaves what came of it; the session goes on behind it. A second request to a session
//!   that is being written to is refused with 416 at once.
//! - **Mounting without `from`** searches the repositories there are (`D11-071`); bytes that no repository links are
//!   not found.
//! - **A repository exists** once a blob or a manifest was pushed to it, and does not vanish with its last tag.
//! - **Deleting** a manifest deletes the tags that point at it; deleting a blob takes it out of one repository.

mod blob;
mod cache;
mod catalog;
mod core;
mod failure;
mod link;
mod lock;
mod manifest;
mod options;
mod page;
mod referrer;
mod service;
mod tag;
mod upload;

pub use options::{EngineOptions, References};
pub use service::Engine;
