//! What the tests of the wire share.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod fake;
pub mod raw;
