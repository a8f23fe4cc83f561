//! What the clients push.

use fixtures::{Content, Image, Index, Layer, Platform, Seed};

use crate::support::Layout;

/// An OCI image of two layers for this machine's platform.
pub(crate) fn image(label: &str) -> Layout {
    let image = Image::oci(&Seed::new(label)).layers(2).platform(Platform::new("linux/amd64")).build();
    Layout::of(Content::from(&image))
}

/// An OCI image with a layer in zstd.
pub(crate) fn zstd_image(label: &str) -> Layout {
    let seed = Seed::new(label);
    let image = Image::oci(&seed).layer(Layer::zstd(&seed.child("layer"))).platform(Platform::new("linux/amd64"));
    Layout::of(Content::from(&image.build()))
}

/// An OCI index of three images for three platforms.
pub(crate) fn index(label: &str) -> Layout {
    let seed = Seed::new(label);
    let index = ["linux/amd64", "linux/arm64", "linux/s390x"].iter().fold(Index::oci(), |index, platform| {
        let image = Image::oci(&seed.child(platform)).platform(Platform::new(platform)).build();
        index.child_for(&image, platform)
    });
    Layout::of(Content::from(&index.build()))
}

/// The digests of the manifests that an index lists.
pub(crate) fn children(index: &[u8]) -> Vec<String> {
    let value: serde_json::Value = serde_json::from_slice(index).expect("an index is JSON");
    let entries = value["manifests"].as_array().expect("an index lists manifests");
    entries.iter().map(|entry| entry["digest"].as_str().expect("a digest").to_owned()).collect()
}

/// The media type that a manifest gives itself.
pub(crate) fn media_type(manifest: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(manifest).expect("a manifest is JSON");
    value["mediaType"].as_str().unwrap_or_default().to_owned()
}
