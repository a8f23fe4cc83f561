//! Requests at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use futures_util::StreamExt as _;
use reference_registry::error::Code;
use reference_registry::protocol::Reference;
use reference_registry::registry::{Body, Chunk, Page, Registry as _};
use tokio::sync::Barrier;

use super::support::{at, code, content, each, name, permissive, sha256, tag, whole};

/// Two manifests that differ in nothing but a space.
const BODIES: [&str; 2] = [
    r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#,
    r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[] }"#,
];

/// `first`, and the rest when everybody is there.
fn in_step(content: &[u8], barrier: &Arc<Barrier>) -> Body {
    let (first, rest) = content.split_at(content.len() / 2);
    let (first, rest) = (Bytes::copy_from_slice(first), Bytes::copy_from_slice(rest));
    let barrier = barrier.clone();
    let second = async move {
        tokio::select! {
            _ = barrier.wait() => {}
            // The others may have been refused before they read anything.
            () = tokio::time::sleep(std::time::Duration::from_millis(20)) => {}
        }
        Ok(rest)
    };
    Box::pin(futures_util::stream::iter([Ok(first)]).chain(futures_util::stream::once(second)))
}

#[test]
fn of_two_chunks_at_once_one_wins() {
    each(&permissive(), |fixture| async move {
        let repository = name("a");
        for round in 0..20 {
            let (one, two) = (content(round, 500_000), content(round + 100, 500_000));
            let id = fixture.engine.start_upload(&repository, None).await.unwrap().id;
            let barrier = Arc::new(Barrier::new(2));
            let append = |content: &[u8]| {
                let chunk = Chunk {
                    range: Some((0, content.len() as u64 - 1)),
                    length: None,
                    body: in_step(content, &barrier),
                };
                let engine = fixture.engine.clone();
                async move { engine.append_upload(&name("a"), id, chunk).await }
            };
            let (first, second) = tokio::join!(tokio::spawn(append(&one)), tokio::spawn(append(&two)));
            let winner = match (first.unwrap(), second.unwrap()) {
                (Ok(_), Err(error)) if code(&error) == (Code::BlobUploadInvalid, 416) => one,
                (Err(error), Ok(_)) if code(&error) == (Code::BlobUploadInvalid, 416) => two,
                other => panic!("{other:?}"),
            };
            fixture.engine.finish_upload(&repository, id, &sha256(&winner), whole(b"")).await.unwrap();
            assert_eq!(fixture.read("a", &sha256(&winner)).await.unwrap(), winner);
        }
    });
}

#[test]
fn of_two_closing_requests_at_once_one_wins_and_the_blob_is_whole() {
    each(&permissive(), |fixture| async move {
        for round in 0..20 {
            let content = content(round, 400_000);
            let digest = sha256(&content);
            let id = fixture.engine.start_upload(&name("a"), None).await.unwrap().id;
            fixture.engine.append_upload(&name("a"), id, at(0, &content[..300_000])).await.unwrap();
            let finish = || {
                let (engine, digest, chunk) =
                    (fixture.engine.clone(), digest.clone(), at(300_000, &content[300_000..]));
                tokio::spawn(async move { engine.finish_upload(&name("a"), id, &digest, chunk).await })
            };
            let (first, second) = tokio::join!(finish(), finish());
            let results = [first.unwrap(), second.unwrap()];
            assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
            let error = results.into_iter().find_map(Result::err).unwrap();
            assert!(error.status.is_client_error(), "{error}");
            assert_eq!(fixture.read("a", &digest).await.unwrap(), content);
        }
    });
}

#[test]
fn the_same_blob_may_be_pushed_by_many() {
    each(&permissive(), |fixture| async move {
        let content = content(1, 600_000);
        let digest = sha256(&content);
        let pushes = (0..8).map(|number| {
            let (engine, digest, chunk) = (fixture.engine.clone(), digest.clone(), whole(&content));
            tokio::spawn(async move { engine.put_blob(&name(&format!("r{}", number % 3)), &digest, chunk).await })
        });
        for push in pushes.collect::<Vec<_>>() {
            assert_eq!(push.await.unwrap().unwrap().size, content.len() as u64);
        }
        assert_eq!(fixture.read("r1", &digest).await.unwrap(), content);
    });
}

