//! What people and machines get to read of a run.
//!
//! A [`Report`] is the whole of it: what was tested, the results, and the [`Gate`] they are held against. Every format
//! is a function of it; none of them knows how checks are run.

mod annotations;
mod cause;
mod citation;
mod compare;
mod gate;
mod html;
mod json;
mod junit;
mod markdown;
mod progress;
mod terminal;
mod text;
mod tree;

pub use annotations::{github, gitlab};
pub use cause::{Cause, causes};
pub use citation::Citation;
pub use compare::{Change, Comparison, compare};
pub use gate::{Gate, Known, Standing};
pub use html::html;
pub use json::{CapabilityRow, Document, Exchanges, ResultRow, json};
pub use junit::junit;
pub use markdown::markdown;
pub use progress::{Lines, Live};
pub use terminal::{Look, terminal};
pub use tree::Report;
