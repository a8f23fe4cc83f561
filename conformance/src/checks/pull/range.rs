//! Part of a blob: one range.

use fixtures::Blob;
use scenarios::capability::Capability::Content;
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

const IGNORED: &str = "Range is ignored, and the whole blob comes with 200";

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "pull.range.first-bytes",
        title: "A range of a blob comes with 206 and just those bytes",
        statements: &["D11-031", "HTTP-050"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "range-ignored", shows: "200 OK" },
        usually: "Range is not read, so that broken downloads start again from nothing",
        run: |cx| judge(first_bytes(cx)),
    },
    Check {
        id: "pull.range.content-range",
        title: "A part says in Content-Range which bytes of how many it holds, and holds just those",
        statements: &["HTTP-061", "HTTP-066"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "content-range-off-by-one", shows: "bytes 3-10" },
        usually: "the end of the range is counted as exclusive",
        run: |cx| judge(content_range(cx)),
    },
    Check {
        id: "pull.range.open",
        title: "A range without an end reaches to the last byte",
        statements: &["HTTP-058"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "range-open-as-one-byte", shows: "1 bytes" },
        usually: "a missing end is read as the start or as zero",
        run: |cx| judge(open(cx)),
    },
    Check {
        id: "pull.range.end-past-end",
        title: "A range whose end is past the end reaches to the last byte",
        statements: &["HTTP-058"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "range-past-end-refused", shows: "416" },
        usually: "a range is refused as soon as its end is outside of the blob",
        run: |cx| judge(end_past_end(cx)),
    },
    Check {
        id: "pull.range.suffix",
        title: "A suffix range gives the last bytes",
        statements: &["HTTP-056"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "range-suffix-as-prefix", shows: "differ" },
        usually: "bytes=-5 is read as 0-5",
        run: |cx| judge(suffix(cx)),
    },
    Check {
        id: "pull.range.suffix-long",
        title: "A suffix longer than the blob gives all of it",
        statements: &["HTTP-056"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "range-long-suffix-refused", shows: "416" },
        usually: "the start of the range underflows",
        run: |cx| judge(suffix_long(cx)),
    },
    Check {
        id: "pull.range.suffix-zero",
        title: "A suffix of length zero cannot be satisfied",
        statements: &["HTTP-057"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "range-zero-suffix-satisfied", shows: "206" },
        usually: "an empty part is sent with 206",
        run: |cx| judge(suffix_zero(cx)),
    },
    Check {
        id: "pull.range.unsatisfiable",
        title: "A range that starts past the end gives 416",
        statements: &["HTTP-051"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "range-unsatisfiable-as-206", shows: "206" },
        usually: "the start is not compared with the blob's size",
        run: |cx| judge(unsatisfiable(cx)),
    },
    Check {
        id: "pull.range.unsatisfiable-length",
        title: "A 416 says the blob's length in Content-Range",
        statements: &["HTTP-065"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "range-unsatisfiable-without-length", shows: "none" },
        usually: "Content-Range: bytes */N is missing from the refusal",
        run: |cx| judge(unsatisfiable_length(cx)),
    },
    Check {
        id: "pull.range.backwards",
        title: "A range that ends before it starts never gives 206",
        statements: &["HTTP-059"],
        needs: &[Content],
        tags: &["hostile"],
        teeth: Teeth { fault: "range-backwards-served", shows: "206" },
        usually: "start and end are swapped or wrap around",
        run: |cx| judge(backwards(cx)),
    },
    Check {
        id: "pull.range.unknown-unit",
        title: "A range in an unknown unit is ignored",
        statements: &["HTTP-052"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "range-unit-ignored", shows: "206" },
        usually: "the unit before the equals sign is not looked at",
        run: |cx| judge(unknown_unit(cx)),
    },
    Check {
        id: "pull.range.head",
        title: "HEAD with a range gives 200 and the whole length",
        statements: &["HTTP-053"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "range-on-head", shows: "206" },
        usually: "the handler of GET answers HEAD with its range still in force",
        run: |cx| judge(head(cx)),
    },
];

