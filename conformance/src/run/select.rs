//! Which checks are run.

use globset::{Glob, GlobSet, GlobSetBuilder};
use scenarios::outcome::Level;

use crate::catalog;
use crate::check::Check;
use crate::profile::Profile;

use super::Selected;

/// What the user selected.
#[derive(Debug, Clone)]
pub struct Selection {
    profile: Profile,
    select: Patterns,
    skip: Patterns,
    levels: Vec<Level>,
    slow: bool,
}

/// A selection that cannot be meant.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// A pattern is not one.
    #[error("`{0}` is no pattern: give a check id such as push.chunked.*, or tag:NAME ({1})")]
    Pattern(String, String),
    /// A pattern names a tag that no check carries.
    #[error("no check carries the tag `{0}`; there are: {1}")]
    Tag(String, String),
    /// No check matches.
    #[error("no check matches {0}; `plimsoll list` shows them all")]
    NoMatch(String),
    /// Nothing is left.
    #[error("no check of the profile {0} is selected; `plimsoll list` shows them all")]
    Nothing(Profile),
}

#[derive(Debug, Clone, Default)]
struct Patterns {
    globs: GlobSet,
    tags: Vec<String>,
    texts: Vec<String>,
    any: bool,
}

impl Patterns {
    fn parse(texts: &[String]) -> Result<Self, SelectionError> {
        let mut globs = GlobSetBuilder::new();
        let mut tags = Vec::new();
        for text in texts {
            if let Some(tag) = text.strip_prefix("tag:") {
                let known = catalog::tags();
                if !known.contains(tag) {
                    let known: Vec<&str> = known.into_iter().collect();
                    return Err(SelectionError::Tag(tag.to_owned(), known.join(", ")));
                }
                tags.push(tag.to_owned());
                continue;
            }
            let pattern =
                |text: &str| Glob::new(text).map_err(|e| SelectionError::Pattern(text.to_owned(), e.to_string()));
            globs.add(pattern(text)?);
            // `push` means the whole group, as `push.*` does.
            globs.add(pattern(&format!("{text}.*"))?);
        }
        let globs = globs.build().map_err(|e| SelectionError::Pattern(texts.join(" "), e.to_string()))?;
        Ok(Self { globs, tags, texts: texts.to_vec(), any: !texts.is_empty() })
    }

    /// Whether a slow check was meant: by its own id, or by the tag.
    fn asks_for(&self, check: &Check) -> bool {
        self.texts.iter().any(|text| text == check.id || text.strip_prefix("tag:") == Some(SLOW))
    }

    fn matches(&self, check: &Check) -> bool {
        self.globs.is_match(check.id) || self.tags.iter().any(|tag| check.tags.contains(&tag.as_str()))
    }
}

/// The tag of checks that have to wait for long.
pub(super) const SLOW: &str = "slow";

impl Selection {
    /// A selection: patterns of ids (`push.*`) or tags (`tag:hostile`) to take and to leave out, and the levels to
    /// take. Nothing to take means all, no levels mean all.
    pub fn new(profile: Profile, select: &[String], skip: &[String], levels: &[Level]) -> Result<Self, SelectionError> {
        Ok(Self {
            profile,
            select: Patterns::parse(select)?,
            skip: Patterns::parse(skip)?,
            levels: levels.to_vec(),
            slow: false,
        })
    }

    /// The checks of whatever profile that match one of the patterns, slow ones too; all for no pattern.
    pub fn matching(patterns: &[String]) -> Result<Vec<&'static Check>, SelectionError> {
        let patterns = Patterns::parse(patterns)?;
        let matching = catalog::all().into_iter().filter(|check| !patterns.any || patterns.matches(check));
        let matching: Vec<_> = matching.collect();
        if matching.is_empty() { Err(SelectionError::NoMatch(patterns.texts.join(" "))) } else { Ok(matching) }
    }

    /// Takes slow checks like all others, for listing them.
    #[must_use]
    pub fn with_slow(self) -> Self {
        Self { slow: true, ..self }
    }

    /// The selected checks, sorted by id. Those that only `skip` leaves out are in it, as disabled. A check that has to
    /// wait for long (tag `slow`) is in it when it, or `tag:slow`, was asked for.
    pub fn apply(&self) -> Result<Vec<Selected>, SelectionError> {
        let selected: Vec<Selected> = catalog::all()
            .into_iter()
            .filter_map(|check| Some((check, check.level_in(self.profile)?)))
            .filter(|(check, level)| {
                (!self.select.any || self.select.matches(check))
                    && (self.slow || !check.tags.contains(&SLOW) || self.select.asks_for(check))
                    && (self.levels.is_empty() || self.levels.contains(level))
            })
            .map(|(check, level)| Selected { check, level, disabled: self.skip.matches(check) })
            .collect();
        if selected.iter().all(|selected| selected.disabled) {
            return Err(SelectionError::Nothing(self.profile));
        }
        Ok(selected)
    }
}
