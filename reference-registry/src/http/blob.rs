//! Blobs: fetch, whole or in parts, and delete.

use bytes::Bytes;
use http::header::{ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::body::{Part, Parts, Payload, SMALL};
use super::context::{Context, respond, set_digest};
use super::error::{Rejection, precondition_failed, storage};
use super::header;
use crate::error::{Code, Error};
use crate::protocol::{Conditions, Digest, Ranges, RepositoryName, Selection, Verdict};
use crate::registry::{Blob, BlobInfo};

/// Content of a digest never changes; a client may keep it for a year.
const CACHE: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// A registry does not know what is in a blob.
const TYPE: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// Says how a blob would be served (`end-2`).
pub(crate) async fn head(
    context: Context<'_>,
    name: RepositoryName,
    digest: Digest,
    conditions: Conditions,
) -> Result<Response<Payload>, Rejection> {
    let info = context.registry.blob_info(&name, &digest).await?;
    if let Some(response) = unchanged(&conditions, &info)? {
        return Ok(response);
    }
    let mut response = describe(&info, StatusCode::OK, Payload::Empty);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(info.size));
    Ok(response)
}

/// Fetches a blob, or parts of it (`end-2`).
pub(crate) async fn get(
    context: Context<'_>,
    name: RepositoryName,
    digest: Digest,
    ranges: Option<Ranges>,
    conditions: Conditions,
) -> Result<Response<Payload>, Rejection> {
    let Blob { info, content } = context.registry.blob(&name, &digest).await?;
    if let Some(response) = unchanged(&conditions, &info)? {
        return Ok(response);
    }
    let ranges = ranges.filter(|_| conditions.allows_range(&info.digest));
    let size = info.size;
    let (status, parts, media_type, content_range) = match ranges.map_or(Selection::Whole, |ranges| ranges.select(size))
    {
        Selection::Unsatisfiable => return Err(unsatisfiable(size)),
        Selection::Whole => (StatusCode::OK, vec![Part::Object { offset: 0, length: size }], TYPE, None),
        Selection::One(first, last) => {
            let part = Part::Object { offset: first, length: last - first + 1 };
            let range = header::value(format!("bytes {first}-{last}/{size}"));
            (StatusCode::PARTIAL_CONTENT, vec![part], TYPE, Some(range))
        }
        Selection::Many(ranges) => {
            let boundary = uuid::Uuid::new_v4().simple().to_string();
            let media_type = header::value(format!("multipart/byteranges; boundary={boundary}"));
            (StatusCode::PARTIAL_CONTENT, multipart(&ranges, size, &boundary), media_type, None)
        }
    };
    let payload = match parts[..] {
        [Part::Object { length: 0, .. }] => Payload::Empty,
        [Part::Object { offset, length }] if length <= SMALL => {
            let len = usize::try_from(length).unwrap_or(usize::MAX);
            let bytes = content.read_at(offset, len).await.map_err(storage)?;
            if bytes.len() != len {
                return Err(Error::new(Code::Unknown)
                    .source("the stored blob is shorter than it was when opened")
                    .into());
            }
            Payload::Bytes(bytes)
        }
        _ => Payload::Parts(Box::new(Parts::new(content, parts))),
    };
    let mut response = describe(&info, status, payload);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, media_type);
    if let Some(range) = content_range {
        headers.insert(CONTENT_RANGE, range);
    }
    Ok(response)
}

/// Takes a blob out of a repository (`end-10`).
pub(crate) async fn delete(
    context: Context<'_>,
    name: RepositoryName,
    digest: Digest,
) -> Result<Response<Payload>, Rejection> {
    context.registry.delete_blob(&name, &digest).await?;
    Ok(respond(StatusCode::ACCEPTED, Payload::Empty))
}

fn unchanged(conditions: &Conditions, info: &BlobInfo) -> Result<Option<Response<Payload>>, Rejection> {
    match conditions.evaluate(Some(&info.digest)) {
        Verdict::Proceed => Ok(None),
        Verdict::Changed => Err(precondition_failed()),
        Verdict::Unchanged => {
            let mut response = describe(info, StatusCode::NOT_MODIFIED, Payload::Empty);
            response.headers_mut().remove(CONTENT_TYPE);
            Ok(Some(response))
        }
    }
}

/// A response about a blob.
fn describe(info: &BlobInfo, status: StatusCode, payload: Payload) -> Response<Payload> {
    let mut response = respond(status, payload);
    set_digest(&mut response, &info.digest);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, TYPE);
    headers.insert(ETAG, header::value(format!("\"{}\"", info.digest)));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(CACHE_CONTROL, CACHE);
    response
}

/// Source: RFC 9110, section 15.5.17.
fn unsatisfiable(size: u64) -> Rejection {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_RANGE, header::value(format!("bytes */{size}")));
    let error = Error::new(Code::Unsupported)
        .status(StatusCode::RANGE_NOT_SATISFIABLE)
        .message("the requested range is not part of the blob")
        .detail(serde_json::json!({ "size": size }));
    Rejection::new(error, headers)
}

/// The parts of a body of type `multipart/byteranges`. Source: RFC 9110, section 14.6.
fn multipart(ranges: &[(u64, u64)], size: u64, boundary: &str) -> Vec<Part> {
    let mut parts = Vec::with_capacity(ranges.len() * 2 + 1);
    for (index, (first, last)) in ranges.iter().enumerate() {
        let line = if index == 0 { "" } else { "\r\n" };
        let head = format!(
            "{line}--{boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes {first}-{last}/{size}\r\n\r\n"
        );
        parts.push(Part::Text(Bytes::from(head)));
        parts.push(Part::Object { offset: *first, length: last - first + 1 });
    }
    parts.push(Part::Text(Bytes::from(format!("\r\n--{boundary}--\r\n"))));
    parts
}
