//! "Deleting Manifests".

use fixtures::{Digest, Image, Index};
use scenarios::capability::Capability::{DeleteManifest, Push};
use scenarios::client::Response;
use scenarios::expect::{Verdict, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "management.manifest.delete",
        title: "Deleting a manifest gives 202",
        statements: &["D11-134"],
        needs: &[Push, DeleteManifest],
        tags: &[],
        teeth: Teeth { fault: "manifest-delete-with-204", shows: "204" },
        usually: "the handler answers 200 or 204; the text asks for 202 in particular",
        run: |cx| judge(delete(cx)),
    },
    Check {
        id: "management.manifest.delete-disabled",
        title: "Where manifests cannot be deleted the answer is 400 or 405",
        statements: &["D11-136"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-delete-disabled-as-501", shows: "501" },
        usually: "a switched-off deletion is answered with 501 or 403",
        run: |cx| judge(delete_disabled(cx)),
    },
    Check {
        id: "management.manifest.delete-missing",
        title: "Deleting a manifest that is not there gives 404",
        statements: &["OCI-015"],
        needs: &[Push, DeleteManifest],
        tags: &[],
        teeth: Teeth { fault: "manifest-delete-missing-as-202", shows: "202" },
        usually: "the deletion does not look whether there was anything to delete",
        run: |cx| judge(delete_missing(cx)),
    },
    Check {
        id: "management.manifest.delete-unknown-repository",
        title: "Deleting a manifest in a repository that does not exist gives 404",
        statements: &["D11-135"],
        needs: &[Push, DeleteManifest],
        tags: &[],
        teeth: Teeth { fault: "manifest-delete-missing-as-202", shows: "202" },
        usually: "the deletion does not look whether the repository exists",
        run: |cx| judge(delete_unknown_repository(cx)),
    },
    Check {
        id: "management.manifest.gone",
        title: "A deleted manifest gives 404 by its digest and by every tag that pointed at it",
        statements: &["OCI-014"],
        needs: &[Push, DeleteManifest],
        tags: &[],
        teeth: Teeth { fault: "manifest-delete-lost", shows: "200 OK" },
        usually: "the manifest is gone but its tags still resolve, or the other way round",
        run: |cx| judge(gone(cx)),
    },
    Check {
        id: "management.manifest.tags-gone",
        title: "The tags of a deleted manifest are no longer listed",
        statements: &["OCI-014"],
        needs: &[Push, DeleteManifest],
        tags: &[],
        teeth: Teeth { fault: "manifest-delete-leaves-tags-listed", shows: "\"first\"" },
        usually: "tags that point at nothing stay in the list after their manifest was deleted",
        run: |cx| judge(tags_gone(cx)),
    },
    Check {
        id: "management.manifest.others-survive",
        title: "Deleting a manifest leaves the other manifests of the repository and their tags",
        statements: &["OCI-014"],
        needs: &[Push, DeleteManifest],
        tags: &[],
        teeth: Teeth { fault: "manifest-delete-empties-repository", shows: "404" },
        usually: "the deletion takes the whole repository, or every tag of it",
        run: |cx| judge(others_survive(cx)),
    },
    Check {
        id: "management.manifest.children-survive",
        title: "Deleting an index leaves a tagged manifest that it lists",
        statements: &["OCI-014"],
        needs: &[Push, DeleteManifest],
        tags: &[],
        teeth: Teeth { fault: "index-delete-cascades", shows: "404" },
        usually: "the deletion of an index cascades to its children, which other indexes may list too",
        run: |cx| judge(children_survive(cx)),
    },
    Check {
        id: "management.manifest.pushed-again",
        title: "A deleted manifest can be pushed again",
        statements: &["OCI-014"],
        needs: &[Push, DeleteManifest],
        tags: &[],
        teeth: Teeth { fault: "manifest-delete-is-for-ever", shows: "404" },
        usually: "a tombstone, or a cache of deleted digests, outlives the new push",
        run: |cx| judge(pushed_again(cx)),
    },
];

async fn erase(cx: &Context, repository: &str, digest: &Digest) -> Verdict<Response> {
    Ok(cx.http().delete(&cx.manifest_path(repository, digest)).send().await?)
}

