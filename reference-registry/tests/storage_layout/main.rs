//! What is on disk after a fixed series of requests: the same, path by path and byte by byte, as Docker Distribution
//! writes.
//!
//! `expected.txt` is what Debian's docker-registry 2.8.2 left. Where that program is installed, it is asked again.

#![expect(clippy::expect_used, reason = "the helpers of a test fail like the test")]

#[path = "../crash/client.rs"]
mod client;

use std::fmt::Write as _;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use client::Client;
use fixtures::{Algorithm, Blob, Digest, Image, Index, Layer, Manifest, Seed};
use reference_registry::config::{Environment, parse};
use reference_registry::instance::Instance;

fn push_blob(client: &mut Client, repository: &str, blob: &Blob) {
    let started = client.request("POST", &format!("/v2/{repository}/blobs/uploads/"), "", &[]).expect("an answer");
    let location = started.location();
    let separator = if location.contains('?') { '&' } else { '?' };
    let target = format!("{location}{separator}digest={}", blob.digest);
    let fields = "Content-Type: application/octet-stream\r\n";
    expect(client, "PUT", &target, fields, &blob.bytes, 201);
}

fn push_manifest(client: &mut Client, repository: &str, reference: &str, manifest: &Manifest) {
    let fields = format!("Content-Type: {}\r\n", manifest.media_type);
    expect(client, "PUT", &format!("/v2/{repository}/manifests/{reference}"), &fields, &manifest.bytes, 201);
}

fn push_image(client: &mut Client, repository: &str, tag: &str, image: &Image) {
    for blob in &image.blobs {
        push_blob(client, repository, blob);
    }
    push_manifest(client, repository, tag, &image.manifest);
}

fn expect(client: &mut Client, method: &str, target: &str, fields: &str, body: &[u8], status: u16) {
    let reply = client.request(method, target, fields, body).expect("an answer");
    assert_eq!(reply.status, status, "{method} {target}: {}", String::from_utf8_lossy(&reply.body));
}

/// Everything that leaves a trace: sessions, images, an overwritten tag, an index, a mount, deletions.
fn requests(address: SocketAddr) {
    let client = &mut Client::connect(address).expect("a connection");
    let seed = Seed::new("layout");
    let image = |label: &str| {
        let seed = seed.child(label);
        Image::oci(&seed).layer(Layer::random(&seed, 300_000)).layer(Layer::random(&seed.child("small"), 100)).build()
    };
    let (first, second, deleted) = (image("first"), image("second"), image("deleted"));
    push_image(client, "library/app", "v1", &first);
    push_image(client, "library/app", "v1", &second);
    push_image(client, "library/app", "v2", &first);
    push_image(client, "library/app/nested", "gone", &deleted);
    let index = Index::oci().child(first).child(second.clone()).build().manifest;
    push_manifest(client, "library/app", &index.digest.to_string(), &index);

    let layer = &second.layers[0].digest;
    let mount = format!("/v2/other/app/blobs/uploads/?mount={layer}&from=library/app");
    expect(client, "POST", &mount, "", &[], 201);
    let started = client.request("POST", "/v2/other/app/blobs/uploads/", "", &[]).expect("an answer");
    expect(client, "DELETE", &started.location(), "", &[], 204);
    let chunked = Blob::random(&seed.child("chunked"), 1000);
    let started = client.request("POST", "/v2/other/app/blobs/uploads/", "", &[]).expect("an answer");
    let fields = "Content-Type: application/octet-stream\r\nContent-Range: 0-399\r\n";
    let patched = client.request("PATCH", &started.location(), fields, &chunked.bytes[..400]).expect("an answer");
    let location = patched.location();
    let separator = if location.contains('?') { '&' } else { '?' };
    let target = format!("{location}{separator}digest={}", chunked.digest);
    expect(client, "PUT", &target, "Content-Type: application/octet-stream\r\n", &chunked.bytes[400..], 201);
    expect(client, "DELETE", &format!("/v2/other/app/blobs/{}", chunked.digest), "", &[], 202);
    let target = format!("/v2/library/app/nested/manifests/{}", deleted.manifest.digest);
    expect(client, "DELETE", &target, "", &[], 202);
}