/// A blob that can be pulled, and its answer to one range.
pub(super) async fn ask(cx: &Context, range: impl Fn(usize) -> String) -> Verdict<(Response, Blob)> {
    let image = cx.published().await?;
    let request = cx.http().get(&cx.blob_path(&image.repository, &image.blob.digest));
    let response = request.header("Range", range(image.blob.bytes.len())).send().await?;
    Ok((response, image.blob))
}

/// The part is `from..to` of the blob; a registry that ignores ranges is not judged here.
fn expect_part(response: &Response, blob: &Blob, from: usize, to: usize) -> Verdict {
    if response.code() == 200 {
        return skip(IGNORED);
    }
    response.expect_status(&[206])?.expect_body(&blob.bytes[from..to])?;
    Ok(())
}

async fn first_bytes(cx: &Context) -> Verdict {
    let (response, blob) = ask(cx, |_| "bytes=0-9".to_owned()).await?;
    response.expect_status(&[206])?.expect_body(&blob.bytes[..10])?;
    Ok(())
}

async fn content_range(cx: &Context) -> Verdict {
    let (response, blob) = ask(cx, |_| "bytes=3-9".to_owned()).await?;
    expect_part(&response, &blob, 3, 10)?;
    response.expect_header_value("Content-Range", &format!("bytes 3-9/{}", blob.size()))?;
    Ok(())
}

async fn open(cx: &Context) -> Verdict {
    let (response, blob) = ask(cx, |_| "bytes=5-".to_owned()).await?;
    expect_part(&response, &blob, 5, blob.bytes.len())
}

async fn end_past_end(cx: &Context) -> Verdict {
    let (response, blob) = ask(cx, |size| format!("bytes=5-{}", size + 100)).await?;
    expect_part(&response, &blob, 5, blob.bytes.len())
}

async fn suffix(cx: &Context) -> Verdict {
    let (response, blob) = ask(cx, |_| "bytes=-5".to_owned()).await?;
    expect_part(&response, &blob, blob.bytes.len() - 5, blob.bytes.len())
}

async fn suffix_long(cx: &Context) -> Verdict {
    let (response, blob) = ask(cx, |size| format!("bytes=-{}", size + 1)).await?;
    // The whole is a right answer with either status.
    response.expect_status(&[200, 206])?.expect_body(&blob.bytes)?;
    Ok(())
}

async fn suffix_zero(cx: &Context) -> Verdict {
    let (response, _) = ask(cx, |_| "bytes=-0".to_owned()).await?;
    if response.code() == 206 { response.wrong_status("416, or 200 with the whole") } else { Ok(()) }
}

async fn unsatisfiable(cx: &Context) -> Verdict {
    let (response, _) = ask(cx, |size| format!("bytes={size}-")).await?;
    if response.code() == 200 {
        return skip(IGNORED);
    }
    response.expect_status(&[416])?;
    Ok(())
}

async fn unsatisfiable_length(cx: &Context) -> Verdict {
    let (response, blob) = ask(cx, |size| format!("bytes={size}-")).await?;
    if response.code() != 416 {
        return skip(format!("a range past the end is not refused with 416 ({})", response.code()));
    }
    response.expect_header_value("Content-Range", &format!("bytes */{}", blob.size()))?;
    Ok(())
}

async fn backwards(cx: &Context) -> Verdict {
    let (response, _) = ask(cx, |_| "bytes=9-3".to_owned()).await?;
    response.expect_no_server_error()?;
    if response.code() == 206 { response.wrong_status("200 with the whole, or a refusal") } else { Ok(()) }
}

async fn unknown_unit(cx: &Context) -> Verdict {
    let (response, blob) = ask(cx, |_| "lines=0-3".to_owned()).await?;
    response.expect_status(&[200])?.expect_body(&blob.bytes)?;
    Ok(())
}

async fn head(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let request = cx.http().head(&cx.blob_path(&image.repository, &image.blob.digest));
    let response = request.header("Range", "bytes=0-3").send().await?;
    response.expect_status(&[200])?;
    match response.header("Content-Length") {
        Some("4") => fail(format!("Content-Length: {}", image.blob.size()), "Content-Length: 4", response.exchange()),
        _ => Ok(()),
    }
}
