//! Conditional requests. A registry without ETags is not judged.

use fixtures::Image;
use scenarios::capability::Capability::{Content, Push};
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "pull.etag.syntax",
        title: "An ETag is a quoted string, with W/ before it when it is weak",
        statements: &["HTTP-070"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "etag-unquoted", shows: "sha256" },
        usually: "the digest is put into ETag without quotes",
        run: |cx| judge(syntax(cx)),
    },
    Check {
        id: "pull.etag.not-modified",
        title: "GET with an ETag that still matches gives 304 without content",
        statements: &["HTTP-072", "HTTP-080"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "if-none-match-ignored", shows: "200 OK" },
        usually: "If-None-Match is not read, or compared without its quotes",
        run: |cx| judge(not_modified(cx)),
    },
    Check {
        id: "pull.etag.head",
        title: "HEAD with an ETag that still matches gives 304",
        statements: &["HTTP-072"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "if-none-match-ignored", shows: "200 OK" },
        usually: "conditions are only looked at for GET",
        run: |cx| judge(head(cx)),
    },
    Check {
        id: "pull.etag.list",
        title: "If-None-Match takes a list and compares weakly",
        statements: &["HTTP-073"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "none-match-single-only", shows: "200 OK" },
        usually: "the header is compared as one text with the ETag",
        run: |cx| judge(list(cx)),
    },
    Check {
        id: "pull.etag.any",
        title: "If-None-Match: * gives 304 for whatever exists",
        statements: &["HTTP-074"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "none-match-single-only", shows: "200 OK" },
        usually: "the asterisk is compared like an ETag",
        run: |cx| judge(any(cx)),
    },
    Check {
        id: "pull.etag.modified",
        title: "An ETag that matches no more gives the content with 200",
        statements: &["HTTP-075"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "none-match-always", shows: "304" },
        usually: "the mere presence of If-None-Match is taken for a match",
        run: |cx| judge(modified(cx)),
    },
    Check {
        id: "pull.etag.modified-since",
        title: "If-Modified-Since is ignored beside If-None-Match",
        statements: &["HTTP-078"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "modified-since-wins", shows: "304" },
        usually: "the two conditions are joined by \"or\"",
        run: |cx| judge(modified_since(cx)),
    },
    Check {
        id: "pull.etag.missing",
        title: "A condition does not hide that something is missing: 404 stays 404",
        statements: &["HTTP-079"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "none-match-before-lookup", shows: "304" },
        usually: "If-None-Match is answered from the digest in the URL before looking whether it exists",
        run: |cx| judge(missing(cx)),
    },
    Check {
        id: "pull.etag.fields",
        title: "A 304 has the ETag that the 200 would have",
        statements: &["HTTP-081"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "not-modified-without-etag", shows: "none" },
        usually: "a 304 is sent with no headers at all",
        run: |cx| judge(fields(cx)),
    },
    Check {
        id: "pull.etag.changes",
        title: "When a tag moves its ETag changes",
        statements: &["HTTP-071"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "etag-constant", shows: "the same ETag" },
        usually: "the ETag is made from the tag's name or the repository instead of the content",
        run: |cx| judge(changes(cx)),
    },
];

/// The path of a manifest and of a blob that can be pulled, with their ETags.
async fn tagged(cx: &Context) -> Verdict<Vec<(String, Response, String)>> {
    let image = cx.published().await?;
    let paths = [cx.manifest_path(&image.repository, &image.tag), cx.blob_path(&image.repository, &image.blob.digest)];
    let mut found = Vec::new();
    for path in paths {
        let response = cx.http().get(&path).header("Accept", &image.media_type).send().await?;
        response.expect_status(&[200])?;
        if let Some(etag) = response.header("ETag").map(str::to_owned) {
            found.push((path, response, etag));
        }
    }
    if found.is_empty() { skip("neither manifests nor blobs come with an ETag") } else { Ok(found) }
}

