//! The statement inventory: what the texts demand, by id, and which checks account for it.
//!
//! The data lies in `rules/*.toml`, one file per area, and `headings.toml`; both are embedded and parsed once.
//! A *rule* is one requirement in our own words, with the statements of each text that make it; a *statement* is one
//! normative sentence of one text. A check that decides a rule decides it for every text the rule is in.
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
