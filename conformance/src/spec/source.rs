//! The texts whose statements are inventoried.

use std::fmt;

use serde::{Serialize, Serializer};

/// One text in one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// OCI Distribution Specification 1.0.1.
    OciDistribution10,
    /// OCI Distribution Specification 1.1.1, the current stable one.
    OciDistribution11,
    /// OCI Distribution Specification, the main branch at a pinned commit.
    OciDistributionDev,
    /// Sentences of OCI Distribution that bind without a keyword; the list is our own.
    OciDistributionPlain,
    /// Rules of HTTP that a registry keeps; the list is our own.
    Http,
    /// Docker Registry HTTP API V2.
    DockerApi,
    /// Sentences of Docker's API that bind without a keyword; the list is our own.
    DockerPlain,
    /// Docker image manifest version 2, schema 2.
    DockerManifest,
    /// OCI image manifest.
    OciImageManifest,
    /// OCI image index.
    OciImageIndex,
    /// OCI content descriptor.
    OciImageDescriptor,
    /// What GitLab relies on beyond the other texts; the list is our own.
    Gitlab,
}

/// What is known of one source: its name, the prefix of its ids, its title and where it is published.
struct Facts {
    name: &'static str,
    prefix: &'static str,
    title: &'static str,
    document: &'static str,
}

/// One row per source, in the order of the enum.
const FACTS: [Facts; 12] = [
    facts(
        "oci-distribution-1.0.1",
        "D10",
        "OCI Distribution Specification 1.0.1",
        "https://github.com/opencontainers/distribution-spec/blob/v1.0.1/spec.md",
    ),
    facts(
        "oci-distribution-1.1.1",
        "D11",
        "OCI Distribution Specification 1.1.1",
        "https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md",
    ),
    facts(
        "oci-distribution-dev",
        "DEV",
        "OCI Distribution Specification, main at 967efdc",
        "https://github.com/opencontainers/distribution-spec/blob/967efdc/spec.md",
    ),
    facts(
        "oci-distribution-plain",
        "OCI",
        "OCI Distribution Specification, sentences without a keyword",
        "https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md",
    ),
    facts("http", "HTTP", "HTTP for registries", "RFC 9110, RFC 9112, RFC 8288, RFC 8259"),
    facts(
        "docker-api",
        "API",
        "Docker Registry HTTP API V2",
        "https://github.com/distribution/distribution/blob/0d6b721dc/docs/content/spec/api.md",
    ),
    facts(
        "docker-api-plain",
        "DKR",
        "Docker Registry HTTP API V2, sentences without a keyword",
        "https://github.com/distribution/distribution/blob/0d6b721dc/docs/content/spec/api.md",
    ),
    facts(
        "docker-manifest-v2-2",
        "S2",
        "Docker Image Manifest Version 2, Schema 2",
        "https://github.com/distribution/distribution/blob/0d6b721dc/docs/content/spec/manifest-v2-2.md",
    ),
    facts(
        "oci-image-manifest",
        "IMG-MANIFEST",
        "OCI Image Manifest Specification, main at 13cff54",
        "https://github.com/opencontainers/image-spec/blob/13cff54/manifest.md",
    ),
    facts(
        "oci-image-index",
        "IMG-INDEX",
        "OCI Image Index Specification, main at 13cff54",
        "https://github.com/opencontainers/image-spec/blob/13cff54/image-index.md",
    ),
    facts(
        "oci-image-descriptor",
        "IMG-DESC",
        "OCI Content Descriptors, main at 13cff54",
        "https://github.com/opencontainers/image-spec/blob/13cff54/descriptor.md",
    ),
    facts(
        "gitlab",
        "GITLAB",
        "What GitLab relies on in a registry",
        "GitLab's documentation of its container registry",
    ),
];

const fn facts(name: &'static str, prefix: &'static str, title: &'static str, document: &'static str) -> Facts {
    Facts { name, prefix, title, document }
}

impl Source {
    /// Every source, in the order in which tables show them.
    pub const ALL: [Self; 12] = [
        Self::OciDistribution10,
        Self::OciDistribution11,
        Self::OciDistributionDev,
        Self::OciDistributionPlain,
        Self::Http,
        Self::DockerApi,
        Self::DockerPlain,
        Self::DockerManifest,
        Self::OciImageManifest,
        Self::OciImageIndex,
        Self::OciImageDescriptor,
        Self::Gitlab,
    ];

    /// The stable name, for instance `oci-distribution-1.1.1`.
    pub fn as_str(self) -> &'static str {
        self.facts().name
    }

    /// Whether its rules belong to every profile, as those of HTTP do, rather than to one text's own.
    pub const fn is_general(self) -> bool {
        matches!(self, Self::Http | Self::OciDistributionPlain)
    }

    /// What the ids of its statements begin with, for instance `D11` for `D11-034`.
    pub fn prefix(self) -> &'static str {
        self.facts().prefix
    }

    /// Title and version, to be shown to people.
    pub fn title(self) -> &'static str {
        self.facts().title
    }

    /// Where the text is published: a URL, or for lists of our own the documents they draw on.
    pub fn document(self) -> &'static str {
        self.facts().document
    }

    /// The source that a statement id belongs to, by its prefix; `None` for any other text.
    pub fn of_id(id: &str) -> Option<Self> {
        let (prefix, _) = id.rsplit_once('-')?;
        Self::ALL.into_iter().find(|source| source.prefix() == prefix)
    }

    fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (position, source) in Source::ALL.into_iter().enumerate() {
            assert_eq!(source as usize, position);
        }
        assert_eq!(Source::OciDistribution11.as_str(), "oci-distribution-1.1.1");
        assert_eq!(Source::Gitlab.prefix(), "GITLAB");
    }

    #[test]
    fn an_id_names_its_source() {
        assert_eq!(Source::of_id("D11-034"), Some(Source::OciDistribution11));
        assert_eq!(Source::of_id("IMG-DESC-001"), Some(Source::OciImageDescriptor));
        assert_eq!(Source::of_id("D12-034"), None);
        assert_eq!(Source::of_id("D11"), None);
    }
}
