//! A device that is really full: a small tmpfs in a mount namespace of its own.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "the helpers of a test fail and speak like the test")]

use std::path::{Path, PathBuf};
use std::process::Command;

use bytes::Bytes;
use reference_registry::protocol::{Algorithm, UploadId};
use reference_registry::storage::{Driver, Filesystem, StorageError, StorePath};

const SMALL_ROOT: &str = "STORAGE_FULL_ROOT";

/// Files below a directory, sorted.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![directory.to_owned()];
    while let Some(directory) = pending.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { pending.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Runs itself again where `SMALL_ROOT` is a file system of one MiB.
fn in_small_root(test: &str) {
    let directory = tempfile::tempdir().unwrap();
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .arg("mount -t tmpfs -o size=1m none \"$1\" || exit 77; exec \"$2\" --exact \"$3\" --nocapture")
        .arg("sh")
        .args([directory.path(), &std::env::current_exe().unwrap()])
        .arg(test)
        .env(SMALL_ROOT, directory.path())
        .output();
    match output {
        Ok(output) if output.status.success() => {}
        Ok(output) if output.status.code() == Some(77) || output.stdout.is_empty() => {
            println!("SKIPPED {test}: no mount namespace here: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(output) => panic!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)),
        Err(error) => println!("SKIPPED {test}: unshare: {error}"),
    }
}

#[tokio::test]
async fn a_write_to_a_full_device_leaves_nothing() {
    let Some(root) = std::env::var_os(SMALL_ROOT) else {
        return in_small_root("a_write_to_a_full_device_leaves_nothing");
    };
    let root = PathBuf::from(root);
    let store = Filesystem::open(&root).unwrap();
    let path = StorePath::blob_data(&Algorithm::Sha256.digest(b"small"));
    store.write(&path, Bytes::from_static(b"small")).await.unwrap();
    let before = files(&root);
    let refused = store.write(&path, Bytes::from(vec![1; 2 << 20])).await;
    assert!(matches!(refused, Err(StorageError::Full(_))), "{refused:?}");
    assert_eq!(files(&root), before);
    assert_eq!(store.read(&path, 100).await.unwrap(), "small", "the old object stands");
    let half = store.write(&path, Bytes::from(vec![2; 400 << 10])).await;
    assert!(half.is_ok(), "the room came back: {half:?}");
}

#[tokio::test]
async fn an_append_to_a_full_device_ends_at_the_last_whole_chunk() {
    let Some(root) = std::env::var_os(SMALL_ROOT) else {
        return in_small_root("an_append_to_a_full_device_ends_at_the_last_whole_chunk");
    };
    let store = Filesystem::open(Path::new(&root)).unwrap();
    let path = StorePath::upload_data(&"app".parse().unwrap(), UploadId::random());
    let chunk = Bytes::from(vec![1; 300 << 10]);
    let mut appender = store.append(&path, 0).await.unwrap();
    let mut refused = Ok(());
    for _ in 0..6 {
        refused = appender.append(chunk.clone()).await;
        if refused.is_err() {
            break;
        }
    }
    assert!(matches!(refused, Err(StorageError::Full(_))), "{refused:?}");
    assert_eq!(appender.finish().await.unwrap(), 900 << 10);
    assert_eq!(store.stat(&path).await.unwrap().size, 900 << 10);
    store.append(&path, 900 << 10).await.unwrap();
}
