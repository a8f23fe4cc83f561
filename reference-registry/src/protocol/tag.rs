//! Tags, and references that are a tag or a digest.

use std::fmt;
use std::str::FromStr;

use super::{Digest, DigestError};

/// A tag: a letter, digit or underscore, then up to 127 letters, digits, dots, underscores or dashes.
///
/// Source: `D11-012`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(String);

/// A text that is not a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tag has 1 to 128 characters of a-z, A-Z, 0-9, '_', '.' and '-', and does not start with '.' or '-'")]
pub struct TagError;

impl Tag {
    /// The greatest length in bytes.
    pub const MAX_LEN: usize = 128;

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Tag {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Self, TagError> {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let mut bytes = text.bytes();
        let first_fits = bytes.next().is_some_and(word);
        if !first_fits || text.len() > Self::MAX_LEN || !bytes.all(|byte| word(byte) || matches!(byte, b'.' | b'-')) {
            return Err(TagError);
        }
        Ok(Self(text.to_owned()))
    }
}

/// What names a manifest inside a repository.
///
/// Source: `D11-009`, `D11-010`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reference {
    /// By tag.
    Tag(Tag),
    /// By digest.
    Digest(Digest),
}

/// Why a text is neither a tag nor a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// There is a colon, so a digest was meant, and it is not one.
    #[error(transparent)]
    Digest(#[from] DigestError),
    /// There is no colon, so a tag was meant, and it is not one.
    #[error(transparent)]
    Tag(#[from] TagError),
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => tag.fmt(f),
            Self::Digest(digest) => digest.fmt(f),
        }
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        if text.contains(':') { Ok(Self::Digest(text.parse()?)) } else { Ok(Self::Tag(text.parse()?)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_at_the_limits_of_the_grammar() {
        for tag in ["a", "_", "0", "A.b-c_d", &"a".repeat(128)] {
            assert!(tag.parse::<Tag>().is_ok(), "{tag}");
        }
        for tag in ["", ".a", "-a", "a b", "a/b", "a:b", "é", &"a".repeat(129)] {
            assert_eq!(tag.parse::<Tag>(), Err(TagError), "{tag}");
        }
    }

    #[test]
    fn a_colon_decides_between_tag_and_digest() {
        assert!(matches!("latest".parse(), Ok(Reference::Tag(_))));
        assert!(matches!(format!("sha256:{}", "0".repeat(64)).parse(), Ok(Reference::Digest(_))));
        assert_eq!("sha256:0".parse::<Reference>(), Err(ReferenceError::Digest(DigestError::Encoding)));
    }
}
