//! What answers of success carry by Docker's API.

use fixtures::{Blob, Image};
use scenarios::capability::Capability::Push;
use scenarios::client::Response;
use scenarios::expect::Verdict;

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "base.docker.version",
        title: "The base endpoint says registry/2.0 in Docker-Distribution-API-Version",
        statements: &["API-023"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "api-version-missing", shows: "none" },
        usually: "the header field is not set; old clients take such a registry for one of version 1",
        run: |cx| judge(version(cx)),
    },
    Check {
        id: "push.docker.success-empty",
        title: "An answer of success to a push has no body and the length zero",
        statements: &["API-152"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "push-answers-with-body", shows: "bytes" },
        usually: "the framework writes a body of its own, or leaves the length open",
        run: |cx| judge(success_empty(cx)),
    },
    Check {
        id: "push.docker.blob-digest",
        title: "The answer to a finished blob names its digest in Docker-Content-Digest",
        statements: &["DKR-048"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "blob-put-without-digest", shows: "none" },
        usually: "the digest is only sent with what is pulled",
        run: |cx| judge(blob_digest(cx)),
    },
    Check {
        id: "push.docker.manifest-digest",
        title: "The answer to a pushed manifest names its digest in Docker-Content-Digest",
        statements: &["DKR-049"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-put-without-digest", shows: "none" },
        usually: "the digest is only sent with what is pulled; clients then cannot tell what was stored",
        run: |cx| judge(manifest_digest(cx)),
    },
    Check {
        id: "push.docker.sha256",
        title: "A manifest pushed to a tag gets a digest of sha256",
        statements: &["API-026"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-digest-of-sha512", shows: "sha512" },
        usually: "another algorithm is the default, which older clients do not know",
        run: |cx| judge(sha256(cx)),
    },
];

async fn version(cx: &Context) -> Verdict {
    let response = cx.http().get("/v2/").send().await?;
    response.expect_status(&[200, 401])?.expect_header_value("Docker-Distribution-API-Version", "registry/2.0")?;
    Ok(())
}

fn expect_nothing(response: &Response, status: u16) -> Verdict {
    response.expect_status(&[status])?.expect_empty_body()?.expect_header_value("Content-Length", "0")?;
    Ok(())
}

async fn success_empty(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let blob = Blob::random(&cx.seed(), 64);
    let opened = cx.http().post(&cx.uploads_path(&repository)).header("Content-Length", "0").send().await?;
    expect_nothing(&opened, 202)?;
    let patched = cx.patch(&opened.expect_location()?, "0-63", blob.bytes).await?;
    expect_nothing(&patched, 202)?;
    expect_nothing(&cx.close(&patched.expect_location()?, &blob.digest, "").await?, 201)?;
    let image = Image::oci(&cx.seed()).build();
    cx.push_below(&repository, &(&image).into()).await?;
    expect_nothing(&cx.put_manifest(&repository, "tag", &image.manifest).await?, 201)
}

async fn blob_digest(cx: &Context) -> Verdict {
    let location = cx.start_upload(&cx.repository()).await?;
    let blob = Blob::random(&cx.seed(), 64);
    let response = cx.close(&location, &blob.digest, blob.bytes).await?;
    response.expect_status(&[201])?.expect_header_value("Docker-Content-Digest", &blob.digest.to_string())?;
    Ok(())
}

async fn manifest_digest(cx: &Context) -> Verdict {
    let (_, response, digest) = pushed(cx).await?;
    response.expect_header_value("Docker-Content-Digest", &digest)?;
    Ok(())
}

async fn sha256(cx: &Context) -> Verdict {
    let (repository, _, digest) = pushed(cx).await?;
    let request = cx.http().head(&cx.manifest_path(&repository, "tag"));
    let response = request.header("Accept", fixtures::media_type::OCI_MANIFEST).send().await?;
    response.expect_status(&[200])?.expect_header_value_if_any("Docker-Content-Digest", &digest)?;
    Ok(())
}

/// The repository, the answer to a manifest pushed to the tag `tag`, and the manifest's digest.
async fn pushed(cx: &Context) -> Verdict<(String, Response, String)> {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push_below(&repository, &(&image).into()).await?;
    let response = cx.put_manifest(&repository, "tag", &image.manifest).await?;
    response.expect_status(&[201])?;
    Ok((repository, response, image.manifest.digest.to_string()))
}
