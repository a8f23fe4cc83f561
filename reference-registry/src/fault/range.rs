//! Faults of ranges and conditions.

use http::header::{
    ACCEPT, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use http::request::Parts;
use http::{HeaderValue, StatusCode};

use super::edit::{is_blob, is_head, is_manifest, succeeded};
use super::hook::{Hook, Reply, Seen};
use super::set::Fault;
use crate::error::Code;
use crate::protocol::{Reference, Request};

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "range-open-as-one-byte",
        summary: "a range without an end is one byte long",
        hooks: &[Hook::Head(|head| {
            edit_range(head, |range| {
                range.strip_suffix('-').map(|start| format!("{start}-{}", &start["bytes=".len()..]))
            });
        })],
    },
    Fault {
        name: "range-backwards-served",
        summary: "a range that ends before it starts is turned round",
        hooks: &[Hook::Head(|head| {
            edit_range(head, |range| {
                let (start, end) = bounds(range)?;
                (start > end).then(|| format!("bytes={end}-{start}"))
            });
        })],
    },
    Fault {
        name: "range-unit-ignored",
        summary: "whatever the unit of a range is, it is taken for bytes",
        hooks: &[Hook::Head(|head| {
            edit_range(head, |range| range.split_once('=').map(|(_, set)| format!("bytes={set}")));
        })],
    },
    Fault {
        name: "range-past-end-refused",
        summary: "a range is refused when its end is past the end of the blob",
        hooks: &[Hook::Response(|seen, reply| {
            let end = asked(seen).and_then(bounds).map(|(_, end)| end);
            if end.zip(total(reply)).is_some_and(|(end, total)| end >= total) {
                reply.become_error(Code::RangeInvalid, StatusCode::RANGE_NOT_SATISFIABLE);
            }
        })],
    },
    Fault {
        name: "range-long-suffix-refused",
        summary: "a suffix longer than the blob is refused",
        hooks: &[Hook::Response(|seen, reply| {
            let suffix = asked(seen).and_then(|range| range.strip_prefix("bytes=-")?.parse::<u64>().ok());
            if suffix.is_some_and(|length| length > reply.body.len() as u64) && reply.status.is_success() {
                reply.become_error(Code::RangeInvalid, StatusCode::RANGE_NOT_SATISFIABLE);
            }
        })],
    },
    Fault {
        name: "range-zero-suffix-satisfied",
        summary: "a suffix of length zero is served with an empty part",
        hooks: &[Hook::Response(|seen, reply| {
            if asked(seen) == Some("bytes=-0") {
                *reply = Reply::new(StatusCode::PARTIAL_CONTENT);
            }
        })],
    },
    Fault {
        name: "range-unsatisfiable-as-206",
        summary: "a range past the end is served with an empty part",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.request.is_some_and(is_blob) && reply.status == StatusCode::RANGE_NOT_SATISFIABLE {
                *reply = Reply::new(StatusCode::PARTIAL_CONTENT);
            }
        })],
    },
    Fault {
        name: "range-unsatisfiable-without-length",
        summary: "the refusal of a range does not say how long the blob is",
        hooks: &[Hook::Response(|_, reply| {
            if reply.status == StatusCode::RANGE_NOT_SATISFIABLE {
                reply.headers.remove(CONTENT_RANGE);
            }
        })],
    },
    Fault {
        name: "range-on-head",
        summary: "HEAD with a range is answered with 206",
        hooks: &[Hook::Response(|seen, reply| {
            if is_head(seen) && asked(seen).is_some() && succeeded(seen, reply, is_blob) {
                reply.status = StatusCode::PARTIAL_CONTENT;
            }
        })],
    },
    Fault {
        name: "range-one-as-multipart",
        summary: "one part is served as multipart/byteranges",
        hooks: &[Hook::Response(|_, reply| {
            if reply.status == StatusCode::PARTIAL_CONTENT {
                reply.set("content-type", "multipart/byteranges; boundary=part");
            }
        })],
    },
    Fault {
        name: "range-multipart-with-content-range",
        summary: "several parts come with one Content-Range on the outside",
        hooks: &[Hook::Response(|_, reply| {
            if reply.get("content-type").starts_with("multipart/byteranges") {
                reply.set("content-range", "bytes 0-7/100");
            }
        })],
    },
    Fault {
        name: "content-range-off-by-one",
        summary: "Content-Range of a part ends one byte too far",
        hooks: &[Hook::Response(|_, reply| {
            let range = reply.get("content-range").to_owned();
            if let Some((span, total)) = range.strip_prefix("bytes ").and_then(|range| range.split_once('/'))
                && let Some((start, Ok(end))) = span.split_once('-').map(|(start, end)| (start, end.parse::<u64>()))
            {
                reply.set("content-range", &format!("bytes {start}-{}/{total}", end + 1));
            }
        })],
    },
    Fault {
        name: "if-range-ignored",
        summary: "If-Range is not read",
        hooks: &[Hook::Head(|head| forget(head, IF_RANGE))],
    },
    Fault {
        name: "partial-without-etag",
        summary: "a part comes without the ETag of the whole",
        hooks: &[Hook::Response(|_, reply| {
            if reply.status == StatusCode::PARTIAL_CONTENT {
                reply.headers.remove(ETAG);
            }
        })],
    },
    Fault {
        name: "etag-unquoted",
        summary: "ETags come without quotes",
        hooks: &[Hook::Response(|_, reply| {
            let bare = reply.get("etag").replace('"', "");
            if !bare.is_empty() {
                reply.set("etag", &bare);
            }
        })],
    },
    Fault {
        name: "etag-constant",
        summary: "every manifest has the same ETag",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_manifest) {
                reply.set("etag", "\"constant\"");
            }
        })],
    },
    Fault {
        name: "none-match-single-only",
        summary: "If-None-Match is read only when it is one strong ETag",
        hooks: &[Hook::Head(|head| {
            let value = head.headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
            if value == "*" || value.starts_with("W/") || value.contains(',') {
                forget(head, IF_NONE_MATCH);
            }
        })],
    },
    Fault {
        name: "none-match-always",
        summary: "whatever If-None-Match says, it matches",
        hooks: &[Hook::Response(|seen, reply| not_modified_for(seen, reply, &IF_NONE_MATCH))],
    },
    Fault {
        name: "modified-since-wins",
        summary: "If-Modified-Since is honoured although If-None-Match is there",
        hooks: &[Hook::Response(|seen, reply| not_modified_for(seen, reply, &IF_MODIFIED_SINCE))],
    },
    Fault {
        name: "none-match-before-lookup",
        summary: "If-None-Match is compared with the digest in the path before looking whether that exists",
        hooks: &[Hook::Answer(|seen| {
            let (Request::Manifest { reference: Reference::Digest(digest), .. } | Request::Blob { digest, .. }) =
                seen.request?
            else {
                return None;
            };
            let value = seen.head.headers.get(IF_NONE_MATCH)?.to_str().ok()?;
            (value == "*" || value.contains(digest.hex())).then(|| Reply::new(StatusCode::NOT_MODIFIED))
        })],
    },
    Fault {
        name: "not-modified-without-etag",
        summary: "a 304 comes without the ETag",
        hooks: &[Hook::Response(|_, reply| {
            if reply.status == StatusCode::NOT_MODIFIED {
                reply.headers.remove(ETAG);
            }
        })],
    },
    Fault {
        name: "accept-matched-literally",
        summary: "a manifest is only served when Accept is its media type and nothing else",
        hooks: &[Hook::Response(|seen, reply| {
            if let Some(accept) = seen.head.headers.get(ACCEPT)
                && succeeded(seen, reply, is_manifest)
                && Some(accept) != reply.headers.get(CONTENT_TYPE)
            {
                reply.become_error(Code::ManifestUnknown, StatusCode::NOT_FOUND);
            }
        })],
    },
];

