//! Faults of pushing blobs and manifests.

use bytes::Bytes;
use futures_util::StreamExt;
use http::header::{CONTENT_RANGE, LOCATION};
use http::request::Parts;
use http::{Method, StatusCode};
use parking_lot::Mutex;
use std::collections::HashMap;

use super::edit::{is_append, is_blob_push, is_start, restatus, strip, succeeded};
use super::hook::{Hook, Reply, Seen};
use super::pull::has_code;
use super::set::Fault;
use super::twist::{Twist, twisted};
use crate::error::{Code, Error};
use crate::protocol::{Algorithm, Digest, RepositoryName, Request, Session, UploadId, parse_chunk_range, path};
use crate::registry::{BlobInfo, Chunk, Mount, Registry, UploadStatus};

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "upload-opened-with-200",
        summary: "an upload session begins with 200",
        hooks: &[Hook::Response(|seen, reply| restatus(seen, reply, is_start, StatusCode::OK))],
    },
    Fault {
        name: "upload-opened-without-location",
        summary: "an upload session begins without saying where",
        hooks: &[Hook::Response(|seen, reply| strip(seen, reply, is_start, "location"))],
    },
    Fault {
        name: "upload-session-shared",
        summary: "two uploads into one repository are given the same session",
        hooks: &[Hook::Registry(|inner| twisted(inner, SharedSession::default()))],
    },
    Fault {
        name: "upload-status-without-range",
        summary: "the status of an upload does not say how far it has come",
        hooks: &[Hook::Response(|seen, reply| {
            strip(seen, reply, |request| matches!(request, Request::UploadStatus(_)), "range");
        })],
    },
    Fault {
        name: "upload-range-exclusive",
        summary: "the Range of an upload ends one byte too far",
        hooks: &[Hook::Response(|_, reply| {
            if let Some((first, last)) = parse_chunk_range(reply.get("range")) {
                reply.set("range", &format!("{first}-{}", last + 1));
            }
        })],
    },
    Fault {
        name: "upload-cancel-refused",
        summary: "an upload session cannot be given up",
        hooks: &[Hook::Answer(|seen| {
            let refused = || Reply::error(Code::Unsupported, StatusCode::METHOD_NOT_ALLOWED);
            matches!(seen.request, Some(Request::CancelUpload(_))).then(refused)
        })],
    },
    Fault {
        name: "chunk-accepted-with-204",
        summary: "a chunk is taken with 204",
        hooks: &[Hook::Response(|seen, reply| restatus(seen, reply, is_append, StatusCode::NO_CONTENT))],
    },
    Fault {
        name: "chunk-order-unchecked",
        summary: "a chunk is added wherever its Content-Range says it belongs",
        hooks: &[Hook::Request(|request| {
            if let Request::AppendUpload { range, .. } = request {
                *range = None;
            }
        })],
    },
    Fault {
        name: "chunk-range-unparsed",
        summary: "a Content-Range that is none is passed over",
        hooks: &[Hook::Head(forget_malformed_range)],
    },
    Fault {
        name: "chunk-refusal-as-202",
        summary: "a chunk that was refused is said to be taken",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.request.is_some_and(is_append) && reply.status.is_client_error() {
                *reply = Reply::new(StatusCode::ACCEPTED);
                reply.set("location", seen.head.uri.path());
            }
        })],
    },
    Fault {
        name: "chunk-range-believed",
        summary: "a Content-Range that is none is passed over, and repeated in Range",
        hooks: &[
            Hook::Head(forget_malformed_range),
            Hook::Response(|seen, reply| {
                if succeeded(seen, reply, is_append) {
                    reply.set("range", "0-0");
                }
            }),
        ],
    },
    Fault {
        name: "chunk-minimum-malformed",
        summary: "OCI-Chunk-Min-Length is no number",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_start) {
                reply.set("oci-chunk-min-length", "many");
            }
        })],
    },
    Fault {
        name: "final-chunk-order-unchecked",
        summary: "the last chunk is added wherever its Content-Range says it belongs",
        hooks: &[Hook::Request(|request| {
            if let Request::FinishUpload { range, .. } = request {
                *range = None;
            }
        })],
    },
    Fault {
        name: "session-dropped-after-416",
        summary: "a chunk out of order ends the session",
        hooks: &[Hook::Registry(|inner| twisted(inner, DropAfterDisorder))],
    },
    Fault {
        name: "closing-body-ignored",
        summary: "the body of the request that closes a session is thrown away",
        hooks: &[Hook::Registry(|inner| twisted(inner, IgnoreClosingBody))],
    },
    Fault {
        name: "closing-without-digest-accepted",
        summary: "a session is closed without a digest",
        hooks: &[Hook::Response(|seen, reply| {
            let closing = seen.head.method == Method::PUT && seen.head.uri.path().contains("/blobs/uploads/");
            if closing && !seen.head.uri.query().unwrap_or_default().contains("digest=") {
                *reply = Reply::new(StatusCode::CREATED);
            }
        })],
    },
    Fault {
        name: "blob-digest-unchecked",
        summary: "a blob is taken whatever its digest is said to be",
        hooks: &[Hook::Response(|seen, reply| {
            if let Some(
                Request::PutBlob { name, digest } | Request::FinishUpload { digest, session: Session { name, .. }, .. },
            ) = seen.request
                && has_code(reply, Code::DigestInvalid)
            {
                *reply = Reply::new(StatusCode::CREATED);
                reply.set("location", &path::blob(name, digest));
                reply.set("docker-content-digest", &digest.to_string());
            }
        })],
    },
    Fault {
        name: "blob-put-without-location",
        summary: "a blob is stored without saying where",
        hooks: &[Hook::Response(|seen, reply| strip(seen, reply, is_blob_push, "location"))],
    },
    Fault {
        name: "blob-put-location-of-session",
        summary: "the Location of a stored blob is that of its upload session",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_blob_push) {
                let location = seen.head.uri.path().to_owned();
                reply.set("location", &location);
            }
        })],
    },
    Fault {
        name: "empty-blob-refused",
        summary: "a blob of no bytes cannot be pushed",
        hooks: &[Hook::Answer(|seen| {
            let (Request::PutBlob { digest, .. } | Request::FinishUpload { digest, .. }) = seen.request? else {
                return None;
            };
            let refused = || Reply::error(Code::BlobUploadInvalid, StatusCode::BAD_REQUEST);
            Algorithm::ALL.iter().any(|algorithm| algorithm.digest(b"") == *digest).then(refused)
        })],
    },
    Fault {
        name: "existing-blob-refused",
        summary: "a blob that is there cannot be pushed again",
        hooks: &[Hook::Registry(|inner| twisted(inner, RefuseExisting))],
    },
    Fault {
        name: "single-post-refused",
        summary: "a blob cannot be pushed with one POST, and no session begins instead",
        hooks: &[Hook::Answer(|seen| {
            let refused = || Reply::error(Code::Unsupported, StatusCode::METHOD_NOT_ALLOWED);
            matches!(seen.request, Some(Request::PutBlob { .. })).then(refused)
        })],
    },
    Fault {
        name: "single-post-loses-blob",
        summary: "a blob pushed with one POST is taken and not stored",
        hooks: &[Hook::Answer(|seen| {
            let Some(Request::PutBlob { name, digest }) = seen.request else { return None };
            let mut reply = Reply::new(StatusCode::CREATED);
            reply.set("location", &path::blob(name, digest));
            reply.set("docker-content-digest", &digest.to_string());
            Some(reply)
        })],
    },
    Fault {
        name: "mount-missing-as-404",
        summary: "a blob that cannot be mounted is answered with 404",
        hooks: &[Hook::Response(|seen, reply| {
            if is_mount(seen) && reply.status == StatusCode::ACCEPTED {
                reply.become_error(Code::BlobUnknown, StatusCode::NOT_FOUND);
            }
        })],
    },
    Fault {
        name: "mount-without-link",
        summary: "a mounted blob is not there",
        hooks: &[Hook::Registry(|inner| twisted(inner, Mounting::Pretended))],
    },
    Fault {
        name: "mount-moves-blob",
        summary: "a mounted blob is gone from where it came",
        hooks: &[Hook::Registry(|inner| twisted(inner, Mounting::Moved))],
    },
    Fault {
        name: "mount-fallback-dead",
        summary: "the session that begins when a blob cannot be mounted does not exist",
        hooks: &[Hook::Registry(|inner| twisted(inner, Mounting::Dead))],
    },
    Fault {
        name: "manifest-put-with-200",
        summary: "a manifest is stored with 200",
        hooks: &[Hook::Response(|seen, reply| restatus(seen, reply, is_manifest_push, StatusCode::OK))],
    },
    Fault {
        name: "manifest-put-without-location",
        summary: "a manifest is stored without saying where",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_manifest_push) {
                reply.headers.remove(LOCATION);
            }
        })],
    },
    Fault {
        name: "manifest-put-without-digest",
        summary: "a manifest is stored without saying under which digest",
        hooks: &[Hook::Response(|seen, reply| strip(seen, reply, is_manifest_push, "docker-content-digest"))],
    },
    Fault {
        name: "manifest-subject-unnamed",
        summary: "OCI-Subject is missing when a manifest with a subject is stored",
        hooks: &[Hook::Response(|seen, reply| strip(seen, reply, is_manifest_push, "oci-subject"))],
    },
    Fault {
        name: "manifest-tags-unnamed",
        summary: "tags from parameters are made and not named in OCI-Tag",
        hooks: &[Hook::Response(|seen, reply| strip(seen, reply, is_manifest_push, "oci-tag"))],
    },
    Fault {
        name: "manifest-tags-ignored",
        summary: "tag parameters are named in OCI-Tag and not made",
        hooks: &[
            Hook::Request(|request| {
                if let Request::PutManifest { tags, .. } = request {
                    tags.clear();
                }
            }),
            Hook::Response(|seen, reply| {
                let pairs = seen.head.uri.query().unwrap_or_default().split('&');
                let tags: Vec<_> = pairs.filter_map(|pair| pair.strip_prefix("tag=")).collect();
                if succeeded(seen, reply, is_manifest_push) && !tags.is_empty() {
                    reply.set("oci-tag", &tags.join(", "));
                }
            }),
        ],
    },
];

