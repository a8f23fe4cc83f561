//! The base endpoint, and what a registry claims as a whole.

use scenarios::capability::Capability::{Content, DeleteManifest, DeleteTag, Push, Referrers};
use scenarios::expect::{Verdict, fail, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "base.version",
        title: "The base endpoint answers with 200",
        statements: &["OCI-001"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "base-with-204", shows: "204" },
        usually: "/v2/ answers another status, or only without the slash at its end",
        run: |cx| judge(version(cx)),
    },
    Check {
        id: "base.category.pull",
        title: "Every endpoint of the category Pull is there",
        statements: &["D11-005"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-head-as-404", shows: "HEAD …/blobs/<digest>" },
        usually: "an endpoint of the category is not routed",
        run: |cx| judge(pull(cx)),
    },
    Check {
        id: "base.category.complete",
        title: "A registry that takes pushes has every endpoint of the category Push",
        statements: &["D11-007"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "upload-patch-missing", shows: "PATCH" },
        usually: "one of POST, PATCH, PUT on uploads or PUT on manifests is not routed",
        run: |cx| judge(complete(cx)),
    },
    Check {
        id: "base.category.others",
        title: "The registry offers push, discovery and management too",
        statements: &["D11-006"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "tags-list-as-404", shows: "discovery" },
        usually: "a category is switched off, which is allowed, or not implemented",
        run: |cx| judge(others(cx)),
    },
];

async fn version(cx: &Context) -> Verdict {
    cx.http().get("/v2/").send().await?.expect_status(&[200])?;
    Ok(())
}

async fn pull(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let manifest = cx.manifest_path(&image.repository, &image.tag);
    let blob = cx.blob_path(&image.repository, &image.blob.digest);
    for (path, what) in [(&manifest, "…/manifests/<reference>"), (&blob, "…/blobs/<digest>")] {
        for method in [http::Method::GET, http::Method::HEAD] {
            let request = cx.http().request(method.clone(), path).header("Accept", &image.media_type);
            let response = request.send().await?;
            if response.code() != 200 {
                let actual = format!("{method} {what} answered {}", response.summary());
                return fail("200 OK from every pull endpoint", actual, response.exchange());
            }
        }
    }
    Ok(())
}

async fn complete(cx: &Context) -> Verdict {
    let location = cx.start_upload(&cx.repository()).await?;
    let response = cx.patch(&location, "0-9", cx.seed().bytes(10)).await?;
    if matches!(response.code(), 404 | 405 | 501) {
        let actual = format!("PATCH on an upload answered {}", response.summary());
        return fail("every endpoint of the category Push", actual, response.exchange());
    }
    Ok(())
}

async fn others(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let tags = cx.http().get(&cx.tags_path(&image.repository)).send().await?;
    let mut missing = Vec::new();
    if !cx.has(Push) {
        missing.push("push");
    }
    if tags.code() != 200 {
        missing.push("discovery (tags)");
    }
    if !cx.has(Referrers) {
        missing.push("discovery (referrers)");
    }
    if !cx.has(DeleteManifest) && !cx.has(DeleteTag) {
        missing.push("management");
    }
    match missing.as_slice() {
        [] => Ok(()),
        // Deletion alone may be switched off by a text of its own.
        ["management"] => skip("deletion is switched off, which is allowed"),
        _ => fail("push, discovery and management", format!("without {}", missing.join(", ")), tags.exchange()),
    }
}
