//! How a check ends before its end.

use crate::client::{TransportError, TransportKind};

/// What was expected and what came instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What the text asks for.
    pub expected: String,
    /// What came.
    pub actual: String,
    /// The exchange that shows it, by its place in the session.
    pub exchange: Option<usize>,
}

/// Why a check stopped before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The target is not as the text says.
    Failed(Failure),
    /// The target cannot be judged, for an allowed reason.
    Skipped(String),
    /// The harness could not decide.
    Undecided(String),
}

/// What a check, or a step of it, returns.
pub type Verdict<T = ()> = Result<T, Stop>;

/// A failure, as the `Err` of a verdict.
pub fn fail<T>(
    expected: impl Into<String>,
    actual: impl Into<String>,
    exchange: impl Into<Option<usize>>,
) -> Verdict<T> {
    Err(Stop::Failed(Failure { expected: expected.into(), actual: actual.into(), exchange: exchange.into() }))
}

/// A skip, as the `Err` of a verdict. The reason reads after "skipped: ".
pub fn skip<T>(reason: impl Into<String>) -> Verdict<T> {
    Err(Stop::Skipped(reason.into()))
}

impl From<TransportError> for Stop {
    /// A registry that was reached and then did not answer has failed; one that was not reached was not judged.
    fn from(error: TransportError) -> Self {
        match error.kind {
            TransportKind::Timeout | TransportKind::Broken => Self::Failed(Failure {
                expected: "an HTTP response".to_owned(),
                actual: error.message,
                exchange: error.exchange,
            }),
            TransportKind::Connect | TransportKind::TooLarge | TransportKind::Request => Self::Undecided(error.message),
        }
    }
}
