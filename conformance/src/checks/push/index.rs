//! The OCI image index: what those who store indexes must take.
//!
//! Source: OCI image specification, image index.

use fixtures::{Image, Index, catalog};
use scenarios::capability::Capability::Push;
use scenarios::expect::{Verdict, skip};

use super::format::{expect_set_taken, expect_taken};
use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "push.index.images",
        title: "An index of image manifests is taken",
        statements: &["IMG-INDEX-011"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "index-refused", shows: "400" },
        usually: "indexes are not implemented, or Docker's lists only",
        run: |cx| judge(images(cx)),
    },
    Check {
        id: "push.index.empty",
        title: "An index without entries is taken",
        statements: &["IMG-INDEX-010"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "index-empty-refused", shows: "400" },
        usually: "an empty list of manifests is taken for a missing one",
        run: |cx| judge(empty(cx)),
    },
    Check {
        id: "push.index.nested",
        title: "An index of indexes is taken",
        statements: &["IMG-INDEX-012"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "index-nested-refused", shows: "400" },
        usually: "the entries of an index are expected to be image manifests",
        run: |cx| judge(nested(cx)),
    },
    Check {
        id: "push.index.unknown-entry",
        title: "An entry of a type that nobody knows is no reason to refuse an index",
        statements: &["IMG-INDEX-015"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "index-entry-unknown-refused", shows: "400" },
        usually: "the media type of entries is compared with a list",
        run: |cx| judge(unknown_entry(cx)),
    },
    Check {
        id: "push.index.subject",
        title: "An index is taken although the manifest that its subject names is not there",
        statements: &["D11-036", "IMG-INDEX-030"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "missing-subject-refused", shows: "404" },
        usually: "the subject is looked up like the entries",
        run: |cx| judge(subject(cx)),
    },
];

async fn images(cx: &Context) -> Verdict {
    expect_set_taken(cx, "index-oci").await
}

async fn empty(cx: &Context) -> Verdict {
    expect_set_taken(cx, "index-empty").await
}

async fn nested(cx: &Context) -> Verdict {
    expect_set_taken(cx, "index-nested").await
}

async fn unknown_entry(cx: &Context) -> Verdict {
    let Some(set) = catalog::find("index-of-unknown") else {
        return skip("there is no data set index-of-unknown");
    };
    let repository = cx.repository();
    let content = (set.build)(&cx.seed());
    cx.push_below(&repository, &content).await?;
    let response = cx.put_manifest(&repository, "tag", &content.manifest).await?;
    let missing = ["MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN", "MANIFEST_UNKNOWN"];
    let codes = response.envelope().map(|envelope| envelope.codes()).unwrap_or_default();
    if response.status().is_client_error() && codes.iter().any(|code| missing.contains(&code.as_str())) {
        return skip("entries are looked for among manifests only, where this one is not");
    }
    response.expect_status(&[201])?;
    Ok(())
}

async fn subject(cx: &Context) -> Verdict {
    let absent = Image::oci(&cx.seed().child("absent")).build();
    let child = Image::oci(&cx.seed()).build();
    expect_taken(cx, "tag", Index::oci().child(&child).subject(&absent.manifest).build()).await
}
