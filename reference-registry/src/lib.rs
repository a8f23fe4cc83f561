//! The Plimsoll reference registry.
//!
//! A registry that follows the OCI Distribution Specification to the letter and keeps its content in Docker
//! Distribution's layout. A request passes through the rooms in this order:
//!
//! 1. [`http`](mod@http): connections, and the translation between wire and typed values;
//! 2. [`protocol`]: names, tags, digests, ranges and requests, parsed once and valid ever after;
//! 3. [`registry`]: the contract between the wire and everything behind it;
//! 4. [`engine`]: the one implementation of that contract: upload sessions, manifest rules, referrers;
//! 5. [`storage`]: where bytes live, in memory or on a file system.
//!
//! [`instance`] assembles them from a [`config`]; [`run`](mod@run) makes a process of it, and [`log`] writes down what
//! happens. In a test of another program:
//!
//! ```
//! use reference_registry::{config::Config, instance::Instance};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), reference_registry::instance::InstanceError> {
//! let registry = Instance::start(Config::in_memory()).await?;
//! let url = registry.url(); // such as http://127.0.0.1:40123: push, pull, delete
//! registry.shutdown().await;
//! # assert!(url.starts_with("http://127.0.0.1:"));
//! # Ok(())
//! # }
//! ```

pub mod config;
pub mod engine;
pub mod error;
#[cfg(feature = "faults")]
pub mod fault;
pub mod http;
pub mod instance;
pub mod log;
pub mod protocol;
pub mod registry;
pub mod run;
pub mod server;
pub mod storage;
