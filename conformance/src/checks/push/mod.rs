//! Pushing: blobs in one piece, in chunks, by mount; manifests.

pub mod chunked;
pub mod format;
pub mod index;
pub mod manifest;
pub mod mount;
pub mod refused_chunk;
pub mod refused_manifest;
pub mod session;
pub mod single;
pub mod tag;
