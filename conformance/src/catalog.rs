//! Every check there is.

use std::collections::BTreeSet;

use crate::check::Check;
use crate::checks;

/// Every check, sorted by id.
pub fn all() -> Vec<&'static Check> {
    let mut all: Vec<&'static Check> = checks::LISTS.iter().flat_map(|list| list.iter()).collect();
    all.sort_by_key(|check| check.id);
    all
}

/// The check of that id.
pub fn find(id: &str) -> Option<&'static Check> {
    all().into_iter().find(|check| check.id == id)
}

/// Every tag that some check carries, sorted.
pub fn tags() -> BTreeSet<&'static str> {
    all().iter().flat_map(|check| check.tags.iter().copied()).collect()
}
