//! What is a digest, and what is none.
//!
//! Source: OCI image specification, content descriptor, "Digests" and "Registered algorithms".

use fixtures::{Algorithm, Blob};
use scenarios::capability::Capability::{Content, Push, Sha512};
use scenarios::expect::Verdict;

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "pull.digest.grammar",
        title: "What is no digest names no blob",
        statements: &["IMG-DESC-022"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "malformed-digest-as-empty-blob", shows: "200" },
        usually: "the part of the path after blobs/ is not parsed",
        run: |cx| judge(grammar(cx)),
    },
    Check {
        id: "pull.digest.sha256-form",
        title: "A sha256 that is not 64 hexadecimal digits in lower case names no blob",
        statements: &["IMG-DESC-032"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "digest-case-ignored", shows: "200" },
        usually: "digests are compared without regard to case, or by a prefix",
        run: |cx| judge(sha256_form(cx)),
    },
    Check {
        id: "pull.digest.sha512-form",
        title: "A sha512 that is not 128 hexadecimal digits in lower case names no blob",
        statements: &["IMG-DESC-035"],
        needs: &[Push, Sha512],
        tags: &[],
        teeth: Teeth { fault: "digest-case-ignored", shows: "200" },
        usually: "digests are compared without regard to case, or by a prefix",
        run: |cx| judge(sha512_form(cx)),
    },
    Check {
        id: "pull.digest.blake3-form",
        title: "A blake3 that is not 64 hexadecimal digits in lower case names no blob",
        statements: &["IMG-DESC-039"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blake3-unparsed", shows: "200" },
        usually: "an algorithm that is not implemented is let through",
        run: |cx| judge(blake3_form(cx)),
    },
];

/// None of these names a blob.
async fn expect_refused(cx: &Context, repository: &str, digests: &[String]) -> Verdict {
    for digest in digests {
        cx.http().get(&cx.blob_path(repository, digest)).send().await?.expect_refusal()?;
    }
    Ok(())
}

/// Other spellings of `algorithm:hex` that are none of its digests.
fn misspelt(algorithm: &str, hex: &str) -> Vec<String> {
    let other = hex.to_uppercase();
    let short = &hex[..hex.len() - 1];
    [&other, short, &format!("{hex}0"), &format!("{short}g")].map(|hex| format!("{algorithm}:{hex}")).to_vec()
}

async fn grammar(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let hex = image.blob.digest.hex();
    let digests = [hex.to_owned(), format!("sha256-{hex}"), format!("SHA256:{hex}"), format!("sha256+:{hex}")];
    expect_refused(cx, &image.repository, &digests).await
}

async fn sha256_form(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    expect_refused(cx, &image.repository, &misspelt("sha256", image.blob.digest.hex())).await
}

async fn sha512_form(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let blob = Blob::random(&cx.seed(), 64).addressed_by(Algorithm::Sha512);
    cx.push_blob(&repository, &blob).await?;
    expect_refused(cx, &repository, &misspelt("sha512", blob.digest.hex())).await
}

async fn blake3_form(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    expect_refused(cx, &image.repository, &misspelt("blake3", &"af1349b9".repeat(8))).await
}
