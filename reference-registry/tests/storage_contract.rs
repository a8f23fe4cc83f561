//! One body of tests of the storage contract, run over every driver.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail like the test")]

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use reference_registry::protocol::{Algorithm, Digest, UploadId};
use reference_registry::storage::{Driver, Filesystem, Memory, StorageError, StorePath};

/// A driver, and what has to live as long as it.
struct Store {
    driver: Arc<dyn Driver>,
    _root: Option<tempfile::TempDir>,
}

fn memory() -> Store {
    Store { driver: Arc::new(Memory::new()), _root: None }
}

fn filesystem() -> Store {
    let root = tempfile::tempdir().unwrap();
    Store { driver: Arc::new(Filesystem::open(root.path()).unwrap()), _root: Some(root) }
}

/// Runs each named clause over each driver.
macro_rules! contract {
    ($($clause:ident),* $(,)?) => {
        mod over_memory { $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $clause() { let store = super::memory(); super::$clause(&store.driver).await; }
        )* }
        mod over_filesystem { $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $clause() { let store = super::filesystem(); super::$clause(&store.driver).await; }
        )* }
    };
}

contract!(
    what_is_written_is_read,
    absent_things_are_not_found,
    the_limit_of_a_read_holds,
    files_and_directories_are_not_confused,
    reads_at_offsets,
    appends_grow_an_object,
    an_append_at_another_offset_is_refused,
    one_appender_at_a_time,
    a_dropped_appender_releases_the_object,
    an_appender_holds_off_a_rename,
    small_and_large_chunks_keep_their_order,
    rename_replaces,
    rename_makes_a_session_object_lasting,
    list_is_sorted_by_bytes,
    delete_takes_all_below,
    an_open_object_outlives_its_name,
    readers_see_old_or_new,
    writers_survive_a_removed_directory,
);

fn blob(text: &str) -> (StorePath, Digest) {
    let digest = Algorithm::Sha256.digest(text.as_bytes());
    (StorePath::blob_data(&digest), digest)
}

fn repository() -> reference_registry::protocol::RepositoryName {
    "library/app".parse().unwrap()
}

fn session(id: UploadId) -> StorePath {
    StorePath::upload_data(&repository(), id)
}

async fn append(driver: &Arc<dyn Driver>, path: &StorePath, offset: u64, content: &[u8]) -> u64 {
    let mut appender = driver.append(path, offset).await.unwrap();
    appender.append(Bytes::copy_from_slice(content)).await.unwrap();
    appender.finish().await.unwrap()
}

async fn what_is_written_is_read(driver: &Arc<dyn Driver>) {
    let (path, _) = blob("a");
    for content in [&b"first"[..], b"", b"third, longer than the first"] {
        driver.write(&path, Bytes::copy_from_slice(content)).await.unwrap();
        assert_eq!(driver.read(&path, 1000).await.unwrap(), content);
        let stat = driver.stat(&path).await.unwrap();
        assert_eq!((stat.size, stat.is_dir), (content.len() as u64, false));
        assert!(stat.modified.elapsed().map_or(true, |age| age.as_secs() < 60));
    }
    let directory = driver.stat(&StorePath::blobs()).await.unwrap();
    assert_eq!((directory.size, directory.is_dir), (0, true));
}

async fn absent_things_are_not_found(driver: &Arc<dyn Driver>) {
    let (path, _) = blob("a");
    let (other, _) = blob("b");
    let id = UploadId::random();
    assert!(matches!(driver.stat(&path).await, Err(StorageError::NotFound(at)) if at == path));
    assert!(matches!(driver.read(&path, 10).await, Err(StorageError::NotFound(at)) if at == path));
    assert!(matches!(driver.open(&path).await, Err(StorageError::NotFound(at)) if at == path));
    assert!(matches!(driver.list(&path).await, Err(StorageError::NotFound(at)) if at == path));
    assert!(matches!(driver.delete(&path).await, Err(StorageError::NotFound(at)) if at == path));
    assert!(matches!(driver.rename(&path, &other).await, Err(StorageError::NotFound(at)) if at == path));
    assert!(matches!(driver.append(&session(id), 1).await, Err(StorageError::NotFound(_))));
    // Below a file there is nothing either.
    driver.write(&path, Bytes::from_static(b"file")).await.unwrap();
    let below = path.child("below").unwrap();
    assert!(matches!(driver.stat(&below).await, Err(StorageError::NotFound(_))));
    assert!(matches!(driver.read(&below, 10).await, Err(StorageError::NotFound(_))));
    assert!(matches!(driver.delete(&below).await, Err(StorageError::NotFound(_))));
}

