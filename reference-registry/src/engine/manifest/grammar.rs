//! Grammars of texts inside a manifest.

use crate::protocol::{Digest, DigestError};

/// The longest name on either side of the slash of a media type.
const NAME_LIMIT: usize = 127;

/// Whether a text is a media type without parameters.
///
/// Source: RFC 6838, section 4.2, by `IMG-DESC-004`.
pub(super) fn is_media_type(text: &str) -> bool {
    text.split_once('/').is_some_and(|(kind, subtype)| is_restricted_name(kind) && is_restricted_name(subtype))
}

fn is_restricted_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && name.len() <= NAME_LIMIT
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
}

/// The digest of a descriptor: `Ok(None)` for one whose algorithm this registry does not know, which may pass
/// (`IMG-DESC-024`) but names nothing that can be here.
pub(super) fn digest(text: &str) -> Result<Option<Digest>, DigestError> {
    match text.parse() {
        Ok(digest) => Ok(Some(digest)),
        Err(DigestError::Unsupported) if encoded_grammar(text) => Ok(None),
        Err(DigestError::Unsupported) => Err(DigestError::Encoding),
        Err(error) => Err(error),
    }
}

/// Whether the part after the colon is made of the characters any algorithm may use. Source: `IMG-DESC-022`.
fn encoded_grammar(text: &str) -> bool {
    text.split_once(':').is_some_and(|(_, encoded)| {
        !encoded.is_empty()
            && encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b'_' | b'-'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types() {
        let longest = format!("a/{}", "b".repeat(127));
        for text in ["application/vnd.oci.image.layer.v1.tar+gzip", "a/b", "x/y!#$&-^_.+", &longest] {
            assert!(is_media_type(text), "{text}");
        }
        let too_long = format!("a/{}", "b".repeat(128));
        for text in ["", "a", "a/", "/a", "a/b/c", "a/b c", "a/b; c=d", "+a/b", "a/é", &too_long] {
            assert!(!is_media_type(text), "{text}");
        }
    }

    #[test]
    fn digests_of_other_algorithms_pass() {
        let hex = "a".repeat(64);
        assert!(matches!(digest(&format!("sha256:{hex}")), Ok(Some(_))));
        assert_eq!(digest(&format!("blake3:{hex}")), Ok(None));
        assert_eq!(digest("multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8"), Ok(None));
        assert_eq!(digest("blake3:a/b"), Err(DigestError::Encoding));
        assert_eq!(digest("sha256:abc"), Err(DigestError::Encoding));
        assert_eq!(digest("sha256"), Err(DigestError::Malformed));
    }
}
