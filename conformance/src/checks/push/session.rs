//! "POST then PUT", and the session between the two.

use fixtures::{Blob, Digest};
use http::Method;
use scenarios::capability::Capability::Push;
use scenarios::expect::{Verdict, fail};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "push.session.opened",
        title: "Opening an upload gives 202 with a Location",
        statements: &["D11-039"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "upload-opened-with-200", shows: "200 OK" },
        usually: "the handler of POST …/blobs/uploads/ answers with another success status or leaves Location out",
        run: |cx| judge(opened(cx)),
    },
    Check {
        id: "push.session.unique",
        title: "Every upload has a Location of its own",
        statements: &["D11-040"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "upload-session-shared", shows: "the same" },
        usually: "session ids are derived from the repository or the time instead of being random",
        run: |cx| judge(unique(cx)),
    },
    Check {
        id: "push.session.status",
        title: "The status of a session is 204 with the Location and the Range received so far",
        statements: &["D11-066"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "upload-status-without-range", shows: "none" },
        usually: "the handler of GET on an upload URL is missing, or does not report the session's offset",
        run: |cx| judge(status(cx)),
    },
    Check {
        id: "push.session.cancel",
        title: "Cancelling a session gives 204",
        statements: &["DEV-071"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "upload-cancel-refused", shows: "405" },
        usually: "DELETE on an upload URL is not routed",
        run: |cx| judge(cancel(cx)),
    },
    Check {
        id: "push.blob.put",
        title: "Closing an upload with the whole blob gives 201, and the blob is there",
        statements: &["D11-045"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "blob-put-without-location", shows: "none" },
        usually: "the closing PUT answers 204 or leaves out the Location of the finished blob",
        run: |cx| judge(put(cx)),
    },
    Check {
        id: "push.blob.location",
        title: "The Location of a finished upload is where the blob can be pulled",
        statements: &["D11-045", "OCI-006"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "blob-put-location-of-session", shows: "40" },
        usually: "the closing PUT repeats the upload URL in Location instead of the blob's",
        run: |cx| judge(location(cx)),
    },
    Check {
        id: "push.blob.zero-bytes",
        title: "A blob of no bytes can be pushed and pulled",
        statements: &["D11-045"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "empty-blob-refused", shows: "400" },
        usually: "an empty body is taken for a missing one",
        run: |cx| judge(zero_bytes(cx)),
    },
    Check {
        id: "push.blob.again",
        title: "A blob that is there already can be pushed again",
        statements: &["D11-045"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "existing-blob-refused", shows: "409" },
        usually: "the final rename or insert fails when the target exists",
        run: |cx| judge(again(cx)),
    },
    Check {
        id: "push.blob.wrong-digest",
        title: "An upload closed with the digest of other bytes becomes no blob",
        statements: &["OCI-003"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "blob-digest-unchecked", shows: "201" },
        usually: "the digest parameter is believed instead of being compared with the hash of what was received",
        run: |cx| judge(wrong_digest(cx)),
    },
    Check {
        id: "push.blob.malformed-digest",
        title: "A digest that is none, or of an unknown algorithm, is answered with 400",
        statements: &["DEV-039"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "malformed-digest-as-404", shows: "404" },
        usually: "the digest parameter reaches the storage layer unparsed",
        run: |cx| judge(malformed_digest(cx)),
    },
    Check {
        id: "push.blob.without-digest",
        title: "A closing PUT without a digest makes no blob",
        statements: &["D11-064"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "closing-without-digest-accepted", shows: "201" },
        usually: "a missing digest parameter is taken for permission to compute it",
        run: |cx| judge(without_digest(cx)),
    },
];

async fn opened(cx: &Context) -> Verdict {
    let path = cx.uploads_path(&cx.repository());
    let response = cx.http().post(&path).header("Content-Length", "0").send().await?;
    response.expect_status(&[202])?.expect_location()?;
    Ok(())
}

async fn unique(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let (first, second) = tokio::join!(cx.start_upload(&repository), cx.start_upload(&repository));
    if first? == second? {
        let exchange = cx.exchanges().len().checked_sub(1);
        return fail("two upload sessions with a Location each", "the same Location for both", exchange);
    }
    Ok(())
}

async fn status(cx: &Context) -> Verdict {
    let location = cx.start_upload(&cx.repository()).await?;
    let blob = Blob::random(&cx.seed(), 64);
    let patched = cx.patch(&location, "0-63", blob.bytes.clone()).await?;
    let location = patched.expect_status(&[202])?.expect_location()?;
    let response = cx.http().request_url(Method::GET, location).send().await?;
    response.expect_status(&[204])?.expect_location()?;
    response.expect_header_value("Range", "0-63")?;
    Ok(())
}

async fn cancel(cx: &Context) -> Verdict {
    let location = cx.start_upload(&cx.repository()).await?;
    let response = cx.http().request_url(Method::DELETE, location).send().await?;
    response.expect_status(&[204])?;
    Ok(())
}

async fn put(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let location = cx.start_upload(&repository).await?;
    let blob = Blob::random(&cx.seed(), 1000);
    let response = cx.close(&location, &blob.digest, blob.bytes.clone()).await?;
    response.expect_status(&[201])?.expect_location()?;
    cx.expect_blob(&repository, &blob).await
}

async fn location(cx: &Context) -> Verdict {
    let location = cx.start_upload(&cx.repository()).await?;
    let blob = Blob::random(&cx.seed(), 1000);
    let response = cx.close(&location, &blob.digest, blob.bytes.clone()).await?;
    let pullable = response.expect_status(&[201])?.expect_location()?;
    let pulled = cx.http().request_url(Method::GET, pullable).send().await?;
    pulled.expect_status(&[200])?.expect_body(&blob.bytes)?;
    Ok(())
}

async fn zero_bytes(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let location = cx.start_upload(&repository).await?;
    let blob = Blob::zero();
    cx.close(&location, &blob.digest, blob.bytes.clone()).await?.expect_status(&[201])?;
    cx.expect_blob(&repository, &blob).await
}

async fn again(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let blob = Blob::random(&cx.seed(), 500);
    cx.push_blob(&repository, &blob).await?;
    let location = cx.start_upload(&repository).await?;
    cx.close(&location, &blob.digest, blob.bytes.clone()).await?.expect_status(&[201])?;
    cx.expect_blob(&repository, &blob).await
}

async fn wrong_digest(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let location = cx.start_upload(&repository).await?;
    let blob = Blob::random(&cx.seed(), 500);
    let other = Blob::random(&cx.seed().child("other"), 500);
    cx.close(&location, &other.digest, blob.bytes).await?.expect_refusal()?;
    cx.expect_no_blob(&repository, &other.digest).await
}

async fn malformed_digest(cx: &Context) -> Verdict {
    let repository = cx.repository();
    for digest in ["sha256:abc", "unknown:0123456789abcdef0123456789abcdef", "nothing"] {
        let location = cx.start_upload(&repository).await?;
        let request = cx.http().request_url(Method::PUT, location).query("digest", digest);
        let request = request.header("Content-Type", "application/octet-stream").body(cx.seed().bytes(10));
        request.send().await?.expect_status(&[400])?;
    }
    Ok(())
}

async fn without_digest(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let location = cx.start_upload(&repository).await?;
    let bytes = cx.seed().bytes(100);
    let request = cx.http().request_url(Method::PUT, location).header("Content-Type", "application/octet-stream");
    request.body(bytes.clone()).send().await?.expect_refusal()?;
    cx.expect_no_blob(&repository, &Digest::sha256(&bytes)).await
}
