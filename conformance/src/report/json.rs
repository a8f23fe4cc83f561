//! The result file: a contract, described by `schema/report.json`.

use std::sync::Arc;

use scenarios::exchange::Exchange;
use scenarios::outcome::{CaseResult, Level, Outcome, Summary};
use serde::{Deserialize, Serialize};

use super::{Report, Standing};

/// Whose exchanges a report keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Exchanges {
    /// Those of checks that failed, warned or stayed undecided.
    #[default]
    Failed,
    /// Everyone's.
    All,
}

impl Exchanges {
    /// Whether the exchanges of a result are kept.
    pub fn keeps(self, result: &CaseResult) -> bool {
        self == Self::All || matches!(result.outcome, Outcome::Fail | Outcome::Warn | Outcome::Error)
    }
}

/// The result file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Document {
    /// The version of this format: [`Document::SCHEMA`].
    pub schema: u32,
    /// The tool and its version.
    pub tool: String,
    /// What was tested.
    pub target: String,
    /// The product that seems to answer there, by its headers; empty when unknown.
    #[serde(default)]
    pub product: String,
    /// The profile's name.
    pub profile: String,
    /// When the run was over, in RFC 3339.
    pub finished: String,
    /// The exit code of the run.
    pub exit: u8,
    /// How many checks had which outcome.
    pub summary: Summary,
    /// What the target offers, and how that is known.
    #[serde(default)]
    pub capabilities: Vec<CapabilityRow>,
    /// The results, sorted by id.
    pub results: Vec<ResultRow>,
    /// What was exchanged; results refer to it by place.
    pub exchanges: Vec<Exchange>,
}

/// What is known of one capability.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CapabilityRow {
    /// Its name.
    pub name: String,
    /// Whether the target offers it.
    pub offered: bool,
    /// How that is known.
    pub because: String,
}

/// One result.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResultRow {
    /// The stable id of the check.
    pub id: String,
    /// What is checked.
    pub title: String,
    /// How strongly the texts ask for it.
    pub level: Level,
    /// The statements it rests on.
    pub statements: Vec<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// How long it took.
    pub seconds: f64,
    /// What was expected; empty unless something is wrong.
    pub expected: String,
    /// What came; the reason of a skip or an error.
    pub actual: String,
    /// The usual cause; empty unless something is wrong.
    pub remedy: String,
    /// Why the failure is expected, when it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<String>,
    /// Places in the document's `exchanges`.
    pub exchanges: Vec<usize>,
    /// The one of them that shows what is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decisive: Option<usize>,
}

impl Document {
    /// The version that this program writes and reads.
    pub const SCHEMA: u32 = 1;

    /// The document of a report.
    pub fn of(report: &Report, keep: Exchanges) -> Self {
        let mut exchanges = Vec::new();
        let results = report.results.iter().map(|result| row(report, result, keep, &mut exchanges)).collect();
        let capabilities = report.info.capabilities.iter().map(|(capability, support)| CapabilityRow {
            name: capability.as_str().to_owned(),
            offered: support.offered,
            because: support.because.clone(),
        });
        Self {
            schema: Self::SCHEMA,
            tool: report.info.tool.clone(),
            target: report.info.target.clone(),
            product: report.info.product.clone(),
            profile: report.info.profile.clone(),
            finished: report.finished.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            exit: report.exit_code(),
            summary: report.summary.clone(),
            capabilities: capabilities.collect(),
            results,
            exchanges,
        }
    }
}

fn row(report: &Report, result: &Arc<CaseResult>, keep: Exchanges, exchanges: &mut Vec<Exchange>) -> ResultRow {
    let first = exchanges.len();
    if keep.keeps(result) {
        exchanges.extend(result.exchanges.iter().cloned());
    }
    let known = match report.standing(result) {
        Standing::Known(known) | Standing::Stale(known) => Some(known.reason.clone()),
        _ => None,
    };
    ResultRow {
        id: result.id.clone(),
        title: result.title.clone(),
        level: result.level,
        statements: result.statements.clone(),
        outcome: result.outcome,
        seconds: result.seconds,
        expected: result.expected.clone(),
        actual: result.actual.clone(),
        remedy: result.remedy.clone(),
        known,
        exchanges: (first..exchanges.len()).collect(),
        decisive: result.decisive.map(|place| first + place).filter(|place| *place < exchanges.len()),
    }
}

/// The report as JSON, with a newline at the end.
pub fn json(report: &Report, keep: Exchanges) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Document::of(report, keep)).map(|text| text + "\n")
}
