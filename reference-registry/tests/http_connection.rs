//! Connections: reuse, pipelines, protocols, and their end.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod support;

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use reference_registry::protocol::Algorithm;
use reference_registry::server::{Limits, ServerOptions, StartError};
use support::raw::Raw;
use support::start;

const BASE: &str = "GET /v2/ HTTP/1.1\r\nhost: a\r\n\r\n";

#[tokio::test]
async fn answers_the_base_on_one_connection_again_and_again() {
    let server = start(ServerOptions::default()).await;
    let mut client = Raw::connect(server.addr()).await;
    for _ in 0..3 {
        let reply = client.request("GET", "/v2/").await;
        assert_eq!((reply.status, reply.text()), (200, "{}"));
        assert_eq!(reply.header("docker-distribution-api-version"), Some("registry/2.0"));
    }
    drop(client);
    assert!(server.shutdown(Duration::from_secs(5)).await);
}

#[tokio::test]
async fn answers_a_pipeline_in_order() {
    let server = start(ServerOptions::default()).await;
    let mut client = Raw::connect(server.addr()).await;
    let digest = Algorithm::Sha256.digest(b"abc");
    let push = format!("POST /v2/a/blobs/uploads/?digest={digest} HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc");
    let pull = format!("GET /v2/a/blobs/{digest} HTTP/1.1\r\nhost: a\r\n\r\n");
    client.send([BASE, &push, &pull, "GET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n"].concat()).await;
    for status in [200, 201, 200, 404] {
        assert_eq!(client.reply(false).await.status, status);
    }
}

#[tokio::test]
async fn old_clients_are_answered_and_let_go() {
    let server = start(ServerOptions::default()).await;
    let mut client = Raw::connect(server.addr()).await;
    client.send("POST /v2/a/blobs/uploads/ HTTP/1.0\r\ncontent-length: 0\r\n\r\n").await;
    let reply = client.reply(false).await;
    assert_eq!(reply.status, 202);
    assert!(reply.header("location").is_some_and(|location| location.starts_with("/v2/a/blobs/uploads/")));
    assert_eq!(client.rest().await, b"");
}

#[tokio::test]
async fn a_drain_lets_requests_finish_and_idle_connections_go() {
    let server = start(ServerOptions::default()).await;
    let mut unused = Raw::connect(server.addr()).await;
    let mut idle = Raw::connect(server.addr()).await;
    assert_eq!(idle.request("GET", "/v2/").await.status, 200);
    let mut busy = Raw::connect(server.addr()).await;
    let digest = Algorithm::Sha256.digest(b"abcdef");
    busy.send(format!(
        "POST /v2/a/blobs/uploads/?digest={digest} HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 6\r\n\r\n"
    ))
    .await;
    // The request is in progress once the server asks for its body.
    assert_eq!(busy.reply(true).await.status, 100);
    let shutdown = tokio::spawn(server.shutdown(Duration::from_secs(20)));
    assert_eq!(idle.rest().await, b"");
    assert_eq!(unused.rest().await, b"");
    busy.send("abcdef").await;
    assert_eq!(busy.reply(false).await.status, 201);
    assert_eq!(busy.rest().await, b"");
    assert!(shutdown.await.expect("no panic"));
}

#[tokio::test]
async fn a_drain_ends_when_its_time_is_up() {
    let server = start(ServerOptions::default()).await;
    let address = server.addr();
    let mut busy = Raw::connect(address).await;
    busy.send("PUT /v2/a/manifests/t HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 6\r\n\r\n").await;
    assert_eq!(busy.reply(true).await.status, 100);
    assert!(!server.shutdown(Duration::from_millis(50)).await);
    assert_eq!(busy.rest().await, b"");
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_dropped_server_stops() {
    let server = start(ServerOptions::default()).await;
    let mut idle = Raw::connect(server.addr()).await;
    assert_eq!(idle.request("GET", "/v2/").await.status, 200);
    drop(server);
    assert_eq!(idle.rest().await, b"");
}

#[tokio::test]
async fn further_connections_wait_for_their_turn() {
    let limits = Limits { connections: 1, ..Limits::default() };
    let server = start(ServerOptions { limits, ..ServerOptions::default() }).await;
    let mut first = Raw::connect(server.addr()).await;
    assert_eq!(first.request("GET", "/v2/").await.status, 200);
    let mut second = Raw::connect(server.addr()).await;
    second.send(BASE).await;
    let early = tokio::time::timeout(Duration::from_millis(100), second.reply(false)).await;
    assert!(early.is_err(), "answered while the only place is taken");
    drop(first);
    assert_eq!(second.reply(false).await.status, 200);
}

#[tokio::test]
async fn a_taken_address_is_told() {
    let server = start(ServerOptions::default()).await;
    let options = ServerOptions { address: server.addr().to_string(), ..ServerOptions::default() };
    let registry = std::sync::Arc::new(support::fake::Empty);
    let StartError::Listen { address, .. } =
        reference_registry::server::Server::start(registry, options).await.expect_err("the address is taken");
    assert_eq!(address, server.addr().to_string());
    assert_eq!(server.url(), format!("http://{address}"));
}

#[tokio::test]
async fn speaks_http2_without_tls() {
    let server = start(ServerOptions::default()).await;
    let stream = tokio::net::TcpStream::connect(server.addr()).await.expect("a connection");
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    let running = tokio::spawn(connection);
    let content = Bytes::from(vec![5; 3_000_000]);
    let digest = Algorithm::Sha256.digest(&content);
    let request = |method: &str, target: String, body: Bytes| {
        let uri = format!("http://registry.test{target}");
        http::Request::builder().method(method).uri(uri).body(Full::new(body)).expect("a request")
    };
    let push = request("POST", format!("/v2/a/blobs/uploads/?digest={digest}"), content.clone());
    let pushed = sender.send_request(push).await.expect("a response");
    assert_eq!(pushed.status(), 201);
    assert_eq!(pushed.headers()["location"], format!("http://registry.test/v2/a/blobs/{digest}"));
    let pull = |method| request(method, format!("/v2/a/blobs/{digest}"), Bytes::new());
    let (whole, head) = tokio::join!(sender.clone().send_request(pull("GET")), sender.send_request(pull("HEAD")));
    let (whole, head) = (whole.expect("a response"), head.expect("a response"));
    assert_eq!(head.headers()["content-length"], "3000000");
    assert!(whole.into_body().collect().await.expect("a body").to_bytes() == content);
    let refused = sender.send_request(request("PUT", "/v2/A/manifests/t".to_owned(), content)).await;
    assert_eq!(refused.expect("a response").status(), 400);
    drop(sender);
    assert!(server.shutdown(Duration::from_secs(5)).await);
    running.await.expect("no panic").expect("an orderly end");
}

#[tokio::test]
async fn http2_is_not_spoken_when_it_is_off() {
    let server = start(ServerOptions { h2c: false, ..ServerOptions::default() }).await;
    let mut client = Raw::connect(server.addr()).await;
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(!client.rest().await.starts_with(b"\0\0"));
    let mut client = Raw::connect(server.addr()).await;
    assert_eq!(client.request("GET", "/v2/").await.status, 200);
}
