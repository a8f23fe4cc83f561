//! Markdown, for the summary page of a CI job.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use scenarios::outcome::{Outcome, Summary};

use super::text::{brief, curl, seconds};
use super::{Cause, Citation, Report, Standing, causes};

/// The report as Markdown: a verdict, the counts by group, and what is wrong, folded.
pub fn markdown(report: &Report) -> String {
    let mut out = String::new();
    let info = &report.info;
    let verdict = match report.exit_code() {
        crate::exit::HELD => "✅ all held",
        crate::exit::FAILED => "❌ failed",
        _ => "⚠️ undecided",
    };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "## Plimsoll: {verdict}\n");
    let _ = writeln!(out, "{} checked `{}`, profile `{}`", info.tool, code(&info.target), info.profile);
    table(&mut out, report);
    for (outcome, title) in [(Outcome::Fail, "Failed"), (Outcome::Warn, "Warnings"), (Outcome::Error, "Undecided")] {
        let open = |standing| !matches!(standing, Standing::Known(_));
        let causes = causes(report.with_outcome(outcome).filter(|result| open(report.standing(result))));
        if !causes.is_empty() {
            let _ = writeln!(out, "### {title}\n");
            for cause in &causes {
                section(&mut out, cause);
            }
        }
    }
    expectations(&mut out, report);
    out
}

fn table(out: &mut String, report: &Report) {
    let _ = writeln!(out, "\n| group | passed | failed | warnings | undecided | skipped | disabled |");
    let _ = writeln!(out, "|---|--:|--:|--:|--:|--:|--:|");
    let mut groups: BTreeMap<&str, Summary> = BTreeMap::new();
    for result in &report.results {
        groups.entry(result.id.split('.').next().unwrap_or_default()).or_default().add(result.outcome);
    }
    for (name, s) in &groups {
        row(out, name, s);
    }
    row(out, "**all**", &report.summary);
    let _ = writeln!(out, "\n{}\n", seconds(report.summary.seconds));
}

fn row(out: &mut String, name: &str, s: &Summary) {
    let Summary { pass, fail, warn, error, skip, disabled, .. } = s;
    let _ = writeln!(out, "| {name} | {pass} | {fail} | {warn} | {error} | {skip} | {disabled} |");
}

fn section(out: &mut String, cause: &Cause<'_>) {
    let result = cause.lead;
    let also = if cause.also.is_empty() { String::new() } else { format!(" and {} more", cause.also.len()) };
    let _ = writeln!(out, "<details><summary><code>{}</code>{also}: {}</summary>\n", result.id, html(&result.title));
    let mut item = |label: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(out, "- {label}: {text}");
        }
    };
    let quoted = |text: &str| if text.is_empty() { String::new() } else { format!("`{}`", code(&brief(text, 500))) };
    item("expected", &quoted(&result.expected));
    item("received", &quoted(&result.actual));
    if let Some(citation) = Citation::strongest(&result.statements) {
        let level = citation.level.as_str().to_uppercase();
        item("because", &format!("{} ({level}), {}", citation.id, html(&citation.sentence())));
    }
    item("usually", &html(&result.remedy));
    let also: Vec<String> = cause.also.iter().map(|result| format!("`{}`", result.id)).collect();
    item("the same cause", &also.join(", "));
    if let Some(curl) = curl(result) {
        let _ = writeln!(out, "\n```sh\n{}\n```", brief(&curl, 1000).replace("```", "` ` `"));
    }
    let _ = writeln!(out, "\n</details>\n");
}

fn expectations(out: &mut String, report: &Report) {
    let mut lines = String::new();
    for result in &report.results {
        let _ = match report.standing(result) {
            Standing::Stale(known) => writeln!(
                lines,
                "- `{}` **passes**, but {} expects it to fail ({}): take the entry out",
                result.id,
                known.place,
                html(&known.reason)
            ),
            Standing::Known(known) => writeln!(lines, "- `{}` fails as expected: {}", result.id, html(&known.reason)),
            _ => Ok(()),
        };
    }
    if !lines.is_empty() {
        let _ = writeln!(out, "### Expected failures\n\n{lines}");
    }
}

/// Text that cannot become markup.
fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '*' | '_' | '`' | '[' | ']' | '|' | '\\' | '#' => out.extend(['\\', c]),
            '\n' => out.push(' '),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Text that stays inside backticks.
fn code(text: &str) -> String {
    text.replace('`', "'")
}
