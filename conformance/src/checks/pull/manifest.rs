//! "Pulling manifests".

use fixtures::{Artifact, Image, Index, media_type};
use scenarios::capability::Capability::{Content, Push};
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "pull.manifest.by-tag",
        title: "A manifest asked for by tag comes back with 200, byte for byte",
        statements: &["D11-018", "API-038"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "manifest-body-reformatted", shows: "bytes" },
        usually: "the registry parses and re-serialises manifests instead of keeping the bytes it was given",
        run: |cx| judge(by_tag(cx)),
    },
    Check {
        id: "pull.manifest.by-digest",
        title: "A manifest asked for by digest comes back with 200, byte for byte",
        statements: &["D11-018", "API-038"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "manifest-body-reformatted", shows: "bytes" },
        usually: "the registry parses and re-serialises manifests instead of keeping the bytes it was given",
        run: |cx| judge(by_digest(cx)),
    },
    Check {
        id: "pull.manifest.digest-header",
        title: "The answer with a manifest names its digest in Docker-Content-Digest",
        statements: &["D11-019"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "manifest-without-digest", shows: "none" },
        usually: "the header is only set where the manifest was asked for by tag, or not at all",
        run: |cx| judge(digest_header(cx)),
    },
    Check {
        id: "pull.manifest.digest-header-true",
        title: "The digest that comes with a manifest is the digest of its bytes",
        statements: &["D11-020"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "manifest-digest-served-wrong", shows: "sha256:" },
        usually: "the header repeats what was asked for, or is computed over re-serialised JSON",
        run: |cx| judge(digest_header_true(cx)),
    },
    Check {
        id: "pull.manifest.content-type",
        title: "A manifest comes back under the media type it was pushed with",
        statements: &["D11-016", "OCI-005"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-type-generic", shows: "application/json" },
        usually: "the media type is fixed, or guessed from the content",
        run: |cx| judge(content_type(cx)),
    },
    Check {
        id: "pull.manifest.content-type-bare",
        title: "The media type of a manifest comes without parameters",
        statements: &["D11-014"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "manifest-type-with-parameters", shows: "charset" },
        usually: "the web framework adds a charset to everything that is JSON",
        run: |cx| judge(content_type_bare(cx)),
    },
    Check {
        id: "pull.manifest.any-order",
        title: "Content can be fetched in any order: a blob before its manifest",
        statements: &["D11-008"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "blob-only-after-manifest", shows: "404" },
        usually: "access to blobs depends on what was asked for before",
        run: |cx| judge(any_order(cx)),
    },
    Check {
        id: "pull.manifest.without-accept",
        title: "A manifest can be pulled with Accept: */* and under a list of types",
        statements: &["D11-018"],
        needs: &[Content],
        tags: &[],
        teeth: Teeth { fault: "accept-matched-literally", shows: "40" },
        usually: "Accept is compared as one text: wildcards, lists and parameters are not understood",
        run: |cx| judge(accept(cx)),
    },
];

async fn pull(cx: &Context, repository: &str, reference: &str, accept: &str) -> Verdict<Response> {
    let response = cx.http().get(&cx.manifest_path(repository, reference)).header("Accept", accept).send().await?;
    response.expect_status(&[200])?;
    Ok(response)
}

async fn by_tag(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    pull(cx, &image.repository, &image.tag, &image.media_type).await?.expect_body(&image.manifest)?;
    Ok(())
}

async fn by_digest(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    pull(cx, &image.repository, &image.digest, &image.media_type).await?.expect_body(&image.manifest)?;
    Ok(())
}

async fn digest_header(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    for reference in [&image.tag, &image.digest] {
        pull(cx, &image.repository, reference, &image.media_type).await?.expect_header("Docker-Content-Digest")?;
    }
    Ok(())
}

async fn digest_header_true(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    for reference in [&image.tag, &image.digest] {
        let response = pull(cx, &image.repository, reference, &image.media_type).await?;
        response.expect_true_digest()?;
    }
    Ok(())
}

async fn content_type(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let oci = Image::oci(&cx.seed().child("oci")).build();
    let docker = Image::docker(&cx.seed().child("docker")).build();
    let index = Index::oci().child(&oci).build();
    let list = Index::docker().child(&docker).build();
    let artifact = Artifact::standalone(&cx.seed().child("artifact")).build();
    let all: [(&str, fixtures::Content); 5] = [
        ("oci", (&oci).into()),
        ("docker", (&docker).into()),
        ("index", (&index).into()),
        ("list", (&list).into()),
        ("artifact", (&artifact).into()),
    ];
    for (tag, content) in all {
        let media_type = content.manifest.media_type.clone();
        cx.push(&repository, tag, content).await?;
        pull(cx, &repository, tag, &media_type).await?.expect_media_type(&media_type)?;
    }
    Ok(())
}

async fn content_type_bare(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let response = pull(cx, &image.repository, &image.tag, &image.media_type).await?;
    match response.header("Content-Type") {
        Some(value) if value.contains(';') => {
            fail("a Content-Type without parameters", format!("Content-Type: {value}"), response.exchange())
        }
        _ => Ok(()),
    }
}

async fn any_order(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    cx.expect_blob(&image.repository, &image.blob).await?;
    pull(cx, &image.repository, &image.tag, &image.media_type).await?;
    Ok(())
}

async fn accept(cx: &Context) -> Verdict {
    let image = cx.published().await?;
    let list = format!("{}, {};q=0.5, */*;q=0.1", media_type::OCI_INDEX, image.media_type);
    for accept in ["*/*", &list] {
        pull(cx, &image.repository, &image.tag, accept).await?.expect_body(&image.manifest)?;
    }
    Ok(())
}
