//! Running checks side by side.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use scenarios::event::{Event, RunInfo};
use scenarios::expect::{Failure, Stop, Verdict};
use scenarios::outcome::{CaseResult, Level, Outcome, Summary};
use tokio::sync::mpsc;

use super::cleanup;
use crate::check::Check;
use crate::context::{Context, Surroundings};
use crate::profile::Profile;

/// A check that is to be run, and how strongly it speaks in the profile.
#[derive(Debug, Clone, Copy)]
pub struct Selected {
    /// The check.
    pub check: &'static Check,
    /// Its level in the profile of the run.
    pub level: Level,
    /// Whether the user switched it off.
    pub disabled: bool,
}

/// How to run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The profile, for the statements that results cite.
    pub profile: Profile,
    /// How many checks at once.
    pub jobs: usize,
    /// The deadline of one check; those that have to wait for long (tag `slow`) get twice as much.
    pub deadline: Duration,
    /// Whether what was pushed is deleted afterwards, as far as the registry allows.
    pub clean_up: bool,
}

/// Runs `selected` and returns the results, sorted by id. Events go to `sink` as they happen; nobody needs to listen.
pub async fn run(
    info: RunInfo,
    selected: &[Selected],
    surroundings: Arc<Surroundings>,
    options: &RunOptions,
    sink: &mpsc::UnboundedSender<Event>,
) -> (Vec<Arc<CaseResult>>, Summary) {
    let started = Instant::now();
    // A listener that went away does not stop the run: the results are returned all the same.
    let tell = |event: Event| {
        let _ = sink.send(event);
    };
    tell(Event::RunStarted(Arc::new(info)));
    let mut running = stream::iter(selected.iter().copied())
        .map(|selected| {
            tell(Event::CaseStarted { id: selected.check.id.to_owned() });
            one(selected, Arc::clone(&surroundings), options.clone())
        })
        .buffer_unordered(options.jobs.max(1));
    let mut results = Vec::with_capacity(selected.len());
    let mut summary = Summary::default();
    while let Some(result) = running.next().await {
        let result = Arc::new(result);
        summary.add(result.outcome);
        tell(Event::CaseFinished(Arc::clone(&result)));
        results.push(result);
    }
    drop(running);
    results.sort_by(|a, b| a.id.cmp(&b.id));
    summary.seconds = started.elapsed().as_secs_f64();
    tell(Event::RunFinished(summary.clone()));
    (results, summary)
}

/// Runs one check in a task of its own, so that a panic in it is an outcome and not the end.
async fn one(selected: Selected, surroundings: Arc<Surroundings>, options: RunOptions) -> CaseResult {
    let Selected { check, level, disabled } = selected;
    let started = Instant::now();
    let context = Arc::new(Context::new(Arc::clone(&surroundings), check.id));
    let verdict = if disabled {
        None
    } else if let Some(reason) = surroundings.capabilities.missing(check.needs) {
        Some(Err(Stop::Skipped(reason)))
    } else {
        let factor = if check.tags.contains(&super::select::SLOW) { 2 } else { 1 };
        Some(judge(check, &context, options.deadline * factor).await)
    };
    let seconds = started.elapsed().as_secs_f64();
    if options.clean_up {
        cleanup::tidy(&surroundings, &context.exchanges()).await;
    }
    let case = Case { check, level, profile: options.profile, seconds, context: &context };
    verdict.map_or_else(|| case.result(Outcome::Disabled), |verdict| case.judged(verdict))
}

async fn judge(check: &'static Check, context: &Arc<Context>, deadline: Duration) -> Verdict {
    let own = Arc::clone(context);
    let task = tokio::spawn(async move { (check.run)(&own).await });
    let abort = task.abort_handle();
    match tokio::time::timeout(deadline, task).await {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(panic)) => Err(Stop::Undecided(format!("the check itself broke: {panic}"))),
        Err(_) => {
            abort.abort();
            Err(Stop::Failed(Failure {
                expected: "an end of the check within its deadline".to_owned(),
                actual: format!("no end after {} s", deadline.as_secs()),
                exchange: context.exchanges().len().checked_sub(1),
            }))
        }
    }
}

/// What is known of a case when its result is made.
struct Case<'a> {
    check: &'static Check,
    level: Level,
    profile: Profile,
    seconds: f64,
    context: &'a Context,
}

impl Case<'_> {
    fn judged(&self, verdict: Verdict) -> CaseResult {
        match verdict {
            Ok(()) => self.result(Outcome::Pass),
            Err(Stop::Skipped(reason)) => CaseResult { actual: reason, ..self.result(Outcome::Skip) },
            Err(Stop::Undecided(reason)) => CaseResult { actual: reason, ..self.result(Outcome::Error) },
            Err(Stop::Failed(failure)) => {
                let outcome = if self.level == Level::Must { Outcome::Fail } else { Outcome::Warn };
                CaseResult {
                    expected: failure.expected,
                    actual: failure.actual,
                    remedy: self.check.usually.to_owned(),
                    decisive: failure.exchange,
                    ..self.result(outcome)
                }
            }
        }
    }

    fn result(&self, outcome: Outcome) -> CaseResult {
        CaseResult {
            id: self.check.id.to_owned(),
            title: self.check.title.to_owned(),
            level: self.level,
            statements: self.check.statements_in(self.profile).into_iter().map(str::to_owned).collect(),
            outcome,
            seconds: self.seconds,
            expected: String::new(),
            actual: String::new(),
            remedy: String::new(),
            exchanges: self.context.exchanges(),
            decisive: None,
        }
    }
}
