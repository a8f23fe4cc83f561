//! `list`, `explain`, `coverage` and `compare`.

use conformance::report::{Document, ResultRow};
use scenarios::outcome::{Level, Outcome, Summary};
use serde_json::Value;

use super::{plimsoll, plimsoll_in};

fn follows(schema: &str, text: &str) -> Value {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let document: Value = serde_json::from_str(text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    document
}

#[test]
fn list_names_every_check_once() {
    let run = plimsoll(&["list"]);
    let ids: Vec<&str> = run.out.lines().filter_map(|line| line.split(' ').next()).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted, "sorted, without repetition");
    assert!(ids.contains(&"push.chunked.out-of-order"));
}

#[test]
fn list_selects_by_group_and_tag() {
    let run = plimsoll(&["list", "pull"]);
    assert!(run.code == 0 && run.out.lines().all(|line| line.starts_with("pull.")), "{}", run.out);
    let tags = plimsoll(&["list", "--tags"]);
    let tag = tags.out.split_whitespace().next().expect("a tag");
    assert_eq!(plimsoll(&["list", &format!("tag:{tag}")]).code, 0);
}

#[test]
fn list_follows_its_schema() {
    for profile in ["oci-1.0", "oci-1.1", "oci-dev", "docker-v2", "gitlab"] {
        let run = plimsoll(&["list", "--json", "--profile", profile]);
        let list = follows(include_str!("../../schema/list.json"), &run.out);
        assert!(!list.as_array().unwrap().is_empty(), "{profile}");
    }
}

#[test]
fn what_does_not_exist_is_a_usage_error_that_helps() {
    for (arguments, help) in [
        (["list", "no.such.check"].as_slice(), "plimsoll list"),
        (&["list", "tag:no-such-tag"], "there are"),
        (&["explain", "push.chunked.out-of-ordr"], "did you mean `push.chunked.out-of-order`?"),
        (&["explain", "D11-0611"], "did you mean `D11-061`?"),
        (&["compare", "a.json", "b.json"], "a.json: cannot be read"),
    ] {
        let run = plimsoll(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.err.starts_with("error: ") && run.err.lines().count() == 1, "{}", run.err);
        assert!(run.err.contains(help), "{}", run.err);
    }
}

#[test]
fn explain_tells_all_there_is_to_know() {
    let check = plimsoll(&["explain", "push.chunked.out-of-order"]).out;
    for part in ["needs", "usually", "plimsoll serve --fault", "D11-061", "https://github.com/opencontainers"] {
        assert!(check.contains(part), "{part} in {check}");
    }
    let statement = plimsoll(&["explain", "d11-061"]).out;
    for part in ["D11-061", "MUST", "The same in other texts", "Decided by", "push.chunked.out-of-order"] {
        assert!(statement.contains(part), "{part} in {statement}");
    }
    let excused = plimsoll(&["explain", "D11-001"]).out;
    assert!(excused.contains("No check is owed"), "{excused}");
}

#[test]
fn coverage_adds_up() {
    let run = plimsoll(&["coverage", "--json"]);
    let coverage = follows(include_str!("../../schema/coverage.json"), &run.out);
    let mut open = 0;
    for source in coverage["sources"].as_array().unwrap() {
        let number = |key: &str| source[key].as_u64().unwrap();
        let unaccounted = source["unaccounted"].as_array().unwrap().len();
        assert_eq!(number("statements"), number("checked") + number("excused") + unaccounted as u64, "{source}");
        open += unaccounted;
    }
    assert_eq!(run.code, i32::from(open > 0));
    let table = plimsoll(&["coverage"]);
    assert_eq!(table.code, run.code);
    assert!(table.out.contains("oci-distribution-1.1.1          163"), "{}", table.out);
}

fn result_file(outcomes: &[(&str, Outcome)]) -> String {
    let row = |(id, outcome): &(&str, Outcome)| ResultRow {
        id: (*id).to_owned(),
        title: String::new(),
        level: Level::Must,
        statements: Vec::new(),
        outcome: *outcome,
        seconds: 0.0,
        expected: String::new(),
        actual: String::new(),
        remedy: String::new(),
        known: None,
        exchanges: Vec::new(),
        decisive: None,
    };
    let document = Document {
        schema: Document::SCHEMA,
        tool: "plimsoll 0.1.0".to_owned(),
        target: "embedded".to_owned(),
        product: String::new(),
        profile: "oci-1.1".to_owned(),
        finished: "2026-01-02T03:04:05Z".to_owned(),
        exit: 0,
        summary: Summary::default(),
        capabilities: Vec::new(),
        results: outcomes.iter().map(row).collect(),
        exchanges: Vec::new(),
    };
    serde_json::to_string(&document).unwrap()
}

#[test]
fn compare_fails_when_something_got_worse() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(directory.path().join(name), text).unwrap();
    write("a.json", result_file(&[("x.one", Outcome::Pass), ("x.two", Outcome::Fail), ("x.three", Outcome::Pass)]));
    write("b.json", result_file(&[("x.one", Outcome::Fail), ("x.two", Outcome::Pass), ("x.four", Outcome::Pass)]));
    let worse = plimsoll_in(directory.path(), &["compare", "a.json", "b.json"]);
    assert_eq!(worse.code, 1);
    insta::assert_snapshot!(worse.out);
    let same = plimsoll_in(directory.path(), &["compare", "a.json", "a.json"]);
    assert_eq!((same.code, same.out.as_str()), (0, "0 worse · 0 better · 0 new · 0 gone · 3 the same\n"));
}

#[test]
fn compare_refuses_what_is_not_a_result_file() {
    let directory = tempfile::tempdir().unwrap();
    let future = result_file(&[]).replace("\"schema\":1", "\"schema\":2");
    for (text, problem) in [("{}", "is no result file"), (future.as_str(), "has schema 2; this version reads schema 1")]
    {
        std::fs::write(directory.path().join("a.json"), text).unwrap();
        let run = plimsoll_in(directory.path(), &["compare", "a.json", "a.json"]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains(problem), "{}", run.err);
    }
}

#[test]
fn a_run_that_did_not_come_about_leaves_no_empty_report() {
    let directory = tempfile::tempdir().unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let run = plimsoll_in(directory.path(), &["check", &closed.to_string(), "--junit", "a.xml", "--json", "b.json"]);
    assert_eq!(run.code, 3);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
