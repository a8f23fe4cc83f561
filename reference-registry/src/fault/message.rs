//! Faults of the header fields and bodies of responses.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};

use super::edit::{is_blob, is_head, is_manifest, is_start, is_tags, succeeded};
use super::hook::{Hook, Reply, Seen};
use super::set::Fault;
use crate::error::Code;
use crate::protocol::Request;

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "blob-encoding-unnamed",
        summary: "a blob is sent in base64 to whom can take encodings, and nothing names the encoding",
        hooks: &[Hook::Response(|seen, reply| {
            if got(seen, reply, is_blob) && seen.head.headers.contains_key(http::header::ACCEPT_ENCODING) {
                reply.body = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &reply.body).into();
            }
        })],
    },
    Fault {
        name: "blob-get-without-type",
        summary: "a blob comes without Content-Type",
        hooks: &[Hook::Response(|seen, reply| {
            if got(seen, reply, is_blob) {
                reply.headers.remove(CONTENT_TYPE);
            }
        })],
    },
    Fault {
        name: "blob-head-as-404",
        summary: "HEAD finds no blob",
        hooks: &[Hook::Response(|seen, reply| {
            if headed(seen, reply, is_blob) {
                reply.become_error(Code::BlobUnknown, StatusCode::NOT_FOUND);
            }
        })],
    },
    Fault {
        name: "blob-head-length-zero",
        summary: "the answer to HEAD of a blob has the length of its own content, none",
        hooks: &[Hook::Response(|seen, reply| {
            if headed(seen, reply, is_blob) {
                reply.headers.insert(CONTENT_LENGTH, HeaderValue::from(0));
            }
        })],
    },
    Fault {
        name: "blob-head-without-length",
        summary: "the answer to HEAD of a blob does not say how long it is",
        hooks: &[Hook::Response(|seen, reply| {
            if headed(seen, reply, is_blob) {
                reply.headers.remove(CONTENT_LENGTH);
            }
        })],
    },
    Fault {
        name: "blob-head-without-type",
        summary: "the answer to HEAD of a blob comes without Content-Type",
        hooks: &[Hook::Response(|seen, reply| {
            if headed(seen, reply, is_blob) {
                reply.headers.remove(CONTENT_TYPE);
            }
        })],
    },
    Fault {
        name: "blob-redirect-without-location",
        summary: "a blob is redirected to nowhere",
        hooks: &[Hook::Response(|seen, reply| {
            if got(seen, reply, is_blob) {
                *reply = Reply::new(StatusCode::TEMPORARY_REDIRECT);
            }
        })],
    },
    Fault {
        name: "json-cut-short",
        summary: "a list of tags lacks its last byte",
        hooks: &[Hook::Response(|seen, reply| {
            if got(seen, reply, is_tags) {
                reply.body.truncate(reply.body.len().saturating_sub(1));
            }
        })],
    },
    Fault {
        name: "location-twice",
        summary: "the answer to the beginning of an upload has two Location fields",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_start) {
                reply.headers.append("location", HeaderValue::from_static("/v2/"));
            }
        })],
    },
    Fault {
        name: "manifest-head-as-404",
        summary: "HEAD finds no manifest",
        hooks: &[Hook::Response(|seen, reply| {
            if headed(seen, reply, is_manifest) {
                reply.become_error(Code::ManifestUnknown, StatusCode::NOT_FOUND);
            }
        })],
    },
    Fault {
        name: "manifest-head-without-length",
        summary: "the answer to HEAD of a manifest does not say how long it is",
        hooks: &[Hook::Response(|seen, reply| {
            if headed(seen, reply, is_manifest) {
                reply.headers.remove(CONTENT_LENGTH);
            }
        })],
    },
    Fault {
        name: "warning-of-5000-bytes",
        summary: "a Warning of 5000 bytes comes with every response",
        hooks: &[Hook::Response(|_, reply| reply.set("warning", &format!("299 - \"{}\"", "w".repeat(4992))))],
    },
    Fault {
        name: "warning-with-code-199",
        summary: "a Warning with the code 199 comes with every response",
        hooks: &[Hook::Response(|_, reply| reply.set("warning", "199 - \"something is about to change\""))],
    },
];

/// Whether one kind of thing was fetched.
fn got(seen: &Seen<'_>, reply: &Reply, kind: fn(&Request) -> bool) -> bool {
    succeeded(seen, reply, kind) && !is_head(seen)
}

/// Whether the head of one kind of thing was fetched.
fn headed(seen: &Seen<'_>, reply: &Reply, kind: fn(&Request) -> bool) -> bool {
    succeeded(seen, reply, kind) && is_head(seen)
}
