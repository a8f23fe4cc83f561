//! What Docker's API asks for beyond the OCI texts.

pub mod answer;
pub mod blob;
pub mod refusal;
pub mod upload;
