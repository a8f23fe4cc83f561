//! Upload sessions, and the way of a blob into the store.

mod body;
mod digester;
mod intake;
mod lease;
mod session;

pub(super) use lease::Sessions;
