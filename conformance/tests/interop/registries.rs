//! Our checks against registries that others made: every run ends, nothing stays undecided, and what fails is what is
//! written down, with its reason, in `expected/`. The outcome of all runs is `conformance/docs/registries.md`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::matrix::{Column, render};
use crate::support::{Client, Make, Registry, Storage};

/// The registries in the order of the columns, with their names and files of expectations.
const REGISTRIES: [(Make, &str, &str); 4] = [
    (Make::Plimsoll, "Plimsoll reference registry", "plimsoll.toml"),
    (Make::DockerRegistry, "docker-registry (Debian)", "docker-registry.toml"),
    (Make::Distribution, "Docker Distribution", "distribution.toml"),
    (Make::Olareg, "olareg", "olareg.toml"),
];

/// One test for all registries: the runs are short, and the document is made of all of them.
#[test]
fn registries_fail_as_expected_and_as_documented() {
    let runs: Vec<Option<Run>> = REGISTRIES.iter().map(|&(make, name, file)| run(make, name, file)).collect();
    let problems: Vec<String> = runs.iter().flatten().filter_map(|run| run.problem.clone()).collect();
    let write = std::env::var("PLIMSOLL_MATRIX").is_ok_and(|value| value == "write");
    assert!(problems.is_empty() || write, "{}", problems.join("\n\n"));
    let Some(columns) = runs.into_iter().map(|run| run.map(|run| run.column)).collect::<Option<Vec<_>>>() else {
        // A registry is missing, which has been said; the document needs them all.
        return;
    };
    let document = render(&columns);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/registries.md");
    if write {
        std::fs::write(&path, &document).expect("the document");
        assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == document, "{} is out of date: run `just matrix`", path.display());
}

struct Run {
    column: Column,
    /// What the run complained about.
    problem: Option<String>,
}

/// `plimsoll check` against a fresh registry, held against its file of expectations; warnings count.
fn run(make: Make, name: &str, file: &str) -> Option<Run> {
    let root = tempfile::tempdir().expect("a temporary directory");
    let registry = Registry::start(make, Storage::Root(root.path()))?;
    let version = make.version().unwrap_or_else(|| panic!("{name} does not say its version"));
    let home = tempfile::tempdir().expect("a temporary directory");
    let plimsoll = Client::new(Path::new(env!("CARGO_BIN_EXE_plimsoll")), home.path());
    let expectations = expectations(file);
    let json = home.path().join("result.json").display().to_string();
    let settings = expectations.display().to_string();
    let url = format!("http://{}", registry.address);
    let finished =
        plimsoll.finish(home.path(), &["check", &url, "--config", &settings, "--fail-on", "should", "--json", &json]);
    let report = std::fs::read(&json)
        .unwrap_or_else(|error| panic!("{name}: no report: {error}\n{}\n{}", finished.text(), finished.errors));
    let report: Value = serde_json::from_slice(&report).expect("a report in JSON");
    assert_eq!(report["summary"]["error"], 0, "{name}: not everything could be decided\n{}", finished.text());
    let problem = (!finished.status.success())
        .then(|| format!("==== {name} {version}: not what {} says\n{}", expectations.display(), finished.text()));
    let settings = std::fs::read_to_string(&expectations).expect("the file of expectations");
    Some(Run { column: Column::new(name, &version, &report, &settings), problem })
}

fn expectations(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/expected").join(file)
}