async fn the_limit_of_a_read_holds(driver: &Arc<dyn Driver>) {
    let (path, _) = blob("a");
    driver.write(&path, Bytes::from_static(b"12345")).await.unwrap();
    assert_eq!(driver.read(&path, 5).await.unwrap(), "12345");
    let refused = driver.read(&path, 4).await;
    assert!(matches!(refused, Err(StorageError::TooLarge { size: 5, limit: 4, .. })), "{refused:?}");
}

async fn files_and_directories_are_not_confused(driver: &Arc<dyn Driver>) {
    let (path, _) = blob("a");
    let (other, _) = blob("b");
    driver.write(&path, Bytes::from_static(b"file")).await.unwrap();
    let io = |error: StorageError| match error {
        StorageError::Io { source, .. } => source.kind(),
        other => panic!("{other:?}"),
    };
    let blobs = StorePath::blobs();
    assert_eq!(io(driver.read(&blobs, 10).await.unwrap_err()), ErrorKind::IsADirectory);
    assert_eq!(io(driver.open(&blobs).await.unwrap_err()), ErrorKind::IsADirectory);
    assert_eq!(io(driver.write(&blobs, Bytes::new()).await.unwrap_err()), ErrorKind::IsADirectory);
    assert_eq!(io(driver.append(&blobs, 0).await.unwrap_err()), ErrorKind::IsADirectory);
    assert_eq!(io(driver.rename(&blobs, &other).await.unwrap_err()), ErrorKind::IsADirectory);
    let upload = session(UploadId::random());
    driver.write(&upload, Bytes::new()).await.unwrap();
    assert_eq!(io(driver.rename(&upload, &blobs).await.unwrap_err()), ErrorKind::IsADirectory);
    assert_eq!(io(driver.list(&path).await.unwrap_err()), ErrorKind::NotADirectory);
    let below = path.child("below").unwrap();
    io(driver.write(&below, Bytes::new()).await.unwrap_err());
    assert_eq!(driver.read(&path, 10).await.unwrap(), "file");
}

async fn reads_at_offsets(driver: &Arc<dyn Driver>) {
    let content: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
    let path = session(UploadId::random());
    let mut appender = driver.append(&path, 0).await.unwrap();
    for chunk in content.chunks(300_001) {
        appender.append(Bytes::copy_from_slice(chunk)).await.unwrap();
    }
    assert_eq!(appender.finish().await.unwrap(), 3_000_000);
    let object = driver.open(&path).await.unwrap();
    assert_eq!(object.size(), 3_000_000);
    for (offset, len) in [(0, 1), (0, 3_000_000), (299_999, 700_000), (2_999_999, 10), (0, usize::MAX)] {
        let end = content.len().min(len.saturating_add(offset));
        let read = object.read_at(offset as u64, len).await.unwrap();
        assert!(read == content[offset..end], "{len} bytes from {offset}");
    }
    for (offset, len) in [(3_000_000, 1), (4_000_000, 1), (u64::MAX, usize::MAX), (5, 0)] {
        assert!(object.read_at(offset, len).await.unwrap().is_empty());
    }
    assert!(driver.read(&path, u64::MAX).await.unwrap() == content);
}

async fn appends_grow_an_object(driver: &Arc<dyn Driver>) {
    let path = session(UploadId::random());
    assert_eq!(append(driver, &path, 0, b"one").await, 3);
    assert_eq!(append(driver, &path, 3, b"two").await, 6);
    assert_eq!(append(driver, &path, 6, b"").await, 6);
    assert_eq!(driver.read(&path, 10).await.unwrap(), "onetwo");
    let empty = session(UploadId::random());
    assert_eq!(driver.append(&empty, 0).await.unwrap().finish().await.unwrap(), 0);
    assert_eq!(driver.stat(&empty).await.unwrap().size, 0);
    // An object of a lasting place can grow as well.
    let (lasting, _) = blob("a");
    assert_eq!(append(driver, &lasting, 0, b"a").await, 1);
    assert_eq!(driver.read(&lasting, 10).await.unwrap(), "a");
}

async fn an_append_at_another_offset_is_refused(driver: &Arc<dyn Driver>) {
    let path = session(UploadId::random());
    append(driver, &path, 0, b"one").await;
    for offset in [0, 2, 4] {
        let refused = driver.append(&path, offset).await.unwrap_err();
        assert!(
            matches!(refused, StorageError::Offset { expected, actual: 3, .. } if expected == offset),
            "{refused:?}"
        );
    }
    assert_eq!(append(driver, &path, 3, b"!").await, 4, "a refused append holds nothing");
}

