//! Named selections of texts to be judged by.

use std::fmt;
use std::str::FromStr;

use crate::spec::Source;

/// A profile: which texts a registry claims to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Profile {
    /// OCI Distribution 1.0.1.
    Oci10,
    /// OCI Distribution 1.1.1.
    #[default]
    Oci11,
    /// OCI Distribution, the development text.
    OciDev,
    /// Docker Registry HTTP API V2.
    DockerV2,
    /// What GitLab relies on: OCI 1.1.1, Docker's API, and GitLab's own route.
    Gitlab,
}

const OCI_11: &[Source] =
    &[Source::OciDistribution11, Source::OciImageManifest, Source::OciImageIndex, Source::OciImageDescriptor];
const OCI_DEV: &[Source] =
    &[Source::OciDistributionDev, Source::OciImageManifest, Source::OciImageIndex, Source::OciImageDescriptor];
const DOCKER_V2: &[Source] = &[Source::DockerApi, Source::DockerPlain, Source::DockerManifest];
const GITLAB: &[Source] = &[
    Source::OciDistribution11,
    Source::OciImageManifest,
    Source::OciImageIndex,
    Source::OciImageDescriptor,
    Source::DockerApi,
    Source::DockerPlain,
    Source::DockerManifest,
    Source::Gitlab,
];

/// A text that names no profile.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no profile: choose oci-1.0, oci-1.1, oci-dev, docker-v2 or gitlab")]
pub struct UnknownProfile(String);

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 5] = [Self::Oci10, Self::Oci11, Self::OciDev, Self::DockerV2, Self::Gitlab];

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oci10 => "oci-1.0",
            Self::Oci11 => "oci-1.1",
            Self::OciDev => "oci-dev",
            Self::DockerV2 => "docker-v2",
            Self::Gitlab => "gitlab",
        }
    }

    /// The texts of the profile. The rules of HTTP belong to each.
    pub const fn sources(self) -> &'static [Source] {
        match self {
            Self::Oci10 => &[Source::OciDistribution10],
            Self::Oci11 => OCI_11,
            Self::OciDev => OCI_DEV,
            Self::DockerV2 => DOCKER_V2,
            Self::Gitlab => GITLAB,
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, UnknownProfile> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == text).ok_or_else(|| UnknownProfile(text.to_owned()))
    }
}
