//! Upload sessions: chunks, order, broken bodies, cancellation, resumption.

use bytes::Bytes;
use futures_util::StreamExt as _;
use reference_registry::engine::{Engine, EngineOptions};
use reference_registry::error::Code;
use reference_registry::protocol::{Algorithm, UploadId};
use reference_registry::registry::{Body, BodyError, Chunk, Registry as _};
use reference_registry::storage::StorePath;

use super::support::{Fixture, at, content, each, name, permissive, pieces, refused, sha256, whole};

/// A chunk that brings `content` and then breaks off.
fn broken(range: Option<(u64, u64)>, content: &[u8]) -> Chunk {
    let end = futures_util::stream::iter([Err(BodyError("the connection was closed".to_owned()))]);
    Chunk { range, length: None, body: Box::pin(pieces(content, 1000).chain(end)) }
}

async fn start(fixture: &Fixture) -> UploadId {
    fixture.engine.start_upload(&name("a/b"), None).await.unwrap().id
}

async fn received(fixture: &Fixture, id: UploadId) -> u64 {
    fixture.engine.upload_status(&name("a/b"), id).await.unwrap().received
}

async fn sessions(fixture: &Fixture) -> Vec<String> {
    fixture.driver.list(&StorePath::uploads(&name("a/b"))).await.unwrap_or_default()
}

#[test]
fn chunks_in_order_make_a_blob() {
    each(&permissive(), |fixture| async move {
        let repository = name("a/b");
        for (seed, sizes) in [(1, vec![1, 1, 1]), (2, vec![300_000, 0, 5, 700_000]), (3, vec![0]), (4, vec![600_000])] {
            for last_in_put in [true, false] {
                let content = content(seed, sizes.iter().sum());
                let id = start(&fixture).await;
                let mut offset = 0;
                for (number, size) in sizes.iter().enumerate() {
                    if last_in_put && number == sizes.len() - 1 {
                        break;
                    }
                    let piece = &content[offset..offset + size];
                    let chunk = if *size == 0 { whole(piece) } else { at(offset as u64, piece) };
                    let status = fixture.engine.append_upload(&repository, id, chunk).await.unwrap();
                    offset += size;
                    assert_eq!((status.id, status.received), (id, offset as u64));
                    assert_eq!(received(&fixture, id).await, offset as u64);
                }
                let rest = whole(&content[offset..]);
                let info = fixture.engine.finish_upload(&repository, id, &sha256(&content), rest).await.unwrap();
                assert_eq!(info.size, content.len() as u64);
                assert_eq!(fixture.read("a/b", &info.digest).await.unwrap(), content);
                assert_eq!(
                    refused(fixture.engine.upload_status(&repository, id).await),
                    (Code::BlobUploadUnknown, 404)
                );
            }
        }
        assert_eq!(sessions(&fixture).await, Vec::<String>::new());
    });
}

#[test]
fn a_chunk_out_of_order_is_refused_and_changes_nothing() {
    each(&permissive(), |fixture| async move {
        let content = content(1, 300);
        let repository = name("a/b");
        let id = start(&fixture).await;
        fixture.engine.append_upload(&repository, id, at(0, &content[..100])).await.unwrap();
        for offset in [0, 50, 99, 101, 200] {
            let result = fixture.engine.append_upload(&repository, id, at(offset, &content[100..200])).await;
            assert_eq!(refused(result), (Code::BlobUploadInvalid, 416), "at {offset}");
            let chunk = at(offset, &content[100..]);
            let result = fixture.engine.finish_upload(&repository, id, &sha256(&content), chunk).await;
            assert_eq!(refused(result), (Code::BlobUploadInvalid, 416), "at {offset}, closing");
            assert_eq!(received(&fixture, id).await, 100);
        }
        let chunk = at(100, &content[100..]);
        fixture.engine.finish_upload(&repository, id, &sha256(&content), chunk).await.unwrap();
        assert_eq!(fixture.read("a/b", &sha256(&content)).await.unwrap(), content);
    });
}

