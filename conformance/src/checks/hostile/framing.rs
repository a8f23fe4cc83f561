//! Where a message ends: the ground on which requests are smuggled.

use scenarios::capability::Capability::Push;
use scenarios::expect::{Verdict, fail};
use scenarios::raw::RawReply;

use crate::check::{Check, Teeth, judge};
use crate::context::{Context, answered, refused};

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "hostile.framing.length-and-chunked",
        title: "After a request with both Content-Length and Transfer-Encoding the connection is closed",
        statements: &["HTTP-037"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "mixed-framing-accepted", shows: "open" },
        usually: "one of the two is followed silently; behind another server that follows the other, requests can be smuggled",
        run: |cx| judge(length_and_chunked(cx)),
    },
    Check {
        id: "hostile.framing.length-invalid",
        title: "A Content-Length that is no number is answered with 400 and the connection is closed",
        statements: &["HTTP-042"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "length-invalid-as-zero", shows: "open" },
        usually: "a Content-Length that does not parse is taken for zero",
        run: |cx| judge(length_invalid(cx)),
    },
    Check {
        id: "hostile.framing.length-twice",
        title: "Two lengths that differ are answered with 400 and the connection is closed",
        statements: &["HTTP-042"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "length-twice-first-wins", shows: "open" },
        usually: "the first or the last of the two is followed silently",
        run: |cx| judge(length_twice(cx)),
    },
    Check {
        id: "hostile.framing.chunk-size",
        title: "A chunk size too large for a number does no harm: the body is refused",
        statements: &["HTTP-044"],
        needs: &[Push],
        tags: &["hostile"],
        teeth: Teeth { fault: "chunk-size-overflow-as-201", shows: "201" },
        usually: "the size wraps around or the error is reported as a failure of the server",
        run: |cx| judge(chunk_size(cx)),
    },
    Check {
        id: "hostile.framing.chunk-malformed",
        title: "A chunk size that is no number, or too large for one, is not answered with a failure of the server",
        statements: &["HTTP-001"],
        needs: &[Push],
        tags: &["hostile"],
        teeth: Teeth { fault: "chunk-malformed-as-500", shows: "500" },
        usually: "whatever breaks while the body is read is reported as a failure of the storage",
        run: |cx| judge(chunk_malformed(cx)),
    },
    Check {
        id: "hostile.framing.coding-unknown",
        title: "A transfer coding that nobody knows is refused",
        statements: &["HTTP-038"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "coding-unknown-as-identity", shows: "200" },
        usually: "an unknown transfer coding is ignored",
        run: |cx| judge(coding_unknown(cx)),
    },
    Check {
        id: "hostile.framing.chunked-not-last",
        title: "A request whose last coding is not chunked is answered with 400 and its connection is closed",
        statements: &["HTTP-041"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "coding-unknown-as-identity", shows: "200" },
        usually: "the codings are searched for the word chunked instead of looking at the last one",
        run: |cx| judge(chunked_not_last(cx)),
    },
    Check {
        id: "hostile.framing.old-client-chunked",
        title: "A request in HTTP/1.0 with Transfer-Encoding is not followed by another on its connection",
        statements: &["HTTP-040"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "old-client-chunked-accepted", shows: "open" },
        usually: "HTTP/1.0 with keep-alive is treated like HTTP/1.1",
        run: |cx| judge(old_client_chunked(cx)),
    },
    Check {
        id: "hostile.framing.unread-body",
        title: "The body of a refused request is never taken for the next request",
        statements: &["HTTP-046"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "unread-body-as-request", shows: "2 answers" },
        usually: "an early refusal leaves the body in the buffer of a connection that goes on",
        run: |cx| judge(unread_body(cx)),
    },
    Check {
        id: "hostile.framing.truncated",
        title: "A body that ends early is not stored as if it were whole",
        statements: &["HTTP-045"],
        needs: &[Push],
        tags: &["hostile"],
        teeth: Teeth { fault: "short-body-accepted", shows: "200 OK" },
        usually: "the end of the connection is taken for the end of the body",
        run: |cx| judge(truncated(cx)),
    },
];

/// The connection is closed, whatever was answered.
fn expect_closed(reply: &RawReply) -> Verdict {
    if reply.closed {
        return Ok(());
    }
    fail("the connection closed", "it is still open", reply.exchange)
}

