//! What a run is held against: how strict, and what is expected to fail.

use std::collections::BTreeMap;

use scenarios::outcome::{CaseResult, Level, Outcome};

/// A failure that is expected, from `plimsoll.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Why it is expected.
    pub reason: String,
    /// Where that is written: file and line.
    pub place: String,
}

/// What a run is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// [`Level::Must`]: only failures count. [`Level::Should`]: warnings count too.
    pub fail_on: Level,
    /// What is expected to fail, by the check's id.
    pub known: BTreeMap<String, Known>,
}

impl Default for Gate {
    /// Failures count, and none is expected.
    fn default() -> Self {
        Self { fail_on: Level::Must, known: BTreeMap::new() }
    }
}

/// What a result means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// It is as it should be.
    Held,
    /// It was not judged: skipped or switched off.
    NotJudged,
    /// A warning that does not count.
    Tolerated,
    /// Broken, as expected.
    Known(&'a Known),
    /// Broken; the run fails.
    Broken,
    /// It passes though it is expected to fail; the run fails until the expectation is taken out.
    Stale(&'a Known),
    /// The harness could not decide.
    Undecided,
}

impl Standing<'_> {
    /// Whether this alone makes the run fail.
    pub const fn fails(self) -> bool {
        matches!(self, Self::Broken | Self::Stale(_))
    }
}

impl Gate {
    /// What a result means for the run.
    pub fn standing(&self, result: &CaseResult) -> Standing<'_> {
        let known = self.known.get(&result.id);
        match (result.outcome, known) {
            (Outcome::Pass, None) => Standing::Held,
            (Outcome::Pass, Some(known)) => Standing::Stale(known),
            (Outcome::Skip | Outcome::Disabled, _) => Standing::NotJudged,
            (Outcome::Error, _) => Standing::Undecided,
            (Outcome::Fail | Outcome::Warn, Some(known)) => Standing::Known(known),
            (Outcome::Warn, None) if self.fail_on == Level::Must => Standing::Tolerated,
            (Outcome::Fail | Outcome::Warn, None) => Standing::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tree::tests::result;

    fn gate(fail_on: Level) -> Gate {
        let known = Known { reason: "known".into(), place: "plimsoll.toml, line 1".into() };
        Gate { fail_on, known: [("a.known".to_owned(), known)].into() }
    }

    #[test]
    fn every_outcome_has_a_standing() {
        let gate = gate(Level::Must);
        let known = &gate.known["a.known"];
        for (id, outcome, standing) in [
            ("a.b", Outcome::Pass, Standing::Held),
            ("a.b", Outcome::Fail, Standing::Broken),
            ("a.b", Outcome::Warn, Standing::Tolerated),
            ("a.b", Outcome::Skip, Standing::NotJudged),
            ("a.b", Outcome::Disabled, Standing::NotJudged),
            ("a.b", Outcome::Error, Standing::Undecided),
            ("a.known", Outcome::Fail, Standing::Known(known)),
            ("a.known", Outcome::Warn, Standing::Known(known)),
            ("a.known", Outcome::Pass, Standing::Stale(known)),
            ("a.known", Outcome::Skip, Standing::NotJudged),
            ("a.known", Outcome::Error, Standing::Undecided),
        ] {
            assert_eq!(gate.standing(&result(id, outcome)), standing, "{id} {outcome:?}");
        }
    }

    #[test]
    fn warnings_count_when_asked_for() {
        assert_eq!(gate(Level::Should).standing(&result("a.b", Outcome::Warn)), Standing::Broken);
    }
}
