//! Steps that the checks of lists share.

use fixtures::Image;
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail};
use serde::Deserialize;
use url::Url;

use crate::context::Context;

/// A list of tags.
#[derive(Debug, Deserialize)]
pub(super) struct TagList {
    /// The repository.
    pub(super) name: String,
    /// The tags. Registries written in Go say `null` for none, which no client minds.
    pub(super) tags: Option<Vec<String>>,
}

impl TagList {
    pub(super) fn tags(self) -> Vec<String> {
        self.tags.unwrap_or_default()
    }
}

/// Pushes one image under each of `tags`, in this order.
pub(super) async fn push_tags(cx: &Context, repository: &str, tags: &[&str]) -> Verdict {
    let image = Image::oci(&cx.seed()).build();
    let Some((first, rest)) = tags.split_first() else { return Ok(()) };
    cx.push(repository, first, &image).await?;
    for tag in rest {
        cx.push_manifest(repository, tag, &image.manifest).await?;
    }
    Ok(())
}

/// Asks for a list of tags with these parameters; the response is 200.
pub(super) async fn list(cx: &Context, repository: &str, query: &[(&str, &str)]) -> Verdict<Response> {
    let mut request = cx.http().get(&cx.tags_path(repository));
    for (name, value) in query {
        request = request.query(name, value);
    }
    let response = request.send().await?;
    response.expect_status(&[200])?;
    Ok(response)
}

/// The body of a list of tags. An array in its place has the right values without their names, which is not enough.
pub(super) fn body_of(response: &Response) -> Verdict<TagList> {
    let body: serde_json::Value = response.expect_json("an object with `name` and `tags`")?;
    if !body.is_object() {
        return fail("an object with `name` and `tags`", format!("JSON of another shape: {body}"), response.exchange());
    }
    response.expect_json("an object with `name` and `tags`")
}

/// The tags of a response.
pub(super) fn tags_of(response: &Response) -> Verdict<Vec<String>> {
    Ok(body_of(response)?.tags())
}

/// The tags of a response are exactly these, in this order.
pub(super) fn expect_tags(response: &Response, tags: &[&str]) -> Verdict {
    let actual = tags_of(response)?;
    if actual == tags {
        return Ok(());
    }
    fail(format!("the tags {}", tags.join(", ")), shown(&actual), response.exchange())
}

/// Tags as a text for people.
pub(super) fn shown(tags: &[String]) -> String {
    if tags.is_empty() { "no tags".to_owned() } else { tags.join(", ") }
}

/// The target of the link with relation `next`, resolved against the request; `None` without a `Link`.
pub(super) fn next(response: &Response) -> Verdict<Option<Url>> {
    let Some(link) = response.header("Link") else { return Ok(None) };
    let target = link.split(',').find_map(|link| {
        let (target, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let next = parameters.split(';').any(|parameter| {
            let parameter = parameter.trim();
            parameter.eq_ignore_ascii_case("rel=next") || parameter.eq_ignore_ascii_case("rel=\"next\"")
        });
        next.then_some(target)
    });
    match target.map(|target| response.url().join(target)) {
        Some(Ok(url)) => Ok(Some(url)),
        _ => fail("Link: <…>; rel=\"next\"", format!("Link: {link}"), response.exchange()),
    }
}
