//! Faults of pushing manifests and tags.

use std::collections::HashSet;
use std::time::Duration;

use http::StatusCode;
use http::header::CONTENT_TYPE;
use parking_lot::Mutex;
use serde_json::Value;

use super::hook::{Hook, Reply, Seen};
use super::pull::has_code;
use super::set::Fault;
use super::twist::{Twist, twisted};
use crate::error::{Code, Error};
use crate::protocol::{Algorithm, Digest, Reference, RepositoryName, Request};
use crate::registry::{Listing, ManifestReceipt, ManifestUpload, Page, Referrer, Registry};

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "manifest-digest-unchecked",
        summary: "a manifest is taken whatever its digest is said to be",
        hooks: &[Hook::Response(|seen, reply| {
            if is_push(seen) && has_code(reply, Code::DigestInvalid) {
                *reply = Reply::new(StatusCode::CREATED);
            }
        })],
    },
    Fault {
        name: "manifest-put-digest-refused",
        summary: "a manifest cannot be pushed by digest",
        hooks: &[Hook::Answer(refuse_digest)],
    },
    Fault {
        name: "reference-malformed-as-500",
        summary: "a path with a digest that is none is a failure of the server",
        hooks: &[Hook::Response(|_, reply| {
            if has_code(reply, Code::DigestInvalid) {
                reply.become_error(Code::Unknown, StatusCode::INTERNAL_SERVER_ERROR);
            }
        })],
    },
    Fault {
        name: "manifest-put-location-broken",
        summary: "the Location of a stored manifest leads nowhere",
        hooks: &[Hook::Response(|seen, reply| {
            if is_push(seen) && reply.status.is_success() {
                reply.set("location", "/v2/nowhere/manifests/nothing");
            }
        })],
    },
    Fault {
        name: "manifest-put-wrong-digest",
        summary: "the digest in the answer to a pushed manifest is that of something else",
        hooks: &[Hook::Response(|seen, reply| {
            if is_push(seen) && reply.status.is_success() {
                reply.set("docker-content-digest", &Algorithm::Sha256.digest(b"something else").to_string());
            }
        })],
    },
    Fault {
        name: "manifest-put-again-refused",
        summary: "a manifest that is there cannot be pushed again",
        hooks: &[Hook::Registry(|inner| twisted(inner, Strict::Again))],
    },
    Fault {
        name: "manifest-type-parameters-refused",
        summary: "a manifest whose Content-Type has parameters is refused",
        hooks: &[Hook::Answer(|seen| {
            let kind = seen.head.headers.get(CONTENT_TYPE)?.to_str().ok()?;
            (is_push(seen) && kind.contains(';')).then(|| Reply::error(Code::ManifestInvalid, StatusCode::BAD_REQUEST))
        })],
    },
    Fault {
        name: "manifest-without-layers-refused",
        summary: "a manifest whose list of layers is empty is refused",
        hooks: &[Hook::Registry(|inner| twisted(inner, Strict::Layers))],
    },
    Fault {
        name: "manifest-limit-one-megabyte",
        summary: "a manifest of more than one megabyte is refused",
        hooks: &[Hook::Registry(|inner| twisted(inner, Strict::Size))],
    },
    Fault {
        name: "manifest-limit-off",
        summary: "a manifest of any size is taken",
        hooks: &[Hook::Response(|seen, reply| {
            if is_push(seen) && reply.status == StatusCode::PAYLOAD_TOO_LARGE {
                *reply = Reply::new(StatusCode::CREATED);
            }
        })],
    },
    Fault {
        name: "manifest-over-limit-as-400",
        summary: "a manifest over the limit is answered with 400",
        hooks: &[Hook::Response(|seen, reply| {
            if is_push(seen) && reply.status == StatusCode::PAYLOAD_TOO_LARGE {
                reply.status = StatusCode::BAD_REQUEST;
            }
        })],
    },
    Fault {
        name: "foreign-layer-as-500",
        summary: "a manifest with a layer that is fetched from elsewhere is a failure of the server",
        hooks: &[Hook::Registry(|inner| twisted(inner, Strict::Foreign))],
    },
    Fault {
        name: "missing-blob-as-manifest-invalid",
        summary: "a manifest whose blobs are missing is said to be invalid",
        hooks: &[Hook::Response(|seen, reply| {
            if is_push(seen) && has_code(reply, Code::ManifestBlobUnknown) {
                reply.become_error(Code::ManifestInvalid, StatusCode::BAD_REQUEST);
            }
        })],
    },
    Fault {
        name: "missing-subject-refused",
        summary: "a manifest whose subject is not there is refused",
        hooks: &[Hook::Registry(|inner| twisted(inner, Strict::Subject))],
    },
    Fault {
        name: "referrer-before-subject-forgotten",
        summary: "a manifest pushed before its subject is never among the referrers",
        hooks: &[Hook::Registry(|inner| twisted(inner, Forgetful::default()))],
    },
    Fault {
        name: "tag-moved-by-refused-manifest",
        summary: "a manifest that is refused takes away the tag it was pushed to",
        hooks: &[Hook::Registry(|inner| twisted(inner, Tagging::LostOnRefusal))],
    },
    Fault {
        name: "tag-never-moves",
        summary: "a tag that exists stays where it is when another manifest is pushed to it",
        hooks: &[Hook::Registry(|inner| twisted(inner, Tagging::Fixed))],
    },
    Fault {
        name: "tag-overwrite-gap",
        summary: "a tag is gone for a moment while it is moved",
        hooks: &[Hook::Registry(|inner| twisted(inner, Tagging::Gap))],
    },
    Fault {
        name: "tag-parameters-lose-last",
        summary: "the last of several tag parameters is named in OCI-Tag and not made",
        hooks: &[
            Hook::Request(|request| {
                if let Request::PutManifest { tags, .. } = request {
                    tags.pop();
                }
            }),
            Hook::Response(|seen, reply| {
                let pairs = seen.head.uri.query().unwrap_or_default().split('&');
                let tags: Vec<_> = pairs.filter_map(|pair| pair.strip_prefix("tag=")).collect();
                if is_push(seen) && reply.status.is_success() && !tags.is_empty() {
                    reply.set("oci-tag", &tags.join(", "));
                }
            }),
        ],
    },
    Fault {
        name: "tag-parameters-limited-to-five",
        summary: "more than five tag parameters are refused",
        hooks: &[Hook::Answer(|seen| match seen.request? {
            Request::PutManifest { tags, .. } if tags.len() > 5 => {
                Some(Reply::error(Code::ManifestInvalid, StatusCode::URI_TOO_LONG))
            }
            _ => None,
        })],
    },
];

