//! The stream from the runner to the reporters.
//!
//! The runner knows nothing of terminals and files; a reporter knows nothing of requests. This is all they share.

use std::sync::Arc;

use crate::capability::Capabilities;
use crate::outcome::{CaseResult, Summary};

/// What is known when a run begins.
#[derive(Debug, Clone)]
pub struct RunInfo {
    /// The tool and its version, `plimsoll 0.1.0`.
    pub tool: String,
    /// The target as people name it: its URL, or `embedded`.
    pub target: String,
    /// The product that seems to answer there, by its headers; empty when unknown.
    pub product: String,
    /// The profile's name.
    pub profile: String,
    /// What the target offers.
    pub capabilities: Capabilities,
    /// How many cases were selected.
    pub selected: usize,
}

/// Something that happened in a run.
#[derive(Debug, Clone)]
pub enum Event {
    /// The run begins.
    RunStarted(Arc<RunInfo>),
    /// A case begins.
    CaseStarted {
        /// Its id.
        id: String,
    },
    /// A case is over.
    CaseFinished(Arc<CaseResult>),
    /// Everything is over.
    RunFinished(Summary),
}

/// Something that wants to know what happens in a run.
pub trait Reporter: Send {
    /// Takes note of one event. Events arrive in order: one `RunStarted`, the cases, one `RunFinished`.
    fn event(&mut self, event: &Event);
}
