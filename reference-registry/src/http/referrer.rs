//! The list of manifests that refer to one.

use http::{HeaderValue, Response};
use serde::Serialize;

use super::body::Payload;
use super::context::{Context, json};
use super::error::Rejection;
use super::header;
use crate::protocol::{Digest, RepositoryName, Request};
use crate::registry::{Page, Referrer};

/// The media type of an image index. Source: OCI image specification, "Media Types".
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Index<'a> {
    schema_version: u8,
    media_type: &'a str,
    manifests: &'a [Referrer],
}

/// Lists referrers (`end-12`).
pub(crate) async fn list(
    context: Context<'_>,
    name: RepositoryName,
    subject: Digest,
    artifact_type: Option<String>,
    page: Page,
) -> Result<Response<Payload>, Rejection> {
    let listing = context.registry.referrers(&name, &subject, artifact_type.as_deref(), &page).await?;
    let index = Index { schema_version: 2, media_type: INDEX, manifests: &listing.entries };
    let mut response = json(INDEX, &index);
    if artifact_type.is_some() {
        response.headers_mut().insert(header::FILTERS_APPLIED, HeaderValue::from_static("artifactType"));
    }
    if let Some(last) = listing.entries.last().filter(|_| listing.more) {
        let page = Page { n: page.n, last: Some(last.digest.clone()) };
        context.link(&mut response, &Request::Referrers { name, subject, artifact_type, page });
    }
    Ok(response)
}
