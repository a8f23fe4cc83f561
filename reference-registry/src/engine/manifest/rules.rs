//! What a manifest has to obey to be accepted.

use super::descriptor::{self, Descriptor};
use super::document::{Document, Entry};
use super::grammar;
use super::json;
use super::kind::{DOCKER_SCHEMA1, Kind, OCI_INDEX, OCI_MANIFEST, is_foreign_layer};
use crate::error::{Code, Error};

/// A manifest that obeys the rules of its kind.
#[derive(Debug)]
pub(super) struct Accepted {
    /// Config and layers, as far as they have to be pushed.
    pub(super) blobs: Vec<Descriptor>,
    /// The entries of an index.
    pub(super) manifests: Vec<Descriptor>,
    /// The manifest it refers to.
    pub(super) subject: Option<Descriptor>,
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(Code::ManifestInvalid).message(message)
}

/// Judges the bytes of a manifest that came with `media_type`.
///
/// Only what a text calls wrong is refused, and what could not be given back as it came. A type this registry does not
/// know is kept as it is when it is JSON and says its type itself.
pub(super) fn judge(media_type: Option<&str>, content: &[u8]) -> Result<Accepted, Error> {
    json::check(content).map_err(|error| invalid(format!("the manifest is not one JSON object: {error}")))?;
    let document: Document = match serde_json::from_slice(content) {
        Ok(document) => document,
        // A type that is not known here may use the same names for other things.
        Err(_) if media_type.is_some_and(|given| Kind::of(given) == Kind::Other) => return opaque(media_type, content),
        Err(error) => return Err(invalid(format!("a member of the manifest is not what it has to be: {error}"))),
    };
    let media_type = agreed_type(media_type, &document)?;
    let kind = Kind::of(&media_type);
    if kind == Kind::Other {
        return Ok(Accepted { blobs: Vec::new(), manifests: Vec::new(), subject: None });
    }
    if kind == Kind::DockerSchema1 || document.schema_version == Some(1) {
        return Err(invalid("image manifests of schema version 1 are not supported"));
    }
    known(kind, &document).map_err(invalid)
}

/// Members of a manifest of a type that is not known here: only its type counts.
#[derive(serde::Deserialize)]
struct Typed {
    #[serde(rename = "mediaType")]
    media_type: String,
}

fn opaque(media_type: Option<&str>, content: &[u8]) -> Result<Accepted, Error> {
    let typed = serde_json::from_slice::<Typed>(content).ok().map(|typed| typed.media_type);
    match (typed, media_type) {
        (Some(typed), Some(given)) if typed.eq_ignore_ascii_case(given) && grammar::is_media_type(&typed) => {
            Ok(Accepted { blobs: Vec::new(), manifests: Vec::new(), subject: None })
        }
        _ => Err(untyped(media_type.unwrap_or_default())),
    }
}

fn untyped(media_type: &str) -> Error {
    invalid(format!(
        "a manifest of type {media_type:?} has to say so in its own mediaType, or it could not be given back as such"
    ))
}

/// The media type of request and body, which have to agree. Source: `D11-078`, `D11-016`.
fn agreed_type(given: Option<&str>, document: &Document) -> Result<String, Error> {
    match (given, &document.media_type) {
        (Some(given), Some(own)) if !given.eq_ignore_ascii_case(own) => {
            Err(invalid(format!("the manifest was sent as {given:?} and its own mediaType is {own:?}")))
        }
        (_, Some(own)) if !grammar::is_media_type(own) => {
            Err(invalid(format!("mediaType is not a media type: {own:?}")))
        }
        (_, Some(own)) => Ok(own.clone()),
        (given, None) => {
            let derived = derived_type(document)
                .ok_or_else(|| invalid("a manifest without mediaType cannot be both an image manifest and an index"))?;
            match given {
                Some(given) if Kind::of(given) == Kind::DockerSchema1 => Ok(given.to_owned()),
                Some(given) if Kind::of(given) == Kind::of(derived) => Ok(derived.to_owned()),
                // Only OCI's formats may leave the member out and still be told apart.
                Some(given) => Err(untyped(given)),
                None => Ok(derived.to_owned()),
            }
        }
    }
}

/// The type of a manifest that does not say it; `None` when it could be two.
pub(super) fn derived_type(document: &Document) -> Option<&'static str> {
    match (
        document.schema_version,
        document.manifests.is_some(),
        document.config.is_some() || document.layers.is_some(),
    ) {
        (Some(1), ..) => Some(DOCKER_SCHEMA1),
        (_, true, true) => None,
        (_, true, false) => Some(OCI_INDEX),
        (_, false, _) => Some(OCI_MANIFEST),
    }
}

fn known(kind: Kind, document: &Document) -> Result<Accepted, String> {
    match document.schema_version {
        Some(2) => {}
        Some(other) => return Err(format!("schemaVersion is {other}, and has to be 2")),
        None => return Err("schemaVersion is missing, and has to be 2".to_owned()),
    }
    descriptor::artifact_type("the manifest", document.artifact_type.as_deref())?;
    descriptor::annotations("the manifest", document.annotations.as_ref())?;
    let subject = match &document.subject {
        Some(entry) if kind.has_subject() => Some(descriptor::read("subject", entry)?),
        _ => None,
    };
    let mut accepted = Accepted { blobs: Vec::new(), manifests: Vec::new(), subject };
    if kind.is_image() {
        let config = document.config.as_ref().ok_or("an image manifest has to have a config")?;
        accepted.blobs.push(descriptor::read("config", config)?);
        let layers = read_all("layers", document.layers.as_deref().unwrap_or_default())?;
        accepted
            .blobs
            .extend(layers.into_iter().filter(|layer| !layer.has_urls && !is_foreign_layer(&layer.media_type)));
    }
    if kind.is_index() {
        let manifests = document.manifests.as_deref().ok_or("an index has to have a list of manifests")?;
        accepted.manifests = read_all("manifests", manifests)?;
    }
    Ok(accepted)
}

fn read_all(member: &str, entries: &[Entry]) -> Result<Vec<Descriptor>, String> {
    entries.iter().enumerate().map(|(at, entry)| descriptor::read(&format!("{member}[{at}]"), entry)).collect()
}
