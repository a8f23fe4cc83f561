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

pub mod catalog;
pub mod check;
pub mod checks;
pub mod cli;
pub mod context;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod exit;
pub mod profile;
pub mod report;
pub mod run;
#[cfg(feature = "embedded")]
pub mod selftest;
pub mod settings;
pub mod spec;
pub mod suite;

pub use suite::Suite;
