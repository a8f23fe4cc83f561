//! Faults of the status and code of refusals.

use http::{Method, StatusCode};

use super::edit::{is_blob, is_manifest};
use super::hook::{Hook, Reply};
use super::pull::has_code;
use super::set::Fault;
use crate::error::Code;

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "blob-missing-as-500",
        summary: "a blob that is not there is an internal error",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.request.is_some_and(is_blob) && reply.status == StatusCode::NOT_FOUND {
                reply.become_error(Code::Unknown, StatusCode::INTERNAL_SERVER_ERROR);
            }
        })],
    },
    Fault {
        name: "blob-unknown-as-manifest-unknown",
        summary: "a blob that is not there is MANIFEST_UNKNOWN",
        hooks: &[Hook::Response(|_, reply| recode(reply, Code::BlobUnknown, Code::ManifestUnknown))],
    },
    Fault {
        name: "digest-invalid-as-blob-unknown",
        summary: "a digest that is not that of the content is BLOB_UNKNOWN",
        hooks: &[Hook::Response(|_, reply| recode(reply, Code::DigestInvalid, Code::BlobUnknown))],
    },
    Fault {
        name: "manifest-invalid-as-unsupported",
        summary: "a manifest that breaks its format is UNSUPPORTED",
        hooks: &[Hook::Response(|_, reply| recode(reply, Code::ManifestInvalid, Code::Unsupported))],
    },
    Fault {
        name: "manifest-missing-as-500",
        summary: "a manifest that is not there is an internal error",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.request.is_some_and(is_manifest) && reply.status == StatusCode::NOT_FOUND {
                reply.become_error(Code::Unknown, StatusCode::INTERNAL_SERVER_ERROR);
            }
        })],
    },
    Fault {
        name: "manifest-unknown-as-blob-unknown",
        summary: "a manifest that is not there is BLOB_UNKNOWN",
        hooks: &[Hook::Response(|_, reply| recode(reply, Code::ManifestUnknown, Code::BlobUnknown))],
    },
    Fault {
        name: "name-invalid-as-denied",
        summary: "a name that breaks the grammar is DENIED",
        hooks: &[Hook::Response(|_, reply| recode(reply, Code::NameInvalid, Code::Denied))],
    },
    Fault {
        name: "name-unknown-as-name-invalid",
        summary: "a repository that does not exist is NAME_INVALID",
        hooks: &[Hook::Response(|_, reply| recode(reply, Code::NameUnknown, Code::NameInvalid))],
    },
    Fault {
        name: "unauthorized-without-challenge",
        summary: "a list of what does not exist is answered with 401, and nothing says how to log in",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.head.method == Method::GET && has_code(reply, Code::NameUnknown) {
                reply.become_error(Code::Unauthorized, StatusCode::UNAUTHORIZED);
            }
        })],
    },
    Fault {
        name: "upload-unknown-as-blob-unknown",
        summary: "a session that does not exist is BLOB_UNKNOWN",
        hooks: &[Hook::Response(|_, reply| recode(reply, Code::BlobUploadUnknown, Code::BlobUnknown))],
    },
];

/// Gives errors of one code another; the status stays.
fn recode(reply: &mut Reply, from: Code, to: Code) {
    if has_code(reply, from) {
        reply.become_error(to, reply.status);
    }
}
