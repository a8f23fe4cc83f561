//! Every check as one test of its own name, so that `cargo test` lists, filters and counts them.
//!
//! A registry author puts this into `tests/conformance.rs`, with `harness = false` for that test in `Cargo.toml`:
//!
//! ```no_run
//! # mod my_registry { pub(crate) async fn start() -> String { String::new() } }
//! fn main() -> std::process::ExitCode {
//!     conformance::harness::run(|| async { conformance::Suite::new(my_registry::start().await) })
//! }
//! ```

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use scenarios::outcome::{CaseResult, Outcome, Summary};
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

use crate::report::{Look, Report, terminal};
use crate::suite::{Prepared, Suite};

/// A run that is prepared when its first check is to run, so that `--list` asks nothing of the registry.
struct Lazy {
    runtime: Runtime,
    suite: Suite,
    prepared: OnceCell<Result<Prepared, String>>,
}

/// Runs the checks of a suite as tests, with the arguments of the process: filters, `--list`, `--exact`, `--skip`.
/// `suite` is called once, inside a Tokio runtime that lives until the last test is over. A skipped check, and a
/// warning, is an ignored test with its reason.
pub fn run<F: Future<Output = Suite>>(suite: impl FnOnce() -> F) -> ExitCode {
    let arguments = Arguments::from_args();
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&format!("no threads to run on: {error}")),
    };
    let suite = runtime.block_on(suite());
    let selected = match suite.checks() {
        Ok(selected) => selected,
        Err(error) => return refuse(&error.to_string()),
    };
    let lazy = Arc::new(Lazy { runtime, suite, prepared: OnceCell::new() });
    let trial = |id: &'static str| {
        let lazy = Arc::clone(&lazy);
        Trial::ignorable_test(id, move || lazy.judge(id))
    };
    let trials = selected.iter().map(|selected| trial(selected.check.id)).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

impl Lazy {
    fn judge(&self, id: &str) -> Result<Completion, Failed> {
        self.runtime.block_on(async {
            let prepare = || async { self.suite.prepare().await.map_err(|error| error.to_string()) };
            let prepared = self.prepared.get_or_init(prepare).await.as_ref().map_err(Failed::from)?;
            let result = prepared.run_one(id).await.ok_or_else(|| Failed::from("the check is not selected"))?;
            verdict(prepared, result)
        })
    }
}

fn verdict(prepared: &Prepared, result: Arc<CaseResult>) -> Result<Completion, Failed> {
    match result.outcome {
        Outcome::Pass => Ok(Completion::Completed),
        Outcome::Skip => Ok(Completion::ignored_with(&result.actual)),
        Outcome::Disabled => Ok(Completion::ignored_with("disabled")),
        Outcome::Warn => {
            Ok(Completion::ignored_with(format!("warning: expected {}, received {}", result.expected, result.actual)))
        }
        Outcome::Fail | Outcome::Error => {
            let mut summary = Summary::default();
            summary.add(result.outcome);
            let report = Report::new(prepared.info().clone(), vec![result], summary);
            let text = terminal(&report, &Look { quiet: true, ..Look::default() });
            Err(Failed::from(anstream::adapter::strip_str(&text).to_string()))
        }
    }
}

fn refuse(message: &str) -> ExitCode {
    crate::cli::Console::new(crate::cli::Color::Auto).note(&format!("error: {message}\n"));
    ExitCode::from(crate::exit::USAGE)
}
