//! regctl: copies with referrers and digests, tag deletion, artifacts, ranges of tags.

use std::path::Path;

use crate::content;
use crate::support::{Client, Registry, each_storage, programs};

fn regctl(registry: &Registry, home: &Path) -> Option<Client> {
    let host = format!("reg={},tls=disabled", registry.address);
    programs(["regctl"]).map(|[program]| Client::new(&program, home).leading(&["--host", &host]))
}

#[test]
fn regctl_copies_images_and_deletes_tags() {
    each_storage(|registry, home| {
        let Some(client) = regctl(registry, home) else { return };
        let at = |name: &str| format!("{}/{name}", registry.address);
        let index = content::index("regctl many");
        client.run(&["image", "copy", &index.ocidir(), &at("regctl/one:1")]);
        client.run(&["image", "copy", "--digest-tags", "--referrers", &at("regctl/one:1"), &at("regctl/two:1")]);
        client.run(&["image", "copy", &at("regctl/two:1"), &at("regctl/two:2")]);
        let raw = client.run(&["manifest", "get", "--format", "raw-body", &at("regctl/two:1")]);
        assert_eq!(raw.output, index.manifest.bytes);
        assert_eq!(client.run(&["tag", "ls", &at("regctl/two")]).text(), "1\n2");
        let repositories = client.run(&["repo", "ls", &registry.address]).text();
        assert!(repositories.lines().any(|line| line == "regctl/two"), "{repositories}");

        // The tag goes, what it named stays.
        client.run(&["tag", "delete", &at("regctl/two:1")]);
        assert_eq!(registry.tags("regctl/two"), ["2"]);
        client.run(&["manifest", "get", &at(&format!("regctl/two@{}", index.manifest.digest))]);
        client.run(&["manifest", "delete", &at(&format!("regctl/two@{}", index.manifest.digest))]);
        client.refused(&["manifest", "get", &at("regctl/two:2")]);
    });
}

#[test]
fn regctl_puts_and_lists_artifacts() {
    each_storage(|registry, home| {
        let Some(client) = regctl(registry, home) else { return };
        let at = |name: &str| format!("{}/{name}", registry.address);
        let image = content::image("regctl subject");
        client.run(&["image", "copy", &image.ocidir(), &at("regctl/subject:1")]);
        std::fs::write(home.join("note.txt"), "a note").expect("a file");
        let kind = "application/vnd.example.note";
        let file = home.join("note.txt").display().to_string();
        client.run(&["artifact", "put", "--artifact-type", kind, "--subject", &at("regctl/subject:1"), "-f", &file]);
        let listed = client.run(&["artifact", "list", "--format", "{{json .}}", &at("regctl/subject:1")]).json();
        let text = listed.to_string();
        assert!(text.contains(kind), "{text}");
        assert_eq!(registry.tags("regctl/subject"), ["1"]);
        let got =
            client.run(&["artifact", "get", "--subject", &at("regctl/subject:1"), "--filter-artifact-type", kind]);
        assert_eq!(got.text(), "a note");
    });
}
