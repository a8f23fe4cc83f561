//! Connections and request lines.

use std::time::Duration;

use fixtures::Blob;
use scenarios::capability::Capability::{Content, Push};
use scenarios::expect::{Verdict, fail, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::{Context, answered};

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "http.answer.always",
        title: "Each complete request is answered",
        statements: &["HTTP-002"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "unknown-route-hangs-up", shows: "without a response" },
        usually: "a panic or an unhandled case drops the connection",
        run: |cx| judge(always(cx)),
    },
    Check {
        id: "http.close",
        title: "A connection that the client asked to close is closed after the answer",
        statements: &["HTTP-048"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "connection-close-ignored", shows: "open" },
        usually: "Connection: close is not read, or a proxy keeps the connection",
        run: |cx| judge(close(cx)),
    },
    Check {
        id: "http.pipeline",
        title: "Answers to requests sent in a row come in the order of the requests",
        statements: &["HTTP-047"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "pipelined-request-lost", shows: "1 answer" },
        usually: "what was read behind the first request is thrown away",
        run: |cx| judge(pipeline(cx)),
    },
    Check {
        id: "http.expect.continue",
        title: "A request that waits for 100 gets it, or a final answer at once",
        statements: &["HTTP-021"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "expect-continue-ignored", shows: "no response" },
        usually: "Expect: 100-continue is not read, so the client waits for nothing",
        run: |cx| judge(expect_continue(cx)),
    },
    Check {
        id: "http.old-client",
        title: "A client that speaks HTTP/1.0 gets no Transfer-Encoding",
        statements: &["HTTP-039"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "old-client-gets-chunked", shows: "Transfer-Encoding" },
        usually: "bodies are always sent in chunks",
        run: |cx| judge(old_client(cx)),
    },
    Check {
        id: "http.target.absolute",
        title: "A request target in absolute form is taken",
        statements: &["HTTP-033"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "absolute-target-as-404", shows: "404" },
        usually: "the whole target is taken for a path",
        run: |cx| judge(absolute(cx)),
    },
    Check {
        id: "http.request-line.8000",
        title: "Request lines of 8000 bytes are taken",
        statements: &["HTTP-031"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "long-request-line-refused", shows: "414" },
        usually: "the limit on the request line is smaller than HTTP recommends",
        run: |cx| judge(long_line(cx)),
    },
    Check {
        id: "http.path.percent-encoded",
        title: "A path with ordinary characters percent-encoded names the same thing",
        statements: &["HTTP-024"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "percent-encoding-unread", shows: "40" },
        usually: "the path is matched as it comes, without decoding",
        run: |cx| judge(percent_encoded(cx)),
    },
    Check {
        id: "http.body.chunked",
        title: "A body in chunks is read whole, with its extensions and trailers",
        statements: &["HTTP-043"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "chunked-body-empty", shows: "40" },
        usually: "only bodies with a Content-Length are read",
        run: |cx| judge(chunked(cx)),
    },
];

async fn always(cx: &Context) -> Verdict {
    for path in ["/", "/v2", "/v2/", "/v2/_no/such/route", "/v2/a/unknown/b", "/favicon.ico"] {
        let reply = cx.raw(format!("{}Connection: close\r\n\r\n", cx.raw_head("GET", path))).await?;
        answered(&reply)?;
    }
    Ok(())
}

async fn close(cx: &Context) -> Verdict {
    let reply = cx.raw(format!("{}Connection: close\r\n\r\n", cx.raw_head("GET", "/v2/"))).await?;
    answered(&reply)?;
    if reply.closed {
        return Ok(());
    }
    fail("the connection closed after the answer", "it is still open", reply.exchange)
}

async fn pipeline(cx: &Context) -> Verdict {
    let first = format!("{}\r\n", cx.raw_head("HEAD", "/v2/"));
    let second = cx.raw_head("HEAD", &cx.manifest_path(&cx.repository_named("nowhere"), "tag"));
    let reply = cx.raw(format!("{first}{second}Connection: close\r\n\r\n")).await?;
    let statuses: Vec<u16> = heads_of_empty(&reply.bytes);
    match statuses.as_slice() {
        [200 | 401, 400..=499] => Ok(()),
        // A server may close after any answer; the client sends the rest again.
        [_] if answered(&reply)?.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) => {
            skip("the connection is closed after each answer")
        }
        other => {
            let actual = format!("{} answer(s): {other:?}", other.len());
            fail("200 for the first request and 404 for the second", actual, reply.exchange)
        }
    }
}

/// The statuses of answers without content, one after the other.
fn heads_of_empty(bytes: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(bytes);
    text.split("\r\n\r\n").filter_map(|head| head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()).collect()
}