#[test]
fn a_tag_that_is_being_overwritten_is_always_there() {
    each(&permissive(), |fixture| async move {
        fixture.manifest("a", "latest", BODIES[0]).await.unwrap();
        let done = Arc::new(AtomicBool::new(false));
        let readers: Vec<_> = (0..2)
            .map(|_| {
                let (engine, done) = (fixture.engine.clone(), done.clone());
                tokio::spawn(async move {
                    let reference = Reference::Tag(tag("latest"));
                    while !done.load(Ordering::Relaxed) {
                        let manifest = engine.manifest(&name("a"), &reference).await.unwrap();
                        assert_eq!(sha256(&manifest.content), manifest.digest);
                        // The memory driver never waits, so neither would this task.
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        let digests = BODIES.map(|body| sha256(body.as_bytes()));
        for round in 1..60 {
            fixture.manifest("a", "latest", BODIES[round % 2]).await.unwrap();
            // What the tag has just left goes at once; a reader may be between the two.
            fixture.engine.delete_manifest(&name("a"), &digests[(round + 1) % 2]).await.unwrap();
        }
        done.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.await.unwrap();
        }
    });
}

#[test]
fn a_listed_tag_is_never_one_whose_manifest_is_gone() {
    each(&permissive(), |fixture| async move {
        let digest = sha256(BODIES[0].as_bytes());
        for round in 0..40 {
            fixture.manifest("a", "kept", BODIES[1]).await.unwrap();
            let (pusher, deleter) = (fixture.engine.clone(), fixture.engine.clone());
            let upload = reference_registry::registry::ManifestUpload {
                media_type: None,
                content: BODIES[0].into(),
                reference: Reference::Tag(tag(&format!("t{round}"))),
                tags: vec![tag("kept")],
            };
            let pushing = tokio::spawn(async move { pusher.put_manifest(&name("a"), upload).await });
            let deleting = tokio::spawn({
                let digest = digest.clone();
                async move { deleter.delete_manifest(&name("a"), &digest).await }
            });
            pushing.await.unwrap().unwrap();
            if let Err(error) = deleting.await.unwrap() {
                assert_eq!(code(&error).1, 404);
            }
            let tags = fixture.engine.tags(&name("a"), &Page::default()).await.unwrap().entries;
            for tag in tags {
                fixture.engine.manifest(&name("a"), &Reference::Tag(tag)).await.unwrap();
            }
        }
    });
}

#[test]
fn a_request_that_is_given_up_comes_to_its_end() {
    each(&permissive(), |fixture| async move {
        let content = content(1, 10_000);
        let digest = sha256(&content);
        let (send, receive) = tokio::sync::oneshot::channel::<Bytes>();
        let body: Body = Box::pin(futures_util::stream::once(async move { Ok(receive.await.unwrap()) }));
        let engine = fixture.engine.clone();
        let asked = digest.clone();
        let push = tokio::spawn(async move {
            engine.put_blob(&name("a"), &asked, Chunk { range: None, length: None, body }).await
        });
        tokio::task::yield_now().await;
        while fixture.driver.list(&reference_registry::storage::StorePath::uploads(&name("a"))).await.is_err() {
            tokio::task::yield_now().await;
        }
        push.abort();
        assert!(push.await.unwrap_err().is_cancelled());
        send.send(content.clone().into()).unwrap();
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
        while fixture.engine.blob_info(&name("a"), &digest).await.is_err() {
            assert!(tokio::time::Instant::now() < deadline);
            tokio::task::yield_now().await;
        }
        assert_eq!(fixture.read("a", &digest).await.unwrap(), content);
    });
}
