//! Several clients at once.

use fixtures::{Blob, Image};
use futures_util::future::join_all;
use scenarios::capability::Capability::{DeleteTag, Push};
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "concurrency.blob.same-digest",
        title: "Two uploads of the same blob at once both go on, and the blob is whole",
        statements: &["OCI-003", "OCI-019"],
        needs: &[Push],
        tags: &["concurrency"],
        teeth: Teeth { fault: "blob-body-altered", shows: "differ" },
        usually: "both uploads write to the same file under the blob's final name",
        run: |cx| judge(same_digest(cx)),
    },
    Check {
        id: "concurrency.chunk.same-range",
        title: "Of two chunks with the same range sent at once to a session, at most one is taken",
        statements: &["D11-060", "OCI-003"],
        needs: &[Push],
        tags: &["concurrency"],
        teeth: Teeth { fault: "chunk-refusal-as-202", shows: "202" },
        usually: "the offset is compared before the session is locked, so both chunks pass the comparison",
        run: |cx| judge(same_range(cx)),
    },
    Check {
        id: "concurrency.close.twice",
        title: "A session closed twice at once yields the blob whole",
        statements: &["OCI-003"],
        needs: &[Push],
        tags: &["concurrency"],
        teeth: Teeth { fault: "blob-body-altered", shows: "differ" },
        usually: "the second closing PUT truncates or moves the data that the first one has just published",
        run: |cx| judge(close_twice(cx)),
    },
    Check {
        id: "concurrency.tag.overwrite",
        title: "While a tag is moved, readers get the old or the new manifest and never an error",
        statements: &["OCI-004"],
        needs: &[Push],
        tags: &["concurrency"],
        teeth: Teeth { fault: "tag-overwrite-gap", shows: "404" },
        usually: "the tag is rewritten in place, or deleted and made again, instead of being replaced at once",
        run: |cx| judge(overwrite(cx)),
    },
    Check {
        id: "concurrency.tag.delete-put",
        title: "After a tag was deleted and pushed at once, what is listed can be pulled",
        statements: &["OCI-013"],
        needs: &[Push, DeleteTag],
        tags: &["concurrency"],
        teeth: Teeth { fault: "tags-list-shows-deleted", shows: "listed" },
        usually: "the deletion takes the tag's link after the push has written it, and leaves its directory listed",
        run: |cx| judge(delete_put(cx)),
    },
];

async fn pull_tag(cx: &Context, repository: &str, tag: &str) -> Verdict<Response> {
    let request = cx.http().get(&cx.manifest_path(repository, tag));
    Ok(request.header("Accept", fixtures::media_type::OCI_MANIFEST).send().await?)
}

async fn same_digest(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let blob = Blob::random(&cx.seed(), 256 << 10);
    let uploads = (0..4).map(|_| async {
        let location = cx.start_upload(&repository).await?;
        cx.close(&location, &blob.digest, blob.bytes.clone()).await?.expect_status(&[201]).map(|_| ())
    });
    join_all(uploads).await.into_iter().collect::<Verdict>()?;
    cx.expect_blob(&repository, &blob).await
}

async fn same_range(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let location = cx.start_upload(&repository).await?;
    let blob = Blob::random(&cx.seed(), 64 << 10);
    let target =
        location.query().map_or_else(|| location.path().to_owned(), |query| format!("{}?{query}", location.path()));
    let head = format!(
        "PATCH {target} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/octet-stream\r\nContent-Range: 0-{}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        cx.http().raw_host(),
        blob.bytes.len() - 1,
        blob.bytes.len()
    );
    let (first, rest) = blob.bytes.split_at(blob.bytes.len() / 2);
    // Both are under way before either is done.
    let begin = [head.as_bytes(), first].concat();
    let (one, two) = tokio::join!(cx.raw_in_two(&begin, rest), cx.raw_in_two(&begin, rest));
    let (one, two) = (one?, two?);
    let taken = |reply: &scenarios::raw::RawReply| reply.head().is_some_and(|head| head.status == 202);
    if taken(&one) && taken(&two) {
        return fail("202 for one chunk, a refusal for the other", "202 Accepted for both", two.exchange);
    }
    Ok(())
}

async fn close_twice(cx: &Context) -> Verdict {
    let repository = cx.repository();
    for round in 0..4 {
        let location = cx.start_upload(&repository).await?;
        let blob = Blob::random(&cx.seed().child(round), 512 << 10);
        let range = format!("0-{}", blob.bytes.len() - 1);
        let patched = cx.patch(&location, &range, blob.bytes.clone()).await?;
        let location = patched.expect_status(&[202])?.expect_location()?;
        // Whoever is told that the blob is there has to find it, at once.
        let closings = (0..3).map(|_| async {
            match cx.close(&location, &blob.digest, "").await?.code() {
                201 => cx.expect_blob(&repository, &blob).await,
                _ => Ok(()),
            }
        });
        join_all(closings).await.into_iter().collect::<Verdict>()?;
    }
    Ok(())
}

async fn overwrite(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let images = [Image::oci(&cx.seed().child(0)).build(), Image::oci(&cx.seed().child(1)).build()];
    for image in &images {
        cx.push(&repository, "moving", image).await?;
    }
    let write = async {
        for round in 0..10 {
            cx.push_manifest(&repository, "moving", &images[round % 2].manifest).await?;
        }
        Ok(())
    };
    let read = async {
        for _ in 0..20 {
            let response = pull_tag(cx, &repository, "moving").await?;
            response.expect_status(&[200])?;
            if images.iter().all(|image| image.manifest.bytes != response.body()) {
                return fail("one of the two manifests", "other bytes", response.exchange());
            }
        }
        Ok(())
    };
    let (written, read, more) = tokio::join!(write, read, async { pull_tag(cx, &repository, "moving").await });
    written.and(read)?;
    more?.expect_status(&[200])?;
    Ok(())
}

async fn delete_put(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push(&repository, "kept", &image).await?;
    let path = cx.manifest_path(&repository, "raced");
    for _ in 0..5 {
        cx.push_manifest(&repository, "raced", &image.manifest).await?;
        let (deleted, put) =
            tokio::join!(cx.http().delete(&path).send(), cx.put_manifest(&repository, "raced", &image.manifest));
        deleted?.expect_no_server_error()?;
        put?.expect_no_server_error()?;
        let list = cx.http().get(&cx.tags_path(&repository)).send().await?;
        let listed = String::from_utf8_lossy(list.expect_status(&[200])?.body()).contains("\"raced\"");
        let pulled = pull_tag(cx, &repository, "raced").await?;
        if listed && pulled.code() != 200 {
            return fail(
                "200 for a tag that is listed",
                format!("{}: listed all the same", pulled.summary()),
                list.exchange(),
            );
        }
        cx.http().delete(&path).send().await?.expect_no_server_error()?;
        let list = cx.http().get(&cx.tags_path(&repository)).send().await?;
        if String::from_utf8_lossy(list.body()).contains("\"raced\"") {
            return fail("a list without the deleted tag", "it is still listed", list.exchange());
        }
    }
    Ok(())
}
