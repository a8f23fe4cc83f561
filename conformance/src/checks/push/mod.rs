//! Pushing: blobs in one piece, in chunks, by mount; manifests.

pub mod chunked;
