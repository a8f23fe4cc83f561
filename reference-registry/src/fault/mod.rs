//! Named deviations: what a registry should not do, done on request.
//!
//! Off unless named, and compiled only with the feature `faults`. Each fault is one entry of a table in the file of
//! its area: a name, a summary, and hooks. It changes one behaviour and leaves the rest alone, so that the check that
//! is proven by it fails for the stated reason.
//!
//! # How to add a fault
//!
//! Add an entry to the `FAULTS` of the fitting file. Choose the first kind of hook that can do it:
//!
//! - [`Hook::Response`] edits the response that is about to leave: status, header fields, body
//!   ([`Reply::edit_json`]), or how it is sent ([`Reply::cut`], [`Reply::hang_up`]). [`Seen`] says what was asked.
//! - [`Hook::Request`] edits the typed request before it is handled: forget a parameter, take another meaning.
//! - [`Hook::Head`] edits the head before it is parsed, so that what the parser refuses gets through.
//! - [`Hook::Answer`] answers in place of the registry.
//! - [`Hook::After`] makes further calls to the registry when a request has been handled, before its response leaves.
//! - [`Hook::Registry`] puts a [`Twist`] around the registry: it has every operation of the registry, overrides the
//!   ones that go wrong, and may keep what it needs to know from one call to the next.
//! - [`Hook::Received`] and [`Hook::Sent`] see the bytes on the wire, before hyper judges them and after.
//! - [`Hook::Wire`] changes how connections are handled; each [`Wire`] is known to `http`.
//!
//! Several hooks make one fault when it takes several to change one behaviour. Names are lower-case words joined by
//! dashes and say what is wrong. Give the fault a row in `tests/http_fault.rs` when a plain exchange shows it.

mod bytes;
mod code;
mod discovery;
mod docker;
mod edit;
mod error;
mod framing;
mod hook;
mod image;
mod input;
mod management;
mod manifest;
mod message;
mod pull;
mod push;
mod range;
mod residue;
mod session;
mod set;
mod transport;
mod twist;

pub use hook::{After, Fate, Hook, Reply, Seen, Wire};
pub use set::{Fault, FaultSet, UnknownFault, all};
pub use twist::{Twist, twisted};
