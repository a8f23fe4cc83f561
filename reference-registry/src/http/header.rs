//! Header fields that HTTP does not define, and values made at run time.

use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderName, HeaderValue, Version};

/// Docker's mark on every response. Source: Docker's HTTP API V2, "API Version Check".
pub(crate) const API_VERSION: HeaderName = HeaderName::from_static("docker-distribution-api-version");

/// The digest of the content a response is about. Source: `D11-022`.
pub(crate) const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

/// The id of an upload session (Docker).
pub(crate) const UPLOAD_UUID: HeaderName = HeaderName::from_static("docker-upload-uuid");

/// The digest in the `subject` of a manifest that was accepted. Source: `D11-090`.
pub(crate) const SUBJECT: HeaderName = HeaderName::from_static("oci-subject");

/// A tag that was made of a `tag` parameter (dev).
pub(crate) const TAG: HeaderName = HeaderName::from_static("oci-tag");

/// The filters that were applied to a list of referrers. Source: `D11-127`.
pub(crate) const FILTERS_APPLIED: HeaderName = HeaderName::from_static("oci-filters-applied");

/// Whether a request names its host as it must. Source: RFC 9112, section 3.2; other versions have other ways.
pub(crate) fn one_host(request: &Parts) -> bool {
    let mut hosts = request.headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        _ if request.version != Version::HTTP_11 => true,
        (Some(host), None) => {
            let fits = |host: &str| !host.contains('@') && host.parse::<Authority>().is_ok();
            host.is_empty() || host.to_str().is_ok_and(fits)
        }
        _ => false,
    }
}

/// A value made of text. Everything put here is of a type whose grammar fits a header, or came in a header.
pub(crate) fn value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
