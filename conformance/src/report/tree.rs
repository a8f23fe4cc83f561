//! The one tree that every format is made from.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use scenarios::event::RunInfo;
use scenarios::outcome::{CaseResult, Outcome, Summary};

use super::{Gate, Look, Standing, terminal};
use crate::exit;

/// A run that is over: what was tested, what became of each check, and what that is held against.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was tested.
    pub info: RunInfo,
    /// The results, sorted by id.
    pub results: Vec<Arc<CaseResult>>,
    /// How many had which outcome.
    pub summary: Summary,
    /// What they are held against.
    pub gate: Gate,
    /// When the run was over.
    pub finished: Timestamp,
}

impl Report {
    /// The report of a run that is just over, its results sorted by id; held against the default [`Gate`].
    pub fn new(info: RunInfo, results: Vec<Arc<CaseResult>>, summary: Summary) -> Self {
        Self { info, results, summary, gate: Gate::default(), finished: Timestamp::now() }
    }

    /// Holds the results against another gate.
    #[must_use]
    pub fn against(mut self, gate: Gate) -> Self {
        self.gate = gate;
        self
    }

    /// What a result means for the run.
    pub fn standing(&self, result: &CaseResult) -> Standing<'_> {
        self.gate.standing(result)
    }

    /// The results of that outcome, sorted by id.
    pub fn with_outcome(&self, outcome: Outcome) -> impl Iterator<Item = &CaseResult> {
        self.results.iter().map(Arc::as_ref).filter(move |result| result.outcome == outcome)
    }

    /// Whether everything that was judged held, and something was judged.
    pub fn is_conformant(&self) -> bool {
        self.exit_code() == exit::HELD
    }

    /// The exit code that tells of this report; see [`exit`].
    pub fn exit_code(&self) -> u8 {
        let standings = || self.results.iter().map(|result| self.standing(result));
        if standings().any(Standing::fails) {
            exit::FAILED
        } else if standings().any(|s| s == Standing::Undecided) || standings().all(|s| s == Standing::NotJudged) {
            exit::UNDECIDED
        } else {
            exit::HELD
        }
    }

    /// For tests: passes when [`is_conformant`](Self::is_conformant) holds.
    ///
    /// # Panics
    /// With everything that is wrong, when something is.
    #[track_caller]
    pub fn assert_conformant(&self) {
        let mut text = String::from("the registry does not conform\n\n");
        let shown = terminal(self, &Look { quiet: true, ..Look::default() });
        // Writing to a String cannot fail.
        let _ = write!(text, "{}", anstream::adapter::strip_str(&shown));
        assert!(self.is_conformant(), "{text}");
    }
}

#[cfg(test)]
pub(super) mod tests {
    use scenarios::capability::Capabilities;
    use scenarios::outcome::Level;

    use super::*;

    /// A result with nothing in it but its id and outcome.
    pub(in crate::report) fn result(id: &str, outcome: Outcome) -> CaseResult {
        CaseResult {
            id: id.to_owned(),
            title: format!("title of {id}"),
            level: if outcome == Outcome::Warn { Level::Should } else { Level::Must },
            statements: Vec::new(),
            outcome,
            seconds: 0.01,
            expected: String::new(),
            actual: String::new(),
            remedy: String::new(),
            exchanges: Vec::new(),
            decisive: None,
        }
    }

    /// A report of these results.
    pub(in crate::report) fn report(results: Vec<CaseResult>) -> Report {
        let info = RunInfo {
            tool: "plimsoll 0.1.0".to_owned(),
            target: "http://127.0.0.1:5000".to_owned(),
            product: String::new(),
            profile: "oci-1.1".to_owned(),
            capabilities: Capabilities::default(),
            selected: results.len(),
        };
        let mut summary = Summary { seconds: 0.5, ..Summary::default() };
        for result in &results {
            summary.add(result.outcome);
        }
        Report::new(info, results.into_iter().map(Arc::new).collect(), summary)
    }

    #[test]
    fn the_worst_decides_the_exit_code() {
        let code =
            |outcomes: &[Outcome]| report(outcomes.iter().map(|outcome| result("a.b", *outcome)).collect()).exit_code();
        assert_eq!(code(&[Outcome::Pass, Outcome::Warn, Outcome::Skip]), exit::HELD);
        assert_eq!(code(&[Outcome::Pass, Outcome::Error]), exit::UNDECIDED);
        assert_eq!(code(&[Outcome::Error, Outcome::Fail]), exit::FAILED);
        assert_eq!(code(&[Outcome::Skip, Outcome::Disabled]), exit::UNDECIDED, "nothing was judged");
        assert_eq!(code(&[]), exit::UNDECIDED);
    }

    #[test]
    #[should_panic(expected = "FAIL  a.b")]
    fn the_assertion_names_what_is_wrong() {
        report(vec![result("a.b", Outcome::Fail)]).assert_conformant();
    }
}
