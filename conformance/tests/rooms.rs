//! The arrows between the rooms are the ones drawn in CONTRIBUTING.md.

use std::collections::BTreeSet;
use std::process::Command;

/// From, to, and whether the arrow is there for tests alone.
const ARROWS: [(&str, &str, bool); 7] = [
    ("benches", "fixtures", false),
    ("benches", "reference-registry", true),
    ("conformance", "fixtures", false),
    ("conformance", "reference-registry", false),
    ("conformance", "scenarios", false),
    ("reference-registry", "fixtures", true),
    ("scenarios", "fixtures", false),
];

#[test]
fn no_other_arrow_exists() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo is there: it runs this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo's metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let names: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    assert_eq!(
        names.iter().copied().collect::<Vec<_>>(),
        ["benches", "conformance", "fixtures", "reference-registry", "scenarios"],
        "no other crate at the top"
    );
    for package in packages {
        let from = package["name"].as_str().unwrap_or_default();
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let to = dependency["name"].as_str().unwrap_or_default();
            let test = dependency["kind"] == "dev";
            if names.contains(to) {
                assert!(
                    ARROWS.contains(&(from, to, test)),
                    "{from} must not depend on {to}{}",
                    if test { " in its tests" } else { "" }
                );
            }
            if (from, to) == ("conformance", "reference-registry") && !test {
                assert_eq!(dependency["optional"], true, "the judge is whole without the judged");
            }
        }
    }
}

#[test]
fn only_the_target_and_the_commands_know_the_server() {
    let allowed = ["embedded.rs", "serve.rs", "bad_server.rs"];
    let mut stack = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut seen = 0;
    while let Some(path) = stack.pop() {
        if path.is_dir() {
            stack.extend(std::fs::read_dir(&path).expect("readable").flatten().map(|entry| entry.path()));
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(&path).expect("readable");
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        assert!(
            !text.contains("reference_registry") || allowed.contains(&name),
            "{} knows the server: the judge must not",
            path.display()
        );
    }
    assert!(seen > 50, "the walk found only {seen} files");
}