fn forget_malformed_range(head: &mut Parts) {
    let text = head.headers.get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
    if text.and_then(parse_chunk_range).is_none() {
        head.headers.remove(CONTENT_RANGE);
    }
}

const fn is_manifest_push(request: &Request) -> bool {
    matches!(request, Request::PutManifest { .. })
}

fn is_mount(seen: &Seen<'_>) -> bool {
    matches!(seen.request, Some(Request::Mount { .. }))
}

#[derive(Debug, Default)]
struct SharedSession(Mutex<HashMap<RepositoryName, UploadId>>);

#[async_trait::async_trait]
impl Twist for SharedSession {
    async fn start_upload(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        algorithm: Option<Algorithm>,
    ) -> Result<UploadStatus, Error> {
        let shared = self.0.lock().get(name).copied();
        if let Some(id) = shared
            && let Ok(status) = inner.upload_status(name, id).await
        {
            return Ok(status);
        }
        let status = inner.start_upload(name, algorithm).await?;
        self.0.lock().insert(name.clone(), status.id);
        Ok(status)
    }
}

#[derive(Debug)]
struct DropAfterDisorder;

#[async_trait::async_trait]
impl Twist for DropAfterDisorder {
    async fn append_upload(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        id: UploadId,
        chunk: Chunk,
    ) -> Result<UploadStatus, Error> {
        let result = inner.append_upload(name, id, chunk).await;
        if result.as_ref().is_err_and(|error| error.status == StatusCode::RANGE_NOT_SATISFIABLE) {
            inner.cancel_upload(name, id).await?;
        }
        result
    }
}

