//! Pushing: blobs in one piece, in chunks, by mount; manifests.

pub mod chunked;
pub mod mount;
pub mod refused_chunk;
pub mod session;
pub mod single;
