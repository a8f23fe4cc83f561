//! podman: push, pull by tag and digest, list tags, lists.

use std::path::Path;

use crate::content;
use crate::support::{Client, each_storage, programs};

fn podman(home: &Path) -> Option<Client> {
    let [program] = programs(["podman"])?;
    let (root, run) = (home.join("root").display().to_string(), home.join("run").display().to_string());
    let client = Client::new(&program, home).leading(&["--root", &root, "--runroot", &run, "--storage-driver", "vfs"]);
    // Neither systemd nor a journal is needed to move images.
    Some(client.leading(&["--cgroup-manager", "cgroupfs", "--events-backend", "none"]))
}

#[test]
fn podman_pushes_pulls_and_lists() {
    each_storage(|registry, home| {
        let Some(client) = podman(home) else { return };
        let at = |name: &str| format!("{}/{name}", registry.address);
        let image = content::image("podman one");
        let id = client.run(&["pull", "--quiet", &image.oci()]).text();
        for tag in ["1", "2"] {
            client.run(&["push", "--tls-verify=false", &id, &at(&format!("podman/one:{tag}"))]);
        }
        client.run(&["push", "--tls-verify=false", "--format", "v2s2", &id, &at("podman/one:docker")]);
        let docker = content::media_type(&registry.manifest("podman/one", "docker"));
        assert_eq!(docker, fixtures::media_type::DOCKER_MANIFEST);

        let digest_file = home.join("digest").display().to_string();
        client.run(&["push", "--tls-verify=false", "--digestfile", &digest_file, &id, &at("podman/one:3")]);
        let digest = std::fs::read_to_string(&digest_file).expect("the digest of what was pushed");
        client.run(&["rmi", "--force", &id]);
        client.run(&["pull", "--tls-verify=false", &at("podman/one:1")]);
        client.run(&["pull", "--tls-verify=false", &at(&format!("podman/one@{}", digest.trim()))]);
        let listed = client.run(&["search", "--tls-verify=false", "--list-tags", &at("podman/one")]).text();
        let tags: Vec<&str> = listed.lines().skip(1).filter_map(|line| line.split_whitespace().last()).collect();
        assert_eq!(tags, ["1", "2", "3", "docker"]);
    });
}

#[test]
fn podman_pushes_and_pulls_lists() {
    each_storage(|registry, home| {
        let Some(client) = podman(home) else { return };
        let at = |name: &str| format!("{}/{name}", registry.address);
        for platform in ["amd64", "arm64"] {
            let image = content::image(&format!("podman {platform}"));
            let id = client.run(&["pull", "--quiet", &image.oci()]).text();
            client.run(&["tag", &id, platform]);
        }
        client.run(&["manifest", "create", "both"]);
        for platform in ["amd64", "arm64"] {
            let member = format!("containers-storage:localhost/{platform}");
            client.run(&["manifest", "add", "--arch", platform, "both", &member]);
        }
        client.run(&[
            "manifest",
            "push",
            "--all",
            "--tls-verify=false",
            "both",
            &format!("docker://{}", at("podman/both:1")),
        ]);
        assert_eq!(content::children(&registry.manifest("podman/both", "1")).len(), 2);
        client.run(&["pull", "--tls-verify=false", "--arch", "arm64", &at("podman/both:1")]);
    });
}
