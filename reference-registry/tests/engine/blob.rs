//! Blobs: whole pushes, pulls, mounts and deletions.

use reference_registry::engine::EngineOptions;
use reference_registry::error::Code;
use reference_registry::protocol::Algorithm;
use reference_registry::registry::{Chunk, Mount, Registry as _};
use reference_registry::storage::StorePath;

use super::support::{content, each, name, permissive, pieces, refused, sha256, whole};

#[test]
fn a_blob_comes_back_as_it_was_pushed() {
    each(&permissive(), |fixture| async move {
        for (seed, size) in [(1, 0), (2, 1), (3, 70_000), (4, 256 << 10), (5, (256 << 10) + 1), (6, 3_000_000)] {
            let content = content(seed, size);
            for algorithm in Algorithm::ALL {
                let digest = algorithm.digest(&content);
                for length in [Some(size as u64), None] {
                    let chunk = Chunk { range: None, length, body: pieces(&content, 65_537) };
                    let info = fixture.engine.put_blob(&name("a/b"), &digest, chunk).await.unwrap();
                    assert_eq!((info.digest, info.size), (digest.clone(), size as u64));
                    assert_eq!(fixture.read("a/b", &digest).await.unwrap(), content);
                    fixture.engine.delete_blob(&name("a/b"), &digest).await.unwrap();
                }
            }
        }
        let left = fixture.driver.list(&StorePath::uploads(&name("a/b"))).await.unwrap_or_default();
        assert_eq!(left, Vec::<String>::new());
    });
}

#[test]
fn a_blob_with_a_wrong_digest_or_length_is_refused_and_leaves_nothing() {
    each(&permissive(), |fixture| async move {
        for size in [10, 1_000_000] {
            let content = content(7, size);
            let other = sha256(b"something else");
            let result = fixture.engine.put_blob(&name("a"), &other, whole(&content)).await;
            assert_eq!(refused(result), (Code::DigestInvalid, 400));
            for length in [size as u64 - 1, size as u64 + 1] {
                let chunk = Chunk { range: None, length: Some(length), body: pieces(&content, 1000) };
                let result = fixture.engine.put_blob(&name("a"), &sha256(&content), chunk).await;
                assert_eq!(refused(result), (Code::SizeInvalid, 400));
            }
            assert_eq!(refused(fixture.engine.blob(&name("a"), &other).await), (Code::BlobUnknown, 404));
            assert_eq!(
                refused(fixture.engine.blob_info(&name("a"), &sha256(&content)).await),
                (Code::BlobUnknown, 404)
            );
        }
        let left = fixture.driver.list(&StorePath::uploads(&name("a"))).await.unwrap_or_default();
        assert_eq!(left, Vec::<String>::new());
        let stored = fixture.driver.list(&StorePath::blobs()).await.unwrap_or_default();
        assert_eq!(stored, Vec::<String>::new());
    });
}

#[test]
fn a_blob_belongs_to_the_repositories_it_was_pushed_to() {
    each(&permissive(), |fixture| async move {
        let digest = fixture.blob("a", b"content").await;
        assert_eq!(refused(fixture.engine.blob_info(&name("b"), &digest).await), (Code::BlobUnknown, 404));
        fixture.blob("b", b"content").await;
        fixture.engine.delete_blob(&name("a"), &digest).await.unwrap();
        assert_eq!(refused(fixture.engine.blob(&name("a"), &digest).await), (Code::BlobUnknown, 404));
        assert_eq!(refused(fixture.engine.delete_blob(&name("a"), &digest).await), (Code::BlobUnknown, 404));
        assert_eq!(fixture.read("b", &digest).await.unwrap(), b"content");
    });
}

#[test]
fn a_blob_is_mounted_from_where_it_is_and_from_nowhere_else() {
    each(&permissive(), |fixture| async move {
        let digest = fixture.blob("from/a", b"content").await;
        let (a, b, c, d) = (name("from/a"), name("b"), name("c"), name("d"));
        let mounted = fixture.engine.mount(&b, &digest, Some(&a)).await.unwrap();
        assert!(matches!(mounted, Mount::Mounted(info) if info.size == 7));
        assert_eq!(fixture.read("b", &digest).await.unwrap(), b"content");
        let elsewhere = fixture.engine.mount(&c, &digest, Some(&name("x"))).await.unwrap();
        let Mount::Started(status) = elsewhere else { panic!("mounted from a repository that does not exist") };
        assert_eq!(fixture.engine.upload_status(&c, status.id).await.unwrap(), status);
        let anywhere = fixture.engine.mount(&c, &digest, None).await.unwrap();
        assert!(matches!(anywhere, Mount::Mounted(_)));
        for repository in [&a, &b, &c] {
            fixture.engine.delete_blob(repository, &digest).await.unwrap();
        }
        let nowhere = fixture.engine.mount(&d, &digest, None).await.unwrap();
        assert!(matches!(nowhere, Mount::Started(_)), "the bytes lie in the store, but in no repository");
    });
}

#[test]
fn anonymous_mounts_and_deletions_can_be_switched_off() {
    each(&EngineOptions { anonymous_mount: false, ..EngineOptions::default() }, |fixture| async move {
        let digest = fixture.blob("a", b"content").await;
        let mount = fixture.engine.mount(&name("b"), &digest, None).await.unwrap();
        assert!(matches!(mount, Mount::Started(_)));
        assert_eq!(refused(fixture.engine.delete_blob(&name("a"), &digest).await), (Code::Unsupported, 405));
        assert_eq!(refused(fixture.engine.delete_manifest(&name("a"), &digest).await), (Code::Unsupported, 405));
        let tag = super::support::tag("x");
        assert_eq!(refused(fixture.engine.delete_tag(&name("a"), &tag).await), (Code::Unsupported, 405));
        assert_eq!(fixture.read("a", &digest).await.unwrap(), b"content");
    });
}

#[test]
fn the_layout_is_docker_distributions() {
    each(&permissive(), |fixture| async move {
        let digest = fixture.blob("a/b", b"content").await;
        let link = fixture.driver.read(&StorePath::layer_link(&name("a/b"), &digest), 1000).await.unwrap();
        assert_eq!(link, digest.to_string());
        let data = fixture.driver.read(&StorePath::blob_data(&digest), 1000).await.unwrap();
        assert_eq!(&data[..], b"content");
    });
}