fn is_push(seen: &Seen<'_>) -> bool {
    matches!(seen.request, Some(Request::PutManifest { .. }))
}

fn refuse_digest(seen: &Seen<'_>) -> Option<Reply> {
    match seen.request? {
        Request::PutManifest { reference: Reference::Digest(_), .. } => {
            Some(Reply::error(Code::ManifestInvalid, StatusCode::BAD_REQUEST))
        }
        _ => None,
    }
}

/// The digest of the subject of a manifest.
fn subject(content: &[u8]) -> Option<Digest> {
    let manifest: Value = serde_json::from_slice(content).ok()?;
    manifest["subject"]["digest"].as_str()?.parse().ok()
}

async fn is_there(inner: &dyn Registry, name: &RepositoryName, digest: Digest) -> bool {
    inner.manifest(name, &Reference::Digest(digest)).await.is_ok()
}

/// What is refused although the texts allow it.
#[derive(Debug)]
enum Strict {
    Again,
    Layers,
    Size,
    Foreign,
    Subject,
}

impl Strict {
    async fn objection(&self, inner: &dyn Registry, name: &RepositoryName, upload: &ManifestUpload) -> Option<Error> {
        let content = &upload.content;
        match self {
            Self::Again => {
                let digest = Algorithm::Sha256.digest(content);
                is_there(inner, name, digest).await.then(|| Error::new(Code::Denied).status(StatusCode::CONFLICT))
            }
            Self::Layers => {
                let manifest: Value = serde_json::from_slice(content).ok()?;
                let none = manifest["layers"].as_array().is_some_and(Vec::is_empty);
                none.then(|| Error::new(Code::ManifestInvalid))
            }
            Self::Size => (content.len() > 1 << 20)
                .then(|| Error::new(Code::ManifestInvalid).status(StatusCode::PAYLOAD_TOO_LARGE)),
            Self::Foreign => {
                let text = String::from_utf8_lossy(content);
                (text.contains("nondistributable") || text.contains(".foreign.")).then(|| Error::new(Code::Unknown))
            }
            Self::Subject => {
                let missing = !is_there(inner, name, subject(content)?).await;
                missing.then(|| Error::new(Code::ManifestBlobUnknown))
            }
        }
    }
}

#[async_trait::async_trait]
impl Twist for Strict {
    async fn put_manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        upload: ManifestUpload,
    ) -> Result<ManifestReceipt, Error> {
        match self.objection(inner, name, &upload).await {
            Some(error) => Err(error),
            None => inner.put_manifest(name, upload).await,
        }
    }
}

/// Referrers that came before their subject.
#[derive(Debug, Default)]
struct Forgetful(Mutex<HashSet<String>>);

#[async_trait::async_trait]
impl Twist for Forgetful {
    async fn put_manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        upload: ManifestUpload,
    ) -> Result<ManifestReceipt, Error> {
        let subject = subject(&upload.content);
        let receipt = inner.put_manifest(name, upload).await?;
        if let Some(subject) = subject
            && !is_there(inner, name, subject).await
        {
            self.0.lock().insert(receipt.digest.to_string());
        }
        Ok(receipt)
    }

    async fn referrers(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        subject: &Digest,
        artifact_type: Option<&str>,
        page: &Page,
    ) -> Result<Listing<Referrer>, Error> {
        let mut listing = inner.referrers(name, subject, artifact_type, page).await?;
        listing.entries.retain(|referrer| !self.0.lock().contains(&referrer.digest));
        Ok(listing)
    }
}

/// Ways to treat a tag wrongly when a manifest is pushed to it.
#[derive(Debug)]
enum Tagging {
    LostOnRefusal,
    Fixed,
    Gap,
}

#[async_trait::async_trait]
impl Twist for Tagging {
    async fn put_manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        mut upload: ManifestUpload,
    ) -> Result<ManifestReceipt, Error> {
        let Reference::Tag(tag) = upload.reference.clone() else { return inner.put_manifest(name, upload).await };
        let exists = inner.manifest(name, &upload.reference).await.is_ok();
        match self {
            Self::Fixed if exists => upload.reference = Reference::Digest(Algorithm::Sha256.digest(&upload.content)),
            Self::Gap if exists => {
                inner.delete_tag(name, &tag).await?;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            _ => {}
        }
        let result = inner.put_manifest(name, upload).await;
        if matches!(self, Self::LostOnRefusal) && result.is_err() && exists {
            inner.delete_tag(name, &tag).await?;
        }
        result
    }
}
