//! Docker: a daemon of our own; push, pull by tag and digest, run what came back, manifest lists.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::content;
use crate::support::{Child, Client, Registry, each_storage, programs};

/// A Docker daemon with everything in one directory and no hand on the network of the machine.
struct Daemon {
    client: Client,
    _process: Child,
    _directory: tempfile::TempDir,
}

impl Daemon {
    /// Starts one. Needs root, as Docker does.
    fn start() -> Option<(Self, PathBuf)> {
        let [daemon, client, busybox] = programs(["dockerd", "docker", "busybox"])?;
        let directory = tempfile::tempdir().expect("a temporary directory");
        let at = |name: &str| directory.path().join(name).display().to_string();
        let socket = format!("unix://{}", at("socket"));
        let mut command = Command::new(daemon);
        command
            .args(["--data-root", &at("data"), "--exec-root", &at("exec"), "--pidfile", &at("pid"), "-H", &socket])
            .args(["--storage-driver", "vfs", "--iptables=false", "--ip6tables=false", "--bridge=none"])
            .args(["--insecure-registry", "127.0.0.0/8"]);
        let mut process = Child::start(&mut command, &directory.path().join("log"));
        let home = directory.path().to_owned();
        let client = Client::new(&client, &home).variable("DOCKER_HOST", &socket);
        process
            .wait_until(|| client.finish(&home, &["info"]).status.success())
            .unwrap_or_else(|problem| panic!("dockerd (which needs root): {problem}"));
        Some((Self { client, _process: process, _directory: directory }, busybox))
    }

    /// Makes an image of busybox alone.
    fn import(&self, home: &Path, busybox: &Path, name: &str) {
        let root = home.join("root");
        std::fs::create_dir_all(root.join("bin")).expect("a directory");
        std::fs::copy(busybox, root.join("bin/busybox")).expect("busybox");
        // Otherwise all images would be one.
        std::fs::write(root.join("name"), name).expect("a file");
        let archive = home.join("image.tar").display().to_string();
        let status = Command::new("tar").args(["-C", &root.display().to_string(), "-cf", &archive, "."]).status();
        assert!(status.is_ok_and(|status| status.success()), "tar");
        self.client.run(&["import", "--change", r#"ENTRYPOINT ["/bin/busybox"]"#, &archive, name]);
    }
}

/// One test for all of it: a daemon takes seconds to start.
#[test]
fn docker_pushes_pulls_runs_and_lists() {
    let Some((daemon, busybox)) = Daemon::start() else { return };
    each_storage(|registry, home| {
        by_tag_and_digest(&daemon, registry, home, &busybox);
        lists(&daemon, registry, home);
    });
}

fn by_tag_and_digest(daemon: &Daemon, registry: &Registry, home: &Path, busybox: &Path) {
    let client = &daemon.client;
    let name = format!("{}/docker/one", registry.address);
    let tagged = format!("{name}:1");
    daemon.import(home, busybox, &tagged);
    client.run(&["push", &tagged]);
    let manifest = registry.manifest("docker/one", "1");
    assert_eq!(content::media_type(&manifest), fixtures::media_type::DOCKER_MANIFEST);

    // Into a second repository the layers are mounted.
    let second = format!("{}/docker/two:1", registry.address);
    client.run(&["tag", &tagged, &second]);
    let pushed = client.run(&["push", &second]).text();
    assert!(pushed.contains("Mounted from docker/one"), "{pushed}");

    client.run(&["rmi", &tagged, &second]);
    client.run(&["pull", &tagged]);
    let ran = client.run(&["run", "--rm", "--network=none", &tagged, "cat", "/name"]).text();
    assert_eq!(ran, tagged);
    client.run(&["rmi", &tagged]);
    let digest = fixtures::Digest::sha256(&manifest);
    client.run(&["pull", &format!("{name}@{digest}")]);
    client.refused(&["pull", &format!("{name}:none")]);
    client.run(&["rmi", &format!("{name}@{digest}")]);

    // Pulling what another client pushed, in OCI's format.
    let Some([skopeo]) = programs(["skopeo"]) else { return };
    let image = content::image("docker pulls");
    let skopeo = Client::new(&skopeo, home).leading(&["--insecure-policy"]);
    skopeo.run(&["copy", "--dest-tls-verify=false", &image.oci(), &format!("docker://{name}:oci")]);
    client.run(&["pull", &format!("{name}:oci")]);
}

fn lists(daemon: &Daemon, registry: &Registry, home: &Path) {
    let client = &daemon.client;
    let name = format!("{}/docker/list", registry.address);
    for (tag, architecture) in [("amd", "amd64"), ("arm", "arm64")] {
        let directory = home.join(tag);
        std::fs::create_dir_all(&directory).expect("a directory");
        let archive = directory.join("layer.tar").display().to_string();
        std::fs::write(directory.join("name"), tag).expect("a file");
        let status =
            Command::new("tar").args(["-C", &directory.display().to_string(), "-cf", &archive, "name"]).status();
        assert!(status.is_ok_and(|status| status.success()), "tar");
        let platform = format!("linux/{architecture}");
        client.run(&["import", "--platform", &platform, &archive, &format!("{name}:{tag}")]);
        client.run(&["push", &format!("{name}:{tag}")]);
    }
    let list = format!("{name}:all");
    client.run(&["manifest", "create", "--insecure", &list, &format!("{name}:amd"), &format!("{name}:arm")]);
    client.run(&["manifest", "annotate", "--arch", "arm64", &list, &format!("{name}:arm")]);
    client.run(&["manifest", "push", "--insecure", "--purge", &list]);
    let pushed = registry.manifest("docker/list", "all");
    assert_eq!(content::media_type(&pushed), fixtures::media_type::DOCKER_LIST);
    assert_eq!(content::children(&pushed).len(), 2);
    client.run(&["pull", "--platform", "linux/arm64", &list]);
    assert_eq!(registry.tags("docker/list"), ["all", "amd", "arm"]);
}
