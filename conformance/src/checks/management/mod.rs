//! Management: deleting tags, manifests and blobs, and what must survive it.

pub mod blob;
pub mod manifest;
pub mod tag;
