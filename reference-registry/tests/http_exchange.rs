//! Requests and responses, over the engine in memory.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod support;

use reference_registry::protocol::{Algorithm, Digest};
use reference_registry::server::{Server, ServerOptions};
use support::raw::{Raw, Reply};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// A server, a connection to it, and short ways to push.
struct Session {
    _server: Server,
    raw: Raw,
}

impl Session {
    async fn start() -> Self {
        Self::with(ServerOptions::default()).await
    }

    async fn with(options: ServerOptions) -> Self {
        let server = support::start(options).await;
        let raw = Raw::connect(server.addr()).await;
        Self { _server: server, raw }
    }

    async fn ask(&mut self, method: &str, target: &str) -> Reply {
        self.raw.exchange(method, target, &[], b"").await
    }

    async fn with_field(&mut self, method: &str, target: &str, name: &str, value: &str) -> Reply {
        self.raw.exchange(method, target, &[(name, value)], b"").await
    }

    async fn push_blob(&mut self, name: &str, content: &[u8]) -> Digest {
        let digest = Algorithm::Sha256.digest(content);
        let target = format!("/v2/{name}/blobs/uploads/?digest={digest}");
        assert_eq!(self.raw.exchange("POST", &target, &[], content).await.status, 201);
        digest
    }

    async fn push_manifest(&mut self, target: &str, content: &str) -> Reply {
        self.raw.exchange("PUT", target, &[("content-type", MANIFEST)], content.as_bytes()).await
    }
}

fn manifest(config: &Digest, rest: &str) -> String {
    format!(
        r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","config":{{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{config}","size":2}},"layers":[]{rest}}}"#
    )
}

/// Path and query of an absolute `Location`.
fn path(reply: &Reply) -> String {
    let location = reply.header("location").expect("a Location");
    location.strip_prefix("http://registry.test").expect("an absolute Location").to_owned()
}

#[tokio::test]
async fn a_blob_in_chunks() {
    let mut session = Session::start().await;
    let begun = session.ask("POST", "/v2/a/b/blobs/uploads/").await;
    assert_eq!((begun.status, begun.header("range"), begun.header("content-length")), (202, Some("0-0"), Some("0")));
    let mut location = path(&begun);
    assert!(location.ends_with(begun.header("docker-upload-uuid").expect("a session id")), "{location}");
    for (range, chunk, received) in [("0-3", "abcd", "0-3"), ("4-5", "ef", "0-5")] {
        let reply = session.raw.exchange("PATCH", &location, &[("content-range", range)], chunk.as_bytes()).await;
        assert_eq!((reply.status, reply.header("range")), (202, Some(received)));
        location = path(&reply);
    }
    for range in ["4-5", "7-8", "bytes 6-7/8", "x"] {
        let reply = session.raw.exchange("PATCH", &location, &[("content-range", range)], b"gh").await;
        assert_eq!((reply.status, reply.header("range")), (416, Some("0-5")), "{range}");
        assert_eq!(reply.code(), "BLOB_UPLOAD_INVALID");
        assert_eq!(path(&reply), location);
    }
    let status = session.ask("GET", &location).await;
    assert_eq!((status.status, status.header("range")), (204, Some("0-5")));
    assert_eq!(path(&status), location);
    let digest = Algorithm::Sha256.digest(b"abcdefgh");
    let target = format!("{location}?digest={digest}");
    let done = session.raw.exchange("PUT", &target, &[("content-range", "6-7")], b"gh").await;
    assert_eq!((done.status, path(&done)), (201, format!("/v2/a/b/blobs/{digest}")));
    assert_eq!(done.header("docker-content-digest"), Some(digest.to_string().as_str()));
    assert_eq!(session.ask("GET", &location).await.code(), "BLOB_UPLOAD_UNKNOWN");
    assert_eq!(session.ask("GET", &path(&done)).await.text(), "abcdefgh");
}

