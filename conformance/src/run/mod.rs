//! From a selection to results.

mod cleanup;
mod preflight;
mod probe;
mod runner;
mod select;

pub use preflight::{Reached, Unreachable, preflight};
pub use probe::{Probe, probe};
pub use runner::{RunOptions, Selected, run};
pub use select::{Selection, SelectionError};
