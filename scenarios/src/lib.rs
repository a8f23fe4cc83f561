//! Talking to a registry under test, and judging what it says.
//!
//! This crate knows HTTP, not the checks: it sends requests exactly as told, records every exchange with its secrets
//! removed, offers a small vocabulary of verifiers that say what was expected and what came, and defines the outcomes
//! and the event stream that every reporter consumes.
//!
//! | room | what it is for |
//! |---|---|
//! | [`target`] | what is tested, and what can be done to it |
//! | [`capability`] | what a target offers, declared or probed |
//! | [`client`] | the recording HTTP client, one [`client::Session`] for each check |
//! | [`raw`] | bytes straight to the socket, for requests no HTTP library would send |
//! | [`exchange`] | one recorded request and its response; redaction; rendering as `curl` |
//! | [`expect`] | verifiers on a [`client::Response`] |
//! | [`outcome`] | what became of a check, as reporters see it |
//! | [`event`] | the stream from the runner to the reporters |

pub mod capability;
pub mod client;
pub mod event;
pub mod exchange;
pub mod expect;
pub mod outcome;
pub mod raw;
pub mod target;
