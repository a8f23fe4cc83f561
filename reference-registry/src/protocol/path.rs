//! Paths: which resource one names, and the path of each resource.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{Digest, Reference, RepositoryName, UploadId};

/// Every path of the API begins with this. Source: `end-1`.
pub const ROOT: &str = "/v2/";

/// The path of the catalog (Docker).
pub const CATALOG: &str = "/v2/_catalog";

/// What stays as it is in a query parameter: unreserved characters, and those of digests and paths.
const PARAMETER: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'/');

/// A resource, with the texts of the path that name it, decoded where they can be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resource<'a> {
    Base,
    Catalog,
    Manifest(&'a str, Cow<'a, str>),
    Blob(&'a str, Cow<'a, str>),
    Uploads(&'a str),
    Upload(&'a str, Cow<'a, str>),
    Tags(&'a str),
    Tag(&'a str, Cow<'a, str>),
    Referrers(&'a str, Cow<'a, str>),
}

impl<'a> Resource<'a> {
    /// The resource of a path, or `None` when the path is none of the API's.
    ///
    /// Names may contain every word that the API uses, so the words are looked for at the end of the path: the last
    /// two or three segments decide, and no path can be read in two ways.
    pub(super) fn of(path: &'a str) -> Option<Self> {
        if path == "/v2" {
            return Some(Self::Base);
        }
        let rest = path.strip_prefix(ROOT)?;
        if rest.is_empty() {
            return Some(Self::Base);
        }
        let Some((front, last)) = rest.rsplit_once('/') else {
            return (decode(rest) == "_catalog").then_some(Self::Catalog);
        };
        let last = decode(last);
        let (name, word) = split_word(front);
        match &*word {
            "manifests" => Some(Self::Manifest(name, last)),
            "referrers" => Some(Self::Referrers(name, last)),
            "tags" if last == "list" => Some(Self::Tags(name)),
            "blobs" if last == "uploads" => Some(Self::Uploads(name)),
            "blobs" => Some(Self::Blob(name, last)),
            "uploads" | "reference" => match (split_word(name), &*word) {
                ((name, parent), "uploads") if parent == "blobs" && last.is_empty() => Some(Self::Uploads(name)),
                ((name, parent), "uploads") if parent == "blobs" => Some(Self::Upload(name, last)),
                ((name, parent), "reference") if parent == "tags" => Some(Self::Tag(name, last)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What comes before the last segment, and the last segment.
fn split_word(text: &str) -> (&str, Cow<'_, str>) {
    match text.rsplit_once('/') {
        Some((front, word)) => (front, decode(word)),
        None => ("", decode(text)),
    }
}

/// Percent-decodes one segment. A segment that hides a slash, or is no UTF-8 inside, is left encoded: no grammar of
/// the protocol takes it then.
pub(super) fn decode(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return Cow::Borrowed(segment);
    }
    match percent_decode_str(segment).decode_utf8() {
        Ok(decoded) if !decoded.contains('/') => decoded,
        _ => Cow::Borrowed(segment),
    }
}

/// Percent-decodes a repository name segment by segment.
pub(super) fn decode_name(name: &str) -> Cow<'_, str> {
    if !name.contains('%') {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.split('/').map(decode).collect::<Vec<_>>().join("/"))
}

/// Percent-encodes the value of a query parameter.
pub fn parameter(value: &str) -> percent_encoding::PercentEncode<'_> {
    utf8_percent_encode(value, PARAMETER)
}

/// The path of a manifest (`end-3`).
pub fn manifest(name: &RepositoryName, reference: &Reference) -> String {
    format!("{ROOT}{name}/manifests/{reference}")
}

/// The path of a blob (`end-2`).
pub fn blob(name: &RepositoryName, digest: &Digest) -> String {
    format!("{ROOT}{name}/blobs/{digest}")
}

/// The path where upload sessions begin (`end-4`).
pub fn uploads(name: &RepositoryName) -> String {
    format!("{ROOT}{name}/blobs/uploads/")
}

/// The path of an upload session (`end-5`).
pub fn upload(name: &RepositoryName, id: UploadId) -> String {
    format!("{ROOT}{name}/blobs/uploads/{id}")
}

/// The path of the list of tags (`end-8`).
pub fn tags(name: &RepositoryName) -> String {
    format!("{ROOT}{name}/tags/list")
}

/// The path of the list of referrers (`end-12`).
pub fn referrers(name: &RepositoryName, subject: &Digest) -> String {
    format!("{ROOT}{name}/referrers/{subject}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cow(text: &str) -> Cow<'_, str> {
        Cow::Borrowed(text)
    }

    #[test]
    fn the_end_of_the_path_decides() {
        for (path, resource) in [
            ("/v2", Resource::Base),
            ("/v2/", Resource::Base),
            ("/v2/_catalog", Resource::Catalog),
            ("/v2/a/tags/list", Resource::Tags("a")),
            ("/v2/tags/list/tags/list", Resource::Tags("tags/list")),
            ("/v2/a/blobs/b/blobs/d", Resource::Blob("a/blobs/b", cow("d"))),
            ("/v2/a/blobs/uploads", Resource::Uploads("a")),
            ("/v2/a/blobs/uploads/", Resource::Uploads("a")),
            ("/v2/a/blobs/uploads/u", Resource::Upload("a", cow("u"))),
            ("/v2/a/blobs/uploads/blobs/uploads/", Resource::Uploads("a/blobs/uploads")),
            ("/v2/a/blobs/uploads/manifests/m", Resource::Manifest("a/blobs/uploads", cow("m"))),
            ("/v2/a/manifests/list", Resource::Manifest("a", cow("list"))),
            ("/v2/a/tags/manifests/list", Resource::Manifest("a/tags", cow("list"))),
            ("/v2/a/tags/reference/list", Resource::Tag("a", cow("list"))),
            ("/v2/a/tags/reference/tags/list", Resource::Tags("a/tags/reference")),
            ("/v2/a/referrers/d", Resource::Referrers("a", cow("d"))),
            ("/v2/manifests/m", Resource::Manifest("", cow("m"))),
            ("/v2/a/%6danifests/%6d", Resource::Manifest("a", cow("m"))),
            ("/v2/a/manifests/b%2fc", Resource::Manifest("a", cow("b%2fc"))),
        ] {
            assert_eq!(Resource::of(path), Some(resource), "{path}");
        }
    }

    #[test]
    fn other_paths_are_none_of_the_api() {
        for path in
            ["", "/", "/v1/", "/v2a", "/v2/a", "/v2/a/b", "/v2/a/tags/list/", "/v2/a/uploads/u", "/v2/a/reference/t"]
        {
            assert_eq!(Resource::of(path), None, "{path}");
        }
    }

    #[test]
    fn names_are_decoded_once_and_keep_their_slashes() {
        assert_eq!(decode_name("%61/b"), "a/b");
        assert_eq!(decode_name("a%2fb"), "a%2fb");
        assert_eq!(decode_name("%2561"), "%61");
        assert_eq!(decode_name("%ff/a"), "%ff/a");
        assert_eq!(decode_name("%2e%2e/a"), "../a");
    }
}
