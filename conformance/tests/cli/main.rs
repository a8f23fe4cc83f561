//! The command line, as a user meets it.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod commands;
#[cfg(feature = "embedded")]
mod gate;
// A build without the embedded registry has fewer commands.
#[cfg(feature = "embedded")]
mod help;
mod settings;

use std::path::Path;
use std::process::Command;

/// What a command left behind.
struct Run {
    code: i32,
    out: String,
    err: String,
}

/// Runs `plimsoll` in a directory, without the environment's wishes.
fn plimsoll_in(directory: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(arguments)
        .current_dir(directory)
        .env_remove("PLIMSOLL_TARGET")
        .env_remove("PLIMSOLL_PROFILE")
        .output()
        .expect("plimsoll runs");
    Run {
        code: output.status.code().expect("an exit code"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// Runs `plimsoll` in an empty directory.
fn plimsoll(arguments: &[&str]) -> Run {
    let directory = tempfile::tempdir().expect("a directory");
    plimsoll_in(directory.path(), arguments)
}
