//! "Error Codes": each code for what its row says. A refusal without an envelope is not judged here (`D11-152`).

use fixtures::{Blob, Digest};
use http::Method;
use scenarios::capability::Capability::{Content, Push};
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "errors.code.blob-unknown",
        title: "A blob that is not there is BLOB_UNKNOWN",
        statements: &["OCI-016"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-unknown-as-manifest-unknown", shows: "MANIFEST_UNKNOWN" },
        usually: "one error stands for everything that is missing",
        run: |cx| judge(blob_unknown(cx)),
    },
    Check {
        id: "errors.code.manifest-unknown",
        title: "A manifest that is not there is MANIFEST_UNKNOWN",
        statements: &["OCI-016"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "manifest-unknown-as-blob-unknown", shows: "BLOB_UNKNOWN" },
        usually: "one error stands for everything that is missing",
        run: |cx| judge(manifest_unknown(cx)),
    },
    Check {
        id: "errors.code.name-unknown",
        title: "A repository that does not exist is NAME_UNKNOWN",
        statements: &["OCI-016"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "name-unknown-as-name-invalid", shows: "NAME_INVALID" },
        usually: "an unknown repository is reported as an invalid name",
        run: |cx| judge(name_unknown(cx)),
    },
    Check {
        id: "errors.code.name-invalid",
        title: "An invalid repository name is NAME_INVALID",
        statements: &["OCI-016"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "name-invalid-as-denied", shows: "DENIED" },
        usually: "names are not looked at before the request goes on",
        run: |cx| judge(name_invalid(cx)),
    },
    Check {
        id: "errors.code.digest-invalid",
        title: "A digest that does not match the content is DIGEST_INVALID",
        statements: &["OCI-016"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "digest-invalid-as-blob-unknown", shows: "BLOB_UNKNOWN" },
        usually: "the mismatch is reported as a failed upload or an unknown blob",
        run: |cx| judge(digest_invalid(cx)),
    },
    Check {
        id: "errors.code.manifest-invalid",
        title: "A manifest that is no JSON is MANIFEST_INVALID",
        statements: &["OCI-016"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-invalid-as-unsupported", shows: "UNSUPPORTED" },
        usually: "the parser's error is reported under a general code",
        run: |cx| judge(manifest_invalid(cx)),
    },
    Check {
        id: "errors.code.upload-unknown",
        title: "A session that does not exist is BLOB_UPLOAD_UNKNOWN",
        statements: &["OCI-016"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "upload-unknown-as-blob-unknown", shows: "BLOB_UNKNOWN" },
        usually: "one error stands for everything that is missing",
        run: |cx| judge(upload_unknown(cx)),
    },
];

/// The response is a refusal, and one of `codes` is among those of its envelope.
fn expect_code(response: &Response, codes: &[&str]) -> Verdict {
    response.expect_refusal()?;
    let Some(envelope) = response.envelope() else {
        return skip("the refusal carries no error envelope, which is allowed");
    };
    if envelope.codes().iter().any(|code| codes.contains(&code.as_str())) {
        return Ok(());
    }
    fail(format!("the error code {}", codes.join(" or ")), envelope.codes().join(", "), response.exchange())
}

async fn blob_unknown(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let path = cx.blob_path(&image.repository, Digest::sha256(&cx.seed().bytes(10)));
    expect_code(&cx.http().get(&path).send().await?, &["BLOB_UNKNOWN"])
}

async fn manifest_unknown(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    for reference in ["no-such-tag".to_owned(), Digest::sha256(&cx.seed().bytes(10)).to_string()] {
        let path = cx.manifest_path(&image.repository, reference);
        expect_code(&cx.http().get(&path).send().await?, &["MANIFEST_UNKNOWN"])?;
    }
    Ok(())
}

async fn name_unknown(cx: &Context) -> Verdict {
    let response = cx.http().get(&cx.tags_path(&cx.repository_named("nowhere"))).send().await?;
    if response.code() == 200 {
        return skip("a repository that does not exist has an empty list of tags here");
    }
    expect_code(&response, &["NAME_UNKNOWN"])
}

async fn name_invalid(cx: &Context) -> Verdict {
    let path = cx.uploads_path("plimsoll/UPPER-case");
    let response = cx.http().post(&path).header("Content-Length", "0").send().await?;
    if response.code() == 404 {
        // A path that matches no route is no request for a repository.
        return skip("the path of an invalid name is no route here (404)");
    }
    expect_code(&response, &["NAME_INVALID"])
}

async fn digest_invalid(cx: &Context) -> Verdict {
    let location = cx.start_upload(&cx.repository()).await?;
    let blob = Blob::random(&cx.seed(), 100);
    let other = Digest::sha256(&cx.seed().bytes(10));
    // The upload as a whole is invalid too.
    let response = cx.close(&location, &other, blob.bytes).await?;
    expect_code(&response, &["DIGEST_INVALID", "BLOB_UPLOAD_INVALID"])
}

async fn manifest_invalid(cx: &Context) -> Verdict {
    let request = cx.http().put(&cx.manifest_path(&cx.repository(), "tag"));
    let response = request.header("Content-Type", fixtures::media_type::OCI_MANIFEST).body("no JSON").send().await?;
    if response.code() == 201 {
        return skip("a manifest that is no JSON is taken");
    }
    expect_code(&response, &["MANIFEST_INVALID"])
}

async fn upload_unknown(cx: &Context) -> Verdict {
    let path = format!("{}00000000-0000-4000-8000-000000000000", cx.uploads_path(&cx.repository()));
    let response = cx.http().request(Method::GET, &path).send().await?;
    // A URL that the registry did not make may also count as an invalid one: it lacks what a real one carries.
    expect_code(&response, &["BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID"])
}
