//! The statement inventory: what the texts demand, by id, and which checks account for it.
//!
//! The data lies in `rules/*.toml`, one file per area, and `headings.toml`; both are embedded and parsed once.
//! A *rule* is one requirement in our own words, with the statements of each text that make it; a *statement* is one
//! normative sentence of one text. A check that decides a rule decides it for every text the rule is in.
//!
//! An entry of a rule file has a `slug`, the `endpoints` it is about (if any), what it `says` in one sentence without
//! keywords, a `state`, a reason (`why`) where the state needs one, and its `statements` with id, level and section.
//! The state is `registry` when a check can decide it over HTTP, or else one of [`Excuse`]. Statements of several
//! texts share a rule only when the same behaviour satisfies all of them; where texts differ there are two rules.
//! Ids are public: those of our own lists (`HTTP-…`, `OCI-…`, `DKR-…`, `GITLAB-…`) are only ever added to at the end.
//!
//! Endpoints and error codes are the judge's own tables: nothing here comes from the server's side.

mod code;
mod coverage;
mod endpoint;
mod inventory;
mod load;
mod source;
mod statement;

pub use code::{Code, code, codes};
pub use coverage::{CitationError, Coverage, Share, SourceCoverage, citation_errors, coverage};
pub use endpoint::{Endpoint, endpoint, endpoints};
pub use inventory::{Inventory, all, expand, level, statement};
pub use load::LoadError;
pub use scenarios::outcome::Level;
pub use source::Source;
pub use statement::{Excuse, State, Statement};
