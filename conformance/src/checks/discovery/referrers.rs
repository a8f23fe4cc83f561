//! "Listing Referrers": that they are listed, and in what form.

use fixtures::{Artifact, Digest, Image, Index, Manifest, media_type};
use scenarios::capability::Capability::{Content, Push, Referrers};
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail};

use super::referrer::{descriptors, expect_listed, list, subject};
use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "discovery.referrers.list",
        title: "A manifest with a subject is among the referrers of that subject",
        statements: &["D11-112", "D11-150", "OCI-011"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-lost", shows: "0 descriptors" },
        usually: "the subject field is not read when a manifest is pushed",
        run: |cx| judge(listed(cx)),
    },
    Check {
        id: "discovery.referrers.before-subject",
        title: "A referrer pushed before its subject is listed",
        statements: &["D11-036", "D11-150"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrer-before-subject-forgotten", shows: "0 descriptors" },
        usually: "the referrer is attached to its subject's record, which does not exist yet",
        run: |cx| judge(before_subject(cx)),
    },
    Check {
        id: "discovery.referrers.index-as-referrer",
        title: "An index with a subject is among the referrers",
        statements: &["D11-150"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-images-only", shows: "0 descriptors" },
        usually: "only image manifests are searched for a subject",
        run: |cx| judge(index_as_referrer(cx)),
    },
    Check {
        id: "discovery.referrers.shape",
        title: "Referrers come as an image index",
        statements: &["D11-115"],
        needs: &[Content, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-bare-array", shows: "no `manifests`" },
        usually: "the descriptors are sent without the index around them",
        run: |cx| judge(shape(cx)),
    },
    Check {
        id: "discovery.referrers.content-type",
        title: "Referrers come under the media type of the image index",
        statements: &["D11-116"],
        needs: &[Content, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-as-plain-json", shows: "application/json" },
        usually: "the response carries application/json like the other lists",
        run: |cx| judge(content_type(cx)),
    },
    Check {
        id: "discovery.referrers.empty",
        title: "Without referrers the list is empty",
        statements: &["D11-121"],
        needs: &[Content, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-empty-as-null", shows: "null" },
        usually: "an empty list is sent as null, or not at all",
        run: |cx| judge(empty(cx)),
    },
    Check {
        id: "discovery.referrers.unknown-subject",
        title: "Referrers of a digest that is not there are an empty list and no 404",
        statements: &["D11-113"],
        needs: &[Content, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-unknown-subject-as-404", shows: "404" },
        usually: "the subject is looked up before its referrers are listed",
        run: |cx| judge(unknown_subject(cx)),
    },
    Check {
        id: "discovery.referrers.unknown-repository",
        title: "No request for referrers gives 404, not even in a repository that does not exist",
        statements: &["D11-113"],
        needs: &[Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-unknown-repository-as-404", shows: "404" },
        usually: "the repository is looked up first; clients take 404 to mean that referrers are not supported",
        run: |cx| judge(unknown_repository(cx)),
    },
    Check {
        id: "discovery.referrers.invalid-digest",
        title: "A malformed digest gives 400",
        statements: &["D11-114"],
        needs: &[Content, Referrers],
        tags: &["hostile"],
        teeth: Teeth { fault: "referrers-invalid-digest-as-empty", shows: "200" },
        usually: "the digest is used as a key without being parsed",
        run: |cx| judge(invalid_digest(cx)),
    },
    Check {
        id: "discovery.referrers.after-delete",
        title: "A deleted referrer is no longer listed",
        statements: &["OCI-011"],
        needs: &[Push, Referrers, scenarios::capability::Capability::DeleteManifest],
        tags: &[],
        teeth: Teeth { fault: "referrers-keep-deleted", shows: "1 descriptor" },
        usually: "the list is kept apart from the manifests and is not told of deletions",
        run: |cx| judge(after_delete(cx)),
    },
];

async fn listed(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let subject = subject(cx, &repository).await?;
    let referrer = Artifact::of(&subject).build();
    cx.push(&repository, &referrer.manifest.digest, &referrer).await?;
    let response = list(cx, &repository, &subject.digest, &[]).await?;
    expect_listed(&response, &[&referrer.manifest])
}

async fn before_subject(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    let referrer = Artifact::of(&image.manifest).build();
    cx.push_below(&repository, &(&referrer).into()).await?;
    cx.put_manifest(&repository, &referrer.manifest.digest, &referrer.manifest).await?.expect_status(&[201])?;
    cx.push(&repository, "subject", &image).await?;
    let response = list(cx, &repository, &image.manifest.digest, &[]).await?;
    expect_listed(&response, &[&referrer.manifest])
}

async fn index_as_referrer(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let subject = subject(cx, &repository).await?;
    let child = Image::oci(&cx.seed().child("child")).build();
    let index = Index::oci().child(&child).subject(&subject).build();
    cx.push(&repository, &index.manifest.digest, &index).await?;
    let response = list(cx, &repository, &subject.digest, &[]).await?;
    expect_listed(&response, &[&index.manifest])
}

async fn of_published(cx: &Context) -> Verdict<Response> {
    let image = cx.published().await?;
    let response = cx.http().get(&cx.referrers_path(&image.repository, &image.digest)).send().await?;
    response.expect_status(&[200])?;
    Ok(response)
}

async fn shape(cx: &Context) -> Verdict {
    let response = of_published(cx).await?;
    let index: serde_json::Value = response.expect_json("an image index")?;
    if index.get("schemaVersion") != Some(&2.into()) {
        let actual = match index.get("manifests") {
            None => "no `manifests` and no `schemaVersion`: 2".to_owned(),
            Some(_) => format!("`schemaVersion`: {}", index.get("schemaVersion").unwrap_or_default()),
        };
        return fail("an index with `schemaVersion`: 2", actual, response.exchange());
    }
    descriptors(&response)?;
    Ok(())
}

async fn content_type(cx: &Context) -> Verdict {
    of_published(cx).await?.expect_media_type(media_type::OCI_INDEX)?;
    Ok(())
}

async fn empty(cx: &Context) -> Verdict {
    if cx.has(Push) {
        let repository = cx.repository();
        let subject = subject(cx, &repository).await?;
        return expect_listed(&list(cx, &repository, &subject.digest, &[]).await?, &[]);
    }
    descriptors(&of_published(cx).await?)?;
    Ok(())
}

async fn unknown_subject(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let digest = Digest::sha256(&cx.seed().bytes(10));
    expect_listed(&list(cx, &image.repository, &digest, &[]).await?, &[])
}

async fn unknown_repository(cx: &Context) -> Verdict {
    let digest = Digest::sha256(&cx.seed().bytes(10));
    let path = cx.referrers_path(&cx.repository_named("nowhere"), &digest);
    let response = cx.http().get(&path).send().await?;
    if response.code() == 404 { response.wrong_status("any other status than 404") } else { Ok(()) }
}

async fn invalid_digest(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    for digest in ["sha256:0123", "nothing", "sha256:"] {
        let response = cx.http().get(&cx.referrers_path(&image.repository, digest)).send().await?;
        response.expect_status(&[400])?;
    }
    Ok(())
}

async fn after_delete(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let subject = subject(cx, &repository).await?;
    let referrer = Artifact::of(&subject).build();
    cx.push(&repository, &referrer.manifest.digest, &referrer).await?;
    let path = cx.manifest_path(&repository, &referrer.manifest.digest);
    cx.http().delete(&path).send().await?.expect_status(&[200, 202, 204])?;
    let none: [&Manifest; 0] = [];
    expect_listed(&list(cx, &repository, &subject.digest, &[]).await?, &none)
}
