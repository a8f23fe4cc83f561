//! Registries of several makes, each a process on a free port of the loopback interface.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Child, programs, request};

/// Who made a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Make {
    /// Ours: `plimsoll serve`.
    Plimsoll,
    /// Docker Distribution 2.8, as Debian packages it.
    DockerRegistry,
    /// Distribution v3.
    Distribution,
    /// olareg.
    Olareg,
}

impl Make {
    /// The name of the program.
    pub(crate) const fn program(self) -> &'static str {
        match self {
            Self::Plimsoll => "plimsoll",
            Self::DockerRegistry => "docker-registry",
            Self::Distribution => "registry",
            Self::Olareg => "olareg",
        }
    }

    /// The version, as the program says it.
    pub(crate) fn version(self) -> Option<String> {
        let flag = if self == Self::Olareg { "version" } else { "--version" };
        let output = Command::new(self.path()?).arg(flag).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.split_whitespace()
            .map(|word| word.trim_start_matches('v'))
            .find(|word| word.starts_with(|first: char| first.is_ascii_digit()) && word.contains('.'))
            .map(|word| word.split_once('+').map_or(word, |(version, _)| version).to_owned())
    }

    fn path(self) -> Option<PathBuf> {
        if self == Self::Plimsoll {
            return Some(PathBuf::from(env!("CARGO_BIN_EXE_plimsoll")));
        }
        programs([self.program()]).map(|[path]| path)
    }
}

/// Whom the tests with clients are about: ours, unless `PLIMSOLL_INTEROP_SUBJECT` names another make by its program.
/// That tells a defect of a client, or of a test, from one of ours.
fn subject() -> Make {
    let name = std::env::var("PLIMSOLL_INTEROP_SUBJECT").unwrap_or_else(|_| "plimsoll".to_owned());
    [Make::Plimsoll, Make::DockerRegistry, Make::Distribution, Make::Olareg]
        .into_iter()
        .find(|make| make.program() == name)
        .unwrap_or_else(|| panic!("PLIMSOLL_INTEROP_SUBJECT: no registry `{name}` is known"))
}

/// Where a registry keeps its content.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Storage<'a> {
    /// In its memory.
    Memory,
    /// Under this directory.
    Root(&'a Path),
}

/// A running registry; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Registry {
    /// `127.0.0.1:port`.
    pub(crate) address: String,
    // Dropped in this order: the process before the directory it writes to.
    _process: Child,
    _directory: tempfile::TempDir,
}

impl Registry {
    /// Starts one and waits until it answers; `None`, after a word about it, when it is not on this machine.
    pub(crate) fn start(make: Make, storage: Storage<'_>) -> Option<Self> {
        let program = make.path()?;
        // Somebody may take the port between our finding it free and the registry binding it.
        let mut last = String::new();
        for _ in 0..3 {
            match Self::attempt(make, &program, storage) {
                Ok(registry) => return Some(registry),
                Err(problem) => last = problem,
            }
        }
        panic!("{} did not start: {last}", make.program());
    }

    fn attempt(make: Make, program: &Path, storage: Storage<'_>) -> Result<Self, String> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let mut command = Command::new(program);
        if make == Make::Olareg {
            olareg(&mut command, port, storage);
        } else {
            let config = directory.path().join("config.yml");
            std::fs::write(&config, configuration(&address, storage)).expect("a configuration");
            command.arg("serve").arg(config);
        }
        // Distribution v3 would look for a collector of traces.
        command.env("OTEL_TRACES_EXPORTER", "none");
        let mut process = Child::start(&mut command, &directory.path().join("log"));
        process.wait_until(|| request(&address, "GET", "/v2/", "*/*").is_some_and(|answer| answer.status == 200))?;
        Ok(Self { address, _process: process, _directory: directory })
    }

    /// The status of a request without a body.
    pub(crate) fn status(&self, method: &str, path: &str) -> u16 {
        request(&self.address, method, path, ACCEPT).unwrap_or_else(|| panic!("no answer to {method} {path}")).status
    }

    /// The manifest behind a tag or digest, byte for byte.
    pub(crate) fn manifest(&self, repository: &str, reference: &str) -> Vec<u8> {
        let path = format!("/v2/{repository}/manifests/{reference}");
        let answer = request(&self.address, "GET", &path, ACCEPT).unwrap_or_else(|| panic!("no answer to {path}"));
        assert_eq!(answer.status, 200, "GET {path}\n{}\n{}", answer.head, String::from_utf8_lossy(&answer.body));
        answer.body
    }

    /// The tags of a repository, in the order given.
    pub(crate) fn tags(&self, repository: &str) -> Vec<String> {
        let path = format!("/v2/{repository}/tags/list");
        let answer = request(&self.address, "GET", &path, "*/*").unwrap_or_else(|| panic!("no answer to {path}"));
        let body: serde_json::Value = serde_json::from_slice(&answer.body).expect("a list of tags");
        let tags = body["tags"].as_array().cloned().unwrap_or_default();
        tags.iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect()
    }
}

const ACCEPT: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

/// Runs `test` against the subject, once on each storage, each time with a home directory for clients.
pub(crate) fn each_storage(test: impl Fn(&Registry, &Path)) {
    for memory in [true, false] {
        let root = tempfile::tempdir().expect("a temporary directory");
        let home = tempfile::tempdir().expect("a temporary directory");
        let storage = if memory { Storage::Memory } else { Storage::Root(root.path()) };
        let Some(registry) = Registry::start(subject(), storage) else { return };
        test(&registry, home.path());
    }
}

/// Docker Distribution's configuration file, which three of the makes read.
fn configuration(address: &str, storage: Storage<'_>) -> String {
    let driver = match storage {
        Storage::Memory => "  inmemory: {}\n".to_owned(),
        Storage::Root(root) => format!("  filesystem:\n    rootdirectory: {}\n", root.display()),
    };
    format!(
        "version: 0.1\nlog:\n  level: info\nstorage:\n{driver}  delete:\n    enabled: true\nhttp:\n  addr: {address}\n"
    )
}

fn olareg(command: &mut Command, port: u16, storage: Storage<'_>) {
    command.args(["serve", "--addr", "127.0.0.1", "--port", &port.to_string(), "--api-delete", "--api-blob-delete"]);
    command.args(["--api-sparse-image", "--api-sparse-index"]);
    match storage {
        Storage::Memory => command.args(["--store-type", "mem"]),
        Storage::Root(root) => command.args(["--store-type", "dir", "--dir"]).arg(root),
    };
}

/// A port that was free a moment ago: these programs cannot all say which one they chose.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}
