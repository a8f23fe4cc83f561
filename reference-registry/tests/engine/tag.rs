//! Tags: order, pages, deletion.

use reference_registry::error::Code;
use reference_registry::protocol::{Reference, Tag};
use reference_registry::registry::{Listing, ManifestUpload, Page, Registry as _};
use reference_registry::storage::StorePath;

use super::support::{Fixture, each, name, permissive, refused, sha256, tag};

const INDEX: &str = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;

fn page(n: Option<usize>, last: Option<&str>) -> Page {
    Page { n, last: last.map(ToOwned::to_owned) }
}

async fn list(fixture: &Fixture, n: Option<usize>, last: Option<&str>) -> (Vec<String>, bool) {
    let Listing { entries, more } = fixture.engine.tags(&name("a"), &page(n, last)).await.unwrap();
    (entries.iter().map(Tag::to_string).collect(), more)
}

#[test]
fn tags_are_listed_in_lexical_order_by_pages() {
    each(&permissive(), |fixture| async move {
        for tag in ["b", "B", "a", "C", "1", "_x", "a.1", "a-1", "aa", "Ab", "v10", "v9"] {
            fixture.manifest("a", tag, INDEX).await.unwrap();
        }
        let all = ["1", "_x", "a", "a-1", "a.1", "aa", "Ab", "B", "b", "C", "v10", "v9"];
        assert_eq!(list(&fixture, None, None).await, (all.map(str::to_owned).to_vec(), false));
        assert_eq!(list(&fixture, Some(0), None).await, (vec![], false));
        assert_eq!(list(&fixture, Some(0), Some("a")).await, (vec![], false));
        assert_eq!(list(&fixture, Some(100), Some("v9")).await, (vec![], false));
        assert_eq!(list(&fixture, Some(2), Some("aZ")).await, (vec!["B".to_owned(), "b".to_owned()], true));
        for n in 1..=all.len() + 1 {
            let mut collected = Vec::new();
            loop {
                let last = collected.last().cloned();
                let (entries, more) = list(&fixture, Some(n), last.as_deref()).await;
                assert!(entries.len() == n || !more, "n={n}: {entries:?}");
                collected.extend(entries);
                if !more {
                    break;
                }
            }
            assert_eq!(collected, all, "n={n}");
        }
    });
}

#[test]
fn a_repository_outlives_its_tags_and_an_unknown_one_is_said_to_be() {
    each(&permissive(), |fixture| async move {
        let unknown = (Code::NameUnknown, 404);
        assert_eq!(refused(fixture.engine.tags(&name("a"), &Page::default()).await), unknown);
        fixture.engine.start_upload(&name("a"), None).await.unwrap();
        assert_eq!(
            refused(fixture.engine.tags(&name("a"), &Page::default()).await),
            unknown,
            "a session is no content"
        );
        fixture.blob("a", b"content").await;
        assert_eq!(list(&fixture, None, None).await, (vec![], false));
        let digest = fixture.manifest("a", "latest", INDEX).await.unwrap().digest;
        fixture.engine.delete_tag(&name("a"), &tag("latest")).await.unwrap();
        assert_eq!(list(&fixture, None, None).await, (vec![], false));
        let by_digest = fixture.engine.manifest(&name("a"), &Reference::Digest(digest)).await.unwrap();
        assert_eq!(by_digest.content, INDEX);
        let by_tag = fixture.engine.manifest(&name("a"), &Reference::Tag(tag("latest"))).await;
        assert_eq!(refused(by_tag), (Code::ManifestUnknown, 404));
        assert_eq!(refused(fixture.engine.delete_tag(&name("a"), &tag("latest")).await), (Code::ManifestUnknown, 404));
        assert_eq!(refused(fixture.engine.delete_tag(&name("b"), &tag("latest")).await), unknown);
    });
}

#[test]
fn deleting_a_manifest_takes_its_tags_and_no_others() {
    each(&permissive(), |fixture| async move {
        let one = fixture.manifest("a", "one", INDEX).await.unwrap().digest;
        fixture.manifest("a", "uno", INDEX).await.unwrap();
        let other = format!("{INDEX} ");
        fixture.manifest("a", "moved", INDEX).await.unwrap();
        let two = fixture.manifest("a", "moved", &other).await.unwrap().digest;
        fixture.engine.delete_manifest(&name("a"), &one).await.unwrap();
        assert_eq!(list(&fixture, None, None).await, (vec!["moved".to_owned()], false));
        let gone = fixture.engine.manifest(&name("a"), &Reference::Digest(one.clone())).await;
        assert_eq!(refused(gone), (Code::ManifestUnknown, 404));
        assert_eq!(refused(fixture.engine.delete_manifest(&name("a"), &one).await), (Code::ManifestUnknown, 404));
        assert_eq!(refused(fixture.engine.delete_manifest(&name("x"), &one).await), (Code::NameUnknown, 404));
        let kept = fixture.engine.manifest(&name("a"), &Reference::Tag(tag("moved"))).await.unwrap();
        assert_eq!((kept.digest, &kept.content[..]), (two, other.as_bytes()));
    });
}

#[test]
fn a_manifest_may_be_given_several_tags_at_once() {
    each(&permissive(), |fixture| async move {
        let digest = sha256(INDEX.as_bytes());
        let upload = ManifestUpload {
            media_type: None,
            content: INDEX.into(),
            reference: Reference::Digest(digest.clone()),
            tags: [tag("x"), tag("y"), tag("x")].to_vec(),
        };
        let receipt = fixture.engine.put_manifest(&name("a"), upload).await.unwrap();
        assert_eq!((receipt.digest, receipt.tags), (digest, vec![tag("x"), tag("y")]));
        assert_eq!(list(&fixture, None, None).await, (vec!["x".to_owned(), "y".to_owned()], false));
    });
}

#[test]
fn the_links_of_a_tag_are_docker_distributions() {
    each(&permissive(), |fixture| async move {
        let digest = fixture.manifest("a", "latest", INDEX).await.unwrap().digest;
        let (repository, latest) = (name("a"), tag("latest"));
        for path in [
            StorePath::revision_link(&repository, &digest),
            StorePath::tag_current(&repository, &latest),
            StorePath::tag_index_link(&repository, &latest, &digest),
        ] {
            let link = fixture.driver.read(&path, 1000).await.unwrap();
            assert_eq!(link, digest.to_string(), "{path}");
        }
    });
}

#[test]
fn a_tag_whose_link_is_empty_is_neither_listed_nor_found() {
    each(&permissive(), |fixture| async move {
        fixture.manifest("a", "good", INDEX).await.unwrap();
        // As a power cut leaves it in a store whose last writer did not sync.
        let path = StorePath::tag_current(&name("a"), &tag("bad"));
        fixture.driver.write(&path, bytes::Bytes::new()).await.unwrap();
        assert_eq!(list(&fixture, None, None).await, (vec!["good".to_owned()], false));
        let bad = fixture.engine.manifest(&name("a"), &Reference::Tag(tag("bad"))).await;
        assert_eq!(refused(bad), (Code::ManifestUnknown, 404));
        fixture.driver.delete(&StorePath::tag(&name("a"), &tag("bad"))).await.unwrap();
    });
}
