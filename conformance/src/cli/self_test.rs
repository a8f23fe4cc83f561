//! `plimsoll self-test`: the proof that the checks can fail.

use std::fmt::Write as _;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::output::{check_writable, is_stdout};
use super::{CliError, Console};
use crate::exit;
use crate::run::Selection;
use crate::selftest::{SelfTestReport, self_test};
use crate::suite::SuiteError;

const BAD: Style = AnsiColor::Red.on_default().bold();
const STRONG: Style = Style::new().bold();

/// Arguments of `plimsoll self-test`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each check is run against the clean reference registry, where it must pass, and against the registry
with the check's fault, where it must fail for the stated reason.

Examples:
  plimsoll self-test
  plimsoll self-test --select 'push.*' --json self-test.json

The exit code is 1 when a check is not proven.")]
pub struct SelfTestArgs {
    /// Only checks that match: an id or glob (push.*), or tag:NAME; repeatable
    #[arg(long, value_name = "PATTERN")]
    pub select: Vec<String>,
    /// Write the result as JSON; - is standard output
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// Runs the command.
pub(super) async fn run(args: SelfTestArgs, console: Console) -> Result<u8, CliError> {
    let checks = Selection::matching(&args.select).map_err(SuiteError::from)?;
    if let Some(file) = args.json.as_ref().filter(|file| !is_stdout(file)) {
        check_writable("JSON report", file)?;
    }
    let bar = if console.shows_progress() { ProgressBar::new(checks.len() as u64) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("  {bar:30} {pos}/{len} proofs") {
        bar.set_style(style);
    }
    let report = self_test(&checks, |done| bar.set_position(done as u64)).await;
    bar.finish_and_clear();
    match &args.json {
        Some(file) if is_stdout(file) => console.print(&json(&report)?),
        Some(file) => {
            let written = std::fs::write(file, json(&report)?);
            written.map_err(|source| CliError::Write { what: "JSON report", file: file.clone(), source })?;
            console.print(&text(&report));
        }
        None => console.print(&text(&report)),
    }
    Ok(if report.unproven.is_empty() { exit::HELD } else { exit::FAILED })
}

fn json(report: &SelfTestReport) -> Result<String, CliError> {
    let text = serde_json::to_string_pretty(report);
    text.map(|text| text + "\n").map_err(|e| CliError::Render { what: "JSON report", problem: e.to_string() })
}

fn text(report: &SelfTestReport) -> String {
    let mut out = String::new();
    for unproven in &report.unproven {
        // Writing to a String cannot fail.
        let _ =
            writeln!(out, "{BAD}UNPROVEN{BAD:#}  {STRONG}{}{STRONG:#}\n          {}\n", unproven.id, unproven.reason);
    }
    let _ = writeln!(out, "{} of {} checks are proven by their faults", report.proven, report.checks);
    out
}
