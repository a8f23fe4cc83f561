//! Pulling: manifests and blobs that are there, and those that are not.

pub mod manifest;
