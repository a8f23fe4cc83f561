//! Nothing that was acknowledged is lost, and nothing half-written is seen, when the server is killed under load.
//!
//! `PLIMSOLL_CRASH_ROUNDS` sets how often it is killed, `PLIMSOLL_CRASH_SEED` repeats a run's load.

#![expect(clippy::expect_used, reason = "the helpers of a test fail like the test")]

mod client;
mod ledger;
mod server;
mod verify;
mod worker;

use std::path::Path;
use std::time::Duration;

use client::Client;
use fixtures::Seed;
use reference_registry::storage::{Filesystem, fsck};
use server::Server;
use worker::Worker;

const WORKERS: usize = 6;

/// The longest a server lives under load, in milliseconds.
const LONGEST: u64 = 500;

fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[test]
fn what_was_acknowledged_survives_sigkill() {
    let rounds: u64 = setting("PLIMSOLL_CRASH_ROUNDS").map_or(15, |rounds| rounds.parse().expect("a number of rounds"));
    let name = setting("PLIMSOLL_CRASH_SEED").unwrap_or_else(|| format!("{:016x}", rand::random::<u64>()));
    println!("PLIMSOLL_CRASH_SEED={name}");
    let seed = Seed::new(&name);
    let directory = directory();
    let root = directory.path().join("store");
    let mut workers: Vec<Worker> = (0..WORKERS).map(|number| Worker::new(number, &seed)).collect();

    for round in 0..rounds {
        let server = Server::start(directory.path(), &root);
        let life = seed.child("life").child(round).below(LONGEST);
        let address = server.address;
        std::thread::scope(|scope| {
            for worker in &mut workers {
                scope.spawn(move || worker.run(address));
            }
            // Not a wait for anything: the random moment of the crash.
            std::thread::sleep(Duration::from_millis(life));
            server.kill();
        });
        let at = format!("seed {name}, round {round}, killed after {life} ms");
        let wrong: Vec<_> = workers.iter().flat_map(|worker| &worker.ledger.wrong).collect();
        assert!(wrong.is_empty(), "{at}: the server answered what it should not: {wrong:#?}");
        store_is_sound(&root, &at);
        promises_are_kept(directory.path(), &root, &mut workers, &at);
    }
    let acknowledged: u64 = workers.iter().map(|worker| worker.ledger.acknowledged).sum();
    println!("{rounds} crashes, {acknowledged} acknowledged requests, nothing lost");
    assert!(acknowledged > rounds, "the server was always killed before it did anything");
}

/// A RAM disk where there is one: what a killed process wrote stays in the page cache whatever the disk, and without
/// waiting for the disk many more requests fit into each life of the server.
fn directory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a temporary directory")
}

/// The store as the dead server left it.
fn store_is_sound(root: &Path, at: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let store = Filesystem::open(root).expect("the store opens");
    let report = runtime.block_on(fsck::check(&store)).expect("the store can be read");
    let damage: Vec<_> = report.damage().map(ToString::to_string).collect();
    assert!(damage.is_empty(), "{at}: {damage:#?}");
    let leftovers = std::fs::read_dir(root).expect("a root").filter_map(Result::ok).map(|entry| entry.file_name());
    let leftovers: Vec<_> = leftovers.filter(|name| name != "docker" && name != ".plimsoll").collect();
    assert!(leftovers.is_empty(), "{at}: {leftovers:?}");
    let unswept = std::fs::read_dir(root.join(".plimsoll")).map_or(0, Iterator::count);
    assert_eq!(unswept, 0, "{at}: what the dead server was writing is still there");
}

/// What the next server says.
fn promises_are_kept(directory: &Path, root: &Path, workers: &mut [Worker], at: &str) {
    let server = Server::start(directory, root);
    let mut client = Client::connect(server.address).expect("a connection");
    for worker in &mut *workers {
        let broken = verify::verify(&mut client, &mut worker.ledger).expect("the server answers");
        assert!(broken.is_empty(), "{at}, worker {}: {broken:#?}", worker.number);
    }
    let repositories = workers.iter().flat_map(|worker| worker.ledger.blobs.keys()).map(|(name, _)| name.as_str());
    let broken = verify::listed(&mut client, repositories).expect("the server answers");
    assert!(broken.is_empty(), "{at}: {broken:#?}");
}