async fn pull(cx: &Context, repository: &str, reference: impl std::fmt::Display, image: &Image) -> Verdict<Response> {
    let request = cx.http().get(&cx.manifest_path(repository, reference));
    Ok(request.header("Accept", &image.manifest.media_type).send().await?)
}

/// An image under the tags `first` and `second`, deleted.
async fn deleted(cx: &Context) -> Verdict<(String, Image)> {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push(&repository, "first", &image).await?;
    cx.push_manifest(&repository, "second", &image.manifest).await?;
    erase(cx, &repository, &image.manifest.digest).await?.expect_status(&[200, 202, 204])?;
    Ok((repository, image))
}

async fn delete(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push(&repository, "tag", &image).await?;
    erase(cx, &repository, &image.manifest.digest).await?.expect_status(&[202])?;
    Ok(())
}

async fn delete_disabled(cx: &Context) -> Verdict {
    if cx.has(DeleteManifest) {
        return skip("manifests can be deleted here");
    }
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push(&repository, "tag", &image).await?;
    let response = erase(cx, &repository, &image.manifest.digest).await?;
    if matches!(response.code(), 401 | 403) {
        return skip(format!("deleting is a matter of permissions here ({})", response.summary()));
    }
    response.expect_status(&[400, 405])?;
    Ok(())
}

async fn delete_missing(cx: &Context) -> Verdict {
    let repository = cx.repository();
    cx.push(&repository, "tag", &Image::oci(&cx.seed()).build()).await?;
    erase(cx, &repository, &Digest::sha256(&cx.seed().bytes(10))).await?.expect_status(&[404])?;
    Ok(())
}

async fn delete_unknown_repository(cx: &Context) -> Verdict {
    let nowhere = cx.repository_named("nowhere");
    erase(cx, &nowhere, &Digest::sha256(&cx.seed().bytes(10))).await?.expect_status(&[404])?;
    Ok(())
}

async fn gone(cx: &Context) -> Verdict {
    let (repository, image) = deleted(cx).await?;
    pull(cx, &repository, &image.manifest.digest, &image).await?.expect_status(&[404])?;
    pull(cx, &repository, "first", &image).await?.expect_status(&[404])?;
    pull(cx, &repository, "second", &image).await?.expect_status(&[404])?;
    Ok(())
}

async fn tags_gone(cx: &Context) -> Verdict {
    let (repository, _) = deleted(cx).await?;
    let list = cx.http().get(&cx.tags_path(&repository)).send().await?;
    // A repository whose last manifest is gone may be gone itself.
    list.expect_status(&[200, 404])?;
    let names = String::from_utf8_lossy(list.body()).into_owned();
    if list.code() == 200 && (names.contains("\"first\"") || names.contains("\"second\"")) {
        return scenarios::expect::fail("a list without the tags of the deleted manifest", names, list.exchange());
    }
    Ok(())
}

async fn others_survive(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let (doomed, other) =
        (Image::oci(&cx.seed().child("doomed")).build(), Image::oci(&cx.seed().child("other")).build());
    cx.push(&repository, "doomed", &doomed).await?;
    cx.push(&repository, "other", &other).await?;
    erase(cx, &repository, &doomed.manifest.digest).await?.expect_status(&[200, 202, 204])?;
    pull(cx, &repository, "other", &other).await?.expect_status(&[200])?.expect_body(&other.manifest.bytes)?;
    Ok(())
}

async fn children_survive(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let child = Image::oci(&cx.seed()).build();
    let index = Index::oci().child(&child).build();
    cx.push(&repository, "index", &index).await?;
    // Without a tag of its own a child may be collected with its index.
    cx.push_manifest(&repository, "child", &child.manifest).await?;
    erase(cx, &repository, &index.manifest.digest).await?.expect_status(&[200, 202, 204])?;
    let response = pull(cx, &repository, "child", &child).await?;
    response.expect_status(&[200])?.expect_body(&child.manifest.bytes)?;
    Ok(())
}

async fn pushed_again(cx: &Context) -> Verdict {
    let (repository, image) = deleted(cx).await?;
    cx.push(&repository, "first", &image).await?;
    let response = pull(cx, &repository, "first", &image).await?;
    response.expect_status(&[200])?.expect_body(&image.manifest.bytes)?;
    Ok(())
}
