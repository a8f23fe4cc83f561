//! A process that ends with its owner.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long a process may take to become ready, or to end.
const DEADLINE: Duration = Duration::from_mins(1);

/// A running process and its output. It is told to end, and killed by its id if it does not, when this is dropped.
#[derive(Debug)]
pub(crate) struct Child {
    process: std::process::Child,
    log: PathBuf,
}

impl Child {
    /// Starts `command` with its output going to `log`.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Self {
        let output = File::options().create(true).append(true).open(log).expect("a log file");
        let errors = output.try_clone().expect("a second handle");
        let process = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} did not start: {error}"));
        Self { process, log: log.to_owned() }
    }

    /// Waits until `ready` says so. An error, with what the process wrote, when it ends before that.
    ///
    /// Panics when the deadline passes.
    pub(crate) fn wait_until(&mut self, ready: impl Fn() -> bool) -> Result<(), String> {
        let end = Instant::now() + DEADLINE;
        while !ready() {
            if let Some(status) = self.process.try_wait().expect("the state of a child") {
                return Err(format!("the process ended with {status} before it was ready:\n{}", self.log()));
            }
            assert!(Instant::now() < end, "not ready after {DEADLINE:?}:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// The last lines of what it wrote.
    pub(crate) fn log(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(60)..].join("\n")
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw);
        if let Some(id) = id {
            let _ = kill_process(id, signal);
        }
    }

    fn ended(&mut self) -> bool {
        !matches!(self.process.try_wait(), Ok(None))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("---- {}\n{}", self.log.display(), self.log());
        }
        if self.ended() {
            return;
        }
        self.signal(Signal::TERM);
        let end = Instant::now() + Duration::from_secs(15);
        while !self.ended() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(10));
        }
        if !self.ended() {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}
