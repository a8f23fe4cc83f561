//! What is not there.

use fixtures::Digest;
use scenarios::capability::Capability::Content;
use scenarios::expect::Verdict;

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "pull.blob.missing",
        title: "A blob that is not there gives 404",
        statements: &["D11-030", "D10-022"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-missing-as-500", shows: "500" },
        usually: "the storage's own error for a missing object is not translated",
        run: |cx| judge(blob(cx)),
    },
    Check {
        id: "pull.blob.head-missing",
        title: "HEAD of a blob that is not there gives 404",
        statements: &["D11-035", "D10-025"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-missing-as-500", shows: "500" },
        usually: "the storage's own error for a missing object is not translated",
        run: |cx| judge(blob_head(cx)),
    },
    Check {
        id: "pull.manifest.missing",
        title: "A manifest that is not there gives 404, by tag and by digest",
        statements: &["D11-024", "D10-018"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "manifest-missing-as-500", shows: "500" },
        usually: "the storage's own error for a missing object is not translated",
        run: |cx| judge(manifest(cx)),
    },
    Check {
        id: "pull.manifest.head-missing",
        title: "HEAD of a manifest that is not there gives 404",
        statements: &["D11-035", "D10-025"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "manifest-missing-as-500", shows: "500" },
        usually: "the storage's own error for a missing object is not translated",
        run: |cx| judge(manifest_head(cx)),
    },
    Check {
        id: "pull.repository.missing",
        title: "Pulling from a repository that does not exist gives 404",
        statements: &["D11-086"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "manifest-missing-as-500", shows: "500" },
        usually: "the missing repository surfaces as a failure of the storage",
        run: |cx| judge(repository(cx)),
    },
];

async fn blob(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let path = cx.blob_path(&image.repository, Digest::sha256(&cx.seed().bytes(10)));
    cx.http().get(&path).send().await?.expect_status(&[404])?;
    Ok(())
}

async fn blob_head(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let path = cx.blob_path(&image.repository, Digest::sha256(&cx.seed().bytes(10)));
    cx.http().head(&path).send().await?.expect_status(&[404])?;
    Ok(())
}

async fn manifest(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let digest = Digest::sha256(&cx.seed().bytes(10)).to_string();
    for reference in ["no-such-tag", &digest] {
        cx.http().get(&cx.manifest_path(&image.repository, reference)).send().await?.expect_status(&[404])?;
    }
    Ok(())
}

async fn manifest_head(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let digest = Digest::sha256(&cx.seed().bytes(10)).to_string();
    for reference in ["no-such-tag", &digest] {
        cx.http().head(&cx.manifest_path(&image.repository, reference)).send().await?.expect_status(&[404])?;
    }
    Ok(())
}

async fn repository(cx: &Context) -> Verdict {
    let nowhere = cx.repository_named("nowhere");
    cx.http().get(&cx.manifest_path(&nowhere, "latest")).send().await?.expect_status(&[404])?;
    Ok(())
}
