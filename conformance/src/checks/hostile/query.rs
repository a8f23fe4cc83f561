//! Paths, queries and ranges that are malformed or meant to harm.

use http::Method;
use scenarios::capability::Capability::{Content, Push};
use scenarios::expect::{Verdict, fail};

use crate::check::{Check, Teeth, judge};
use crate::context::{Context, answered};

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "hostile.path.traversal",
        title: "Dots and slashes in a path, plain or encoded, lead nowhere",
        statements: &["HTTP-001", "HTTP-002"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "hostile-path-as-500", shows: "500" },
        usually: "the path is decoded after it was split, or reaches the file system",
        run: |cx| judge(traversal(cx)),
    },
    Check {
        id: "hostile.query.negative-count",
        title: "A negative n is answered, and not with a failure of the server",
        statements: &["HTTP-001", "HTTP-002"],
        needs: &[Content],
        tags: &["hostile"],
        teeth: Teeth { fault: "negative-count-hangs-up", shows: "closed" },
        usually: "a list is made with a negative size, which breaks the handler",
        run: |cx| judge(negative(cx)),
    },
    Check {
        id: "hostile.query.huge-count",
        title: "A huge n is answered, and not with a failure of the server",
        statements: &["HTTP-001", "HTTP-002"],
        needs: &[Content],
        tags: &["hostile"],
        teeth: Teeth { fault: "huge-count-as-500", shows: "500" },
        usually: "memory is set aside for n entries before looking how many there are",
        run: |cx| judge(huge(cx)),
    },
    Check {
        id: "hostile.query.malformed",
        title: "A malformed query is answered, and not with a failure of the server",
        statements: &["HTTP-001", "HTTP-002"],
        needs: &[Content],
        tags: &["hostile"],
        teeth: Teeth { fault: "malformed-query-as-500", shows: "500" },
        usually: "an error of the query's parser is not translated",
        run: |cx| judge(malformed(cx)),
    },
    Check {
        id: "hostile.range.malformed",
        title: "A malformed Content-Range is not answered with a failure of the server",
        statements: &["HTTP-001"],
        needs: &[Push],
        tags: &["hostile"],
        teeth: Teeth { fault: "chunk-range-malformed-as-500", shows: "500" },
        usually: "an error of the range's parser is not translated",
        run: |cx| judge(content_range(cx)),
    },
    Check {
        id: "hostile.range.huge",
        title: "Ranges with positions of any number of digits do no harm",
        statements: &["HTTP-060"],
        needs: &[Content],
        tags: &["hostile"],
        teeth: Teeth { fault: "range-huge-as-500", shows: "500" },
        usually: "a position overflows the number it is parsed into",
        run: |cx| judge(range_huge(cx)),
    },
    Check {
        id: "hostile.range.many",
        title: "Very many overlapping ranges do no harm: at most the blob twice over comes back",
        statements: &["HTTP-055"],
        needs: &[Content],
        tags: &["hostile"],
        teeth: Teeth { fault: "range-many-served", shows: "bytes" },
        usually: "each range is served, so that a small request yields an answer of any size",
        run: |cx| judge(range_many(cx)),
    },
];

async fn traversal(cx: &Context) -> Verdict {
    let paths = [
        "/v2/../../etc/passwd",
        "/v2/%2e%2e/%2e%2e/etc/passwd",
        "/v2/a/../../b/manifests/tag",
        "/v2/a%2fb/manifests/tag",
        "/v2/a/manifests/..%2f..%2ftag",
        "/v2/a/blobs/sha256:..%2f..%2f",
        "/v2/a/manifests/%00",
        "/v2/a/manifests/%ff%fe",
        "/v2/a/manifests/%",
        "/v2/a/manifests/%zz",
        "/v2//manifests/tag",
        "/v2/a//manifests/tag",
        "//v2/",
    ];
    for path in paths {
        let reply = cx.raw(format!("{}Connection: close\r\n\r\n", cx.raw_head("GET", path))).await?;
        let status = answered(&reply)?.status;
        if status >= 500 {
            return fail(format!("a status below 500 for {path}"), status.to_string(), reply.exchange);
        }
        if reply.bytes.windows(5).any(|window| window == b"root:") {
            return fail("nothing of the file system", "a file of the system", reply.exchange);
        }
    }
    Ok(())
}

async fn list(cx: &Context, query: &str) -> Verdict {
    let image = cx.published().await?;
    let path = format!("{}?{query}", cx.tags_path(&image.repository));
    cx.http().get(&path).send().await?.expect_no_server_error()?;
    Ok(())
}

async fn negative(cx: &Context) -> Verdict {
    for query in ["n=-1", "n=-9223372036854775808"] {
        list(cx, query).await?;
    }
    Ok(())
}

async fn huge(cx: &Context) -> Verdict {
    for query in ["n=2147483648", "n=9223372036854775807", "n=99999999999999999999999999"] {
        list(cx, query).await?;
    }
    Ok(())
}

async fn malformed(cx: &Context) -> Verdict {
    for query in ["n=abc", "n=", "n=1.5", "n=1&n=2", "last=%00", "last=%ff", "last=..%2f..", "%", "&&&", "n=%zz"] {
        list(cx, query).await?;
    }
    Ok(())
}

async fn content_range(cx: &Context) -> Verdict {
    let repository = cx.repository();
    for range in ["abc", "-", "bytes 0-9/*", "0-9/10", "10-0", "0-99999999999999999999999999"] {
        let location = cx.start_upload(&repository).await?;
        let request = cx.http().request_url(Method::PATCH, location).header("Content-Range", range);
        let request = request.header("Content-Type", "application/octet-stream").body(cx.seed().bytes(10));
        request.send().await?.expect_no_server_error()?;
    }
    Ok(())
}

async fn range(cx: &Context, value: &str) -> Verdict<(scenarios::client::Response, u64)> {
    let image = cx.published().await?;
    let request = cx.http().get(&cx.blob_path(&image.repository, &image.blob.digest)).header("Range", value);
    Ok((request.send().await?, image.blob.size()))
}

async fn range_huge(cx: &Context) -> Verdict {
    let nines = "9".repeat(40);
    for value in [format!("bytes=0-{nines}"), format!("bytes={nines}-"), format!("bytes=-{nines}")] {
        range(cx, &value).await?.0.expect_no_server_error()?;
    }
    Ok(())
}

async fn range_many(cx: &Context) -> Verdict {
    let value = format!("bytes={}", vec!["0-"; 500].join(","));
    let (response, size) = range(cx, &value).await?;
    response.expect_no_server_error()?;
    // Parts have heads of their own; 500 copies are out of any proportion.
    let most = size * 2 + 4096;
    if response.body().len() as u64 > most {
        return fail(format!("at most {most} bytes"), format!("{} bytes", response.body().len()), response.exchange());
    }
    Ok(())
}
