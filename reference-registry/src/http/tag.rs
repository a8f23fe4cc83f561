//! Tags: lists and deletion.

use http::{Response, StatusCode};
use serde::Serialize;

use super::body::Payload;
use super::context::{Context, json, respond};
use super::error::Rejection;
use crate::protocol::{Reference, RepositoryName, Request, Tag};
use crate::registry::Page;

#[derive(Serialize)]
struct TagList<'a> {
    name: &'a str,
    tags: Vec<&'a str>,
}

/// Lists tags (`end-8`).
pub(crate) async fn list(
    context: Context<'_>,
    name: RepositoryName,
    page: Page,
) -> Result<Response<Payload>, Rejection> {
    let listing = context.registry.tags(&name, &page).await?;
    let tags = listing.entries.iter().map(Tag::as_str).collect();
    let mut response = json("application/json", &TagList { name: name.as_str(), tags });
    if let Some(last) = listing.entries.last().filter(|_| listing.more) {
        let page = Page { n: page.n, last: Some(last.as_str().to_owned()) };
        context.link(&mut response, &Request::Tags { name, page });
    }
    Ok(response)
}

/// Deletes a tag and leaves its manifest (GitLab).
pub(crate) async fn delete(
    context: Context<'_>,
    name: RepositoryName,
    tag: Tag,
) -> Result<Response<Payload>, Rejection> {
    context.registry.delete_tag(&name, &tag).await?;
    Ok(respond(StatusCode::ACCEPTED, Payload::Empty))
}

/// Deletes a manifest or a tag (`end-9`).
pub(crate) async fn delete_reference(
    context: Context<'_>,
    name: RepositoryName,
    reference: Reference,
) -> Result<Response<Payload>, Rejection> {
    match reference {
        Reference::Tag(tag) => delete(context, name, tag).await,
        Reference::Digest(digest) => {
            context.registry.delete_manifest(&name, &digest).await?;
            Ok(respond(StatusCode::ACCEPTED, Payload::Empty))
        }
    }
}
