//! `check`, its exit codes, and failures that are expected.

use conformance::embedded::Embedded;
use scenarios::target::Target as _;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::{Run, plimsoll, plimsoll_in};

/// A check, and the fault that breaks it.
const CHECK: &str = "push.chunked.out-of-order";
const FAULT: &str = "chunk-order-unchecked";

/// A registry with faults, for as long as this lives.
struct Registry {
    url: String,
    _runtime: Runtime,
    _embedded: Embedded,
}

impl Registry {
    fn with(faults: &[&str]) -> Self {
        let runtime = Runtime::new().unwrap();
        let embedded = runtime.block_on(Embedded::start(faults)).unwrap();
        Self { url: embedded.url().to_string(), _runtime: runtime, _embedded: embedded }
    }

    /// Runs the one check with this settings file.
    fn check(&self, settings: &str, more: &[&str]) -> Run {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("plimsoll.toml"), settings).unwrap();
        plimsoll_in(directory.path(), &[&["check", &self.url, "--select", CHECK], more].concat())
    }
}

#[test]
fn the_embedded_registry_is_checked_without_an_address() {
    let directory = tempfile::tempdir().unwrap();
    let run = plimsoll_in(directory.path(), &["--select", CHECK]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("   embedded   profile oci-1.1"), "{}", run.out);
    assert!(run.out.contains("1 passed") && run.out.contains("report: plimsoll-report.html"), "{}", run.out);
    let page = std::fs::read_to_string(directory.path().join("plimsoll-report.html")).unwrap();
    assert!(page.contains(CHECK));
}

#[test]
fn no_report_is_written_unasked_to_a_pipe_or_against_the_users_wish() {
    let directory = tempfile::tempdir().unwrap();
    let registry = Registry::with(&[]);
    assert_eq!(plimsoll_in(directory.path(), &["check", &registry.url, "--select", CHECK]).code, 0);
    assert_eq!(plimsoll_in(directory.path(), &["check", "--no-report", "--select", CHECK]).code, 0);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn json_on_standard_output_stands_alone() {
    let run = plimsoll(&["check", "--select", CHECK, "--json", "-", "--no-report"]);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(document["results"][0]["id"], CHECK);
    assert!(run.err.contains("1 passed"), "the summary is on standard error: {}", run.err);
}

#[test]
fn a_failure_fails_the_run_unless_it_is_expected() {
    let registry = Registry::with(&[FAULT]);
    let run = registry.check("", &[]);
    assert_eq!(run.code, 1, "{}", run.out);
    for part in ["FAIL  push.chunked.out-of-order", "expected  416", "received  202", "try it    curl -i -X PATCH"] {
        assert!(run.out.contains(part), "{part} in {}", run.out);
    }
    let expected = format!("[[expected]]\nid = \"{CHECK}\"\nreason = \"known since long\"\n");
    let run = registry.check(&expected, &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("known since long") && run.out.contains("1 known failure"), "{}", run.out);
    let elsewhere = format!("{expected}profile = \"docker-v2\"\n");
    assert_eq!(registry.check(&elsewhere, &[]).code, 1, "the entry is for another profile");
}

#[test]
fn an_expected_failure_that_passes_fails_the_run() {
    let registry = Registry::with(&[]);
    let run = registry.check(&format!("[[expected]]\nid = \"{CHECK}\"\nreason = \"was broken\"\n"), &[]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("STALE") && run.out.contains("plimsoll.toml, line 1 expects it to fail"), "{}", run.out);
}

#[test]
fn quiet_is_silent_when_all_held() {
    let registry = Registry::with(&[]);
    let run = registry.check("", &["--quiet"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
}

#[test]
fn colours_come_when_they_are_asked_for() {
    let registry = Registry::with(&[]);
    assert!(!registry.check("", &[]).out.contains('\u{1b}'));
    assert!(registry.check("", &["--color", "always"]).out.contains('\u{1b}'));
}

#[test]
fn a_capability_declared_absent_is_a_skip_and_a_run_of_skips_is_undecided() {
    let registry = Registry::with(&[]);
    for run in [registry.check("[capabilities]\npush = false\n", &[]), registry.check("", &["--pull-only"])] {
        assert_eq!(run.code, 3, "{}", run.out);
        assert!(run.out.contains("1 skipped") && run.out.contains("nothing was judged"), "{}", run.out);
    }
}

#[test]
fn annotations_and_reports_are_written_where_they_should_be() {
    let registry = Registry::with(&[FAULT]);
    let run = registry.check("", &["--annotations", "github"]);
    assert!(run.out.lines().any(|line| line.starts_with("::error title=push.chunked.out-of-order")), "{}", run.out);
    let directory = tempfile::tempdir().unwrap();
    let files = ["a.json", "b.xml", "c.html", "d.md"];
    let options = ["--json", files[0], "--junit", files[1], "--html", files[2], "--markdown", files[3]];
    let check = ["check", registry.url.as_str(), "--select", CHECK, "--annotations", "gitlab"];
    assert_eq!(plimsoll_in(directory.path(), &[check.as_slice(), &options].concat()).code, 1);
    for file in files.into_iter().chain(["gl-code-quality-report.json"]) {
        let text = std::fs::read_to_string(directory.path().join(file)).unwrap();
        assert!(text.contains(CHECK), "{file}");
    }
}

#[test]
fn the_self_test_proves_a_check() {
    let run = plimsoll(&["self-test", "--select", CHECK, "--json", "-"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let schema: Value = serde_json::from_str(include_str!("../../schema/self-test.json")).unwrap();
    let document: Value = serde_json::from_str(&run.out).unwrap();
    assert!(jsonschema::is_valid(&schema, &document));
    assert_eq!(document, serde_json::json!({"checks": 1, "proven": 1, "unproven": []}));
}
