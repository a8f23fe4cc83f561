//! "Pushing Manifests": what must be refused, and how.

use std::collections::HashSet;

use bytes::Bytes;
use fixtures::{Digest, Image, Manifest, malformed};
use scenarios::capability::Capability::Push;
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "push.manifest.digest-mismatch",
        title: "A manifest pushed to the digest of other bytes is refused and not stored",
        statements: &["D11-084"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-digest-unchecked", shows: "201" },
        usually: "the digest in the path is believed instead of being compared with the hash of the body",
        run: |cx| judge(digest_mismatch(cx)),
    },
    Check {
        id: "push.manifest.blob-missing",
        title: "A manifest refused because a blob is not there is refused with MANIFEST_BLOB_UNKNOWN",
        statements: &["D11-038", "D10-026"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "missing-blob-as-manifest-invalid", shows: "MANIFEST_INVALID" },
        usually: "a missing blob is reported as an invalid manifest or as an unknown one",
        run: |cx| judge(blob_missing(cx)),
    },
    Check {
        id: "push.manifest.refused-leaves-tag",
        title: "A refused manifest leaves the tag where it was",
        statements: &["OCI-004"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tag-moved-by-refused-manifest", shows: "4" },
        usually: "the tag is written before the manifest is verified",
        run: |cx| judge(refused_leaves_tag(cx)),
    },
    Check {
        id: "push.manifest.over-limit",
        title: "A manifest over the limit gives 413",
        statements: &["D11-088"],
        needs: &[Push],
        tags: &["hostile"],
        teeth: Teeth { fault: "manifest-over-limit-as-400", shows: "400" },
        usually: "a body over the limit is answered with 400 or 500, or the connection is closed",
        run: |cx| judge(over_limit(cx)),
    },
    Check {
        id: "push.manifest.limited",
        title: "A registry takes manifests up to some size only",
        statements: &["D11-087"],
        needs: &[Push],
        tags: &["hostile"],
        teeth: Teeth { fault: "manifest-limit-off", shows: "201" },
        usually: "nothing limits the size of a manifest, which is read into memory",
        run: |cx| judge(limited(cx)),
    },
    Check {
        id: "hostile.manifest.malformed",
        title: "A malformed manifest is answered, and not with a failure of the server",
        statements: &["HTTP-001", "HTTP-002"],
        needs: &[Push],
        tags: &["hostile"],
        teeth: Teeth { fault: "malformed-manifest-as-500", shows: "500" },
        usually: "an error of the JSON parser, or of a nested type, is not translated into MANIFEST_INVALID",
        run: |cx| judge(malformed_answered(cx)),
    },
    Check {
        id: "push.manifest.malformed-kept",
        title: "A malformed manifest that is taken all the same comes back byte for byte",
        statements: &["D11-082"],
        needs: &[Push],
        tags: &["hostile"],
        teeth: Teeth { fault: "malformed-manifest-tidied", shows: "bytes" },
        usually: "odd JSON is repaired by being parsed and written again",
        run: |cx| judge(malformed_kept(cx)),
    },
    Check {
        id: "push.manifest.invalid",
        title: "A manifest that breaks its format gives 400",
        statements: &["DKR-052"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-validation-off", shows: "201" },
        usually: "manifests are stored without being validated",
        run: |cx| judge(invalid(cx)),
    },
];

/// More than any registry can be expected to take as a manifest; small enough to send in a test.
const HUGE: usize = 32 << 20;

async fn image(cx: &Context) -> Verdict<(String, Image)> {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push_below(&repository, &(&image).into()).await?;
    Ok((repository, image))
}

async fn digest_mismatch(cx: &Context) -> Verdict {
    let (repository, image) = image(cx).await?;
    let other = Digest::sha256(&cx.seed().bytes(10));
    cx.put_manifest(&repository, &other, &image.manifest).await?.expect_refusal()?;
    cx.http().get(&cx.manifest_path(&repository, &other)).send().await?.expect_status(&[404])?;
    Ok(())
}

async fn blob_missing(cx: &Context) -> Verdict {
    let repository = cx.repository();
    cx.push_blob(&repository, &fixtures::Blob::random(&cx.seed().child("other"), 10)).await?;
    let image = Image::oci(&cx.seed()).build();
    let response = cx.put_manifest(&repository, "tag", &image.manifest).await?;
    if response.code() == 201 {
        return skip("manifests are taken before their blobs, which is allowed");
    }
    response.expect_refusal()?;
    match response.envelope() {
        Some(envelope)
            if !envelope.codes().iter().any(|code| code == "MANIFEST_BLOB_UNKNOWN" || code == "BLOB_UNKNOWN") =>
        {
            fail("the error code MANIFEST_BLOB_UNKNOWN", envelope.codes().join(", "), response.exchange())
        }
        _ => Ok(()),
    }
}

async fn refused_leaves_tag(cx: &Context) -> Verdict {
    let (repository, image) = image(cx).await?;
    cx.push_manifest(&repository, "tag", &image.manifest).await?;
    let broken = Manifest::raw(&image.manifest.media_type, "{\"schemaVersion\":2,\"layers\":\"none\"");
    let response = cx.put_manifest(&repository, "tag", &broken).await?;
    if response.code() == 201 {
        return skip("a manifest that is no JSON is taken");
    }
    let request = cx.http().get(&cx.manifest_path(&repository, "tag"));
    let pulled = request.header("Accept", &image.manifest.media_type).send().await?;
    pulled.expect_status(&[200])?.expect_body(&image.manifest.bytes)?;
    Ok(())
}

/// The answer to a manifest of [`HUGE`] bytes; `None` when the connection was closed over it.
async fn push_huge(cx: &Context) -> Verdict<Option<Response>> {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push_below(&repository, &(&image).into()).await?;
    let request = cx.http().put(&cx.manifest_path(&repository, "huge"));
    // White space behind it leaves a manifest what it is, and one megabyte of it serves again and again.
    let space = Bytes::from(vec![b' '; 1 << 20]);
    let mut pieces = vec![image.manifest.bytes.clone()];
    pieces.resize(1 + (HUGE >> 20), space);
    let request = request.header("Content-Type", &image.manifest.media_type).streamed(pieces);
    // A registry may stop reading and close: HTTP lets the answer get lost then.
    Ok(request.send().await.ok())
}

async fn over_limit(cx: &Context) -> Verdict {
    match push_huge(cx).await? {
        Some(response) if response.code() == 201 => skip(format!("a manifest of {HUGE} bytes is taken")),
        Some(response) if response.code() == 411 => skip("manifests are not taken without a length (411)"),
        Some(response) => response.expect_status(&[413]).map(|_| ()),
        None => skip("the connection was closed while the manifest was being sent"),
    }
}

async fn limited(cx: &Context) -> Verdict {
    match push_huge(cx).await? {
        Some(response) if response.code() == 201 => response.wrong_status(&format!("a refusal of {HUGE} bytes")),
        _ => Ok(()),
    }
}

/// Sends every malformed manifest and hands each answer to `look`.
async fn each_malformed(
    cx: &Context,
    wanted: impl Fn(&malformed::Malformed) -> bool,
    mut look: impl FnMut(&malformed::Malformed, &malformed::Push, &Response) -> Verdict<bool>,
) -> Verdict {
    let repository = cx.repository();
    let mut there = HashSet::new();
    for case in malformed::all().filter(|case| wanted(case)) {
        let push = (case.build)(&cx.seed());
        for blob in &push.blobs {
            if there.insert(blob.digest.to_string()) {
                cx.push_blob(&repository, blob).await?;
            }
        }
        for child in &push.children {
            if there.insert(child.digest.to_string()) {
                cx.push_manifest(&repository, &child.digest, child).await?;
            }
        }
        let reference = push.reference.clone().unwrap_or_else(|| case.name.to_owned());
        let mut request = cx.http().put(&cx.manifest_path(&repository, &reference));
        if let Some(media_type) = &push.media_type {
            request = request.header("Content-Type", media_type);
        }
        let response = request.body(push.bytes.clone()).send().await?;
        if look(case, &push, &response)? {
            let request = cx.http().get(&cx.manifest_path(&repository, &reference));
            let pulled = request.header("Accept", push.media_type.as_deref().unwrap_or("*/*")).send().await?;
            pulled.expect_status(&[200])?.expect_body(&push.bytes)?;
        }
    }
    Ok(())
}

async fn malformed_answered(cx: &Context) -> Verdict {
    each_malformed(
        cx,
        |_| true,
        |case, _, response| {
            if response.code() >= 500 {
                return fail(
                    format!("a status below 500 for the manifest {} ({})", case.name, case.summary),
                    response.summary(),
                    response.exchange(),
                );
            }
            Ok(false)
        },
    )
    .await
}

async fn malformed_kept(cx: &Context) -> Verdict {
    each_malformed(cx, |_| true, |_, _, response| Ok(response.code() == 201)).await
}

async fn invalid(cx: &Context) -> Verdict {
    let clear = |case: &malformed::Malformed| case.refusal >= malformed::Refusal::Should;
    each_malformed(cx, clear, |case, _, response| {
        if response.code() == 201 {
            let expected = format!("a refusal of the manifest {} ({})", case.name, case.summary);
            return fail(expected, response.summary(), response.exchange());
        }
        Ok(false)
    })
    .await
}