async fn length_and_chunked(cx: &Context) -> Verdict {
    let head = cx.raw_head("POST", "/v2/");
    let reply = cx.raw(format!("{head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")).await?;
    expect_closed(&reply)
}

async fn length_invalid(cx: &Context) -> Verdict {
    for length in ["abc", "-1", "1e3", "0x10", "99999999999999999999999999"] {
        let reply = cx.raw(format!("{}Content-Length: {length}\r\n\r\n", cx.raw_head("POST", "/v2/"))).await?;
        refused(&reply, &[], true)?;
        expect_closed(&reply)?;
    }
    Ok(())
}

async fn length_twice(cx: &Context) -> Verdict {
    let head = cx.raw_head("POST", "/v2/");
    let reply = cx.raw(format!("{head}Content-Length: 0\r\nContent-Length: 5\r\n\r\nabcde")).await?;
    refused(&reply, &[], true)?;
    expect_closed(&reply)
}

/// The answers to a manifest in a chunk whose size cannot be read.
async fn malformed_chunks(cx: &Context) -> Verdict<Vec<RawReply>> {
    let head = cx.raw_head("PUT", &cx.manifest_path(&cx.repository(), "tag"));
    let kind = fixtures::media_type::OCI_MANIFEST;
    let mut replies = Vec::new();
    for size in ["fffffffffffffffff", "-5", "xyz", ""] {
        let body = format!("Content-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\nabcde\r\n0\r\n\r\n");
        replies.push(cx.raw(format!("{head}{body}")).await?);
    }
    Ok(replies)
}

async fn chunk_size(cx: &Context) -> Verdict {
    for reply in malformed_chunks(cx).await? {
        match reply.head() {
            Some(head) if head.status < 400 => return fail("a refusal", head.status.to_string(), reply.exchange),
            None if !reply.closed => return refused(&reply, &[], true),
            _ => {}
        }
    }
    Ok(())
}

async fn chunk_malformed(cx: &Context) -> Verdict {
    for reply in malformed_chunks(cx).await? {
        if let Some(head) = reply.head().filter(|head| head.status >= 500) {
            return fail("a status below 500", head.status.to_string(), reply.exchange);
        }
    }
    Ok(())
}

async fn coding_unknown(cx: &Context) -> Verdict {
    let head = cx.raw_head("GET", "/v2/");
    let reply = cx.raw(format!("{head}Transfer-Encoding: plimsoll\r\nConnection: close\r\n\r\n")).await?;
    refused(&reply, &[501], true)
}

async fn chunked_not_last(cx: &Context) -> Verdict {
    let head = cx.raw_head("GET", "/v2/");
    let reply = cx.raw(format!("{head}Transfer-Encoding: chunked, plimsoll\r\n\r\n0\r\n\r\n")).await?;
    refused(&reply, &[501], true)?;
    expect_closed(&reply)
}

async fn old_client_chunked(cx: &Context) -> Verdict {
    let head = cx.raw_head("POST", "/v2/").replace(" HTTP/1.1\r\n", " HTTP/1.0\r\n");
    let reply = cx.raw(format!("{head}Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")).await?;
    expect_closed(&reply)
}

async fn unread_body(cx: &Context) -> Verdict {
    let inner = format!("{}\r\n", cx.raw_head("GET", "/v2/"));
    let head = cx.raw_head("POST", "/v2/_no/such/route");
    let reply = cx.raw_in_two(format!("{head}Content-Length: {}\r\n\r\n", inner.len()), &inner).await?;
    answered(&reply)?;
    let text = String::from_utf8_lossy(&reply.bytes);
    let answers = text.matches("HTTP/1.1 ").count();
    if answers == 1 {
        return Ok(());
    }
    fail("one answer to one request", format!("{answers} answers"), reply.exchange)
}

async fn truncated(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = fixtures::Image::oci(&cx.seed()).build();
    cx.push_below(&repository, &(&image).into()).await?;
    let head = format!(
        "{}Content-Type: {}\r\nContent-Length: {}\r\n\r\n",
        cx.raw_head("PUT", &cx.manifest_path(&repository, "cut")),
        image.manifest.media_type,
        image.manifest.bytes.len() + 10
    );
    cx.raw_cut([head.as_bytes(), &image.manifest.bytes].concat()).await?;
    let request = cx.http().get(&cx.manifest_path(&repository, "cut"));
    request.header("Accept", &image.manifest.media_type).send().await?.expect_status(&[404])?;
    Ok(())
}
