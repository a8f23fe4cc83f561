//! What an observer is told.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use reference_registry::http::{AccessRecord, Observer};
use reference_registry::protocol::Algorithm;
use reference_registry::server::ServerOptions;
use support::raw::Raw;

#[derive(Debug, Default)]
struct Notes(Mutex<Vec<String>>);

impl Observer for Notes {
    fn finished(&self, record: &AccessRecord<'_>) {
        assert!(record.first_byte <= record.duration);
        let failure = record.failure.map(|failure| format!(" {:?}: {}", failure.code, failure.message));
        let line = format!(
            "{} {} {} {:?} {} {:?} {} {}{} host={:?} agent={:?} client={} correlation={:?}",
            record.id,
            record.method,
            record.uri,
            record.version,
            record.status.as_u16(),
            record.response_type,
            record.written,
            record.complete,
            failure.unwrap_or_default(),
            record.host(),
            record.user_agent(),
            record.client(),
            record.correlation_id(),
        );
        self.0.lock().expect("no panic").push(line);
    }
}

#[tokio::test]
async fn each_request_is_told_once() {
    let notes = Arc::new(Notes::default());
    let server = support::start(ServerOptions { observer: Some(notes.clone()), ..ServerOptions::default() }).await;
    let mut raw = Raw::connect(server.addr()).await;
    let fields = [("user-agent", "test/1"), ("x-request-id", "r-1"), ("x-forwarded-for", "192.0.2.1, 192.0.2.2")];
    raw.exchange("GET", "/v2/?a=b", &fields, b"").await;
    let fields = [("x-real-ip", "192.0.2.3")];
    let content = vec![0; 600_000];
    let digest = Algorithm::Sha256.digest(&content);
    raw.exchange("POST", &format!("/v2/a/blobs/uploads/?digest={digest}"), &fields, &content).await;
    raw.exchange("GET", &format!("/v2/a/blobs/{digest}"), &fields, b"").await;
    raw.exchange("HEAD", &format!("/v2/a/blobs/{digest}"), &fields, b"").await;
    raw.exchange("GET", "/v2/A/tags/list", &fields, b"").await;
    drop(raw);
    assert!(server.shutdown(Duration::from_secs(5)).await);
    let notes = notes.0.lock().expect("no panic").join("\n").replace(&digest.to_string(), "DIGEST");
    insta::assert_snapshot!(notes, @r#"
    1 GET /v2/?a=b HTTP/1.1 200 Some("application/json") 2 true host=Some("registry.test") agent=Some("test/1") client=192.0.2.1 correlation=Some("r-1")
    2 POST /v2/a/blobs/uploads/?digest=DIGEST HTTP/1.1 201 None 0 true host=Some("registry.test") agent=None client=192.0.2.3 correlation=None
    3 GET /v2/a/blobs/DIGEST HTTP/1.1 200 Some("application/octet-stream") 600000 true host=Some("registry.test") agent=None client=192.0.2.3 correlation=None
    4 HEAD /v2/a/blobs/DIGEST HTTP/1.1 200 Some("application/octet-stream") 0 true host=Some("registry.test") agent=None client=192.0.2.3 correlation=None
    5 GET /v2/A/tags/list HTTP/1.1 400 Some("application/json") 171 true NameInvalid: a repository name is made of components of a-z and 0-9, separated inside by '.', '_', '__' or dashes host=Some("registry.test") agent=None client=192.0.2.3 correlation=None
    "#);
}

#[tokio::test]
async fn a_client_that_goes_away_is_told_too() {
    let notes = Arc::new(Notes::default());
    let server = support::start(ServerOptions { observer: Some(notes.clone()), ..ServerOptions::default() }).await;
    let mut raw = Raw::connect(server.addr()).await;
    let content = vec![0; 32 << 20];
    let digest = Algorithm::Sha256.digest(&content);
    raw.exchange("POST", &format!("/v2/a/blobs/uploads/?digest={digest}"), &[], &content).await;
    let mut leaver = Raw::connect(server.addr()).await;
    leaver.send(format!("GET /v2/a/blobs/{digest} HTTP/1.1\r\nhost: a\r\n\r\n")).await;
    leaver.reply(true).await;
    drop((raw, leaver));
    assert!(server.shutdown(Duration::from_secs(5)).await);
    let notes = notes.0.lock().expect("no panic");
    assert_eq!(notes.len(), 2);
    assert!(notes[1].contains(" 200 ") && notes[1].contains(" false "), "{}", notes[1]);
}
