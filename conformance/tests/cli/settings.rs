//! `plimsoll.toml`: what it can say, and what is said of its mistakes.

use std::path::Path;
use std::time::Duration;

use conformance::profile::Profile;
use conformance::settings::{Annotations, Settings, Strictness};
use scenarios::capability::Capability;
use serde_json::Value;

use super::plimsoll_in;

const EVERYTHING: &str = r#"
target = "http://localhost:5000"
profile = "docker-v2"
select = ["push.*", "pull"]
skip = ["tag:hostile"]
level = ["must"]
fail-on = "should"
jobs = 4
timeout = "90s"
request-timeout = 5
insecure = true
pull-only = false
annotations = "gitlab=quality.json"
json = "result.json"

[capabilities]
push = false
delete-tag = true

[[expected]]
id = "push.chunked.out-of-order"
reason = "fixed in the next release"

[[expected]]
id = "push.single.post"
reason = "a proxy in between"
profile = "oci-1.1"
target = "https://*.example.org"
"#;

fn parse(text: &str) -> Result<Settings, String> {
    Settings::parse(Path::new("plimsoll.toml"), text).map_err(|error| error.to_string())
}

#[test]
fn everything_that_can_be_said_is_understood() {
    let settings = parse(EVERYTHING).unwrap();
    let options = &settings.options;
    assert_eq!(settings.target.as_deref(), Some("http://localhost:5000"));
    assert_eq!(options.profile, Some(Profile::DockerV2));
    assert_eq!(options.select, ["push.*", "pull"]);
    assert_eq!(options.skip, ["tag:hostile"]);
    assert_eq!(options.level, [Strictness::Must]);
    assert_eq!(options.fail_on, Some(Strictness::Should));
    assert_eq!(options.jobs, Some(4));
    assert_eq!(options.timeout, Some(Duration::from_secs(90)));
    assert_eq!(options.request_timeout, Some(Duration::from_secs(5)));
    assert!(options.insecure && !options.pull_only);
    assert_eq!(options.annotations, Some(Annotations::Gitlab("quality.json".into())));
    assert_eq!(settings.capabilities, [(Capability::DeleteTag, true), (Capability::Push, false)]);
    assert_eq!(settings.expected.len(), 2);
    assert!(settings.expected[0].applies(Profile::Oci10, "anything"));
    assert!(settings.expected[1].applies(Profile::Oci11, "https://r.example.org"));
    assert!(!settings.expected[1].applies(Profile::Oci10, "https://r.example.org"));
    assert!(!settings.expected[1].applies(Profile::Oci11, "http://localhost:5000"));
}

#[test]
fn mistakes_are_named_with_line_key_and_remedy() {
    let twice = "[[expected]]\nid = \"push.single.post\"\nreason = \"a\"\n";
    let cases = [
        "profil = \"oci-1.1\"",
        "profile = \"oci-1.2\"",
        "\n\nfail-on = \"may\"",
        "jobs = 0",
        "jobs = \"many\"",
        "timeout = \"soon\"",
        "insecure = \"yes\"",
        "select = \"push\"",
        "annotations = \"bitbucket\"",
        "json = true",
        "target = 5000",
        "capabilities = [\"push\"]",
        "[capabilities]\npsuh = false",
        "[capabilities]\npush = \"no\"",
        "[expected]\nid = \"push.single.post\"",
        "[[expected]]\nid = \"push.chunked.out-of-ordre\"\nreason = \"x\"",
        "[[expected]]\nid = \"push.*\"\nreason = \"x\"",
        "[[expected]]\nid = \"push.single.post\"",
        "[[expected]]\nid = \"push.single.post\"\nreason = \" \"",
        "[[expected]]\nreason = \"x\"",
        "[[expected]]\nid = \"push.single.post\"\nreasons = \"x\"",
        "[[expected]]\nid = \"push.single.post\"\nreason = \"x\"\nprofile = \"oci\"",
        "[[expected]]\nid = \"push.single.post\"\nreason = \"x\"\ntarget = \"[\"",
        &format!("{twice}\n{twice}"),
        "profile = ",
        "profile = \"oci-1.1\"\nprofile = \"oci-1.0\"",
    ];
    let said: Vec<String> =
        cases.iter().map(|text| format!("{text}\n=> {}\n", parse(text).expect_err("a mistake is found"))).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn one_check_may_be_expected_to_fail_in_two_places() {
    let entry =
        |profile: &str| format!("[[expected]]\nid = \"push.single.post\"\nreason = \"x\"\nprofile = \"{profile}\"\n");
    assert_eq!(parse(&(entry("oci-1.0") + &entry("oci-1.1"))).unwrap().expected.len(), 2);
    assert!(parse(&(entry("oci-1.0") + &entry("oci-1.0"))).is_err());
}

#[test]
fn the_schema_and_the_program_know_the_same_file() {
    let schema: Value = serde_json::from_str(include_str!("../../schema/settings.json")).unwrap();
    let keys = |pointer: &str| -> Vec<String> {
        schema.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(keys("/properties"), Settings::keys());
    let mut capabilities: Vec<String> = Capability::ALL.iter().map(|one| one.as_str().to_owned()).collect();
    capabilities.sort_unstable();
    assert_eq!(keys("/properties/capabilities/properties"), capabilities);
    let profiles: Vec<&str> = Profile::ALL.iter().map(|profile| profile.as_str()).collect();
    assert_eq!(schema.pointer("/$defs/profile/enum").unwrap(), &serde_json::json!(profiles));
    let document: toml::Value = toml::from_str(EVERYTHING).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document = serde_json::to_value(document).unwrap();
    assert!(validator.is_valid(&document), "{:?}", validator.iter_errors(&document).next().map(|e| e.to_string()));
}

#[test]
fn the_file_in_the_working_directory_is_read_and_a_named_one_must_exist() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("plimsoll.toml"), "profil = \"oci-1.1\"\n").unwrap();
    let run = plimsoll_in(directory.path(), &["check", "localhost:1"]);
    assert_eq!(run.code, 2);
    assert!(run.err.starts_with("error: plimsoll.toml, line 1: there is no key `profil`"), "{}", run.err);
    let run = plimsoll_in(directory.path(), &["check", "localhost:1", "--config", "other.toml"]);
    assert_eq!(run.code, 2);
    assert!(run.err.starts_with("error: other.toml: cannot be read"), "{}", run.err);
}
