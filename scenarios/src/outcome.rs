//! What became of a check or a scenario.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::exchange::Exchange;

/// The verdict on one case, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The behaviour is as the text says.
    Pass,
    /// Switched off by the user.
    Disabled,
    /// Not judged: the target lacks, in an allowed way, what the case needs.
    Skip,
    /// A SHOULD is broken.
    Warn,
    /// A MUST is broken.
    Fail,
    /// The harness could not decide.
    Error,
}

impl Outcome {
    /// Every outcome, from best to worst.
    pub const ALL: [Self; 6] = [Self::Pass, Self::Disabled, Self::Skip, Self::Warn, Self::Fail, Self::Error];

    /// The word for it in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Disabled => "disabled",
            Self::Skip => "skip",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Error => "error",
        }
    }
}

/// How strongly a text asks for something (RFC 2119).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A freedom: nothing that could be broken.
    May,
    /// Broken: a warning.
    Should,
    /// Broken: a failure.
    Must,
}

impl Level {
    /// The RFC 2119 keyword in lower case, as reports write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::May => "may",
            Self::Should => "should",
            Self::Must => "must",
        }
    }
}

/// The result of one case, with everything a reporter may want to show.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseResult {
    /// The stable id: `push.chunked.out-of-order`.
    pub id: String,
    /// What is checked, in one line.
    pub title: String,
    /// The strongest level among the statements it rests on.
    pub level: Level,
    /// Ids of the statements it rests on.
    pub statements: Vec<String>,
    /// The verdict.
    pub outcome: Outcome,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// What was expected; empty unless something is wrong.
    pub expected: String,
    /// What came instead; the reason of a skip or an error.
    pub actual: String,
    /// What usually causes this, and what mends it; empty unless something is wrong.
    pub remedy: String,
    /// What was exchanged.
    #[serde(skip)]
    pub exchanges: Vec<Exchange>,
    /// The exchange, by its place in `exchanges`, that shows what is wrong.
    #[serde(skip)]
    pub decisive: Option<usize>,
}

/// How many cases had which outcome.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Passed.
    pub pass: usize,
    /// Broke a MUST.
    pub fail: usize,
    /// Broke a SHOULD.
    pub warn: usize,
    /// Not judged, for want of a capability.
    pub skip: usize,
    /// Switched off by the user.
    pub disabled: usize,
    /// Undecided.
    pub error: usize,
    /// Wall-clock time of the run, in seconds.
    pub seconds: f64,
}

impl Summary {
    /// Counts one more case.
    pub const fn add(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Pass => &mut self.pass,
            Outcome::Disabled => &mut self.disabled,
            Outcome::Skip => &mut self.skip,
            Outcome::Warn => &mut self.warn,
            Outcome::Fail => &mut self.fail,
            Outcome::Error => &mut self.error,
        };
        *count += 1;
    }

    /// All cases together.
    pub const fn total(&self) -> usize {
        self.pass + self.fail + self.warn + self.skip + self.disabled + self.error
    }

    /// Counts by the first segment of the id, in the order of the alphabet.
    pub fn by_group(results: &[CaseResult]) -> BTreeMap<String, Self> {
        let mut groups: BTreeMap<String, Self> = BTreeMap::new();
        for result in results {
            let group = result.id.split('.').next().unwrap_or_default();
            let summary = groups.entry(group.to_owned()).or_default();
            summary.add(result.outcome);
            summary.seconds += result.seconds;
        }
        groups
    }
}
