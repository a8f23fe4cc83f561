//! Kinds of manifests by media type.

/// The media type of an OCI image manifest.
pub(super) const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The media type of an OCI image index.
pub(super) const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// The media type of a Docker image manifest, schema 2.
const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// The media type of a Docker manifest list.
const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// The media type of an unsigned Docker image manifest, schema 1.
pub(super) const DOCKER_SCHEMA1: &str = "application/vnd.docker.distribution.manifest.v1+json";
/// The media type of a signed Docker image manifest, schema 1.
pub(super) const DOCKER_SCHEMA1_SIGNED: &str = "application/vnd.docker.distribution.manifest.v1+prettyjws";

/// What a manifest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An OCI image manifest, which may describe any artifact.
    OciManifest,
    /// An OCI image index.
    OciIndex,
    /// A Docker image manifest, schema 2.
    DockerManifest,
    /// A Docker manifest list.
    DockerList,
    /// A Docker image manifest, schema 1.
    DockerSchema1,
    /// Of a type this registry does not know: kept as it is.
    Other,
}

impl Kind {
    /// The kind of a media type.
    pub(super) fn of(media_type: &str) -> Self {
        match media_type.to_ascii_lowercase().as_str() {
            OCI_MANIFEST => Self::OciManifest,
            OCI_INDEX => Self::OciIndex,
            DOCKER_MANIFEST => Self::DockerManifest,
            DOCKER_LIST => Self::DockerList,
            DOCKER_SCHEMA1 | DOCKER_SCHEMA1_SIGNED => Self::DockerSchema1,
            _ => Self::Other,
        }
    }

    /// Whether it describes one image or artifact.
    pub(super) const fn is_image(self) -> bool {
        matches!(self, Self::OciManifest | Self::DockerManifest)
    }

    /// Whether it lists other manifests.
    pub(super) const fn is_index(self) -> bool {
        matches!(self, Self::OciIndex | Self::DockerList)
    }

    /// Whether its format knows the `subject` field.
    pub(super) const fn has_subject(self) -> bool {
        matches!(self, Self::OciManifest | Self::OciIndex)
    }
}

/// Whether a layer of this type lives elsewhere and is not pushed.
///
/// Source: OCI image layer, "Non-Distributable Layers"; Docker manifest schema 2, "Media Types".
pub(super) fn is_foreign_layer(media_type: &str) -> bool {
    ["application/vnd.oci.image.layer.nondistributable.", "application/vnd.docker.image.rootfs.foreign."]
        .iter()
        .any(|prefix| media_type.starts_with(prefix))
}
