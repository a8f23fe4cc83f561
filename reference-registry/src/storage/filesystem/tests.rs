//! The order of syncs and names, and what a failing disk leaves behind.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

use super::Filesystem;
use super::sync::Sync;
use crate::protocol::{Algorithm, RepositoryName, UploadId};
use crate::storage::{Driver as _, StorageError, StorePath};

/// Notes every sync and what the watched object held at that moment, then does as told.
#[derive(Debug)]
struct Watch {
    watched: PathBuf,
    events: Mutex<Vec<(String, Option<String>)>>,
    fail_data: Option<io::ErrorKind>,
}

#[derive(Debug)]
struct Shared(Arc<Watch>);

impl Sync for Shared {
    fn data(&self, file: &File, path: &Path) -> io::Result<()> {
        // The bytes are all there before the sync, under whatever name.
        let len = file.metadata()?.len();
        let named = path.exists();
        self.0.note(format!("data of {len} bytes, named: {named}"));
        self.0.fail_data.map_or(Ok(()), |kind| Err(kind.into()))
    }

    fn names(&self, directory: &Path) -> io::Result<()> {
        assert!(directory.is_dir(), "{}", directory.display());
        self.0.note(format!("names in {}", directory.file_name().unwrap().display()));
        Ok(())
    }
}

impl Watch {
    fn note(&self, event: String) {
        self.events.lock().push((event, fs::read_to_string(&self.watched).ok()));
    }

    fn taken(&self) -> Vec<(String, Option<String>)> {
        std::mem::take(&mut *self.events.lock())
    }
}

struct Setup {
    store: Filesystem,
    watch: Arc<Watch>,
    root: tempfile::TempDir,
}

fn setup(watched: &StorePath, fail_data: Option<io::ErrorKind>) -> Setup {
    let root = tempfile::Builder::new().prefix("root").tempdir().unwrap();
    let watched = root.path().join(watched.as_str());
    let watch = Arc::new(Watch { watched, events: Mutex::default(), fail_data });
    let store = Filesystem::with_sync(root.path(), Box::new(Shared(watch.clone()))).unwrap();
    Setup { store, watch, root }
}

fn app() -> RepositoryName {
    "app".parse().unwrap()
}

fn tag() -> StorePath {
    StorePath::tag_current(&app(), &"latest".parse().unwrap())
}

fn event(what: impl Into<String>, held: Option<&str>) -> (String, Option<String>) {
    (what.into(), held.map(str::to_owned))
}

#[tokio::test]
async fn a_write_syncs_the_bytes_then_takes_the_name_then_syncs_the_names() {
    let Setup { store, watch, root } = setup(&tag(), None);
    store.write(&tag(), Bytes::from_static(b"old")).await.unwrap();
    let root_name = root.path().file_name().unwrap().to_str().unwrap().to_owned();
    let mut expected = vec![event("data of 3 bytes, named: true", None)];
    let chain =
        ["current", "latest", "tags", "_manifests", "app", "repositories", "v2", "registry", "docker", &root_name];
    expected.extend(chain.map(|directory| event(format!("names in {directory}"), Some("old"))));
    assert_eq!(watch.taken(), expected);

    store.write(&tag(), Bytes::from_static(b"newer")).await.unwrap();
    let expected = [event("data of 5 bytes, named: true", Some("old")), event("names in current", Some("newer"))];
    assert_eq!(watch.taken(), expected);
}

#[tokio::test]
async fn a_session_costs_no_sync_until_its_bytes_get_a_lasting_name() {
    let digest = Algorithm::Sha256.digest(b"content");
    let data = StorePath::blob_data(&digest);
    let Setup { store, watch, .. } = setup(&data, None);
    let id = UploadId::random();
    let upload = StorePath::upload_data(&app(), id);
    store.write(&StorePath::upload_started_at(&app(), id), Bytes::from_static(b"now")).await.unwrap();
    let mut appender = store.append(&upload, 0).await.unwrap();
    appender.append(Bytes::from_static(b"content")).await.unwrap();
    appender.finish().await.unwrap();
    assert_eq!(watch.taken(), []);

    store.rename(&upload, &data).await.unwrap();
    let events = watch.taken();
    assert_eq!(events[0], event("data of 7 bytes, named: true", None));
    assert_eq!(events[1], event(format!("names in {}", digest.hex()), Some("content")));
    assert_eq!(events[2], event(format!("names in {}", &digest.hex()[..2]), Some("content")));

    store.delete(&StorePath::upload(&app(), id)).await.unwrap();
    assert_eq!(watch.taken(), []);
    store.delete(&data).await.unwrap();
    assert_eq!(watch.taken(), [event(format!("names in {}", digest.hex()), None)]);
}

#[tokio::test]
async fn a_full_disk_leaves_the_old_object_and_nothing_else() {
    let Setup { store, watch, root } = setup(&tag(), Some(io::ErrorKind::StorageFull));
    let refused = store.write(&tag(), Bytes::from_static(b"content")).await;
    assert!(matches!(refused, Err(StorageError::Full(path)) if path == tag()));
    assert_eq!(watch.taken(), [event("data of 7 bytes, named: true", None)]);
    assert!(!root.path().join("docker").exists());
    drop(store);
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn permissions_are_those_of_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;

    let Setup { store, root, .. } = setup(&tag(), None);
    store.write(&tag(), Bytes::from_static(b"content")).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let plain = root.path().join("plain");
    fs::create_dir(&plain).unwrap();
    fs::write(plain.join("file"), "").unwrap();
    let link = root.path().join(tag().as_str());
    assert_eq!(mode(&link), mode(&plain.join("file")));
    assert_eq!(mode(link.parent().unwrap()), mode(&plain));
}

#[test]
fn an_unusable_root_is_named() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Filesystem::open(&file).unwrap_err();
    assert!(error.to_string().contains(file.to_str().unwrap()), "{error}");
}
