//! `plimsoll explain`: what a check or a statement is about.

use std::fmt::Write as _;

use anstyle::Style;
use clap::Args;

use super::{CliError, Console};
use crate::check::Check;
use crate::settings::did_you_mean;
use crate::spec::{self, State, Statement};
use crate::{catalog, exit};

const STRONG: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Arguments of `plimsoll explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll explain push.chunked.out-of-order     a check: what it rests on, what proves it, how to mend a failure
  plimsoll explain D11-061                       a statement: what it asks for, and which checks decide it")]
pub struct ExplainArgs {
    /// The id of a check or a statement
    pub id: String,
}

/// Runs the command.
pub(super) fn run(args: &ExplainArgs, console: Console) -> Result<u8, CliError> {
    let upper = args.id.to_uppercase();
    if let Some(check) = catalog::find(&args.id) {
        console.print(&explain_check(check));
    } else if let Some(statement) = spec::statement(&upper) {
        console.print(&explain_statement(statement));
    } else {
        let checks = catalog::all();
        let ids = checks.iter().map(|check| check.id).chain(spec::all().iter().map(|statement| statement.id.as_str()));
        let meant = did_you_mean(&args.id, ids);
        return Err(CliError::Usage(format!(
            "there is no check or statement `{}`; `plimsoll list` shows the checks, `plimsoll coverage` the texts{meant}",
            args.id
        )));
    }
    Ok(exit::HELD)
}

fn explain_check(check: &Check) -> String {
    // Writing to a String cannot fail.
    let mut out = String::new();
    let _ = writeln!(out, "{STRONG}{}{STRONG:#}\n  {}\n", check.id, check.title);
    let needs: Vec<&str> = check.needs.iter().map(|need| need.as_str()).collect();
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "  {DIM}{name:10}{DIM:#}{value}");
        }
    };
    field("needs", &needs.join(", "));
    field("tags", &check.tags.join(", "));
    field("usually", check.usually);
    let fault = check.teeth.fault;
    field(
        "proof",
        &format!("`plimsoll serve --fault {fault}` breaks it; the failure then shows \"{}\"", check.teeth.shows),
    );
    let _ = writeln!(out, "\n  It rests on:");
    for statement in spec::expand(check.statements) {
        let _ = write!(out, "\n{}", cited(statement));
    }
    out
}

fn cited(statement: &Statement) -> String {
    format!(
        "  {STRONG}{}{STRONG:#}  {}  {DIM}{}, \"{}\"{DIM:#}\n      {}\n      {DIM}{}{DIM:#}\n",
        statement.id,
        statement.level.as_str().to_uppercase(),
        statement.source.title(),
        statement.section,
        statement.says,
        statement.source.document(),
    )
}

fn explain_statement(statement: &Statement) -> String {
    let mut out = cited(statement);
    if let State::Excused(excuse) = statement.state {
        let _ = writeln!(out, "\n  No check is owed: it is {}.", excuse.meaning());
    }
    if let Some(why) = &statement.why {
        let _ = writeln!(out, "  {why}");
    }
    let siblings: Vec<&str> = spec::expand(&[&statement.id])
        .into_iter()
        .filter(|sibling| sibling.id != statement.id)
        .map(|sibling| sibling.id.as_str())
        .collect();
    if !siblings.is_empty() {
        let _ = writeln!(out, "\n  The same in other texts: {}", siblings.join(", "));
    }
    let deciding = |check: &&&Check| spec::expand(check.statements).iter().any(|cited| cited.id == statement.id);
    let checks = catalog::all();
    let checks: Vec<_> = checks.iter().filter(deciding).collect();
    if !checks.is_empty() {
        let _ = writeln!(out, "\n  Decided by:");
        for check in checks {
            let _ = writeln!(out, "    {}  {DIM}{}{DIM:#}", check.id, check.title);
        }
    }
    out
}
