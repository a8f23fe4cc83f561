//! Failures that are expected.

use globset::{Glob, GlobMatcher};

use crate::profile::Profile;
use crate::report::Known;

/// One `[[expected]]` entry.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The check's id.
    pub id: String,
    /// Why it fails.
    pub reason: String,
    /// Only in this profile.
    pub profile: Option<Profile>,
    /// Only for targets whose name matches.
    pub target: Option<Pattern>,
    /// The line of the entry, from 1.
    pub line: usize,
}

/// A glob, and its text.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    matcher: GlobMatcher,
}

impl Pattern {
    /// A glob; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let glob = Glob::new(text).map_err(|error| error.kind().to_string())?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }
}

impl Expected {
    /// Whether the entry speaks of this profile and target.
    pub fn applies(&self, profile: Profile, target: &str) -> bool {
        self.profile.is_none_or(|own| own == profile)
            && self.target.as_ref().is_none_or(|pattern| pattern.matcher.is_match(target))
    }

    /// Whether two entries can speak of one run.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let text = |entry: &Self| entry.target.as_ref().map(|pattern| pattern.text.clone());
        let profiles = self.profile.is_none() || other.profile.is_none() || self.profile == other.profile;
        let targets = self.target.is_none() || other.target.is_none() || text(self) == text(other);
        self.id == other.id && profiles && targets
    }

    /// What reports say of it.
    pub fn known(&self, file: &str) -> Known {
        Known { reason: self.reason.clone(), place: format!("{file}, line {}", self.line) }
    }
}
