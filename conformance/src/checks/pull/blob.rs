//! "Pulling blobs".

use scenarios::capability::Capability::Content;
use scenarios::expect::{Verdict, fail};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "pull.blob.get",
        title: "Asking for a blob that exists gives exactly its bytes with 200",
        statements: &["D11-025", "OCI-003"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-body-altered", shows: "differ" },
        usually: "what is stored under the digest is not what was pushed, or is changed on the way out",
        run: |cx| judge(get(cx)),
    },
    Check {
        id: "pull.blob.digest-header",
        title: "The answer with a blob names its digest in Docker-Content-Digest",
        statements: &["D11-026"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-without-digest", shows: "none" },
        usually: "the header is missing, or lost on a redirect to the storage",
        run: |cx| judge(digest_header(cx)),
    },
    Check {
        id: "pull.blob.digest-header-true",
        title: "The digest that comes with a blob is the digest of its bytes",
        statements: &["D11-027"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-get-wrong-digest", shows: "sha256:" },
        usually: "the header repeats what was asked for instead of what is served",
        run: |cx| judge(digest_header_true(cx)),
    },
    Check {
        id: "pull.blob.content-encoding",
        title: "The bytes of a blob come as they are, or their encoding is named",
        statements: &["HTTP-005"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-encoding-unnamed", shows: "bytes" },
        usually: "a compressing proxy or middleware changes the body without Content-Encoding",
        run: |cx| judge(content_encoding(cx)),
    },
];

async fn get(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    cx.expect_blob(&image.repository, &image.blob).await
}

async fn digest_header(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let path = cx.blob_path(&image.repository, &image.blob.digest);
    let response = cx.http().get(&path).without_following().send().await?;
    if response.status().is_redirection() {
        return scenarios::expect::skip("blobs are redirected to another host, which may not know the header");
    }
    response.expect_status(&[200])?.expect_header("Docker-Content-Digest")?;
    Ok(())
}

async fn digest_header_true(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let response = cx.http().get(&cx.blob_path(&image.repository, &image.blob.digest)).send().await?;
    response.expect_status(&[200])?.expect_true_digest()?;
    Ok(())
}

async fn content_encoding(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let request = cx.http().get(&cx.blob_path(&image.repository, &image.blob.digest));
    let response = request.header("Accept-Encoding", "gzip").send().await?;
    response.expect_status(&[200])?;
    match response.header("Content-Encoding") {
        None | Some("identity") => response.expect_body(&image.blob.bytes).map(|_| ()),
        Some("gzip") => Ok(()),
        Some(other) => fail("gzip or no encoding", format!("Content-Encoding: {other}"), response.exchange()),
    }
}
