//! One normative statement and how it is accounted for.

use serde::{Deserialize, Serialize};

use super::{Level, Source};

/// One normative sentence of one text, told in our own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The public id, for instance `D11-034`.
    pub id: String,
    /// The text it stands in.
    pub source: Source,
    /// The heading it stands under.
    pub section: String,
    /// How strongly that text asks for it; other texts may ask more or less.
    pub level: Level,
    /// The endpoints it is about (`end-3`), empty when it is about none in particular.
    pub endpoints: Vec<String>,
    /// What it asks for, in one sentence of our own.
    pub says: String,
    /// Whether a check has to decide it.
    pub state: State,
    /// Why it is excused, or whose reading it is, where that needs saying.
    pub why: Option<String>,
    /// The slug of the rule that it shares with the same requirement in other texts.
    pub rule: String,
}

/// Whether a statement is for a check to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Something that a registry does and that shows over HTTP: a check decides it.
    Registry,
    /// No check is owed, for this reason.
    Excused(Excuse),
}

/// Why no check is owed for a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Excuse {
    /// It is addressed to clients or to those who make content.
    Client,
    /// It defines a word, introduces a table or speaks of the text itself.
    Definition,
    /// It grants a registry a freedom: there is nothing to fail.
    Permission,
    /// It cannot be seen from outside; the statement says why.
    NotObservable,
    /// It shows only on a target whose settings, clock or storage are in hand: a scenario decides it.
    Controlled,
    /// A later text that registries follow says otherwise; the statement says which.
    Superseded,
}

impl Excuse {
    /// The category as it is written in the files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Definition => "definition",
            Self::Permission => "permission",
            Self::NotObservable => "not-observable",
            Self::Controlled => "controlled",
            Self::Superseded => "superseded",
        }
    }

    /// What the category means, in one clause.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Client => "addressed to clients or to those who make content",
            Self::Definition => "defines or introduces something and asks for nothing",
            Self::Permission => "grants a freedom, so nothing can fail",
            Self::NotObservable => "cannot be seen from outside",
            Self::Controlled => "shows only on a target in hand, in a scenario",
            Self::Superseded => "a later text says otherwise",
        }
    }
}