#[test]
fn a_body_of_another_length_than_announced_is_refused() {
    each(&permissive(), |fixture| async move {
        let repository = name("a/b");
        let content = content(2, 1000);
        for (range, length, kept) in [
            (Some((0, 998)), Some(1000), 0),
            (Some((0, 1000)), None, 1000),
            (Some((0, 998)), None, 999),
            (None, Some(1001), 1000),
            (None, Some(999), 999),
        ] {
            let id = start(&fixture).await;
            let chunk = Chunk { range, length, body: pieces(&content, 300) };
            let result = fixture.engine.append_upload(&repository, id, chunk).await;
            assert_eq!(refused(result), (Code::SizeInvalid, 400), "{range:?} {length:?}");
            assert_eq!(received(&fixture, id).await, kept, "{range:?} {length:?}");
        }
        let id = start(&fixture).await;
        let chunk = Chunk { range: Some((0, u64::MAX)), length: None, body: pieces(&content, 300) };
        let result = fixture.engine.append_upload(&repository, id, chunk).await;
        assert_eq!(refused(result), (Code::BlobUploadInvalid, 400));
    });
}

#[test]
fn a_body_that_breaks_off_leaves_what_came_and_cannot_be_put_in_twice() {
    each(&permissive(), |fixture| async move {
        let repository = name("a/b");
        for size in [1000, 1_000_000] {
            let content = content(3, size);
            let (first, rest) = content.split_at(size / 2);
            let id = start(&fixture).await;
            let range = Some((0, size as u64 - 1));
            let result = fixture.engine.append_upload(&repository, id, broken(range, first)).await;
            assert_eq!(refused(result), (Code::BlobUploadInvalid, 400));
            assert_eq!(received(&fixture, id).await, first.len() as u64);
            let again = fixture.engine.append_upload(&repository, id, at(0, &content)).await;
            assert_eq!(refused(again), (Code::BlobUploadInvalid, 416));
            let (middle, end) = rest.split_at(10);
            let result = fixture.engine.finish_upload(&repository, id, &sha256(&content), broken(None, middle)).await;
            assert_eq!(refused(result), (Code::BlobUploadInvalid, 400));
            let chunk = at((first.len() + 10) as u64, end);
            fixture.engine.finish_upload(&repository, id, &sha256(&content), chunk).await.unwrap();
            assert_eq!(fixture.read("a/b", &sha256(&content)).await.unwrap(), content);
        }
    });
}

#[test]
fn a_wrong_digest_ends_the_session() {
    each(&permissive(), |fixture| async move {
        let repository = name("a/b");
        for size in [10, 1_000_000] {
            let content = content(4, size);
            for algorithm in Algorithm::ALL {
                let other = algorithm.digest(b"something else");
                for chunked in [true, false] {
                    let id = start(&fixture).await;
                    let mut rest = &content[..];
                    if chunked {
                        fixture.engine.append_upload(&repository, id, whole(rest)).await.unwrap();
                        rest = b"";
                    }
                    let result = fixture.engine.finish_upload(&repository, id, &other, whole(rest)).await;
                    assert_eq!(refused(result), (Code::DigestInvalid, 400));
                    let status = fixture.engine.upload_status(&repository, id).await;
                    assert_eq!(refused(status), (Code::BlobUploadUnknown, 404));
                    assert_eq!(refused(fixture.engine.blob(&repository, &other).await), (Code::BlobUnknown, 404));
                }
            }
        }
        assert_eq!(sessions(&fixture).await, Vec::<String>::new());
    });
}

#[test]
fn the_algorithm_may_be_announced_or_not_or_wrongly() {
    each(&permissive(), |fixture| async move {
        let content = content(5, 700_000);
        for announced in [None, Some(Algorithm::Sha256), Some(Algorithm::Sha512)] {
            for algorithm in Algorithm::ALL {
                let id = fixture.engine.start_upload(&name("a/b"), announced).await.unwrap().id;
                fixture.engine.append_upload(&name("a/b"), id, whole(&content[..400_000])).await.unwrap();
                let digest = algorithm.digest(&content);
                let rest = whole(&content[400_000..]);
                fixture.engine.finish_upload(&name("a/b"), id, &digest, rest).await.unwrap();
                assert_eq!(fixture.read("a/b", &digest).await.unwrap(), content);
                fixture.engine.delete_blob(&name("a/b"), &digest).await.unwrap();
            }
        }
    });
}

