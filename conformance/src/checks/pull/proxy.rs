//! "Registry Proxying".

use scenarios::capability::Capability::Content;
use scenarios::expect::{Verdict, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[Check {
    id: "pull.proxy.namespace",
    title: "A registry that acts on ns names the same host in OCI-Namespace",
    statements: &["DEV-161"],
    needs: &[Content],
    tags: &[],
    teeth: Teeth { fault: "namespace-of-its-own", shows: "registry.invalid" },
    usually: "the header field has the host that is configured instead of the one asked for",
    run: |cx| judge(namespace(cx)),
}];

async fn namespace(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let host = "registry.example.com";
    let request = cx.http().get(&cx.manifest_path(&image.repository, &image.tag)).query("ns", host);
    let response = request.header("Accept", &image.media_type).send().await?;
    if response.header("OCI-Namespace").is_none() {
        return skip("ns is not acted on, which is allowed");
    }
    response.expect_header_value("OCI-Namespace", host)?;
    Ok(())
}
