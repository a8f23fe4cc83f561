//! What a target offers.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// Something a registry may or may not offer, or a control over it that may or may not be in our hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// Blobs and manifests can be pushed.
    Push,
    /// There is content to pull: pushed by us, or named by the user.
    Content,
    /// Manifests can be deleted by digest.
    DeleteManifest,
    /// Tags can be deleted.
    DeleteTag,
    /// Blobs can be deleted.
    DeleteBlob,
    /// The referrers API answers.
    Referrers,
    /// The catalogue can be listed.
    Catalog,
    /// Content can be pushed under sha512 digests.
    Sha512,
    /// Blobs can be mounted from another repository.
    Mount,
    /// A manifest pushed by digest can be given tags in the same request.
    TagParameters,
    /// Tags can be deleted by GitLab's route.
    GitlabTagDelete,
}

impl Capability {
    /// Every capability.
    pub const ALL: [Self; 11] = [
        Self::Push,
        Self::Content,
        Self::DeleteManifest,
        Self::DeleteTag,
        Self::DeleteBlob,
        Self::Referrers,
        Self::Catalog,
        Self::Sha512,
        Self::Mount,
        Self::TagParameters,
        Self::GitlabTagDelete,
    ];

    /// The name in reports and configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Content => "content",
            Self::DeleteManifest => "delete-manifest",
            Self::DeleteTag => "delete-tag",
            Self::DeleteBlob => "delete-blob",
            Self::Referrers => "referrers",
            Self::Catalog => "catalog",
            Self::Sha512 => "sha512",
            Self::Mount => "mount",
            Self::TagParameters => "tag-parameters",
            Self::GitlabTagDelete => "gitlab-tag-delete",
        }
    }

    /// The capability of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capability| capability.as_str() == name)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a capability is there, and how we know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Support {
    /// Whether it is there.
    pub offered: bool,
    /// How we know: `PUT …/manifests/… answered 405`, `declared in plimsoll.toml`.
    pub because: String,
}

/// Everything known about what a target offers. What was never looked at counts as not offered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Capabilities(BTreeMap<Capability, Support>);

impl Capabilities {
    /// Notes whether a capability is there.
    pub fn set(&mut self, capability: Capability, offered: bool, because: impl Into<String>) {
        self.0.insert(capability, Support { offered, because: because.into() });
    }

    /// Whether it is there.
    pub fn has(&self, capability: Capability) -> bool {
        self.0.get(&capability).is_some_and(|support| support.offered)
    }

    /// The first of `needs` that is missing, with the reason, as a sentence.
    pub fn missing(&self, needs: &[Capability]) -> Option<String> {
        let missing = needs.iter().find(|need| !self.has(**need))?;
        let because = self.0.get(missing).map_or("it was not probed", |support| support.because.as_str());
        Some(format!("{missing}: {because}"))
    }

    /// All that is known, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (Capability, &Support)> {
        self.0.iter().map(|(capability, support)| (*capability, support))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found_again() {
        for capability in Capability::ALL {
            assert_eq!(Capability::from_name(capability.as_str()), Some(capability));
        }
    }

    #[test]
    fn missing_says_why() {
        let mut capabilities = Capabilities::default();
        capabilities.set(Capability::Push, true, "it worked");
        capabilities.set(Capability::Referrers, false, "404");
        assert_eq!(capabilities.missing(&[Capability::Push]), None);
        assert_eq!(capabilities.missing(&[Capability::Push, Capability::Referrers]), Some("referrers: 404".to_owned()));
    }
}
