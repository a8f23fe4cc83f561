//! `reference-registry serve [CONFIG]`: the registry as a process.

use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

use reference_registry::{config::Environment, run::serve};

const USAGE: &str = "usage: reference-registry serve [CONFIG]";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let path = match arguments.as_slice() {
        [command] if command == "serve" => None,
        [command, path] if command == "serve" && !path.to_string_lossy().starts_with('-') => Some(path.as_ref()),
        [help] if help == "--help" => return say(stdout(), USAGE, 0),
        _ => return say(stderr(), USAGE, 2),
    };
    let served = serve(path, &Environment::of_process(), stdout()).await;
    served.map_or_else(|error| say(stderr(), &error.to_string(), 2), |()| ExitCode::SUCCESS)
}

fn say(mut stream: impl Write, line: &str, code: u8) -> ExitCode {
    // Nobody may be reading.
    drop(writeln!(stream, "{line}"));
    ExitCode::from(code)
}
