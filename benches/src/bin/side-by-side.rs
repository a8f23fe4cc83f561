//! Measures several registries in one run and prints them side by side.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use benches::figure::Amount;
use benches::peer::{Known, Peer};
use benches::run::{memory_by_size, run};
use benches::table::markdown;
use clap::Parser;

/// Measures registries side by side: CPU, wall time and memory for pulls and pushes.
///
/// Without arguments it starts each registry it finds a program of (reference-registry, docker-registry, registry,
/// olareg: beside this program, where .ci/install puts tools, on the PATH), each on an empty store of its own.
#[derive(Debug, Parser)]
struct Options {
    /// Registries that already run, `NAME=http://HOST:PORT[,PID]`; the CPU time needs the PID.
    registries: Vec<String>,
    /// Rounds, over which medians are taken.
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Small requests in each round.
    #[arg(long, default_value_t = 2000)]
    requests: u32,
    /// Image pushes in each round.
    #[arg(long, default_value_t = 50)]
    pushes: u32,
    /// Size of the large blob, MiB.
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..))]
    large: u16,
    /// Leave out the comparison of memory by the size of a blob.
    #[arg(long)]
    no_memory: bool,
    /// Start only these: plimsoll, docker-registry, distribution-v3, olareg.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Write the result as JSON, too.
    #[arg(long)]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    match measure(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("side-by-side: {error}");
            ExitCode::from(2)
        }
    }
}

fn measure(options: &Options) -> io::Result<()> {
    let wanted = |known: &Known| options.only.is_empty() || options.only.iter().any(|name| name == known.name());
    let mut found = Vec::new();
    if options.registries.is_empty() {
        for known in Known::ALL.into_iter().filter(wanted) {
            match known.find() {
                Some(program) => found.push((known, program)),
                None => eprintln!("not measured, no program found: {}", known.name()),
            }
        }
    }
    let mut peers: Vec<Peer> = options.registries.iter().map(|text| Peer::running(text)).collect::<io::Result<_>>()?;
    for (known, program) in &found {
        peers.push(Peer::start(*known, program)?);
    }
    if peers.is_empty() {
        return Err(io::Error::other("there is nothing to measure"));
    }
    let amount = Amount { requests: options.requests, pushes: options.pushes, large: options.large.into() };
    let mut outcome = run(&peers, amount, options.rounds, |step| eprintln!("{step}"))?;
    // Their stores are large by now.
    drop(peers);
    if !options.no_memory {
        for ((known, program), memory) in found.iter().zip(&mut outcome.memory) {
            eprintln!("memory of {}", known.name());
            memory.by_size = Some(memory_by_size(*known, program)?);
        }
    }
    println!("{}", markdown(&outcome));
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&outcome)?)?;
    }
    Ok(())
}
