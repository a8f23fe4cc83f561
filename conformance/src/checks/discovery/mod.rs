//! Discovery: tags, referrers, repositories.

mod steps;

pub mod tag_page;
pub mod tags;
