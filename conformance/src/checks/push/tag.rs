//! Tags at the push of a manifest: the grammar, the move, and tags that come along.

use fixtures::{Image, names};
use scenarios::capability::Capability::{Push, TagParameters};
use scenarios::expect::{Verdict, fail};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "push.tag.moves",
        title: "Pushing another manifest to a tag moves it, and the old one stays under its digest",
        statements: &["OCI-004"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tag-never-moves", shows: "bytes" },
        usually: "a tag that exists is not written again, or reads come from a cache",
        run: |cx| judge(moves(cx)),
    },
    Check {
        id: "push.tag.grammar-accepted",
        title: "Every tag within the grammar works, up to 128 characters",
        statements: &["D11-012"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tag-upper-case-refused", shows: "4" },
        usually: "the tag's grammar is narrower than the text's: no upper case, no underscore at the front, fewer characters",
        run: |cx| judge(accepted(cx)),
    },
    Check {
        id: "push.tag.grammar-refused",
        title: "A tag outside of the grammar is refused",
        statements: &["D11-012", "D11-010"],
        needs: &[Push],
        tags: &["hostile"],
        teeth: Teeth { fault: "tag-grammar-unchecked", shows: "201" },
        usually: "the reference is used as it comes, also as a file name",
        run: |cx| judge(refused(cx)),
    },
    Check {
        id: "push.repository.grammar-accepted",
        title: "Repository names with every separator of the grammar work",
        statements: &["D11-011"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "name-double-underscore-refused", shows: "4" },
        usually: "the name's grammar is narrower than the text's: fewer separators, fewer components",
        run: |cx| judge(repository_accepted(cx)),
    },
    Check {
        id: "push.tags.header",
        title: "OCI-Tag names each tag that came along with a push by digest, and each works",
        statements: &["DEV-096"],
        needs: &[Push, TagParameters],
        tags: &[],
        teeth: Teeth { fault: "tag-parameters-lose-last", shows: "404" },
        usually: "only the first tag parameter is read",
        run: |cx| judge(along(cx)),
    },
    Check {
        id: "push.tags.ten",
        title: "Ten tags can come along with one push",
        statements: &["DEV-094"],
        needs: &[Push, TagParameters],
        tags: &[],
        teeth: Teeth { fault: "tag-parameters-limited-to-five", shows: "414" },
        usually: "the number of tag parameters is limited to less than ten",
        run: |cx| judge(ten(cx)),
    },
];

async fn moves(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let old = Image::oci(&cx.seed().child("old")).build();
    let new = Image::oci(&cx.seed().child("new")).build();
    cx.push(&repository, "tag", &old).await?;
    cx.push(&repository, "tag", &new).await?;
    let digest = old.manifest.digest.to_string();
    for (reference, image) in [("tag", &new), (digest.as_str(), &old)] {
        let request = cx.http().get(&cx.manifest_path(&repository, reference));
        let response = request.header("Accept", &image.manifest.media_type).send().await?;
        response.expect_status(&[200])?.expect_body(&image.manifest.bytes)?;
    }
    Ok(())
}

async fn accepted(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push_below(&repository, &(&image).into()).await?;
    for sample in names::valid_tags() {
        let response = cx.put_manifest(&repository, &sample.text, &image.manifest).await?;
        if response.code() != 201 {
            let expected = format!("201 for the tag {} ({})", sample.text, sample.why);
            return fail(expected, response.summary(), response.exchange());
        }
        let request = cx.http().head(&cx.manifest_path(&repository, &sample.text));
        request.header("Accept", &image.manifest.media_type).send().await?.expect_status(&[200])?;
    }
    Ok(())
}

async fn refused(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push_below(&repository, &(&image).into()).await?;
    for sample in names::invalid_tags().into_iter().filter(|sample| sample.literal) {
        let response = cx.put_manifest(&repository, &sample.text, &image.manifest).await?;
        if !response.status().is_client_error() {
            let expected = format!("a 4xx status for the tag {} ({})", sample.text, sample.why);
            return fail(expected, response.summary(), response.exchange());
        }
    }
    Ok(())
}

async fn repository_accepted(cx: &Context) -> Verdict {
    let base = cx.repository();
    for sample in names::valid_repositories() {
        // Below the check's own repository, and no longer than what nearly everybody takes.
        let repository = format!("{base}/{}", sample.text);
        // Words of the API's own paths make a name ambiguous; a registry may keep them to itself.
        let reserved = ["manifests", "blobs", "uploads", "tags", "referrers", "v2", "list"];
        let ambiguous = sample.text.split('/').any(|component| reserved.contains(&component));
        if repository.len() > 200 || ambiguous {
            continue;
        }
        let path = cx.uploads_path(&repository);
        let response = cx.http().post(&path).header("Content-Length", "0").send().await?;
        if response.code() != 202 {
            let expected = format!("202 for an upload to {repository} ({})", sample.why);
            return fail(expected, response.summary(), response.exchange());
        }
        let session = response.expect_location()?;
        // Nobody else will close it; a refusal is as good.
        cx.http().request_url(http::Method::DELETE, session).send().await?;
    }
    Ok(())
}

async fn push_along(cx: &Context, count: usize) -> Verdict<(String, Vec<String>, scenarios::client::Response)> {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push_below(&repository, &(&image).into()).await?;
    let tags: Vec<String> = (0..count).map(|number| format!("along-{number}")).collect();
    let mut request = cx.http().put(&cx.manifest_path(&repository, &image.manifest.digest));
    for tag in &tags {
        request = request.query("tag", tag);
    }
    let request = request.header("Content-Type", &image.manifest.media_type);
    let response = request.body(image.manifest.bytes.clone()).send().await?;
    Ok((repository, tags, response))
}

async fn along(cx: &Context) -> Verdict {
    let (repository, tags, response) = push_along(cx, 3).await?;
    response.expect_status(&[201])?;
    let named: Vec<&str> =
        response.header_values("OCI-Tag").iter().flat_map(|value| value.split(',')).map(str::trim).collect();
    for tag in &named {
        let request = cx.http().head(&cx.manifest_path(&repository, tag));
        request.header("Accept", "*/*").send().await?.expect_status(&[200])?;
    }
    for tag in &tags {
        let response = cx.http().head(&cx.manifest_path(&repository, tag)).header("Accept", "*/*").send().await?;
        if named.contains(&tag.as_str()) != (response.code() == 200) {
            let expected = "OCI-Tag for each tag that was set, and no other";
            let state = format!("{tag}: {}, OCI-Tag: {}", response.summary(), named.join(", "));
            return fail(expected, state, response.exchange());
        }
    }
    Ok(())
}

async fn ten(cx: &Context) -> Verdict {
    let (_, tags, response) = push_along(cx, 10).await?;
    response.expect_status(&[201])?;
    let named = response.header_values("OCI-Tag").iter().flat_map(|value| value.split(',')).count();
    if named == tags.len() {
        return Ok(());
    }
    fail("ten tags in OCI-Tag", format!("{named} of them"), response.exchange())
}
