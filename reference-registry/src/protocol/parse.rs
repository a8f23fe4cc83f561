//! From a request's head to a [`Request`].

use std::borrow::Cow;

use http::header::{CONTENT_RANGE, CONTENT_TYPE, RANGE};
use http::{HeaderMap, HeaderName, Method, Uri};

use super::path::{self, Resource};
use super::query::Query;
use super::range::parse_chunk_range;
use super::request::{Request, Session};
use super::{Conditions, Digest, DigestError, NameError, Ranges, Reference, ReferenceError, RepositoryName, TagError};
use crate::registry::Page;

/// Why a request is none that this registry answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The path is none of the API's.
    #[error("there is no such endpoint")]
    Route,
    /// The endpoint does not know the method.
    #[error("the endpoint knows these methods: {allow}")]
    Method {
        /// The methods it knows, as in an `Allow` header.
        allow: &'static str,
    },
    /// The repository name breaks the grammar.
    #[error("{source}")]
    Name {
        /// What stands in its place.
        text: String,
        /// What is wrong with it.
        source: NameError,
    },
    /// A digest is none, or one that cannot be computed here.
    #[error("{source}")]
    Digest {
        /// What stands in its place.
        text: String,
        /// What is wrong with it.
        source: DigestError,
    },
    /// The digest of the blob is missing.
    #[error("the digest parameter is missing")]
    DigestMissing,
    /// A tag to be made breaks the grammar.
    #[error("{source}")]
    Tag {
        /// What stands in its place.
        text: String,
        /// What is wrong with it.
        source: TagError,
    },
    /// No manifest can have this reference.
    #[error("no manifest can have this reference: {source}")]
    NoManifest {
        /// What stands in its place.
        text: String,
        /// What is wrong with it.
        source: ReferenceError,
    },
    /// No blob here can have this digest.
    #[error("no blob can have this digest: {source}")]
    NoBlob {
        /// What stands in its place.
        text: String,
        /// What is wrong with it.
        source: DigestError,
    },
    /// No upload session can have this id.
    #[error("no upload session can have this id")]
    NoUpload {
        /// What stands in its place.
        text: String,
    },
    /// The range of a chunk is not `first-last`.
    #[error("Content-Range has the form first-last, without a unit")]
    ChunkRange {
        /// The session the chunk is for.
        session: Box<Session>,
    },
    /// The number of results asked for is none.
    #[error("n is a number of results, 0 or more")]
    PageSize {
        /// What stands in its place.
        text: String,
        /// Whether it is the catalog that was asked for.
        catalog: bool,
    },
}

type Parsed<T> = Result<T, RequestError>;

impl Request {
    /// The request of a head. `uri` begins with `/v2/` where it is one of the API's.
    pub fn parse(method: &Method, uri: &Uri, headers: &HeaderMap) -> Parsed<Self> {
        let resource = Resource::of(uri.path()).ok_or(RequestError::Route)?;
        let query = Query::new(uri.query());
        match (resource, method.as_str()) {
            (Resource::Base, "GET" | "HEAD") => Ok(Self::Base),
            (Resource::Catalog, "GET" | "HEAD") => Ok(Self::Catalog { page: page(query, true)? }),
            (Resource::Tags(name_text), "GET" | "HEAD") => {
                Ok(Self::Tags { name: name(name_text)?, page: page(query, false)? })
            }
            (Resource::Referrers(name_text, subject), "GET" | "HEAD") => referrers(name_text, &subject, query),
            (Resource::Manifest(name_text, reference), "GET" | "HEAD") => Ok(Self::Manifest {
                name: name(name_text)?,
                reference: existing(reference)?,
                head: *method == Method::HEAD,
                conditions: Conditions::parse(headers),
            }),
            (Resource::Manifest(name_text, reference), "PUT") => put_manifest(name_text, &reference, query, headers),
            (Resource::Manifest(name_text, reference), "DELETE") => {
                Ok(Self::DeleteManifest { name: name(name_text)?, reference: existing(reference)? })
            }
            (Resource::Blob(name_text, text), "GET" | "HEAD") => Ok(Self::Blob {
                name: name(name_text)?,
                digest: existing_blob(text)?,
                head: *method == Method::HEAD,
                // RFC 9110, section 14.2: ranges are for GET alone.
                ranges: if *method == Method::GET { field(headers, &RANGE).and_then(Ranges::parse) } else { None },
                conditions: Conditions::parse(headers),
            }),
            (Resource::Blob(name_text, text), "DELETE") => {
                Ok(Self::DeleteBlob { name: name(name_text)?, digest: existing_blob(text)? })
            }
            (Resource::Tag(name_text, text), "DELETE") => match text.parse() {
                Ok(tag) => Ok(Self::DeleteTag { name: name(name_text)?, tag }),
                Err(source) => {
                    Err(RequestError::NoManifest { text: text.into_owned(), source: ReferenceError::Tag(source) })
                }
            },
            (Resource::Uploads(name_text), "POST") => start_upload(name(name_text)?, query),
            (Resource::Upload(name_text, id), _) => upload(method, session(name_text, &id, query)?, query, headers),
            (resource, _) => Err(RequestError::Method { allow: resource.allow() }),
        }
    }
}

impl Resource<'_> {
    /// The methods of the resource, as in an `Allow` header.
    const fn allow(&self) -> &'static str {
        match self {
            Self::Base | Self::Catalog | Self::Tags(..) | Self::Referrers(..) => "GET, HEAD",
            Self::Manifest(..) => "GET, HEAD, PUT, DELETE",
            Self::Blob(..) => "GET, HEAD, DELETE",
            Self::Uploads(..) => "POST",
            Self::Upload(..) => "GET, HEAD, PATCH, PUT, DELETE",
            Self::Tag(..) => "DELETE",
        }
    }
}

