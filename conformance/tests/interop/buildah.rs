//! buildah: images from nothing, in OCI's and in Docker's format, and manifest lists of both kinds.

use std::path::Path;

use crate::content;
use crate::support::{Client, each_storage, programs};

fn buildah(home: &Path) -> Option<Client> {
    let [program] = programs(["buildah"])?;
    let (root, run) = (home.join("root").display().to_string(), home.join("run").display().to_string());
    Some(Client::new(&program, home).leading(&["--root", &root, "--runroot", &run, "--storage-driver", "vfs"]))
}

/// An image of one file for a platform, committed under `name`.
fn build(client: &Client, home: &Path, name: &str, architecture: &str, format: &str) {
    let file = home.join(format!("{name}.txt"));
    std::fs::write(&file, name).expect("a file");
    let container = client.run(&["from", "--arch", architecture, "scratch"]).text();
    client.run(&["copy", &container, &file.display().to_string(), "/file"]);
    client.run(&["config", "--arch", architecture, "--os", "linux", "--entrypoint", r#"["/file"]"#, &container]);
    client.run(&["commit", "--format", format, &container, name]);
    client.run(&["rm", &container]);
}

#[test]
fn buildah_pushes_and_pulls_both_formats() {
    each_storage(|registry, home| {
        let Some(client) = buildah(home) else { return };
        for format in ["oci", "docker"] {
            let name = format!("one-{format}");
            build(&client, home, &name, "amd64", format);
            let target = format!("{}/buildah/one:{format}", registry.address);
            client.run(&["push", "--tls-verify=false", &name, &format!("docker://{target}")]);
            client.run(&["rmi", &name]);
            client.run(&["pull", "--tls-verify=false", &format!("docker://{target}")]);
            let media_type = content::media_type(&registry.manifest("buildah/one", format));
            let wanted = if format == "oci" {
                fixtures::media_type::OCI_MANIFEST
            } else {
                fixtures::media_type::DOCKER_MANIFEST
            };
            assert_eq!(media_type, wanted);
        }
        assert_eq!(registry.tags("buildah/one"), ["docker", "oci"]);
    });
}

#[test]
fn buildah_pushes_manifest_lists_of_both_kinds() {
    each_storage(|registry, home| {
        let Some(client) = buildah(home) else { return };
        build(&client, home, "amd", "amd64", "oci");
        build(&client, home, "arm", "arm64", "oci");
        client.run(&["manifest", "create", "both"]);
        client.run(&["manifest", "add", "--arch", "amd64", "both", "containers-storage:localhost/amd"]);
        client.run(&["manifest", "add", "--arch", "arm64", "both", "containers-storage:localhost/arm"]);
        for (format, wanted) in [("oci", fixtures::media_type::OCI_INDEX), ("v2s2", fixtures::media_type::DOCKER_LIST)]
        {
            let target = format!("docker://{}/buildah/list:{format}", registry.address);
            client.run(&["manifest", "push", "--all", "--tls-verify=false", "--format", format, "both", &target]);
            let list = registry.manifest("buildah/list", format);
            assert_eq!(content::media_type(&list), wanted);
            assert_eq!(content::children(&list).len(), 2);
        }
        // Not before all is pushed: a pull changes which image of the list the local store finds.
        for format in ["oci", "v2s2"] {
            let source = format!("docker://{}/buildah/list:{format}", registry.address);
            client.run(&["pull", "--tls-verify=false", "--arch", "arm64", &source]);
        }
    });
}
