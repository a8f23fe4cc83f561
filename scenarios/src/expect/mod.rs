//! Verifiers: what was expected, and what came.
//!
//! A check is a chain of these. Each returns what it looked at, so that chains read as sentences; none formats
//! output, they only fill the two halves of a [`Failure`].

mod body;
mod envelope;
mod failure;
mod header;
mod status;

pub use envelope::{Envelope, ErrorEntry};
pub use failure::{Failure, Stop, Verdict, fail, skip};