async fn one_appender_at_a_time(driver: &Arc<dyn Driver>) {
    let path = session(UploadId::random());
    let appender = driver.append(&path, 0).await.unwrap();
    assert!(matches!(driver.append(&path, 0).await, Err(StorageError::Busy(at)) if at == path));
    appender.finish().await.unwrap();
    driver.append(&path, 0).await.unwrap();
}

async fn a_dropped_appender_releases_the_object(driver: &Arc<dyn Driver>) {
    let path = session(UploadId::random());
    let mut appender = driver.append(&path, 0).await.unwrap();
    appender.append(Bytes::from_static(b"perhaps")).await.unwrap();
    drop(appender);
    let size = driver.stat(&path).await.unwrap().size;
    append(driver, &path, size, b"and more").await;
    let content = driver.read(&path, 100).await.unwrap();
    assert!(content == "and more" || content == "perhapsand more", "{content:?}");
}

async fn an_appender_holds_off_a_rename(driver: &Arc<dyn Driver>) {
    let path = session(UploadId::random());
    let (to, _) = blob("a");
    let appender = driver.append(&path, 0).await.unwrap();
    assert!(matches!(driver.rename(&path, &to).await, Err(StorageError::Busy(at)) if at == path));
    appender.finish().await.unwrap();
    driver.rename(&path, &to).await.unwrap();
}

async fn small_and_large_chunks_keep_their_order(driver: &Arc<dyn Driver>) {
    let path = session(UploadId::random());
    let mut expected = Vec::new();
    let mut appender = driver.append(&path, 0).await.unwrap();
    for (number, len) in [1, 200_000, 0, 65_535, 65_536, 3, 131_072, 1000, 500_000, 7].into_iter().enumerate() {
        let chunk = vec![u8::try_from(number).unwrap(); len];
        expected.extend_from_slice(&chunk);
        appender.append(chunk.into()).await.unwrap();
    }
    assert_eq!(appender.finish().await.unwrap(), expected.len() as u64);
    assert!(driver.read(&path, u64::MAX).await.unwrap() == expected);
}

async fn rename_replaces(driver: &Arc<dyn Driver>) {
    let (from, _) = blob("a");
    let (to, _) = blob("b");
    driver.write(&from, Bytes::from_static(b"new")).await.unwrap();
    driver.write(&to, Bytes::from_static(b"old")).await.unwrap();
    driver.rename(&from, &to).await.unwrap();
    assert_eq!(driver.read(&to, 10).await.unwrap(), "new");
    assert!(matches!(driver.stat(&from).await, Err(StorageError::NotFound(_))));
    driver.rename(&to, &to).await.unwrap();
    assert_eq!(driver.read(&to, 10).await.unwrap(), "new");
}

async fn rename_makes_a_session_object_lasting(driver: &Arc<dyn Driver>) {
    let from = session(UploadId::random());
    let (to, _) = blob("a");
    append(driver, &from, 0, b"a").await;
    driver.rename(&from, &to).await.unwrap();
    assert_eq!(driver.read(&to, 10).await.unwrap(), "a");
    assert!(matches!(driver.append(&from, 1).await, Err(StorageError::NotFound(_))));
}

async fn list_is_sorted_by_bytes(driver: &Arc<dyn Driver>) {
    let name = repository();
    // '-' and '.' sort before '/', '_' after the capitals: an order by whole paths or by locale would differ.
    let tags = ["a", "B", "a-1", "a.1", "_", "0", "Z", "a_1", "ab", "10", "9"];
    for tag in tags {
        let link = StorePath::tag_current(&name, &tag.parse().unwrap());
        driver.write(&link, Bytes::from_static(b"link")).await.unwrap();
    }
    let mut sorted = tags.map(str::to_owned).to_vec();
    sorted.sort_unstable();
    assert_eq!(driver.list(&StorePath::tags(&name)).await.unwrap(), sorted);
    assert_eq!(driver.list(&StorePath::repositories()).await.unwrap(), ["library"]);
}

async fn delete_takes_all_below(driver: &Arc<dyn Driver>) {
    let name = repository();
    let (kept, removed) = (UploadId::random(), UploadId::random());
    for id in [kept, removed] {
        driver.write(&StorePath::upload_started_at(&name, id), Bytes::from_static(b"now")).await.unwrap();
        append(driver, &session(id), 0, b"data").await;
    }
    driver.delete(&StorePath::upload(&name, removed)).await.unwrap();
    assert!(matches!(driver.read(&session(removed), 10).await, Err(StorageError::NotFound(_))));
    assert_eq!(driver.list(&StorePath::uploads(&name)).await.unwrap(), [kept.to_string()]);
    driver.delete(&session(kept)).await.unwrap();
    assert_eq!(driver.list(&StorePath::upload(&name, kept)).await.unwrap(), ["startedat"]);
    let (data, digest) = blob("a");
    driver.write(&data, Bytes::from_static(b"a")).await.unwrap();
    driver.delete(&StorePath::repositories()).await.unwrap();
    assert!(driver.stat(&StorePath::blob_data(&digest)).await.is_ok(), "the neighbour stays");
    driver.delete(&data).await.unwrap();
    driver.write(&data, Bytes::from_static(b"a")).await.unwrap();
}

