//! Faults of reading manifests and blobs.

use http::StatusCode;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, ETAG};

use super::edit::{is_blob, is_head, is_manifest, restatus, strip, succeeded};
use super::hook::{Hook, Reply};
use super::set::Fault;
use crate::error::Code;
use crate::protocol::{Algorithm, RangeSpec, Request};

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "manifest-body-reformatted",
        summary: "a manifest is served with other white space than it was pushed with",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_manifest) {
                let value = serde_json::from_slice::<serde_json::Value>(&reply.body);
                if let Ok(Ok(text)) = value.map(|value| serde_json::to_vec_pretty(&value)) {
                    reply.body = text.into();
                }
            }
        })],
    },
    Fault {
        name: "manifest-without-digest",
        summary: "a manifest comes without Docker-Content-Digest",
        hooks: &[Hook::Response(|seen, reply| strip(seen, reply, is_manifest, "docker-content-digest"))],
    },
    Fault {
        name: "manifest-digest-served-wrong",
        summary: "the Docker-Content-Digest of a manifest is that of something else",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_manifest) {
                reply.set("docker-content-digest", &Algorithm::Sha256.digest(b"something else").to_string());
            }
        })],
    },
    Fault {
        name: "manifest-type-generic",
        summary: "every manifest is served as application/json",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_manifest) {
                reply.set("content-type", "application/json");
            }
        })],
    },
    Fault {
        name: "manifest-type-with-parameters",
        summary: "the Content-Type of a manifest carries a charset",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_manifest) {
                let media_type = format!("{}; charset=utf-8", reply.get("content-type"));
                reply.set("content-type", &media_type);
            }
        })],
    },
    Fault {
        name: "manifest-accept-strict",
        summary: "a manifest whose media type is not in Accept is said to be missing",
        hooks: &[Hook::Response(|seen, reply| {
            let accepted = seen.head.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
            let accepted: Vec<_> = accepted.flat_map(|value| value.split(',')).map(str::trim).collect();
            let listed =
                accepted.iter().any(|range| range.starts_with("*/*") || range.starts_with(reply.get("content-type")));
            if succeeded(seen, reply, is_manifest) && !accepted.is_empty() && !listed {
                reply.become_error(Code::ManifestUnknown, StatusCode::NOT_FOUND);
            }
        })],
    },
    Fault {
        name: "manifest-missing-as-400",
        summary: "a manifest that is not there is answered with 400",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.request.is_some_and(is_manifest) && reply.status == StatusCode::NOT_FOUND {
                reply.status = StatusCode::BAD_REQUEST;
            }
        })],
    },
    Fault {
        name: "head-without-length",
        summary: "the answer to HEAD does not say how long the content is",
        hooks: &[Hook::Response(|seen, reply| {
            if is_head(seen) {
                reply.headers.remove(CONTENT_LENGTH);
            }
        })],
    },
    Fault {
        name: "head-missing-as-200",
        summary: "HEAD finds every manifest and blob",
        hooks: &[Hook::Response(|seen, reply| {
            if is_head(seen) && reply.status == StatusCode::NOT_FOUND {
                reply.status = StatusCode::OK;
            }
        })],
    },
    Fault {
        name: "etag-missing",
        summary: "manifests and blobs come without ETag, and conditions are not evaluated",
        hooks: &[
            Hook::Response(|_, reply| {
                reply.headers.remove(ETAG);
            }),
            Hook::Request(forget_conditions),
        ],
    },
    Fault {
        name: "if-none-match-ignored",
        summary: "content that the client has already is sent again",
        hooks: &[Hook::Request(forget_conditions)],
    },
    Fault {
        name: "blob-without-digest",
        summary: "a blob comes without Docker-Content-Digest",
        hooks: &[Hook::Response(|seen, reply| strip(seen, reply, is_blob, "docker-content-digest"))],
    },
    Fault {
        name: "blob-digest-served-wrong",
        summary: "the Docker-Content-Digest of a blob is that of something else",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_blob) {
                reply.set("docker-content-digest", &Algorithm::Sha256.digest(b"something else").to_string());
            }
        })],
    },
    Fault {
        name: "blob-body-altered",
        summary: "the last byte of a blob is another one than was pushed",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_blob) {
                let mut body = reply.body.to_vec();
                if let Some(last) = body.last_mut() {
                    *last ^= 1;
                }
                reply.body = body.into();
            }
        })],
    },
    Fault {
        name: "blob-missing-as-empty",
        summary: "a blob that is not there is served as an empty one",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.request.is_some_and(is_blob) && reply.status == StatusCode::NOT_FOUND {
                reply.status = StatusCode::OK;
                reply.body = bytes::Bytes::new();
                reply.headers.remove(CONTENT_TYPE);
            }
        })],
    },
    Fault {
        name: "malformed-digest-as-404",
        summary: "a digest that is none is answered as if it named something missing",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.request.is_none() && reply.status == StatusCode::BAD_REQUEST && has_code(reply, Code::DigestInvalid)
            {
                reply.become_error(Code::BlobUnknown, StatusCode::NOT_FOUND);
            }
        })],
    },
    Fault {
        name: "range-ignored",
        summary: "a blob is always served whole",
        hooks: &[Hook::Request(|request| {
            if let Request::Blob { ranges, .. } = request {
                *ranges = None;
            }
        })],
    },
    Fault {
        name: "range-end-exclusive",
        summary: "the last byte of a range is left out",
        hooks: &[Hook::Request(|request| {
            if let Request::Blob { ranges: Some(ranges), .. } = request {
                ranges.edit(|spec| {
                    if let RangeSpec::FromTo(first, last) = spec {
                        *last = last.saturating_sub(1).max(*first);
                    }
                });
            }
        })],
    },
    Fault {
        name: "range-suffix-as-prefix",
        summary: "a range of the last bytes is served from the first ones",
        hooks: &[Hook::Request(|request| {
            if let Request::Blob { ranges: Some(ranges), .. } = request {
                ranges.edit(|spec| {
                    if let RangeSpec::Last(length) = *spec {
                        *spec = RangeSpec::FromTo(0, length.saturating_sub(1));
                    }
                });
            }
        })],
    },
    Fault {
        name: "range-answered-with-200",
        summary: "a part of a blob is sent with the status of the whole",
        hooks: &[Hook::Response(|seen, reply| {
            if reply.status == StatusCode::PARTIAL_CONTENT {
                restatus(seen, reply, is_blob, StatusCode::OK);
            }
        })],
    },
    Fault {
        name: "range-without-content-range",
        summary: "a part of a blob does not say which part it is",
        hooks: &[Hook::Response(|seen, reply| strip(seen, reply, is_blob, "content-range"))],
    },
    Fault {
        name: "range-unsatisfiable-as-400",
        summary: "a range behind the end of a blob is answered with 400",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.request.is_some_and(is_blob) && reply.status == StatusCode::RANGE_NOT_SATISFIABLE {
                reply.become_error(Code::Unsupported, StatusCode::BAD_REQUEST);
            }
        })],
    },
];

fn forget_conditions(request: &mut Request) {
    if let Request::Manifest { conditions, .. } | Request::Blob { conditions, .. } = request {
        conditions.none_match = None;
    }
}

/// Whether a reply is an error of this code.
pub(super) fn has_code(reply: &Reply, code: Code) -> bool {
    let envelope: serde_json::Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    envelope["errors"][0]["code"] == code.row().name
}
