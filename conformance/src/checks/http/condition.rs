//! Conditions on pushes, parts of pushes, and answers that depend on the request's header fields.
//!
//! Source: RFC 9110, 12.5.5, 13.1 and 14.5.

use fixtures::{Image, Index, Manifest, media_type};
use scenarios::capability::Capability::Push;
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "http.put.if-match",
        title: "A manifest pushed with If-Match and another ETag does not move the tag",
        statements: &["HTTP-076"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "push-conditions-ignored", shows: "201" },
        usually: "conditions are only read for GET, so that two writers overwrite each other",
        run: |cx| judge(if_match(cx)),
    },
    Check {
        id: "http.put.if-none-match",
        title: "A manifest pushed with If-None-Match: * to a tag that exists does not move it and gives 412",
        statements: &["HTTP-077"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "push-conditions-ignored", shows: "201" },
        usually: "conditions are only read for GET, so that two writers overwrite each other",
        run: |cx| judge(if_none_match(cx)),
    },
    Check {
        id: "http.put.partial",
        title: "A manifest pushed with Content-Range is answered with 400",
        statements: &["HTTP-069"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-range-ignored", shows: "201" },
        usually: "Content-Range is not looked at, so a part is stored as if it were the whole",
        run: |cx| judge(partial(cx)),
    },
    Check {
        id: "http.vary",
        title: "An answer that depends on Accept says so in Vary",
        statements: &["HTTP-083"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "accept-converts-unsaid", shows: "no Vary" },
        usually: "manifests are chosen or converted by Accept without Vary, so that caches mix them up",
        run: |cx| judge(vary(cx)),
    },
];

async fn pull(cx: &Context, repository: &str, accept: &str) -> Verdict<Response> {
    Ok(cx.http().get(&cx.manifest_path(repository, "tag")).header("Accept", accept).send().await?)
}

/// Two manifests, of which the first is under the tag `tag`; the registry gives ETags, so conditions mean something.
async fn two(cx: &Context) -> Verdict<(String, Manifest, Manifest)> {
    let repository = cx.repository();
    let first = Image::oci(&cx.seed().child("first")).build();
    let second = Image::oci(&cx.seed().child("second")).build();
    cx.push(&repository, "tag", &first).await?;
    cx.push_below(&repository, &(&second).into()).await?;
    if pull(cx, &repository, media_type::OCI_MANIFEST).await?.header("ETag").is_none() {
        return skip("manifests come without an ETag");
    }
    Ok((repository, first.manifest, second.manifest))
}

async fn put(cx: &Context, repository: &str, manifest: &Manifest, name: &str, value: &str) -> Verdict<Response> {
    let request = cx.http().put(&cx.manifest_path(repository, "tag")).header("Content-Type", &manifest.media_type);
    Ok(request.header(name, value).body(manifest.bytes.clone()).send().await?)
}

/// The tag is where it was.
async fn expect_unmoved(cx: &Context, repository: &str, first: &Manifest, answer: &Response) -> Verdict {
    let pulled = pull(cx, repository, &first.media_type).await?;
    if *pulled.body() == first.bytes {
        return Ok(());
    }
    fail("the tag as it was", format!("{}, and the tag has moved", answer.summary()), answer.exchange())
}

async fn if_match(cx: &Context) -> Verdict {
    let (repository, first, second) = two(cx).await?;
    let answer = put(cx, &repository, &second, "If-Match", "\"another\"").await?;
    expect_unmoved(cx, &repository, &first, &answer).await
}

async fn if_none_match(cx: &Context) -> Verdict {
    let (repository, first, second) = two(cx).await?;
    let answer = put(cx, &repository, &second, "If-None-Match", "*").await?;
    expect_unmoved(cx, &repository, &first, &answer).await?;
    answer.expect_status(&[412])?;
    Ok(())
}

async fn partial(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push_below(&repository, &(&image).into()).await?;
    let length = image.manifest.size();
    let range = format!("bytes 0-{}/{}", length - 1, 2 * length);
    let answer = put(cx, &repository, &image.manifest, "Content-Range", &range).await?;
    if answer.status().is_success() {
        let pulled = pull(cx, &repository, &image.manifest.media_type).await?;
        if *pulled.body() != image.manifest.bytes {
            return skip("parts of a manifest can be pushed here");
        }
    }
    answer.expect_status(&[400])?;
    Ok(())
}

async fn vary(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push(&repository, "tag", &Index::oci().child_for(&image, "linux/amd64").build()).await?;
    let index = pull(cx, &repository, media_type::OCI_INDEX).await?;
    let other = pull(cx, &repository, media_type::OCI_MANIFEST).await?;
    if other.code() != 200 || index.body() == other.body() {
        return Ok(());
    }
    let vary = other.header_values("Vary").join(", ").to_ascii_lowercase();
    if vary.split(',').any(|name| matches!(name.trim(), "accept" | "*")) {
        return Ok(());
    }
    let actual = if vary.is_empty() { "no Vary".to_owned() } else { format!("no Vary for it (Vary: {vary})") };
    fail("Vary: Accept, since another Accept gives another manifest", actual, other.exchange())
}
