//! The members of a manifest that a registry looks at.

use serde::Deserialize;
use serde_json::{Map, Value};

/// A manifest or an index of any kind. What is absent or `null` is `None`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    pub(super) schema_version: Option<u64>,
    pub(super) media_type: Option<String>,
    pub(super) artifact_type: Option<String>,
    pub(super) config: Option<Entry>,
    pub(super) layers: Option<Vec<Entry>>,
    pub(super) manifests: Option<Vec<Entry>>,
    pub(super) subject: Option<Entry>,
    pub(super) annotations: Option<Map<String, Value>>,
}

/// A descriptor as it is written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) media_type: Option<String>,
    pub(super) digest: Option<String>,
    pub(super) size: Option<u64>,
    pub(super) data: Option<String>,
    pub(super) urls: Option<Vec<String>>,
    pub(super) artifact_type: Option<String>,
    pub(super) annotations: Option<Map<String, Value>>,
    /// Not looked into: that it is an object is all (`IMG-INDEX-016`).
    #[expect(dead_code, reason = "reading it is the check")]
    pub(super) platform: Option<Map<String, Value>>,
}
