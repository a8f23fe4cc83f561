//! "Single POST": a whole blob in the request that opens the upload.

use fixtures::Blob;
use scenarios::capability::Capability::Push;
use scenarios::client::Response;
use scenarios::expect::Verdict;

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "push.single.post",
        title: "A blob taken in one POST gives 201 with a Location, and is there",
        statements: &["D11-050"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "single-post-loses-blob", shows: "404" },
        usually: "the POST handler answers 201 for a digest parameter without reading the body",
        run: |cx| judge(post(cx)),
    },
    Check {
        id: "push.single.fallback",
        title: "A registry without the single POST opens a session that takes the blob",
        statements: &["D11-049"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "single-post-refused", shows: "405" },
        usually: "a POST with a digest parameter is refused; 202 with a Location lets every client go on",
        run: |cx| judge(fallback(cx)),
    },
    Check {
        id: "push.single.digest",
        title: "A single POST with the digest of other bytes makes no blob",
        statements: &["D11-048"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "blob-digest-unchecked", shows: "201" },
        usually: "the digest parameter is believed instead of being compared with the hash of the body",
        run: |cx| judge(digest(cx)),
    },
    Check {
        id: "push.single.cut-short",
        title: "A single POST whose body ends before the announced length makes no blob",
        statements: &["D11-047"],
        needs: &[Push],
        tags: &["hostile"],
        teeth: Teeth { fault: "short-body-accepted", shows: "the blob is there" },
        usually: "the end of the connection is taken for the end of the body",
        run: |cx| judge(cut_short(cx)),
    },
];

async fn send(cx: &Context, repository: &str, digest: &fixtures::Digest, blob: &Blob) -> Verdict<Response> {
    let request = cx.http().post(&cx.uploads_path(repository)).query("digest", &digest.to_string());
    let request = request.header("Content-Type", "application/octet-stream").body(blob.bytes.clone());
    Ok(request.send().await?)
}

async fn post(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let blob = Blob::random(&cx.seed(), 700);
    let response = send(cx, &repository, &blob.digest, &blob).await?;
    if response.code() == 202 {
        return scenarios::expect::skip("blobs are not taken in one POST: 202 opens a session instead");
    }
    response.expect_status(&[201])?.expect_location()?;
    cx.expect_blob(&repository, &blob).await
}

async fn fallback(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let blob = Blob::random(&cx.seed(), 700);
    let response = send(cx, &repository, &blob.digest, &blob).await?;
    let location = response.expect_status(&[201, 202])?.expect_location()?;
    if response.code() == 202 {
        cx.close(&location, &blob.digest, blob.bytes.clone()).await?.expect_status(&[201])?;
        cx.expect_blob(&repository, &blob).await?;
    }
    Ok(())
}

async fn digest(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let blob = Blob::random(&cx.seed(), 700);
    let other = Blob::random(&cx.seed().child("other"), 700);
    let response = send(cx, &repository, &other.digest, &blob).await?;
    if response.code() != 202 {
        response.expect_refusal()?;
    }
    cx.expect_no_blob(&repository, &other.digest).await
}

async fn cut_short(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let blob = Blob::random(&cx.seed(), 64);
    let head = format!(
        "POST {}{}?digest={} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/octet-stream\r\n\
         Content-Length: 128\r\n\r\n",
        cx.http().raw_prefix(),
        cx.uploads_path(&repository),
        blob.digest,
        cx.http().raw_host(),
    );
    let request = [head.as_bytes(), &blob.bytes].concat();
    // The other half of the body never follows.
    cx.raw_cut(&request).await?;
    cx.expect_no_blob(&repository, &blob.digest).await
}
