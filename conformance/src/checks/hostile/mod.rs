//! Hostile input: requests that are wrong, huge, slow or meant to confuse.

pub mod framing;
pub mod head;
pub mod query;
