//! Heads of requests that are malformed, too large or too slow.

use std::time::Duration;

use scenarios::expect::{Verdict, fail};

use crate::check::{Check, Teeth, judge};
use crate::context::{Context, answered, refused};

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "hostile.request-line.invalid",
        title: "A request line that is no request line is refused",
        statements: &["HTTP-032"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "request-line-invalid-as-200", shows: "200" },
        usually: "the first line is split at spaces without being checked",
        run: |cx| judge(request_line(cx)),
    },
    Check {
        id: "hostile.host.missing",
        title: "A request without Host is answered with 400",
        statements: &["HTTP-034"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "host-unchecked", shows: "200" },
        usually: "Host is only read when a URL is made",
        run: |cx| judge(host_missing(cx)),
    },
    Check {
        id: "hostile.host.twice",
        title: "A request with two Host fields is answered with 400",
        statements: &["HTTP-034"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "host-unchecked", shows: "200" },
        usually: "the first of the two is used silently, while a proxy in front may use the other",
        run: |cx| judge(host_twice(cx)),
    },
    Check {
        id: "hostile.header.space",
        title: "A space between a field name and its colon is answered with 400",
        statements: &["HTTP-035"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "field-name-space-ignored", shows: "200" },
        usually: "names are trimmed, which hides a field from one server and shows it to another",
        run: |cx| judge(space(cx)),
    },
    Check {
        id: "hostile.header.folded",
        title: "A folded header line is refused or read as one value, and does no harm",
        statements: &["HTTP-036"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "folded-header-as-500", shows: "500" },
        usually: "the continuation line is taken for a header of its own",
        run: |cx| judge(folded(cx)),
    },
    Check {
        id: "hostile.header.nul",
        title: "A field value with NUL in it is refused or cleaned",
        statements: &["HTTP-023"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "nul-in-header-as-500", shows: "500" },
        usually: "control characters reach the application",
        run: |cx| judge(nul(cx)),
    },
    Check {
        id: "hostile.header.large",
        title: "Header fields larger than the registry takes are answered with a 4xx",
        statements: &["HTTP-022"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "large-header-as-500", shows: "500" },
        usually: "the limit of the HTTP library surfaces as a failure, or there is none",
        run: |cx| judge(large(cx)),
    },
    Check {
        id: "hostile.target.long",
        title: "A request target longer than the registry takes is answered with 414 or another 4xx",
        statements: &["HTTP-030"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "long-target-as-500", shows: "500" },
        usually: "the limit of the HTTP library surfaces as a failure, or there is none",
        run: |cx| judge(long_target(cx)),
    },
    Check {
        id: "hostile.slow.header",
        title: "A connection whose request never ends does not stay open for ever",
        statements: &["HTTP-049"],
        needs: &[],
        tags: &["hostile", "slow"],
        teeth: Teeth { fault: "head-timeout-missing", shows: "open" },
        usually: "no timeout covers the head of a request, so idle clients use up the connections",
        run: |cx| judge(slow(cx)),
    },
];

async fn request_line(cx: &Context) -> Verdict {
    let host = cx.http().raw_host();
    for line in ["GET", "GET /v2/ HTTP/1.1 more", "\u{1}\u{2}\u{3}", "GET /v2/ HTTX/1.1"] {
        refused(&cx.raw(format!("{line}\r\nHost: {host}\r\n\r\n")).await?, &[501, 505], true)?;
    }
    Ok(())
}

async fn host_missing(cx: &Context) -> Verdict {
    let target = format!("{}/v2/", cx.http().raw_prefix());
    refused(&cx.raw(format!("GET {target} HTTP/1.1\r\nConnection: close\r\n\r\n")).await?, &[], true)
}

async fn host_twice(cx: &Context) -> Verdict {
    let head = cx.raw_head("GET", "/v2/");
    refused(&cx.raw(format!("{head}Host: other.example\r\nConnection: close\r\n\r\n")).await?, &[], true)
}

async fn space(cx: &Context) -> Verdict {
    let head = cx.raw_head("GET", "/v2/");
    refused(&cx.raw(format!("{head}X-Test : value\r\nConnection: close\r\n\r\n")).await?, &[], true)
}

async fn folded(cx: &Context) -> Verdict {
    let head = cx.raw_head("GET", "/v2/");
    let reply = cx.raw(format!("{head}X-Test: one\r\n two\r\nConnection: close\r\n\r\n")).await?;
    harmless(&reply)
}

async fn nul(cx: &Context) -> Verdict {
    let head = cx.raw_head("GET", "/v2/");
    let reply = cx.raw(format!("{head}X-Test: a\0b\r\nConnection: close\r\n\r\n")).await?;
    harmless(&reply)
}

async fn large(cx: &Context) -> Verdict {
    let head = cx.raw_head("GET", "/v2/");
    let reply = cx.raw(format!("{head}X-Test: {}\r\nConnection: close\r\n\r\n", "a".repeat(2 << 20))).await?;
    harmless(&reply)
}

async fn long_target(cx: &Context) -> Verdict {
    let head = cx.raw_head("GET", &format!("/v2/?{}", "a".repeat(2 << 20)));
    harmless(&cx.raw(format!("{head}Connection: close\r\n\r\n")).await?)
}

/// Answered without a failure of the server, or closed.
fn harmless(reply: &scenarios::raw::RawReply) -> Verdict {
    match reply.head() {
        Some(head) if head.status >= 500 => fail("a status below 500", head.status.to_string(), reply.exchange),
        Some(_) => Ok(()),
        None if reply.closed => Ok(()),
        None => answered(reply).map(|_| ()),
    }
}

async fn slow(cx: &Context) -> Verdict {
    let head = cx.raw_head("GET", "/v2/");
    // Servers in wide use wait for a minute.
    let patience = Duration::from_secs(70);
    let reply = cx.http().raw(&[head.as_bytes()], Duration::ZERO, patience, patience).await?;
    if reply.closed {
        return Ok(());
    }
    fail("the connection closed within 70 s", "it is still open", reply.exchange)
}
