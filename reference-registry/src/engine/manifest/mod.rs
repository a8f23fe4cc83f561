//! Manifests: what they may be, what they say, and where they are kept.

mod descriptor;
mod document;
mod fact;
mod grammar;
mod json;
mod kind;
mod presence;
mod rules;
mod store;

pub(super) use fact::{FactCache, Facts};
