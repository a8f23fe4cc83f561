//! `plimsoll compare`: what changed between two result files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};
use clap::Args;

use super::{CliError, Console};
use crate::exit;
use crate::report::{Change, Comparison, Document, compare};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Arguments of `plimsoll compare`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll check localhost:5000 --json before.json
  plimsoll check localhost:5000 --json after.json
  plimsoll compare before.json after.json

The exit code is 1 when something got worse.")]
pub struct CompareArgs {
    /// The earlier result file, from `plimsoll check --json`
    pub before: PathBuf,
    /// The later one
    pub after: PathBuf,
}

/// Runs the command.
pub(super) fn run(args: &CompareArgs, console: Console) -> Result<u8, CliError> {
    let comparison = compare(&read(&args.before)?, &read(&args.after)?);
    console.print(&text(&comparison));
    Ok(if comparison.worse.is_empty() { exit::HELD } else { exit::FAILED })
}

fn read(file: &Path) -> Result<Document, CliError> {
    let failed = |problem| CliError::Read { file: file.to_owned(), problem };
    let text = std::fs::read_to_string(file).map_err(|error| failed(format!("cannot be read: {error}")))?;
    let document: Document = serde_json::from_str(&text)
        .map_err(|error| failed(format!("is no result file of `plimsoll check --json`: {error}")))?;
    if document.schema == Document::SCHEMA {
        return Ok(document);
    }
    Err(failed(format!("has schema {}; this version reads schema {}", document.schema, Document::SCHEMA)))
}

fn text(comparison: &Comparison) -> String {
    let mut out = String::new();
    for note in &comparison.notes {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{DIM}note: {note}{DIM:#}");
    }
    for (title, style, changes) in [
        ("worse", BAD, &comparison.worse),
        ("better", GOOD, &comparison.better),
        ("other", DIM, &comparison.other),
        ("new", DIM, &comparison.new),
        ("gone", DIM, &comparison.gone),
    ] {
        for Change { id, before, after } in changes {
            let word = |outcome: &Option<scenarios::outcome::Outcome>| outcome.map_or("-", |outcome| outcome.as_str());
            let _ = writeln!(out, "{style}{title:7}{style:#} {id}   {} → {}", word(before), word(after));
        }
    }
    let _ = writeln!(
        out,
        "{} worse · {} better · {} new · {} gone · {} the same",
        comparison.worse.len(),
        comparison.better.len(),
        comparison.new.len(),
        comparison.gone.len(),
        comparison.same
    );
    out
}
