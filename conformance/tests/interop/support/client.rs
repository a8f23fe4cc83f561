//! A client program, run to its end.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long one command may take.
const DEADLINE: Duration = Duration::from_mins(3);

/// A client program with what every call of it has in common: leading arguments, environment, a home of its own.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    program: PathBuf,
    leading: Vec<String>,
    environment: Vec<(String, String)>,
}

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The command, as in a shell.
    pub(crate) line: String,
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// What it wrote to standard output, byte for byte.
    pub(crate) output: Vec<u8>,
    /// What it wrote to standard error.
    pub(crate) errors: String,
}

impl Finished {
    /// Standard output as text, without the white space around it.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.output).trim().to_owned()
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.output).unwrap_or_else(|error| panic!("{}: {error}\n{}", self.line, self.text()))
    }
}

impl Client {
    /// A client whose configuration and caches live under `home`.
    pub(crate) fn new(program: &Path, home: &Path) -> Self {
        // Some clients want this file when the variable is set.
        std::fs::write(home.join("config.json"), "{}").expect("a configuration of Docker");
        let home = home.display().to_string();
        Self {
            program: program.to_owned(),
            leading: Vec::new(),
            environment: vec![
                ("HOME".to_owned(), home.clone()),
                ("XDG_RUNTIME_DIR".to_owned(), home.clone()),
                ("XDG_CONFIG_HOME".to_owned(), home.clone()),
                ("DOCKER_CONFIG".to_owned(), home),
            ],
        }
    }

    /// Arguments that go before all others.
    #[must_use]
    pub(crate) fn leading(mut self, arguments: &[&str]) -> Self {
        self.leading.extend(arguments.iter().map(|&argument| argument.to_owned()));
        self
    }

    /// One more variable in its environment.
    #[must_use]
    pub(crate) fn variable(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.environment.push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Runs it and expects success.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Finished {
        self.run_in(Path::new("/"), arguments)
    }

    /// Runs it in a directory and expects success.
    pub(crate) fn run_in<S: AsRef<OsStr>>(&self, directory: &Path, arguments: &[S]) -> Finished {
        let finished = self.finish(directory, arguments);
        assert!(
            finished.status.success(),
            "{} ended with {}\n{}\n{}",
            finished.line,
            finished.status,
            finished.text(),
            finished.errors
        );
        finished
    }

    /// Runs it and expects it to fail.
    pub(crate) fn refused<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Finished {
        let finished = self.finish(Path::new("/"), arguments);
        assert!(!finished.status.success(), "{} succeeded, and should not\n{}", finished.line, finished.text());
        finished
    }

    /// Runs it to whatever end.
    pub(crate) fn finish<S: AsRef<OsStr>>(&self, directory: &Path, arguments: &[S]) -> Finished {
        // Files, not pipes: nobody has to read while the program runs.
        let (mut output, mut errors) = (scratch(), scratch());
        let mut command = Command::new(&self.program);
        command
            .args(&self.leading)
            .args(arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("a second handle"))
            .stderr(errors.try_clone().expect("a second handle"));
        let words: Vec<String> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        let name = self.program.file_name().unwrap_or_default().to_string_lossy();
        let line = format!("{name} {}", words.join(" "));
        let mut process = command.spawn().unwrap_or_else(|error| panic!("{line}: {error}"));
        let end = Instant::now() + DEADLINE;
        let status = loop {
            if let Some(status) = process.try_wait().expect("the state of a child") {
                break status;
            }
            if Instant::now() > end {
                let _ = process.kill();
                let _ = process.wait();
                panic!("{line}: no end after {DEADLINE:?}\n{}", String::from_utf8_lossy(&content(&mut errors)));
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let errors = String::from_utf8_lossy(&content(&mut errors)).into_owned();
        Finished { line, status, output: content(&mut output), errors }
    }
}

fn scratch() -> File {
    tempfile::tempfile().expect("a temporary file")
}

fn content(file: &mut File) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("what was written");
    bytes
}
