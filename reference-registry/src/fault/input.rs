//! Faults of what requests say: paths, names, references, counts, ranges, manifests.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use http::{Method, StatusCode, header};
use parking_lot::Mutex;

use super::hook::{Hook, Reply};
use super::pull::has_code;
use super::set::Fault;
use super::twist::{Twist, twisted};
use crate::error::{Code, Error};
use crate::protocol::{Algorithm, Ranges, Reference, RepositoryName, Request, parse_chunk_range};
use crate::registry::{Manifest, ManifestReceipt, ManifestUpload, Page, Registry};

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "hostile-path-as-500",
        summary: "dots in a path are an internal error",
        hooks: &[Hook::Response(|seen, reply| fail_if(reply, seen.head.uri.path().contains("/..")))],
    },
    Fault {
        name: "name-long-as-500",
        summary: "a name that is too long is an internal error",
        hooks: &[Hook::Response(|seen, reply| {
            let long = seen.head.uri.path().len() > RepositoryName::MAX_LEN;
            fail_if(reply, long && has_code(reply, Code::NameInvalid));
        })],
    },
    Fault {
        name: "huge-count-as-500",
        summary: "n beyond 31 bits is an internal error",
        hooks: &[Hook::Response(|seen, reply| {
            let n = seen.request.and_then(|request| match request {
                Request::Tags { page, .. } => page.n,
                _ => None,
            });
            fail_if(reply, n.is_some_and(|n| n > 0x7fff_ffff));
        })],
    },
    Fault {
        name: "malformed-query-as-500",
        summary: "n that is no number is an internal error",
        hooks: &[Hook::Response(|seen, reply| {
            let list = seen.head.uri.path().ends_with("/tags/list") && seen.head.uri.query().is_some();
            fail_if(reply, list && reply.status == StatusCode::BAD_REQUEST);
        })],
    },
    Fault {
        name: "chunk-range-malformed-as-500",
        summary: "a Content-Range that cannot be read is an internal error",
        hooks: &[Hook::Response(|seen, reply| {
            let range = seen.head.headers.get(header::CONTENT_RANGE);
            let unread = |range: &http::HeaderValue| range.to_str().ok().and_then(parse_chunk_range).is_none();
            fail_if(reply, range.is_some_and(unread));
        })],
    },
    Fault {
        name: "range-huge-as-500",
        summary: "a range beyond 64 bits is an internal error",
        hooks: &[Hook::Response(|seen, reply| {
            let range = seen.head.headers.get(header::RANGE).and_then(|range| range.to_str().ok()).unwrap_or_default();
            let huge = range.split(|c: char| !c.is_ascii_digit()).any(|number| number.len() > 20);
            fail_if(reply, huge);
        })],
    },
    Fault {
        name: "range-many-served",
        summary: "however many ranges are asked for, each is sent the whole blob",
        hooks: &[
            Hook::Request(|request| {
                if let Request::Blob { ranges, .. } = request {
                    ranges.take_if(|ranges| *ranges == Ranges::from(Vec::new()));
                }
            }),
            Hook::Response(|seen, reply| {
                let range = seen.head.headers.get(header::RANGE).map(http::HeaderValue::as_bytes).unwrap_or_default();
                let count = range.split(|byte| *byte == b',').count();
                if reply.status == StatusCode::OK && count > 1 {
                    reply.status = StatusCode::PARTIAL_CONTENT;
                    reply.body = reply.body.repeat(count).into();
                }
            }),
        ],
    },
    Fault {
        name: "percent-encoding-unread",
        summary: "a path is taken as it comes, with its percent signs",
        hooks: &[Hook::Head(|head| {
            let path = head.uri.path().replace('%', "%25");
            let query = head.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            if let Ok(uri) = format!("{path}{query}").parse() {
                head.uri = uri;
            }
        })],
    },
    Fault {
        name: "name-grammar-unchecked",
        summary: "uploads may be begun under any name",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.head.method == Method::POST && has_code(reply, Code::NameInvalid) {
                *reply = Reply::new(StatusCode::ACCEPTED);
                reply.set("location", &format!("{}00000000-0000-4000-8000-000000000000", seen.head.uri.path()));
            }
        })],
    },
    Fault {
        name: "name-double-underscore-refused",
        summary: "two underscores in a row are no part of a name",
        hooks: &[Hook::Answer(|seen| {
            let name = seen.request.and_then(Request::name)?;
            name.as_str().contains("__").then(|| Reply::error(Code::NameInvalid, StatusCode::BAD_REQUEST))
        })],
    },
    Fault {
        name: "reference-numeric-as-position",
        summary: "a reference of digits that is no tag is a position in the list of tags",
        hooks: &[Hook::Registry(|inner| twisted(inner, Position))],
    },
    Fault {
        name: "tag-grammar-unchecked",
        summary: "a manifest may be pushed under any tag",
        hooks: &[Hook::Response(|seen, reply| {
            let manifest = seen.head.method == Method::PUT && seen.head.uri.path().contains("/manifests/");
            if manifest && seen.request.is_none() && reply.status == StatusCode::BAD_REQUEST {
                *reply = Reply::new(StatusCode::CREATED);
                reply.set("location", seen.head.uri.path());
            }
        })],
    },
    Fault {
        name: "tag-upper-case-refused",
        summary: "a tag has no upper case",
        hooks: &[Hook::Answer(|seen| {
            let Some(Request::PutManifest { reference: Reference::Tag(tag), .. }) = seen.request else { return None };
            let refused = || Reply::error(Code::ManifestInvalid, StatusCode::BAD_REQUEST);
            tag.as_str().bytes().any(|byte| byte.is_ascii_uppercase()).then(refused)
        })],
    },
    Fault {
        name: "malformed-manifest-as-500",
        summary: "a manifest that breaks its format is an internal error",
        hooks: &[Hook::Response(|_, reply| fail_if(reply, has_code(reply, Code::ManifestInvalid)))],
    },
    Fault {
        name: "malformed-manifest-tidied",
        summary: "a manifest with repeated keys or spare white space is stored without them",
        hooks: &[Hook::Registry(|inner| twisted(inner, Tidy))],
    },
    Fault {
        name: "manifest-validation-off",
        summary: "whatever is pushed as a manifest is taken",
        hooks: &[Hook::Registry(|inner| twisted(inner, Unvalidated))],
    },
    Fault {
        name: "upload-patch-missing",
        summary: "PATCH of an upload is no method",
        hooks: &[Hook::Answer(|seen| {
            let missing = || Reply::error(Code::Unsupported, StatusCode::METHOD_NOT_ALLOWED);
            matches!(seen.request, Some(Request::AppendUpload { .. })).then(missing)
        })],
    },
    Fault {
        name: "upload-unknown-as-204",
        summary: "a session that does not exist is answered like a fresh one",
        hooks: &[Hook::Response(|seen, reply| {
            if matches!(seen.request, Some(Request::UploadStatus(_))) && reply.status == StatusCode::NOT_FOUND {
                *reply = Reply::new(StatusCode::NO_CONTENT);
                reply.set("location", seen.head.uri.path());
                reply.set("range", "0-0");
            }
        })],
    },
    Fault {
        name: "base-with-204",
        summary: "the base is answered with 204",
        hooks: &[Hook::Response(|seen, reply| {
            if matches!(seen.request, Some(Request::Base)) {
                reply.status = StatusCode::NO_CONTENT;
                reply.headers.remove(header::CONTENT_TYPE);
                reply.headers.remove(header::CONTENT_LENGTH);
                reply.body = bytes::Bytes::new();
            }
        })],
    },
    Fault {
        name: "too-many-requests-without-retry-after",
        summary: "more than ten requests for the base in a second are answered with 429, and nothing says for how long",
        hooks: &[Hook::Answer(|seen| {
            let limited = matches!(seen.request, Some(Request::Base)) && over_limit();
            limited.then(|| Reply::error(Code::TooManyRequests, StatusCode::TOO_MANY_REQUESTS))
        })],
    },
];

