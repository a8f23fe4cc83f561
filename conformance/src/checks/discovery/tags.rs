//! "Listing Tags": the whole list.

use scenarios::capability::Capability::{Content, Push};
use scenarios::expect::{Verdict, fail};

use super::steps::{body_of, expect_tags, list, push_tags, tags_of};
use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "discovery.tags.list",
        title: "Listing the tags of a repository that exists gives 200",
        statements: &["D11-099"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "tags-list-as-404", shows: "404" },
        usually: "the route …/tags/list is missing, or hidden by one for manifests",
        run: |cx| judge(found(cx)),
    },
    Check {
        id: "discovery.tags.shape",
        title: "The list is JSON with the repository in name and the tags in tags",
        statements: &["D11-102"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "tags-list-bare-array", shows: "another shape" },
        usually: "the list is sent without its object around it, or name lacks a part of the repository's path",
        run: |cx| judge(shape(cx)),
    },
    Check {
        id: "discovery.tags.order",
        title: "Tags come in lexical order, whatever the order they were pushed in",
        statements: &["D11-101"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tags-unsorted", shows: "z9" },
        usually: "tags come in the order of the storage's listing or of their making",
        run: |cx| judge(order(cx)),
    },
    Check {
        id: "discovery.tags.each-once",
        title: "A tag that was pushed twice is listed once",
        statements: &["D11-102"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tags-duplicated", shows: "again, again" },
        usually: "the list shows every push of a tag, or every revision",
        run: |cx| judge(each_once(cx)),
    },
];

async fn found(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    list(cx, &image.repository, &[]).await?;
    Ok(())
}

async fn shape(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let response = list(cx, &image.repository, &[]).await?;
    let body = body_of(&response)?;
    if body.name != image.repository {
        return fail(format!("the name {}", image.repository), body.name, response.exchange());
    }
    if !body.tags().contains(&image.tag) && response.header("Link").is_none() {
        return fail(format!("the tag {} in the list", image.tag), "a list without it", response.exchange());
    }
    Ok(())
}

async fn order(cx: &Context) -> Verdict {
    let repository = cx.repository();
    // Lower case and digits only: around upper case and punctuation the texts allow two orders.
    push_tags(cx, &repository, &["m", "z9", "b10", "b9", "a", "0", "m1"]).await?;
    expect_tags(&list(cx, &repository, &[]).await?, &["0", "a", "b10", "b9", "m", "m1", "z9"])
}

async fn each_once(cx: &Context) -> Verdict {
    let repository = cx.repository();
    push_tags(cx, &repository, &["again", "again"]).await?;
    let response = list(cx, &repository, &[]).await?;
    let tags = tags_of(&response)?;
    if tags != ["again"] {
        return fail("the tag `again` once", super::steps::shown(&tags), response.exchange());
    }
    Ok(())
}
