//! `plimsoll serve`: the reference registry as a process.

use std::path::PathBuf;

use clap::Args;
use reference_registry::config::{Address, Environment, StorageDriver};
use reference_registry::fault::{self, FaultSet};
use reference_registry::instance::{Assembly, Instance};
use reference_registry::run::{self, RunError};

use super::{CliError, Console};
use crate::exit;

/// Arguments of `plimsoll serve`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll serve                                     in memory, on a free port that is printed
  plimsoll serve config.yml                          from a configuration of Docker Distribution
  plimsoll serve --addr :5000 --fault tags-unsorted  to see what a client makes of it

Every key of the configuration can be set by a variable: REGISTRY_HTTP_ADDR sets http.addr.
The first line on standard output is `listening on URL`; the log goes to standard error.")]
pub struct ServeArgs {
    /// Docker Distribution's config.yml; without it, everything is kept in memory
    pub config: Option<PathBuf>,
    /// Where to listen, whatever the configuration says: HOST:PORT or :PORT
    #[arg(long, value_name = "ADDR", value_parser = address)]
    pub addr: Option<Address>,
    /// Something to do wrong on purpose; may be given several times
    #[arg(long = "fault", value_name = "NAME")]
    pub faults: Vec<String>,
    /// List what can be done wrong, and end
    #[arg(long, conflicts_with_all = ["config", "addr", "faults"])]
    pub list_faults: bool,
}

fn address(text: &str) -> Result<Address, String> {
    Address::parse(text)
        .ok_or_else(|| "expected HOST:PORT such as localhost:5000, or :5000 for all interfaces".to_owned())
}

/// Runs the command; returns when a signal ended the registry.
pub(super) async fn run(args: ServeArgs, console: Console) -> Result<u8, CliError> {
    if args.list_faults {
        console.print(&fault_list());
        return Ok(exit::HELD);
    }
    let faults = FaultSet::parse(&args.faults)
        .map_err(|error| CliError::Usage(format!("{error} (`plimsoll serve --list-faults` names them)")))?;
    let mut loaded = run::configuration(args.config.as_deref(), &Environment::of_process())
        .map_err(|error| CliError::Usage(error.to_string()))?;
    if let Some(address) = args.addr {
        loaded.config.http.addr = address;
    }
    let about = about(&loaded.config.storage.driver, &faults);
    let assembly = Assembly::from(loaded).faults(faults);
    let served = run::run(assembly, |instance| console.print(&greeting(instance, &about))).await;
    match served {
        Ok(()) => Ok(exit::HELD),
        Err(RunError::Signals(error)) => Err(CliError::System(format!("cannot wait for signals: {error}"))),
        Err(error) => Err(CliError::Usage(error.to_string())),
    }
}

/// The line for programs, then some for people.
fn greeting(instance: &Instance, about: &str) -> String {
    let url = instance.url();
    let image = url.trim_start_matches("http://");
    format!(
        "listening on {url}\n{about}  push to    {image}/NAME:TAG\n  check it   plimsoll check {url}\n  end it     Ctrl-C\n"
    )
}

fn about(driver: &StorageDriver, faults: &FaultSet) -> String {
    let mut about = match driver {
        StorageDriver::Inmemory => "  content    in memory, gone when this ends\n".to_owned(),
        StorageDriver::Filesystem(files) => format!("  content    {}\n", files.rootdirectory.display()),
    };
    let on = fault::all().filter(|fault| faults.names().any(|name| name == fault.name));
    about.extend(on.map(|fault| format!("  wrong      {}: {}\n", fault.name, fault.summary)));
    about
}

fn fault_list() -> String {
    let width = fault::all().map(|fault| fault.name.len()).max().unwrap_or_default();
    let mut lines: Vec<_> = fault::all().map(|fault| format!("{:width$}  {}\n", fault.name, fault.summary)).collect();
    lines.sort();
    lines.concat()
}
