//! What can be wrong with a configuration, key by key.

use std::fmt;

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// In the file; both numbers begin at 1.
    File {
        /// The line.
        line: usize,
        /// The column, in characters.
        column: usize,
    },
    /// In an environment variable of this name.
    Environment(String),
}

/// One thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The path of the key, such as `http.addr`; empty for the file as a whole.
    pub key: String,
    /// Where it was written.
    pub origin: Origin,
    /// What is wrong.
    pub reason: Reason,
}

/// Why a key or its value is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The text is not YAML, or uses a part of it that has no meaning here.
    #[error("{0}")]
    Syntax(String),
    /// Nobody knows this key.
    #[error("unknown key{}{}", did_you_mean(suggestion.as_deref()), allowed_keys(allowed))]
    Unknown {
        /// The key that was probably meant; a whole path when it belongs elsewhere.
        suggestion: Option<String>,
        /// The keys that may stand in its place.
        allowed: Vec<String>,
    },
    /// Docker Distribution knows this key or value, this registry does not.
    #[error("known to Docker Distribution, but not implemented here yet{}", note(hint))]
    Unimplemented {
        /// What to do without it; may be empty.
        hint: &'static str,
    },
    /// The value is of another type, or outside of what is allowed.
    #[error("expected {expected}, found {found}")]
    Mismatch {
        /// What is allowed.
        expected: String,
        /// What was written, or its kind when it is a secret.
        found: String,
    },
    /// A required key is not there.
    #[error("required, but not there: {0}")]
    Missing(String),
    /// The same key twice in one mapping.
    #[error("given twice; the first time in line {first}")]
    Duplicate {
        /// The line of the first.
        first: usize,
    },
    /// Keys that exclude each other.
    #[error("exactly one of {allowed} is allowed, found {found}")]
    Conflict {
        /// All that could be chosen.
        allowed: String,
        /// What was chosen.
        found: String,
    },
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map(|key| format!("; did you mean `{key}`?")).unwrap_or_default()
}

fn allowed_keys(allowed: &[String]) -> String {
    if allowed.is_empty() { String::new() } else { format!(" (allowed here: {})", allowed.join(", ")) }
}

fn note(hint: &str) -> String {
    if hint.is_empty() { String::new() } else { format!("; {hint}") }
}

impl Problem {
    /// The problem as one line, with the name of the file it is in.
    pub(super) fn render(&self, file: &str) -> String {
        let place = match &self.origin {
            Origin::File { line, column } => format!("{file}:{line}:{column}"),
            Origin::Environment(name) => format!("environment variable {name}"),
        };
        if self.key.is_empty() {
            format!("{place}: {}", self.reason)
        } else {
            format!("{place}: {}: {}", self.key, self.reason)
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render("configuration"))
    }
}
