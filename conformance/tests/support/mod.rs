//! A report with one of everything, for the tests of formats.

use std::sync::Arc;

use bytes::Bytes;
use conformance::report::{Gate, Known, Report};
use scenarios::capability::{Capabilities, Capability};
use scenarios::event::RunInfo;
use scenarios::exchange::{Exchange, RecordedBody, RecordedRequest, RecordedResponse};
use scenarios::outcome::{CaseResult, Level, Outcome, Summary};

/// Text that would break a format which does not guard against it: markup, a script, control characters, workflow
/// commands, a table's bar, the end of a code block.
pub(crate) const HOSTILE: &str = "<script>document.title='pwned'</script> & \"q\" 'a' ]]> | `x` ``` **b** \u{1b}[31m\u{0}\u{8} \r\n::error::x %0A \u{fffe}";

fn result(id: &str, outcome: Outcome) -> CaseResult {
    CaseResult {
        id: id.to_owned(),
        title: format!("What {id} checks"),
        level: if outcome == Outcome::Warn { Level::Should } else { Level::Must },
        statements: vec!["D11-018".to_owned()],
        outcome,
        seconds: 0.0123,
        expected: String::new(),
        actual: String::new(),
        remedy: String::new(),
        exchanges: vec![exchange("GET", 200, "{}")],
        decisive: None,
    }
}

fn exchange(method: &str, status: u16, body: &str) -> Exchange {
    let bytes = Bytes::copy_from_slice(body.as_bytes());
    Exchange {
        request: RecordedRequest {
            method: method.to_owned(),
            url: "http://127.0.0.1:5000/v2/plimsoll-run/a/manifests/b?x=<y>&z='".to_owned(),
            headers: vec![("accept".to_owned(), "application/json".to_owned())],
            body: RecordedBody::default(),
        },
        response: Some(RecordedResponse {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: RecordedBody::of(&bytes),
        }),
        error: None,
        seconds: 0.004,
    }
}

fn wrong(id: &str, outcome: Outcome, statements: &[&str], actual: &str) -> CaseResult {
    CaseResult {
        statements: statements.iter().map(|&id| id.to_owned()).collect(),
        expected: "416 Range Not Satisfiable".to_owned(),
        actual: actual.to_owned(),
        remedy: "the final PUT skips the range check that PATCH makes".to_owned(),
        exchanges: vec![exchange("POST", 202, ""), exchange("PUT", 400, "{\"errors\":[{\"code\":\"<b>\"}]}")],
        decisive: Some(1),
        ..result(id, outcome)
    }
}

fn reason(id: &str, outcome: Outcome, actual: &str) -> CaseResult {
    CaseResult { actual: actual.to_owned(), ..result(id, outcome) }
}

/// The results of the sample, sorted by id.
fn results() -> Vec<CaseResult> {
    let lost = Exchange { response: None, error: Some("no answer in time".to_owned()), ..exchange("GET", 0, "") };
    vec![
        reason("discovery.referrers.empty", Outcome::Skip, "referrers: GET …/referrers/… answered 404 Not Found"),
        reason("discovery.referrers.filter", Outcome::Skip, "referrers: GET …/referrers/… answered 404 Not Found"),
        wrong("discovery.tags.known", Outcome::Fail, &["D11-104"], "five tags"),
        result("discovery.tags.list", Outcome::Pass),
        result("discovery.tags.stale", Outcome::Pass),
        wrong("push.chunked.final", Outcome::Fail, &["D11-061"], "400 Bad Request   BLOB_UPLOAD_INVALID"),
        wrong("push.chunked.overlap", Outcome::Fail, &["D11-061"], "202 Accepted"),
        CaseResult { remedy: HOSTILE.to_owned(), ..wrong("push.hostile.answer", Outcome::Fail, &["D11-104"], HOSTILE) },
        result("push.manifest.disabled", Outcome::Disabled),
        CaseResult {
            exchanges: vec![lost],
            ..reason("push.manifest.undecided", Outcome::Error, "no connection: tcp connect error")
        },
        reason("push.mount.odd", Outcome::Skip, "nothing to look at here"),
        wrong("push.status.poor", Outcome::Warn, &["D11-019"], "no Range header"),
    ]
}

/// A report with one of everything.
pub(crate) fn sample() -> Report {
    let mut capabilities = Capabilities::default();
    capabilities.set(Capability::Push, true, "POST …/blobs/uploads/ answered 202 Accepted");
    capabilities.set(Capability::Referrers, false, "GET …/referrers/… answered 404 Not Found");
    let results: Vec<_> = results().into_iter().map(Arc::new).collect();
    let mut summary = Summary { seconds: 1.84, ..Summary::default() };
    for result in &results {
        summary.add(result.outcome);
    }
    let info = RunInfo {
        tool: "plimsoll 0.1.0".to_owned(),
        target: "http://127.0.0.1:5000".to_owned(),
        product: "some-registry <2.0>".to_owned(),
        profile: "oci-1.1".to_owned(),
        capabilities,
        selected: results.len(),
    };
    let known =
        |reason: &str, line: usize| Known { reason: reason.to_owned(), place: format!("plimsoll.toml, line {line}") };
    let gate = Gate {
        known: [
            ("discovery.tags.known".to_owned(), known("fixed in the next release", 3)),
            ("discovery.tags.stale".to_owned(), known("was broken once", 7)),
        ]
        .into(),
        ..Gate::default()
    };
    let finished = "2026-01-02T03:04:05Z".parse().expect("a time");
    Report { finished, ..Report::new(info, results, summary).against(gate) }
}

/// A report of a run in which everything held.
#[allow(dead_code, reason = "not every test that shares this module needs it")]
pub(crate) fn held() -> Report {
    let mut report = sample();
    report.gate = Gate::default();
    report.results.retain(|result| matches!(result.outcome, Outcome::Pass | Outcome::Skip));
    report.summary = Summary { pass: 2, skip: 3, seconds: 0.21, ..Summary::default() };
    report
}
