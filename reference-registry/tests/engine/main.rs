//! The engine over each storage driver, through the contract that the wire uses.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed; cargo shows its output then"
)]

mod blob;
mod catalog;
mod failing;
mod interrupted;
mod manifest;
mod model;
mod race;
mod referrer;
mod support;
mod tag;
mod upload;
