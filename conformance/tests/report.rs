//! Every format of a report, as it is.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use conformance::report::{self, Exchanges, Look};
use serde_json::Value;

mod support;

use support::{held, sample};

fn plain(report: &report::Report, look: &Look) -> String {
    anstream::adapter::strip_str(&report::terminal(report, look)).to_string()
}

#[test]
fn on_a_terminal() {
    let written = vec!["plimsoll-report.html".to_owned()];
    insta::assert_snapshot!(plain(&sample(), &Look { written, ..Look::default() }));
}

#[test]
fn on_a_terminal_when_all_held() {
    insta::assert_snapshot!(plain(&held(), &Look::default()));
}

#[test]
fn on_a_narrow_terminal() {
    insta::assert_snapshot!(plain(&sample(), &Look { width: 60, ..Look::default() }));
}

#[test]
fn quiet_says_what_is_wrong_and_nothing_when_all_held() {
    let quiet = Look { quiet: true, ..Look::default() };
    let text = plain(&sample(), &quiet);
    assert!(text.starts_with("FAIL  push.chunked.final"), "{text}");
    assert!(!text.contains("known discovery"), "{text}");
    assert_eq!(plain(&held(), &quiet), "");
}

#[test]
fn no_control_character_of_a_registry_reaches_the_terminal() {
    let text = plain(&sample(), &Look::default());
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
}

#[test]
fn as_json() {
    insta::assert_snapshot!(report::json(&sample(), Exchanges::Failed).unwrap());
}

#[test]
fn json_follows_its_schema() {
    let schema: Value = serde_json::from_str(include_str!("../schema/report.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (report, keep) in [(sample(), Exchanges::Failed), (sample(), Exchanges::All), (held(), Exchanges::Failed)] {
        let document: Value = serde_json::from_str(&report::json(&report, keep).unwrap()).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn the_schema_refuses_what_is_not_a_report() {
    let schema: Value = serde_json::from_str(include_str!("../schema/report.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let good: Value = serde_json::from_str(&report::json(&sample(), Exchanges::Failed).unwrap()).unwrap();
    for (pointer, value) in
        [("/schema", 2.into()), ("/results/0/outcome", "passed".into()), ("/exchanges/0/seconds", Value::Null)]
    {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&bad), "{pointer}");
    }
}

#[test]
fn places_of_exchanges_lead_to_them() {
    for keep in [Exchanges::Failed, Exchanges::All] {
        let document = report::Document::of(&sample(), keep);
        for row in &document.results {
            assert!(row.exchanges.iter().all(|place| *place < document.exchanges.len()), "{}", row.id);
            assert!(row.decisive.is_none_or(|place| row.exchanges.contains(&place)), "{}", row.id);
        }
        let row = document.results.iter().find(|row| row.id == "push.chunked.final").unwrap();
        assert_eq!(document.exchanges[row.decisive.unwrap()].request.method, "PUT");
    }
}

#[test]
fn as_junit() {
    insta::assert_snapshot!(report::junit(&sample()).unwrap());
}

#[test]
fn junit_holds_no_character_that_xml_cannot_hold() {
    let xml = report::junit(&sample()).unwrap();
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    assert!(xml.chars().all(allowed));
    assert!(!xml.contains("<script"));
}

#[test]
fn as_markdown() {
    insta::assert_snapshot!(report::markdown(&sample()));
}

#[test]
fn as_annotations_of_github() {
    let text = report::github(&sample());
    let commands = |line: &str| line.starts_with("::error title=") || line.starts_with("::warning title=");
    assert!(text.lines().all(commands), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn as_code_quality_report_of_gitlab() {
    let text = report::gitlab(&sample(), "plimsoll.toml").unwrap();
    let issues: Vec<Value> = serde_json::from_str(&text).unwrap();
    let prints: std::collections::BTreeSet<_> = issues.iter().map(|issue| issue["fingerprint"].as_str()).collect();
    assert_eq!(prints.len(), issues.len(), "fingerprints are unique");
    insta::assert_snapshot!(text);
}

#[test]
fn as_html() {
    let page = report::html(&sample(), Exchanges::Failed).unwrap();
    // The style and the script have files of their own, and the policy has their digests.
    let between = |text: &str, from: &str, to: &str| {
        let (before, rest) = text.split_once(from).unwrap();
        let (_, after) = rest.split_once(to).unwrap();
        format!("{before}{from}…{to}{after}")
    };
    let page = between(&page, "content=\"default-src", "\">");
    let page = between(&page, "<style>", "</style>");
    insta::assert_snapshot!(between(&page, "<script>", "</script>"));
}

#[test]
fn html_is_one_file_and_lets_no_markup_through() {
    let page = report::html(&sample(), Exchanges::All).unwrap();
    assert_eq!(page.matches("<script>").count(), 1, "the page's own");
    assert_eq!(page.matches("<b>").count(), 6, "one for each outcome");
    for outside in ["src=", "@import", "url(", "href=\"http"] {
        assert!(!page.contains(outside), "{outside}");
    }
}
