//! What the template shows, prepared.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use scenarios::exchange::{Exchange, RecordedBody};
use scenarios::outcome::{CaseResult, Outcome, Summary};

use crate::report::text::{brief, count, curl};
use crate::report::{Cause, Citation, Exchanges, Report, Standing, causes};

/// What one cause broke.
pub(super) struct CauseView {
    pub(super) row: RowView,
    pub(super) also: Vec<String>,
}

/// The checks of one group.
pub(super) struct GroupView {
    pub(super) name: String,
    pub(super) counts: String,
    pub(super) rows: Vec<RowView>,
}

/// One check.
pub(super) struct RowView {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) outcome: &'static str,
    /// The badge: the outcome's word, or what became of an expectation.
    pub(super) badge: &'static str,
    pub(super) level: String,
    pub(super) statements: String,
    pub(super) millis: String,
    pub(super) expected: String,
    pub(super) received: String,
    pub(super) because: Option<Citation>,
    pub(super) usually: String,
    pub(super) note: String,
    pub(super) curl: Option<String>,
    pub(super) exchanges: Vec<ExchangeView>,
    /// What the text filter looks at, in lower case.
    pub(super) search: String,
}

/// One exchange.
pub(super) struct ExchangeView {
    pub(super) line: String,
    pub(super) answer: String,
    pub(super) decisive: bool,
    pub(super) request: String,
    pub(super) response: String,
}

/// The causes of all that is wrong, the worst first; failures that are known come in the groups alone.
pub(super) fn causes_of(report: &Report) -> Vec<CauseView> {
    let mut found = Vec::new();
    for outcome in [Outcome::Fail, Outcome::Error, Outcome::Warn] {
        let open = |result: &&CaseResult| !matches!(report.standing(result), Standing::Known(_));
        for Cause { lead, also } in causes(report.with_outcome(outcome).filter(open)) {
            let also = also.iter().map(|result| result.id.clone()).collect();
            found.push(CauseView { row: row(report, lead, Exchanges::Failed), also });
        }
    }
    let stale = report.with_outcome(Outcome::Pass).filter(|result| report.standing(result).fails());
    found.extend(stale.map(|result| CauseView { row: row(report, result, Exchanges::Failed), also: Vec::new() }));
    found
}

/// All checks, by the first word of their ids.
pub(super) fn groups_of(report: &Report, keep: Exchanges) -> Vec<GroupView> {
    let mut groups: BTreeMap<&str, (Summary, Vec<RowView>)> = BTreeMap::new();
    for result in &report.results {
        let (summary, rows) = groups.entry(result.id.split('.').next().unwrap_or_default()).or_default();
        summary.add(result.outcome);
        rows.push(row(report, result, keep));
    }
    let view = |(name, (summary, rows)): (&str, (Summary, Vec<RowView>))| GroupView {
        name: name.to_owned(),
        counts: counts(&summary),
        rows,
    };
    groups.into_iter().map(view).collect()
}

fn counts(summary: &Summary) -> String {
    let parts = [
        (summary.pass, format!("{} passed", summary.pass)),
        (summary.fail, format!("{} failed", summary.fail)),
        (summary.warn, count(summary.warn, "warning")),
        (summary.error, format!("{} undecided", summary.error)),
        (summary.skip, format!("{} skipped", summary.skip)),
        (summary.disabled, format!("{} disabled", summary.disabled)),
    ];
    let there: Vec<String> = parts.into_iter().filter(|(number, _)| *number > 0).map(|(_, text)| text).collect();
    there.join(" · ")
}

fn row(report: &Report, result: &CaseResult, keep: Exchanges) -> RowView {
    let (badge, note) = match report.standing(result) {
        Standing::Known(known) => ("known", format!("known failure: {} ({})", known.reason, known.place)),
        Standing::Stale(known) => {
            ("stale", format!("passes, but {} expects it to fail ({}): take the entry out", known.place, known.reason))
        }
        _ => (result.outcome.as_str(), String::new()),
    };
    let wrong = matches!(result.outcome, Outcome::Fail | Outcome::Warn | Outcome::Error);
    let exchanges = if keep.keeps(result) { result.exchanges.as_slice() } else { &[] };
    let decisive = |place| result.decisive == Some(place);
    RowView {
        id: result.id.clone(),
        title: result.title.clone(),
        outcome: result.outcome.as_str(),
        badge,
        level: result.level.as_str().to_uppercase(),
        statements: result.statements.join(" "),
        millis: format!("{:.0} ms", result.seconds * 1000.0),
        expected: result.expected.clone(),
        received: result.actual.clone(),
        because: if wrong { Citation::strongest(&result.statements) } else { None },
        usually: result.remedy.clone(),
        note,
        curl: curl(result).map(|line| brief(&line, 2000)),
        exchanges: exchanges.iter().enumerate().map(|(place, exchange)| view(exchange, decisive(place))).collect(),
        search: format!("{} {} {}", result.id, result.title, result.statements.join(" ")).to_lowercase(),
    }
}

fn view(exchange: &Exchange, decisive: bool) -> ExchangeView {
    let request = &exchange.request;
    let answer = match (&exchange.response, &exchange.error) {
        (Some(response), _) => response.status.to_string(),
        (None, Some(error)) => error.clone(),
        (None, None) => "no response".to_owned(),
    };
    let response = exchange.response.as_ref();
    ExchangeView {
        line: format!("{} {}", request.method, brief(&path(&request.url), 120)),
        answer: format!("{answer}, {:.0} ms", exchange.seconds * 1000.0),
        decisive,
        request: message(&format!("{} {}", request.method, request.url), &request.headers, &request.body),
        response: response
            .map(|response| message(&format!("HTTP {}", response.status), &response.headers, &response.body))
            .unwrap_or_default(),
    }
}

/// The URL without the registry's address, which is the same in all.
fn path(url: &str) -> String {
    let after_host = url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|start| rest[start..].to_owned()));
    after_host.unwrap_or_else(|| url.to_owned())
}

/// A message as it looks on the wire, its body cut as it was recorded.
fn message(first: &str, headers: &[(String, String)], body: &RecordedBody) -> String {
    let mut text = format!("{first}\n");
    for (name, value) in headers {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name}: {value}");
    }
    let _ = match &body.text {
        Some(shown) if body.is_cut() => write!(text, "\n{shown}\n… {} bytes in all", body.size),
        Some(shown) => write!(text, "\n{shown}"),
        None if body.size > 0 => write!(text, "\n({} bytes that are no text)", body.size),
        None => Ok(()),
    };
    text
}
