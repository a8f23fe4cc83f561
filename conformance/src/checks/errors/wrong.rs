//! Requests that every registry refuses.

use fixtures::Digest;
use http::Method;
use scenarios::client::Response;
use scenarios::expect::Verdict;

use crate::context::Context;

/// The refusals that a dozen wrong requests get; those that are answered otherwise are left out.
pub(super) async fn refusals(cx: &Context) -> Verdict<Vec<Response>> {
    let repository = cx.repository();
    let nothing = Digest::sha256(&cx.seed().bytes(10));
    let requests = [
        (Method::GET, cx.manifest_path(&repository, "no-such-tag")),
        (Method::GET, cx.manifest_path(&repository, &nothing)),
        (Method::GET, cx.manifest_path(&repository, "sha256:short")),
        (Method::GET, cx.blob_path(&repository, &nothing)),
        (Method::GET, cx.blob_path(&repository, "sha256:short")),
        (Method::GET, cx.tags_path(&cx.repository_named("nowhere"))),
        (Method::GET, cx.manifest_path("UPPER/case", "tag")),
        (Method::GET, cx.referrers_path(&repository, "sha256:short")),
        (Method::GET, format!("/v2/{repository}/blobs/uploads/00000000-0000-4000-8000-000000000000")),
        (Method::GET, "/v2/_no/such/route".to_owned()),
        (Method::PUT, cx.manifest_path(&repository, "tag")),
        (Method::POST, cx.tags_path(&repository)),
        (Method::DELETE, cx.blob_path(&repository, &nothing)),
    ];
    let mut all = Vec::new();
    for (method, path) in requests {
        let mut request = cx.http().request(method.clone(), &path);
        if method == Method::PUT {
            request = request.header("Content-Type", fixtures::media_type::OCI_MANIFEST).body("{\"no\":\"manifest\"");
        }
        let response = request.send().await?;
        if response.status().is_client_error() {
            all.push(response);
        }
    }
    Ok(all)
}

/// Whether a response claims to be JSON, or looks like it.
pub(super) fn is_json(response: &Response) -> bool {
    let typed = response.media_type().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    typed || response.body().first().is_some_and(|byte| matches!(byte, b'{' | b'['))
}
