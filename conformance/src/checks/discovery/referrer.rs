//! "Listing Referrers": what a descriptor says, filters and pages; and the steps that both files share.

use fixtures::{Artifact, Digest, Image, Index, Layer, Manifest};
use scenarios::capability::Capability::{Push, Referrers};
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail, skip};
use serde_json::Value;

use super::steps::next;
use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "discovery.referrers.artifact-type",
        title: "A descriptor has the artifactType of its manifest",
        statements: &["D11-117"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-without-artifact-type", shows: "no artifactType" },
        usually: "the descriptors are those of an index and lack what the manifest says of itself",
        run: |cx| judge(artifact_type(cx)),
    },
    Check {
        id: "discovery.referrers.config-type",
        title: "For an image manifest without artifactType the descriptor has the media type of its config",
        statements: &["D11-118"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-without-artifact-type", shows: "no artifactType" },
        usually: "the fallback to the config's media type is missing",
        run: |cx| judge(config_type(cx)),
    },
    Check {
        id: "discovery.referrers.index-without-type",
        title: "For an index without artifactType the descriptor has none either",
        statements: &["D11-119"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-index-type-invented", shows: "application/" },
        usually: "the index's own media type is put in the place of its artifactType",
        run: |cx| judge(index_without_type(cx)),
    },
    Check {
        id: "discovery.referrers.annotations",
        title: "A descriptor has the annotations of its manifest",
        statements: &["D11-120"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-without-annotations", shows: "null" },
        usually: "annotations are not copied into the descriptor",
        run: |cx| judge(annotations(cx)),
    },
    Check {
        id: "discovery.referrers.filter",
        title: "Referrers can be filtered by artifactType",
        statements: &["D11-124"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-filter-ignored", shows: "2 descriptors" },
        usually: "the parameter artifactType is not read",
        run: |cx| judge(filter(cx)),
    },
    Check {
        id: "discovery.referrers.filter-header",
        title: "A filter that was applied is named in OCI-Filters-Applied",
        statements: &["D11-125"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-filter-unnamed", shows: "none" },
        usually: "the list is filtered without the header, so clients filter again or warn",
        run: |cx| judge(filter_header(cx)),
    },
    Check {
        id: "discovery.referrers.filter-no-match",
        title: "A filter that nothing matches gives an empty list",
        statements: &["D11-121"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-no-match-as-404", shows: "404" },
        usually: "an empty result is taken for a missing subject",
        run: |cx| judge(filter_no_match(cx)),
    },
    Check {
        id: "discovery.referrers.pages",
        title: "Following the pages gives every referrer once",
        statements: &["D11-122", "D11-123", "OCI-012"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-cut-without-link", shows: "of 12" },
        usually: "the list is cut at a page size without a Link to the rest",
        run: |cx| judge(pages(cx)),
    },
];

const KIND: &str = "application/vnd.example.kind.v1";

/// An image to refer to; its manifest.
pub(super) async fn subject(cx: &Context, repository: &str) -> Verdict<Manifest> {
    let image = Image::oci(&cx.seed().child("subject")).build();
    cx.push(repository, "subject", &image).await?;
    Ok(image.manifest)
}

/// Asks for the referrers of `digest`; the response is 200.
pub(super) async fn list(cx: &Context, repository: &str, digest: &Digest, query: &[(&str, &str)]) -> Verdict<Response> {
    let mut request = cx.http().get(&cx.referrers_path(repository, digest));
    for (name, value) in query {
        request = request.query(name, value);
    }
    let response = request.send().await?;
    response.expect_status(&[200])?;
    Ok(response)
}

/// The descriptors of a list of referrers.
pub(super) fn descriptors(response: &Response) -> Verdict<Vec<Value>> {
    let index: Value = response.expect_json("an image index")?;
    match index.get("manifests") {
        Some(Value::Array(manifests)) => Ok(manifests.clone()),
        Some(other) => fail("a list in `manifests`", format!("`manifests`: {other}"), response.exchange()),
        None => fail("an index with `manifests`", "no `manifests`", response.exchange()),
    }
}

/// The list names exactly these manifests, in any order, with their digests, sizes and media types.
pub(super) fn expect_listed(response: &Response, manifests: &[&Manifest]) -> Verdict {
    let found = descriptors(response)?;
    let count = |number: usize| format!("{number} descriptor{}", if number == 1 { "" } else { "s" });
    if found.len() != manifests.len() {
        return fail(count(manifests.len()), count(found.len()), response.exchange());
    }
    for manifest in manifests {
        let expected = manifest.descriptor();
        let digest = expected.digest.to_string();
        let Some(entry) = found.iter().find(|entry| entry["digest"] == digest.as_str()) else {
            return fail(format!("a descriptor of {digest}"), "others", response.exchange());
        };
        if entry["size"] != expected.size || entry["mediaType"] != expected.media_type.as_str() {
            return fail(
                format!("size {} and mediaType {}", expected.size, expected.media_type),
                format!("size {} and mediaType {}", entry["size"], entry["mediaType"]),
                response.exchange(),
            );
        }
    }
    Ok(())
}

/// Pushes one referrer; the only descriptor of the list.
async fn only(cx: &Context, make: impl FnOnce(&Manifest) -> fixtures::Content) -> Verdict<(Value, Response)> {
    let repository = cx.repository();
    let subject = subject(cx, &repository).await?;
    let content = make(&subject);
    cx.push(&repository, content.manifest.digest.clone(), content).await?;
    let response = list(cx, &repository, &subject.digest, &[]).await?;
    match descriptors(&response)?.as_slice() {
        [entry] => Ok((entry.clone(), response)),
        other => fail("1 descriptor", format!("{} descriptors", other.len()), response.exchange()),
    }
}

fn expect_type(entry: &Value, response: &Response, expected: &str) -> Verdict {
    match entry.get("artifactType").and_then(Value::as_str) {
        Some(actual) if actual == expected => Ok(()),
        Some(actual) => fail(format!("artifactType {expected}"), actual, response.exchange()),
        None => fail(format!("artifactType {expected}"), "no artifactType", response.exchange()),
    }
}

async fn artifact_type(cx: &Context) -> Verdict {
    let (entry, response) = only(cx, |subject| (&Artifact::of(subject).artifact_type(KIND).build()).into()).await?;
    expect_type(&entry, &response, KIND)
}

async fn config_type(cx: &Context) -> Verdict {
    let seed = cx.seed().child("referrer");
    let (entry, response) = only(cx, |subject| (&Image::oci(&seed).subject(subject).build()).into()).await?;
    expect_type(&entry, &response, fixtures::media_type::OCI_CONFIG)
}

async fn index_without_type(cx: &Context) -> Verdict {
    let child = Image::oci(&cx.seed().child("child")).build();
    let (entry, response) = only(cx, |subject| (&Index::oci().child(&child).subject(subject).build()).into()).await?;
    match entry.get("artifactType") {
        None => Ok(()),
        Some(actual) => fail("no artifactType", actual.to_string(), response.exchange()),
    }
}

async fn annotations(cx: &Context) -> Verdict {
    let (entry, response) = only(cx, |subject| {
        (&Artifact::of(subject).annotation("org.example.one", "1").annotation("org.example.two", "ä €").build()).into()
    })
    .await?;
    let expected = serde_json::json!({"org.example.one": "1", "org.example.two": "ä €"});
    if entry["annotations"] == expected {
        return Ok(());
    }
    fail(format!("the annotations {expected}"), entry["annotations"].to_string(), response.exchange())
}

/// Two referrers of different types; the response to a filtered list.
async fn filtered(cx: &Context, kind: &str) -> Verdict<(Response, Manifest)> {
    let repository = cx.repository();
    let subject = subject(cx, &repository).await?;
    let wanted = Artifact::of(&subject).artifact_type(KIND).build();
    let other = Artifact::of(&subject).artifact_type("application/vnd.example.other.v1").build();
    for referrer in [&wanted, &other] {
        cx.push(&repository, &referrer.manifest.digest, referrer).await?;
    }
    let response = list(cx, &repository, &subject.digest, &[("artifactType", kind)]).await?;
    Ok((response, wanted.manifest))
}

async fn filter(cx: &Context) -> Verdict {
    let (response, wanted) = filtered(cx, KIND).await?;
    expect_listed(&response, &[&wanted])
}

async fn filter_header(cx: &Context) -> Verdict {
    let (response, _) = filtered(cx, KIND).await?;
    if descriptors(&response)?.len() != 1 {
        return skip("the filter is not applied");
    }
    let value = response.expect_header("OCI-Filters-Applied")?;
    if value.split(',').any(|filter| filter.trim() == "artifactType") {
        return Ok(());
    }
    fail("OCI-Filters-Applied: artifactType", format!("OCI-Filters-Applied: {value}"), response.exchange())
}

async fn filter_no_match(cx: &Context) -> Verdict {
    let (response, _) = filtered(cx, "application/vnd.example.none.v1").await?;
    let found = descriptors(&response)?.len();
    if found == 0 || response.header("OCI-Filters-Applied").is_none() {
        return Ok(());
    }
    fail("0 descriptors", format!("{found} descriptors"), response.exchange())
}

async fn pages(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let subject = subject(cx, &repository).await?;
    let mut expected = Vec::new();
    for number in 0..12 {
        let layer = Layer::random(&cx.seed().child(number), 64);
        let referrer = Artifact::of(&subject).layer(layer).build();
        cx.push(&repository, &referrer.manifest.digest, &referrer).await?;
        expected.push(referrer.manifest.digest.to_string());
    }
    // A page size is not part of the API; where it is read all the same, it makes pages.
    let mut response = list(cx, &repository, &subject.digest, &[("n", "5")]).await?;
    let mut found: Vec<String> = Vec::new();
    loop {
        for entry in descriptors(&response)? {
            found.push(entry["digest"].as_str().unwrap_or_default().to_owned());
        }
        match next(&response)? {
            Some(url) if found.len() < 100 => {
                response = cx.http().request_url(http::Method::GET, url).send().await?;
                response.expect_status(&[200])?;
            }
            _ => break,
        }
    }
    let there = expected.iter().filter(|digest| found.contains(digest)).count();
    if there == expected.len() && found.len() == expected.len() {
        return Ok(());
    }
    fail("12 referrers, each once", format!("{} descriptors with {there} of 12", found.len()), response.exchange())
}
