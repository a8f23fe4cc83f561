//! Steps before the point: getting content into the registry.
//!
//! A step that fails here says nothing about the check at hand, so the check ends undecided; the behaviour itself is
//! judged by checks of its own.

use fixtures::{Blob, Content, Manifest};
use http::Method;
use scenarios::client::Response;
use scenarios::expect::{Stop, Verdict};
use url::Url;

use super::Context;

impl Context {
    /// Begins an upload session; where to send the blob.
    pub async fn start_upload(&self, repository: &str) -> Verdict<Url> {
        let response = self.http().post(&self.uploads_path(repository)).header("Content-Length", "0").send().await?;
        set_up(&response, &[202], "an upload session")?;
        response.expect_location()
    }

    /// Pushes a blob by POST and PUT.
    pub async fn push_blob(&self, repository: &str, blob: &Blob) -> Verdict {
        let location = self.start_upload(repository).await?;
        let response = self
            .http()
            .request_url(Method::PUT, location)
            .query("digest", &blob.digest.to_string())
            .header("Content-Type", "application/octet-stream")
            .body(blob.bytes.clone())
            .send()
            .await?;
        set_up(&response, &[201], "the upload of a blob")
    }

    /// Sends a manifest under its media type and returns whatever comes.
    pub async fn put_manifest(
        &self,
        repository: &str,
        reference: impl std::fmt::Display,
        manifest: &Manifest,
    ) -> Verdict<Response> {
        let request = self.http().put(&self.manifest_path(repository, reference));
        Ok(request.header("Content-Type", &manifest.media_type).body(manifest.bytes.clone()).send().await?)
    }

    /// Pushes a manifest whose blobs are there.
    pub async fn push_manifest(
        &self,
        repository: &str,
        reference: impl std::fmt::Display,
        manifest: &Manifest,
    ) -> Verdict {
        let response = self.put_manifest(repository, reference, manifest).await?;
        set_up(&response, &[201], "the push of a manifest")
    }

    /// Pushes everything below the top manifest: blobs, then child manifests by digest.
    pub async fn push_below(&self, repository: &str, content: &Content) -> Verdict {
        for blob in &content.blobs {
            self.push_blob(repository, blob).await?;
        }
        for child in &content.children {
            self.push_manifest(repository, &child.digest, child).await?;
        }
        Ok(())
    }

    /// Pushes all of it, the top manifest under `reference`.
    pub async fn push(
        &self,
        repository: &str,
        reference: impl std::fmt::Display,
        content: impl Into<Content>,
    ) -> Verdict {
        let content = content.into();
        self.push_below(repository, &content).await?;
        self.push_manifest(repository, reference, &content.manifest).await
    }
}

/// A response that the check needs before it comes to its point.
fn set_up(response: &Response, statuses: &[u16], what: &str) -> Verdict {
    if statuses.contains(&response.code()) {
        return Ok(());
    }
    Err(Stop::Undecided(format!(
        "set-up failed: {what} at {} {} answered {}",
        response.method(),
        response.url().path(),
        response.summary()
    )))
}
