//! Connections: reuse, pipelines, protocols, and their end.

mod support;

use std::sync::Arc;
use std::time::Duration;

use reference_registry::server::{Server, ServerOptions};
use support::fake::Empty;
use support::raw::Raw;

async fn start(options: ServerOptions) -> Server {
    Server::start(Arc::new(Empty), options).await.expect("a server")
}

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
    client.send("GET /v2/ HTTP/1.1\r\nhost: a\r\n\r\nGET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert_eq!(client.reply(false).await.status, 200);
    let second = client.reply(false).await;
    assert_eq!((second.status, second.code().as_str()), (404, "UNSUPPORTED"));
}
