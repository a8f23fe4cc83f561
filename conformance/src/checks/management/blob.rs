//! "Deleting Blobs".

use fixtures::{Blob, Digest};
use scenarios::capability::Capability::{DeleteBlob, Push};
use scenarios::client::Response;
use scenarios::expect::{Verdict, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "management.blob.delete",
        title: "Deleting a blob gives 202",
        statements: &["D11-140"],
        needs: &[Push, DeleteBlob],
        tags: &[],
        teeth: Teeth { fault: "blob-delete-with-204", shows: "204" },
        usually: "the handler answers 200 or 204; the text asks for 202 in particular",
        run: |cx| judge(delete(cx)),
    },
    Check {
        id: "management.blob.gone",
        title: "A deleted blob gives 404 from then on",
        statements: &["OCI-015"],
        needs: &[Push, DeleteBlob],
        tags: &[],
        teeth: Teeth { fault: "blob-delete-lost", shows: "200 OK" },
        usually: "the deletion is acknowledged before, or without, taking the blob out of the repository or a cache",
        run: |cx| judge(gone(cx)),
    },
    Check {
        id: "management.blob.delete-missing",
        title: "Deleting a blob that is not there gives 404",
        statements: &["D11-141"],
        needs: &[Push, DeleteBlob],
        tags: &[],
        teeth: Teeth { fault: "blob-delete-missing-as-202", shows: "202" },
        usually: "the deletion does not look whether there was anything to delete",
        run: |cx| judge(delete_missing(cx)),
    },
    Check {
        id: "management.blob.delete-disabled",
        title: "Where blobs cannot be deleted the answer is 400 or 405",
        statements: &["D11-142"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "blob-delete-disabled-as-501", shows: "501" },
        usually: "a switched-off deletion is answered with 501 or 403",
        run: |cx| judge(delete_disabled(cx)),
    },
    Check {
        id: "management.blob.other-repository-survives",
        title: "Deleting a blob in one repository leaves it in another",
        statements: &["OCI-002"],
        needs: &[Push, DeleteBlob],
        tags: &[],
        teeth: Teeth { fault: "blob-delete-everywhere", shows: "404" },
        usually: "the shared bytes are deleted instead of the repository's link to them",
        run: |cx| judge(other_repository_survives(cx)),
    },
];

async fn erase(cx: &Context, repository: &str, digest: &Digest) -> Verdict<Response> {
    Ok(cx.http().delete(&cx.blob_path(repository, digest)).send().await?)
}

async fn delete(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let blob = Blob::random(&cx.seed(), 100);
    cx.push_blob(&repository, &blob).await?;
    erase(cx, &repository, &blob.digest).await?.expect_status(&[202])?;
    Ok(())
}

async fn gone(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let blob = Blob::random(&cx.seed(), 100);
    cx.push_blob(&repository, &blob).await?;
    erase(cx, &repository, &blob.digest).await?.expect_status(&[200, 202, 204])?;
    cx.http().get(&cx.blob_path(&repository, &blob.digest)).send().await?.expect_status(&[404])?;
    Ok(())
}

async fn delete_missing(cx: &Context) -> Verdict {
    let repository = cx.repository();
    cx.push_blob(&repository, &Blob::random(&cx.seed().child("other"), 100)).await?;
    erase(cx, &repository, &Digest::sha256(&cx.seed().bytes(10))).await?.expect_status(&[404])?;
    Ok(())
}

async fn delete_disabled(cx: &Context) -> Verdict {
    if cx.has(DeleteBlob) {
        return skip("blobs can be deleted here");
    }
    let repository = cx.repository();
    let blob = Blob::random(&cx.seed(), 100);
    cx.push_blob(&repository, &blob).await?;
    let response = erase(cx, &repository, &blob.digest).await?;
    if matches!(response.code(), 401 | 403) {
        return skip(format!("deleting is a matter of permissions here ({})", response.summary()));
    }
    response.expect_status(&[400, 405])?;
    Ok(())
}

async fn other_repository_survives(cx: &Context) -> Verdict {
    let (here, there) = (cx.repository(), cx.repository_named("other"));
    let blob = Blob::random(&cx.seed(), 100);
    cx.push_blob(&here, &blob).await?;
    cx.push_blob(&there, &blob).await?;
    erase(cx, &here, &blob.digest).await?.expect_status(&[200, 202, 204])?;
    cx.expect_blob(&there, &blob).await
}
