//! What tests with real programs share: finding a program, owning a child process, running a client to a deadline,
//! registries of several makes on a free port, and content in an OCI layout.

mod child;
mod client;
mod http;
mod layout;
mod program;
mod registry;

pub(crate) use child::Child;
pub(crate) use client::Client;
pub(crate) use http::request;
pub(crate) use layout::Layout;
pub(crate) use program::programs;
pub(crate) use registry::{Make, Registry, Storage, each_storage};
