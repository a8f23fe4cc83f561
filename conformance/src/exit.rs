//! Exit codes: a public contract, as stable as the command line.
//!
//! | code | when |
//! |---|---|
//! | [`HELD`] | everything that was judged held |
//! | [`FAILED`] | something that must hold does not, or an expected failure now passes |
//! | [`USAGE`] | the command line or a file it names is wrong, or nothing is selected |
//! | [`UNDECIDED`] | the target could not be reached or judged |

/// Everything that was judged held, expected failures aside.
pub const HELD: u8 = 0;

/// Something failed that nobody expects to fail, or an expected failure passes.
pub const FAILED: u8 = 1;

/// The command line or the configuration is wrong, a report cannot be written, or nothing is selected.
pub const USAGE: u8 = 2;

/// The target could not be reached or judged, in whole or in part.
pub const UNDECIDED: u8 = 3;
