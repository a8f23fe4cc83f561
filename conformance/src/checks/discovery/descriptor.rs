//! What the registry writes itself when it lists referrers: an image index, and descriptors in it.
//!
//! Sources: OCI image index and content descriptor specifications.

use fixtures::{Artifact, Manifest, media_type};
use scenarios::capability::Capability::{Content, Push, Referrers};
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail};
use serde_json::Value;

use super::referrer::{descriptors, list, subject};
use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "discovery.referrers.schema-version",
        title: "The index of referrers says schemaVersion 2",
        statements: &["IMG-INDEX-002"],
        needs: &[Content, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-without-schema-version", shows: "none" },
        usually: "the index is assembled by hand and lacks its required fields",
        run: |cx| judge(schema_version(cx)),
    },
    Check {
        id: "discovery.referrers.media-type",
        title: "The index of referrers says its media type",
        statements: &["IMG-INDEX-005"],
        needs: &[Content, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-without-media-type", shows: "none" },
        usually: "the index is assembled by hand and mediaType is left to Content-Type",
        run: |cx| judge(media_type_used(cx)),
    },
    Check {
        id: "discovery.referrers.media-type-true",
        title: "Where the index of referrers says a media type, it is that of the image index",
        statements: &["IMG-INDEX-006"],
        needs: &[Content, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-media-type-of-image", shows: "image.manifest" },
        usually: "the media type of manifests is used for the index too",
        run: |cx| judge(media_type_true(cx)),
    },
    Check {
        id: "discovery.referrers.manifests",
        title: "The index of referrers has its list of manifests, also when that is empty",
        statements: &["IMG-INDEX-009"],
        needs: &[Content, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-empty-as-null", shows: "null" },
        usually: "an empty list is written as null or left out",
        run: |cx| judge(manifests(cx)),
    },
    Check {
        id: "discovery.referrers.descriptor-type",
        title: "A descriptor has the media type of its manifest",
        statements: &["IMG-DESC-003"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-descriptor-without-type", shows: "none" },
        usually: "the media type of a referrer is not stored with it",
        run: |cx| judge(of_type(cx)),
    },
    Check {
        id: "discovery.referrers.descriptor-digest",
        title: "A descriptor has the digest of its manifest",
        statements: &["IMG-DESC-005"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-descriptor-digest-bare", shows: "is not" },
        usually: "the digest is written without its algorithm, or is that of the subject",
        run: |cx| judge(of_digest(cx)),
    },
    Check {
        id: "discovery.referrers.descriptor-size",
        title: "A descriptor has the size of its manifest in bytes",
        statements: &["IMG-DESC-007"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-descriptor-size-negative", shows: "-1" },
        usually: "the size is left out, or stays at its initial value",
        run: |cx| judge(of_size(cx)),
    },
];

/// The referrers of what can be pulled; there may be none.
async fn index(cx: &Context) -> Verdict<(Response, Value)> {
    let image = cx.published().await?;
    let response = cx.http().get(&cx.referrers_path(&image.repository, &image.digest)).send().await?;
    let index = response.expect_status(&[200])?.expect_json("an image index")?;
    Ok((response, index))
}

async fn schema_version(cx: &Context) -> Verdict {
    let (response, index) = index(cx).await?;
    expect_field(&response, &index, "schemaVersion", &2.into())
}

async fn media_type_used(cx: &Context) -> Verdict {
    let (response, index) = index(cx).await?;
    match index.get("mediaType") {
        Some(_) => Ok(()),
        None => fail("an index with `mediaType`", "none", response.exchange()),
    }
}

async fn media_type_true(cx: &Context) -> Verdict {
    let (response, index) = index(cx).await?;
    if index.get("mediaType").is_none() {
        return Ok(());
    }
    expect_field(&response, &index, "mediaType", &media_type::OCI_INDEX.into())
}

async fn manifests(cx: &Context) -> Verdict {
    let (response, _) = index(cx).await?;
    descriptors(&response)?;
    Ok(())
}

/// A referrer that was pushed, and the only descriptor of the list it is in.
async fn listed(cx: &Context) -> Verdict<(Response, Value, Manifest)> {
    let repository = cx.repository();
    let subject = subject(cx, &repository).await?;
    let referrer = Artifact::of(&subject).build();
    cx.push(&repository, &referrer.manifest.digest, &referrer).await?;
    let response = list(cx, &repository, &subject.digest, &[]).await?;
    let mut found = descriptors(&response)?;
    match found.pop() {
        Some(descriptor) if found.is_empty() => Ok((response, descriptor, referrer.manifest)),
        last => {
            let count = found.len() + usize::from(last.is_some());
            fail("one descriptor", format!("{count} descriptors"), response.exchange())
        }
    }
}

async fn of_type(cx: &Context) -> Verdict {
    let (response, descriptor, manifest) = listed(cx).await?;
    expect_field(&response, &descriptor, "mediaType", &manifest.media_type.into())
}

async fn of_digest(cx: &Context) -> Verdict {
    let (response, descriptor, manifest) = listed(cx).await?;
    expect_field(&response, &descriptor, "digest", &manifest.digest.to_string().into())
}

async fn of_size(cx: &Context) -> Verdict {
    let (response, descriptor, manifest) = listed(cx).await?;
    expect_field(&response, &descriptor, "size", &manifest.size().into())
}

fn expect_field(response: &Response, object: &Value, key: &str, value: &Value) -> Verdict {
    match object.get(key) {
        Some(actual) if actual == value => Ok(()),
        Some(actual) => fail(format!("`{key}`: {value}"), format!("{actual}, which is not it"), response.exchange()),
        None => fail(format!("`{key}`: {value}"), "none", response.exchange()),
    }
}
