//! Pulling: manifests and blobs that are there, and those that are not.

pub mod blob;
pub mod digest;
pub mod etag;
pub mod head;
pub mod manifest;
pub mod missing;
pub mod multirange;
pub mod proxy;
pub mod range;