async fn an_open_object_outlives_its_name(driver: &Arc<dyn Driver>) {
    let content = Bytes::from(vec![7; 1_000_000]);
    let (path, _) = blob("a");
    let (moved, _) = blob("b");
    driver.write(&path, content.clone()).await.unwrap();
    let renamed = driver.open(&path).await.unwrap();
    driver.rename(&path, &moved).await.unwrap();
    let replaced = driver.open(&moved).await.unwrap();
    driver.write(&moved, Bytes::from_static(b"other")).await.unwrap();
    driver.write(&path, content.clone()).await.unwrap();
    let deleted = driver.open(&path).await.unwrap();
    driver.delete(&StorePath::blobs()).await.unwrap();
    for object in [renamed, replaced, deleted] {
        assert_eq!(object.size(), 1_000_000);
        assert!(object.read_at(0, usize::MAX).await.unwrap() == content);
    }
    // An object that grows keeps the size it was opened with.
    let growing = session(UploadId::random());
    append(driver, &growing, 0, b"one").await;
    let opened = driver.open(&growing).await.unwrap();
    append(driver, &growing, 3, b"two").await;
    assert_eq!((opened.size(), opened.read_at(0, 10).await.unwrap().len()), (3, 3));
}

async fn readers_see_old_or_new(driver: &Arc<dyn Driver>) {
    let path = StorePath::tag_current(&repository(), &"latest".parse().unwrap());
    let version = |number: u8| Bytes::from(vec![number; 1000 + usize::from(number)]);
    driver.write(&path, version(0)).await.unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (driver, path, over) = (driver.clone(), path.clone(), over.clone());
            tokio::spawn(async move {
                let mut last = 0;
                while !over.load(Ordering::Relaxed) {
                    let read = driver.read(&path, 10_000).await.unwrap();
                    assert!(read == version(read[0]), "a mixture of versions");
                    assert!(read[0] >= last, "an older version came back");
                    last = read[0];
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for number in 1..100 {
        driver.write(&path, version(number)).await.unwrap();
    }
    over.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
}

async fn writers_survive_a_removed_directory(driver: &Arc<dyn Driver>) {
    let name = repository();
    let over = Arc::new(AtomicBool::new(false));
    let remover = {
        let (driver, uploads, over) = (driver.clone(), StorePath::uploads(&name), over.clone());
        tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                match driver.delete(&uploads).await {
                    Ok(()) | Err(StorageError::NotFound(_)) => tokio::task::yield_now().await,
                    Err(error) => panic!("{error}"),
                }
            }
        })
    };
    for _ in 0..200 {
        let path = StorePath::upload_started_at(&name, UploadId::random());
        driver.write(&path, Bytes::from_static(b"now")).await.unwrap();
    }
    over.store(true, Ordering::Relaxed);
    remover.await.unwrap();
}

#[test]
fn a_hostile_name_has_no_path() {
    for name in ["", ".", "..", "a/b", "/", "../../etc/passwd", "a\0b"] {
        assert_eq!(StorePath::blobs().child(name), None, "{name:?}");
    }
    for name in ["..", "a/../b", "a//b", "/a", "a/.", "a/_uploads", "_manifests", "a\0", "a\\b/..", "%2e%2e"] {
        assert!(name.parse::<reference_registry::protocol::RepositoryName>().is_err(), "{name:?}");
    }
    for tag in ["..", ".", "a/b", "", "-a", "a\0"] {
        assert!(tag.parse::<reference_registry::protocol::Tag>().is_err(), "{tag:?}");
    }
}

#[test]
fn only_sessions_are_transient() {
    let name = repository();
    let (data, digest) = blob("a");
    let id = UploadId::random();
    for path in [session(id), StorePath::upload(&name, id), StorePath::upload_started_at(&name, id)] {
        assert!(path.is_transient(), "{path}");
    }
    for path in [data, StorePath::layer_link(&name, &digest), StorePath::revision_link(&name, &digest)] {
        assert!(!path.is_transient(), "{path}");
    }
}
