//! Faults of what Docker's API asks for beyond the OCI texts, of the catalog, and of conditions on pushes.

use http::header::{CONTENT_RANGE, LOCATION, RANGE};
use http::request::Parts;
use http::{Method, StatusCode, Uri};
use serde_json::json;

use super::edit::{edit_array, is_blob, is_blob_push, is_manifest, is_start, strip, succeeded};
use super::hook::{Hook, Reply};
use super::set::Fault;
use super::twist::{Twist, twisted};
use crate::error::Error;
use crate::protocol::{Algorithm, Conditions, RepositoryName, Request, UploadId};
use crate::registry::{Listing, Page, Registry};

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "upload-uuid-missing",
        summary: "the status of a session does not name it in Docker-Upload-UUID",
        hooks: &[Hook::Response(|seen, reply| strip(seen, reply, is_status, "docker-upload-uuid"))],
    },
    Fault {
        name: "upload-cancel-lost",
        summary: "a cancelled session stays as it is",
        hooks: &[Hook::Registry(|inner| twisted(inner, KeepSessions))],
    },
    Fault {
        name: "chunk-refusal-without-range",
        summary: "the refusal of a chunk does not say how far the session is",
        hooks: &[Hook::Response(|_, reply| {
            if reply.status == StatusCode::RANGE_NOT_SATISFIABLE {
                reply.headers.remove(RANGE);
                reply.headers.remove(LOCATION);
            }
        })],
    },
    Fault {
        name: "chunk-range-malformed-as-400",
        summary: "a Content-Range of a chunk that cannot be read is answered with 400",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.request.is_none() && reply.status == StatusCode::RANGE_NOT_SATISFIABLE {
                reply.status = StatusCode::BAD_REQUEST;
            }
        })],
    },
    Fault {
        name: "blob-put-without-digest",
        summary: "the answer to a finished blob does not name its digest",
        hooks: &[Hook::Response(|seen, reply| strip(seen, reply, is_blob_push, "docker-content-digest"))],
    },
    Fault {
        name: "push-answers-with-body",
        summary: "opening a session is answered with a body",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_start) {
                reply.body = "{}".into();
            }
        })],
    },
    Fault {
        name: "manifest-digest-of-sha512",
        summary: "a manifest asked for by tag comes with a digest of sha512",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_manifest) {
                reply.set("docker-content-digest", &Algorithm::Sha512.digest(&reply.body).to_string());
            }
        })],
    },
    Fault {
        name: "blob-without-cache-fields",
        summary: "blobs come without anything that says how long they keep",
        hooks: &[Hook::Response(|seen, reply| strip(seen, reply, is_blob, "cache-control"))],
    },
    Fault {
        name: "blob-redirect-to-nowhere",
        summary: "blobs are redirected to where they are not",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_blob) && seen.head.method == Method::GET {
                reply.status = StatusCode::TEMPORARY_REDIRECT;
                reply.set("location", "/nowhere");
            }
        })],
    },
    Fault {
        name: "name-length-unchecked",
        summary: "the length of a repository name is not limited",
        hooks: &[Hook::Answer(|seen| {
            let long = seen.head.uri.path().len() > 265 && seen.head.method == Method::POST;
            (seen.request.is_none() && long).then(|| Reply::new(StatusCode::ACCEPTED))
        })],
    },
    Fault {
        name: "missing-blobs-first-only",
        summary: "of several missing blobs only the first is named",
        hooks: &[Hook::Response(|_, reply| {
            if !reply.status.is_success() {
                edit_array(reply, "errors", |errors| errors.truncate(1));
            }
        })],
    },
    Fault {
        name: "count-invalid-ignored",
        summary: "a number of results that cannot be read is treated like a missing one",
        hooks: &[Hook::Head(|head| {
            let count = head.uri.query().and_then(|query| query.strip_prefix("n="));
            if count.is_some_and(|count| count.parse::<u32>().is_err()) {
                let path = head.uri.path().to_owned();
                replace_target(head, &path);
            }
        })],
    },
    Fault {
        name: "catalog-bare-array",
        summary: "the catalog is an array without the object around it",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_catalog) {
                reply.edit_json(|value| *value = value["repositories"].take());
            }
        })],
    },
    Fault {
        name: "catalog-n-ignored",
        summary: "the catalog comes whole, whatever n says",
        hooks: &[Hook::Request(|request| {
            if let Request::Catalog { page } = request {
                page.n = None;
            }
        })],
    },
    Fault {
        name: "catalog-last-inclusive",
        summary: "a page of the catalog begins at last instead of behind it",
        hooks: &[Hook::Registry(|inner| twisted(inner, LastIncluded))],
    },
    Fault {
        name: "catalog-link-missing",
        summary: "a page of the catalog does not say that there is more",
        hooks: &[Hook::Response(|seen, reply| strip(seen, reply, is_catalog, "link"))],
    },
    Fault {
        name: "catalog-link-without-brackets",
        summary: "the URL in the Link of the catalog stands without brackets",
        hooks: &[Hook::Response(|seen, reply| {
            let bare = reply.get("link").replace(['<', '>'], "");
            if succeeded(seen, reply, is_catalog) && !bare.is_empty() {
                reply.set("link", &bare);
            }
        })],
    },
    Fault {
        name: "tag-delete-missing-as-202",
        summary: "deleting a tag that is not there is acknowledged",
        hooks: &[Hook::Response(|seen, reply| {
            let asked = matches!(seen.request, Some(Request::DeleteTag { .. }));
            if asked && reply.status == StatusCode::NOT_FOUND {
                *reply = Reply::new(StatusCode::ACCEPTED);
            }
        })],
    },
    Fault {
        name: "options-without-delete",
        summary: "OPTIONS never names DELETE",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.head.method == Method::OPTIONS {
                reply.set("allow", "GET, HEAD");
            }
        })],
    },
    Fault {
        name: "push-conditions-ignored",
        summary: "If-Match and If-None-Match of a pushed manifest are not read",
        hooks: &[Hook::Request(|request| {
            if let Request::PutManifest { conditions, .. } = request {
                *conditions = Conditions::default();
            }
        })],
    },
    Fault {
        name: "manifest-range-ignored",
        summary: "a part of a manifest is stored as if it were the whole",
        hooks: &[Hook::Head(|head| {
            if head.uri.path().contains("/manifests/") {
                head.headers.remove(CONTENT_RANGE);
            }
        })],
    },
    Fault {
        name: "accept-converts-unsaid",
        summary: "an index is turned into something else by Accept, and Vary does not say so",
        hooks: &[Hook::Response(|seen, reply| {
            let accept = seen.head.headers.get("accept").and_then(|value| value.to_str().ok()).unwrap_or_default();
            if succeeded(seen, reply, is_manifest) && !accept.contains("index") {
                reply.body = json!({ "schemaVersion": 2 }).to_string().into();
            }
        })],
    },
    Fault {
        name: "namespace-of-its-own",
        summary: "ns is answered with another host in OCI-Namespace",
        hooks: &[Hook::Response(|seen, reply| {
            if seen.head.uri.query().is_some_and(|query| query.contains("ns=")) {
                reply.set("oci-namespace", "registry.invalid");
            }
        })],
    },
];

const fn is_status(request: &Request) -> bool {
    matches!(request, Request::UploadStatus(_))
}

const fn is_catalog(request: &Request) -> bool {
    matches!(request, Request::Catalog { .. })
}

/// Gives a request another target.
pub(super) fn replace_target(head: &mut Parts, target: &str) {
    if let Ok(uri) = target.parse::<Uri>() {
        head.uri = uri;
    }
}

#[derive(Debug)]
struct KeepSessions;

#[async_trait::async_trait]
impl Twist for KeepSessions {
    async fn cancel_upload(&self, inner: &dyn Registry, name: &RepositoryName, id: UploadId) -> Result<(), Error> {
        inner.upload_status(name, id).await.map(|_| ())
    }
}

#[derive(Debug)]
struct LastIncluded;

#[async_trait::async_trait]
impl Twist for LastIncluded {
    async fn catalog(&self, inner: &dyn Registry, page: &Page) -> Result<Listing<RepositoryName>, Error> {
        let mut listing = inner.catalog(page).await?;
        if let Some(Ok(last)) = page.last.as_ref().map(|last| last.parse()) {
            listing.entries.insert(0, last);
        }
        Ok(listing)
    }
}