#[tokio::test]
async fn a_session_is_given_up() {
    let mut session = Session::start().await;
    let location = path(&session.ask("POST", "/v2/a/blobs/uploads/").await);
    assert_eq!(session.ask("DELETE", &location).await.status, 204);
    assert_eq!(session.ask("DELETE", &location).await.status, 404);
    assert_eq!(session.ask("PATCH", &location).await.code(), "BLOB_UPLOAD_UNKNOWN");
}

#[tokio::test]
async fn signed_upload_urls() {
    let options = || ServerOptions { secret: Some(b"shared".to_vec()), ..ServerOptions::default() };
    let mut session = Session::with(options()).await;
    let location = path(&session.ask("POST", "/v2/a/blobs/uploads/").await);
    let (bare, state) = location.split_once("?_state=").expect("a signed URL");
    assert_eq!(session.ask("GET", &location).await.status, 204);
    assert_eq!(session.ask("GET", bare).await.status, 204);
    let forged = format!("{bare}?_state={}", state.replace(|digit: char| digit.is_ascii_digit(), "a"));
    assert_eq!(session.ask("GET", &forged).await.code(), "BLOB_UPLOAD_INVALID");
    let digest = Algorithm::Sha256.digest(b"abc");
    let done = session.raw.exchange("PUT", &format!("{location}&digest={digest}"), &[], b"abc").await;
    assert_eq!(done.status, 201);
}

#[tokio::test]
async fn a_blob_is_served_whole_and_in_parts() {
    let mut session = Session::start().await;
    let digest = session.push_blob("a", b"0123456789").await;
    let target = format!("/v2/a/blobs/{digest}");
    let etag = format!("\"{digest}\"");
    let whole = session.ask("GET", &target).await;
    assert_eq!((whole.status, whole.text()), (200, "0123456789"));
    for reply in [&whole, &session.ask("HEAD", &target).await] {
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-length"), Some("10"));
        assert_eq!(reply.header("content-type"), Some("application/octet-stream"));
        assert_eq!(reply.header("docker-content-digest"), Some(&etag[1..etag.len() - 1]));
        assert_eq!(reply.header("etag"), Some(&*etag));
        assert_eq!(reply.header("accept-ranges"), Some("bytes"));
    }
    for (range, status, content_range, body) in [
        ("bytes=0-0", 206, "bytes 0-0/10", "0"),
        ("bytes=8-", 206, "bytes 8-9/10", "89"),
        ("bytes=-3", 206, "bytes 7-9/10", "789"),
        ("bytes=5-99", 206, "bytes 5-9/10", "56789"),
        ("lines=1-2", 200, "", "0123456789"),
    ] {
        let reply = session.with_field("GET", &target, "range", range).await;
        let found = (reply.status, reply.header("content-range").unwrap_or_default(), reply.text());
        assert_eq!(found, (status, content_range, body), "{range}");
    }
    for range in ["bytes=10-", "bytes=-0", "bytes=4-2", "bytes=x"] {
        let reply = session.with_field("GET", &target, "range", range).await;
        assert_eq!((reply.status, reply.header("content-range")), (416, Some("bytes */10")), "{range}");
        assert_eq!(reply.code(), "UNSUPPORTED");
    }
    let head = session.with_field("HEAD", &target, "range", "bytes=0-1").await;
    assert_eq!((head.status, head.header("content-length")), (200, Some("10")));
}

#[tokio::test]
async fn several_parts_of_a_blob() {
    let mut session = Session::start().await;
    let digest = session.push_blob("a", b"0123456789").await;
    let reply = session.with_field("GET", &format!("/v2/a/blobs/{digest}"), "range", "bytes=1-2,-1").await;
    assert_eq!(reply.status, 206);
    let media_type = reply.header("content-type").expect("a media type").to_owned();
    let boundary = media_type.strip_prefix("multipart/byteranges; boundary=").expect("a boundary");
    let body = reply.text().replace(boundary, "B");
    let part = |range: &str, text: &str| {
        format!("--B\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes {range}/10\r\n\r\n{text}\r\n")
    };
    assert_eq!(body, format!("{}{}--B--\r\n", part("1-2", "12"), part("9-9", "9")));
}

