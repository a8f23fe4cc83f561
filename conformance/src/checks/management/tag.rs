//! "Deleting tags".

use fixtures::Image;
use scenarios::capability::Capability::{DeleteTag, GitlabTagDelete, Push};
use scenarios::expect::{Verdict, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "management.tag.delete",
        title: "Deleting a tag gives 202",
        statements: &["D11-132"],
        needs: &[Push, DeleteTag],
        tags: &[],
        teeth: Teeth { fault: "tag-delete-with-204", shows: "204" },
        usually: "the handler answers 200 or 204; the text asks for 202 in particular",
        run: |cx| judge(delete(cx)),
    },
    Check {
        id: "management.tag.delete-disabled",
        title: "Where tags cannot be deleted the answer is 400 or 405",
        statements: &["D11-133"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tag-delete-disabled-as-501", shows: "501" },
        usually: "a switched-off deletion is answered with 501 or 403",
        run: |cx| judge(delete_disabled(cx)),
    },
    Check {
        id: "management.tag.gone",
        title: "A deleted tag gives 404 and is no longer listed",
        statements: &["OCI-013"],
        needs: &[Push, DeleteTag],
        tags: &[],
        teeth: Teeth { fault: "tag-delete-lost", shows: "200 OK" },
        usually: "the deletion is acknowledged before, or without, taking the tag out of storage or caches",
        run: |cx| judge(gone(cx)),
    },
    Check {
        id: "management.tag.manifest-survives",
        title: "Deleting a tag leaves its manifest, pulled by digest",
        statements: &["OCI-020"],
        needs: &[Push, DeleteTag],
        tags: &[],
        teeth: Teeth { fault: "tag-delete-takes-manifest", shows: "404" },
        usually: "the tag is resolved and its manifest deleted, which takes other tags and pulls by digest away",
        run: |cx| judge(manifest_survives(cx)),
    },
    Check {
        id: "management.tag.siblings-survive",
        title: "Deleting a tag leaves the other tags of the same manifest",
        statements: &["OCI-020"],
        needs: &[Push, DeleteTag],
        tags: &[],
        teeth: Teeth { fault: "tag-delete-takes-manifest", shows: "404" },
        usually: "the tag is resolved and its manifest deleted, which takes its other tags away",
        run: |cx| judge(siblings_survive(cx)),
    },
    Check {
        id: "management.tag.gitlab-route",
        title: "DELETE …/tags/reference/<tag> gives 202 and takes the tag alone",
        statements: &["GITLAB-001", "GITLAB-002"],
        needs: &[Push, GitlabTagDelete],
        tags: &[],
        teeth: Teeth { fault: "tag-delete-takes-manifest", shows: "404" },
        usually: "GitLab's route is answered by the handler that deletes manifests",
        run: |cx| judge(gitlab_route(cx)),
    },
    Check {
        id: "management.tag.gitlab-missing",
        title: "DELETE …/tags/reference/<tag> of a tag that is not there gives 404",
        statements: &["GITLAB-003"],
        needs: &[Push, GitlabTagDelete],
        tags: &[],
        teeth: Teeth { fault: "tag-delete-missing-as-202", shows: "202" },
        usually: "the deletion is acknowledged without looking",
        run: |cx| judge(gitlab_missing(cx)),
    },
    Check {
        id: "management.tag.gitlab-announced",
        title: "OPTIONS of …/tags/reference/<tag> names DELETE in Allow",
        statements: &["GITLAB-004"],
        needs: &[Push, GitlabTagDelete],
        tags: &[],
        teeth: Teeth { fault: "options-without-delete", shows: "GET" },
        usually: "OPTIONS is not answered for that path, so GitLab takes the registry for one without it",
        run: |cx| judge(gitlab_announced(cx)),
    },
];

/// An image under the tags `one` and `two`.
async fn two_tags(cx: &Context) -> Verdict<(String, Image)> {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push(&repository, "one", &image).await?;
    cx.push_manifest(&repository, "two", &image.manifest).await?;
    Ok((repository, image))
}

