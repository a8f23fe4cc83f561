//! The run: every registry does every figure in every round, so that a slow moment of the machine hits all alike.

use std::io;

use serde::Serialize;

use crate::figure::{Amount, Content, Figure, Sample, roundtrip};
use crate::peer::{Known, Peer};
use crate::process;

/// The two sizes between which memory must not grow, in MiB.
pub const SIZES: [usize; 2] = [64, 512];

/// What one registry did for one figure: medians over the rounds.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    /// The registry.
    pub registry: String,
    /// The figure.
    pub figure: String,
    /// Whether `wall` and `cpu` are per GB rather than per operation.
    pub by_bytes: bool,
    /// Seconds of wall time.
    pub wall: f64,
    /// Seconds of the server's CPU time; `None` when its process is not known.
    pub cpu: Option<f64>,
}

/// The memory of one registry.
#[derive(Debug, Clone, Serialize)]
pub struct Memory {
    /// The registry.
    pub registry: String,
    /// The peak over the whole run, in bytes.
    pub run: Option<u64>,
    /// The peak of a fresh process that took and gave one blob of each of [`SIZES`], in bytes.
    pub by_size: Option<[u64; 2]>,
}

/// Everything that was measured.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Outcome {
    /// How many rounds there were.
    pub rounds: u32,
    /// The size of a large blob in MiB.
    pub large: usize,
    /// Times, by figure and registry.
    pub cells: Vec<Cell>,
    /// Memory, by registry.
    pub memory: Vec<Memory>,
}

/// Runs all figures over all registries. `progress` is told what comes next. Errors: a request failed.
pub fn run(peers: &[Peer], amount: Amount, rounds: u32, mut progress: impl FnMut(String)) -> io::Result<Outcome> {
    let content = Content::new(amount);
    for peer in peers {
        progress(format!("filling {}", peer.name));
        content.prepare(peer).map_err(|error| named(peer, &error))?;
    }
    let mut samples = vec![vec![Vec::new(); peers.len()]; Figure::ALL.len()];
    for round in 0..rounds {
        for (figure, row) in Figure::ALL.into_iter().zip(&mut samples) {
            progress(format!("round {} of {rounds}: {}", round + 1, figure.name()));
            for (peer, cell) in peers.iter().zip(row) {
                cell.push(content.measure(figure, peer, round).map_err(|error| named(peer, &error))?);
            }
        }
    }
    let mut outcome = Outcome { rounds, large: amount.large, ..Outcome::default() };
    for (figure, row) in Figure::ALL.into_iter().zip(&samples) {
        outcome.cells.extend(peers.iter().zip(row).map(|(peer, samples)| cell(figure, peer, samples)));
    }
    for peer in peers {
        let run = peer.pid.map(process::peak_memory).transpose()?;
        outcome.memory.push(Memory { registry: peer.name.clone(), run, by_size: None });
    }
    Ok(outcome)
}

/// The peak memory of a fresh process for each of [`SIZES`]. Errors: it does not start, a request failed.
pub fn memory_by_size(known: Known, program: &std::path::Path) -> io::Result<[u64; 2]> {
    let mut peaks = [0; 2];
    for (peak, mib) in peaks.iter_mut().zip(SIZES) {
        let peer = Peer::start(known, program)?;
        roundtrip(peer.address, mib).map_err(|error| named(&peer, &error))?;
        *peak = peer.pid.map(process::peak_memory).transpose()?.unwrap_or_default();
    }
    Ok(peaks)
}

fn cell(figure: Figure, peer: &Peer, samples: &[Sample]) -> Cell {
    let wall = median(samples.iter().map(|sample| sample.wall.as_secs_f64() / sample.amount));
    // Ticks are coarse beside one round, so the rounds are taken together.
    let amount: f64 = samples.iter().map(|sample| sample.amount).sum();
    let cpu: Option<f64> = samples.iter().map(|sample| sample.cpu.map(|cpu| cpu.as_secs_f64())).sum();
    Cell {
        registry: peer.name.clone(),
        figure: figure.name(),
        by_bytes: figure.by_bytes(),
        wall,
        cpu: cpu.map(|cpu| cpu / amount),
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn named(peer: &Peer, error: &io::Error) -> io::Error {
    io::Error::other(format!("{}: {error}", peer.name))
}
