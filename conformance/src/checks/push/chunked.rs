//! "Pushing a blob in chunks": what must work.

use fixtures::Blob;
use scenarios::capability::Capability::Push;
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail, skip};
use url::Url;

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "push.chunked.accepted",
        title: "Each chunk taken gives 202 with a Location and the Range received so far",
        statements: &["D11-058", "D10-043"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "chunk-accepted-with-204", shows: "204" },
        usually: "PATCH answers with another success status, or without Location or Range",
        run: |cx| judge(accepted(cx)),
    },
    Check {
        id: "push.chunked.range-inclusive",
        title: "Both ends of a range belong to it: after ten bytes it is 0-9",
        statements: &["D11-053", "OCI-007"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "upload-range-exclusive", shows: "0-10" },
        usually: "the Range header is built from the offset instead of the last byte, one too many",
        run: |cx| judge(range_inclusive(cx)),
    },
    Check {
        id: "push.chunked.closed",
        title: "An upload in chunks, closed by an empty PUT, gives 201 with a Location, and the blob is there",
        statements: &["D11-065"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "last-chunk-lost", shows: "40" },
        usually: "chunks are not appended in order, or the closing PUT looks at its own body only",
        run: |cx| judge(closed(cx)),
    },
    Check {
        id: "push.chunked.final-in-put",
        title: "The last chunk can come in the closing PUT",
        statements: &["D11-062"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "closing-body-ignored", shows: "400" },
        usually: "the closing PUT drops its body when chunks came before",
        run: |cx| judge(final_in_put(cx)),
    },
    Check {
        id: "push.chunked.final-short",
        title: "The last chunk can be of any length",
        statements: &["D11-057"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "short-last-chunk-refused", shows: "4" },
        usually: "the smallest chunk size is asked of the last chunk too",
        run: |cx| judge(final_short(cx)),
    },
    Check {
        id: "push.chunked.minimum",
        title: "A smallest chunk size, where there is one, is a number of bytes",
        statements: &["D11-052"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "chunk-minimum-malformed", shows: "many" },
        usually: "OCI-Chunk-Min-Length is written with a unit or as a range",
        run: |cx| judge(minimum(cx)),
    },
    Check {
        id: "push.chunked.not-before-closing",
        title: "There is no blob before the closing PUT",
        statements: &["D11-063"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "chunk-makes-blob", shows: "200 OK" },
        usually: "PATCH already links what it received under its hash",
        run: |cx| judge(not_before_closing(cx)),
    },
    Check {
        id: "push.chunked.digest-of-part",
        title: "Closing with the digest of the last chunk alone makes no blob",
        statements: &["D11-064", "IMG-DESC-031"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "blob-digest-unchecked", shows: "201" },
        usually: "the digest is compared with the last request's body instead of the whole blob",
        run: |cx| judge(digest_of_part(cx)),
    },
];

/// A blob in pieces, none smaller than the registry's smallest chunk, and the session that takes them.
async fn begin(cx: &Context, repository: &str) -> Verdict<(Url, Blob, usize)> {
    let response = cx.http().post(&cx.uploads_path(repository)).header("Content-Length", "0").send().await?;
    let location = response.expect_status(&[202])?.expect_location()?;
    let least: usize = response.header("OCI-Chunk-Min-Length").and_then(|text| text.parse().ok()).unwrap_or(0);
    if least > 8 << 20 {
        return skip(format!("the smallest chunk is {least} bytes, too much for this check"));
    }
    let piece = least.max(1000);
    Ok((location, Blob::random(&cx.seed(), piece * 2 + 10), piece))
}

async fn first(cx: &Context, location: &Url, blob: &Blob, piece: usize) -> Verdict<Response> {
    cx.patch(location, &format!("0-{}", piece - 1), blob.bytes.slice(..piece)).await
}

async fn accepted(cx: &Context) -> Verdict {
    let (location, blob, piece) = begin(cx, &cx.repository()).await?;
    let response = first(cx, &location, &blob, piece).await?;
    response.expect_status(&[202])?.expect_location()?;
    response.expect_header("Range")?;
    Ok(())
}

async fn range_inclusive(cx: &Context) -> Verdict {
    let (location, blob, _) = begin(cx, &cx.repository()).await?;
    let response = cx.patch(&location, "0-9", blob.bytes.slice(..10)).await?;
    if response.status().is_client_error() {
        return skip(format!("a chunk of ten bytes is not taken ({})", response.summary()));
    }
    response.expect_status(&[202])?.expect_header_value("Range", "0-9")?;
    Ok(())
}

async fn closed(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let (location, blob, piece) = begin(cx, &repository).await?;
    let response = first(cx, &location, &blob, piece).await?;
    let location = response.expect_status(&[202])?.expect_location()?;
    let range = format!("{piece}-{}", blob.bytes.len() - 1);
    let response = cx.patch(&location, &range, blob.bytes.slice(piece..)).await?;
    let location = response.expect_status(&[202])?.expect_location()?;
    let response = cx.close(&location, &blob.digest, "").await?;
    response.expect_status(&[201])?.expect_location()?;
    cx.expect_blob(&repository, &blob).await
}

async fn final_in_put(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let (location, blob, piece) = begin(cx, &repository).await?;
    let location = first(cx, &location, &blob, piece).await?.expect_status(&[202])?.expect_location()?;
    let request = cx.closing(&location, &blob.digest);
    let request = request.header("Content-Range", format!("{piece}-{}", blob.bytes.len() - 1));
    request.body(blob.bytes.slice(piece..)).send().await?.expect_status(&[201])?;
    cx.expect_blob(&repository, &blob).await
}

async fn final_short(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let (location, blob, piece) = begin(cx, &repository).await?;
    let blob = Blob::new(&blob.media_type, blob.bytes.slice(..=piece));
    let location = first(cx, &location, &blob, piece).await?.expect_status(&[202])?.expect_location()?;
    let response = cx.patch(&location, &format!("{piece}-{piece}"), blob.bytes.slice(piece..)).await?;
    let location = response.expect_status(&[202])?.expect_location()?;
    cx.close(&location, &blob.digest, "").await?.expect_status(&[201])?;
    cx.expect_blob(&repository, &blob).await
}

async fn minimum(cx: &Context) -> Verdict {
    let path = cx.uploads_path(&cx.repository());
    let response = cx.http().post(&path).header("Content-Length", "0").send().await?;
    response.expect_status(&[202])?;
    match response.header("OCI-Chunk-Min-Length") {
        Some(text) if text.parse::<u64>().is_err() => {
            fail("OCI-Chunk-Min-Length: a number of bytes", format!("`{text}`"), response.exchange())
        }
        _ => Ok(()),
    }
}

async fn not_before_closing(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let (location, blob, piece) = begin(cx, &repository).await?;
    let blob = Blob::new(&blob.media_type, blob.bytes.slice(..piece));
    first(cx, &location, &blob, piece).await?.expect_status(&[202])?;
    cx.expect_no_blob(&repository, &blob.digest).await
}

async fn digest_of_part(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let (location, blob, piece) = begin(cx, &repository).await?;
    let location = first(cx, &location, &blob, piece).await?.expect_status(&[202])?.expect_location()?;
    let rest = Blob::new(&blob.media_type, blob.bytes.slice(piece..));
    cx.close(&location, &rest.digest, rest.bytes.clone()).await?.expect_refusal()?;
    cx.expect_no_blob(&repository, &rest.digest).await
}
