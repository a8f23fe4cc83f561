//! What several faults do.

use http::{Method, StatusCode};
use serde_json::Value;

use super::hook::{Reply, Seen};
use crate::protocol::Request;

/// Whether a request succeeded and is one of those that `kind` picks.
pub(super) fn succeeded(seen: &Seen<'_>, reply: &Reply, kind: fn(&Request) -> bool) -> bool {
    reply.status.is_success() && seen.request.is_some_and(kind)
}

/// Gives a success of one kind of request another status.
pub(super) fn restatus(seen: &Seen<'_>, reply: &mut Reply, kind: fn(&Request) -> bool, status: StatusCode) {
    if succeeded(seen, reply, kind) {
        reply.status = status;
    }
}

/// Takes a header field away from the successes of one kind of request.
pub(super) fn strip(seen: &Seen<'_>, reply: &mut Reply, kind: fn(&Request) -> bool, name: &str) {
    if succeeded(seen, reply, kind) {
        reply.headers.remove(name);
    }
}

/// Edits the array at `key` of a body of JSON.
pub(super) fn edit_array(reply: &mut Reply, key: &str, edit: impl FnOnce(&mut Vec<Value>)) {
    reply.edit_json(|value| {
        if let Some(array) = value.get_mut(key).and_then(Value::as_array_mut) {
            edit(array);
        }
    });
}

/// Whether only the head of the response is sent.
pub(super) fn is_head(seen: &Seen<'_>) -> bool {
    seen.head.method == Method::HEAD
}

pub(super) const fn is_manifest(request: &Request) -> bool {
    matches!(request, Request::Manifest { .. })
}

pub(super) const fn is_blob(request: &Request) -> bool {
    matches!(request, Request::Blob { .. })
}

pub(super) const fn is_tags(request: &Request) -> bool {
    matches!(request, Request::Tags { .. })
}

pub(super) const fn is_referrers(request: &Request) -> bool {
    matches!(request, Request::Referrers { .. })
}

pub(super) const fn is_start(request: &Request) -> bool {
    matches!(request, Request::StartUpload { .. })
}

pub(super) const fn is_append(request: &Request) -> bool {
    matches!(request, Request::AppendUpload { .. })
}

/// A request that stores a whole blob.
pub(super) const fn is_blob_push(request: &Request) -> bool {
    matches!(request, Request::PutBlob { .. } | Request::FinishUpload { .. })
}
