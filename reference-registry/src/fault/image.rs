//! Faults against the OCI image specification: what is refused although it must be taken, and what the registry
//! writes itself.

use http::StatusCode;
use http::request::Parts;
use serde_json::{Value, json};

use super::docker::replace_target;
use super::edit::{edit_array, is_manifest, is_referrers, succeeded};
use super::hook::{Hook, Reply, Seen};
use super::set::Fault;
use super::twist::{Twist, twisted};
use crate::error::{Code, Error};
use crate::protocol::RepositoryName;
use crate::registry::{ManifestReceipt, ManifestUpload, Registry};

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "artifact-type-unknown-refused",
        summary: "a manifest with an artifactType is refused",
        hooks: &[Hook::Registry(|inner| refusing(inner, |manifest| manifest.get("artifactType").is_some()))],
    },
    Fault {
        name: "config-without-json-refused",
        summary: "a configuration that is not of a type of JSON is refused",
        hooks: &[Hook::Registry(|inner| refusing(inner, |manifest| !kind(&manifest["config"]).ends_with("json")))],
    },
    Fault {
        name: "config-type-unknown-refused",
        summary: "a configuration of a type that nobody knows is refused",
        hooks: &[Hook::Registry(|inner| refusing(inner, |manifest| kind(&manifest["config"]).contains("example")))],
    },
    Fault {
        name: "config-empty-refused",
        summary: "the empty configuration is refused",
        hooks: &[Hook::Registry(|inner| refusing(inner, |manifest| kind(&manifest["config"]).contains("oci.empty")))],
    },
    Fault {
        name: "layer-tar-refused",
        summary: "a layer that is not compressed is refused",
        hooks: &[Hook::Registry(|inner| {
            refusing(inner, |manifest| any_layer(manifest, |kind| kind.rsplit('.').next() == Some("tar")))
        })],
    },
    Fault {
        name: "layer-zstd-refused",
        summary: "a layer compressed by zstd is refused",
        hooks: &[Hook::Registry(|inner| {
            refusing(inner, |manifest| any_layer(manifest, |kind| kind.ends_with("zstd")))
        })],
    },
    Fault {
        name: "layer-type-unknown-refused",
        summary: "a layer of a type that nobody knows is refused",
        hooks: &[Hook::Registry(|inner| {
            refusing(inner, |manifest| any_layer(manifest, |kind| kind.contains("example")))
        })],
    },
    Fault {
        name: "digest-algorithm-unknown-refused",
        summary: "a manifest that names a digest of an unknown algorithm is said to have an invalid digest",
        hooks: &[Hook::Response(|_, reply| {
            if String::from_utf8_lossy(&reply.body).contains("sample+b64u") {
                reply.become_error(Code::DigestInvalid, StatusCode::BAD_REQUEST);
            }
        })],
    },
    Fault {
        name: "manifest-data-embedded",
        summary: "a configuration comes with data in its descriptor that was not pushed",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_manifest) {
                reply.edit_json(|manifest| {
                    if let Some(config) = manifest.get_mut("config") {
                        config["data"] = json!("e30=");
                    }
                });
            }
        })],
    },
    Fault {
        name: "index-refused",
        summary: "an index is refused",
        hooks: &[Hook::Registry(|inner| refusing(inner, |manifest| manifest.get("manifests").is_some()))],
    },
    Fault {
        name: "index-empty-refused",
        summary: "an index without entries is refused",
        hooks: &[Hook::Registry(|inner| refusing(inner, |manifest| manifest["manifests"] == json!([])))],
    },
    Fault {
        name: "index-nested-refused",
        summary: "an index of indexes is refused",
        hooks: &[Hook::Registry(|inner| {
            refusing(inner, |manifest| any_entry(manifest, |kind| kind.contains("index")))
        })],
    },
    Fault {
        name: "index-entry-unknown-refused",
        summary: "an index with an entry of a type that nobody knows is refused",
        hooks: &[Hook::Registry(|inner| {
            refusing(inner, |manifest| any_entry(manifest, |kind| kind.contains("example")))
        })],
    },
    Fault {
        name: "malformed-digest-as-empty-blob",
        summary: "what is no digest names a blob of no bytes",
        hooks: &[Hook::Answer(|seen| blob_for(seen, |digest| !digest.contains(':')))],
    },
    Fault {
        name: "blake3-unparsed",
        summary: "whatever begins with blake3 names a blob of no bytes",
        hooks: &[Hook::Answer(|seen| blob_for(seen, |digest| digest.starts_with("blake3:")))],
    },
    Fault {
        name: "digest-case-ignored",
        summary: "digests are compared without regard to case",
        hooks: &[Hook::Head(lower_digest)],
    },
    Fault {
        name: "referrers-without-schema-version",
        summary: "the index of referrers has no schemaVersion",
        hooks: &[Hook::Response(|seen, reply| edit_index(seen, reply, |index| remove(index, "schemaVersion")))],
    },
    Fault {
        name: "referrers-without-media-type",
        summary: "the index of referrers does not say its media type",
        hooks: &[Hook::Response(|seen, reply| edit_index(seen, reply, |index| remove(index, "mediaType")))],
    },
    Fault {
        name: "referrers-media-type-of-image",
        summary: "the index of referrers says the media type of an image",
        hooks: &[Hook::Response(|seen, reply| {
            edit_index(seen, reply, |index| index["mediaType"] = json!("application/vnd.oci.image.manifest.v1+json"));
        })],
    },
    Fault {
        name: "referrers-descriptor-without-type",
        summary: "referrers are listed without their media types",
        hooks: &[Hook::Response(|seen, reply| edit_entries(seen, reply, |entry| remove(entry, "mediaType")))],
    },
    Fault {
        name: "referrers-descriptor-digest-bare",
        summary: "referrers are listed with digests that lack the algorithm",
        hooks: &[Hook::Response(|seen, reply| {
            edit_entries(seen, reply, |entry| {
                let bare =
                    entry["digest"].as_str().and_then(|digest| digest.split_once(':')).map(|(_, hex)| json!(hex));
                entry["digest"] = bare.unwrap_or_default();
            });
        })],
    },
    Fault {
        name: "referrers-descriptor-size-negative",
        summary: "referrers are listed with a size of -1",
        hooks: &[Hook::Response(|seen, reply| edit_entries(seen, reply, |entry| entry["size"] = json!(-1)))],
    },
];

