//! The one implementation of [`Registry`](crate::registry::Registry): upload sessions, manifest rules, referrers.
//!
//! Everything it knows is in the store, in Docker Distribution's layout; what it keeps in memory are locks and
//! bounded caches of content that cannot change, so another process may serve the same store after it.

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
