//! Docker's "Listing Repositories".
//!
//! Other people push to a shared registry at the same time, and a catalog can be partial, so these look at the
//! repositories of the check alone, and at what each page says of itself.

use fixtures::Image;
use scenarios::capability::Capability::{Catalog, Push};
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail, skip};

use super::steps::next;
use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "discovery.catalog.list",
        title: "The catalog is JSON with a list of names in repositories",
        statements: &["DKR-058"],
        needs: &[Catalog],
        tags: &[],
        teeth: Teeth { fault: "catalog-bare-array", shows: "another shape" },
        usually: "the list comes without the object around it, or under another name",
        run: |cx| judge(listed(cx)),
    },
    Check {
        id: "discovery.catalog.order",
        title: "Repositories come in lexical order",
        statements: &["API-092"],
        needs: &[Push, Catalog],
        tags: &[],
        teeth: Teeth { fault: "catalog-unsorted", shows: "-c, " },
        usually: "the order is that of a hash map, of the store or of creation",
        run: |cx| judge(order(cx)),
    },
    Check {
        id: "discovery.catalog.count",
        title: "With n, at most n repositories come",
        statements: &["API-091"],
        needs: &[Push, Catalog],
        tags: &[],
        teeth: Teeth { fault: "catalog-n-ignored", shows: "more than 1" },
        usually: "the parameter n is not read",
        run: |cx| judge(count(cx)),
    },
    Check {
        id: "discovery.catalog.last",
        title: "With last, last itself does not come, nor what is before it",
        statements: &["DKR-059"],
        needs: &[Push, Catalog],
        tags: &[],
        teeth: Teeth { fault: "catalog-last-inclusive", shows: "-b, " },
        usually: "the page begins at last instead of behind it, or last is not read",
        run: |cx| judge(last(cx)),
    },
    Check {
        id: "discovery.catalog.link",
        title: "A page that more repositories follow comes with a Link to them",
        statements: &["API-093"],
        needs: &[Push, Catalog],
        tags: &[],
        teeth: Teeth { fault: "catalog-link-missing", shows: "no Link" },
        usually: "a page is cut without saying that there is more, so that clients miss repositories",
        run: |cx| judge(link(cx)),
    },
    Check {
        id: "discovery.catalog.link-brackets",
        title: "The URL in the Link of a catalog stands in angle brackets",
        statements: &["API-094"],
        needs: &[Push, Catalog],
        tags: &[],
        teeth: Teeth { fault: "catalog-link-without-brackets", shows: "Link: " },
        usually: "Link is written without angle brackets",
        run: |cx| judge(brackets(cx)),
    },
];

/// Three repositories of this check, pushed out of order; they are given in order.
async fn three(cx: &Context) -> Verdict<[String; 3]> {
    let image = Image::oci(&cx.seed()).build();
    let names = ["a", "b", "c"].map(|word| cx.repository_named(word));
    for index in [2, 0, 1] {
        cx.push(&names[index], "tag", &image).await?;
    }
    Ok(names)
}

async fn ask(cx: &Context, query: &[(&str, &str)]) -> Verdict<(Response, Vec<String>)> {
    let mut request = cx.http().get("/v2/_catalog");
    for (name, value) in query {
        request = request.query(name, value);
    }
    let response = request.send().await?;
    response.expect_status(&[200])?;
    let body: serde_json::Value = response.expect_json("an object with `repositories`")?;
    match body.get("repositories") {
        // Registries written in Go say `null` for none, which no client minds.
        Some(serde_json::Value::Null) => Ok((response, Vec::new())),
        Some(list) if list.is_array() => {
            let names = serde_json::from_value(list.clone());
            match names {
                Ok(names) => Ok((response, names)),
                Err(error) => fail("a list of names in `repositories`", error.to_string(), response.exchange()),
            }
        }
        _ => {
            let actual = format!("JSON of another shape: {:.100}", body.to_string());
            fail("an object with a list in `repositories`", actual, response.exchange())
        }
    }
}

/// Those of `names` that are in the page, in the page's order.
fn own(page: &[String], names: &[String]) -> Vec<String> {
    page.iter().filter(|name| names.contains(name)).cloned().collect()
}

async fn listed(cx: &Context) -> Verdict {
    ask(cx, &[("n", "10")]).await?;
    Ok(())
}

async fn order(cx: &Context) -> Verdict {
    let names = three(cx).await?;
    let (response, page) = ask(cx, &[("n", "50"), ("last", &cx.repository())]).await?;
    let found = own(&page, &names);
    if found.len() < 2 {
        return skip("the catalog is partial, which is allowed: what was just pushed is not there");
    }
    if found.is_sorted() {
        return Ok(());
    }
    fail(format!("{}, in this order", names.join(", ")), found.join(", "), response.exchange())
}

async fn count(cx: &Context) -> Verdict {
    three(cx).await?;
    let (response, page) = ask(cx, &[("n", "1")]).await?;
    if page.len() <= 1 {
        return Ok(());
    }
    fail("one repository", format!("{} repositories, which is more than 1", page.len()), response.exchange())
}

async fn last(cx: &Context) -> Verdict {
    let names = three(cx).await?;
    let (response, page) = ask(cx, &[("n", "50"), ("last", &names[1])]).await?;
    let found = own(&page, &names);
    match found.as_slice() {
        [] => skip("the catalog is partial, which is allowed: what was just pushed is not there"),
        [only] if *only == names[2] => Ok(()),
        _ => fail(format!("{} alone", names[2]), found.join(", "), response.exchange()),
    }
}

/// The first page of one, when another follows it; its Link is judged.
async fn followed(cx: &Context) -> Verdict<Response> {
    three(cx).await?;
    let (response, page) = ask(cx, &[("n", "1")]).await?;
    let [first] = page.as_slice() else {
        return skip(format!("a page of one repository has {} of them", page.len()));
    };
    let (_, rest) = ask(cx, &[("n", "1"), ("last", first)]).await?;
    if rest.is_empty() || rest == page { skip("no page follows the first one") } else { Ok(response) }
}

async fn link(cx: &Context) -> Verdict {
    let response = followed(cx).await?;
    if response.header("Link").is_some() {
        return Ok(());
    }
    fail("a Link to the next page", "no Link", response.exchange())
}

async fn brackets(cx: &Context) -> Verdict {
    let response = followed(cx).await?;
    match next(&response)? {
        Some(_) => Ok(()),
        None => skip("the page comes without a Link"),
    }
}
