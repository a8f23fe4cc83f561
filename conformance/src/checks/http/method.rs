//! Methods: which are known, which are allowed, and what they promise.

use fixtures::Image;
use http::Method;
use scenarios::capability::Capability::{Content, Push};
use scenarios::expect::{Verdict, fail, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::{Context, answered};

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "http.method.not-allowed",
        title: "A method that the resource does not allow is answered with 405",
        statements: &["HTTP-016"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "method-not-allowed-as-404", shows: "404" },
        usually: "the router matches path and method together, so that another method finds no route",
        run: |cx| judge(not_allowed(cx)),
    },
    Check {
        id: "http.method.allow",
        title: "A 405 lists the methods that are allowed",
        statements: &["HTTP-017"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "method-not-allowed-without-allow", shows: "none" },
        usually: "Allow is missing from the answer",
        run: |cx| judge(allow(cx)),
    },
    Check {
        id: "http.method.unknown",
        title: "A method that nobody knows is refused",
        statements: &["HTTP-015"],
        needs: &[],
        tags: &["hostile"],
        teeth: Teeth { fault: "method-unknown-as-get", shows: "200" },
        usually: "whatever is not POST, PUT, PATCH or DELETE is treated like GET",
        run: |cx| judge(unknown(cx)),
    },
    Check {
        id: "http.safe-methods",
        title: "GET and HEAD change nothing",
        statements: &["HTTP-012"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "manifest-get-deletes-tag", shows: "404" },
        usually: "reading has a side effect, such as an expiry or a replacement",
        run: |cx| judge(safe(cx)),
    },
    Check {
        id: "http.put.idempotent",
        title: "Repeating the push of a manifest leaves things as the first one did",
        statements: &["HTTP-013"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-put-again-refused", shows: "409" },
        usually: "a manifest that exists already is refused, or listed twice",
        run: |cx| judge(idempotent(cx)),
    },
    Check {
        id: "http.put.then-get",
        title: "What a push stored is what a pull gives right after",
        statements: &["HTTP-014"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "tag-never-moves", shows: "bytes" },
        usually: "reads come from a cache or a replica that is behind",
        run: |cx| judge(put_then_get(cx)),
    },
];

async fn not_allowed(cx: &Context) -> Verdict {
    // Of things that are there: a registry may look for them first, and answer 404.
    let image = cx.published().await?;
    for path in [cx.tags_path(&image.repository), cx.manifest_path(&image.repository, &image.tag)] {
        let response = cx.http().request(Method::PATCH, &path).send().await?;
        if response.code() == 401 {
            return skip("credentials are asked for first");
        }
        response.expect_status(&[405, 501])?;
    }
    Ok(())
}

async fn allow(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let mut seen = false;
    for path in [cx.tags_path(&repository), cx.manifest_path(&repository, "tag"), cx.uploads_path(&repository)] {
        let response = cx.http().request(Method::PATCH, &path).send().await?;
        if response.code() == 405 {
            seen = true;
            response.expect_header("Allow")?;
        }
    }
    if seen { Ok(()) } else { skip("no request is answered with 405") }
}

async fn unknown(cx: &Context) -> Verdict {
    let reply = cx.raw(format!("{}Connection: close\r\n\r\n", cx.raw_head("PLIMSOLL", "/v2/"))).await?;
    let status = answered(&reply)?.status;
    if status == 501 || (400..500).contains(&status) {
        return Ok(());
    }
    fail("501 Not Implemented (or 405)", status.to_string(), reply.exchange)
}

async fn safe(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let path = cx.manifest_path(&image.repository, &image.tag);
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let response = cx.http().request(method, &path).header("Accept", &image.media_type).send().await?;
        response.expect_status(&[200])?;
    }
    Ok(())
}

async fn idempotent(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push(&repository, "tag", &image).await?;
    for reference in ["tag".to_owned(), image.manifest.digest.to_string()] {
        cx.put_manifest(&repository, reference, &image.manifest).await?.expect_status(&[201])?;
    }
    let request = cx.http().get(&cx.manifest_path(&repository, "tag"));
    let response = request.header("Accept", &image.manifest.media_type).send().await?;
    response.expect_status(&[200])?.expect_body(&image.manifest.bytes)?;
    Ok(())
}

async fn put_then_get(cx: &Context) -> Verdict {
    let repository = cx.repository();
    for number in 0..5 {
        let image = Image::oci(&cx.seed().child(number)).build();
        cx.push(&repository, "tag", &image).await?;
        let request = cx.http().get(&cx.manifest_path(&repository, "tag"));
        let response = request.header("Accept", &image.manifest.media_type).send().await?;
        response.expect_status(&[200])?.expect_body(&image.manifest.bytes)?;
    }
    Ok(())
}
