//! Every fault changes something that a client sees, and nothing is changed without one.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![cfg(feature = "faults")]

mod support;

use reference_registry::fault::{FaultSet, all};
use reference_registry::protocol::Algorithm;
use reference_registry::server::{Limits, ServerOptions};
use std::time::Duration;
use support::raw::{Raw, Reply};

const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// Runs a fixed set of exchanges and writes down what came back.
struct Script {
    address: std::net::SocketAddr,
    raw: Raw,
    lines: Vec<String>,
}

impl Script {
    async fn run(faults: FaultSet) -> Vec<String> {
        let server = support::start(ServerOptions { faults, ..ServerOptions::default() }).await;
        let raw = Raw::connect(server.addr()).await;
        let mut script = Self { address: server.addr(), raw, lines: Vec::new() };
        script.blobs().await;
        script.uploads().await;
        script.manifests().await;
        script.lists().await;
        script.errors().await;
        script.deletes().await;
        script.lines
    }

    /// One exchange on a connection that is renewed when the server ends it.
    async fn ask(&mut self, method: &str, target: &str, fields: &[(&str, &str)], body: &[u8]) -> Option<Reply> {
        let exchange = self.raw.try_exchange(method, target, fields, body).await;
        let reply = match exchange {
            Ok(reply) => reply,
            Err(gone) => {
                self.raw = Raw::connect(self.address).await;
                self.lines.push(format!("{method} {target}: {gone}"));
                return None;
            }
        };
        let mut head: Vec<_> = reply.head.lines().filter(|line| !line.starts_with("date:")).map(steady).collect();
        head.sort();
        let body = steady(&String::from_utf8_lossy(&reply.body));
        self.lines.push(format!("{method} {}\n{}\n{body}", steady(target), head.join("\n")));
        if reply.header("connection") == Some("close") {
            self.raw = Raw::connect(self.address).await;
        }
        Some(reply)
    }

    async fn get(&mut self, target: &str) {
        self.ask("GET", target, &[], b"").await;
    }

    /// Begins a session and gives its path.
    async fn begin(&mut self, target: &str) -> String {
        let reply = self.ask("POST", target, &[], b"").await;
        let location = reply.and_then(|reply| reply.header("location").map(str::to_owned)).unwrap_or_default();
        location.split("registry.test").last().filter(|path| !path.is_empty()).unwrap_or("/v2/none").to_owned()
    }

    async fn push(&mut self, name: &str, content: &[u8]) -> String {
        let digest = Algorithm::Sha256.digest(content).to_string();
        self.ask("POST", &format!("/v2/{name}/blobs/uploads/?digest={digest}"), &[], content).await;
        digest
    }

    async fn blobs(&mut self) {
        let digest = self.push("a", b"0123456789").await;
        let target = format!("/v2/a/blobs/{digest}");
        self.get(&target).await;
        self.ask("HEAD", &target, &[], b"").await;
        for range in ["bytes=1-3", "bytes=-2", "bytes=20-"] {
            self.ask("GET", &target, &[("range", range)], b"").await;
        }
        self.ask("GET", &target, &[("if-none-match", &format!("\"{digest}\""))], b"").await;
        self.get(&format!("/v2/other/blobs/{digest}")).await;
        let absent = format!("/v2/a/blobs/{}", Algorithm::Sha256.digest(b"absent"));
        self.get(&absent).await;
        self.ask("HEAD", &absent, &[], b"").await;
        self.get("/v2/a/blobs/sha256:x").await;
        self.push("a", b"").await;
    }

