//! oras: artifacts, what refers to what, and copies that take the referrers along.

use std::path::Path;

use crate::support::{Client, each_storage, programs};

fn oras(home: &Path) -> Option<Client> {
    programs(["oras"]).map(|[program]| Client::new(&program, home))
}

#[test]
fn oras_attaches_discovers_and_copies_artifacts() {
    each_storage(|registry, home| {
        let Some(client) = oras(home) else { return };
        let at = |name: &str| format!("{}/{name}", registry.address);
        std::fs::write(home.join("hello.txt"), "hello").expect("a file");
        std::fs::write(home.join("sbom.json"), "{}").expect("a file");
        let run = |arguments: &[&str]| client.run_in(home, arguments);

        run(&["push", "--plain-http", &at("oras/one:1"), "hello.txt:text/plain"]);
        let attach = |kind: &str| {
            run(&["attach", "--plain-http", "--artifact-type", kind, &at("oras/one:1"), "sbom.json:application/json"]);
        };
        attach("application/vnd.example.sbom");
        attach("application/vnd.example.signature");

        let found = run(&["discover", "--plain-http", "--format", "json", &at("oras/one:1")]).json();
        assert_eq!(found["referrers"].as_array().map(Vec::len), Some(2), "{found}");
        let kind = "application/vnd.example.sbom";
        let found =
            run(&["discover", "--plain-http", "--format", "json", "--artifact-type", kind, &at("oras/one:1")]).json();
        let only = found["referrers"].as_array().expect("referrers");
        assert!(only.len() == 1 && only[0]["artifactType"] == kind, "{found}");
        // The registry lists referrers itself: no index under a tag of the fall-back scheme.
        assert_eq!(registry.tags("oras/one"), ["1"]);

        run(&["cp", "--recursive", "--from-plain-http", "--to-plain-http", &at("oras/one:1"), &at("oras/two:1")]);
        let found = run(&["discover", "--plain-http", "--format", "json", &at("oras/two:1")]).json();
        assert_eq!(found["referrers"].as_array().map(Vec::len), Some(2), "{found}");

        let pulled = home.join("pulled").display().to_string();
        run(&["pull", "--plain-http", "--output", &pulled, &at("oras/two:1")]);
        assert_eq!(std::fs::read(home.join("pulled/hello.txt")).expect("the file pulled"), b"hello");
    });
}

#[test]
fn oras_lists_and_deletes() {
    each_storage(|registry, home| {
        let Some(client) = oras(home) else { return };
        let at = |name: &str| format!("{}/{name}", registry.address);
        std::fs::write(home.join("hello.txt"), "hello again").expect("a file");
        let run = |arguments: &[&str]| client.run_in(home, arguments);
        run(&["push", "--plain-http", &at("oras/list:1,2"), "hello.txt:text/plain"]);
        assert_eq!(run(&["repo", "tags", "--plain-http", &at("oras/list")]).text(), "1\n2");
        let repositories = run(&["repo", "ls", "--plain-http", &registry.address]).text();
        assert!(repositories.lines().any(|line| line == "oras/list"), "{repositories}");

        run(&["blob", "push", "--plain-http", &at("oras/list"), "hello.txt"]);
        let fetched = run(&["manifest", "fetch", "--plain-http", "--descriptor", &at("oras/list:1")]).json();
        let digest = fetched["digest"].as_str().expect("a digest").to_owned();
        run(&["manifest", "delete", "--plain-http", "--force", &at(&format!("oras/list@{digest}"))]);
        assert_eq!(registry.status("GET", "/v2/oras/list/manifests/1"), 404);
    });
}
