//! "Mounting a blob from another repository".

use fixtures::{Blob, Digest};
use scenarios::capability::Capability::{Mount, Push};
use scenarios::client::Response;
use scenarios::expect::Verdict;

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "push.mount.found",
        title: "A blob mounted from another repository gives 201 with a Location, and is there",
        statements: &["D11-068", "OCI-018"],
        needs: &[Push, Mount],
        tags: &[],
        teeth: Teeth { fault: "mount-without-link", shows: "404" },
        usually: "the mount is acknowledged without adding the blob to the repository",
        run: |cx| judge(found(cx)),
    },
    Check {
        id: "push.mount.fallback",
        title: "A mount that cannot be made opens a session instead, with 202 and a Location",
        statements: &["D11-072"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "mount-missing-as-404", shows: "404" },
        usually: "a mount of an unknown blob is answered with an error; clients expect to upload it then",
        run: |cx| judge(fallback(cx)),
    },
    Check {
        id: "push.mount.fallback-usable",
        title: "The session opened in place of a mount takes the upload",
        statements: &["D11-073"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "mount-fallback-dead", shows: "404" },
        usually: "the 202 of a failed mount carries the Location of no real session",
        run: |cx| judge(fallback_usable(cx)),
    },
    Check {
        id: "push.mount.source-kept",
        title: "A mount leaves the blob in the repository it came from",
        statements: &["OCI-002"],
        needs: &[Push, Mount],
        tags: &[],
        teeth: Teeth { fault: "mount-moves-blob", shows: "404" },
        usually: "the blob is moved to the other repository instead of being linked there too",
        run: |cx| judge(source_kept(cx)),
    },
];

async fn mount(cx: &Context, into: &str, from: &str, digest: &Digest) -> Verdict<Response> {
    let request = cx.http().post(&cx.uploads_path(into)).query("mount", &digest.to_string()).query("from", from);
    Ok(request.header("Content-Length", "0").send().await?)
}

/// A blob in one repository, mounted into another.
async fn mounted(cx: &Context) -> Verdict<(String, String, Blob, Response)> {
    let (from, into) = (cx.repository_named("from"), cx.repository());
    let blob = Blob::random(&cx.seed(), 300);
    cx.push_blob(&from, &blob).await?;
    let response = mount(cx, &into, &from, &blob.digest).await?;
    Ok((from, into, blob, response))
}

async fn found(cx: &Context) -> Verdict {
    let (_, into, blob, response) = mounted(cx).await?;
    response.expect_status(&[201])?.expect_location()?;
    cx.expect_blob(&into, &blob).await
}

async fn source_kept(cx: &Context) -> Verdict {
    let (from, _, blob, response) = mounted(cx).await?;
    response.expect_status(&[201, 202])?;
    cx.expect_blob(&from, &blob).await
}

/// A mount of a blob that is nowhere.
async fn unmountable(cx: &Context) -> Verdict<(String, Blob, Response)> {
    let (from, into) = (cx.repository_named("from"), cx.repository());
    cx.push_blob(&from, &Blob::random(&cx.seed().child("other"), 100)).await?;
    let blob = Blob::random(&cx.seed(), 300);
    let response = mount(cx, &into, &from, &blob.digest).await?;
    Ok((into, blob, response))
}

async fn fallback(cx: &Context) -> Verdict {
    let (_, _, response) = unmountable(cx).await?;
    response.expect_status(&[202])?.expect_location()?;
    Ok(())
}

async fn fallback_usable(cx: &Context) -> Verdict {
    let (into, blob, response) = unmountable(cx).await?;
    if response.code() != 202 {
        return scenarios::expect::skip(format!("no session is opened in place of a mount ({})", response.summary()));
    }
    let location = response.expect_location()?;
    cx.close(&location, &blob.digest, blob.bytes.clone()).await?.expect_status(&[201])?;
    cx.expect_blob(&into, &blob).await
}
