//! The list of repositories.

use std::collections::BTreeMap;

use super::core::Core;
use super::failure::present;
use super::page;
use crate::error::Error;
use crate::protocol::RepositoryName;
use crate::registry::{Listing, Page};
use crate::storage::StorePath;

/// A walk over the tree of names, in the order of full names by their bytes.
///
/// The order of full names is not that of a walk by components: `a`, `a-b`, `a/b`. So what lies ahead is kept sorted
/// by full name, and the names below `a` are taken up when it is the turn of `a/`.
struct Walk {
    /// What lies ahead: names not yet looked at, and (with a slash at the end) names whose children are known.
    ahead: BTreeMap<String, Vec<String>>,
    /// Only names after this one are wanted.
    after: Option<String>,
}

impl Walk {
    fn new(roots: Vec<String>, after: Option<&str>) -> Self {
        let mut walk = Self { ahead: BTreeMap::new(), after: after.map(ToOwned::to_owned) };
        walk.add("", roots);
        walk
    }

    /// Adds the names directly below `prefix`, except those that cannot lead to a wanted name.
    fn add(&mut self, prefix: &str, names: Vec<String>) {
        for name in names {
            // The layout's own directories start with an underscore, which no component of a name does.
            if name.starts_with('_') {
                continue;
            }
            let path = format!("{prefix}{name}");
            let below = format!("{path}/");
            let passed = self.after.as_ref().is_some_and(|after| below < *after && !after.starts_with(&below));
            if !passed {
                self.ahead.insert(path, Vec::new());
            }
        }
    }

    fn wanted(&self, name: &str) -> bool {
        self.after.as_ref().is_none_or(|after| name > after.as_str())
    }
}

impl Core {
    pub(super) async fn catalog(&self, page: &Page) -> Result<Listing<RepositoryName>, Error> {
        let limit = page::limit(page, self.options.page_limit);
        if limit == 0 {
            return Ok(page::listing(Vec::new(), 0));
        }
        let entries = self.repositories(page.last.as_deref(), limit.saturating_add(1)).await?;
        Ok(page::listing(entries, limit))
    }

    /// Up to `most` repositories after `last`, in order.
    pub(super) async fn repositories(&self, last: Option<&str>, most: usize) -> Result<Vec<RepositoryName>, Error> {
        let roots = present(self.driver.list(&StorePath::repositories()).await)?.unwrap_or_default();
        let mut walk = Walk::new(roots, last);
        let mut found = Vec::new();
        while let Some((path, children)) = walk.ahead.pop_first() {
            if path.ends_with('/') {
                walk.add(&path, children);
                continue;
            }
            let Ok(name) = path.parse::<RepositoryName>() else { continue };
            let Some(children) = self.children(&name).await? else { continue };
            if walk.wanted(&path) && children.iter().any(|child| child == "_manifests" || child == "_layers") {
                found.push(name);
                if found.len() >= most {
                    break;
                }
            }
            walk.ahead.insert(format!("{path}/"), children);
        }
        Ok(found)
    }

    /// The names below a repository's directory; `None` when it is not a directory.
    async fn children(&self, name: &RepositoryName) -> Result<Option<Vec<String>>, Error> {
        let path = StorePath::repository(name);
        match self.driver.list(&path).await {
            Err(crate::storage::StorageError::Io { source, .. })
                if source.kind() == std::io::ErrorKind::NotADirectory =>
            {
                Ok(None)
            }
            other => present(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The walk over a tree that is given by its names.
    fn walk(names: &[String], after: Option<&str>) -> Vec<String> {
        let below = |prefix: &str| -> Vec<String> {
            let mut children: Vec<String> = names
                .iter()
                .filter_map(|name| name.strip_prefix(prefix))
                .filter_map(|rest| rest.split('/').next())
                .map(ToOwned::to_owned)
                .collect();
            children.sort();
            children.dedup();
            children
        };
        let mut walk = Walk::new(below(""), after);
        let mut found = Vec::new();
        while let Some((path, children)) = walk.ahead.pop_first() {
            if path.ends_with('/') {
                walk.add(&path, children);
                continue;
            }
            if walk.wanted(&path) && names.contains(&path) {
                found.push(path.clone());
            }
            let key = format!("{path}/");
            let children = below(&key);
            walk.ahead.insert(key, children);
        }
        found
    }

    #[test]
    fn a_dash_and_a_dot_come_before_a_slash() {
        let names = ["a", "a/b", "a-b", "a.b", "a0", "a/b-c", "a/b/c"].map(ToOwned::to_owned);
        assert_eq!(walk(&names, None), ["a", "a-b", "a.b", "a/b", "a/b-c", "a/b/c", "a0"]);
        assert_eq!(walk(&names, Some("a.b")), ["a/b", "a/b-c", "a/b/c", "a0"]);
        assert_eq!(walk(&names, Some("a/b/b")), ["a/b/c", "a0"]);
    }

    proptest! {
        #[test]
        fn the_walk_is_the_sorted_list(
            names in prop::collection::btree_set("[ab][-.]?[ab]{0,1}(/[ab][-.]?[ab]){0,3}", 0..30),
            after in prop::option::of("[-./ab]{0,6}"),
        ) {
            let expected: Vec<String> =
                names.iter().filter(|name| after.as_ref().is_none_or(|after| *name > after)).cloned().collect();
            let names: Vec<String> = names.into_iter().collect();
            prop_assert_eq!(walk(&names, after.as_deref()), expected);
        }
    }
}
