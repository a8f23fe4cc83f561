//! Faults of upload sessions that need to know what came before.

use std::collections::HashMap;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::StatusCode;
use parking_lot::Mutex;

use super::hook::{Hook, Reply};
use super::set::Fault;
use super::twist::{Twist, twisted};
use crate::error::{Code, Error};
use crate::protocol::{Algorithm, Digest, RepositoryName, Request, UploadId};
use crate::registry::{BlobInfo, BodyError, Chunk, Registry, UploadStatus};

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "chunk-length-unchecked",
        summary: "a session is as far as Content-Range says, however much was received",
        hooks: &[Hook::Response(|seen, reply| {
            if let Some(Request::AppendUpload { range: Some((_, last)), .. }) = seen.request
                && reply.status == StatusCode::BAD_REQUEST
            {
                *reply = Reply::new(StatusCode::ACCEPTED);
                reply.set("range", &format!("0-{last}"));
                reply.set("location", seen.head.uri.path());
            }
        })],
    },
    Fault {
        name: "chunk-makes-blob",
        summary: "a chunk is a blob as soon as it was received",
        hooks: &[Hook::Registry(|inner| twisted(inner, Chunks::Blob))],
    },
    Fault {
        name: "last-chunk-lost",
        summary: "chunks behind the first are taken and thrown away",
        hooks: &[Hook::Registry(|inner| twisted(inner, Chunks::Lost))],
    },
    Fault {
        name: "short-last-chunk-refused",
        summary: "a chunk of fewer than 100 bytes behind the first is refused",
        hooks: &[Hook::Registry(|inner| twisted(inner, Chunks::Minimum))],
    },
    Fault {
        name: "sessions-of-all-repositories",
        summary: "a session can be used under the name of any repository",
        hooks: &[
            Hook::Registry(|inner| twisted(inner, SharedSessions::default())),
            // The signed part of the URL names the repository too.
            Hook::Request(|request| {
                if let Request::UploadStatus(session) | Request::FinishUpload { session, .. } = request {
                    session.state = None;
                }
            }),
        ],
    },
];

/// Ways to treat chunks wrongly.
#[derive(Debug)]
enum Chunks {
    Blob,
    Lost,
    Minimum,
}

async fn whole(mut body: crate::registry::Body) -> Bytes {
    let mut bytes = BytesMut::new();
    while let Some(Ok(piece)) = body.next().await {
        bytes.extend_from_slice(&piece);
    }
    bytes.freeze()
}

fn chunk(range: Option<(u64, u64)>, bytes: Bytes) -> Chunk {
    let length = Some(bytes.len() as u64);
    let body = futures_util::stream::iter([Ok::<_, BodyError>(bytes)]);
    Chunk { range, length, body: Box::pin(body) }
}

#[async_trait::async_trait]
impl Twist for Chunks {
    async fn append_upload(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        id: UploadId,
        sent: Chunk,
    ) -> Result<UploadStatus, Error> {
        let (range, bytes) = (sent.range, whole(sent.body).await);
        match (self, range) {
            (Self::Blob, _) => {
                let digest = Algorithm::Sha256.digest(&bytes);
                inner.put_blob(name, &digest, chunk(None, bytes.clone())).await?;
            }
            (Self::Lost, Some((first, last))) if first > 0 => return Ok(UploadStatus { id, received: last + 1 }),
            (Self::Minimum, Some((first, _))) if first > 0 && bytes.len() < 100 => {
                return Err(Error::new(Code::BlobUploadInvalid));
            }
            _ => {}
        }
        inner.append_upload(name, id, chunk(range, bytes)).await
    }
}

/// Where each session began.
#[derive(Debug, Default)]
struct SharedSessions(Mutex<HashMap<UploadId, RepositoryName>>);

impl SharedSessions {
    fn home(&self, name: &RepositoryName, id: UploadId) -> RepositoryName {
        self.0.lock().get(&id).unwrap_or(name).clone()
    }
}

#[async_trait::async_trait]
impl Twist for SharedSessions {
    async fn start_upload(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        algorithm: Option<Algorithm>,
    ) -> Result<UploadStatus, Error> {
        let status = inner.start_upload(name, algorithm).await?;
        self.0.lock().insert(status.id, name.clone());
        Ok(status)
    }

    async fn upload_status(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        id: UploadId,
    ) -> Result<UploadStatus, Error> {
        inner.upload_status(&self.home(name, id), id).await
    }

    async fn finish_upload(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        id: UploadId,
        digest: &Digest,
        chunk: Chunk,
    ) -> Result<BlobInfo, Error> {
        inner.finish_upload(&self.home(name, id), id, digest, chunk).await
    }
}