#[tokio::test]
async fn a_large_blob_streams_both_ways() {
    let mut session = Session::start().await;
    let content: Vec<u8> = (0..3_000_000u32).map(|index| (index % 251) as u8).collect();
    let digest = session.push_blob("a", &content).await;
    let target = format!("/v2/a/blobs/{digest}");
    assert!(session.ask("GET", &target).await.body == content);
    let part = session.with_field("GET", &target, "range", "bytes=1-2500000").await;
    assert!(part.body == content[1..=2_500_000]);
    let empty = session.push_blob("a", b"").await;
    assert_eq!(session.ask("GET", &format!("/v2/a/blobs/{empty}")).await.header("content-length"), Some("0"));
}

#[tokio::test]
async fn conditions_of_reads() {
    let mut session = Session::start().await;
    let config = session.push_blob("a", b"{}").await;
    let content = manifest(&config, "");
    let digest = Algorithm::Sha256.digest(content.as_bytes());
    assert_eq!(session.push_manifest("/v2/a/manifests/t", &content).await.status, 201);
    for target in [format!("/v2/a/blobs/{config}"), "/v2/a/manifests/t".to_owned()] {
        let etag = session.ask("GET", &target).await.header("etag").expect("an ETag").to_owned();
        for method in ["GET", "HEAD"] {
            let same = session.with_field(method, &target, "if-none-match", &etag).await;
            assert_eq!((same.status, same.body.len()), (304, 0), "{method} {target}");
            assert_eq!(same.header("etag"), Some(&*etag));
            assert_eq!(session.with_field(method, &target, "if-none-match", "\"x\"").await.status, 200);
            assert_eq!(session.with_field(method, &target, "if-match", "\"x\"").await.status, 412);
        }
    }
    let target = format!("/v2/a/blobs/{config}");
    for (if_range, status) in [(format!("\"{config}\""), 206), (format!("\"{digest}\""), 200)] {
        let fields = [("range", "bytes=0-0"), ("if-range", &*if_range)];
        assert_eq!(session.raw.exchange("GET", &target, &fields, b"").await.status, status);
    }
}

