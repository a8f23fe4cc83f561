//! Manifests: every data set and every malformed push of the fixtures.

use std::collections::BTreeSet;

use bytes::Bytes;
use fixtures::catalog::{self, Need};
use fixtures::malformed::{self, Push, Refusal};
use fixtures::{Blob, Image, Seed};
use reference_registry::engine::{EngineOptions, References};
use reference_registry::error::{Code, Error};
use reference_registry::protocol::Reference;
use reference_registry::registry::{ManifestReceipt, ManifestUpload, Registry as _};

use super::support::{Fixture, each, name, permissive, refused, whole};

async fn push_blobs(fixture: &Fixture, blobs: &[Blob]) {
    for blob in blobs {
        let digest = blob.digest.to_string().parse().unwrap();
        fixture.engine.put_blob(&name("a"), &digest, whole(&blob.bytes)).await.unwrap();
    }
}

async fn push(
    fixture: &Fixture,
    reference: &str,
    media_type: Option<&str>,
    content: &Bytes,
) -> Result<ManifestReceipt, Error> {
    let upload = ManifestUpload {
        media_type: media_type.map(ToOwned::to_owned),
        content: content.clone(),
        reference: reference.parse().unwrap(),
        tags: Vec::new(),
    };
    fixture.engine.put_manifest(&name("a"), upload).await
}

#[test]
fn every_data_set_comes_back_as_it_was_pushed() {
    let options = EngineOptions { references: References::Nothing, manifest_limit: 64 << 20, ..permissive() };
    each(&options, |fixture| async move {
        for set in catalog::all() {
            let content = (set.build)(&Seed::new(set.name));
            push_blobs(&fixture, &content.blobs).await;
            for manifest in content.manifests() {
                for reference in [manifest.digest.to_string(), "latest".to_owned()] {
                    let receipt = push(&fixture, &reference, Some(&manifest.media_type), &manifest.bytes)
                        .await
                        .unwrap_or_else(|error| panic!("{}: {error}", set.name));
                    let subject = receipt.subject.map(|subject| subject.to_string());
                    assert_eq!(subject, manifest.subject.as_ref().map(ToString::to_string), "{}", set.name);
                    let reference: Reference = reference.parse().unwrap();
                    let stored = fixture.engine.manifest(&name("a"), &reference).await.unwrap();
                    assert_eq!(stored.content, manifest.bytes, "{}", set.name);
                    assert_eq!(stored.media_type, manifest.media_type, "{}", set.name);
                    assert_eq!(stored.digest, receipt.digest, "{}", set.name);
                }
            }
        }
    });
}

#[test]
fn by_default_only_what_lacks_its_blobs_is_refused() {
    each(&permissive(), |fixture| async move {
        for set in catalog::all().filter(|set| !set.needs(Need::Oversize)) {
            let content = (set.build)(&Seed::new(set.name));
            push_blobs(&fixture, &content.blobs).await;
            for manifest in content.manifests() {
                let result = push(&fixture, "latest", Some(&manifest.media_type), &manifest.bytes).await;
                match result {
                    Err(error) if set.needs(Need::Absent) => assert_eq!(error.code, Code::ManifestBlobUnknown),
                    result => drop(result.unwrap_or_else(|error| panic!("{}: {error}", set.name))),
                }
            }
        }
    });
}

async fn try_push(fixture: &Fixture, push_: &Push) -> Option<Result<ManifestReceipt, Error>> {
    push_blobs(fixture, &push_.blobs).await;
    for child in &push_.children {
        push(fixture, &child.digest.to_string(), Some(&child.media_type), &child.bytes).await.unwrap();
    }
    let reference = push_.reference.as_deref().unwrap_or("latest");
    // What is no reference never comes as far as here.
    reference.parse::<Reference>().ok()?;
    Some(push(fixture, reference, push_.media_type.as_deref(), &push_.bytes).await)
}