#[test]
fn a_session_goes_on_after_a_restart() {
    each(&permissive(), |fixture| async move {
        let content = content(6, 900_000);
        let repository = name("a/b");
        let id = start(&fixture).await;
        fixture.engine.append_upload(&repository, id, at(0, &content[..300_000])).await.unwrap();
        let restarted = Engine::new(fixture.driver.clone(), EngineOptions::default());
        assert_eq!(restarted.upload_status(&repository, id).await.unwrap().received, 300_000);
        restarted.append_upload(&repository, id, at(300_000, &content[300_000..600_000])).await.unwrap();
        let again = Engine::new(fixture.driver.clone(), EngineOptions::default());
        let rest = at(600_000, &content[600_000..]);
        again.finish_upload(&repository, id, &sha256(&content), rest).await.unwrap();
        assert_eq!(fixture.read("a/b", &sha256(&content)).await.unwrap(), content);
    });
}

#[test]
fn the_hash_of_another_writers_bytes_is_not_believed() {
    each(&permissive(), |fixture| async move {
        let content = content(7, 600);
        let repository = name("a/b");
        let id = start(&fixture).await;
        fixture.engine.append_upload(&repository, id, at(0, &content[..200])).await.unwrap();
        let other = Engine::new(fixture.driver.clone(), EngineOptions::default());
        other.append_upload(&repository, id, at(200, &content[200..400])).await.unwrap();
        let rest = at(400, &content[400..]);
        fixture.engine.finish_upload(&repository, id, &sha256(&content), rest).await.unwrap();
    });
}

#[test]
fn a_cancelled_session_is_gone() {
    each(&permissive(), |fixture| async move {
        let repository = name("a/b");
        let id = start(&fixture).await;
        fixture.engine.append_upload(&repository, id, whole(&content(8, 500_000))).await.unwrap();
        fixture.engine.cancel_upload(&repository, id).await.unwrap();
        let unknown = (Code::BlobUploadUnknown, 404);
        assert_eq!(refused(fixture.engine.upload_status(&repository, id).await), unknown);
        assert_eq!(refused(fixture.engine.cancel_upload(&repository, id).await), unknown);
        assert_eq!(refused(fixture.engine.append_upload(&repository, id, whole(b"x")).await), unknown);
        let digest = sha256(b"x");
        assert_eq!(refused(fixture.engine.finish_upload(&repository, id, &digest, whole(b"x")).await), unknown);
        assert_eq!(sessions(&fixture).await, Vec::<String>::new());
    });
}

#[test]
fn cancelling_stops_a_chunk_on_its_way() {
    each(&permissive(), |fixture| async move {
        let repository = name("a/b");
        let id = start(&fixture).await;
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let first = futures_util::stream::once(async move {
            begun.send(()).unwrap();
            Ok(Bytes::from(content(9, 400_000)))
        });
        let body: Body = Box::pin(first.chain(futures_util::stream::pending()));
        let engine = fixture.engine.clone();
        let appending = tokio::spawn(async move {
            engine.append_upload(&name("a/b"), id, Chunk { range: None, length: None, body }).await
        });
        has_begun.await.unwrap();
        let meanwhile = fixture.engine.append_upload(&repository, id, whole(b"x")).await;
        assert_eq!(refused(meanwhile), (Code::BlobUploadInvalid, 416));
        fixture.engine.cancel_upload(&repository, id).await.unwrap();
        assert_eq!(refused(appending.await.unwrap()), (Code::BlobUploadUnknown, 404));
        assert_eq!(sessions(&fixture).await, Vec::<String>::new());
    });
}

#[test]
fn a_session_belongs_to_its_repository() {
    each(&permissive(), |fixture| async move {
        let id = start(&fixture).await;
        let unknown = (Code::BlobUploadUnknown, 404);
        assert_eq!(refused(fixture.engine.upload_status(&name("a"), id).await), unknown);
        assert_eq!(refused(fixture.engine.append_upload(&name("a"), id, whole(b"x")).await), unknown);
        assert_eq!(refused(fixture.engine.cancel_upload(&name("a"), id).await), unknown);
        assert_eq!(received(&fixture, id).await, 0);
    });
}

#[test]
fn the_time_a_session_began_is_written_as_distribution_does() {
    each(&permissive(), |fixture| async move {
        let id = start(&fixture).await;
        let path = StorePath::upload_started_at(&name("a/b"), id);
        let text = String::from_utf8(fixture.driver.read(&path, 100).await.unwrap().to_vec()).unwrap();
        assert_eq!(text.len(), "2024-01-02T03:04:05Z".len(), "{text}");
        text.parse::<jiff::Timestamp>().unwrap();
    });
}
