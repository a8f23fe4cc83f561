//! Rules for the body of a request to a session, and the errors they lead to.

use futures_util::StreamExt as _;
use http::StatusCode;
use serde_json::json;

use super::intake::Intake;
use super::lease::Lease;
use crate::engine::failure::failed;
use crate::error::{Code, Error};
use crate::protocol::{Digest, UploadId};
use crate::registry::{BodyError, Chunk};
use crate::storage::StorageError;

/// Why a body was not taken in to its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// The client went away, or sent more or fewer bytes than it said: what came is kept.
    Kept(Error),
    /// Somebody cancelled the session, or storage failed.
    Lost(Error),
}

/// There is no such session.
pub(super) fn unknown(id: UploadId) -> Error {
    Error::new(Code::BlobUploadUnknown).detail(json!({"id": id.to_string()}))
}

/// Another request writes to the session.
pub(super) fn busy() -> Error {
    out_of_order("another request is writing to this upload session")
}

/// Content is not what its digest says.
pub(super) fn mismatch(expected: &Digest, actual: &Digest) -> Error {
    Error::new(Code::DigestInvalid)
        .message("the content does not have the given digest")
        .detail(json!({"digest": expected.to_string(), "actual": actual.to_string()}))
}

/// The store has not let anybody append at the offset that was right a moment ago.
pub(super) fn refused(error: StorageError) -> Error {
    match error {
        StorageError::Busy(_) | StorageError::Offset { .. } => busy().source(error),
        _ => failed(error),
    }
}

fn out_of_order(message: &str) -> Error {
    Error::new(Code::BlobUploadInvalid).status(StatusCode::RANGE_NOT_SATISFIABLE).message(message)
}

fn wrong_size(announced: u64, actual: impl Into<Option<u64>>) -> Error {
    let error = Error::new(Code::SizeInvalid).message("the body does not have the announced length");
    match actual.into() {
        Some(actual) => error.detail(json!({"announced": announced, "received": actual})),
        None => error.detail(json!({"announced": announced})),
    }
}

/// The length of the body in bytes as far as it is announced. Refuses a chunk that does not begin where the session
/// ends, or whose range and length contradict each other.
///
/// Source: `D11-060`, `D11-061`; dev has the same for the final chunk.
pub(super) fn announced(chunk: &Chunk, offset: u64) -> Result<Option<u64>, Error> {
    let Some((first, last)) = chunk.range else { return Ok(chunk.length) };
    if first != offset {
        let message = format!("the chunk begins at byte {first}, and the session goes on at byte {offset}");
        return Err(out_of_order(&message).detail(json!({"offset": offset})));
    }
    let length = last
        .checked_sub(first)
        .and_then(|length| length.checked_add(1))
        .ok_or_else(|| Error::new(Code::BlobUploadInvalid).message("the range of the chunk ends before it begins"))?;
    match chunk.length {
        Some(said) if said != length => Err(wrong_size(length, said)),
        _ => Ok(Some(length)),
    }
}

/// Takes the body in, up to the announced length.
pub(super) async fn receive(
    chunk: Chunk,
    announced: Option<u64>,
    intake: &mut Intake<'_>,
    lease: &mut Lease,
    id: UploadId,
) -> Result<(), Stop> {
    let mut body = chunk.body;
    loop {
        let next = tokio::select! {
            biased;
            () = lease.cancelled() => return Err(Stop::Lost(unknown(id))),
            next = body.next() => next,
        };
        match next {
            None => break,
            Some(Err(error)) => return Err(Stop::Kept(broken(error))),
            Some(Ok(mut bytes)) => {
                let room = announced.map_or(u64::MAX, |announced| announced - intake.received());
                let excess = bytes.len() as u64 > room;
                if excess {
                    // Smaller than the length of the chunk, which is a usize.
                    bytes.truncate(usize::try_from(room).unwrap_or(usize::MAX));
                }
                intake.take(bytes).await.map_err(Stop::Lost)?;
                if excess {
                    return Err(Stop::Kept(wrong_size(intake.received(), None)));
                }
            }
        }
    }
    match announced {
        Some(announced) if announced != intake.received() => Err(Stop::Kept(wrong_size(announced, intake.received()))),
        _ => Ok(()),
    }
}

fn broken(error: BodyError) -> Error {
    Error::new(Code::BlobUploadInvalid).message("the request body did not arrive whole").source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(range: Option<(u64, u64)>, length: Option<u64>) -> Chunk {
        Chunk { range, length, body: Box::pin(futures_util::stream::empty()) }
    }

    #[test]
    fn a_chunk_must_begin_where_the_session_ends() {
        for (range, length, offset, expected) in [
            (None, None, 7, Ok(None)),
            (None, Some(3), 7, Ok(Some(3))),
            (Some((0, 9)), None, 0, Ok(Some(10))),
            (Some((7, 7)), Some(1), 7, Ok(Some(1))),
            (Some((0, 9)), Some(10), 7, Err((Code::BlobUploadInvalid, 416))),
            (Some((8, 9)), Some(2), 7, Err((Code::BlobUploadInvalid, 416))),
            (Some((7, 6)), Some(0), 7, Err((Code::BlobUploadInvalid, 400))),
            (Some((7, 9)), Some(2), 7, Err((Code::SizeInvalid, 400))),
            (Some((0, u64::MAX)), None, 0, Err((Code::BlobUploadInvalid, 400))),
        ] {
            let actual = announced(&chunk(range, length), offset);
            let actual = actual.map_err(|error| (error.code, error.status.as_u16()));
            assert_eq!(actual, expected, "{range:?} {length:?} at {offset}");
        }
    }
}
