//! The requests of an upload session, and what came of it.

use bytes::Bytes;
use fixtures::{Blob, Digest};
use http::Method;
use scenarios::client::{Request, Response};
use scenarios::expect::{Verdict, fail};
use url::Url;

use super::Context;

const OCTETS: &str = "application/octet-stream";

impl Context {
    /// PATCH of a chunk; `range` is its `Content-Range`.
    pub async fn patch(&self, location: &Url, range: &str, chunk: impl Into<Bytes>) -> Verdict<Response> {
        let request = self.http().request_url(Method::PATCH, location.clone()).header("Content-Range", range);
        Ok(request.header("Content-Type", OCTETS).body(chunk).send().await?)
    }

    /// The closing PUT, without a body yet.
    pub fn closing(&self, location: &Url, digest: &Digest) -> Request {
        let request = self.http().request_url(Method::PUT, location.clone()).query("digest", &digest.to_string());
        request.header("Content-Type", OCTETS)
    }

    /// The closing PUT with the rest of the blob, which may be empty.
    pub async fn close(&self, location: &Url, digest: &Digest, rest: impl Into<Bytes>) -> Verdict<Response> {
        Ok(self.closing(location, digest).body(rest).send().await?)
    }

    /// The blob is in the repository, byte for byte.
    pub async fn expect_blob(&self, repository: &str, blob: &Blob) -> Verdict {
        let response = self.http().get(&self.blob_path(repository, &blob.digest)).send().await?;
        response.expect_status(&[200])?.expect_body(&blob.bytes)?;
        Ok(())
    }

    /// The blob is not in the repository.
    pub async fn expect_no_blob(&self, repository: &str, digest: &Digest) -> Verdict {
        let response = self.http().head(&self.blob_path(repository, digest)).send().await?;
        if response.code() == 200 {
            return fail("no blob of that digest", "200 OK: the blob is there", response.exchange());
        }
        Ok(())
    }
}
