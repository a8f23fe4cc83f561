//! "Checking if content exists in the registry".

use scenarios::capability::Capability::Content;
use scenarios::client::Response;
use scenarios::expect::Verdict;

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "pull.blob.head",
        title: "HEAD of a blob that exists gives 200",
        statements: &["D11-032"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-head-as-404", shows: "404" },
        usually: "HEAD is not routed like GET",
        run: |cx| judge(async move { blob(cx).await.map(|_| ()) }),
    },
    Check {
        id: "pull.blob.head-digest",
        title: "The answer to HEAD of a blob names its digest",
        statements: &["D11-033"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-without-digest", shows: "none" },
        usually: "Docker-Content-Digest is only set for GET",
        run: |cx| judge(blob_digest(cx)),
    },
    Check {
        id: "pull.blob.head-length",
        title: "The answer to HEAD of a blob gives its size in Content-Length",
        statements: &["D11-034"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-head-without-length", shows: "none" },
        usually: "the framework drops Content-Length where there is no body, or sets it to 0",
        run: |cx| judge(blob_length(cx)),
    },
    Check {
        id: "pull.manifest.head",
        title: "HEAD of a manifest that exists gives 200, by tag and by digest",
        statements: &["D11-032"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "manifest-head-as-404", shows: "404" },
        usually: "HEAD is not routed like GET",
        run: |cx| judge(manifest(cx)),
    },
    Check {
        id: "pull.manifest.head-digest",
        title: "The answer to HEAD of a manifest names its digest",
        statements: &["D11-033"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "manifest-without-digest", shows: "none" },
        usually: "Docker-Content-Digest is only set for GET",
        run: |cx| judge(manifest_digest(cx)),
    },
    Check {
        id: "pull.manifest.head-length",
        title: "The answer to HEAD of a manifest gives its size in Content-Length",
        statements: &["D11-034"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "manifest-head-without-length", shows: "none" },
        usually: "the framework drops Content-Length where there is no body, or sets it to 0",
        run: |cx| judge(manifest_length(cx)),
    },
];

async fn blob(cx: &Context) -> Verdict<(Response, u64)> {
    let image = cx.published().await?;
    let response = cx.http().head(&cx.blob_path(&image.repository, &image.blob.digest)).send().await?;
    response.expect_status(&[200])?;
    Ok((response, image.blob.size()))
}

async fn blob_digest(cx: &Context) -> Verdict {
    let (response, _) = blob(cx).await?;
    response.expect_header("Docker-Content-Digest")?;
    Ok(())
}

async fn blob_length(cx: &Context) -> Verdict {
    let (response, size) = blob(cx).await?;
    response.expect_header_value("Content-Length", &size.to_string())?;
    Ok(())
}

async fn ask(cx: &Context, by_digest: bool) -> Verdict<(Response, String, usize)> {
    let image = cx.published().await?;
    let reference = if by_digest { &image.digest } else { &image.tag };
    let request = cx.http().head(&cx.manifest_path(&image.repository, reference));
    let response = request.header("Accept", &image.media_type).send().await?;
    response.expect_status(&[200])?;
    Ok((response, image.digest, image.manifest.len()))
}

async fn manifest(cx: &Context) -> Verdict {
    ask(cx, false).await?;
    ask(cx, true).await?;
    Ok(())
}

async fn manifest_digest(cx: &Context) -> Verdict {
    let (response, digest, _) = ask(cx, false).await?;
    response.expect_header_value("Docker-Content-Digest", &digest)?;
    Ok(())
}

async fn manifest_length(cx: &Context) -> Verdict {
    let (response, _, size) = ask(cx, true).await?;
    response.expect_header_value("Content-Length", &size.to_string())?;
    Ok(())
}
