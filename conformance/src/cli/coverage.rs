//! `plimsoll coverage`: how the statements of the texts are accounted for.

use std::fmt::Write as _;

use clap::Args;

use super::{CliError, Console};
use crate::spec::{self, Coverage};
use crate::{catalog, exit};

/// Arguments of `plimsoll coverage`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll coverage             a table: statements, how many a check decides, how many are excused
  plimsoll coverage --json      the same for programs, with the ids that nothing accounts for

The exit code is 1 when a statement is not accounted for.")]
pub struct CoverageArgs {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
pub(super) fn run(args: &CoverageArgs, console: Console) -> Result<u8, CliError> {
    let citations: Vec<(&str, &[&str])> =
        catalog::all().into_iter().map(|check| (check.id, check.statements)).collect();
    let coverage = spec::coverage(&citations);
    if args.json {
        let text = serde_json::to_string_pretty(&coverage);
        let text = text.map_err(|error| CliError::Render { what: "coverage", problem: error.to_string() })?;
        console.print(&(text + "\n"));
    } else {
        console.print(&table(&coverage));
    }
    Ok(if coverage.is_complete() { exit::HELD } else { exit::FAILED })
}

fn table(coverage: &Coverage) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "{:24}{:>11}{:>9}{:>9}{:>13}{:>16}{:>16}",
        "source", "statements", "checked", "excused", "unaccounted", "MUST", "SHOULD"
    );
    for source in &coverage.sources {
        let share =
            |share: spec::Share| format!("{}/{} {:>3.0}%", share.checked, share.addressed, share.percent().floor());
        let _ = writeln!(
            out,
            "{:24}{:>11}{:>9}{:>9}{:>13}{:>16}{:>16}",
            source.source.as_str(),
            source.statements,
            source.checked,
            source.excused,
            source.unaccounted.len(),
            share(source.must),
            share(source.should)
        );
    }
    for source in coverage.sources.iter().filter(|source| !source.unaccounted.is_empty()) {
        let _ = writeln!(out, "\nnot accounted for in {}: {}", source.source, source.unaccounted.join(" "));
    }
    out
}
