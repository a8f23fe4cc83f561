//! `JUnit`'s XML, as CI systems read it: one suite for each group, one case for each check.

use std::collections::BTreeMap;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Xml, SerializeError, TestCase, TestCaseStatus, TestSuite};
use scenarios::outcome::{CaseResult, Outcome};

use super::text::{brief, curl};
use super::{Citation, Report, Standing};

/// The report as `JUnit` XML. What does not make the run fail (a tolerated warning, a known failure) is a skipped case
/// with its reason, because `JUnit` has no word for it.
pub fn junit(report: &Report) -> Result<String, SerializeError> {
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for result in &report.results {
        let group = result.id.split('.').next().unwrap_or_default();
        let suite = suites.entry(group).or_insert_with(|| TestSuite::new(group));
        suite.add_test_case(case(report, result, group));
    }
    let mut xml = Xml::new(format!("plimsoll {} {}", report.info.profile, report.info.target));
    xml.set_time(duration(report.summary.seconds));
    xml.add_test_suites(suites.into_values());
    xml.to_string()
}

fn case(report: &Report, result: &CaseResult, group: &str) -> TestCase {
    let mut case = TestCase::new(clean(&result.id), status(report, result));
    case.set_classname(format!("plimsoll.{group}")).set_time(duration(result.seconds));
    if let Some(curl) = curl(result) {
        case.set_system_out(clean(&curl));
    }
    case
}

fn status(report: &Report, result: &CaseResult) -> TestCaseStatus {
    let with = |mut status: TestCaseStatus, message: &str| {
        status.set_message(clean(&brief(message, 500)));
        status
    };
    let difference = format!("expected {}, received {}", result.expected, result.actual);
    match report.standing(result) {
        Standing::Held => TestCaseStatus::success(),
        Standing::NotJudged if result.outcome == Outcome::Disabled => with(TestCaseStatus::skipped(), "disabled"),
        Standing::NotJudged => with(TestCaseStatus::skipped(), &result.actual),
        Standing::Tolerated => with(TestCaseStatus::skipped(), &format!("warning: {difference}")),
        Standing::Known(known) => {
            with(TestCaseStatus::skipped(), &format!("known failure ({}): {difference}", known.reason))
        }
        Standing::Undecided => with(TestCaseStatus::non_success(NonSuccessKind::Error), &result.actual),
        Standing::Stale(known) => with(
            TestCaseStatus::non_success(NonSuccessKind::Failure),
            &format!("passes, but {} expects it to fail: {}", known.place, known.reason),
        ),
        Standing::Broken => {
            let mut status = with(TestCaseStatus::non_success(NonSuccessKind::Failure), &difference);
            status.set_type(result.statements.join(" ")).set_description(clean(&description(result)));
            status
        }
    }
}

fn description(result: &CaseResult) -> String {
    let because = Citation::strongest(&result.statements).map(|citation| citation.sentence()).unwrap_or_default();
    format!(
        "{}\nexpected  {}\nreceived  {}\nbecause   {because}\nusually   {}\n",
        result.title, result.expected, result.actual, result.remedy
    )
}

/// Without the characters that XML cannot hold, visibly.
fn clean(text: &str) -> String {
    let replaced = |c: char| match c {
        '\n' | '\t' => c,
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(replaced).collect()
}

fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
