//! What refusals say by Docker's API.

use fixtures::{Digest, Image};
use http::Method;
use scenarios::capability::Capability::{Content, DeleteManifest, Push};
use scenarios::expect::{Verdict, fail, skip};
use serde_json::Value;

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "errors.docker.json",
        title: "A request that names nothing is refused with an error in JSON",
        statements: &["DKR-044"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "error-as-text", shows: "text" },
        usually: "errors are left to the framework, which writes text or a page",
        run: |cx| judge(json(cx)),
    },
    Check {
        id: "errors.docker.name",
        title: "An invalid repository name gives 400",
        statements: &["DKR-055"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "name-invalid-as-500", shows: "500" },
        usually: "names outside of the grammar are not routed, so they end in a general 404",
        run: |cx| judge(name(cx)),
    },
    Check {
        id: "errors.docker.name-length",
        title: "A repository name of 255 characters works and one of 256 is refused",
        statements: &["API-010"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "name-length-unchecked", shows: "202" },
        usually: "the length of names is not limited, or limited more tightly",
        run: |cx| judge(name_length(cx)),
    },
    Check {
        id: "push.docker.missing-each",
        title: "Each missing blob of a refused manifest has an error of its own with its digest",
        statements: &["DKR-051"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "missing-blobs-first-only", shows: "of the 3" },
        usually: "the search ends at the first missing blob, so a client learns of them one by one",
        run: |cx| judge(missing_each(cx)),
    },
    Check {
        id: "management.docker.delete-missing",
        title: "Deleting a manifest that is not there gives 404",
        statements: &["DKR-053"],
        needs: &[Push, DeleteManifest],
        tags: &[],
        teeth: Teeth { fault: "manifest-delete-missing-as-202", shows: "202" },
        usually: "the deletion is acknowledged without looking",
        run: |cx| judge(delete_missing(cx)),
    },
    Check {
        id: "management.docker.delete-disabled",
        title: "Where deletion is switched off the answer is 405",
        statements: &["DKR-054"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-delete-disabled-as-501", shows: "501" },
        usually: "a switched-off deletion is answered with 501 or 403",
        run: |cx| judge(delete_disabled(cx)),
    },
    Check {
        id: "discovery.docker.tags-unknown-repository",
        title: "Listing the tags of a repository that does not exist gives 404",
        statements: &["DKR-056"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "tags-unknown-repository-as-empty", shows: "200" },
        usually: "an unknown repository is answered with an empty list",
        run: |cx| judge(unknown_repository(cx)),
    },
    Check {
        id: "discovery.docker.count-invalid",
        title: "A number of tags that is none, or is negative, gives 400",
        statements: &["DKR-057"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "count-invalid-ignored", shows: "200" },
        usually: "a count that does not parse is treated like a missing one",
        run: |cx| judge(count_invalid(cx)),
    },
];

async fn json(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let nothing = Digest::sha256(&cx.seed().bytes(10));
    for path in [cx.manifest_path(&image.repository, "no-such-tag"), cx.blob_path(&image.repository, &nothing)] {
        let response = cx.http().get(&path).send().await?;
        response.expect_status(&[404])?.expect_media_type("application/json")?.expect_envelope()?;
    }
    Ok(())
}

async fn name(cx: &Context) -> Verdict {
    // Upper case in the first component can be read as a host, which some grammars allow before a name.
    cx.http().get(&cx.manifest_path("lower/UPPER", "tag")).send().await?.expect_status(&[400])?;
    Ok(())
}

async fn name_length(cx: &Context) -> Verdict {
    let own = cx.repository();
    let named = |length: usize| format!("{own}/{}", "a".repeat(length.saturating_sub(own.len() + 1)));
    let open = |name: String| cx.http().post(&cx.uploads_path(&name)).header("Content-Length", "0").send();
    open(named(255)).await?.expect_status(&[202])?;
    open(named(256)).await?.expect_refusal()?;
    Ok(())
}

async fn missing_each(cx: &Context) -> Verdict {
    let repository = cx.repository();
    cx.push_blob(&repository, &fixtures::Blob::random(&cx.seed().child("other"), 10)).await?;
    let image = Image::oci(&cx.seed()).layers(2).build();
    let response = cx.put_manifest(&repository, "tag", &image.manifest).await?;
    if response.code() == 201 {
        return skip("manifests are taken before their blobs");
    }
    response.expect_refusal()?.expect_envelope()?;
    let body: Value = response.expect_json("an error envelope")?;
    let errors = body["errors"].as_array().cloned().unwrap_or_default();
    // The text has an object with the digest; a registry that writes the digest alone tells the client as much.
    let named = |digest: &Digest| errors.iter().any(|error| error["detail"].to_string().contains(&digest.to_string()));
    let found = image.blobs.iter().filter(|blob| named(&blob.digest)).count();
    if found == image.blobs.len() && errors.len() >= found {
        return Ok(());
    }
    let expected = format!("an error for each of the {} missing blobs", image.blobs.len());
    let actual = format!("{} errors that name {found} of the {}", errors.len(), image.blobs.len());
    fail(expected, actual, response.exchange())
}

async fn delete_missing(cx: &Context) -> Verdict {
    let repository = cx.repository();
    cx.push(&repository, "tag", &Image::oci(&cx.seed()).build()).await?;
    let nothing = Digest::sha256(&cx.seed().bytes(10));
    cx.http().delete(&cx.manifest_path(&repository, &nothing)).send().await?.expect_status(&[404])?;
    Ok(())
}

async fn delete_disabled(cx: &Context) -> Verdict {
    if cx.has(DeleteManifest) {
        return skip("manifests can be deleted here");
    }
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push(&repository, "tag", &image).await?;
    let path = cx.manifest_path(&repository, &image.manifest.digest);
    let response = cx.http().request(Method::DELETE, &path).send().await?;
    if matches!(response.code(), 401 | 403) {
        return skip(format!("deleting is a matter of permissions here ({})", response.summary()));
    }
    response.expect_status(&[405])?;
    Ok(())
}

async fn unknown_repository(cx: &Context) -> Verdict {
    cx.http().get(&cx.tags_path(&cx.repository_named("nowhere"))).send().await?.expect_status(&[404])?;
    Ok(())
}

async fn count_invalid(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    for n in ["many", "-1"] {
        cx.http().get(&cx.tags_path(&image.repository)).query("n", n).send().await?.expect_status(&[400])?;
    }
    Ok(())
}