#[derive(Debug)]
struct IgnoreClosingBody;

#[async_trait::async_trait]
impl Twist for IgnoreClosingBody {
    async fn finish_upload(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        id: UploadId,
        digest: &Digest,
        mut chunk: Chunk,
    ) -> Result<BlobInfo, Error> {
        while let Some(Ok(_)) = chunk.body.next().await {}
        let body = futures_util::stream::empty::<Result<Bytes, crate::registry::BodyError>>();
        inner.finish_upload(name, id, digest, Chunk { range: None, length: Some(0), body: Box::pin(body) }).await
    }
}

#[derive(Debug)]
struct RefuseExisting;

impl RefuseExisting {
    async fn check(inner: &dyn Registry, name: &RepositoryName, digest: &Digest) -> Result<(), Error> {
        match inner.blob_info(name, digest).await {
            Ok(_) => Err(Error::new(Code::BlobUploadInvalid).status(StatusCode::CONFLICT)),
            Err(_) => Ok(()),
        }
    }
}

#[async_trait::async_trait]
impl Twist for RefuseExisting {
    async fn put_blob(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        digest: &Digest,
        chunk: Chunk,
    ) -> Result<BlobInfo, Error> {
        Self::check(inner, name, digest).await?;
        inner.put_blob(name, digest, chunk).await
    }

    async fn finish_upload(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        id: UploadId,
        digest: &Digest,
        chunk: Chunk,
    ) -> Result<BlobInfo, Error> {
        Self::check(inner, name, digest).await?;
        inner.finish_upload(name, id, digest, chunk).await
    }
}

/// Ways to mount a blob wrongly.
#[derive(Debug)]
enum Mounting {
    Pretended,
    Moved,
    Dead,
}

#[async_trait::async_trait]
impl Twist for Mounting {
    async fn mount(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        digest: &Digest,
        from: Option<&RepositoryName>,
    ) -> Result<Mount, Error> {
        if let (Self::Pretended, Some(from)) = (self, from)
            && let Ok(info) = inner.blob_info(from, digest).await
        {
            return Ok(Mount::Mounted(info));
        }
        let mount = inner.mount(name, digest, from).await?;
        match (self, &mount, from) {
            (Self::Moved, Mount::Mounted(_), Some(from)) => inner.delete_blob(from, digest).await?,
            (Self::Dead, Mount::Started(status), _) => inner.cancel_upload(name, status.id).await?,
            _ => {}
        }
        Ok(mount)
    }
}