/// Every path below a directory: of a file its content, or the digest of it when it is long.
fn listing(root: &Path) -> String {
    let mut lines = Vec::new();
    let mut pending = vec![root.to_owned()];
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry")) {
            let path = entry.path();
            let name = path.strip_prefix(root).expect("below the root").display().to_string();
            if path.is_dir() {
                lines.push(format!("{name}/"));
                // Docker Distribution forgets a file of a cancelled session, whose name is random.
                if !name.ends_with("/_uploads") {
                    pending.push(path);
                }
                continue;
            }
            let content = fs::read(&path).expect("a file");
            let shown = match String::from_utf8(content) {
                Ok(text) if text.len() < 100 => format!("{text:?}"),
                Ok(text) => Digest::of(Algorithm::Sha256, text.as_bytes()).to_string(),
                Err(bytes) => Digest::of(Algorithm::Sha256, bytes.as_bytes()).to_string(),
            };
            lines.push(format!("{name} {shown}"));
        }
    }
    lines.sort();
    lines.into_iter().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    })
}

fn config(root: &Path, address: &str) -> String {
    let root = root.display();
    format!(
        "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {root}\n  delete:\n    enabled: true\n\
         http:\n  addr: {address}\n"
    )
}

/// The lines in which two listings differ.
fn assert_same(actual: &str, expected: &str) {
    let only = |these: &str, those: &str, sign: char| {
        let those: Vec<_> = those.lines().collect();
        these.lines().filter(|line| !those.contains(line)).map(|line| format!("{sign} {line}")).collect::<Vec<_>>()
    };
    let differences = [only(expected, actual, '-'), only(actual, expected, '+')].concat();
    assert!(differences.is_empty(), "the layout differs:\n{}", differences.join("\n"));
}

const EXPECTED: &str = include_str!("expected.txt");

#[tokio::test(flavor = "multi_thread")]
async fn the_layout_is_that_of_docker_distribution() {
    let root = tempfile::tempdir().expect("a temporary directory");
    let environment = Environment::default();
    let loaded = parse(&config(root.path(), "127.0.0.1:0"), "test", &environment).expect("a configuration");
    let instance = Instance::start(loaded.config).await.expect("a registry");
    let address = instance.addr();
    tokio::task::spawn_blocking(move || requests(address)).await.expect("the requests");
    instance.shutdown().await;
    // The one difference: Docker Distribution leaves the empty directory of a deleted manifest, and reads past it.
    let revisions = "registry/v2/repositories/library/app/nested/_manifests/revisions/sha256/";
    let left: Vec<_> = EXPECTED.lines().filter(|line| line.starts_with(revisions) && *line != revisions).collect();
    assert!(matches!(left[..], [one] if one.ends_with('/')), "{left:?}");
    let expected = EXPECTED.replace(&format!("{}\n", left[0]), "");
    assert_same(&listing(&root.path().join("docker")), &expected);
    let sessions = root.path().join("docker/registry/v2/repositories/other/app/_uploads");
    assert_eq!(fs::read_dir(sessions).expect("a directory").count(), 0, "ended sessions leave nothing");
}

struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn docker_distribution_writes_what_we_expect_of_it() {
    let root = tempfile::tempdir().expect("a temporary directory");
    let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let file = root.path().join("config.yml");
    fs::write(&file, config(root.path(), &address.to_string())).expect("written");
    let mut command = Command::new("docker-registry");
    let command = command.arg("serve").arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(child) = command.spawn() else {
        println!("SKIPPED: docker-registry is not installed, expected.txt was not compared with it");
        return;
    };
    let _guard = Guard(child);
    let deadline = Instant::now() + Duration::from_secs(20);
    while Client::connect(address).and_then(|mut client| client.get("/v2/")).is_err() {
        assert!(Instant::now() < deadline, "docker-registry does not answer");
        std::thread::sleep(Duration::from_millis(20));
    }
    requests(address);
    let actual = listing(&root.path().join("docker"));
    if std::env::var_os("PLIMSOLL_UPDATE_LAYOUT").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/storage_layout/expected.txt");
        fs::write(path, &actual).expect("written");
    }
    assert_same(&actual, EXPECTED);
}
