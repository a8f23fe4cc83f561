//! Errors: their shape, their codes, and what must cause one.

mod wrong;

pub mod code;
pub mod envelope;
pub mod input;
pub mod refusal;
