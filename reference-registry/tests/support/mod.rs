//! What the tests of the wire share.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test binary uses its own part")]

use std::sync::Arc;

use reference_registry::engine::{Engine, EngineOptions};
use reference_registry::server::{Server, ServerOptions};
use reference_registry::storage::Memory;

pub mod fake;
pub mod raw;

/// A server over an engine in memory that deletes.
pub async fn start(options: ServerOptions) -> Server {
    let engine = EngineOptions { delete_enabled: true, ..EngineOptions::default() };
    let engine = Engine::new(Arc::new(Memory::default()), engine);
    Server::start(Arc::new(engine), options).await.expect("a server")
}
