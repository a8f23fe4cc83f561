//! What a person sees at the end of a run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use scenarios::capability::Capability;
use scenarios::outcome::{CaseResult, Level, Outcome, Summary};

use super::text::{brief, count, curl, seconds, wrap};
use super::{Cause, Citation, Report, Standing, causes};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const POOR: Style = AnsiColor::Yellow.on_default().bold();
const ODD: Style = AnsiColor::Magenta.on_default().bold();
const DIM: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// How to show it.
#[derive(Debug, Clone)]
pub struct Look {
    /// The width in columns.
    pub width: usize,
    /// Whether to show only what is wrong.
    pub quiet: bool,
    /// The files that hold the whole report.
    pub written: Vec<String>,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: 100, quiet: false, written: Vec::new() }
    }
}

/// The report as text with ANSI styles; whoever prints it takes them out where they are not wanted.
pub fn terminal(report: &Report, look: &Look) -> String {
    // Writing to a String cannot fail, so the results of `write!` are dropped throughout.
    let mut out = String::new();
    if !look.quiet {
        head(&mut out, report);
        groups(&mut out, report);
    }
    let counted = |result: &&CaseResult| matches!(report.standing(result), Standing::Broken | Standing::Tolerated);
    for outcome in [Outcome::Fail, Outcome::Warn] {
        for cause in causes(report.with_outcome(outcome).filter(counted)) {
            block(&mut out, &cause, look);
        }
    }
    for cause in causes(report.with_outcome(Outcome::Error)) {
        block(&mut out, &cause, look);
    }
    expectations(&mut out, report, look);
    if !look.quiet {
        reasons(&mut out, report, look);
    }
    if !look.quiet || !report.is_conformant() {
        summary(&mut out, report, look);
    }
    out
}

fn head(out: &mut String, report: &Report) {
    let info = &report.info;
    let _ = write!(out, "{STRONG}{}{STRONG:#}   {}   profile {}", info.tool, info.target, info.profile);
    if !info.product.is_empty() {
        let _ = write!(out, "   {} {DIM}(by its headers){DIM:#}", brief(&info.product, 60));
    }
    out.push_str("\n\n");
}

/// What one line of the overview counts.
#[derive(Default)]
struct Group<'a> {
    summary: Summary,
    known: usize,
    /// Skips by the capability that is missing; the empty name stands for other reasons.
    absent: BTreeMap<&'a str, usize>,
}

fn groups(out: &mut String, report: &Report) {
    let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
    for result in &report.results {
        let group = groups.entry(result.id.split('.').next().unwrap_or_default()).or_default();
        if is_known(report, result) {
            group.known += 1;
            continue;
        }
        group.summary.add(result.outcome);
        if result.outcome == Outcome::Skip {
            *group.absent.entry(missing_capability(&result.actual).unwrap_or_default()).or_default() += 1;
        }
    }
    let width = groups.keys().map(|name| name.len()).max().unwrap_or_default().max(12);
    for (name, Group { summary, known, absent }) in groups {
        let _ = write!(out, "  {name:width$}  {:>4} passed", summary.pass);
        for (number, text, style) in [
            (summary.fail, format!("{} failed", summary.fail), BAD),
            (summary.warn, count(summary.warn, "warning"), POOR),
            (summary.error, format!("{} undecided", summary.error), ODD),
            (known, count(known, "known failure"), DIM),
            (summary.disabled, format!("{} disabled", summary.disabled), DIM),
        ] {
            if number > 0 {
                let _ = write!(out, "   {style}{text}{style:#}");
            }
        }
        let notes: Vec<String> = absent.iter().map(|(name, number)| skipped(name, *number)).collect();
        if !notes.is_empty() {
            let _ = write!(out, "   {DIM}({}){DIM:#}", notes.join("; "));
        }
        out.push('\n');
    }
    out.push('\n');
}

/// The capability that the reason of a skip begins with.
fn missing_capability(reason: &str) -> Option<&str> {
    reason.split_once(": ").map(|(name, _)| name).filter(|name| Capability::from_name(name).is_some())
}

fn skipped(capability: &str, number: usize) -> String {
    if capability.is_empty() {
        format!("{number} skipped")
    } else {
        format!("{capability}: not offered, {number} skipped")
    }
}

fn block(out: &mut String, cause: &Cause<'_>, look: &Look) {
    let result = cause.lead;
    let (word, style) = match result.outcome {
        Outcome::Fail => ("FAIL", BAD),
        Outcome::Warn => ("WARN", POOR),
        _ => ("ERROR", ODD),
    };
    let level = if result.level == Level::Must { "MUST" } else { "SHOULD" };
    let right = format!("{level}  {}", few(&result.statements, 3));
    let left = look.width.saturating_sub(right.chars().count() + 2 + word.len()).max(result.id.len() + 2);
    let _ = writeln!(out, "{style}{word}{style:#}  {STRONG}{:left$}{STRONG:#}{right}", result.id, left = left);
    let expected = if result.expected.is_empty() { &result.title } else { &result.expected };
    line(out, "expected", expected, look.width);
    line(out, if result.outcome == Outcome::Error { "happened" } else { "received" }, &result.actual, look.width);
    if result.outcome != Outcome::Error {
        let citation = Citation::strongest(&result.statements);
        line(out, "because", &citation.map(|citation| citation.sentence()).unwrap_or_default(), look.width);
    }
    if let Some(curl) = curl(result) {
        // Not wrapped: it is there to be copied.
        let _ = writeln!(out, "      {DIM}try it{DIM:#}    {}", brief(&curl, 600));
    }
    line(out, "usually", &result.remedy, look.width);
    let also: Vec<&str> = cause.also.iter().map(|result| result.id.as_str()).collect();
    if !also.is_empty() {
        line(
            out,
            "also",
            &format!("{} with the same cause: {}", count(also.len(), "check"), also.join(", ")),
            look.width,
        );
    }
    out.push('\n');
}

