//! Finding out what a registry offers.
//!
//! A few requests, once, before the checks. Something is "not offered" only when the registry said so in a way the
//! texts allow (405, 400, 202 instead of 201 …); when it merely fails, it counts as offered, and the checks will say
//! in what way it is broken.

use std::sync::Arc;

use bytes::Bytes;
use fixtures::{Algorithm, Blob, Digest, Image, Manifest};
use http::Method;
use scenarios::capability::{Capabilities, Capability};
use scenarios::client::{Client, Response, TransportError};

use crate::context::{Context, Published, Surroundings};

/// What a registry offers, and content to pull when nothing can be pushed.
#[derive(Debug)]
pub struct Probe {
    /// What it offers.
    pub capabilities: Capabilities,
    /// The image that the user named.
    pub existing: Option<Published>,
}

/// Asks the registry what it offers. `image` is `REPOSITORY:TAG` of content that is already there. What `declared`
/// says is believed and not asked.
pub async fn probe(
    client: &Client,
    prefix: &str,
    run: &str,
    image: Option<&str>,
    declared: &[(Capability, bool)],
) -> Result<Probe, TransportError> {
    let mut capabilities = Capabilities::default();
    for (capability, offered) in declared {
        capabilities.set(*capability, *offered, "declared by the user");
    }
    let surroundings = Arc::new(Surroundings {
        client: client.clone(),
        capabilities: Capabilities::default(),
        prefix: prefix.to_owned(),
        run: run.to_owned(),
        existing: None,
    });
    let context = Context::new(surroundings, "probe");
    let mut prober = Prober { context: &context, capabilities };
    let existing = match image {
        Some(image) => prober.existing(image).await?,
        None => None,
    };
    let pushed = prober.push().await?;
    prober.set(Capability::Content, pushed.is_some() || existing.is_some(), "an image can be pulled, or not");
    prober.catalog().await?;
    let subject = pushed.as_ref().map(|image| image.manifest.digest.to_string());
    prober.referrers(subject.or_else(|| existing.as_ref().map(|published| published.digest.clone()))).await?;
    if let Some(image) = &pushed {
        prober.sha512().await?;
        prober.mount(image).await?;
        prober.tag_parameters(image).await?;
        prober.deletes(image).await?;
    }
    Ok(Probe { capabilities: prober.capabilities, existing })
}

struct Prober<'a> {
    context: &'a Context,
    capabilities: Capabilities,
}

