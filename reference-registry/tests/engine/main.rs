//! The engine over each storage driver, through the contract that the wire uses.

mod blob;
mod support;