#[tokio::test]
async fn conditions_of_writes() {
    let mut session = Session::start().await;
    let config = session.push_blob("a", b"{}").await;
    let (first, second) = (manifest(&config, ""), manifest(&config, r#","annotations":{"n":"2"}"#));
    let etag = format!("\"{}\"", Algorithm::Sha256.digest(first.as_bytes()));
    for (field, value, content, status) in [
        ("if-match", "*", &first, 412),
        ("if-none-match", "*", &first, 201),
        ("if-none-match", "*", &second, 412),
        ("if-match", "\"x\"", &second, 412),
        ("if-match", &*etag, &second, 201),
        ("if-match", &*etag, &first, 412),
    ] {
        let fields = [("content-type", MANIFEST), (field, value)];
        let reply = session.raw.exchange("PUT", "/v2/a/manifests/t", &fields, content.as_bytes()).await;
        assert_eq!(reply.status, status, "{field}: {value}");
    }
}

#[tokio::test]
async fn a_manifest_comes_back_as_it_was() {
    let mut session = Session::start().await;
    let config = session.push_blob("a", b"{}").await;
    let content = manifest(&config, " ");
    let digest = Algorithm::Sha256.digest(content.as_bytes());
    let put = session
        .raw
        .exchange("PUT", "/v2/a/manifests/t", &[("content-type", &format!("{MANIFEST}; a=b"))], content.as_bytes())
        .await;
    assert_eq!((put.status, path(&put).as_str()), (201, "/v2/a/manifests/t"));
    assert_eq!(put.header("oci-tag"), None);
    let accept_nothing_of_it = [("accept", "application/vnd.docker.distribution.manifest.v2+json;q=0.5, text/html")];
    for reference in ["t".to_owned(), digest.to_string()] {
        let target = format!("/v2/a/manifests/{reference}");
        let get = session.raw.exchange("GET", &target, &accept_nothing_of_it, b"").await;
        assert_eq!((get.status, get.text()), (200, &*content));
        let head = session.ask("HEAD", &target).await;
        for reply in [&get, &head] {
            assert_eq!(reply.status, 200);
            assert_eq!(reply.header("content-type"), Some(MANIFEST));
            assert_eq!(reply.header("content-length"), Some(content.len().to_string().as_str()));
            assert_eq!(reply.header("docker-content-digest"), Some(digest.to_string().as_str()));
        }
    }
}

#[tokio::test]
async fn tags_from_parameters_and_a_subject() {
    let mut session = Session::start().await;
    let config = session.push_blob("a", b"{}").await;
    let subject = Algorithm::Sha256.digest(b"not there");
    let content = manifest(
        &config,
        &format!(r#","subject":{{"mediaType":"{MANIFEST}","digest":"{subject}","size":9}},"artifactType":"x/y+z""#),
    );
    let digest = Algorithm::Sha256.digest(content.as_bytes());
    let put = session.push_manifest(&format!("/v2/a/manifests/{digest}?tag=1.0&tag=latest"), &content).await;
    assert_eq!(put.status, 201);
    let tags: Vec<_> = put.head.lines().filter_map(|line| line.strip_prefix("oci-tag: ")).collect();
    assert_eq!(tags, ["1.0", "latest"]);
    assert_eq!(put.header("oci-subject"), Some(subject.to_string().as_str()));
    assert_eq!(session.ask("GET", "/v2/a/tags/list").await.text(), r#"{"name":"a","tags":["1.0","latest"]}"#);
    for (query, count, filters) in [
        ("", 1, None),
        ("?artifactType=x/y+z", 1, Some("artifactType")),
        ("?artifactType=x%2Fy%2Bz", 1, Some("artifactType")),
        ("?artifactType=other", 0, Some("artifactType")),
    ] {
        let reply = session.ask("GET", &format!("/v2/a/referrers/{subject}{query}")).await;
        let index: serde_json::Value = serde_json::from_slice(&reply.body).expect("an index");
        assert_eq!(index["manifests"].as_array().map(Vec::len), Some(count), "{query}");
        assert_eq!(index["schemaVersion"], 2);
        assert_eq!(reply.header("content-type"), Some("application/vnd.oci.image.index.v1+json"));
        assert_eq!(reply.header("oci-filters-applied"), filters, "{query}");
    }
}

#[tokio::test]
async fn lists_page_by_page() {
    let mut session = Session::start().await;
    for name in ["a", "b", "c/d"] {
        let config = session.push_blob(name, b"{}").await;
        for tag in ["1", "2", "3"] {
            let reply = session.push_manifest(&format!("/v2/{name}/manifests/{tag}"), &manifest(&config, "")).await;
            assert_eq!(reply.status, 201);
        }
    }
    for (start, pages) in [
        ("/v2/a/tags/list?n=2", &[r#"{"name":"a","tags":["1","2"]}"#, r#"{"name":"a","tags":["3"]}"#][..]),
        ("/v2/a/tags/list?last=1", &[r#"{"name":"a","tags":["2","3"]}"#]),
        ("/v2/a/tags/list?n=0", &[r#"{"name":"a","tags":[]}"#]),
        ("/v2/_catalog?n=2", &[r#"{"repositories":["a","b"]}"#, r#"{"repositories":["c/d"]}"#]),
        ("/v2/_catalog", &[r#"{"repositories":["a","b","c/d"]}"#]),
    ] {
        let mut next = Some(start.to_owned());
        for page in pages {
            let reply = session.ask("GET", &next.expect("a further page")).await;
            assert_eq!((reply.status, reply.text()), (200, *page), "{start}");
            let link = reply.header("link").map(|link| link.strip_suffix(">; rel=\"next\"").expect("a relation"));
            next = link.map(|link| link.strip_prefix('<').expect("a bracket").to_owned());
        }
        assert_eq!(next, None, "{start}");
    }
}

#[tokio::test]
async fn deletes() {
    let mut session = Session::start().await;
    let config = session.push_blob("a", b"{}").await;
    let content = manifest(&config, "");
    let digest = Algorithm::Sha256.digest(content.as_bytes());
    for tag in ["1", "2", "3"] {
        session.push_manifest(&format!("/v2/a/manifests/{tag}"), &content).await;
    }
    assert_eq!(session.ask("DELETE", "/v2/a/manifests/1").await.status, 202);
    assert_eq!(session.ask("DELETE", "/v2/a/tags/reference/2").await.status, 202);
    assert_eq!(session.ask("DELETE", "/v2/a/tags/reference/2").await.code(), "MANIFEST_UNKNOWN");
    assert_eq!(session.ask("GET", "/v2/a/tags/list").await.text(), r#"{"name":"a","tags":["3"]}"#);
    assert_eq!(session.ask("DELETE", &format!("/v2/a/manifests/{digest}")).await.status, 202);
    assert_eq!(session.ask("GET", "/v2/a/manifests/3").await.code(), "MANIFEST_UNKNOWN");
    assert_eq!(session.ask("DELETE", &format!("/v2/a/blobs/{config}")).await.status, 202);
    assert_eq!(session.ask("DELETE", &format!("/v2/a/blobs/{config}")).await.code(), "BLOB_UNKNOWN");
}

#[tokio::test]
async fn mounts() {
    let mut session = Session::start().await;
    let digest = session.push_blob("a", b"x").await;
    let mounted = session.ask("POST", &format!("/v2/b/blobs/uploads/?mount={digest}&from=a")).await;
    assert_eq!((mounted.status, path(&mounted)), (201, format!("/v2/b/blobs/{digest}")));
    let other = Algorithm::Sha256.digest(b"y");
    let begun = session.ask("POST", &format!("/v2/b/blobs/uploads/?mount={other}&from=a")).await;
    assert_eq!((begun.status, begun.header("range")), (202, Some("0-0")));
    assert_eq!(session.ask("GET", &path(&begun)).await.status, 204);
}

#[tokio::test]
async fn errors_have_their_status_code_and_envelope() {
    let mut session = Session::start().await;
    let absent = Algorithm::Sha256.digest(b"absent");
    let long = format!("/v2/{}/tags/list", "a".repeat(256));
    let blob = format!("/v2/a/blobs/{absent}");
    let referrers = "/v2/a/referrers/sha256:x".to_owned();
    let wrong = format!("/v2/a/blobs/uploads/?digest={absent}");
    for (method, target, status, code) in [
        ("GET", "/", 404, "UNSUPPORTED"),
        ("GET", "/v2/a/nothing", 404, "UNSUPPORTED"),
        ("OPTIONS", "/nothing", 404, "UNSUPPORTED"),
        ("BREW", "/v2/", 405, "UNSUPPORTED"),
        ("PUT", "/v2/_catalog", 405, "UNSUPPORTED"),
        ("GET", "/v2/A/tags/list", 400, "NAME_INVALID"),
        ("GET", "/v2/a/%2e%2e/tags/list", 400, "NAME_INVALID"),
        ("GET", &long, 400, "NAME_INVALID"),
        ("GET", "/v2/absent/tags/list", 404, "NAME_UNKNOWN"),
        ("GET", "/v2/a/tags/list?n=-1", 400, "UNSUPPORTED"),
        ("GET", "/v2/_catalog?n=-1", 400, "PAGINATION_NUMBER_INVALID"),
        ("GET", "/v2/a/manifests/.x", 404, "MANIFEST_UNKNOWN"),
        ("GET", "/v2/a/manifests/sha256:x", 400, "DIGEST_INVALID"),
        ("PUT", "/v2/a/manifests/.x", 400, "MANIFEST_INVALID"),
        ("PUT", "/v2/a/manifests/x", 400, "MANIFEST_INVALID"),
        ("GET", &blob, 404, "BLOB_UNKNOWN"),
        ("GET", "/v2/a/blobs/sha256:x", 400, "DIGEST_INVALID"),
        ("GET", "/v2/a/blobs/md5:x", 404, "BLOB_UNKNOWN"),
        ("GET", &referrers, 400, "DIGEST_INVALID"),
        ("GET", "/v2/a/blobs/uploads/x", 404, "BLOB_UPLOAD_UNKNOWN"),
        ("POST", &wrong, 400, "DIGEST_INVALID"),
        ("POST", "/v2/a/blobs/uploads/?digest-algorithm=md5", 400, "DIGEST_INVALID"),
    ] {
        let reply = session.ask(method, target).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{method} {target}");
        assert_eq!(reply.header("content-type"), Some("application/json"), "{method} {target}");
        assert_eq!(reply.header("docker-distribution-api-version"), Some("registry/2.0"));
        assert_eq!(reply.header("allow").is_some(), status == 405, "{method} {target}");
    }
    let head = session.ask("HEAD", &blob).await;
    assert_eq!((head.status, head.body.len()), (404, 0));
    assert_ne!(head.header("content-length"), Some("0"));
}

#[tokio::test]
async fn the_shape_of_an_error() {
    let mut session = Session::start().await;
    let reply = session.ask("GET", "/v2/A/tags/list").await;
    insta::assert_snapshot!(reply.text(), @r#"{"errors":[{"code":"NAME_INVALID","message":"a repository name is made of components of a-z and 0-9, separated inside by '.', '_', '__' or dashes","detail":{"name":"A"}}]}"#);
    let reply = session.ask("DELETE", "/v2/").await;
    insta::assert_snapshot!(reply.text(), @r#"{"errors":[{"code":"UNSUPPORTED","message":"the endpoint knows these methods: GET, HEAD"}]}"#);
}

#[tokio::test]
async fn methods_of_resources() {
    let mut session = Session::start().await;
    for (target, allow) in [
        ("/v2/", "GET, HEAD"),
        ("/v2/a/manifests/b", "GET, HEAD, PUT, DELETE"),
        ("/v2/a/blobs/uploads/", "POST"),
        ("*", "GET, HEAD"),
    ] {
        let reply = session.ask("OPTIONS", target).await;
        assert_eq!((reply.status, reply.header("allow")), (204, Some(allow)), "{target}");
    }
}

#[tokio::test]
async fn a_prefix_a_host_and_headers() {
    let mut headers = http::HeaderMap::new();
    headers.append("x-content-type-options", "nosniff".parse().expect("a value"));
    let options = ServerOptions { prefix: "/registry/".to_owned(), headers, ..ServerOptions::default() };
    let mut session = Session::with(options).await;
    assert_eq!(session.ask("GET", "/v2/").await.status, 404);
    let base = session.ask("GET", "/registry/v2/").await;
    assert_eq!((base.status, base.header("x-content-type-options")), (200, Some("nosniff")));
    let begun = session.with_field("POST", "/registry/v2/a/blobs/uploads/", "x-forwarded-proto", "https").await;
    let location = begun.header("location").expect("a Location");
    let target = location.strip_prefix("https://registry.test").expect("the forwarded scheme").to_owned();
    assert_eq!(session.ask("DELETE", &target).await.status, 204);
}

#[tokio::test]
async fn manifests_at_the_limit() {
    let mut session = Session::start().await;
    let config = session.push_blob("a", b"{}").await;
    let mut content = manifest(&config, "");
    content.push_str(&" ".repeat((4 << 20) - content.len()));
    assert_eq!(session.push_manifest("/v2/a/manifests/t", &content).await.status, 201);
    content.push(' ');
    let reply = session.push_manifest("/v2/a/manifests/t", &content).await;
    assert_eq!((reply.status, reply.code().as_str()), (413, "MANIFEST_INVALID"));
}

#[tokio::test]
async fn deletes_that_are_switched_off_are_no_methods() {
    let engine = reference_registry::engine::Engine::new(
        std::sync::Arc::new(reference_registry::storage::Memory::default()),
        reference_registry::engine::EngineOptions::default(),
    );
    let server = Server::start(std::sync::Arc::new(engine), ServerOptions::default()).await.expect("a server");
    let mut raw = Raw::connect(server.addr()).await;
    let reply = raw.request("DELETE", "/v2/a/manifests/t").await;
    assert_eq!((reply.status, reply.code().as_str()), (405, "UNSUPPORTED"));
    assert_eq!(reply.header("allow"), Some("GET, HEAD, PUT"));
}
