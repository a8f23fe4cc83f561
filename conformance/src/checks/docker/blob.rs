//! Docker's "Pulling a Layer": caching and redirects.

use scenarios::capability::Capability::Content;
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::{Context, Published};

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "pull.docker.cache-fields",
        title: "A blob comes with an ETag and with fields that say how long it keeps",
        statements: &["API-045"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-without-cache-fields", shows: "no Cache-Control" },
        usually: "blobs never change, but caches are not told so",
        run: |cx| judge(cache_fields(cx)),
    },
    Check {
        id: "pull.docker.not-modified",
        title: "A blob asked for with its ETag gives 304",
        statements: &["API-044"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "if-none-match-ignored", shows: "200" },
        usually: "conditions are only read for manifests",
        run: |cx| judge(not_modified(cx)),
    },
    Check {
        id: "pull.docker.redirect",
        title: "A redirected blob can be fetched where the redirect leads",
        statements: &["API-180"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-redirect-to-nowhere", shows: "404" },
        usually: "the URL that is signed for the store is not the one that clients can reach",
        run: |cx| judge(redirect(cx)),
    },
];

async fn blob(cx: &Context) -> Verdict<(Published, Response)> {
    let image = cx.published().await?;
    let response = cx.http().get(&cx.blob_path(&image.repository, &image.blob.digest)).send().await?;
    response.expect_status(&[200])?;
    Ok((image, response))
}

async fn cache_fields(cx: &Context) -> Verdict {
    let (_, response) = blob(cx).await?;
    response.expect_header("ETag")?;
    if ["Cache-Control", "Expires", "Last-Modified"].iter().any(|name| response.header(name).is_some()) {
        return Ok(());
    }
    let expected = "Cache-Control, Expires or Last-Modified";
    fail(expected, "no Cache-Control, no Expires, no Last-Modified", response.exchange())
}

async fn not_modified(cx: &Context) -> Verdict {
    let (image, response) = blob(cx).await?;
    let Some(etag) = response.header("ETag") else { return skip("blobs come without an ETag") };
    let request = cx.http().get(&cx.blob_path(&image.repository, &image.blob.digest));
    request.header("If-None-Match", etag).send().await?.expect_status(&[304])?;
    Ok(())
}

async fn redirect(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let path = cx.blob_path(&image.repository, &image.blob.digest);
    let response = cx.http().get(&path).without_following().send().await?;
    if !matches!(response.code(), 301 | 302 | 303 | 307 | 308) {
        return skip("blobs are not redirected");
    }
    let target = response.expect_location()?;
    let target = cx.http().request_url(http::Method::GET, target).send().await?;
    target.expect_status(&[200])?.expect_body(&image.blob.bytes)?;
    Ok(())
}
