//! Where a program is, or a loud word that it is not there.

use std::env;
use std::io::Write as _;
use std::path::PathBuf;

/// The paths of these programs.
///
/// When one is missing the answer is `None`, after a line on standard error that the harness does not capture: the
/// test is to return. Under `PLIMSOLL_CI` a missing program fails the test, unless `PLIMSOLL_CI_WITHOUT` names it:
/// an exception that whoever runs the machine has to ask for.
pub(crate) fn programs<const N: usize>(names: [&str; N]) -> Option<[PathBuf; N]> {
    let missing: Vec<&str> = names.iter().copied().filter(|name| locate(name).is_none()).collect();
    if missing.is_empty() {
        return Some(names.map(|name| locate(name).expect("it was there a moment ago")));
    }
    let excused = env::var("PLIMSOLL_CI_WITHOUT").unwrap_or_default();
    let all_excused = missing.iter().all(|name| excused.split_whitespace().any(|word| word == *name));
    assert!(
        env::var_os("PLIMSOLL_CI").is_none() || all_excused,
        "not on this machine: {}; in CI nothing is skipped (`.ci/install` installs them)",
        missing.join(", ")
    );
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test").to_owned();
    // Not `eprintln!`, which the harness keeps to itself when the test passes.
    let _ = writeln!(
        std::io::stderr(),
        "\nSKIPPED {test}: not on this machine: {} (`.ci/install` installs them)",
        missing.join(", ")
    );
    None
}

fn locate(name: &str) -> Option<PathBuf> {
    let tools = env::var_os("PLIMSOLL_TOOLS")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/plimsoll-tools")))
        .map(|tools| tools.join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    // Daemons are in /usr/sbin, which is not in the PATH of everyone.
    let system = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    tools
        .into_iter()
        .chain(env::split_paths(&path))
        .chain(system)
        .map(|directory| directory.join(name))
        .find(|candidate| candidate.is_file())
}