    async fn uploads(&mut self) {
        let one = self.begin("/v2/u/blobs/uploads/").await;
        let two = self.begin("/v2/u/blobs/uploads/").await;
        self.lines.push(format!("the same session: {}", one == two));
        for (range, chunk) in [("0-3", "abcd"), ("9-9", "x"), ("x", "x"), ("4-4", "e")] {
            self.ask("PATCH", &one, &[("content-range", range)], chunk.as_bytes()).await;
        }
        self.get(&one).await;
        let digest = Algorithm::Sha256.digest(b"abcdef");
        self.ask("PUT", &one, &[], b"f").await;
        let closing = format!("{one}?digest={digest}");
        self.ask("PUT", &closing, &[("content-range", "7-7")], b"f").await;
        self.ask("PUT", &closing, &[("content-range", "5-5")], b"f").await;
        let three = self.begin("/v2/u/blobs/uploads/").await;
        self.ask("PUT", &format!("{three}?digest={digest}"), &[], b"other").await;
        let four = self.begin("/v2/u/blobs/uploads/").await;
        self.ask("PUT", &format!("{four}?digest={digest}"), &[], b"abcdef").await;
        let five = self.begin("/v2/u/blobs/uploads/").await;
        self.ask("DELETE", &five, &[], b"").await;
        self.get(&format!("/v2/u/blobs/{digest}")).await;
        self.begin(&format!("/v2/m/blobs/uploads/?mount={digest}&from=u")).await;
        self.get(&format!("/v2/m/blobs/{digest}")).await;
        self.get(&format!("/v2/u/blobs/{digest}")).await;
        let dead = self.begin(&format!("/v2/m/blobs/uploads/?mount={digest}&from=none")).await;
        self.get(&dead).await;
    }

