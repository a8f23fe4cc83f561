//! `plimsoll check`: run the checks against a registry and write the reports.

use std::path::PathBuf;

use clap::Args;
use scenarios::capability::Capability;
use scenarios::event::{Event, Reporter};
use scenarios::outcome::Level;
use tokio::sync::mpsc;

use super::output::{Destinations, Written};
use super::{CliError, Console};
use crate::report::{Gate, Lines, Live, Look, Report, terminal};
use crate::settings::{DEFAULT_FILE, Options, Settings};
use crate::suite::Suite;

/// Arguments of `plimsoll check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll check                                       the embedded reference registry
  plimsoll check http://localhost:5000                 a registry
  plimsoll check localhost:5000 --select 'push.*' --skip tag:concurrency
  plimsoll check https://registry.example.org --pull-only --image library/busybox:1
  plimsoll check localhost:5000 --junit junit.xml --json result.json --annotations github

Every option can also stand in plimsoll.toml under its long name; failures that are known stand there as
  [[expected]]
  id = \"push.chunked.out-of-order\"
  reason = \"fixed in the next release\"")]
pub struct CheckArgs {
    /// The registry: HOST[:PORT], with http:// or https:// before it; without it, the embedded one
    #[arg(value_name = "URL", env = "PLIMSOLL_TARGET", hide_env_values = true)]
    pub url: Option<String>,
    /// The settings file [default: plimsoll.toml in the working directory, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What is run and what is written
    #[command(flatten)]
    pub options: Options,
}

/// Runs the command.
pub(super) async fn run(args: CheckArgs, console: Console) -> Result<u8, CliError> {
    let mut settings = Settings::load(args.config.as_deref())?;
    let options = args.options.or(std::mem::take(&mut settings.options));
    let address = args.url.or(settings.target.take());
    let destinations = Destinations::of(&options, address.is_none(), console)?;
    let suite = suite(target(address).await?, &options, &settings);
    let report = watch(&suite, options.quiet, console).await?;
    let gate = gate(&report, &options, &settings);
    finish(&report.against(gate), &destinations, &options, console)
}

/// A run of the address, or of the embedded registry.
#[cfg(feature = "embedded")]
async fn target(address: Option<String>) -> Result<Suite, CliError> {
    match address {
        Some(address) => Ok(Suite::new(address)),
        None => Suite::embedded().await.map_err(|error| CliError::System(error.to_string())),
    }
}

/// A run of the address; this build has no embedded registry.
#[cfg(not(feature = "embedded"))]
async fn target(address: Option<String>) -> Result<Suite, CliError> {
    let missing = "give the URL of the registry to check: this build has no embedded one";
    address.map(Suite::new).ok_or_else(|| CliError::Usage(missing.to_owned()))
}

/// The run that the options describe.
fn suite(suite: Suite, options: &Options, settings: &Settings) -> Suite {
    let mut suite = suite
        .profile(options.profile.unwrap_or_default())
        .select(options.select.clone())
        .skip(options.skip.clone())
        .levels(options.level.iter().map(|level| Level::from(*level)))
        .jobs(options.jobs.unwrap_or(Suite::JOBS))
        .deadline(options.timeout.unwrap_or(Suite::DEADLINE))
        .request_timeout(options.request_timeout.unwrap_or(Suite::REQUEST_TIMEOUT))
        .insecure(options.insecure)
        .clean_up(!options.no_clean_up);
    if let Some(image) = &options.image {
        suite = suite.image(image);
    }
    if let Some(prefix) = &options.prefix {
        suite = suite.prefix(prefix);
    }
    if let Some(run_id) = &options.run_id {
        suite = suite.run_id(run_id);
    }
    // What the command line says comes first: the first declaration of a capability is the one that counts.
    if options.pull_only {
        suite = suite.declare(Capability::Push, false);
    }
    settings.capabilities.iter().fold(suite, |suite, (capability, offered)| suite.declare(*capability, *offered))
}

/// Runs the suite and shows how it goes on.
async fn watch(suite: &Suite, quiet: bool, console: Console) -> Result<Report, CliError> {
    let (sink, mut events) = mpsc::unbounded_channel::<Event>();
    let mut reporter: Option<Box<dyn Reporter>> = match (quiet, console.shows_progress()) {
        (true, _) => None,
        (false, true) => Some(Box::new(Live::default())),
        (false, false) => Some(Box::new(Lines::new(std::io::stderr()))),
    };
    let watching = tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            if let Some(reporter) = &mut reporter {
                reporter.event(&event);
            }
        }
    });
    let report = suite.run_with(&sink).await;
    drop(sink);
    // It ends with the channel; should it have broken, only the progress is lost.
    let _ = watching.await;
    Ok(report?)
}

fn gate(report: &Report, options: &Options, settings: &Settings) -> Gate {
    let profile = options.profile.unwrap_or_default();
    let file = settings.file.as_ref().map_or_else(|| DEFAULT_FILE.into(), |file| file.display().to_string());
    let applying = settings.expected.iter().filter(|entry| entry.applies(profile, &report.info.target));
    Gate {
        fail_on: options.fail_on.map_or(Level::Must, Level::from),
        known: applying.map(|entry| (entry.id.clone(), entry.known(&file))).collect(),
    }
}

fn finish(report: &Report, destinations: &Destinations, options: &Options, console: Console) -> Result<u8, CliError> {
    let Written { files, to_stdout, notes } = destinations.write(report)?;
    let look = Look { width: console.width(), quiet: options.quiet, written: files };
    let text = terminal(report, &look);
    // Whoever reads a report from standard output must not find a summary in it.
    if destinations.claims_stdout() {
        console.note(&text);
    } else {
        console.print(&text);
    }
    console.print(&to_stdout);
    for note in &notes {
        console.note(note);
    }
    Ok(report.exit_code())
}
