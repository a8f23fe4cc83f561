//! Content on disk, where every client can pick it up.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use fixtures::{Content, Digest, Manifest};
use serde_json::json;

/// How many layouts this process has made.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// An OCI image layout in a directory of its own, with one entry, tagged `latest`.
///
/// Source: OCI image specification, "OCI Image Layout".
#[derive(Debug)]
pub(crate) struct Layout {
    directory: tempfile::TempDir,
    /// The manifest that the entry names.
    pub(crate) manifest: Manifest,
}

impl Layout {
    /// Writes `content` as a layout.
    pub(crate) fn of(content: impl Into<Content>) -> Self {
        let content = content.into();
        // podman makes a repository name of the path, so it has to be in lower case.
        let name = format!("layout-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let directory = tempfile::Builder::new().prefix(&name).rand_bytes(0).tempdir().expect("a temporary directory");
        let root = directory.path();
        for blob in &content.blobs {
            write(root, &blob.digest, &blob.bytes);
        }
        for manifest in content.manifests() {
            write(root, &manifest.digest, &manifest.bytes);
        }
        let manifest = content.manifest;
        let entry = manifest.descriptor().annotation("org.opencontainers.image.ref.name", "latest").to_json();
        let index = json!({"schemaVersion": 2, "manifests": [entry]});
        fs::write(root.join("index.json"), index.to_string()).expect("the index");
        fs::write(root.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).expect("the marker");
        Self { directory, manifest }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Its entry, as `skopeo`, `podman` and `buildah` name it.
    pub(crate) fn oci(&self) -> String {
        format!("oci:{}:latest", self.path().display())
    }

    /// Its entry, as `regctl` names it.
    pub(crate) fn ocidir(&self) -> String {
        format!("ocidir://{}:latest", self.path().display())
    }
}

fn write(root: &Path, digest: &Digest, bytes: &[u8]) {
    let text = digest.to_string();
    let (algorithm, hex) = text.split_once(':').expect("a digest has a colon");
    let directory: PathBuf = root.join("blobs").join(algorithm);
    fs::create_dir_all(&directory).expect("a directory for blobs");
    fs::write(directory.join(hex), bytes).expect("a blob");
}
