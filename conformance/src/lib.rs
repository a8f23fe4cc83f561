//! What must hold of a container registry.
//!
//! | room | what it is for |
//! |---|---|
//! | [`spec`] | the statements of the texts, each accounted for |
//! | [`check`] | the record of a check; [`checks`] holds them all, [`catalog`] collects them |
//! | [`context`] | what a check has in its hands |
//! | [`profile`] | which texts a registry claims to follow |
//! | `embedded`, `selftest` | the reference registry as a target; the proof that checks can fail (feature `embedded`) |
//! | [`run`] | preflight, probing, selection, the runner |
//! | [`suite`] | a run from an address to a report, for tests and other crates |
//! | [`report`] | what people and machines get to read of a run |
//! | [`settings`] | the options, from the command line, the environment and `plimsoll.toml` |
//! | [`cli`] | the commands |
//! | [`exit`] | the exit codes |
//! | `harness` | every check as one test of its own name, for `cargo test` (feature `harness`) |
//!
//! # Your own registry, in your own tests
//!
//! Three lines in a test of your crate, with this crate as a development dependency and the registry started on a free
//! port:
//!
//! ```no_run
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let url = "http://127.0.0.1:5000";
//! let suite = conformance::Suite::new(url).profile(conformance::profile::Profile::Oci11);
//! let report = suite.run().await?;
//! report.assert_conformant();
//! # Ok(())
//! # }
//! ```

pub mod catalog;
pub mod check;
pub mod checks;
pub mod cli;
pub mod context;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod exit;
#[cfg(feature = "harness")]
pub mod harness;
pub mod profile;
pub mod report;
pub mod run;
#[cfg(feature = "embedded")]
pub mod selftest;
pub mod settings;
pub mod spec;
pub mod suite;

pub use suite::Suite;
