//! Side-by-side load runs of several registries.
//!
//! [`peer`] starts them, [`client`] speaks the few requests that a figure needs at as little cost as it can,
//! [`process`] reads what the kernel counted for each, [`figure`] says what is measured, [`run`] interleaves the
//! rounds, and [`table`] shows the medians beside the best peer.

pub mod client;
pub mod figure;
pub mod peer;
pub mod process;
pub mod run;
pub mod table;
