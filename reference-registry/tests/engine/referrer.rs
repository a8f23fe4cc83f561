//! Referrers.

use reference_registry::engine::{Engine, EngineOptions};
use reference_registry::protocol::Digest;
use reference_registry::registry::{Listing, Page, Referrer, Registry as _};
use serde_json::json;

use super::support::{Fixture, each, name, permissive};

const EMPTY: &[u8] = b"{}";

/// An artifact of `subject`, told apart by `mark`.
fn artifact(subject: &Digest, mark: usize, artifact_type: Option<&str>) -> String {
    let config = json!({
        "mediaType": "application/vnd.example.config", "size": 2, "digest": super::support::sha256(EMPTY).to_string(),
    });
    let mut manifest = json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": config, "layers": [], "annotations": {"mark": mark.to_string()},
        "subject": {"mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 7, "digest": subject.to_string()},
    });
    if let Some(artifact_type) = artifact_type {
        manifest["artifactType"] = json!(artifact_type);
    }
    manifest.to_string()
}

/// An index with a subject.
fn index(subject: &Digest, artifact_type: Option<&str>) -> String {
    let mut index = json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [],
        "subject": {"mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 7, "digest": subject.to_string()},
    });
    if let Some(artifact_type) = artifact_type {
        index["artifactType"] = json!(artifact_type);
    }
    index.to_string()
}

async fn push(fixture: &Fixture, manifest: &str) -> Digest {
    fixture.blob("a", EMPTY).await;
    let digest = super::support::sha256(manifest.as_bytes());
    fixture.manifest("a", digest.to_string(), manifest).await.unwrap().digest
}

async fn list(fixture: &Fixture, subject: &Digest, artifact_type: Option<&str>, page: &Page) -> Listing<Referrer> {
    fixture.engine.referrers(&name("a"), subject, artifact_type, page).await.unwrap()
}

#[test]
fn referrers_say_what_they_are() {
    each(&permissive(), |fixture| async move {
        let subject = super::support::sha256(b"a manifest that comes later");
        let none = list(&fixture, &subject, None, &Page::default()).await;
        assert_eq!(none, Listing { entries: vec![], more: false }, "an unknown repository has no referrers");
        let typed = artifact(&subject, 1, Some("application/vnd.example.sbom"));
        let untyped = artifact(&subject, 2, None);
        let empty = artifact(&subject, 3, Some(""));
        let (bare, named) = (index(&subject, None), index(&subject, Some("application/vnd.example.index")));
        let elsewhere = artifact(&super::support::sha256(b"another one"), 4, None);
        for manifest in [&typed, &untyped, &empty, &bare, &named, &elsewhere] {
            push(&fixture, manifest).await;
        }
        let mut expected: Vec<Referrer> = [
            (&typed, Some("application/vnd.example.sbom"), Some("1")),
            (&untyped, Some("application/vnd.example.config"), Some("2")),
            (&empty, Some("application/vnd.example.config"), Some("3")),
            (&bare, None, None),
            (&named, Some("application/vnd.example.index"), None),
        ]
        .into_iter()
        .map(|(manifest, artifact_type, mark)| Referrer {
            media_type: serde_json::from_str::<serde_json::Value>(manifest).unwrap()["mediaType"]
                .as_str()
                .unwrap()
                .to_owned(),
            digest: super::support::sha256(manifest.as_bytes()).to_string(),
            size: manifest.len() as u64,
            artifact_type: artifact_type.map(ToOwned::to_owned),
            annotations: mark.into_iter().map(|mark| ("mark".to_owned(), json!(mark))).collect(),
        })
        .collect();
        expected.sort_by(|a, b| a.digest.cmp(&b.digest));
        assert_eq!(list(&fixture, &subject, None, &Page::default()).await.entries, expected);
        let wanted = "application/vnd.example.config";
        expected.retain(|referrer| referrer.artifact_type.as_deref() == Some(wanted));
        assert_eq!(list(&fixture, &subject, Some(wanted), &Page::default()).await.entries, expected);
        let other = fixture.engine.referrers(&name("b"), &subject, None, &Page::default()).await.unwrap();
        assert_eq!(other.entries, vec![]);
    });
}

#[test]
fn pages_are_stable_and_complete() {
    each(&permissive(), |fixture| async move {
        let subject = super::support::sha256(b"subject");
        let mut all = Vec::new();
        for mark in 0..7 {
            all.push(push(&fixture, &artifact(&subject, mark, None)).await.to_string());
        }
        all.sort();
        for n in 1..9 {
            let mut collected = Vec::new();
            loop {
                let page = Page { n: Some(n), last: collected.last().cloned() };
                let listing = list(&fixture, &subject, None, &page).await;
                assert!(listing.entries.len() == n || !listing.more);
                collected.extend(listing.entries.into_iter().map(|referrer| referrer.digest));
                if !listing.more {
                    break;
                }
            }
            assert_eq!(collected, all, "n={n}");
        }
    });
}

#[test]
fn what_another_process_does_is_seen() {
    each(&permissive(), |fixture| async move {
        let subject = super::support::sha256(b"subject");
        let first = push(&fixture, &artifact(&subject, 1, None)).await;
        assert_eq!(list(&fixture, &subject, None, &Page::default()).await.entries.len(), 1);
        let other = Engine::new(fixture.driver.clone(), EngineOptions { delete_enabled: true, ..permissive() });
        let second = Fixture { engine: other, driver: fixture.driver.clone() };
        push(&second, &artifact(&subject, 2, None)).await;
        assert_eq!(list(&fixture, &subject, None, &Page::default()).await.entries.len(), 2);
        second.engine.delete_manifest(&name("a"), &first).await.unwrap();
        assert_eq!(list(&fixture, &subject, None, &Page::default()).await.entries.len(), 1);
    });
}

#[test]
fn a_page_has_a_weight_it_does_not_exceed() {
    each(&permissive(), |fixture| async move {
        let subject = super::support::sha256(b"subject");
        for mark in 0..3 {
            let mut manifest: serde_json::Value = serde_json::from_str(&artifact(&subject, mark, None)).unwrap();
            manifest["annotations"]["long"] = json!("x".repeat(2 << 20));
            push(&fixture, &manifest.to_string()).await;
        }
        let mut page = Page::default();
        for more in [true, true, false] {
            let listing = list(&fixture, &subject, None, &page).await;
            assert_eq!((listing.entries.len(), listing.more), (1, more));
            page.last = Some(listing.entries[0].digest.clone());
        }
    });
}