fn fail_if(reply: &mut Reply, condition: bool) {
    if condition {
        reply.become_error(Code::Unknown, StatusCode::INTERNAL_SERVER_ERROR);
    }
}

/// Counts requests; whether there were more than ten within the second that the first of them began.
fn over_limit() -> bool {
    static WINDOW: Mutex<Option<(Instant, u32)>> = Mutex::new(None);
    let now = Instant::now();
    let mut window = WINDOW.lock();
    let (began, count) = window.filter(|(began, _)| now - *began < Duration::from_secs(1)).unwrap_or((now, 0));
    *window = Some((began, count + 1));
    count >= 10
}

#[derive(Debug)]
struct Position;

#[async_trait]
impl Twist for Position {
    async fn manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        reference: &Reference,
    ) -> Result<Manifest, Error> {
        let found = inner.manifest(name, reference).await;
        let position = reference.to_string().parse::<usize>();
        let (Err(_), Ok(position)) = (&found, position) else { return found };
        match inner.tags(name, &Page::default()).await?.entries.into_iter().nth(position) {
            Some(tag) => inner.manifest(name, &Reference::Tag(tag)).await,
            None => found,
        }
    }
}

#[derive(Debug)]
struct Tidy;

#[async_trait]
impl Twist for Tidy {
    async fn put_manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        mut upload: ManifestUpload,
    ) -> Result<ManifestReceipt, Error> {
        let value = serde_json::from_slice::<serde_json::Value>(&upload.content);
        let tidied = value.map(|value| value.to_string()).unwrap_or_default();
        // The order of keys, which changes as well, is not worth it by itself.
        if matches!(upload.reference, Reference::Tag(_)) && !tidied.is_empty() && tidied.len() != upload.content.len() {
            upload.content = tidied.into();
        }
        inner.put_manifest(name, upload).await
    }
}

#[derive(Debug)]
struct Unvalidated;

#[async_trait]
impl Twist for Unvalidated {
    async fn put_manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        upload: ManifestUpload,
    ) -> Result<ManifestReceipt, Error> {
        let digest = Algorithm::Sha256.digest(&upload.content);
        match inner.put_manifest(name, upload).await {
            Err(error) if error.code == Code::ManifestInvalid => {
                Ok(ManifestReceipt { digest, subject: None, tags: Vec::new() })
            }
            result => result,
        }
    }
}
