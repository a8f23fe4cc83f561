//! "Pushing a blob in chunks": what must be refused, and what a refusal must leave whole.

use bytes::Bytes;
use fixtures::Blob;
use http::Method;
use scenarios::capability::Capability::Push;
use scenarios::expect::{Verdict, fail};
use url::Url;

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "push.chunked.first-not-zero",
        title: "A first chunk that does not begin at 0 is refused with 416",
        statements: &["D11-054", "D11-061"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "chunk-order-unchecked", shows: "202" },
        usually: "PATCH appends whatever comes and does not compare Content-Range with the session's offset",
        run: |cx| judge(first_not_zero(cx)),
    },
    Check {
        id: "push.chunked.out-of-order",
        title: "A chunk that leaves a gap is refused with 416",
        statements: &["D11-060", "D11-061"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "chunk-order-unchecked", shows: "202" },
        usually: "PATCH appends whatever comes and does not compare Content-Range with the session's offset",
        run: |cx| judge(gap(cx)),
    },
    Check {
        id: "push.chunked.overlap",
        title: "A chunk that was sent before, or overlaps with one, is refused with 416",
        statements: &["D11-060", "D11-061"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "chunk-order-unchecked", shows: "202" },
        usually: "only gaps are refused: the first byte must be exactly the next one",
        run: |cx| judge(overlap(cx)),
    },
    Check {
        id: "push.chunked.final-out-of-order",
        title: "A last chunk in the closing PUT that is out of order is refused with 416",
        statements: &["DEV-068"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "final-chunk-order-unchecked", shows: "400" },
        usually: "the final PUT skips the range check that PATCH makes",
        run: |cx| judge(final_out_of_order(cx)),
    },
    Check {
        id: "push.chunked.range-grammar",
        title: "A chunk with a malformed Content-Range is refused, or taken as a stream whose Range is true",
        statements: &["D11-055"],
        needs: &[Push],
        tags: &["hostile"],
        teeth: Teeth { fault: "chunk-range-believed", shows: "Range:" },
        usually: "the session's offset is moved by what could be read of Content-Range",
        run: |cx| judge(range_grammar(cx)),
    },
    Check {
        id: "push.chunked.length-mismatch",
        title: "A chunk whose length is not that of its range does not become part of a blob under that range",
        statements: &["D11-053"],
        needs: &[Push],
        tags: &["hostile"],
        teeth: Teeth { fault: "chunk-length-unchecked", shows: "0-99" },
        usually: "the session's offset is moved by what Content-Range says instead of what was received",
        run: |cx| judge(length_mismatch(cx)),
    },
    Check {
        id: "push.chunked.goes-on-after-416",
        title: "After a 416 the session says how far it is and takes the right chunk",
        statements: &["D11-066"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "session-dropped-after-416", shows: "404" },
        usually: "a refused chunk closes the session or leaves its bytes behind",
        run: |cx| judge(goes_on(cx)),
    },
];

const SIZE: usize = 2000;

/// A session that holds the first half of a blob.
async fn half(cx: &Context, repository: &str) -> Verdict<(Url, Blob)> {
    let location = cx.start_upload(repository).await?;
    let blob = Blob::random(&cx.seed(), SIZE);
    let response = cx.patch(&location, "0-999", blob.bytes.slice(..1000)).await?;
    Ok((response.expect_status(&[202])?.expect_location()?, blob))
}

async fn first_not_zero(cx: &Context) -> Verdict {
    let location = cx.start_upload(&cx.repository()).await?;
    cx.patch(&location, "10-1009", cx.seed().bytes(1000)).await?.expect_status(&[416])?;
    Ok(())
}

async fn gap(cx: &Context) -> Verdict {
    let (location, blob) = half(cx, &cx.repository()).await?;
    cx.patch(&location, "1500-1999", blob.bytes.slice(1500..)).await?.expect_status(&[416])?;
    Ok(())
}

async fn overlap(cx: &Context) -> Verdict {
    let (location, blob) = half(cx, &cx.repository()).await?;
    cx.patch(&location, "0-999", blob.bytes.slice(..1000)).await?.expect_status(&[416])?;
    cx.patch(&location, "500-1999", blob.bytes.slice(500..)).await?.expect_status(&[416])?;
    Ok(())
}

async fn final_out_of_order(cx: &Context) -> Verdict {
    let (location, blob) = half(cx, &cx.repository()).await?;
    let request = cx.closing(&location, &blob.digest).header("Content-Range", "1500-1999");
    request.body(blob.bytes.slice(1500..)).send().await?.expect_status(&[416])?;
    Ok(())
}

async fn range_grammar(cx: &Context) -> Verdict {
    let repository = cx.repository();
    for range in ["a-b", "0", "0-", "-9", "9-0", "0-9-", "99999999999999999999999-99999999999999999999999"] {
        let location = cx.start_upload(&repository).await?;
        let response = cx.patch(&location, range, cx.seed().bytes(10)).await?;
        if response.code() == 202 {
            response.expect_header_value("Range", "0-9")?;
        }
    }
    Ok(())
}

async fn length_mismatch(cx: &Context) -> Verdict {
    let location = cx.start_upload(&cx.repository()).await?;
    let response = cx.patch(&location, "0-99", cx.seed().bytes(50)).await?;
    response.expect_no_server_error()?;
    match response.header("Range") {
        Some("0-99") if response.code() == 202 => {
            fail("a refusal, or Range: 0-49 for the 50 bytes sent", "202 Accepted, Range: 0-99", response.exchange())
        }
        _ => Ok(()),
    }
}

async fn goes_on(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let (location, blob) = half(cx, &repository).await?;
    let refused = cx.patch(&location, "1500-1999", blob.bytes.slice(1500..)).await?;
    // 404 says that the refusal took the session with it.
    if !matches!(refused.code(), 416 | 404) {
        return scenarios::expect::skip(format!("the chunk out of order is not refused with 416 ({})", refused.code()));
    }
    let status = cx.http().request_url(Method::GET, location).send().await?;
    status.expect_status(&[204])?.expect_header_value("Range", "0-999")?;
    let location = status.expect_location()?;
    let response = cx.patch(&location, "1000-1999", blob.bytes.slice(1000..)).await?;
    let location = response.expect_status(&[202])?.expect_location()?;
    cx.close(&location, &blob.digest, Bytes::new()).await?.expect_status(&[201])?;
    cx.expect_blob(&repository, &blob).await
}
