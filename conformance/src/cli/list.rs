//! `plimsoll list`: the checks.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;

use super::{CliError, Console};
use crate::profile::Profile;
use crate::run::{Selected, Selection};
use crate::suite::SuiteError;
use crate::{catalog, exit};

/// Arguments of `plimsoll list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll list                          every check of the default profile
  plimsoll list 'push.*' tag:hostile     those that match
  plimsoll list --profile docker-v2 --json
  plimsoll list --tags                   the tags, and how many checks carry each")]
pub struct ListArgs {
    /// Only checks that match: an id or glob (push.*), or tag:NAME
    #[arg(value_name = "PATTERN")]
    pub select: Vec<String>,
    /// The texts to judge by
    #[arg(long, value_name = "NAME", default_value = "oci-1.1", env = "PLIMSOLL_PROFILE", hide_env_values = true)]
    pub profile: Profile,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// The tags instead of the checks
    #[arg(long, conflicts_with_all = ["json", "select"])]
    pub tags: bool,
}

#[derive(Debug, Serialize)]
struct Row {
    id: &'static str,
    title: &'static str,
    level: &'static str,
    statements: Vec<&'static str>,
    needs: Vec<&'static str>,
    tags: &'static [&'static str],
    fault: &'static str,
    usually: &'static str,
}

/// Runs the command.
pub(super) fn run(args: &ListArgs, console: Console) -> Result<u8, CliError> {
    if args.tags {
        console.print(&tags());
        return Ok(exit::HELD);
    }
    let selection = Selection::new(args.profile, &args.select, &[], &[]).map_err(SuiteError::from)?;
    let selected = selection.with_slow().apply().map_err(SuiteError::from)?;
    if args.json {
        let rows: Vec<Row> = selected.iter().map(|selected| row(selected, args.profile)).collect();
        let text = serde_json::to_string_pretty(&rows);
        let text = text.map_err(|error| CliError::Render { what: "list", problem: error.to_string() })?;
        console.print(&(text + "\n"));
    } else {
        console.print(&table(&selected));
    }
    Ok(exit::HELD)
}

fn row(selected: &Selected, profile: Profile) -> Row {
    let check = selected.check;
    Row {
        id: check.id,
        title: check.title,
        level: selected.level.as_str(),
        statements: check.statements_in(profile),
        needs: check.needs.iter().map(|need| need.as_str()).collect(),
        tags: check.tags,
        fault: check.teeth.fault,
        usually: check.usually,
    }
}

fn table(selected: &[Selected]) -> String {
    let width = selected.iter().map(|selected| selected.check.id.len()).max().unwrap_or_default();
    let mut out = String::new();
    for selected in selected {
        let (id, level) = (selected.check.id, selected.level.as_str().to_uppercase());
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{id:width$}  {level:6}  {}", selected.check.title);
    }
    out
}

fn tags() -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for tag in catalog::all().iter().flat_map(|check| check.tags) {
        *counts.entry(tag).or_default() += 1;
    }
    let mut out = String::new();
    for (tag, count) in counts {
        let _ = writeln!(out, "{tag:16}{count:>5}");
    }
    out
}
