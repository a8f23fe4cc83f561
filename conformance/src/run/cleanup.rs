//! Taking away what a check left behind.
//!
//! It works from the record: what was created is what a response said was created. Nothing here can fail a run.

use http::Method;
use scenarios::capability::Capability;
use scenarios::exchange::Exchange;
use url::Url;

use crate::context::Surroundings;

/// Deletes what the exchanges created, as far as the registry allows.
pub(super) async fn tidy(surroundings: &Surroundings, exchanges: &[Exchange]) {
    let offers = |capability| surroundings.capabilities.has(capability);
    let session = surroundings.client.session();
    for url in leftovers(exchanges, offers(Capability::DeleteManifest), offers(Capability::DeleteBlob)) {
        // Best effort: a refusal here says nothing about any check.
        let _ = session.request_url(Method::DELETE, url).send().await;
    }
}

/// What to delete, in order: open sessions, manifests, blobs.
fn leftovers(exchanges: &[Exchange], manifests: bool, blobs: bool) -> Vec<Url> {
    let mut sessions: Vec<Url> = Vec::new();
    let mut found_manifests: Vec<Url> = Vec::new();
    let mut found_blobs: Vec<Url> = Vec::new();
    for exchange in exchanges {
        let Some(response) = &exchange.response else { continue };
        let Ok(url) = Url::parse(&exchange.request.url) else { continue };
        let header = |name: &str| response.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        let location = header("location").and_then(|location| url.join(location).ok());
        match (exchange.request.method.as_str(), response.status) {
            ("POST" | "PATCH", 202) => sessions.extend(location),
            ("PUT" | "POST", 201) if url.path().contains("/blobs/uploads/") => {
                sessions.retain(|session| session.path() != url.path());
                found_blobs.extend(location.filter(|location| location.path().contains("/blobs/")));
            }
            ("PUT", 201) => {
                let Some((base, reference)) = url.path().rsplit_once('/') else { continue };
                let digest = header("docker-content-digest").unwrap_or(reference);
                let mut manifest = url.clone();
                manifest.set_path(&format!("{base}/{digest}"));
                manifest.set_query(None);
                found_manifests.push(manifest);
            }
            _ => {}
        }
    }
    if !manifests {
        found_manifests.clear();
    }
    if !blobs {
        found_blobs.clear();
    }
    let mut all: Vec<Url> = sessions.into_iter().chain(found_manifests).chain(found_blobs).collect();
    let mut seen = std::collections::HashSet::new();
    all.retain(|url| seen.insert(url.as_str().to_owned()));
    all
}
