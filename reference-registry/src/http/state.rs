//! The signed part of upload URLs.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::{Code, Error};
use crate::protocol::Session;

/// Signs upload URLs, so that servers with one secret can tell that one of them made a URL.
///
/// A token is the hex of an HMAC-SHA256 over repository, session and offset, followed by the offset. A URL without a
/// token is good too: the session id alone names the session.
pub(crate) struct Signer(Hmac<Sha256>);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    /// A signer with the key `secret`, of any length.
    pub(crate) fn new(secret: &[u8]) -> Option<Self> {
        Hmac::new_from_slice(secret).ok().map(Self)
    }

    /// The token for a session that has come to `offset`.
    pub(crate) fn sign(&self, session: &Session, offset: u64) -> String {
        let tag = self.mac(session, offset).finalize().into_bytes();
        format!("{}{offset:016x}", const_hex::encode(tag))
    }

    /// Whether the token of a session, when it has one, was made with this key for this session.
    /// Errors: `BLOB_UPLOAD_INVALID`.
    pub(crate) fn verify(&self, session: &Session) -> Result<(), Error> {
        let Some(token) = &session.state else { return Ok(()) };
        let genuine = || {
            let (tag, offset) = token.split_at_checked(64)?;
            let offset = u64::from_str_radix(offset, 16).ok()?;
            let tag = const_hex::decode(tag).ok()?;
            self.mac(session, offset).verify_slice(&tag).ok()
        };
        genuine().ok_or_else(|| {
            Error::new(Code::BlobUploadInvalid)
                .message("the upload URL was not made by this registry: its _state does not fit its secret")
        })
    }

    fn mac(&self, session: &Session, offset: u64) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(session.name.as_str().as_bytes());
        mac.update(&[0]);
        mac.update(session.id.to_string().as_bytes());
        mac.update(&offset.to_be_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::UploadId;

    #[test]
    fn a_token_is_good_for_its_session_and_its_secret_alone() {
        let signer = Signer::new(b"secret").unwrap();
        let mut session = Session { name: "a/b".parse().unwrap(), id: UploadId::random(), state: None };
        assert!(signer.verify(&session).is_ok());
        let token = signer.sign(&session, 7);
        session.state = Some(token.clone());
        assert!(signer.verify(&session).is_ok());
        assert!(Signer::new(b"another").unwrap().verify(&session).is_err());
        let other = Session { name: "a/c".parse().unwrap(), ..session.clone() };
        assert!(signer.verify(&other).is_err());
        let other = Session { id: UploadId::random(), ..session.clone() };
        assert!(signer.verify(&other).is_err());
        for wrong in ["", "x", &token[1..], &format!("{token}0"), &"é".repeat(40)] {
            session.state = Some(wrong.to_owned());
            assert!(signer.verify(&session).is_err(), "{wrong}");
        }
    }
}
