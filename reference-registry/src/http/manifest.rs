//! Manifests: fetch and store.
//!
//! A manifest is served as it was pushed, whatever `Accept` says: the specification leaves the choice to the
//! registry, RFC 9110 (section 12.5.1) allows to disregard the header, and converting would change the digest.

use http::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG};
use http::{HeaderValue, Response, StatusCode};

use super::body::Payload;
use super::context::{Context, respond, set_digest};
use super::error::{Rejection, precondition_failed};
use super::header;
use super::incoming::RequestBody;
use crate::error::{Code, Error};
use crate::protocol::{Conditions, Reference, RepositoryName, Tag, Verdict, path};
use crate::registry::ManifestUpload;

/// Fetches a manifest (`end-3`).
pub(crate) async fn get(
    context: Context<'_>,
    name: RepositoryName,
    reference: Reference,
    head: bool,
    conditions: Conditions,
) -> Result<Response<Payload>, Rejection> {
    let manifest = context.registry.manifest(&name, &reference).await?;
    let mut response = match conditions.evaluate(Some(&manifest.digest)) {
        Verdict::Changed => return Err(precondition_failed()),
        Verdict::Unchanged => respond(StatusCode::NOT_MODIFIED, Payload::Empty),
        Verdict::Proceed => {
            let length = manifest.content.len();
            let payload = if head { Payload::Empty } else { Payload::Bytes(manifest.content) };
            let mut response = respond(StatusCode::OK, payload);
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, header::value(manifest.media_type));
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
            response
        }
    };
    set_digest(&mut response, &manifest.digest);
    response.headers_mut().insert(ETAG, header::value(format!("\"{}\"", manifest.digest)));
    Ok(response)
}

/// What a push of a manifest says besides its body.
#[derive(Debug)]
pub(crate) struct Push {
    /// Repository.
    pub(crate) name: RepositoryName,
    /// Tag or digest in the path.
    pub(crate) reference: Reference,
    /// Further tags.
    pub(crate) tags: Vec<Tag>,
    /// The media type.
    pub(crate) media_type: Option<String>,
    /// Conditions.
    pub(crate) conditions: Conditions,
}

/// Stores a manifest (`end-7`).
///
/// Conditions are evaluated just before; a write that comes in between through another server is not seen.
pub(crate) async fn put(context: Context<'_>, push: Push, body: RequestBody) -> Result<Response<Payload>, Rejection> {
    let Push { name, reference, tags, media_type, conditions } = push;
    let bytes = body.collect(context.options.limits.manifest, Code::ManifestInvalid).await?;
    // A part stored as the whole would be another manifest. Source: RFC 9110, section 14.5.
    if context.head.headers.contains_key(CONTENT_RANGE) {
        return Err(Error::new(Code::ManifestInvalid).message("a manifest cannot be pushed in parts").into());
    }
    // Two conditional writers of one reference must not both find their condition true.
    let _turn = context.turns.take(&name, &reference).await;
    if !conditions.is_empty() {
        let current = match context.registry.manifest(&name, &reference).await {
            Ok(manifest) => Some(manifest.digest),
            Err(error) if error.status == StatusCode::NOT_FOUND => None,
            Err(error) => return Err(error.into()),
        };
        if conditions.evaluate(current.as_ref()) != Verdict::Proceed {
            return Err(precondition_failed());
        }
    }
    let by_digest = matches!(reference, Reference::Digest(_));
    let upload = ManifestUpload { media_type, content: bytes, reference: reference.clone(), tags };
    let receipt = context.registry.put_manifest(&name, upload).await?;
    let mut response = context.located(StatusCode::CREATED, &path::manifest(&name, &reference));
    set_digest(&mut response, &receipt.digest);
    let headers = response.headers_mut();
    if let Some(subject) = receipt.subject {
        headers.insert(header::SUBJECT, header::value(subject.to_string()));
    }
    if by_digest {
        for tag in receipt.tags {
            headers.append(header::TAG, header::value(tag.as_str().to_owned()));
        }
    }
    Ok(response)
}