/// A labelled paragraph; nothing when there is no text.
fn line(out: &mut String, label: &str, text: &str, width: usize) {
    let (text, width) = (brief(text, 1000), width.saturating_sub(16).max(30));
    // What fits stays as it is, with the spaces it has.
    let lines = if text.chars().count() <= width { vec![text] } else { wrap(&text, width) };
    for (number, text) in lines.iter().filter(|line| !line.is_empty()).enumerate() {
        let label = if number == 0 { label } else { "" };
        let _ = writeln!(out, "      {DIM}{label:8}{DIM:#}  {text}");
    }
}

/// The first few of a list, and how many more there are.
fn few(items: &[String], most: usize) -> String {
    let shown = items.iter().take(most).map(String::as_str).collect::<Vec<_>>().join(" ");
    if items.len() > most { format!("{shown} +{}", items.len() - most) } else { shown }
}

fn expectations(out: &mut String, report: &Report, look: &Look) {
    for result in &report.results {
        if let Standing::Stale(known) = report.standing(result) {
            let _ = writeln!(out, "{BAD}STALE{BAD:#} {STRONG}{}{STRONG:#}", result.id);
            line(out, "passes", &format!("{} expects it to fail: {}", known.place, known.reason), look.width);
            line(out, "to do", "take the entry out, so that the check guards what now works", look.width);
            out.push('\n');
        }
    }
    let known: Vec<_> = report
        .results
        .iter()
        .filter_map(|result| match report.standing(result) {
            Standing::Known(known) => Some((result.id.as_str(), known)),
            _ => None,
        })
        .collect();
    if known.is_empty() || look.quiet {
        return;
    }
    for (id, known) in known {
        let _ = writeln!(out, "{DIM}known{DIM:#} {id}   {DIM}{}{DIM:#}", brief(&known.reason, 200));
    }
    out.push('\n');
}

/// The reasons of skips that no missing capability explains.
fn reasons(out: &mut String, report: &Report, look: &Look) {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for result in report.with_outcome(Outcome::Skip).filter(|result| missing_capability(&result.actual).is_none()) {
        reasons.entry(&result.actual).or_default().push(&result.id);
    }
    for (reason, ids) in &reasons {
        let text = format!("{}: {reason}", ids.join(", "));
        for (number, text) in wrap(&brief(&text, 500), look.width.saturating_sub(6)).iter().enumerate() {
            let _ = writeln!(out, "{DIM}{:4}  {text}{DIM:#}", if number == 0 { "skip" } else { "" });
        }
    }
    if !reasons.is_empty() {
        out.push('\n');
    }
}

fn summary(out: &mut String, report: &Report, look: &Look) {
    let summary = &report.summary;
    let number = |wanted: fn(Standing<'_>) -> bool| {
        report.results.iter().filter(|result| wanted(report.standing(result))).count()
    };
    let known = number(|standing| matches!(standing, Standing::Known(_)));
    let stale = number(|standing| matches!(standing, Standing::Stale(_)));
    let failed = summary.fail - report.with_outcome(Outcome::Fail).filter(|r| is_known(report, r)).count();
    let warned = summary.warn - report.with_outcome(Outcome::Warn).filter(|r| is_known(report, r)).count();
    let mut parts = vec![format!("{GOOD}{} passed{GOOD:#}", summary.pass)];
    for (number, text, style) in [
        (failed, format!("{failed} failed"), BAD),
        (stale, format!("{} now passing", count(stale, "expected failure")), BAD),
        (warned, count(warned, "warning"), POOR),
        (summary.error, format!("{} undecided", summary.error), ODD),
        (known, count(known, "known failure"), DIM),
        (summary.skip, format!("{} skipped", summary.skip), DIM),
        (summary.disabled, format!("{} disabled", summary.disabled), DIM),
    ] {
        if number > 0 {
            parts.push(format!("{style}{text}{style:#}"));
        }
    }
    let _ = write!(out, "  {}     {}", parts.join(" · "), seconds(summary.seconds));
    if !look.written.is_empty() {
        let _ = write!(out, "     report: {}", look.written.join(", "));
    }
    out.push('\n');
    if report.results.iter().all(|result| report.standing(result) == Standing::NotJudged) {
        out.push_str("  nothing was judged: see the reasons above, or name an image to pull with --image\n");
    }
}

fn is_known(report: &Report, result: &CaseResult) -> bool {
    matches!(report.standing(result), Standing::Known(_))
}
