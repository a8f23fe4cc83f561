//! Header fields and bodies of answers.

use http::Method;
use scenarios::capability::Capability::{Content, Push};
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::{Context, answered};

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "http.head.no-body",
        title: "The answer to HEAD has no content, also when it is an error",
        statements: &["HTTP-009", "DEV-176"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "head-with-body", shows: "bytes behind" },
        usually: "the handler of errors writes its body whatever the method was",
        run: |cx| judge(head_no_body(cx)),
    },
    Check {
        id: "http.head.same-fields",
        title: "The answer to HEAD has the header fields that GET would have",
        statements: &["HTTP-010"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-head-without-type", shows: "content-type" },
        usually: "HEAD has a handler of its own that sets fewer headers",
        run: |cx| judge(head_same_fields(cx)),
    },
    Check {
        id: "http.head.length",
        title: "A Content-Length in the answer to HEAD is the one that GET has",
        statements: &["HTTP-008"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-head-length-zero", shows: "0" },
        usually: "the length of the empty body is sent in place of the content's",
        run: |cx| judge(head_length(cx)),
    },
    Check {
        id: "http.head.same-status",
        title: "HEAD gives the status that GET gives",
        statements: &["HTTP-011"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-head-as-404", shows: "404" },
        usually: "HEAD is not routed everywhere where GET is",
        run: |cx| judge(head_same_status(cx)),
    },
    Check {
        id: "http.content-length",
        title: "Content-Length is the number of bytes that come",
        statements: &["HTTP-006"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-cut-short", shows: "bytes" },
        usually: "the storage fails in the middle of the body, or an error keeps the length that was set for the content",
        run: |cx| judge(content_length(cx)),
    },
    Check {
        id: "http.content-type",
        title: "An answer with content says its media type",
        statements: &["HTTP-004"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-get-without-type", shows: "no Content-Type" },
        usually: "Content-Type is left out for blobs or lists",
        run: |cx| judge(content_type(cx)),
    },
    Check {
        id: "http.date",
        title: "Answers carry a Date",
        statements: &["HTTP-003"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "date-missing", shows: "none" },
        usually: "the HTTP library's own Date is switched off, or a proxy strips it",
        run: |cx| judge(date(cx)),
    },
    Check {
        id: "http.no-content.length",
        title: "An answer with 204 carries no Content-Length",
        statements: &["HTTP-007"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "no-content-with-length", shows: "Content-Length" },
        usually: "Content-Length: 0 is set for every answer without a body",
        run: |cx| judge(no_content_length(cx)),
    },
    Check {
        id: "http.json.valid",
        title: "What is sent as JSON parses as JSON in UTF-8",
        statements: &["HTTP-025", "HTTP-026"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "json-cut-short", shows: "EOF" },
        usually: "JSON is put together by hand, or cut at a limit",
        run: |cx| judge(json_valid(cx)),
    },
    Check {
        id: "http.location.syntax",
        title: "Location is one URI reference",
        statements: &["HTTP-019"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "location-twice", shows: "2 of them" },
        usually: "a proxy and the registry both set Location",
        run: |cx| judge(location(cx)),
    },
    Check {
        id: "http.redirect.location",
        title: "A redirect says where to",
        statements: &["HTTP-020"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-redirect-without-location", shows: "none" },
        usually: "the signed URL could not be made and the redirect went out all the same",
        run: |cx| judge(redirect(cx)),
    },
];

/// Paths of something that is there: the base, a manifest, a blob, a list of tags.
async fn paths(cx: &Context) -> Verdict<Vec<String>> {
    let image = cx.published().await?;
    Ok(vec![
        "/v2/".to_owned(),
        cx.manifest_path(&image.repository, &image.tag),
        cx.blob_path(&image.repository, &image.blob.digest),
        cx.tags_path(&image.repository),
    ])
}

async fn ask(cx: &Context, method: Method, path: &str) -> Verdict<Response> {
    Ok(cx.http().request(method, path).header("Accept", "*/*").send().await?)
}

async fn head_no_body(cx: &Context) -> Verdict {
    let nowhere = cx.manifest_path(&cx.repository_named("nowhere"), "tag");
    for path in ["/v2/", &nowhere] {
        let request = format!("{}Accept: */*\r\nConnection: close\r\n\r\n", cx.raw_head("HEAD", path));
        let reply = cx.raw(request).await?;
        let behind = reply.bytes.len() - answered(&reply)?.body_at;
        if behind > 0 {
            return fail("nothing behind the head", format!("{behind} bytes behind the head"), reply.exchange);
        }
    }
    Ok(())
}

async fn head_same_fields(cx: &Context) -> Verdict {
    for path in paths(cx).await? {
        let (get, head) = (ask(cx, Method::GET, &path).await?, ask(cx, Method::HEAD, &path).await?);
        if head.code() != get.code() {
            continue;
        }
        // Those that describe the content; HTTP lets a server leave out what only making the content would tell.
        for name in ["content-type", "docker-content-digest", "etag", "last-modified", "accept-ranges"] {
            if get.header(name).is_some() && head.header(name) != get.header(name) {
                let expected = format!("{name}: {}", get.header(name).unwrap_or_default());
                let actual = format!("{name}: {}", head.header(name).unwrap_or("(none)"));
                return fail(expected, actual, head.exchange());
            }
        }
    }
    Ok(())
}

async fn head_length(cx: &Context) -> Verdict {
    for path in paths(cx).await? {
        let (get, head) = (ask(cx, Method::GET, &path).await?, ask(cx, Method::HEAD, &path).await?);
        if head.code() == 200 && get.code() == 200 {
            head.expect_header_value_if_any("Content-Length", &get.body().len().to_string())?;
        }
    }
    Ok(())
}

async fn head_same_status(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    for path in [cx.manifest_path(&image.repository, &image.tag), cx.blob_path(&image.repository, &image.blob.digest)] {
        let get = ask(cx, Method::GET, &path).await?;
        ask(cx, Method::HEAD, &path).await?.expect_status(&[get.code()])?;
    }
    Ok(())
}

async fn content_length(cx: &Context) -> Verdict {
    let mut all = paths(cx).await?;
    if cx.has(Push) {
        // Large enough not to leave in one piece.
        let blob = fixtures::Blob::random(&cx.seed(), 1 << 20);
        cx.push_blob(&cx.repository(), &blob).await?;
        all.insert(0, cx.blob_path(&cx.repository(), &blob.digest));
    }
    // Behind the end of a blob: whoever answers 416 must not announce the blob's length.
    let mut all: Vec<_> = all.into_iter().map(|path| (path, "")).collect();
    let image = cx.published().await?;
    all.push((cx.blob_path(&image.repository, &image.blob.digest), "Range: bytes=99999999-\r\n"));
    for (path, range) in all {
        let head = cx.raw_head("GET", &path);
        let request = format!("{head}Accept: */*\r\n{range}Connection: close\r\n\r\n");
        let reply = cx.raw(request).await?;
        let head = answered(&reply)?;
        let Some(length) = head.header("content-length").and_then(|text| text.parse::<usize>().ok()) else {
            continue;
        };
        let came = reply.bytes.len() - head.body_at;
        if came != length {
            return fail(format!("{length} bytes of content"), format!("{came} bytes"), reply.exchange);
        }
    }
    Ok(())
}

async fn content_type(cx: &Context) -> Verdict {
    for path in paths(cx).await? {
        let response = ask(cx, Method::GET, &path).await?;
        if !response.body().is_empty() && response.header("Content-Type").is_none() {
            return fail("a Content-Type", "no Content-Type", response.exchange());
        }
    }
    Ok(())
}

async fn date(cx: &Context) -> Verdict {
    let response = cx.http().get("/v2/").send().await?;
    let date = response.expect_header("Date")?;
    // Sun, 06 Nov 1994 08:49:37 GMT
    if date.len() == 29 && date.ends_with(" GMT") && date.as_bytes()[3] == b',' {
        return Ok(());
    }
    fail("Date: in the fixed form of HTTP", format!("Date: {date}"), response.exchange())
}

async fn no_content_length(cx: &Context) -> Verdict {
    let location = cx.start_upload(&cx.repository()).await?;
    for method in [Method::GET, Method::DELETE] {
        let response = cx.http().request_url(method, location.clone()).send().await?;
        if response.code() == 204 {
            response.expect_no_header("Content-Length")?;
        }
    }
    Ok(())
}

async fn json_valid(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let nowhere = cx.repository_named("nowhere");
    for path in [
        cx.tags_path(&image.repository),
        cx.tags_path(&nowhere),
        cx.manifest_path(&nowhere, "tag"),
        cx.referrers_path(&image.repository, &image.digest),
        "/v2/".to_owned(),
    ] {
        let response = ask(cx, Method::GET, &path).await?;
        let kind = response.media_type().unwrap_or_default();
        let json = kind == "application/json" || kind.ends_with("+json");
        if json && !response.body().is_empty() {
            response.expect_json::<serde_json::Value>("a body")?;
        }
    }
    Ok(())
}

async fn location(cx: &Context) -> Verdict {
    let path = cx.uploads_path(&cx.repository());
    let response = cx.http().post(&path).header("Content-Length", "0").send().await?;
    if response.headers().contains_key("Location") {
        response.expect_location()?;
    }
    Ok(())
}

async fn redirect(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let path = cx.blob_path(&image.repository, &image.blob.digest);
    let response = cx.http().get(&path).without_following().send().await?;
    if !matches!(response.code(), 301 | 302 | 303 | 307 | 308) {
        return skip("blobs are not redirected");
    }
    response.expect_location()?;
    Ok(())
}