    async fn manifests(&mut self) {
        self.push("a", b"{}").await;
        let image = image("");
        let digest = Algorithm::Sha256.digest(image.as_bytes());
        for tag in ["1", "2", "3"] {
            let target = format!("/v2/a/manifests/{tag}");
            self.ask("PUT", &target, &[("content-type", IMAGE)], image.as_bytes()).await;
        }
        let target = format!("/v2/a/manifests/{digest}?tag=4&tag=5");
        self.ask("PUT", &target, &[("content-type", IMAGE)], image.as_bytes()).await;
        self.get("/v2/a/manifests/1").await;
        self.get("/v2/a/manifests/5").await;
        self.ask("HEAD", "/v2/a/manifests/1", &[], b"").await;
        self.ask("GET", "/v2/a/manifests/1", &[("accept", INDEX)], b"").await;
        self.get("/v2/a/manifests/absent").await;
        self.get(&format!("/v2/other/manifests/{digest}")).await;
        let subject = format!(r#","subject":{{"mediaType":"{IMAGE}","digest":"{digest}","size":{}}}"#, image.len());
        for number in 0..12 {
            let rest = format!(r#"{subject},"artifactType":"t/{}","annotations":{{"n":"{number}"}}"#, number % 2);
            let referrer = crate::image(&rest);
            let target = format!("/v2/a/manifests/{}", Algorithm::Sha256.digest(referrer.as_bytes()));
            self.ask("PUT", &target, &[("content-type", IMAGE)], referrer.as_bytes()).await;
        }
        let index = format!(
            r#"{{"schemaVersion":2,"mediaType":"{INDEX}","manifests":[{{"mediaType":"{IMAGE}","digest":"{digest}","size":{}}}]{subject}}}"#,
            image.len()
        );
        self.ask("PUT", "/v2/a/manifests/index", &[("content-type", INDEX)], index.as_bytes()).await;
        let referrers = format!("/v2/a/referrers/{digest}");
        for query in ["", "?artifactType=t/0", "?artifactType=none", "?n=2"] {
            self.get(&format!("{referrers}{query}")).await;
        }
        self.get(&format!("/v2/none/referrers/{digest}")).await;
        self.get(&format!("/v2/a/referrers/{}", Algorithm::Sha256.digest(b"absent"))).await;
        self.get("/v2/a/referrers/sha256:x").await;
    }

    async fn lists(&mut self) {
        for query in ["", "?n=2", "?n=2&last=1", "?last=2", "?n=2&last=25", "?n=0"] {
            self.get(&format!("/v2/a/tags/list{query}")).await;
        }
        self.get("/v2/none/tags/list").await;
        self.get("/v2/_catalog").await;
    }

    async fn errors(&mut self) {
        self.get("/v2/").await;
        self.get("/v2/A/tags/list").await;
        self.get("/nowhere").await;
        self.ask("PUT", "/v2/", &[], b"").await;
    }

    async fn deletes(&mut self) {
        let digest = Algorithm::Sha256.digest(image("").as_bytes());
        let index = self.ask("HEAD", "/v2/a/manifests/index", &[], b"").await;
        let index =
            index.and_then(|reply| reply.header("docker-content-digest").map(str::to_owned)).unwrap_or_default();
        let blob = Algorithm::Sha256.digest(b"{}");
        self.push("other", b"{}").await;
        self.ask("DELETE", "/v2/a/tags/reference/1", &[], b"").await;
        self.ask("DELETE", "/v2/a/manifests/2", &[], b"").await;
        self.get("/v2/a/tags/list").await;
        self.ask("DELETE", &format!("/v2/a/manifests/{index}"), &[], b"").await;
        self.get(&format!("/v2/a/manifests/{digest}")).await;
        for _ in 0..2 {
            self.ask("DELETE", &format!("/v2/a/manifests/{digest}"), &[], b"").await;
            self.ask("DELETE", &format!("/v2/a/blobs/{blob}"), &[], b"").await;
        }
        self.get("/v2/a/manifests/3").await;
        self.get(&format!("/v2/a/blobs/{blob}")).await;
        self.get(&format!("/v2/other/blobs/{blob}")).await;
    }
}

fn image(rest: &str) -> String {
    let config = Algorithm::Sha256.digest(b"{}");
    format!(
        r#"{{"schemaVersion":2,"mediaType":"{IMAGE}","config":{{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{config}","size":2}},"layers":[]{rest}}}"#
    )
}

/// The text with every session id replaced.
fn steady(text: &str) -> String {
    let mut text = text.to_owned();
    let is_id = |bytes: &[u8]| {
        bytes.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    while let Some(at) = text.as_bytes().windows(36).position(is_id) {
        text.replace_range(at..at + 36, "ID");
    }
    text
}

#[tokio::test]
async fn without_a_fault_every_run_is_the_same() {
    let (first, second) = (Script::run(FaultSet::default()).await, Script::run(FaultSet::default()).await);
    assert_eq!(first, second);
}

/// Faults that the script shows. A fault that takes more than a plain exchange is not listed: the check that is proven
/// by it shows it, and here it only must not bring the server down.
const SHOWN: &[&str] = &[
    "api-version-missing",
    "base-as-404",
    "base-with-204",
    "blob-body-altered",
    "blob-cut-short",
    "blob-delete-disabled-as-501",
    "blob-delete-everywhere",
    "blob-delete-lost",
    "blob-delete-missing-as-202",
    "blob-delete-with-204",
    "blob-digest-served-wrong",
    "blob-digest-unchecked",
    "blob-get-without-type",
    "blob-head-as-404",
    "blob-head-length-zero",
    "blob-head-without-length",
    "blob-head-without-type",
    "blob-missing-as-500",
    "blob-missing-as-empty",
    "blob-put-location-of-session",
    "blob-put-without-location",
    "blob-redirect-without-location",
    "blob-unknown-as-manifest-unknown",
    "blob-without-digest",
    "blobs-of-all-repositories",
    "catalog-unsorted",
    "chunk-accepted-with-204",
    "chunk-minimum-malformed",
    "chunk-order-unchecked",
    "chunk-range-malformed-as-500",
    "chunk-range-unparsed",
    "closing-body-ignored",
    "closing-without-digest-accepted",
    "digest-invalid-as-blob-unknown",
    "empty-blob-refused",
    "error-as-object",
    "error-as-text",
    "error-code-lower-case",
    "error-code-missing",
    "error-code-unknown",
    "error-message-as-object",
    "etag-missing",
    "existing-blob-refused",
    "final-chunk-order-unchecked",
    "head-missing-as-200",
    "head-without-length",
    "if-none-match-ignored",
    "index-delete-cascades",
    "json-cut-short",
    "link-missing",
    "link-target-broken",
    "link-without-relation",
    "location-twice",
    "malformed-digest-as-404",
    "manifest-accept-strict",
    "manifest-body-reformatted",
    "manifest-delete-disabled-as-501",
    "manifest-delete-lost",
    "manifest-delete-missing-as-202",
    "manifest-delete-with-204",
    "manifest-digest-served-wrong",
    "manifest-hangs-up",
    "manifest-head-as-404",
    "manifest-head-without-length",
    "manifest-missing-as-400",
    "manifest-missing-as-500",
    "manifest-put-with-200",
    "manifest-put-without-digest",
    "manifest-put-without-location",
    "manifest-subject-unnamed",
    "manifest-tags-ignored",
    "manifest-tags-unnamed",
    "manifest-type-generic",
    "manifest-type-with-parameters",
    "manifest-unknown-as-blob-unknown",
    "manifest-without-digest",
    "manifests-of-all-repositories",
    "method-not-allowed-as-404",
    "method-not-allowed-without-allow",
    "mount-fallback-dead",
    "mount-missing-as-404",
    "mount-moves-blob",
    "mount-without-link",
    "name-invalid-as-500",
    "name-invalid-as-denied",
    "name-unknown-as-name-invalid",
    "no-content-with-length",
    "range-answered-with-200",
    "range-end-exclusive",
    "range-ignored",
    "range-suffix-as-prefix",
    "range-unsatisfiable-as-400",
    "range-without-content-range",
    "referrers-as-404",
    "referrers-as-plain-json",
    "referrers-bare-array",
    "referrers-cut-without-link",
    "referrers-empty-as-null",
    "referrers-filter-ignored",
    "referrers-filter-unnamed",
    "referrers-images-only",
    "referrers-index-type-invented",
    "referrers-invalid-digest-as-empty",
    "referrers-lost",
    "referrers-no-match-as-404",
    "referrers-unknown-repository-as-404",
    "referrers-unknown-subject-as-404",
    "referrers-without-annotations",
    "referrers-without-artifact-type",
    "session-dropped-after-416",
    "single-post-loses-blob",
    "single-post-refused",
    "tag-delete-disabled-as-501",
    "tag-delete-lost",
    "tag-delete-takes-manifest",
    "tag-delete-with-204",
    "tags-duplicated",
    "tags-last-as-index",
    "tags-last-ignored",
    "tags-last-inclusive",
    "tags-last-must-exist",
    "tags-last-needs-n",
    "tags-list-as-404",
    "tags-list-bare-array",
    "tags-list-without-name",
    "tags-n-ignored",
    "tags-page-skips-one",
    "tags-unknown-repository-as-empty",
    "tags-unsorted",
    "tags-zero-hangs-up",
    "tags-zero-means-all",
    "unauthorized-without-challenge",
    "unknown-route-as-200",
    "unknown-route-hangs-up",
    "upload-cancel-refused",
    "upload-done-hangs-up",
    "upload-opened-with-200",
    "upload-opened-without-location",
    "upload-patch-missing",
    "upload-range-exclusive",
    "upload-session-shared",
    "upload-status-without-range",
    "warning-of-5000-bytes",
    "warning-with-code-199",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_shows() {
    let clean = Script::run(FaultSet::default()).await;
    let mut runs = tokio::task::JoinSet::new();
    for fault in all() {
        runs.spawn(async { (fault.name, Script::run(FaultSet::parse([fault.name]).expect("a known fault")).await) });
    }
    let mut shown = Vec::new();
    while let Some(run) = runs.join_next().await {
        let (name, lines) = run.expect("no panic");
        if lines != clean {
            shown.push(name);
        }
    }
    let hidden: Vec<_> = SHOWN.iter().filter(|name| !shown.contains(name)).collect();
    assert!(hidden.is_empty(), "no exchange of the script shows these faults any more: {hidden:?}");
}

#[tokio::test]
async fn a_head_may_take_for_ever() {
    let limits = Limits { head_timeout: Duration::from_millis(100), ..Limits::default() };
    let faults = FaultSet::parse(["head-timeout-missing"]).expect("a known fault");
    let server = support::start(ServerOptions { limits, faults, ..ServerOptions::default() }).await;
    let mut raw = Raw::connect(server.addr()).await;
    raw.send("GET /v2/ HTTP/1.1\r\n").await;
    assert!(tokio::time::timeout(Duration::from_millis(500), raw.rest()).await.is_err());
    raw.send("host: a\r\n\r\n").await;
    assert_eq!(raw.reply(false).await.status, 200);
}

#[tokio::test]
async fn a_length_given_twice_is_taken() {
    let faults = FaultSet::parse(["mixed-framing-accepted"]).expect("a known fault");
    let server = support::start(ServerOptions { faults, ..ServerOptions::default() }).await;
    let mut raw = Raw::connect(server.addr()).await;
    raw.send(
        "POST /v2/a/blobs/uploads/ HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
    )
    .await;
    raw.send("0\r\n\r\n").await;
    assert_eq!(raw.reply(false).await.status, 202);
    let digest = Algorithm::Sha256.digest(b"abc");
    let reply = raw.exchange("POST", &format!("/v2/a/blobs/uploads/?digest={digest}"), &[], b"abc").await;
    assert_eq!(reply.status, 201);
}

/// Faults of bytes: what is sent, and what stands in the head of the answer with the fault and not without it.
const ON_THE_WIRE: &[(&str, &str, &str)] = &[
    ("absolute-target-as-404", "GET http://a/v2/ HTTP/1.1\r\nhost: a\r\n\r\n", " 404 "),
    (
        "chunk-malformed-as-500",
        "PUT /v2/a/manifests/a HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nx\r\n\r\n",
        " 500 ",
    ),
    (
        "chunk-size-overflow-as-201",
        "PUT /v2/a/manifests/a HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n",
        " 201 ",
    ),
    ("coding-unknown-as-identity", "GET /v2/ HTTP/1.1\r\nhost: a\r\ntransfer-encoding: x\r\n\r\n", " 200 "),
    ("field-name-space-ignored", "GET /v2/ HTTP/1.1\r\nhost: a\r\nx : y\r\n\r\n", " 200 "),
    ("folded-header-as-500", "GET /v2/ HTTP/1.1\r\nhost: a\r\nx: y\r\n z\r\n\r\n", " 500 "),
    ("host-unchecked", "GET /v2/ HTTP/1.1\r\n\r\n", " 200 "),
    ("host-unchecked", "GET /v2/ HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", " 200 "),
    ("length-invalid-as-zero", "GET /v2/ HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n", " 200 "),
    (
        "length-twice-first-wins",
        "GET /v2/ HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\ncontent-length: 5\r\n\r\nabcde",
        " 200 ",
    ),
    ("method-unknown-as-get", "PLIMSOLL /v2/ HTTP/1.1\r\nhost: a\r\n\r\n", " 200 "),
    ("nul-in-header-as-500", "GET /v2/ HTTP/1.1\r\nhost: a\r\nx: \0\r\n\r\n", " 500 "),
    ("old-client-gets-chunked", "GET /v2/ HTTP/1.0\r\n\r\n", "Transfer-Encoding: chunked"),
    ("request-line-invalid-as-200", "GET\r\nHost: a\r\n\r\n", " 200 "),
];

#[tokio::test]
async fn each_fault_of_bytes_shows() {
    for (fault, request, shows) in ON_THE_WIRE {
        for faults in [FaultSet::default(), FaultSet::parse([fault]).expect("a known fault")] {
            let expected = !faults.is_empty();
            let server = support::start(ServerOptions { faults, ..ServerOptions::default() }).await;
            let mut raw = Raw::connect(server.addr()).await;
            raw.send(request).await;
            let head = raw.try_reply(true).await.map(|reply| reply.head).unwrap_or_default();
            assert_eq!(head.contains(shows), expected, "{fault}: {head}");
        }
    }
}