/// The methods of the resource at `path`, as in an `Allow` header; `None` when there is no such resource.
pub fn allowed_methods(path: &str) -> Option<&'static str> {
    Resource::of(path).map(|resource| resource.allow())
}

fn field<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn name(text: &str) -> Parsed<RepositoryName> {
    let text = path::decode_name(text);
    text.parse().map_err(|source| RequestError::Name { text: text.into_owned(), source })
}

fn digest(text: Cow<'_, str>) -> Parsed<Digest> {
    text.parse().map_err(|source| RequestError::Digest { text: text.into_owned(), source })
}

/// The digest of a blob that may be there. One of an algorithm unknown here is well formed, so it is only not found.
fn existing_blob(text: Cow<'_, str>) -> Parsed<Digest> {
    match digest(text) {
        Err(RequestError::Digest { text, source: source @ DigestError::Unsupported }) => {
            Err(RequestError::NoBlob { text, source })
        }
        result => result,
    }
}

/// The reference of a manifest that may be there. What cannot be a tag is only not found (`end-3`).
fn existing(text: Cow<'_, str>) -> Parsed<Reference> {
    text.parse().map_err(|source| match source {
        ReferenceError::Digest(source @ (DigestError::Malformed | DigestError::Encoding)) => {
            RequestError::Digest { text: text.into_owned(), source }
        }
        source => RequestError::NoManifest { text: text.into_owned(), source },
    })
}

fn page(query: Query<'_>, catalog: bool) -> Parsed<Page> {
    let n = match query.get("n") {
        None => None,
        // More than fits a number is more than there is.
        Some(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(text.parse().unwrap_or(usize::MAX))
        }
        Some(text) => return Err(RequestError::PageSize { text: text.into_owned(), catalog }),
    };
    Ok(Page { n, last: query.get("last").filter(|last| !last.is_empty()).map(Cow::into_owned) })
}

fn referrers(name_text: &str, subject: &str, query: Query<'_>) -> Parsed<Request> {
    Ok(Request::Referrers {
        name: name(name_text)?,
        subject: digest(Cow::Borrowed(subject))?,
        artifact_type: query.get("artifactType").filter(|value| !value.is_empty()).map(Cow::into_owned),
        page: page(query, false)?,
    })
}

fn put_manifest(name_text: &str, text: &str, query: Query<'_>, headers: &HeaderMap) -> Parsed<Request> {
    let name = name(name_text)?;
    let invalid = |text: &str, source| RequestError::Tag { text: text.to_owned(), source };
    let reference = text.parse().map_err(|source| match source {
        ReferenceError::Digest(source) => RequestError::Digest { text: text.to_owned(), source },
        ReferenceError::Tag(source) => invalid(text, source),
    })?;
    let mut tags = Vec::new();
    // The parameter is defined for a push by digest only; elsewhere it means nothing.
    if matches!(reference, Reference::Digest(_)) {
        for text in query.all("tag") {
            tags.push(text.parse().map_err(|source| invalid(&text, source))?);
        }
    }
    let media_type = field(headers, &CONTENT_TYPE).and_then(|value| value.split(';').next()).map(str::trim);
    let media_type = media_type.filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(Request::PutManifest { name, reference, tags, media_type, conditions: Conditions::parse(headers) })
}

fn start_upload(name: RepositoryName, query: Query<'_>) -> Parsed<Request> {
    if let Some(mount) = query.get("mount").filter(|mount| !mount.is_empty()) {
        let digest = digest(mount)?;
        return Ok(match query.get("from").filter(|from| !from.is_empty()).map(|from| from.parse()) {
            None => Request::Mount { name, digest, from: None },
            Some(Ok(from)) => Request::Mount { name, digest, from: Some(from) },
            // There is nothing to mount from, so the session begins (`D11-072`).
            Some(Err(_)) => Request::StartUpload { name, algorithm: None },
        });
    }
    if let Some(text) = query.get("digest").filter(|text| !text.is_empty()) {
        return Ok(Request::PutBlob { name, digest: digest(text)? });
    }
    let algorithm = query.get("digest-algorithm").filter(|text| !text.is_empty());
    let algorithm = algorithm
        .map(|text| text.parse().map_err(|source| RequestError::Digest { text: text.into_owned(), source }))
        .transpose()?;
    Ok(Request::StartUpload { name, algorithm })
}

fn session(name_text: &str, id: &str, query: Query<'_>) -> Parsed<Session> {
    let name = name(name_text)?;
    let id = id.parse().map_err(|_| RequestError::NoUpload { text: id.to_owned() })?;
    Ok(Session { name, id, state: query.get("_state").map(Cow::into_owned) })
}

fn upload(method: &Method, session: Session, query: Query<'_>, headers: &HeaderMap) -> Parsed<Request> {
    let range = |session: &Session| match headers.get(CONTENT_RANGE) {
        None => Ok(None),
        Some(value) => match value.to_str().ok().and_then(parse_chunk_range) {
            Some(range) => Ok(Some(range)),
            None => Err(RequestError::ChunkRange { session: Box::new(session.clone()) }),
        },
    };
    match method.as_str() {
        "GET" | "HEAD" => Ok(Request::UploadStatus(session)),
        "DELETE" => Ok(Request::CancelUpload(session)),
        "PATCH" => Ok(Request::AppendUpload { range: range(&session)?, session }),
        "PUT" => {
            let digest = digest(query.get("digest").ok_or(RequestError::DigestMissing)?)?;
            Ok(Request::FinishUpload { range: range(&session)?, session, digest })
        }
        _ => Err(RequestError::Method { allow: Resource::Upload("", Cow::Borrowed("")).allow() }),
    }
}