/// The `Range` of a request.
fn asked<'a>(seen: &Seen<'a>) -> Option<&'a str> {
    seen.head.headers.get(RANGE).and_then(|value| value.to_str().ok())
}

/// Both ends of a single range of bytes.
fn bounds(range: &str) -> Option<(u64, u64)> {
    let (start, end) = range.strip_prefix("bytes=")?.split_once('-')?;
    Some((start.parse().ok()?, end.parse().ok()?))
}

/// The length of the whole, from the `Content-Range` of a part.
fn total(reply: &Reply) -> Option<u64> {
    reply.get("content-range").rsplit_once('/')?.1.parse().ok()
}

fn edit_range(head: &mut Parts, edit: impl FnOnce(&str) -> Option<String>) {
    let edited = head.headers.get(RANGE).and_then(|value| value.to_str().ok()).and_then(edit);
    if let Some(Ok(value)) = edited.map(|text| HeaderValue::from_str(&text)) {
        head.headers.insert(RANGE, value);
    }
}

fn forget(head: &mut Parts, name: HeaderName) {
    head.headers.remove(name);
}

fn not_modified_for(seen: &Seen<'_>, reply: &mut Reply, condition: &HeaderName) {
    if seen.head.headers.contains_key(condition) && reply.status == StatusCode::OK {
        reply.status = StatusCode::NOT_MODIFIED;
        reply.body = bytes::Bytes::new();
    }
}
