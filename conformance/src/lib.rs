//! What must hold of a container registry.
//!
//! | room | what it is for |
//! |---|---|
//! | [`spec`] | the statements of the texts, each accounted for |
//! | [`check`] | the record of a check; [`checks`] holds them all, [`catalog`] collects them |
//! | [`context`] | what a check has in its hands |
//! | [`profile`] | which texts a registry claims to follow |
//! | [`run`] | preflight, probing, selection, the runner |

pub mod catalog;
pub mod check;
pub mod checks;
pub mod context;
pub mod profile;
pub mod run;
pub mod spec;
