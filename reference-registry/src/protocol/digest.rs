//! Content digests: an algorithm and the lower-case hex of its output.

use std::fmt;
use std::str::FromStr;

use super::Hasher;

/// A digest algorithm this registry can compute.
///
/// Source: OCI image specification, descriptor, "Registered algorithms".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// SHA-256, 64 hex digits; the algorithm used when none is named.
    Sha256,
    /// SHA-512, 128 hex digits.
    Sha512,
}

impl Algorithm {
    /// Every algorithm, the default first.
    pub const ALL: [Self; 2] = [Self::Sha256, Self::Sha512];

    /// The name as it stands before the colon of a digest.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// The number of hex digits of an encoded digest.
    pub const fn hex_len(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }

    /// The digest of `content`.
    pub fn digest(self, content: &[u8]) -> Digest {
        let mut hasher = Hasher::new(self);
        hasher.update(content);
        hasher.finish()
    }
}

impl FromStr for Algorithm {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == text).ok_or(DigestError::Unsupported)
    }
}

/// Why a text is not a digest this registry accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// The text does not have the form `algorithm:encoded`.
    #[error("a digest has the form algorithm:hex")]
    Malformed,
    /// The form is right but the algorithm is none of [`Algorithm::ALL`].
    #[error("the digest algorithm is not supported; sha256 and sha512 are")]
    Unsupported,
    /// The encoded part has the wrong length or holds something else than lower-case hex digits.
    #[error("the encoded part of the digest does not fit its algorithm")]
    Encoding,
}

/// A content digest, `algorithm:hex`.
///
/// Source: OCI image specification, descriptor, "Digests" (the grammar and the rule of lower-case hex).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest {
    algorithm: Algorithm,
    hex: String,
}

impl Digest {
    /// The algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The encoded part, lower-case hex of [`Algorithm::hex_len`] digits.
    pub fn hex(&self) -> &str {
        &self.hex
    }

    /// A digest from an output that is known to fit.
    pub(super) fn new(algorithm: Algorithm, output: &[u8]) -> Self {
        Self { algorithm, hex: const_hex::encode(output) }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.as_str(), self.hex)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let (algorithm, hex) = text.split_once(':').ok_or(DigestError::Malformed)?;
        if algorithm.is_empty() || hex.is_empty() || !algorithm_grammar(algorithm) {
            return Err(DigestError::Malformed);
        }
        let algorithm: Algorithm = algorithm.parse()?;
        let lower_hex = hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if hex.len() != algorithm.hex_len() || !lower_hex {
            return Err(DigestError::Encoding);
        }
        Ok(Self { algorithm, hex: hex.to_owned() })
    }
}

/// Components of `[a-z0-9]+`, joined by one of `+`, `.`, `_`, `-`.
fn algorithm_grammar(text: &str) -> bool {
    text.split(['+', '.', '_', '-'])
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_and_parse_are_inverse() {
        for algorithm in Algorithm::ALL {
            let digest = algorithm.digest(b"content");
            assert_eq!(digest.to_string().parse(), Ok(digest));
        }
    }

    #[test]
    fn each_malformation_has_its_error() {
        let hex = "a".repeat(64);
        for (text, error) in [
            (String::new(), DigestError::Malformed),
            ("sha256".to_owned(), DigestError::Malformed),
            (format!("sha256:{}", ""), DigestError::Malformed),
            (format!("SHA256:{hex}"), DigestError::Malformed),
            (format!("sha256+:{hex}"), DigestError::Malformed),
            (format!("md5:{hex}"), DigestError::Unsupported),
            (format!("sha256:{}", hex.to_uppercase()), DigestError::Encoding),
            (format!("sha256:{hex}a"), DigestError::Encoding),
            (format!("sha512:{hex}"), DigestError::Encoding),
        ] {
            assert_eq!(text.parse::<Digest>(), Err(error), "{text}");
        }
    }
}
