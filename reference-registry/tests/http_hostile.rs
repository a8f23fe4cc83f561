//! Bytes that no well-meaning client sends, and clients that are slow.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use reference_registry::protocol::Algorithm;
use reference_registry::server::{Limits, Server, ServerOptions};
use support::fake::Empty;
use support::raw::Raw;
use tokio::io::AsyncWriteExt;

async fn impatient() -> Server {
    let limits = Limits {
        head_timeout: Duration::from_millis(300),
        idle_timeout: Duration::from_millis(300),
        receive_timeout: Duration::from_millis(300),
        ..Limits::default()
    };
    support::start(ServerOptions { limits, ..ServerOptions::default() }).await
}

/// The status of the only response on a connection, which is an error in its envelope.
async fn last_status(server: &Server, bytes: impl AsRef<[u8]>) -> u16 {
    let mut raw = Raw::connect(server.addr()).await;
    raw.send(bytes).await;
    let reply = raw.reply(false).await;
    assert_eq!(raw.rest().await, b"", "nothing follows");
    assert_eq!((reply.code().as_str(), reply.header("connection")), ("UNSUPPORTED", Some("close")));
    assert_eq!(reply.header("docker-distribution-api-version"), Some("registry/2.0"));
    reply.status
}

#[tokio::test]
async fn heads_that_are_none() {
    let server = support::start(ServerOptions::default()).await;
    let long = format!("GET /v2/{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(70_000));
    let wide = format!("GET /v2/ HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "a".repeat(70_000));
    let many = format!("GET /v2/ HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(200));
    for (bytes, status) in [
        (&b"\0\0\0\0\r\n\r\n"[..], 400),
        (b"GET /v2/\0 HTTP/1.1\r\n\r\n", 400),
        (b"GET /v2/ HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET /v2/ HTTP/1.1\r\na b: c\r\n\r\n", 400),
        (b"POST /v2/a/blobs/uploads/ HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n", 400),
        (b"POST /v2/a/blobs/uploads/ HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400),
        (b"POST /v2/a/blobs/uploads/ HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n", 400),
        (long.as_bytes(), 431),
        (wide.as_bytes(), 431),
        (many.as_bytes(), 431),
    ] {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        assert_eq!(last_status(&server, bytes).await, status, "{shown}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_utf8_in_a_path() {
    let server = support::start(ServerOptions::default()).await;
    let mut raw = Raw::connect(server.addr()).await;
    raw.send(b"GET /v2/\xff\xfe/manifests/a HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert_eq!(raw.reply(false).await.status, 400);
}

#[tokio::test]
async fn a_length_given_twice_is_refused() {
    let server = support::start(ServerOptions::default()).await;
    for fields in [
        "content-length: 5\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\nContent-Length: 5",
        "Transfer-Encoding: chunked\r\nx: y\r\ncontent-length:5",
    ] {
        let head = format!("POST /v2/a/blobs/uploads/ HTTP/1.1\r\nhost: a\r\n{fields}\r\n\r\n0\r\n\r\n");
        let mut raw = Raw::connect(server.addr()).await;
        raw.send(format!("{head}GET /v2/ HTTP/1.1\r\nhost: a\r\n\r\n")).await;
        let reply = raw.reply(false).await;
        assert_eq!((reply.status, reply.header("connection")), (400, Some("close")), "{fields}");
        assert_eq!(reply.code(), "UNSUPPORTED");
        assert_eq!(raw.rest().await, b"", "the smuggled request is not answered");
    }
    // The same body with its length given once.
    let mut raw = Raw::connect(server.addr()).await;
    raw.send("POST /v2/a/blobs/uploads/ HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n").await;
    assert_eq!(raw.reply(false).await.status, 202);
    assert_eq!(raw.request("GET", "/v2/").await.status, 200);
}

#[tokio::test]
async fn a_length_in_a_body_is_no_field() {
    let server = support::start(ServerOptions::default()).await;
    let body = b"\r\ncontent-length: 3\r\n";
    let digest = Algorithm::Sha256.digest(body);
    let mut raw = Raw::connect(server.addr()).await;
    let head = format!(
        "POST /v2/a/blobs/uploads/?digest={digest} HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n15\r\n"
    );
    raw.send([head.as_bytes(), body, b"\r\n0\r\n\r\n"].concat()).await;
    assert_eq!(raw.reply(false).await.status, 201);
}

#[tokio::test]
async fn a_broken_chunk_is_the_clients_fault() {
    let server = support::start(ServerOptions::default()).await;
    let digest = Algorithm::Sha256.digest(b"abc");
    for target in [format!("/v2/a/blobs/uploads/?digest={digest}"), "/v2/a/manifests/t".to_owned()] {
        let method = if target.contains("uploads") { "POST" } else { "PUT" };
        let mut raw = Raw::connect(server.addr()).await;
        let head = format!("{method} {target} HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
        raw.send(format!("{head}3\r\nabc\r\nzz\r\n")).await;
        let reply = raw.reply(false).await;
        assert_eq!(reply.status, 400, "{target}: {}", reply.text());
        assert_eq!(raw.rest().await, b"");
    }
}

#[tokio::test]
async fn a_head_that_never_ends_ends_the_connection() {
    let server = impatient().await;
    let mut raw = Raw::connect(server.addr()).await;
    let (begun, mut read) = (Instant::now(), Vec::new());
    // One byte now and then must not restart the clock.
    for byte in b"GET /v2/ HTTP/1.1\r\nhost: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".iter().cycle() {
        if raw.stream.write_all(&[*byte]).await.is_err() {
            break;
        }
        match tokio::time::timeout(Duration::from_millis(20), raw.rest()).await {
            Ok(rest) => {
                read = rest;
                break;
            }
            Err(_) => assert!(begun.elapsed() < Duration::from_secs(10), "the connection stays open"),
        }
    }
    assert!(begun.elapsed() >= Duration::from_millis(250), "ended too early");
    assert_eq!(read, b"");
}

#[tokio::test]
async fn silence_ends_the_connection() {
    let server = impatient().await;
    for requests in 0..3 {
        let mut raw = Raw::connect(server.addr()).await;
        for _ in 0..requests {
            assert_eq!(raw.request("GET", "/v2/").await.status, 200);
        }
        let begun = Instant::now();
        assert_eq!(raw.rest().await, b"");
        let waited = begun.elapsed();
        assert!(waited >= Duration::from_millis(200) && waited < Duration::from_secs(10), "{waited:?}");
    }
}

#[tokio::test]
async fn a_body_that_stops_is_given_up() {
    let server = impatient().await;
    let mut raw = Raw::connect(server.addr()).await;
    raw.send("PUT /v2/a/manifests/t HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{").await;
    let reply = raw.reply(false).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "MANIFEST_INVALID"));
    assert_eq!(raw.rest().await, b"");
}

#[tokio::test]
async fn an_early_answer_reaches_a_client_that_is_still_sending() {
    let server = Server::start(Arc::new(Empty), ServerOptions::default()).await.expect("a server");
    let raw = Raw::connect(server.addr()).await;
    let (mut read, mut write) = raw.stream.into_split();
    let length = 24 << 20;
    let sending = tokio::spawn(async move {
        let head = format!("PUT /v2/a/manifests/t HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n");
        write.write_all(head.as_bytes()).await?;
        let piece = vec![b' '; 1 << 16];
        for _ in 0..length >> 16 {
            write.write_all(&piece).await?;
        }
        Ok::<_, std::io::Error>(write)
    });
    // Only when everything is sent does the client read.
    let write = sending.await.expect("no panic").expect("the server takes the whole body");
    let mut response = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut read, &mut response).await.expect("no reset");
    assert!(response.starts_with(b"HTTP/1.1 413 "), "{}", String::from_utf8_lossy(&response));
    drop(write);
}

#[tokio::test]
async fn the_body_waits_for_leave() {
    let server = support::start(ServerOptions::default()).await;
    let digest = Algorithm::Sha256.digest(b"abc");
    let head = |target: &str| {
        format!("POST {target} HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n")
    };
    let mut raw = Raw::connect(server.addr()).await;
    raw.send(head(&format!("/v2/a/blobs/uploads/?digest={digest}"))).await;
    assert_eq!(raw.reply(true).await.status, 100);
    raw.send("abc").await;
    assert_eq!(raw.reply(false).await.status, 201);
    // What is refused anyway is refused at once.
    let mut raw = Raw::connect(server.addr()).await;
    raw.send(head("/v2/a/blobs/uploads/?digest=x")).await;
    assert_eq!(raw.reply(false).await.status, 400);
}

#[tokio::test]
async fn a_small_body_that_nobody_needs_keeps_the_connection() {
    let server = support::start(ServerOptions::default()).await;
    let mut raw = Raw::connect(server.addr()).await;
    for _ in 0..3 {
        raw.send("PUT /v2/A/manifests/t HTTP/1.1\r\nhost: a\r\ncontent-length: 20000\r\n\r\n").await;
        raw.send(vec![b' '; 20_000]).await;
        assert_eq!(raw.reply(false).await.status, 400);
    }
}

#[tokio::test]
async fn a_client_that_closes_its_side_is_answered() {
    let server = support::start(ServerOptions::default()).await;
    let mut raw = Raw::connect(server.addr()).await;
    raw.send("GET /v2/ HTTP/1.1\r\nhost: a\r\n\r\n").await;
    raw.stream.shutdown().await.expect("half a connection");
    assert_eq!(raw.reply(false).await.status, 200);
    assert_eq!(raw.rest().await, b"");
}

#[tokio::test]
async fn a_reader_that_stops_reading_is_given_up() {
    let limits = Limits { send_timeout: Duration::from_millis(300), ..Limits::default() };
    let server = support::start(ServerOptions { limits, ..ServerOptions::default() }).await;
    let mut raw = Raw::connect(server.addr()).await;
    let content = vec![7; 32 << 20];
    let digest = Algorithm::Sha256.digest(&content);
    assert_eq!(raw.exchange("POST", &format!("/v2/a/blobs/uploads/?digest={digest}"), &[], &content).await.status, 201);
    let mut slow = Raw::connect(server.addr()).await;
    slow.send(format!("GET /v2/a/blobs/{digest} HTTP/1.1\r\nhost: a\r\n\r\n")).await;
    // The server ends by itself although the client has not read: the connection was not kept.
    drop(raw);
    assert!(server.shutdown(Duration::from_secs(15)).await);
    drop(slow);
}