impl Prober<'_> {
    /// Notes a finding, unless the user declared otherwise.
    fn set(&mut self, capability: Capability, offered: bool, because: impl Into<String>) {
        if self.capabilities.missing(&[capability]).is_some_and(|reason| !reason.contains("declared by the user")) {
            self.capabilities.set(capability, offered, because);
        }
    }

    /// Whether the user declared that something is not offered.
    fn declared_absent(&self, capability: Capability) -> bool {
        self.capabilities.missing(&[capability]).is_some_and(|reason| reason.contains("declared by the user"))
    }

    /// Pushes a small image; the image when that worked.
    async fn push(&mut self) -> Result<Option<Image>, TransportError> {
        if self.declared_absent(Capability::Push) {
            return Ok(None);
        }
        let cx = self.context;
        let repository = cx.repository();
        let image = Image::oci(&cx.seed()).build();
        let started = cx.http().post(&cx.uploads_path(&repository)).header("Content-Length", "0").send().await?;
        if matches!(started.code(), 400 | 401 | 403 | 404 | 405 | 501) {
            self.set(Capability::Push, false, said("POST …/blobs/uploads/", &started));
            return Ok(None);
        }
        for blob in &image.blobs {
            let _ = cx.push_blob(&repository, blob).await;
        }
        let _ = cx.put_manifest(&repository, "probe", &image.manifest).await;
        let pulled = cx
            .http()
            .get(&cx.manifest_path(&repository, "probe"))
            .header("Accept", &image.manifest.media_type)
            .send()
            .await?;
        self.set(Capability::Push, true, said("POST …/blobs/uploads/", &started));
        Ok((pulled.code() == 200).then_some(image))
    }

    /// Reads the image that the user named.
    async fn existing(&mut self, name: &str) -> Result<Option<Published>, TransportError> {
        let cx = self.context;
        let Some((repository, tag)) = name.rsplit_once(':') else { return Ok(None) };
        let path = cx.manifest_path(repository, tag);
        let accept = [fixtures::media_type::OCI_MANIFEST, fixtures::media_type::DOCKER_MANIFEST];
        let manifest = cx.http().get(&path).header("Accept", accept.join(", ")).send().await?;
        let json: serde_json::Value = serde_json::from_slice(manifest.body()).unwrap_or_default();
        let Some(digest) = json.pointer("/layers/0/digest").and_then(serde_json::Value::as_str) else {
            return Ok(None);
        };
        let blob = cx.http().get(&cx.blob_path(repository, digest)).send().await?;
        if manifest.code() != 200 || blob.code() != 200 {
            return Ok(None);
        }
        Ok(Some(Published {
            repository: repository.to_owned(),
            tag: tag.to_owned(),
            digest: Digest::sha256(manifest.body()).to_string(),
            manifest: manifest.body().clone(),
            media_type: manifest.media_type().unwrap_or_default().to_owned(),
            blob: Blob::new(fixtures::media_type::OCTET_STREAM, blob.body().clone()),
        }))
    }

    async fn catalog(&mut self) -> Result<(), TransportError> {
        let response = self.context.http().get("/v2/_catalog").query("n", "1").send().await?;
        let absent = matches!(response.code(), 400 | 401 | 403 | 404 | 405 | 501);
        self.set(Capability::Catalog, !absent, said("GET /v2/_catalog", &response));
        Ok(())
    }

    async fn referrers(&mut self, digest: Option<String>) -> Result<(), TransportError> {
        let cx = self.context;
        let digest = digest.unwrap_or_else(|| Digest::sha256(b"").to_string());
        let response = cx.http().get(&cx.referrers_path(&cx.repository(), digest)).send().await?;
        let absent = matches!(response.code(), 401 | 403 | 404 | 405 | 501);
        self.set(Capability::Referrers, !absent, said("GET …/referrers/…", &response));
        Ok(())
    }

    async fn sha512(&mut self) -> Result<(), TransportError> {
        let cx = self.context;
        let blob = Blob::random(&cx.seed().child("sha512"), 64).addressed_by(Algorithm::Sha512);
        let started = cx.http().post(&cx.uploads_path(&cx.repository())).header("Content-Length", "0").send().await?;
        let Ok(location) = started.expect_location() else {
            self.set(Capability::Sha512, true, said("POST …/blobs/uploads/", &started));
            return Ok(());
        };
        let request = cx.http().request_url(Method::PUT, location).query("digest", &blob.digest.to_string());
        let response = request.header("Content-Type", "application/octet-stream").body(blob.bytes).send().await?;
        let absent = (400..500).contains(&response.code()) || response.code() == 501;
        self.set(Capability::Sha512, !absent, said("PUT of a blob by sha512", &response));
        Ok(())
    }

    async fn mount(&mut self, image: &Image) -> Result<(), TransportError> {
        let cx = self.context;
        let Some(blob) = image.blobs.first() else { return Ok(()) };
        let request = cx.http().post(&cx.uploads_path(&cx.repository_named("mount")));
        let request = request.query("mount", &blob.digest.to_string()).query("from", &cx.repository());
        let response = request.header("Content-Length", "0").send().await?;
        let absent = matches!(response.code(), 202 | 400..=499 | 501);
        self.set(Capability::Mount, !absent, said("POST …?mount=…&from=…", &response));
        Ok(())
    }

    async fn tag_parameters(&mut self, image: &Image) -> Result<(), TransportError> {
        let cx = self.context;
        let request = cx.http().put(&cx.manifest_path(&cx.repository(), &image.manifest.digest));
        let request = request.query("tag", "probe-parameter").header("Content-Type", &image.manifest.media_type);
        let response = request.body(image.manifest.bytes.clone()).send().await?;
        let offered = response.header("oci-tag").is_some();
        self.set(Capability::TagParameters, offered, said("PUT of a manifest with ?tag=", &response));
        Ok(())
    }

    async fn deletes(&mut self, image: &Image) -> Result<(), TransportError> {
        let cx = self.context;
        let repository = cx.repository_named("delete");
        for blob in &image.blobs {
            let _ = cx.push_blob(&repository, blob).await;
        }
        let manifest = Manifest::raw(&image.manifest.media_type, Bytes::clone(&image.manifest.bytes));
        for tag in ["one", "two", "three"] {
            let _ = cx.put_manifest(&repository, tag, &manifest).await;
        }
        let blob = image.blobs.first().map(|blob| cx.blob_path(&repository, &blob.digest));
        let steps = [
            (
                Capability::GitlabTagDelete,
                Some(format!("/v2/{repository}/tags/reference/one")),
                "DELETE …/tags/reference/…",
            ),
            (Capability::DeleteTag, Some(cx.manifest_path(&repository, "two")), "DELETE …/manifests/<tag>"),
            (
                Capability::DeleteManifest,
                Some(cx.manifest_path(&repository, &manifest.digest)),
                "DELETE …/manifests/<digest>",
            ),
            (Capability::DeleteBlob, blob, "DELETE …/blobs/<digest>"),
        ];
        for (capability, path, request) in steps {
            let Some(path) = path else { continue };
            let response = cx.http().delete(&path).send().await?;
            let unknown_route = capability == Capability::GitlabTagDelete && response.code() == 404;
            let absent = matches!(response.code(), 400 | 401 | 403 | 405 | 501) || unknown_route;
            self.set(capability, !absent, said(request, &response));
        }
        Ok(())
    }
}

fn said(request: &str, response: &Response) -> String {
    format!("{request} answered {}", response.summary())
}
