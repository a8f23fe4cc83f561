//! The official conformance suite of OCI Distribution, every option on, against the registry.

use std::path::Path;

use crate::support::{Client, each_storage, programs};

/// Everything that the suite can be told to try, but for [`SPARSE`].
const OPTIONS: [&str; 28] = [
    "API_PULL",
    "API_PUSH",
    "API_BLOBS_ATOMIC",
    "API_BLOBS_DELETE",
    "API_BLOBS_DIGEST_HEADER",
    "API_BLOBS_MOUNT_ANONYMOUS",
    "API_BLOBS_UPLOAD_CANCEL",
    "API_MANIFESTS_ATOMIC",
    "API_MANIFESTS_DELETE",
    "API_MANIFESTS_DIGEST_HEADER",
    "API_MANIFESTS_TAG_PARAM",
    "API_TAGS_ATOMIC",
    "API_TAGS_DELETE",
    "API_TAGS_LIST",
    "API_REFERRER",
    "DATA_INDEX",
    "DATA_INDEX_LIST",
    "DATA_ARTIFACT",
    "DATA_SUBJECT",
    "DATA_SUBJECT_MISSING",
    "DATA_ARTIFACT_LIST",
    "DATA_SUBJECT_LIST",
    "DATA_DATA_FIELD",
    "DATA_NONDISTRIBUTABLE",
    "DATA_CUSTOM_FIELDS",
    "DATA_NO_LAYERS",
    "DATA_EMPTY_BLOB",
    "DATA_SHA512",
];

/// Manifests whose layers were never pushed. A registry may refuse them (`D11-037`), and as it is configured ours does;
/// so the suite, which knows no such freedom, tries them on an engine that takes them.
const SPARSE: &str = "DATA_SPARSE";

/// The fewest tests of a run that deserves the name: the suite of 2026 has about 900.
const FEWEST: u64 = 800;

#[test]
fn official_suite_stable() {
    each_storage(|registry, home| run("stable", &registry.address, home, false));
}

#[test]
fn official_suite_dev() {
    each_storage(|registry, home| run("dev", &registry.address, home, false));
}

#[cfg(feature = "embedded")]
#[test]
fn official_suite_with_sparse_manifests() {
    use std::sync::Arc;

    use reference_registry::engine::{Engine, EngineOptions, References};
    use reference_registry::server::{Server, ServerOptions};
    use reference_registry::storage::Memory;

    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for version in ["stable", "dev"] {
        let options =
            EngineOptions { delete_enabled: true, references: References::Nothing, ..EngineOptions::default() };
        let engine = Engine::new(Arc::new(Memory::default()), options);
        let server = runtime.block_on(Server::start(Arc::new(engine), ServerOptions::default())).expect("a server");
        let home = tempfile::tempdir().expect("a temporary directory");
        run(version, server.url().trim_start_matches("http://"), home.path(), true);
        runtime.block_on(server.shutdown(std::time::Duration::from_secs(1)));
    }
}

fn run(version: &str, address: &str, home: &Path, sparse: bool) {
    let Some([program]) = programs(["oci-conformance"]) else { return };
    let results = home.join("results");
    let mut suite = Client::new(&program, home)
        .variable("OCI_VERSION", version)
        .variable("OCI_REGISTRY", address)
        .variable("OCI_TLS", "disabled")
        .variable("OCI_RESULTS_DIR", results.display().to_string());
    for option in OPTIONS.into_iter().chain(sparse.then_some(SPARSE)) {
        suite = suite.variable(&format!("OCI_{option}"), "true");
    }
    // Its exit code is 0 even when it could not write its report: the report decides.
    let finished = suite.finish(home, &[] as &[&str]);
    let report = std::fs::read_to_string(results.join("junit.xml"))
        .unwrap_or_else(|error| panic!("no report: {error}\n{}\n{}", finished.text(), finished.errors));
    let line = report.lines().find(|line| line.contains("<testsuite ")).expect("a suite in the report");
    let count = |name: &str| attribute(line, name).parse::<u64>().unwrap_or(0);
    let problems: Vec<&str> = finished.errors.lines().take(40).collect();
    assert_eq!(count("failures"), 0, "{line}\n{}", problems.join("\n"));
    assert_eq!(count("errors"), 0, "{line}\n{}", problems.join("\n"));
    assert_eq!(count("disabled"), 0, "{line}");
    assert!(count("tests") >= FEWEST, "{line}");
    println!("official suite {version}: {} tests, {} skipped, 0 failures, 0 errors", count("tests"), count("skipped"));
}

/// The value of an attribute of an XML element; empty when it has none.
fn attribute<'a>(element: &'a str, name: &str) -> &'a str {
    element.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split_once('"')).map_or("", |(value, _)| value)
}
