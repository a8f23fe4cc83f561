//! Input that must be refused: names, references, sessions.

use fixtures::names;
use http::Method;
use scenarios::capability::Capability::{Content, Push};
use scenarios::expect::{Verdict, fail};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "errors.name.invalid",
        title: "A repository name outside of the grammar is refused",
        statements: &["D11-011", "API-007"],
        needs: &[Push],
        tags: &["hostile"],
        teeth: Teeth { fault: "name-grammar-unchecked", shows: "202" },
        usually: "names go to the storage as they come, or are lower-cased on the way",
        run: |cx| judge(name(cx)),
    },
    Check {
        id: "errors.reference.invalid",
        title: "A reference that is neither digest nor tag names no manifest",
        statements: &["D11-009", "D11-010"],
        needs: &[Content],
        tags: &["hostile"],
        teeth: Teeth { fault: "reference-numeric-as-position", shows: "200" },
        usually: "the reference is looked up by a prefix or a position",
        run: |cx| judge(reference(cx)),
    },
    Check {
        id: "errors.upload.unknown",
        title: "A session that does not exist is refused",
        statements: &["OCI-015"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "upload-unknown-as-204", shows: "204" },
        usually: "an unknown session is answered like a fresh one",
        run: |cx| judge(upload(cx)),
    },
    Check {
        id: "hostile.reference.malformed",
        title: "A malformed reference is not answered with a failure of the server",
        statements: &["HTTP-001", "HTTP-002"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "reference-malformed-as-500", shows: "500" },
        usually: "an error of the digest's parser is not translated",
        run: |cx| judge(reference_malformed(cx)),
    },
    Check {
        id: "hostile.name.long",
        title: "A repository name of 256 characters is not answered with a failure of the server",
        statements: &["HTTP-001", "HTTP-002"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "name-long-as-500", shows: "500" },
        usually: "the length is not checked before the storage's own limit is hit",
        run: |cx| judge(name_long(cx)),
    },
];

async fn name(cx: &Context) -> Verdict {
    for sample in names::invalid_repositories().into_iter().filter(|sample| sample.literal) {
        let path = cx.uploads_path(&sample.text);
        let response = cx.http().post(&path).header("Content-Length", "0").send().await?;
        if response.status().is_success() {
            let expected = format!("a refusal of the name {} ({})", sample.text, sample.why);
            return fail(expected, response.summary(), response.exchange());
        }
        response.expect_no_server_error()?;
    }
    Ok(())
}

async fn reference(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let hex = image.digest.split(':').nth(1).unwrap_or_default();
    let short = format!("sha256:{}", &hex[..hex.len().min(12)]);
    for reference in [".hidden", "-dash", "0", "sha256:", &short, &format!("md5:{hex}")] {
        let request = cx.http().get(&cx.manifest_path(&image.repository, reference));
        let response = request.header("Accept", &image.media_type).send().await?;
        if response.status().is_success() {
            return response.wrong_status(&format!("a refusal of the reference {reference}"));
        }
    }
    Ok(())
}

async fn reference_malformed(cx: &Context) -> Verdict {
    let repository = cx.repository();
    for reference in ["sha256:", "sha256:abc", "md5:0123456789abcdef0123456789abcdef", ":", "sha256:zz", "+:+"] {
        for path in [cx.manifest_path(&repository, reference), cx.blob_path(&repository, reference)] {
            cx.http().get(&path).send().await?.expect_no_server_error()?;
        }
    }
    Ok(())
}

async fn upload(cx: &Context) -> Verdict {
    let repository = cx.repository();
    cx.start_upload(&repository).await?;
    let path = format!("{}00000000-0000-4000-8000-000000000000", cx.uploads_path(&repository));
    cx.http().request(Method::GET, &path).send().await?.expect_refusal()?;
    let request = cx.http().request(Method::PATCH, &path).header("Content-Type", "application/octet-stream");
    request.header("Content-Range", "0-9").body(cx.seed().bytes(10)).send().await?.expect_refusal()?;
    Ok(())
}

async fn name_long(cx: &Context) -> Verdict {
    for name in [names::repository_of(256), "a".repeat(256), names::repository_of(1000)] {
        cx.http().get(&cx.manifest_path(&name, "tag")).send().await?.expect_no_server_error()?;
        let request = cx.http().post(&cx.uploads_path(&name)).header("Content-Length", "0");
        request.send().await?.expect_no_server_error()?;
    }
    Ok(())
}
