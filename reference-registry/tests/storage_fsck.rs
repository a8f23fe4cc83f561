//! The store check finds each kind of damage, and nothing in a sound store.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail like the test")]

use bytes::Bytes;
use reference_registry::protocol::{Algorithm, Digest, RepositoryName, Tag, UploadId};
use reference_registry::storage::fsck::{Problem, Report, check};
use reference_registry::storage::{Driver, Memory, StorePath};

struct Store {
    driver: Memory,
    name: RepositoryName,
    tag: Tag,
    manifest: Digest,
    layer: Digest,
}

async fn put(driver: &Memory, path: &StorePath, content: &str) {
    driver.write(path, Bytes::from(content.to_owned())).await.unwrap();
}

/// One repository with a layer, a manifest, a tag and an upload session.
async fn sound() -> Store {
    let driver = Memory::new();
    let (name, tag): (RepositoryName, Tag) = ("library/app".parse().unwrap(), "latest".parse().unwrap());
    let manifest = Algorithm::Sha256.digest(b"manifest");
    let layer = Algorithm::Sha512.digest(b"layer");
    put(&driver, &StorePath::blob_data(&manifest), "manifest").await;
    put(&driver, &StorePath::blob_data(&layer), "layer").await;
    put(&driver, &StorePath::layer_link(&name, &layer), &layer.to_string()).await;
    put(&driver, &StorePath::revision_link(&name, &manifest), &manifest.to_string()).await;
    put(&driver, &StorePath::tag_current(&name, &tag), &manifest.to_string()).await;
    put(&driver, &StorePath::tag_index_link(&name, &tag, &manifest), &manifest.to_string()).await;
    let id = UploadId::random();
    put(&driver, &StorePath::upload_started_at(&name, id), "2024-01-01T00:00:00Z").await;
    put(&driver, &StorePath::upload_data(&name, id), "half").await;
    Store { driver, name, tag, manifest, layer }
}

/// What the check says after `path` got `content`.
async fn after(store: &Store, path: &StorePath, content: &str) -> Vec<(StorePath, Problem)> {
    put(&store.driver, path, content).await;
    let report = check(&store.driver).await.unwrap();
    report.findings.into_iter().map(|finding| (finding.path, finding.problem)).collect()
}

#[tokio::test]
async fn a_sound_store_is_counted_and_has_no_findings() {
    let store = sound().await;
    let report = check(&store.driver).await.unwrap();
    assert_eq!(report.findings, []);
    assert_eq!((report.blobs, report.bytes, report.repositories), (2, 13, 1));
    assert_eq!((report.revisions, report.layers, report.tags, report.uploads), (1, 1, 1, 1));
    assert_eq!(check(&Memory::new()).await.unwrap(), Report::default());
}

#[tokio::test]
async fn each_damage_is_named() {
    let other = Algorithm::Sha256.digest(b"other");

    let store = sound().await;
    let path = StorePath::blob_data(&store.layer);
    let expected = Problem::Corrupt(Algorithm::Sha512.digest(b"lay"));
    assert_eq!(after(&store, &path, "lay").await, [(path, expected)]);

    let store = sound().await;
    let path = StorePath::layer_link(&store.name, &store.layer);
    assert_eq!(after(&store, &path, "sha512:").await, [(path.clone(), Problem::Malformed)]);
    assert_eq!(after(&store, &path, "").await, [(path.clone(), Problem::Malformed)]);
    assert_eq!(after(&store, &path, &other.to_string()).await, [(path.clone(), Problem::Dangling(other.clone()))]);
    let mismatch = Problem::Mismatch(store.manifest.clone());
    assert_eq!(after(&store, &path, &store.manifest.to_string()).await, [(path, mismatch)]);

    let store = sound().await;
    let path = StorePath::tag_current(&store.name, &store.tag);
    let revisionless = Problem::Revisionless(store.layer.clone());
    assert_eq!(after(&store, &path, &store.layer.to_string()).await, [(path, revisionless)]);

    let store = sound().await;
    let path = StorePath::blobs().child("sha256").unwrap().child("zz").unwrap().child("name").unwrap();
    let data = path.child("data").unwrap();
    assert_eq!(after(&store, &data, "x").await, [(path, Problem::Unrecognised)]);
}

#[tokio::test]
async fn what_a_kill_leaves_behind_is_no_damage() {
    let store = sound().await;
    store.driver.delete(&StorePath::tag_current(&store.name, &store.tag)).await.unwrap();
    store.driver.delete(&StorePath::layer_link(&store.name, &store.layer)).await.unwrap();
    store.driver.delete(&StorePath::blob_data(&store.layer)).await.unwrap();
    let report = check(&store.driver).await.unwrap();
    assert_eq!(report.findings.len(), 3);
    assert_eq!(report.damage().count(), 0, "{:?}", report.findings);
}
