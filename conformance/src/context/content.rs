//! Content to pull: pushed for the occasion, or named by the user.

use bytes::Bytes;
use fixtures::{Blob, Image};
use scenarios::expect::{Verdict, skip};

use super::Context;

/// An image that is in the registry.
#[derive(Debug, Clone)]
pub struct Published {
    /// The repository.
    pub repository: String,
    /// A tag that points at the manifest.
    pub tag: String,
    /// The manifest's digest.
    pub digest: String,
    /// The manifest's bytes.
    pub manifest: Bytes,
    /// The manifest's media type.
    pub media_type: String,
    /// A blob of the image, at least 16 bytes long.
    pub blob: Blob,
}

impl Context {
    /// An image to pull. It is pushed for this check where the registry takes pushes; otherwise it is the one that
    /// the user named.
    pub async fn published(&self) -> Verdict<Published> {
        if !self.has(scenarios::capability::Capability::Push) {
            return match self.existing() {
                Some(published) => Ok(published.clone()),
                None => skip("nothing can be pushed and no image to pull was named (--image REPOSITORY:TAG)"),
            };
        }
        let repository = self.repository();
        let image = Image::oci(&self.seed().child("published")).build();
        self.push(&repository, "published", &image).await?;
        let Some(blob) = image.layers.first().cloned() else {
            return skip("the fixture image has no layer");
        };
        Ok(Published {
            repository,
            tag: "published".to_owned(),
            digest: image.manifest.digest.to_string(),
            manifest: image.manifest.bytes.clone(),
            media_type: image.manifest.media_type.clone(),
            blob,
        })
    }
}
