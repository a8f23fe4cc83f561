//! Docker's "Pushing a Layer": what the answers about an upload session say.

use fixtures::Blob;
use http::Method;
use scenarios::capability::Capability::Push;
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "push.docker.upload-uuid",
        title: "Each answer about an upload names its session in Docker-Upload-UUID",
        statements: &["DKR-045"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "upload-uuid-missing", shows: "none" },
        usually: "the header field is set when the session opens and forgotten afterwards",
        run: |cx| judge(uuid(cx)),
    },
    Check {
        id: "push.docker.status-same",
        title: "The status of a fresh session says what the answer that opened it said",
        statements: &["API-237"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "upload-status-without-range", shows: "none" },
        usually: "the two answers are written by different code",
        run: |cx| judge(status_same(cx)),
    },
    Check {
        id: "push.docker.out-of-order",
        title: "The 416 for a chunk out of order says in Range and Location where to go on",
        statements: &["DKR-046"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "chunk-refusal-without-range", shows: "none" },
        usually: "the refusal is a plain error, so a client has to ask for the status first",
        run: |cx| judge(out_of_order(cx)),
    },
    Check {
        id: "push.docker.range-format",
        title: "A Content-Range of a chunk that cannot be read gives 416",
        statements: &["DKR-047"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "chunk-range-malformed-as-400", shows: "400" },
        usually: "what does not parse is answered like any other bad request",
        run: |cx| judge(range_format(cx)),
    },
    Check {
        id: "push.docker.upload-unknown",
        title: "A session that the registry does not know gives 404",
        statements: &["API-078"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "upload-unknown-as-204", shows: "204" },
        usually: "an unknown session is answered like a fresh one",
        run: |cx| judge(unknown(cx)),
    },
    Check {
        id: "push.docker.cancelled",
        title: "A session that was cancelled is unknown from then on",
        statements: &["DKR-050"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "upload-cancel-lost", shows: "204" },
        usually: "the cancellation is acknowledged and the session kept",
        run: |cx| judge(cancelled(cx)),
    },
];

async fn open(cx: &Context, repository: &str) -> Verdict<Response> {
    let response = cx.http().post(&cx.uploads_path(repository)).header("Content-Length", "0").send().await?;
    response.expect_status(&[202])?;
    Ok(response)
}

async fn uuid(cx: &Context) -> Verdict {
    let opened = open(cx, &cx.repository()).await?;
    let uuid = opened.expect_header("Docker-Upload-UUID")?;
    let blob = Blob::random(&cx.seed(), 64);
    let patched = cx.patch(&opened.expect_location()?, "0-63", blob.bytes).await?;
    patched.expect_status(&[202])?.expect_header_value("Docker-Upload-UUID", uuid)?;
    let status = cx.http().request_url(Method::GET, patched.expect_location()?).send().await?;
    status.expect_status(&[204])?.expect_header_value("Docker-Upload-UUID", uuid)?;
    Ok(())
}

async fn status_same(cx: &Context) -> Verdict {
    let opened = open(cx, &cx.repository()).await?;
    let status = cx.http().request_url(Method::GET, opened.expect_location()?).send().await?;
    status.expect_status(&[204])?.expect_header("Location")?;
    // The Location itself can differ: registries sign it anew each time.
    for name in ["Range", "Docker-Upload-UUID"] {
        if let Some(value) = opened.header(name) {
            status.expect_header_value(name, value)?;
        }
    }
    Ok(())
}

async fn out_of_order(cx: &Context) -> Verdict {
    let location = cx.start_upload(&cx.repository()).await?;
    let blob = Blob::random(&cx.seed(), 2000);
    let half = cx.patch(&location, "0-999", blob.bytes.slice(..1000)).await?;
    let location = half.expect_status(&[202])?.expect_location()?;
    let refused = cx.patch(&location, "1500-1999", blob.bytes.slice(1500..)).await?;
    if refused.code() != 416 {
        return skip(format!("the chunk is not refused with 416 ({})", refused.summary()));
    }
    let range = refused.expect_header("Range")?;
    // One place in the text writes the unit before the numbers.
    if range.trim_start_matches("bytes=") != "0-999" {
        return fail("Range: 0-999", format!("Range: {range}"), refused.exchange());
    }
    refused.expect_location()?;
    Ok(())
}

async fn range_format(cx: &Context) -> Verdict {
    let repository = cx.repository();
    for range in ["a-b", "0", "9-0"] {
        let location = cx.start_upload(&repository).await?;
        cx.patch(&location, range, cx.seed().bytes(10)).await?.expect_status(&[416])?;
    }
    Ok(())
}

async fn unknown(cx: &Context) -> Verdict {
    let repository = cx.repository();
    cx.start_upload(&repository).await?;
    let path = format!("{}00000000-0000-4000-8000-000000000000", cx.uploads_path(&repository));
    cx.http().get(&path).send().await?.expect_status(&[404])?;
    Ok(())
}

async fn cancelled(cx: &Context) -> Verdict {
    let opened = open(cx, &cx.repository()).await?;
    let location = opened.expect_location()?;
    let cancelled = cx.http().request_url(Method::DELETE, location.clone()).send().await?;
    if !cancelled.status().is_success() {
        return skip(format!("sessions cannot be cancelled here ({})", cancelled.summary()));
    }
    cx.http().request_url(Method::GET, location).send().await?.expect_refusal()?;
    Ok(())
}