#[test]
fn every_malformed_push_is_refused_where_it_should_be() {
    each(&permissive(), |fixture| async move {
        let mut accepted = BTreeSet::new();
        let mut wrong = Vec::new();
        for malformed in malformed::all() {
            let push = (malformed.build)(&Seed::new(malformed.name));
            match try_push(&fixture, &push).await {
                None => {}
                Some(Err(error)) if malformed.codes.contains(&error.code.row().name) => {}
                Some(Err(error)) => wrong.push(format!("{}: {error}, not {:?}", malformed.name, malformed.codes)),
                Some(Ok(_)) if malformed.refusal == Refusal::May => drop(accepted.insert(malformed.name)),
                Some(Ok(_)) => wrong.push(format!("{}: accepted", malformed.name)),
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        // What the texts leave open, and this registry takes.
        insta::assert_debug_snapshot!("accepted_though_odd", accepted);
    });
}

#[test]
fn each_missing_blob_has_an_entry_in_the_answer() {
    each(&permissive(), |fixture| async move {
        let image = Image::oci(&Seed::new("missing")).layers(3).build();
        push_blobs(&fixture, &image.blobs[1..2]).await;
        let manifest = &image.manifest;
        let error = push(&fixture, "latest", Some(&manifest.media_type), &manifest.bytes).await.unwrap_err();
        assert_eq!((error.code, error.status.as_u16()), (Code::ManifestBlobUnknown, 404));
        let entries: Vec<String> = std::iter::once(&error)
            .chain(&error.others)
            .map(|entry| entry.detail["digest"].as_str().unwrap().to_owned())
            .collect();
        let missing = [&image.blobs[0], &image.blobs[2], &image.blobs[3]].map(|blob| blob.digest.to_string());
        assert_eq!(entries, missing);
        let result = fixture.engine.manifest(&name("a"), &"latest".parse().unwrap()).await;
        assert_eq!(refused(result), (Code::ManifestUnknown, 404));
    });
}

#[test]
fn a_blob_of_another_repository_is_missing_here() {
    each(&permissive(), |fixture| async move {
        let image = Image::oci(&Seed::new("elsewhere")).build();
        for blob in &image.blobs {
            fixture.blob("b", &blob.bytes).await;
        }
        let result = push(&fixture, "latest", Some(&image.manifest.media_type), &image.manifest.bytes).await;
        assert_eq!(refused(result), (Code::ManifestBlobUnknown, 404));
    });
}

#[test]
fn a_manifest_over_the_limit_is_refused_and_one_at_the_limit_is_not() {
    let body = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;
    let options = EngineOptions { manifest_limit: body.len() as u64, ..permissive() };
    each(&options, |fixture| async move {
        fixture.manifest("a", "latest", body).await.unwrap();
        let result = fixture.manifest("a", "latest", &format!("{body} ")).await;
        assert_eq!(refused(result), (Code::SizeInvalid, 413));
    });
}

#[test]
fn the_type_is_that_of_the_manifest_when_the_request_says_none() {
    each(&permissive(), |fixture| async move {
        for (body, expected) in [
            (r#"{"schemaVersion":2,"manifests":[]}"#, Ok("application/vnd.oci.image.index.v1+json")),
            (
                r#"{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[]}"#,
                Ok("application/vnd.docker.distribution.manifest.list.v2+json"),
            ),
            (r#"{"schemaVersion":2,"manifests":[],"layers":[]}"#, Err((Code::ManifestInvalid, 400))),
            (r#"{"schemaVersion":2}"#, Err((Code::ManifestInvalid, 400))),
        ] {
            match fixture.manifest_as("a", "latest", None, body).await {
                Ok(_) => {
                    let stored = fixture.engine.manifest(&name("a"), &"latest".parse().unwrap()).await.unwrap();
                    assert_eq!(Ok(stored.media_type.as_str()), expected, "{body}");
                }
                Err(error) => assert_eq!(Err(super::support::code(&error)), expected, "{body}"),
            }
        }
    });
}

#[test]
fn what_another_registry_stored_is_served_by_what_it_says() {
    each(&permissive(), |fixture| async move {
        for (body, expected) in [
            (r#"{"schemaVersion":1,"fsLayers":[]}"#, "application/vnd.docker.distribution.manifest.v1+json"),
            (
                r#"{"schemaVersion":1,"fsLayers":[],"signatures":[]}"#,
                "application/vnd.docker.distribution.manifest.v1+prettyjws",
            ),
            (r#"{"mediaType":"application/vnd.example+json","config":[1]}"#, "application/vnd.example+json"),
            (r#"{"config":[1]}"#, "application/octet-stream"),
        ] {
            let digest = super::support::sha256(body.as_bytes());
            let data = reference_registry::storage::StorePath::blob_data(&digest);
            let link = reference_registry::storage::StorePath::revision_link(&name("a"), &digest);
            fixture.driver.write(&data, body.into()).await.unwrap();
            fixture.driver.write(&link, digest.to_string().into()).await.unwrap();
            let stored = fixture.engine.manifest(&name("a"), &Reference::Digest(digest)).await.unwrap();
            assert_eq!((stored.media_type.as_str(), &stored.content[..]), (expected, body.as_bytes()));
        }
    });
}
