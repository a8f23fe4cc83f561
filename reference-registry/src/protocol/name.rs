//! Repository names.

use std::fmt;
use std::str::FromStr;

/// The name of a repository: components of lower-case letters and digits, joined by slashes.
///
/// Source: `D11-011`. The limit on the length is Docker Distribution's: 255 bytes for the whole name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepositoryName(String);

/// Why a text is not a repository name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text is empty, or a component breaks the grammar.
    #[error("a repository name is made of components of a-z and 0-9, separated inside by '.', '_', '__' or dashes")]
    Grammar,
    /// The text is longer than [`RepositoryName::MAX_LEN`].
    #[error("a repository name has at most 255 characters")]
    TooLong,
}

impl RepositoryName {
    /// The greatest length in bytes.
    pub const MAX_LEN: usize = 255;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RepositoryName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.len() > Self::MAX_LEN {
            return Err(NameError::TooLong);
        }
        if !text.split('/').all(component) {
            return Err(NameError::Grammar);
        }
        Ok(Self(text.to_owned()))
    }
}

/// One component: runs of `[a-z0-9]`, between two runs one `.`, one or two `_`, or any number of `-`.
fn component(text: &str) -> bool {
    let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    if !alphanumeric(first) || !alphanumeric(last) {
        return false;
    }
    bytes
        .split(|&byte| alphanumeric(byte))
        .filter(|separator| !separator.is_empty())
        .all(|separator| matches!(separator, b"." | b"_" | b"__") || separator.iter().all(|&byte| byte == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_the_grammar() {
        for name in ["a", "0", "a/b", "a.b", "a_b", "a__b", "a-b", "a---b", "a/b/c/d/e", "a0/b-1/c__2"] {
            assert!(name.parse::<RepositoryName>().is_ok(), "{name}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for name in [
            "", "/", "a/", "/a", "a//b", "A", "a..b", "a___b", "a.-b", "-a", "a-", ".a", "_a", "a b", "a%2fb", "é",
            "a_.b", "..", "a/../b",
        ] {
            assert_eq!(name.parse::<RepositoryName>(), Err(NameError::Grammar), "{name}");
        }
        assert!("a".repeat(255).parse::<RepositoryName>().is_ok());
        assert_eq!("a".repeat(256).parse::<RepositoryName>(), Err(NameError::TooLong));
    }
}
