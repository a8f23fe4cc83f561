//! crane: push, pull, copy, ls, tag, index, catalog, validate, delete.

use std::path::Path;

use crate::content;
use crate::support::{Client, each_storage, programs};

fn crane(home: &Path) -> Option<Client> {
    programs(["crane"]).map(|[program]| Client::new(&program, home))
}

#[test]
fn crane_pushes_validates_copies_and_deletes() {
    each_storage(|registry, home| {
        let Some(client) = crane(home) else { return };
        let at = |name: &str| format!("{}/{name}", registry.address);
        let image = content::image("crane one");
        let layout = image.path().display().to_string();
        client.run(&["push", &layout, &at("crane/one:1")]);
        assert_eq!(client.run(&["digest", &at("crane/one:1")]).text(), image.manifest.digest.to_string());
        assert_eq!(client.run(&["manifest", &at("crane/one:1")]).output, image.manifest.bytes);
        client.run(&["validate", "--remote", &at("crane/one:1")]);
        client.run(&["pull", "--format=oci", &at("crane/one:1"), &home.join("pulled").display().to_string()]);
        client.run(&[
            "pull",
            &at(&format!("crane/one@{}", image.manifest.digest)),
            &home.join("tar").display().to_string(),
        ]);
        client.run(&["export", &at("crane/one:1"), &home.join("files.tar").display().to_string()]);

        client.run(&["copy", &at("crane/one:1"), &at("crane/two:1")]);
        client.run(&["tag", &at("crane/two:1"), "2"]);
        assert_eq!(client.run(&["ls", &at("crane/two")]).text(), "1\n2");
        let catalog = client.run(&["catalog", &registry.address]).text();
        assert!(catalog.lines().any(|line| line == "crane/two"), "{catalog}");

        // A tag goes alone; a digest goes with its tags.
        client.run(&["delete", &at(&format!("crane/two@{}", image.manifest.digest))]);
        client.refused(&["manifest", &at("crane/two:1")]);
        client.run(&["validate", "--remote", &at("crane/one:1")]);
    });
}

#[test]
fn crane_builds_indexes() {
    each_storage(|registry, home| {
        let Some(client) = crane(home) else { return };
        let at = |name: &str| format!("{}/{name}", registry.address);
        // crane pushes the index of the layout itself: an index of an index.
        let nested = content::index("crane many");
        client.run(&["push", "--index", &nested.path().display().to_string(), &at("crane/nested:1")]);
        client.run(&["validate", "--remote", &at("crane/nested:1")]);
        client.run(&["copy", &at("crane/nested:1"), &at("crane/copied:1")]);

        let layer = layer(home);
        for architecture in ["amd64", "arm64"] {
            let image = at(&format!("crane/many:{architecture}"));
            client.run(&["append", "--oci-empty-base", "--new_tag", &image, "--new_layer", &layer]);
            client.run(&["mutate", "--set-platform", &format!("linux/{architecture}"), "--tag", &image, &image]);
        }
        let (amd64, arm64, all) = (at("crane/many:amd64"), at("crane/many:arm64"), at("crane/many:all"));
        client.run(&["index", "append", "--manifest", &amd64, "--manifest", &arm64, "--tag", &all]);
        assert_eq!(content::children(&registry.manifest("crane/many", "all")).len(), 2);
        client.run(&["validate", "--remote", &all]);
        client.run(&["pull", "--platform=linux/arm64", &all, &home.join("arm.tar").display().to_string()]);
        client.run(&["index", "filter", "--platform=linux/arm64", "--tag", &at("crane/many:arm"), &all]);
        assert_eq!(content::children(&registry.manifest("crane/many", "arm")).len(), 1);
    });
}

/// An empty tar archive.
fn layer(home: &Path) -> String {
    let path = home.join("layer.tar");
    std::fs::write(&path, [0_u8; 1024]).expect("a layer");
    path.display().to_string()
}
