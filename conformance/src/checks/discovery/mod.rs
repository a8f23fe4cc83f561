//! Discovery: tags, referrers, repositories.

mod steps;

pub mod catalog;
pub mod descriptor;
pub mod referrer;
pub mod referrers;

pub mod tag_page;
pub mod tags;
