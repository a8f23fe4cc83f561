//! "Listing Tags": a list in pages.

use scenarios::capability::Capability::Push;
use scenarios::expect::{Verdict, fail, skip};

use super::steps::{expect_tags, list, next, push_tags, shown, tags_of};
use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "discovery.tags.page-size",
        title: "With n, the first n tags come, or fewer and a Link to the rest",
        statements: &["D11-104", "OCI-009", "D11-103", "D10-068", "API-103"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tags-n-ignored", shows: "a, b, c, d, e" },
        usually: "the parameter n is not read",
        run: |cx| judge(page_size(cx)),
    },
    Check {
        id: "discovery.tags.page-order",
        title: "Following the pages gives every tag once, in lexical order",
        statements: &["D11-108"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tags-page-skips-one", shows: "a, b" },
        usually: "the next page starts at the wrong place: one tag too late, or at the last one again",
        run: |cx| judge(page_order(cx)),
    },
    Check {
        id: "discovery.tags.zero",
        title: "With n=0 the list is empty and no Link comes",
        statements: &["D11-107"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tags-zero-means-all", shows: "a, b, c, d, e" },
        usually: "zero is taken for \"no limit\", or divides something",
        run: |cx| judge(zero(cx)),
    },
    Check {
        id: "discovery.tags.link",
        title: "A Link with a page keeps to the syntax and has the relation next",
        statements: &["D11-106", "HTTP-027", "HTTP-028"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "link-without-relation", shows: "Link:" },
        usually: "Link is written without angle brackets or without rel=\"next\"",
        run: |cx| judge(link(cx)),
    },
    Check {
        id: "discovery.tags.link-resolves",
        title: "The target of a Link leads to the next page",
        statements: &["HTTP-029"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "link-target-broken", shows: "404" },
        usually: "the link is built from an inner host name or path, or its query is not encoded",
        run: |cx| judge(link_resolves(cx)),
    },
    Check {
        id: "discovery.tags.last",
        title: "With last, only the tags behind it come, and last itself does not",
        statements: &["D11-110", "OCI-010"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tags-last-inclusive", shows: "b, c" },
        usually: "the list begins at last instead of behind it, or last is not read",
        run: |cx| judge(last(cx)),
    },
    Check {
        id: "discovery.tags.last-absent",
        title: "last need not be a tag that exists",
        statements: &["OCI-010"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tags-last-must-exist", shows: "no tags" },
        usually: "the place of last is looked up instead of compared, so a deleted tag breaks the paging",
        run: |cx| judge(last_absent(cx)),
    },
    Check {
        id: "discovery.tags.last-numeric",
        title: "last is a tag and never a position in the list",
        statements: &["D11-109"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tags-last-as-index", shows: "30, 40" },
        usually: "a number in last is used as an offset",
        run: |cx| judge(last_numeric(cx)),
    },
    Check {
        id: "discovery.tags.last-without-n",
        title: "last works without n",
        statements: &["D11-111"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tags-last-needs-n", shows: "a, b, c, d, e" },
        usually: "last is only read when n is there",
        run: |cx| judge(last_without_n(cx)),
    },
];

const TAGS: [&str; 5] = ["a", "b", "c", "d", "e"];

async fn page_size(cx: &Context) -> Verdict {
    let repository = cx.repository();
    push_tags(cx, &repository, &TAGS).await?;
    let response = list(cx, &repository, &[("n", "2")]).await?;
    let tags = tags_of(&response)?;
    let fewer_with_link = tags.len() < 2 && next(&response)?.is_some() && TAGS[..tags.len()] == tags;
    if tags == ["a", "b"] || fewer_with_link {
        return Ok(());
    }
    fail("the tags a, b (or fewer of them and a Link)", shown(&tags), response.exchange())
}

async fn page_order(cx: &Context) -> Verdict {
    let repository = cx.repository();
    push_tags(cx, &repository, &["e", "c", "a", "d", "b"]).await?;
    let mut response = list(cx, &repository, &[("n", "2")]).await?;
    let mut all = tags_of(&response)?;
    for _ in 0..10 {
        // Where no Link leads on, the last tag does.
        let page = match (next(&response)?, all.last().cloned()) {
            (Some(url), _) => cx.http().request_url(http::Method::GET, url).send().await?,
            (None, Some(last)) => list(cx, &repository, &[("n", "2"), ("last", &last)]).await?,
            (None, None) => break,
        };
        page.expect_status(&[200])?;
        let tags = tags_of(&page)?;
        if tags.is_empty() {
            break;
        }
        all.extend(tags);
        response = page;
    }
    if all == TAGS {
        return Ok(());
    }
    fail(format!("in all pages together {}", TAGS.join(", ")), shown(&all), response.exchange())
}

async fn zero(cx: &Context) -> Verdict {
    let repository = cx.repository();
    push_tags(cx, &repository, &TAGS).await?;
    let response = list(cx, &repository, &[("n", "0")]).await?;
    let tags = tags_of(&response)?;
    if !tags.is_empty() {
        return fail("no tags", shown(&tags), response.exchange());
    }
    response.expect_no_header("Link")?;
    Ok(())
}

async fn link(cx: &Context) -> Verdict {
    let repository = cx.repository();
    push_tags(cx, &repository, &TAGS).await?;
    match next(&list(cx, &repository, &[("n", "2")]).await?)? {
        Some(_) => Ok(()),
        None => skip("no Link comes with a page of tags, which is allowed"),
    }
}

async fn link_resolves(cx: &Context) -> Verdict {
    let repository = cx.repository();
    push_tags(cx, &repository, &TAGS).await?;
    let Some(url) = next(&list(cx, &repository, &[("n", "2")]).await?)? else {
        return skip("no Link comes with a page of tags, which is allowed");
    };
    let response = cx.http().request_url(http::Method::GET, url).send().await?;
    response.expect_status(&[200])?;
    let tags = tags_of(&response)?;
    match tags.first().map(String::as_str) {
        Some("c" | "b") => Ok(()),
        _ => fail("the next tags", shown(&tags), response.exchange()),
    }
}

async fn last(cx: &Context) -> Verdict {
    let repository = cx.repository();
    push_tags(cx, &repository, &TAGS).await?;
    expect_tags(&list(cx, &repository, &[("n", "2"), ("last", "b")]).await?, &["c", "d"])
}

async fn last_absent(cx: &Context) -> Verdict {
    let repository = cx.repository();
    push_tags(cx, &repository, &TAGS).await?;
    expect_tags(&list(cx, &repository, &[("n", "2"), ("last", "bb")]).await?, &["c", "d"])
}

async fn last_numeric(cx: &Context) -> Verdict {
    let repository = cx.repository();
    // As a tag, 1 comes before all of these; as a position it leaves some of them out.
    push_tags(cx, &repository, &["10", "20", "30", "40"]).await?;
    expect_tags(&list(cx, &repository, &[("n", "4"), ("last", "1")]).await?, &["10", "20", "30", "40"])
}

async fn last_without_n(cx: &Context) -> Verdict {
    let repository = cx.repository();
    push_tags(cx, &repository, &TAGS).await?;
    expect_tags(&list(cx, &repository, &[("last", "b")]).await?, &["c", "d", "e"])
}
