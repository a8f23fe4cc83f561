//! The statements that checks cite.

mod statement;

pub use statement::{Source, Statement, statement};
