//! Part of a blob: several ranges, and ranges with a condition.

use scenarios::capability::Capability::Content;
use scenarios::expect::{Verdict, fail, skip};

use super::range::ask;
use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "pull.range.one-part",
        title: "A request for one range never gives several parts",
        statements: &["HTTP-062"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "range-one-as-multipart", shows: "multipart" },
        usually: "every range goes through the code for several",
        run: |cx| judge(one_part(cx)),
    },
    Check {
        id: "pull.range.multiple",
        title: "Several parts come as multipart/byteranges, without a Content-Range on the outside",
        statements: &["HTTP-063"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "range-multipart-with-content-range", shows: "Content-Range" },
        usually: "the parts are sent one after the other under a single Content-Range",
        run: |cx| judge(multiple(cx)),
    },
    Check {
        id: "pull.range.if-range",
        title: "With If-Range and another ETag the range is ignored and all comes",
        statements: &["HTTP-068"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "if-range-ignored", shows: "206" },
        usually: "If-Range is not read, so a client puts parts of two contents together",
        run: |cx| judge(if_range(cx)),
    },
    Check {
        id: "pull.range.fields",
        title: "A part has the ETag that the whole would have",
        statements: &["HTTP-064"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "partial-without-etag", shows: "none" },
        usually: "the headers of a 206 are built by another path than those of a 200",
        run: |cx| judge(fields(cx)),
    },
    Check {
        id: "pull.range.accept-ranges",
        title: "A registry that says Accept-Ranges: bytes takes ranges",
        statements: &["HTTP-067"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "range-ignored", shows: "200 OK" },
        usually: "a framework or proxy announces ranges that the handler does not read",
        run: |cx| judge(accept_ranges(cx)),
    },
];

async fn one_part(cx: &Context) -> Verdict {
    let (response, _) = ask(cx, |_| "bytes=2-5".to_owned()).await?;
    match response.media_type() {
        Some(kind) if kind.starts_with("multipart/") => fail("a single part", kind, response.exchange()),
        _ => Ok(()),
    }
}

async fn multiple(cx: &Context) -> Verdict {
    let (response, blob) = ask(cx, |_| "bytes=0-1,5-7".to_owned()).await?;
    if response.code() != 206 {
        response.expect_no_server_error()?;
        return skip(format!("several ranges are not served, which is allowed ({})", response.code()));
    }
    if !response.media_type().unwrap_or_default().starts_with("multipart/byteranges") {
        // One part that covers both ranges is allowed too, with its own Content-Range.
        let range = response.expect_header("Content-Range")?;
        let whole = format!("bytes 0-7/{}", blob.size());
        let (first, second) = (format!("bytes 0-1/{}", blob.size()), format!("bytes 5-7/{}", blob.size()));
        if [whole, first, second].iter().any(|allowed| allowed == range) {
            return Ok(());
        }
        return fail(
            "multipart/byteranges, or one of the ranges",
            format!("Content-Range: {range}"),
            response.exchange(),
        );
    }
    response.expect_no_header("Content-Range")?;
    let body = response.body();
    for part in [&blob.bytes[0..2], &blob.bytes[5..8]] {
        if !body.windows(part.len()).any(|window| window == part) {
            return fail("both parts in the body", "a body without one of them", response.exchange());
        }
    }
    Ok(())
}

async fn if_range(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let request = cx.http().get(&cx.blob_path(&image.repository, &image.blob.digest));
    let response = request.header("Range", "bytes=0-3").header("If-Range", "\"another\"").send().await?;
    response.expect_status(&[200])?.expect_body(&image.blob.bytes)?;
    Ok(())
}

async fn fields(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let path = cx.blob_path(&image.repository, &image.blob.digest);
    let whole = cx.http().get(&path).send().await?;
    let part = cx.http().get(&path).header("Range", "bytes=0-3").send().await?;
    if part.code() != 206 {
        return skip("ranges are not served");
    }
    match whole.header("ETag") {
        None => skip("blobs come without an ETag"),
        Some(etag) => part.expect_header_value("ETag", etag).map(|_| ()),
    }
}

async fn accept_ranges(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let path = cx.blob_path(&image.repository, &image.blob.digest);
    let head = cx.http().head(&path).send().await?;
    if head.header("Accept-Ranges") != Some("bytes") {
        return skip("Accept-Ranges: bytes is not announced, which is allowed");
    }
    cx.http().get(&path).header("Range", "bytes=0-3").send().await?.expect_status(&[206])?;
    Ok(())
}
