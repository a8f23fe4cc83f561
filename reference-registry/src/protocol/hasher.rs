//! Digests of content that arrives in pieces.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256, SHA512};

use super::digest::{Algorithm, Digest};

/// A digest being computed.
///
/// The implementation is AWS-LC's: as fast as any where the processor has instructions for SHA-256, and half as fast
/// again as portable code where it has none.
#[derive(Clone)]
pub struct Hasher {
    algorithm: Algorithm,
    state: Context,
}

impl Hasher {
    /// The digest of nothing yet.
    pub fn new(algorithm: Algorithm) -> Self {
        let state = Context::new(match algorithm {
            Algorithm::Sha256 => &SHA256,
            Algorithm::Sha512 => &SHA512,
        });
        Self { algorithm, state }
    }

    /// The algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Takes in the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.state.update(piece);
    }

    /// The digest of all pieces.
    pub fn finish(self) -> Digest {
        Digest::new(self.algorithm, self.state.finish().as_ref())
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_have_the_digest_of_the_whole() {
        for algorithm in Algorithm::ALL {
            let mut hasher = Hasher::new(algorithm);
            for piece in [&b"in "[..], b"", b"pieces"] {
                hasher.update(piece);
            }
            assert_eq!(hasher.finish(), algorithm.digest(b"in pieces"));
        }
    }
}
