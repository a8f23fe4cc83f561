//! Walks a store and says what does not fit together.
//!
//! It reads through a [`Driver`](super::Driver), changes nothing, and holds one directory listing and one piece of a
//! blob in memory at a time. It judges a store at rest; under load it may report what is only just being written.

mod blobs;
mod finding;
mod repositories;
mod walk;

pub use finding::{Finding, Problem, Report};
pub use walk::check;
