//! The list of repositories.

use http::Response;
use serde::Serialize;

use super::body::Payload;
use super::context::{Context, json};
use super::error::Rejection;
use crate::protocol::{RepositoryName, Request};
use crate::registry::Page;

#[derive(Serialize)]
struct Catalog<'a> {
    repositories: Vec<&'a str>,
}

/// Lists repositories. Source: Docker's HTTP API V2, "Listing Repositories".
pub(crate) async fn list(context: Context<'_>, page: Page) -> Result<Response<Payload>, Rejection> {
    let listing = context.registry.catalog(&page).await?;
    let repositories = listing.entries.iter().map(RepositoryName::as_str).collect();
    let mut response = json("application/json", &Catalog { repositories });
    if let Some(last) = listing.entries.last().filter(|_| listing.more) {
        let page = Page { n: page.n, last: Some(last.as_str().to_owned()) };
        context.link(&mut response, &Request::Catalog { page });
    }
    Ok(response)
}
