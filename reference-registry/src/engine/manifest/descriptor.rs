//! Descriptors inside a manifest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::document::Entry;
use super::grammar;
use crate::protocol::Digest;

/// A descriptor that obeys its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Descriptor {
    /// Where it stands in the manifest.
    pub(super) place: String,
    pub(super) media_type: String,
    /// The digest as it is written.
    pub(super) text: String,
    /// The digest; `None` when its algorithm is unknown here.
    pub(super) digest: Option<Digest>,
    /// In bytes.
    pub(super) size: u64,
    /// Whether it says where else the content can be had.
    pub(super) has_urls: bool,
}

/// Reads a descriptor; the error says which rule it breaks.
///
/// Source: OCI image descriptor, "Properties": `IMG-DESC-003` to `IMG-DESC-019`; Docker's descriptors have the same.
pub(super) fn read(place: &str, entry: &Entry) -> Result<Descriptor, String> {
    let missing = |member: &str| format!("{place} has no {member}");
    let media_type = entry.media_type.clone().ok_or_else(|| missing("mediaType"))?;
    if !grammar::is_media_type(&media_type) {
        return Err(format!("{place}.mediaType is not a media type: {media_type:?}"));
    }
    let text = entry.digest.clone().ok_or_else(|| missing("digest"))?;
    let digest = grammar::digest(&text).map_err(|error| format!("{place}.digest: {error}"))?;
    let size = entry.size.ok_or_else(|| missing("size"))?;
    if i64::try_from(size).is_err() {
        return Err(format!("{place}.size is beyond what 64 bits with a sign can hold"));
    }
    artifact_type(place, entry.artifact_type.as_deref())?;
    annotations(place, entry.annotations.as_ref())?;
    if let Some(data) = &entry.data {
        check_data(place, data, digest.as_ref(), size)?;
    }
    let has_urls = entry.urls.as_ref().is_some_and(|urls| !urls.is_empty());
    Ok(Descriptor { place: place.to_owned(), media_type, text, digest, size, has_urls })
}

/// An artifact type is a media type; an empty one counts as absent (`D11-096`).
pub(super) fn artifact_type(place: &str, text: Option<&str>) -> Result<(), String> {
    match text {
        Some(text) if !text.is_empty() && !grammar::is_media_type(text) => {
            Err(format!("{place}.artifactType is not a media type: {text:?}"))
        }
        _ => Ok(()),
    }
}

/// Annotations are a map of strings. Source: OCI image annotations, "Rules".
pub(super) fn annotations(place: &str, annotations: Option<&Map<String, Value>>) -> Result<(), String> {
    for (name, value) in annotations.into_iter().flatten() {
        if !value.is_string() {
            return Err(format!("{place}.annotations: the value of {name:?} is not a string"));
        }
    }
    Ok(())
}

/// Embedded content is the content. Source: `IMG-DESC-016`, `IMG-DESC-017`.
fn check_data(place: &str, data: &str, digest: Option<&Digest>, size: u64) -> Result<(), String> {
    let content = STANDARD.decode(data).map_err(|error| format!("{place}.data is not Base 64: {error}"))?;
    if content.len() as u64 != size {
        return Err(format!("{place}.data is {} bytes long, and its size is given as {size}", content.len()));
    }
    match digest {
        Some(digest) if digest.algorithm().digest(&content) != *digest => {
            Err(format!("{place}.data does not have the digest {digest}"))
        }
        _ => Ok(()),
    }
}
