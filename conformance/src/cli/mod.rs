//! The commands, one file each.
//!
//! A command reads its arguments, calls the library and prints; it decides nothing about registries. What it returns
//! is an exit code of [`crate::exit`], or a [`CliError`] that has one.

mod args;
mod check;
mod compare;
mod completions;
mod console;
mod coverage;
mod error;
mod explain;
mod list;
mod output;
#[cfg(feature = "embedded")]
mod self_test;
#[cfg(feature = "embedded")]
mod serve;

pub use args::{Cli, Command, main};
pub use console::{Color, Console};
pub use error::CliError;
