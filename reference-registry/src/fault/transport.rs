//! Faults of connections.

use super::edit::{is_blob, is_head, is_manifest, succeeded};
use super::hook::{Hook, Wire};
use super::set::Fault;
use crate::protocol::{Request, allowed_methods};

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "blob-cut-short",
        summary: "the connection ends in the middle of a blob",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_blob) && !is_head(seen) {
                reply.cut(reply.body.len() / 2);
            }
        })],
    },
    Fault {
        name: "manifest-hangs-up",
        summary: "the connection ends instead of a manifest",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_manifest) {
                reply.hang_up();
            }
        })],
    },
    Fault {
        name: "upload-done-hangs-up",
        summary: "a blob is stored, and the connection ends instead of an answer",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, |request| matches!(request, Request::FinishUpload { .. })) {
                reply.hang_up();
            }
        })],
    },
    Fault {
        name: "tags-zero-hangs-up",
        summary: "a list of no tags breaks the connection",
        hooks: &[Hook::Response(|seen, reply| {
            if let Some(Request::Tags { page, .. }) = seen.request
                && page.n == Some(0)
            {
                reply.hang_up();
            }
        })],
    },
    Fault {
        name: "head-timeout-missing",
        summary: "a request whose head never ends keeps its connection",
        hooks: &[Hook::Wire(Wire::NoHeadTimeout)],
    },
    Fault {
        name: "unknown-route-hangs-up",
        summary: "a request to nowhere breaks the connection",
        hooks: &[Hook::Response(|seen, reply| {
            if allowed_methods(seen.head.uri.path()).is_none() {
                reply.hang_up();
            }
        })],
    },
    Fault {
        name: "negative-count-hangs-up",
        summary: "a negative n breaks the connection",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.head.uri.query().is_some_and(|query| query.starts_with("n=-")) {
                reply.hang_up();
            }
        })],
    },
];