/// The media type of a descriptor; empty without one.
fn kind(descriptor: &Value) -> &str {
    descriptor["mediaType"].as_str().unwrap_or_default()
}

fn any_layer(manifest: &Value, which: fn(&str) -> bool) -> bool {
    manifest["layers"].as_array().is_some_and(|layers| layers.iter().any(|layer| which(kind(layer))))
}

fn any_entry(index: &Value, which: fn(&str) -> bool) -> bool {
    index["manifests"].as_array().is_some_and(|entries| entries.iter().any(|entry| which(kind(entry))))
}

/// A blob of no bytes in answer to a GET of a path that names one of these and does not parse.
fn blob_for(seen: &Seen<'_>, which: fn(&str) -> bool) -> Option<Reply> {
    let (_, digest) = seen.head.uri.path().split_once("/blobs/")?;
    (seen.request.is_none() && !digest.contains('/') && which(digest)).then(|| Reply::new(StatusCode::OK))
}

fn lower_digest(head: &mut Parts) {
    if let Some((name, digest)) = head.uri.path().split_once("/blobs/sha") {
        replace_target(head, &format!("{name}/blobs/sha{}", digest.to_lowercase()));
    }
}

fn edit_index(seen: &Seen<'_>, reply: &mut Reply, edit: impl FnOnce(&mut Value)) {
    if succeeded(seen, reply, is_referrers) {
        reply.edit_json(edit);
    }
}

fn edit_entries(seen: &Seen<'_>, reply: &mut Reply, edit: impl FnMut(&mut Value)) {
    if succeeded(seen, reply, is_referrers) {
        edit_array(reply, "manifests", |entries| entries.iter_mut().for_each(edit));
    }
}

fn remove(value: &mut Value, key: &str) {
    if let Some(object) = value.as_object_mut() {
        object.remove(key);
    }
}

fn refusing(inner: std::sync::Arc<dyn Registry>, which: fn(&Value) -> bool) -> std::sync::Arc<dyn Registry> {
    twisted(inner, Refusing(which))
}

/// Refuses the manifests that a function picks.
#[derive(Debug)]
struct Refusing(fn(&Value) -> bool);

#[async_trait::async_trait]
impl Twist for Refusing {
    async fn put_manifest(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        upload: ManifestUpload,
    ) -> Result<ManifestReceipt, Error> {
        match serde_json::from_slice::<Value>(&upload.content) {
            Ok(manifest) if (self.0)(&manifest) => Err(Error::new(Code::ManifestInvalid)),
            _ => inner.put_manifest(name, upload).await,
        }
    }
}
