//! A run of the checks, from an address to a report: what the command line, `cargo test` and other crates use.

mod builder;
mod error;
mod prepared;

pub use builder::Suite;
pub use error::SuiteError;
pub use prepared::Prepared;
