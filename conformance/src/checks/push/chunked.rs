//! "Pushing a blob in chunks".

use fixtures::Blob;
use http::Method;
use scenarios::capability::Capability::Push;
use scenarios::expect::Verdict;

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[Check {
    id: "push.chunked.out-of-order",
    title: "A chunk that does not begin where the last one ended is refused with 416",
    statements: &["D10-046", "D11-061", "DEV-063"],
    needs: &[Push],
    tags: &[],
    teeth: Teeth { fault: "chunk-order-unchecked", shows: "202" },
    usually: "PATCH appends whatever comes and does not compare Content-Range with the session's offset",
    run: |cx| judge(out_of_order(cx)),
}];

async fn out_of_order(cx: &Context) -> Verdict {
    let location = cx.start_upload(&cx.repository()).await?;
    let blob = Blob::random(&cx.seed(), 20);
    let request = cx.http().request_url(Method::PATCH, location).header("Content-Range", "10-19");
    let request = request.header("Content-Type", "application/octet-stream").body(blob.bytes.slice(10..));
    request.send().await?.expect_status(&[416])?;
    Ok(())
}
