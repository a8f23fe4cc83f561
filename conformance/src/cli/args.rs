//! The command line as a whole.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::{CommandFactory as _, Parser, Subcommand};

use super::{CliError, Color, Console, check, compare, completions, coverage, explain, list};
#[cfg(feature = "embedded")]
use super::{self_test, serve};

const BAD: Style = AnsiColor::Red.on_default().bold();

/// Checks a container registry against the texts it claims to follow.
///
/// Without a command, `check` is meant: `plimsoll` alone starts the embedded reference registry and checks it,
/// `plimsoll localhost:5000` checks the registry there.
#[derive(Debug, Parser)]
#[command(name = "plimsoll", version, max_term_width = 110, subcommand_required = true)]
#[command(
    disable_help_subcommand = true,
    after_help = "\
Examples:
  plimsoll                                 check the embedded reference registry
  plimsoll localhost:5000                  check a registry
  plimsoll serve                           the reference registry, in memory, on a free port
  plimsoll explain push.chunked.status     what a check rests on, and how to mend a failure

Exit codes:
  0  everything held                       2  wrong usage or configuration, or nothing selected
  1  something failed                      3  the target could not be reached or judged"
)]
pub struct Cli {
    /// When to use colours: auto, always or never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub color: Color,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check a registry; without URL, the embedded one (the default command)
    Check(Box<check::CheckArgs>),
    /// Serve the reference registry
    #[cfg(feature = "embedded")]
    Serve(serve::ServeArgs),
    /// List the checks
    List(list::ListArgs),
    /// Explain a check or a statement
    Explain(explain::ExplainArgs),
    /// Show how the statements of the texts are accounted for
    Coverage(coverage::CoverageArgs),
    /// Compare two result files: what got better, what got worse
    Compare(compare::CompareArgs),
    /// Prove that every check passes on a clean registry and fails under its fault
    #[cfg(feature = "embedded")]
    SelfTest(self_test::SelfTestArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
}

/// Runs the command line and returns its exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(with_default_command(args.into_iter().collect())) {
        Ok(cli) => cli,
        Err(error) => {
            // Printing can only fail when nobody listens. clap's own code is 2, and 0 for --help.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(crate::exit::USAGE));
        }
    };
    let console = Console::new(cli.color);
    match run(cli.command, console) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            console.note(&format!("{BAD}error{BAD:#}: {error}\n"));
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(command: Command, console: Console) -> Result<u8, CliError> {
    match command {
        Command::Check(args) => block_on(check::run(*args, console))?,
        #[cfg(feature = "embedded")]
        Command::Serve(args) => block_on(serve::run(args, console))?,
        Command::List(args) => list::run(&args, console),
        Command::Explain(args) => explain::run(&args, console),
        Command::Coverage(args) => coverage::run(&args, console),
        Command::Compare(args) => compare::run(&args, console),
        #[cfg(feature = "embedded")]
        Command::SelfTest(args) => block_on(self_test::run(args, console))?,
        Command::Completions(args) => Ok(completions::run(&args, console)),
    }
}

fn block_on<F: Future>(future: F) -> Result<F::Output, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::System(format!("no threads to run on: {error}")))?;
    Ok(runtime.block_on(future))
}

/// Puts `check` where a command is missing: when there is nothing, an option, or an address.
fn with_default_command(mut args: Vec<OsString>) -> Vec<OsString> {
    let mut place = 1;
    while let Some(text) = args.get(place).and_then(|arg| arg.to_str()) {
        match text {
            "--color" => place += 2,
            _ if text.starts_with("--color=") => place += 1,
            _ => break,
        }
    }
    let place = place.min(args.len());
    if args.get(place).is_none_or(|arg| belongs_to_check(arg)) {
        args.insert(place.max(1).min(args.len()), OsString::from("check"));
    }
    args
}

fn belongs_to_check(arg: &OsStr) -> bool {
    let Some(text) = arg.to_str() else { return false };
    if matches!(text, "-h" | "--help" | "-V" | "--version") {
        return false;
    }
    let is_command = Cli::command().get_subcommands().any(|command| command.get_name() == text);
    // A word alone is a misspelt command rather than a host; clap will say which command is near.
    !is_command && (text.starts_with('-') || text == "localhost" || text.contains([':', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn check_is_the_default_command() {
        let completed = |line: &str| {
            let args = line.split_whitespace().map(OsString::from).collect();
            with_default_command(args).join(OsStr::new(" ")).into_string().unwrap()
        };
        for (line, full) in [
            ("plimsoll", "plimsoll check"),
            ("plimsoll --json -", "plimsoll check --json -"),
            ("plimsoll localhost:5000 -q", "plimsoll check localhost:5000 -q"),
            ("plimsoll --color never", "plimsoll --color never check"),
            ("plimsoll --color=never example.org", "plimsoll --color=never check example.org"),
            ("plimsoll list", "plimsoll list"),
            ("plimsoll --color always list", "plimsoll --color always list"),
            ("plimsoll chekc", "plimsoll chekc"),
            ("plimsoll --help", "plimsoll --help"),
        ] {
            assert_eq!(completed(line), full);
        }
    }
}
