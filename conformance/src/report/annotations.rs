//! Notes that code hosts show beside a change.

use std::fmt::Write as _;

use scenarios::outcome::{CaseResult, Outcome};
use serde::Serialize;

use super::text::brief;
use super::{Cause, Report, Standing, causes};

/// One cause as a note: how loud, and what it says.
struct Note<'a> {
    result: &'a CaseResult,
    severe: bool,
    text: String,
}

/// The notes of a report, one for each cause, the worst first.
fn notes(report: &Report) -> Vec<Note<'_>> {
    let mut notes = Vec::new();
    for outcome in [Outcome::Fail, Outcome::Error, Outcome::Warn] {
        let open = |result: &&CaseResult| !matches!(report.standing(result), Standing::Known(_));
        for cause in causes(report.with_outcome(outcome).filter(open)) {
            let severe = !matches!(report.standing(cause.lead), Standing::Tolerated);
            notes.push(Note { result: cause.lead, severe, text: told(&cause) });
        }
    }
    for result in report.with_outcome(Outcome::Pass) {
        if let Standing::Stale(known) = report.standing(result) {
            let text = format!("passes, but {} expects it to fail ({}): take the entry out", known.place, known.reason);
            notes.push(Note { result, severe: true, text });
        }
    }
    notes
}

fn told(cause: &Cause<'_>) -> String {
    let result = cause.lead;
    let mut text = if result.outcome == Outcome::Error {
        format!("{}: undecided: {}", result.title, result.actual)
    } else {
        format!("{}: expected {}, received {}", result.title, result.expected, result.actual)
    };
    if !result.remedy.is_empty() {
        let _ = write!(text, "; usually {}", result.remedy);
    }
    if !cause.also.is_empty() {
        let also: Vec<&str> = cause.also.iter().map(|result| result.id.as_str()).collect();
        let _ = write!(text, " (also {})", also.join(", "));
    }
    // On one line, and without what would be a command to a terminal or to the code host.
    brief(&text, 4000)
}

/// GitHub's workflow commands, one line for each cause.
pub fn github(report: &Report) -> String {
    let mut out = String::new();
    for note in notes(report) {
        let command = if note.severe { "error" } else { "warning" };
        let title = format!("{} {}", note.result.id, note.result.statements.join(" "));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "::{command} title={}::{}", property(title.trim_end()), data(&note.text));
    }
    out
}

/// The value of a workflow command, with what has a meaning in it escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command, with what has a meaning in it escaped.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// One entry of a Code Quality report.
#[derive(Debug, Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: usize,
}

/// GitLab's Code Quality report: a JSON list, one entry for each cause. `path` is the file the entries are shown at;
/// a registry's answers have no line of their own.
pub fn gitlab(report: &Report, path: &str) -> Result<String, serde_json::Error> {
    let issues: Vec<Issue> = notes(report)
        .into_iter()
        .map(|note| Issue {
            description: format!("{}: {}", note.result.id, note.text),
            check_name: note.result.id.clone(),
            // The same from run to run, whatever the port: GitLab compares them to tell new from old.
            fingerprint: fixtures::Digest::sha256(format!("{} {}", report.info.profile, note.result.id).as_bytes())
                .to_string()
                .trim_start_matches("sha256:")
                .to_owned(),
            severity: if note.severe { "major" } else { "minor" },
            location: Location { path: path.to_owned(), lines: Lines { begin: 1 } },
        })
        .collect();
    serde_json::to_string_pretty(&issues).map(|text| text + "\n")
}
