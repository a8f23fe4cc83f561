//! "Pulling manifests".

use scenarios::capability::Capability::Content;
use scenarios::expect::Verdict;

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[Check {
    id: "pull.manifest.by-tag",
    title: "A manifest asked for by tag comes back with 200, byte for byte",
    statements: &["D11-018"],
    needs: &[Content],
    tags: &[],
    teeth: Teeth { fault: "manifest-body-reformatted", shows: "bytes" },
    usually: "the registry parses and re-serialises manifests instead of keeping the bytes it was given",
    run: |cx| judge(by_tag(cx)),
}];

async fn by_tag(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let path = cx.manifest_path(&image.repository, &image.tag);
    let response = cx.http().get(&path).header("Accept", &image.media_type).send().await?;
    response.expect_status(&[200])?.expect_body(&image.manifest)?;
    Ok(())
}
