//! Micro-benchmarks of what a request passes through: `cargo bench -p benches`.
//!
//! They are for finding what a change costs; nothing asserts on time.

#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up should stop")]

mod digest;
mod request;
mod tags;
mod upload;

use criterion::{criterion_group, criterion_main};

criterion_group!(benches, digest::bench, request::bench, upload::bench, tags::bench);
criterion_main!(benches);
