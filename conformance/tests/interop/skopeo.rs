//! skopeo: copy in and out and between repositories, inspect, list, delete, lists, formats, compressions.

use std::path::Path;

use crate::content;
use crate::support::{Client, Registry, each_storage, programs};

fn skopeo(home: &Path) -> Option<Client> {
    programs(["skopeo"]).map(|[program]| Client::new(&program, home).leading(&["--insecure-policy"]))
}

fn copy(client: &Client, options: &[&str], from: &str, to: &str) {
    let mut arguments = vec!["copy", "--src-tls-verify=false", "--dest-tls-verify=false"];
    arguments.extend(options);
    arguments.extend([from, to]);
    client.run(&arguments);
}

fn at(registry: &Registry, name: &str) -> String {
    format!("docker://{}/{name}", registry.address)
}

#[test]
fn skopeo_pushes_and_pulls_by_tag_and_digest() {
    each_storage(|registry, home| {
        let Some(client) = skopeo(home) else { return };
        let image = content::image("skopeo one");
        copy(&client, &[], &image.oci(), &at(registry, "skopeo/one:1"));
        assert_eq!(registry.manifest("skopeo/one", "1"), image.manifest.bytes);

        let raw = client.run(&["inspect", "--raw", "--tls-verify=false", &at(registry, "skopeo/one:1")]);
        assert_eq!(raw.output, image.manifest.bytes);
        let told = client.run(&["inspect", "--tls-verify=false", &at(registry, "skopeo/one:1")]).json();
        assert_eq!(told["Digest"], image.manifest.digest.to_string());
        assert_eq!(told["RepoTags"], serde_json::json!(["1"]));

        let by_digest = at(registry, &format!("skopeo/one@{}", image.manifest.digest));
        copy(&client, &[], &by_digest, &format!("dir:{}", home.join("pulled").display()));
        let pulled = std::fs::read(home.join("pulled/manifest.json")).expect("the pulled manifest");
        assert_eq!(pulled, image.manifest.bytes);
    });
}

#[test]
fn skopeo_copies_between_repositories_lists_and_deletes() {
    each_storage(|registry, home| {
        let Some(client) = skopeo(home) else { return };
        let image = content::image("skopeo two");
        copy(&client, &[], &image.oci(), &at(registry, "skopeo/from:1"));
        for tag in ["b", "a", "C"] {
            copy(&client, &[], &at(registry, "skopeo/from:1"), &at(registry, &format!("skopeo/to:{tag}")));
        }
        let listed = client.run(&["list-tags", "--tls-verify=false", &at(registry, "skopeo/to")]).json();
        assert_eq!(listed["Tags"].as_array().map(Vec::len), Some(3), "{listed}");

        client.run(&["delete", "--tls-verify=false", &at(registry, "skopeo/to:a")]);
        client.refused(&["inspect", "--tls-verify=false", &at(registry, "skopeo/to:a")]);
        // The other repository keeps what it has.
        copy(&client, &[], &at(registry, "skopeo/from:1"), &format!("dir:{}", home.join("kept").display()));
    });
}

#[test]
fn skopeo_copies_whole_lists() {
    each_storage(|registry, home| {
        let Some(client) = skopeo(home) else { return };
        let index = content::index("skopeo many");
        copy(&client, &["--all"], &index.oci(), &at(registry, "skopeo/many:1"));
        assert_eq!(registry.manifest("skopeo/many", "1"), index.manifest.bytes);
        copy(&client, &["--all"], &at(registry, "skopeo/many:1"), &at(registry, "skopeo/again:1"));
        for digest in content::children(&index.manifest.bytes) {
            assert!(!registry.manifest("skopeo/again", &digest).is_empty());
        }

        copy(&client, &["--all", "--format", "v2s2"], &index.oci(), &at(registry, "skopeo/docker:1"));
        let list = registry.manifest("skopeo/docker", "1");
        assert_eq!(content::media_type(&list), fixtures::media_type::DOCKER_LIST);
        let directory = format!("dir:{}", home.join("list").display());
        copy(&client, &["--all"], &at(registry, "skopeo/docker:1"), &directory);
    });
}

#[test]
fn skopeo_converts_formats_and_compressions() {
    each_storage(|registry, home| {
        let Some(client) = skopeo(home) else { return };
        let image = content::image("skopeo formats");
        copy(&client, &["--format", "v2s2"], &image.oci(), &at(registry, "skopeo/format:docker"));
        let docker = registry.manifest("skopeo/format", "docker");
        assert_eq!(content::media_type(&docker), fixtures::media_type::DOCKER_MANIFEST);
        copy(&client, &["--format", "oci"], &at(registry, "skopeo/format:docker"), &at(registry, "skopeo/format:oci"));

        // Another image: skopeo remembers the gzip form of layers that the registry has, and would use that.
        let image = content::image("skopeo compressions");
        let plain = format!("dir:{}", home.join("plain").display());
        copy(&client, &["--dest-decompress"], &image.oci(), &plain);
        let zstd = ["--dest-compress", "--dest-compress-format", "zstd", "--format", "oci"];
        copy(&client, &zstd, &plain, &at(registry, "skopeo/zstd:1"));
        let manifest = String::from_utf8(registry.manifest("skopeo/zstd", "1")).expect("JSON is text");
        assert!(manifest.contains("tar+zstd"), "{manifest}");
        copy(&client, &[], &at(registry, "skopeo/zstd:1"), &format!("dir:{}", home.join("unpacked").display()));

        let ready_made = content::zstd_image("skopeo zstd");
        copy(&client, &[], &ready_made.oci(), &at(registry, "skopeo/zstd:2"));
        assert_eq!(registry.manifest("skopeo/zstd", "2"), ready_made.manifest.bytes);
    });
}
