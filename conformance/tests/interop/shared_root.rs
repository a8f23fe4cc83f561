//! One root directory, served in turn by Docker Distribution and by ours: what one pushed, overwrote or deleted the
//! other serves so.

use std::path::Path;
use std::process::Command;

use crate::content;
use crate::support::{Client, Layout, Make, Registry, Storage, programs};

#[test]
fn root_shared_with_docker_registry() {
    in_turn(Make::DockerRegistry);
}

#[test]
fn root_shared_with_distribution_v3() {
    in_turn(Make::Distribution);
}

struct Clients {
    skopeo: Client,
    crane: Client,
}

impl Clients {
    fn push(&self, registry: &Registry, from: &Layout, to: &str, options: &[&str]) {
        let (from, to) = (from.oci(), format!("docker://{}/{to}", registry.address));
        let mut arguments = vec!["copy", "--all", "--dest-tls-verify=false"];
        arguments.extend(options);
        arguments.extend([from.as_str(), to.as_str()]);
        self.skopeo.run(&arguments);
    }

    /// Reads everything behind a reference and verifies digests and sizes.
    fn validate(&self, registry: &Registry, name: &str) {
        self.crane.run(&["validate", "--remote", &format!("{}/{name}", registry.address)]);
    }

    fn delete(&self, registry: &Registry, name: &str) {
        self.crane.run(&["delete", &format!("{}/{name}", registry.address)]);
    }
}

fn in_turn(other: Make) {
    let Some([skopeo, crane, _]) = programs(["skopeo", "crane", other.program()]) else { return };
    let home = tempfile::tempdir().expect("a temporary directory");
    let clients = Clients {
        skopeo: Client::new(&skopeo, home.path()).leading(&["--insecure-policy"]),
        crane: Client::new(&crane, home.path()),
    };
    let root = tempfile::tempdir().expect("a temporary directory");
    let storage = Storage::Root(root.path());
    let serve = |make: Make| Registry::start(make, storage).expect("it was there a moment ago");
    let [first, second, third] = ["first", "second", "third"].map(content::image);
    let many = content::index("many");

    let theirs = serve(other);
    clients.push(&theirs, &first, "shared/kept:1", &[]);
    clients.push(&theirs, &first, "shared/overwritten:1", &[]);
    clients.push(&theirs, &second, "shared/overwritten:1", &[]);
    clients.push(&theirs, &third, "shared/deleted:1", &[]);
    clients.push(&theirs, &third, "shared/docker:1", &["--format", "v2s2"]);
    clients.push(&theirs, &many, "shared/many:1", &[]);
    clients.delete(&theirs, &format!("shared/deleted@{}", third.manifest.digest));
    let docker = theirs.manifest("shared/docker", "1");
    drop(theirs);

    let ours = serve(Make::Plimsoll);
    assert_eq!(ours.manifest("shared/overwritten", "1"), second.manifest.bytes);
    assert_eq!(ours.manifest("shared/docker", "1"), docker);
    assert_eq!(ours.status("GET", "/v2/shared/deleted/manifests/1"), 404);
    for name in ["kept:1", "overwritten:1", "docker:1", "many:1"] {
        clients.validate(&ours, &format!("shared/{name}"));
    }
    // And the other way: overwrite what they pushed, push, and delete by tag and by digest.
    clients.push(&ours, &third, "shared/kept:1", &[]);
    clients.push(&ours, &second, "shared/kept:2", &[]);
    clients.push(&ours, &first, "ours/one:1", &[]);
    clients.push(&ours, &first, "ours/one:2", &[]);
    clients.push(&ours, &many, "ours/many:1", &[]);
    clients.push(&ours, &third, "ours/docker:1", &["--format", "v2s2"]);
    assert_eq!(ours.status("DELETE", "/v2/ours/one/manifests/2"), 202);
    clients.delete(&ours, &format!("shared/overwritten@{}", second.manifest.digest));
    drop(ours);

    let theirs = serve(other);
    assert_eq!(theirs.manifest("shared/kept", "1"), third.manifest.bytes);
    assert_eq!(theirs.tags("ours/one"), ["1"]);
    assert_eq!(theirs.status("GET", "/v2/shared/overwritten/manifests/1"), 404);
    let names = ["shared/kept:1", "shared/kept:2", "shared/many:1", "ours/one:1", "ours/many:1", "ours/docker:1"];
    for name in names {
        clients.validate(&theirs, name);
    }
    drop(theirs);

    collect_garbage(other, root.path(), home.path());
    let ours = serve(Make::Plimsoll);
    for name in names {
        clients.validate(&ours, name);
    }
}

/// Lets the other one collect garbage in what both wrote.
fn collect_garbage(other: Make, root: &Path, home: &Path) {
    let Some([program]) = programs([other.program()]) else { return };
    let config = home.join("gc.yml");
    let text = format!("version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {}\n", root.display());
    std::fs::write(&config, text).expect("a configuration");
    let output = Command::new(program).arg("garbage-collect").arg(&config).output().expect("garbage collection");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