async fn expect_continue(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let blob = Blob::random(&cx.seed(), 32);
    let location = cx.start_upload(&repository).await?;
    let target = match location.query() {
        Some(query) => format!("{}?{query}&digest={}", location.path(), blob.digest),
        None => format!("{}?digest={}", location.path(), blob.digest),
    };
    let head = format!(
        "PUT {target} HTTP/1.1\r\nHost: {}\r\nExpect: 100-continue\r\nContent-Type: application/octet-stream\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        cx.http().raw_host(),
        blob.size()
    );
    let reply = cx.raw(head).await?;
    let answer = answered(&reply)?;
    if answer.status == 100 || answer.status >= 200 {
        return Ok(());
    }
    fail("100 Continue, or a final answer", answer.status.to_string(), reply.exchange)
}

async fn old_client(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    for path in [cx.tags_path(&image.repository), cx.blob_path(&image.repository, &image.blob.digest)] {
        let head = cx.raw_head("GET", &path).replace(" HTTP/1.1\r\n", " HTTP/1.0\r\n");
        let reply = cx.raw(format!("{head}Accept: */*\r\n\r\n")).await?;
        let answer = answered(&reply)?;
        if let Some(coding) = answer.header("transfer-encoding") {
            return fail("no Transfer-Encoding", format!("Transfer-Encoding: {coding}"), reply.exchange);
        }
    }
    Ok(())
}

async fn absolute(cx: &Context) -> Verdict {
    let expected = cx.http().get("/v2/").send().await?.code();
    let host = cx.http().raw_host();
    let scheme = cx.http().client().options().base.scheme();
    let target = format!("{scheme}://{host}{}/v2/", cx.http().raw_prefix());
    let reply = cx.raw(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await?;
    let status = answered(&reply)?.status;
    if status == expected {
        return Ok(());
    }
    fail(format!("{expected}, as for the path alone"), status.to_string(), reply.exchange)
}

async fn long_line(cx: &Context) -> Verdict {
    let expected = cx.http().get("/v2/").send().await?.code();
    let padding = "a".repeat(8000 - "GET /v2/?n= HTTP/1.1".len() - cx.http().raw_prefix().len());
    let reply =
        cx.raw(format!("{}Connection: close\r\n\r\n", cx.raw_head("GET", &format!("/v2/?n={padding}")))).await?;
    let status = answered(&reply)?.status;
    if status == expected {
        return Ok(());
    }
    fail(format!("{expected}, as without the long query"), status.to_string(), reply.exchange)
}

async fn percent_encoded(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    // %65 is the letter e, which every client and proxy may decode or leave.
    let path = cx.manifest_path(&image.repository, image.tag.replacen('e', "%65", 1));
    if !path.contains("%65") {
        return skip("the tag of the image has no letter e");
    }
    let request = format!("{}Accept: {}\r\nConnection: close\r\n\r\n", cx.raw_head("GET", &path), image.media_type);
    let reply = cx.raw(request).await?;
    let status = answered(&reply)?.status;
    if status == 200 {
        return Ok(());
    }
    fail("200 OK, as for the path without %65", status.to_string(), reply.exchange)
}

async fn chunked(cx: &Context) -> Verdict {
    let image = fixtures::Image::oci(&cx.seed()).build();
    let repository = cx.repository();
    cx.push_below(&repository, &(&image).into()).await?;
    let (first, rest) = image.manifest.bytes.split_at(20);
    let head = format!(
        "{}Content-Type: {}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Checked\r\nConnection: close\r\n\r\n",
        cx.raw_head("PUT", &cx.manifest_path(&repository, "chunked")),
        image.manifest.media_type
    );
    let mut body = format!("{:x};note=\"first\"\r\n", first.len()).into_bytes();
    body.extend_from_slice(first);
    body.extend_from_slice(format!("\r\n{:X}\r\n", rest.len()).as_bytes());
    body.extend_from_slice(rest);
    body.extend_from_slice(b"\r\n0\r\nX-Checked: yes\r\n\r\n");
    let pieces: [&[u8]; 2] = [head.as_bytes(), &body];
    let (quiet, deadline) = (Duration::from_millis(800), Duration::from_secs(5));
    let reply = cx.http().raw(&pieces, Duration::from_millis(20), quiet, deadline).await?;
    let status = answered(&reply)?.status;
    if status == 411 {
        return skip("bodies without a length are not taken (411)");
    }
    if status == 201 {
        return Ok(());
    }
    fail("201 Created", status.to_string(), reply.exchange)
}
