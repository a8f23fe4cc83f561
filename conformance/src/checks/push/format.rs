//! The OCI image manifest: what those who store manifests must take.
//!
//! Source: OCI image specification, manifest and content descriptor.

use fixtures::{Blob, Content, Image, Layer, catalog};
use scenarios::capability::Capability::Push;
use scenarios::expect::{Verdict, fail, skip};
use serde_json::{Value, json};

use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "push.format.artifact",
        title: "An artifact of a type that nobody knows is taken",
        statements: &["IMG-MANIFEST-009", "IMG-MANIFEST-030"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "artifact-type-unknown-refused", shows: "400" },
        usually: "artifactType is compared with a list of known types",
        run: |cx| judge(artifact(cx)),
    },
    Check {
        id: "push.format.config-bytes",
        title: "A configuration of an unknown type may be any bytes",
        statements: &["IMG-MANIFEST-011"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "config-without-json-refused", shows: "400" },
        usually: "the configuration is parsed whatever its media type is",
        run: |cx| judge(config_bytes(cx)),
    },
    Check {
        id: "push.format.config-unknown",
        title: "A configuration of a type that nobody knows is no reason to refuse a manifest",
        statements: &["IMG-MANIFEST-012"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "config-type-unknown-refused", shows: "400" },
        usually: "the media type of the configuration is compared with a list",
        run: |cx| judge(config_unknown(cx)),
    },
    Check {
        id: "push.format.config-types",
        title: "Manifests with an image configuration and with the empty one are taken",
        statements: &["IMG-MANIFEST-013"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "config-empty-refused", shows: "400" },
        usually: "the empty configuration is newer than the registry",
        run: |cx| judge(config_types(cx)),
    },
    Check {
        id: "push.format.layer-types",
        title: "Layers of tar and of tar with gzip are taken",
        statements: &["IMG-MANIFEST-022"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "layer-tar-refused", shows: "400" },
        usually: "the media type of layers is compared with a list",
        run: |cx| judge(layer_types(cx)),
    },
    Check {
        id: "push.format.layer-zstd",
        title: "Layers of tar with zstd are taken",
        statements: &["IMG-MANIFEST-024"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "layer-zstd-refused", shows: "400" },
        usually: "the media type of layers is compared with an old list",
        run: |cx| judge(layer_zstd(cx)),
    },
    Check {
        id: "push.format.layer-unknown",
        title: "A layer of a type that nobody knows is no reason to refuse a manifest",
        statements: &["IMG-MANIFEST-025"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "layer-type-unknown-refused", shows: "400" },
        usually: "the media type of layers is compared with a list",
        run: |cx| judge(layer_unknown(cx)),
    },
    Check {
        id: "push.format.digest-unknown",
        title: "A digest of an unknown algorithm inside a manifest is no error of syntax",
        statements: &["IMG-DESC-024"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "digest-algorithm-unknown-refused", shows: "DIGEST_INVALID" },
        usually: "digests are parsed with a list of algorithms, so a new one breaks old registries",
        run: |cx| judge(digest_unknown(cx)),
    },
    Check {
        id: "push.format.data-kept-out",
        title: "A registry puts no data into the manifests it was given",
        statements: &["IMG-DESC-042"],
        needs: &[Push],
        tags: &[],
        teeth: Teeth { fault: "manifest-data-embedded", shows: "data" },
        usually: "manifests are completed on their way out, which changes their digests",
        run: |cx| judge(data_kept_out(cx)),
    },
];

/// Pushes everything below the top manifest; then the manifest is taken.
pub(super) async fn expect_taken(cx: &Context, tag: &str, content: impl Into<Content>) -> Verdict {
    let repository = cx.repository();
    let content = content.into();
    cx.push_below(&repository, &content).await?;
    cx.put_manifest(&repository, tag, &content.manifest).await?.expect_status(&[201])?;
    Ok(())
}

/// As [`expect_taken`], with a data set of the catalogue.
pub(super) async fn expect_set_taken(cx: &Context, name: &str) -> Verdict {
    match catalog::find(name) {
        Some(set) => expect_taken(cx, name, (set.build)(&cx.seed().child(name))).await,
        None => skip(format!("there is no data set {name}")),
    }
}

async fn artifact(cx: &Context) -> Verdict {
    expect_set_taken(cx, "artifact").await
}

async fn config_bytes(cx: &Context) -> Verdict {
    let config = Blob::random(&cx.seed(), 64).typed("application/vnd.example.config.v1+toml");
    expect_taken(cx, "tag", Image::oci(&cx.seed()).config(config).build()).await
}

async fn config_unknown(cx: &Context) -> Verdict {
    let config = Blob::new("application/vnd.example.config.v1+json", "{\"a\":1}");
    expect_taken(cx, "tag", Image::oci(&cx.seed()).config(config).build()).await
}

async fn config_types(cx: &Context) -> Verdict {
    expect_set_taken(cx, "image-oci").await?;
    expect_set_taken(cx, "artifact").await
}

async fn layer_types(cx: &Context) -> Verdict {
    expect_set_taken(cx, "image-oci").await?;
    expect_set_taken(cx, "image-oci-tar").await?;
    // These are pushed too, so that nothing has to be fetched from elsewhere.
    for kind in ["tar", "tar+gzip"] {
        let media_type = format!("application/vnd.oci.image.layer.nondistributable.v1.{kind}");
        let layer = Layer::gzip(&cx.seed().child(kind)).typed(&media_type);
        let tag = kind.replace('+', "-");
        expect_taken(cx, &tag, Image::oci(&cx.seed()).layer(layer).build()).await?;
    }
    Ok(())
}

async fn layer_zstd(cx: &Context) -> Verdict {
    expect_set_taken(cx, "image-oci-zstd").await
}

async fn layer_unknown(cx: &Context) -> Verdict {
    expect_set_taken(cx, "image-oci-unknown-layer").await
}

async fn digest_unknown(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push_below(&repository, &(&image).into()).await?;
    let digest = "sample+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564";
    let layer = json!({"mediaType": fixtures::media_type::OCI_LAYER_GZIP, "digest": digest, "size": 32});
    let image = Image::oci(&cx.seed()).field("layers", json!([layer])).build();
    let response = cx.put_manifest(&repository, "tag", &image.manifest).await?;
    response.expect_no_server_error()?;
    if response.status().is_success() {
        return Ok(());
    }
    // What has such a digest is not there, which is a reason of its own to refuse; so is that it cannot be verified.
    response.expect_refusal()?;
    let fits = ["BLOB_UNKNOWN", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_UNKNOWN", "UNSUPPORTED"];
    response.expect_error(&[response.code()], &fits)?;
    Ok(())
}

async fn data_kept_out(cx: &Context) -> Verdict {
    let repository = cx.repository();
    let image = Image::oci(&cx.seed()).build();
    cx.push(&repository, "tag", &image).await?;
    let request = cx.http().get(&cx.manifest_path(&repository, "tag"));
    let response = request.header("Accept", &image.manifest.media_type).send().await?;
    let manifest: Value = response.expect_status(&[200])?.expect_json("the manifest")?;
    let layers = manifest["layers"].as_array().cloned().unwrap_or_default();
    if layers.iter().chain([&manifest["config"]]).any(|descriptor| descriptor.get("data").is_some()) {
        return fail(
            "descriptors as they were pushed",
            "a descriptor with data that was not there",
            response.exchange(),
        );
    }
    Ok(())
}