async fn pull(cx: &Context, repository: &str, reference: impl std::fmt::Display, image: &Image) -> Verdict<u16> {
    let request = cx.http().get(&cx.manifest_path(repository, reference));
    Ok(request.header("Accept", &image.manifest.media_type).send().await?.code())
}

async fn delete(cx: &Context) -> Verdict {
    let (repository, _) = two_tags(cx).await?;
    cx.http().delete(&cx.manifest_path(&repository, "one")).send().await?.expect_status(&[202])?;
    Ok(())
}

async fn delete_disabled(cx: &Context) -> Verdict {
    let (repository, _) = two_tags(cx).await?;
    if cx.has(DeleteTag) {
        return skip("tags can be deleted here");
    }
    let response = cx.http().delete(&cx.manifest_path(&repository, "one")).send().await?;
    if matches!(response.code(), 401 | 403) {
        return skip(format!("deleting is a matter of permissions here ({})", response.summary()));
    }
    response.expect_status(&[400, 405])?;
    Ok(())
}

async fn gone(cx: &Context) -> Verdict {
    let (repository, image) = two_tags(cx).await?;
    cx.http().delete(&cx.manifest_path(&repository, "one")).send().await?.expect_status(&[200, 202, 204])?;
    let request = cx.http().get(&cx.manifest_path(&repository, "one"));
    request.header("Accept", &image.manifest.media_type).send().await?.expect_status(&[404])?;
    let list = cx.http().get(&cx.tags_path(&repository)).send().await?;
    let names = String::from_utf8_lossy(list.body()).into_owned();
    if names.contains("\"one\"") {
        return scenarios::expect::fail("a list without the deleted tag", names, list.exchange());
    }
    Ok(())
}

async fn manifest_survives(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push(&repository, "only", &image).await?;
    cx.http().delete(&cx.manifest_path(&repository, "only")).send().await?.expect_status(&[200, 202, 204])?;
    let request = cx.http().get(&cx.manifest_path(&repository, &image.manifest.digest));
    let response = request.header("Accept", &image.manifest.media_type).send().await?;
    response.expect_status(&[200])?.expect_body(&image.manifest.bytes)?;
    Ok(())
}

async fn siblings_survive(cx: &Context) -> Verdict {
    let (repository, image) = two_tags(cx).await?;
    cx.http().delete(&cx.manifest_path(&repository, "one")).send().await?.expect_status(&[200, 202, 204])?;
    let request = cx.http().get(&cx.manifest_path(&repository, "two"));
    let response = request.header("Accept", &image.manifest.media_type).send().await?;
    response.expect_status(&[200])?.expect_body(&image.manifest.bytes)?;
    Ok(())
}

async fn gitlab_route(cx: &Context) -> Verdict {
    let (repository, image) = two_tags(cx).await?;
    let response = cx.http().delete(&format!("/v2/{repository}/tags/reference/one")).send().await?;
    response.expect_status(&[202])?;
    for (reference, expected) in [("one", 404), ("two", 200)] {
        let actual = pull(cx, &repository, reference, &image).await?;
        if actual != expected {
            let exchange = cx.exchanges().len().checked_sub(1);
            return scenarios::expect::fail(
                format!("{expected} for the tag {reference}"),
                actual.to_string(),
                exchange,
            );
        }
    }
    Ok(())
}

async fn gitlab_missing(cx: &Context) -> Verdict {
    let (repository, _) = two_tags(cx).await?;
    let response = cx.http().delete(&format!("/v2/{repository}/tags/reference/three")).send().await?;
    response.expect_status(&[404])?;
    Ok(())
}

async fn gitlab_announced(cx: &Context) -> Verdict {
    let (repository, _) = two_tags(cx).await?;
    let path = format!("/v2/{repository}/tags/reference/one");
    let response = cx.http().request(http::Method::OPTIONS, &path).send().await?;
    let allow = response.header_values("Allow").join(", ");
    if response.status().is_success() && allow.split(',').any(|method| method.trim() == "DELETE") {
        return Ok(());
    }
    let expected = "DELETE among the methods in Allow";
    scenarios::expect::fail(expected, format!("{}, Allow: {allow}", response.summary()), response.exchange())
}
