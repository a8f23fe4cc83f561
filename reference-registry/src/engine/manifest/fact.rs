//! What is known of a manifest by its bytes, which never change.

use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Map, Value};

use super::document::Document;
use super::kind::{DOCKER_SCHEMA1, DOCKER_SCHEMA1_SIGNED, Kind};
use super::rules::derived_type;
use crate::engine::cache::Cache;
use crate::protocol::Digest;
use crate::registry::Referrer;

/// How much the facts in the cache may weigh, in bytes; at most twice that is held.
const CACHE_LIMIT: usize = 8 << 20;

/// What an entry weighs beside its annotations, in bytes.
const ENTRY_WEIGHT: usize = 512;

/// What a manifest says, and what follows from it.
#[derive(Debug)]
pub(in crate::engine) struct Facts {
    /// The type it is served as.
    pub(in crate::engine) media_type: String,
    /// The manifest it refers to, and itself as a referrer.
    pub(in crate::engine) referrer: Option<(Digest, Referrer)>,
}

/// Facts of manifests by digest.
#[derive(Debug)]
pub(in crate::engine) struct FactCache {
    facts: Mutex<Cache<Digest, Arc<Facts>>>,
}

impl FactCache {
    pub(in crate::engine) fn new() -> Self {
        Self { facts: Mutex::new(Cache::new(CACHE_LIMIT)) }
    }

    /// The facts of a manifest that was seen lately.
    pub(in crate::engine) fn get(&self, digest: &Digest) -> Option<Arc<Facts>> {
        self.facts.lock().get(digest)
    }

    /// The facts of `content`, whose digest is `digest`.
    pub(in crate::engine) fn of(&self, digest: &Digest, content: &[u8]) -> Arc<Facts> {
        if let Some(facts) = self.get(digest) {
            return facts;
        }
        let facts = Arc::new(read(digest, content));
        // A manifest with a subject may carry its bytes again in its annotations.
        let weight = ENTRY_WEIGHT + if facts.referrer.is_some() { 2 * content.len() } else { 0 };
        self.facts.lock().insert(digest.clone(), facts.clone(), weight);
        facts
    }
}

/// Reads what can be read: the bytes may have been stored by another registry, by other rules.
fn read(digest: &Digest, content: &[u8]) -> Facts {
    let Ok(document) = serde_json::from_slice::<Document>(content) else {
        return Facts { media_type: type_only(content), referrer: None };
    };
    let media_type = served_type(&document, content);
    let kind = Kind::of(&media_type);
    let subject = document.subject.as_ref().filter(|_| kind.has_subject());
    let subject = subject.and_then(|subject| subject.digest.as_deref()?.parse().ok());
    let referrer = subject.map(|subject| (subject, referrer(digest, &media_type, content, document)));
    Facts { media_type, referrer }
}

fn served_type(document: &Document, content: &[u8]) -> String {
    match &document.media_type {
        Some(own) => own.clone(),
        None => match derived_type(document) {
            Some(DOCKER_SCHEMA1) if is_signed(content) => DOCKER_SCHEMA1_SIGNED.to_owned(),
            Some(derived) => derived.to_owned(),
            None => super::kind::OCI_MANIFEST.to_owned(),
        },
    }
}

/// The type of a manifest whose members are not what they are in known types.
fn type_only(content: &[u8]) -> String {
    let members = serde_json::from_slice::<Map<String, Value>>(content).unwrap_or_default();
    match members.get("mediaType") {
        Some(Value::String(own)) => own.clone(),
        _ => "application/octet-stream".to_owned(),
    }
}

fn is_signed(content: &[u8]) -> bool {
    let members = serde_json::from_slice::<Map<String, Value>>(content).unwrap_or_default();
    members.contains_key("signatures")
}

/// A manifest as an entry in the list of referrers. Source: `D11-117` to `D11-120`.
fn referrer(digest: &Digest, media_type: &str, content: &[u8], document: Document) -> Referrer {
    let own = document.artifact_type.filter(|own| !own.is_empty());
    let artifact_type = if Kind::of(media_type).is_image() {
        own.or_else(|| document.config.and_then(|config| config.media_type))
    } else {
        own
    };
    Referrer {
        media_type: media_type.to_owned(),
        digest: digest.to_string(),
        size: content.len() as u64,
        artifact_type,
        annotations: document.annotations.unwrap_or_default(),
    }
}
