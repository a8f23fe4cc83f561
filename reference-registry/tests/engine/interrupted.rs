//! Operations that are cut off after each of their writes.

use std::sync::Arc;

use reference_registry::engine::Engine;
use reference_registry::error::{Code, Error};
use reference_registry::protocol::{Digest, Reference, RepositoryName};
use reference_registry::registry::{Page, Registry as _};
use reference_registry::storage::{StorePath, fsck};

use super::failing::Failing;
use super::support::{Fixture, at, code, content, name, permissive, sha256, tag, whole};

const OLD: &str = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;
const NEW: &str = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[] }"#;

/// More writes than any operation makes.
const ENOUGH: usize = 30;

/// A registry whose store stops taking writes when it is told to, with one manifest under two tags.
struct Interrupted {
    fixture: Fixture,
    failing: Failing,
}

async fn prepared() -> Interrupted {
    let failing = Failing::new();
    let driver = Arc::new(failing.clone());
    let fixture = Fixture { engine: Engine::new(driver.clone(), permissive()), driver };
    fixture.manifest("a", "latest", OLD).await.unwrap();
    fixture.manifest("a", "stable", OLD).await.unwrap();
    Interrupted { fixture, failing }
}

impl Interrupted {
    /// What a client can see has to fit together, and so has the store.
    async fn check(&self) {
        let (engine, repository) = (&self.fixture.engine, name("a"));
        for tag in engine.tags(&repository, &Page::default()).await.unwrap().entries {
            let manifest = engine.manifest(&repository, &Reference::Tag(tag)).await.unwrap();
            assert_eq!(sha256(&manifest.content), manifest.digest);
        }
        let report = fsck::check(&*self.fixture.driver).await.unwrap();
        assert_eq!(report.damage().collect::<Vec<_>>(), Vec::<&fsck::Finding>::new());
    }

    async fn tagged(&self, text: &str) -> Option<Digest> {
        let reference = Reference::Tag(tag(text));
        self.fixture.engine.manifest(&name("a"), &reference).await.ok().map(|manifest| manifest.digest)
    }

    /// Whether the operation was done, which has to be said by its result alone.
    fn outcome<T: std::fmt::Debug>(result: Result<T, Error>) -> bool {
        match result {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(code(&error), (Code::Unknown, 507), "{error}");
                false
            }
        }
    }
}

#[tokio::test]
async fn pushing_a_manifest() {
    for count in 0..ENOUGH {
        let store = prepared().await;
        store.failing.after(count);
        let done = Interrupted::outcome(store.fixture.manifest("a", "latest", NEW).await);
        store.failing.after(usize::MAX);
        store.check().await;
        let expected = if done { NEW } else { OLD };
        assert_eq!(store.tagged("latest").await, Some(sha256(expected.as_bytes())), "after {count} writes");
        store.fixture.manifest("a", "latest", NEW).await.unwrap();
        store.check().await;
        assert_eq!(done, count >= 4, "bytes, revision, history, tag");
    }
}

#[tokio::test]
async fn deleting_a_manifest_and_a_tag() {
    for count in 0..ENOUGH {
        let store = prepared().await;
        store.failing.after(count);
        let done =
            Interrupted::outcome(store.fixture.engine.delete_manifest(&name("a"), &sha256(OLD.as_bytes())).await);
        store.failing.after(usize::MAX);
        store.check().await;
        assert!(!done || store.tagged("latest").await.is_none() && store.tagged("stable").await.is_none());
        assert_eq!(done, count >= 3, "two tags, the revision");

        let store = prepared().await;
        store.failing.after(count);
        let done = Interrupted::outcome(store.fixture.engine.delete_tag(&name("a"), &tag("latest")).await);
        store.failing.after(usize::MAX);
        store.check().await;
        assert_eq!(store.tagged("latest").await.is_none(), done);
        assert!(store.tagged("stable").await.is_some());
    }
}

async fn left(fixture: &Fixture, repository: &RepositoryName) -> Vec<String> {
    fixture.driver.list(&StorePath::uploads(repository)).await.unwrap_or_default()
}

#[tokio::test]
async fn pushing_a_blob() {
    for size in [10, 400_000] {
        let content = content(1, size);
        let digest = sha256(&content);
        for count in 0..ENOUGH {
            let store = prepared().await;
            store.failing.after(count);
            let pushed = store.fixture.engine.put_blob(&name("a"), &digest, whole(&content)).await;
            let done = Interrupted::outcome(pushed);
            store.failing.after(usize::MAX);
            store.check().await;
            let read = store.fixture.read("a", &digest).await.ok();
            assert_eq!(read.is_some(), done, "after {count} writes");
            assert!(read.is_none_or(|read| read == content));
        }
    }
}

#[tokio::test]
async fn an_upload_on_a_full_disk_can_be_taken_up_again_or_given_up() {
    let content = content(2, 900_000);
    let digest = sha256(&content);
    let repository = name("a");
    for count in 0..ENOUGH {
        for give_up in [true, false] {
            let store = prepared().await;
            let engine = &store.fixture.engine;
            let id = engine.start_upload(&repository, None).await.unwrap().id;
            engine.append_upload(&repository, id, at(0, &content[..300_000])).await.unwrap();
            store.failing.after(count);
            let chunk = at(300_000, &content[300_000..]);
            let done = Interrupted::outcome(engine.finish_upload(&repository, id, &digest, chunk).await);
            store.failing.after(usize::MAX);
            store.check().await;
            if done {
                assert_eq!(store.fixture.read("a", &digest).await.unwrap(), content);
            } else if give_up {
                engine.cancel_upload(&repository, id).await.unwrap();
                assert_eq!(left(&store.fixture, &repository).await, Vec::<String>::new());
            } else {
                let offset = engine.upload_status(&repository, id).await.unwrap().received;
                let rest = &content[usize::try_from(offset).unwrap()..];
                let chunk = if rest.is_empty() { whole(rest) } else { at(offset, rest) };
                engine.finish_upload(&repository, id, &digest, chunk).await.unwrap();
                assert_eq!(store.fixture.read("a", &digest).await.unwrap(), content);
            }
        }
    }
}
