//! Repositories are scopes of their own.

use fixtures::{Artifact, Blob, Image};
use http::Method;
use scenarios::capability::Capability::{Push, Referrers};
use scenarios::expect::{Verdict, fail};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "isolation.blob.other-repository",
        title: "A blob of one repository is not in another",
        statements: &["D11-030", "D11-035", "OCI-002"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "blobs-of-all-repositories", shows: "200 OK" },
        usually: "blobs are served from the shared store without looking at the repository's links",
        run: |cx| judge(blob(cx)),
    },
    Check {
        id: "isolation.manifest.other-repository",
        title: "A manifest of one repository is not in another",
        statements: &["D11-024", "D11-035", "OCI-002"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifests-of-all-repositories", shows: "200 OK" },
        usually: "manifests are served by digest without looking at the repository",
        run: |cx| judge(manifest(cx)),
    },
    Check {
        id: "isolation.manifest.not-as-other-kind",
        title: "A layer is no manifest: it cannot be pulled from the manifest endpoint",
        statements: &["D11-024"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "blobs-as-manifests", shows: "200 OK" },
        usually: "blobs and manifests share one store, and the manifest endpoint serves whatever has the digest",
        run: |cx| judge(not_as_manifest(cx)),
    },
    Check {
        id: "isolation.tag.other-repository",
        title: "A tag of one repository names nothing in another",
        statements: &["OCI-002"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tags-of-all-repositories", shows: "200 OK" },
        usually: "tags are kept by name without their repository, or a parent repository's tags are inherited",
        run: |cx| judge(tag(cx)),
    },
    Check {
        id: "isolation.referrers.other-repository",
        title: "A referrer in one repository is not listed in another",
        statements: &["OCI-002", "OCI-011"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "referrers-of-all-repositories", shows: "1 referrer" },
        usually: "referrers are kept by subject without their repository",
        run: |cx| judge(referrers(cx)),
    },
    Check {
        id: "isolation.upload.other-repository",
        title: "A session of one repository does not go on under the name of another",
        statements: &["OCI-002"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "sessions-of-all-repositories", shows: "2" },
        usually: "sessions are found by their id alone, so whoever may push anywhere may push into any session",
        run: |cx| judge(upload(cx)),
    },
];

async fn blob(cx: &Context) -> Verdict {
    let (here, there) = (cx.repository(), cx.repository_named("other"));
    let blob = Blob::random(&cx.seed(), 200);
    cx.push_blob(&here, &blob).await?;
    cx.push_blob(&there, &Blob::random(&cx.seed().child("other"), 200)).await?;
    let path = cx.blob_path(&there, &blob.digest);
    cx.http().get(&path).send().await?.expect_status(&[404])?;
    cx.http().head(&path).send().await?.expect_status(&[404])?;
    Ok(())
}

async fn manifest(cx: &Context) -> Verdict {
    let (here, there) = (cx.repository(), cx.repository_named("other"));
    let image = Image::oci(&cx.seed()).build();
    cx.push(&here, "tag", &image).await?;
    cx.push(&there, "tag", &Image::oci(&cx.seed().child("other")).build()).await?;
    let path = cx.manifest_path(&there, &image.manifest.digest);
    let accept = &image.manifest.media_type;
    cx.http().get(&path).header("Accept", accept).send().await?.expect_status(&[404])?;
    cx.http().head(&path).header("Accept", accept).send().await?.expect_status(&[404])?;
    Ok(())
}

async fn not_as_manifest(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push(&repository, "tag", &image).await?;
    let Some(layer) = image.layers.first() else { return Ok(()) };
    let response = cx.http().get(&cx.manifest_path(&repository, &layer.digest)).send().await?;
    response.expect_status(&[404])?;
    Ok(())
}

async fn tag(cx: &Context) -> Verdict {
    let here = cx.repository();
    let below = format!("{here}/below");
    cx.push(&here, "only-here", &Image::oci(&cx.seed()).build()).await?;
    cx.push(&below, "other", &Image::oci(&cx.seed().child("other")).build()).await?;
    let accept = fixtures::media_type::OCI_MANIFEST;
    for (repository, tag) in [(&below, "only-here"), (&here, "other")] {
        let request = cx.http().get(&cx.manifest_path(repository, tag)).header("Accept", accept);
        request.send().await?.expect_status(&[404])?;
    }
    Ok(())
}

async fn referrers(cx: &Context) -> Verdict {
    let (here, there) = (cx.repository(), cx.repository_named("other"));
    let image = Image::oci(&cx.seed()).build();
    let referrer = Artifact::of(&image.manifest).build();
    cx.push(&here, "subject", &image).await?;
    cx.push(&here, &referrer.manifest.digest, &referrer).await?;
    cx.push(&there, "subject", &image).await?;
    let response = cx.http().get(&cx.referrers_path(&there, &image.manifest.digest)).send().await?;
    let index: serde_json::Value = response.expect_status(&[200])?.expect_json("an image index")?;
    match index["manifests"].as_array().map_or(0, Vec::len) {
        0 => Ok(()),
        count => fail("no referrers in the other repository", format!("{count} referrer(s)"), response.exchange()),
    }
}

async fn upload(cx: &Context) -> Verdict {
    let (here, there) = (cx.repository(), cx.repository_named("other"));
    let location = cx.start_upload(&here).await?;
    if !location.path().contains(&here) {
        return scenarios::expect::skip("the upload URL does not contain the repository");
    }
    let mut moved = location.clone();
    moved.set_path(&location.path().replace(&here, &there));
    let blob = Blob::random(&cx.seed(), 100);
    let response = cx.http().request_url(Method::GET, moved.clone()).send().await?;
    response.expect_refusal()?;
    cx.close(&moved, &blob.digest, blob.bytes.clone()).await?.expect_refusal()?;
    cx.expect_no_blob(&there, &blob.digest).await
}
