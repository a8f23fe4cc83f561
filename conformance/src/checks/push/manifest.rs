//! "Pushing Manifests": what must work.

use fixtures::{Artifact, Image, Layer, catalog, catalog::Need};
use scenarios::capability::Capability::{Push, Referrers, Sha512};
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail, skip};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "push.manifest.by-tag",
        title: "A manifest pushed to a tag gives 201 with a Location",
        statements: &["D11-083", "D11-079"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-put-with-200", shows: "200" },
        usually: "the PUT answers 200 or 202, or leaves out Location",
        run: |cx| judge(by_tag(cx)),
    },
    Check {
        id: "push.manifest.by-digest",
        title: "A manifest pushed to its digest gives 201 with a Location",
        statements: &["D11-083", "D11-079"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-put-digest-refused", shows: "400" },
        usually: "the reference in the path is taken for a tag",
        run: |cx| judge(by_digest(cx)),
    },
    Check {
        id: "push.manifest.location",
        title: "The Location of a manifest just pushed is where it can be pulled",
        statements: &["OCI-008"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-put-location-broken", shows: "404" },
        usually: "Location is built from a wrong base or an inner path",
        run: |cx| judge(location(cx)),
    },
    Check {
        id: "push.manifest.digest-header",
        title: "The digest in the answer to a pushed manifest is that of its bytes",
        statements: &["D11-084"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-put-wrong-digest", shows: "sha256:" },
        usually: "the digest is computed over re-serialised JSON",
        run: |cx| judge(digest_header(cx)),
    },
    Check {
        id: "push.manifest.bytes-kept",
        title: "Every kind of manifest comes back byte for byte",
        statements: &["D11-082"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-body-reformatted", shows: "bytes" },
        usually: "the registry parses and re-serialises manifests, or drops fields it does not know",
        run: |cx| judge(bytes_kept(cx)),
    },
    Check {
        id: "push.manifest.sha512",
        title: "A manifest pushed under its sha512 digest can be pulled under it",
        statements: &["D11-084"],
        needs: &[Push, Sha512],
        tags: &[],
        teeth: Teeth { fault: "manifest-put-wrong-digest", shows: "sha256:" },
        usually: "manifests are always filed under sha256, whatever digest the client gave",
        run: |cx| judge(sha512(cx)),
    },
    Check {
        id: "push.manifest.no-layers",
        title: "A manifest without layers is taken",
        statements: &["D11-081"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-without-layers-refused", shows: "400" },
        usually: "an empty list of layers is taken for a missing one",
        run: |cx| judge(no_layers(cx)),
    },
    Check {
        id: "push.manifest.content-type-parameters",
        title: "Parameters of the media type of a pushed manifest make no difference",
        statements: &["D11-076"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-type-parameters-refused", shows: "400" },
        usually: "Content-Type is compared as one text",
        run: |cx| judge(type_parameters(cx)),
    },
    Check {
        id: "push.manifest.non-distributable",
        title: "A manifest with a layer that is fetched from elsewhere is answered without a failure of the server",
        statements: &["HTTP-001"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "foreign-layer-as-500", shows: "500" },
        usually: "the URLs of foreign layers are checked against a list that is not configured",
        run: |cx| judge(non_distributable(cx)),
    },
    Check {
        id: "push.manifest.four-megabytes",
        title: "A manifest of four megabytes is taken",
        statements: &["D11-089"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-limit-one-megabyte", shows: "413" },
        usually: "the limit on a manifest's size is smaller, or counts as 4,000,000 less the headers",
        run: |cx| judge(four_megabytes(cx)),
    },
    Check {
        id: "push.subject.missing",
        title: "A manifest is taken although the manifest that its subject names is not there",
        statements: &["D11-036", "IMG-MANIFEST-027"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "missing-subject-refused", shows: "404" },
        usually: "the subject is looked up like the other descriptors",
        run: |cx| judge(subject_missing(cx)),
    },
    Check {
        id: "push.subject.header",
        title: "Pushing a manifest with a subject gives the subject's digest in OCI-Subject",
        statements: &["D11-090", "OCI-017"],
        needs: &[Push, Referrers],
        tags: &[],
        teeth: Teeth { fault: "manifest-subject-unnamed", shows: "none" },
        usually: "the referrers API is there but the push does not say so; clients then keep a tag of their own",
        run: |cx| judge(subject_header(cx)),
    },
];

async fn pull(cx: &Context, repository: &str, reference: impl std::fmt::Display, accept: &str) -> Verdict<Response> {
    Ok(cx.http().get(&cx.manifest_path(repository, reference)).header("Accept", accept).send().await?)
}

async fn image(cx: &Context) -> Verdict<(String, Image)> {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push_below(&repository, &(&image).into()).await?;
    Ok((repository, image))
}

async fn by_tag(cx: &Context) -> Verdict {
    let (repository, image) = image(cx).await?;
    cx.put_manifest(&repository, "tag", &image.manifest).await?.expect_status(&[201])?.expect_location()?;
    Ok(())
}

async fn by_digest(cx: &Context) -> Verdict {
    let (repository, image) = image(cx).await?;
    let response = cx.put_manifest(&repository, &image.manifest.digest, &image.manifest).await?;
    response.expect_status(&[201])?.expect_location()?;
    Ok(())
}

async fn location(cx: &Context) -> Verdict {
    let (repository, image) = image(cx).await?;
    let response = cx.put_manifest(&repository, "tag", &image.manifest).await?;
    let location = response.expect_status(&[201])?.expect_location()?;
    let request = cx.http().request_url(http::Method::GET, location).header("Accept", &image.manifest.media_type);
    request.send().await?.expect_status(&[200])?.expect_body(&image.manifest.bytes)?;
    Ok(())
}

async fn digest_header(cx: &Context) -> Verdict {
    let (repository, image) = image(cx).await?;
    let digest = image.manifest.digest.to_string();
    for reference in ["tag", &digest] {
        let response = cx.put_manifest(&repository, reference, &image.manifest).await?;
        response.expect_status(&[201])?.expect_header_value_if_any("Docker-Content-Digest", &digest)?;
    }
    Ok(())
}

async fn bytes_kept(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let mut taken = 0;
    for set in catalog::all() {
        let unusual = [Need::Sha512, Need::Oversize, Need::Absent].iter().any(|need| set.needs(*need));
        if unusual {
            continue;
        }
        let content = (set.build)(&cx.seed().child(set.name));
        cx.push_below(&repository, &content).await?;
        let manifest = &content.manifest;
        // Whether a kind is taken is judged elsewhere; what is taken has to come back.
        if cx.put_manifest(&repository, set.name, manifest).await?.code() != 201 {
            continue;
        }
        taken += 1;
        let response = pull(cx, &repository, set.name, &manifest.media_type).await?;
        response.expect_status(&[200])?.expect_body(&manifest.bytes)?;
    }
    if taken == 0 { skip("none of the manifests is taken") } else { Ok(()) }
}

async fn sha512(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).manifest_addressed_by(fixtures::Algorithm::Sha512).build();
    cx.push_below(&repository, &(&image).into()).await?;
    let digest = image.manifest.digest.to_string();
    let response = cx.put_manifest(&repository, &digest, &image.manifest).await?;
    if response.status().is_client_error() {
        return skip(format!("manifests are not taken under sha512 ({})", response.summary()));
    }
    response.expect_status(&[201])?.expect_header_value_if_any("Docker-Content-Digest", &digest)?;
    let response = pull(cx, &repository, &digest, &image.manifest.media_type).await?;
    response.expect_status(&[200])?.expect_body(&image.manifest.bytes)?;
    Ok(())
}

async fn no_layers(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).layers(0).build();
    cx.push_below(&repository, &(&image).into()).await?;
    cx.put_manifest(&repository, "empty", &image.manifest).await?.expect_status(&[201])?;
    Ok(())
}

async fn type_parameters(cx: &Context) -> Verdict {
    let (repository, image) = image(cx).await?;
    let request = cx.http().put(&cx.manifest_path(&repository, "tag"));
    let request = request.header("Content-Type", format!("{}; charset=utf-8", image.manifest.media_type));
    request.body(image.manifest.bytes.clone()).send().await?.expect_status(&[201])?;
    Ok(())
}

async fn non_distributable(cx: &Context) -> Verdict {
    let repository = cx.repository();
    for (tag, layer) in [
        ("oci", Layer::nondistributable(&cx.seed().child("oci"))),
        ("docker", Layer::foreign(&cx.seed().child("docker"))),
    ] {
        let seed = cx.seed().child(tag);
        let builder = if tag == "oci" { Image::oci(&seed) } else { Image::docker(&seed) };
        let image = builder.layer(layer).build();
        cx.push_below(&repository, &(&image).into()).await?;
        cx.put_manifest(&repository, tag, &image.manifest).await?.expect_no_server_error()?;
    }
    Ok(())
}

async fn four_megabytes(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).size(4_000_000).build();
    cx.push_below(&repository, &(&image).into()).await?;
    cx.put_manifest(&repository, "large", &image.manifest).await?.expect_status(&[201])?;
    let response = pull(cx, &repository, "large", &image.manifest.media_type).await?;
    response.expect_status(&[200])?.expect_body(&image.manifest.bytes)?;
    Ok(())
}

async fn subject_missing(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let absent = Image::oci(&cx.seed().child("absent")).build();
    let referrer = Artifact::of(&absent.manifest).build();
    cx.push_below(&repository, &(&referrer).into()).await?;
    let response = cx.put_manifest(&repository, &referrer.manifest.digest, &referrer.manifest).await?;
    response.expect_status(&[201])?;
    Ok(())
}

async fn subject_header(cx: &Context) -> Verdict {
    let (repository, image) = image(cx).await?;
    cx.push_manifest(&repository, "subject", &image.manifest).await?;
    let referrer = Artifact::of(&image.manifest).build();
    cx.push_below(&repository, &(&referrer).into()).await?;
    let response = cx.put_manifest(&repository, &referrer.manifest.digest, &referrer.manifest).await?;
    let digest = image.manifest.digest.to_string();
    let value = response.expect_status(&[201])?.expect_header("OCI-Subject")?;
    if value == digest {
        return Ok(());
    }
    fail(format!("OCI-Subject: {digest}"), format!("OCI-Subject: {value}"), response.exchange())
}