async fn conditional(cx: &Context, path: &str, condition: &str) -> Verdict<Response> {
    let request = cx.http().get(path).header("Accept", fixtures::media_type::OCI_MANIFEST);
    Ok(request.header("If-None-Match", condition).send().await?)
}

async fn syntax(cx: &Context) -> Verdict {
    for (_, response, etag) in tagged(cx).await? {
        let opaque = etag.strip_prefix("W/").unwrap_or(&etag);
        let inner = opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        if inner.is_none_or(|inner| inner.contains('"')) {
            return fail("an ETag in double quotes", format!("ETag: {etag}"), response.exchange());
        }
    }
    Ok(())
}

async fn not_modified(cx: &Context) -> Verdict {
    for (path, _, etag) in tagged(cx).await? {
        conditional(cx, &path, &etag).await?.expect_status(&[304])?.expect_empty_body()?;
    }
    Ok(())
}

async fn head(cx: &Context) -> Verdict {
    for (path, _, etag) in tagged(cx).await? {
        let request = cx.http().head(&path).header("Accept", fixtures::media_type::OCI_MANIFEST);
        request.header("If-None-Match", &etag).send().await?.expect_status(&[304])?;
    }
    Ok(())
}

async fn list(cx: &Context) -> Verdict {
    for (path, _, etag) in tagged(cx).await? {
        let weak = if etag.starts_with("W/") { etag.clone() } else { format!("W/{etag}") };
        for condition in [format!("\"other\", {etag}"), weak] {
            conditional(cx, &path, &condition).await?.expect_status(&[304])?;
        }
    }
    Ok(())
}

async fn any(cx: &Context) -> Verdict {
    for (path, _, _) in tagged(cx).await? {
        conditional(cx, &path, "*").await?.expect_status(&[304])?;
    }
    Ok(())
}

async fn modified(cx: &Context) -> Verdict {
    for (path, whole, _) in tagged(cx).await? {
        conditional(cx, &path, "\"other\"").await?.expect_status(&[200])?.expect_body(whole.body())?;
    }
    Ok(())
}

async fn modified_since(cx: &Context) -> Verdict {
    for (path, _, _) in tagged(cx).await? {
        let request = cx.http().get(&path).header("Accept", fixtures::media_type::OCI_MANIFEST);
        let request = request.header("If-None-Match", "\"other\"");
        let request = request.header("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT");
        request.send().await?.expect_status(&[200])?;
    }
    Ok(())
}

async fn missing(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let digest = fixtures::Digest::sha256(&cx.seed().bytes(10));
    for path in [cx.manifest_path(&image.repository, &digest), cx.blob_path(&image.repository, &digest)] {
        for condition in ["*".to_owned(), format!("\"{digest}\"")] {
            conditional(cx, &path, &condition).await?.expect_status(&[404])?;
        }
    }
    Ok(())
}

async fn fields(cx: &Context) -> Verdict {
    for (path, _, etag) in tagged(cx).await? {
        let response = conditional(cx, &path, &etag).await?;
        if response.code() != 304 {
            return skip("If-None-Match is not honoured");
        }
        response.expect_header_value("ETag", &etag)?;
    }
    Ok(())
}

async fn changes(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let mut etags = Vec::new();
    for number in 0..2 {
        cx.push(&repository, "moving", &Image::oci(&cx.seed().child(number)).build()).await?;
        let request = cx.http().get(&cx.manifest_path(&repository, "moving"));
        let response = request.header("Accept", fixtures::media_type::OCI_MANIFEST).send().await?;
        let Some(etag) = response.header("ETag").map(str::to_owned) else {
            return skip("manifests come without an ETag");
        };
        if etags.contains(&etag) && !etag.starts_with("W/") {
            return fail("another ETag for another manifest", format!("the same ETag: {etag}"), response.exchange());
        }
        etags.push(etag);
    }
    Ok(())
}
