//! The registries that are measured: how each is found, started and stopped.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::Connection;

/// How long a registry may take to answer after its start.
const READY: Duration = Duration::from_secs(20);

/// A registry this program can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// The reference registry.
    Plimsoll,
    /// Debian's `docker-registry`, Docker Distribution 2.8.
    DockerRegistry,
    /// Docker Distribution 3, whose program is called `registry`.
    Distribution,
    /// olareg.
    Olareg,
}

impl Known {
    /// All of them, ours first.
    pub const ALL: [Self; 4] = [Self::Plimsoll, Self::DockerRegistry, Self::Distribution, Self::Olareg];

    /// The name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plimsoll => "plimsoll",
            Self::DockerRegistry => "docker-registry",
            Self::Distribution => "distribution-v3",
            Self::Olareg => "olareg",
        }
    }

    const fn program(self) -> &'static str {
        match self {
            Self::Plimsoll => "reference-registry",
            Self::DockerRegistry => "docker-registry",
            Self::Distribution => "registry",
            Self::Olareg => "olareg",
        }
    }

    /// Where its program is: beside this one, where `.ci/install` puts the tools of the interop stage, or on the `PATH`.
    pub fn find(self) -> Option<PathBuf> {
        let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_owned));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let tools = std::env::var_os("PLIMSOLL_TOOLS").map(PathBuf::from);
        let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/plimsoll-tools"));
        beside
            .into_iter()
            .chain(tools.or_else(home).map(|tools| tools.join("bin")))
            .chain(std::env::split_paths(&path))
            .map(|directory| directory.join(self.program()))
            .find(|program| program.is_file())
    }

    fn command(self, program: &Path, root: &Path, port: u16) -> io::Result<Command> {
        let mut command = Command::new(program);
        if self == Self::Olareg {
            command.args(["serve", "--store-type", "dir", "--addr", "127.0.0.1", "--port", &port.to_string(), "--dir"]);
            command.arg(root.join("store"));
        } else {
            let config = root.join("config.yml");
            let store = root.join("store");
            let text = format!(
                "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: 127.0.0.1:{port}\n",
                store.display()
            );
            fs::write(&config, text)?;
            command.arg("serve").arg(config);
        }
        fs::create_dir_all(root.join("store"))?;
        Ok(command)
    }
}

/// A registry that answers.
#[derive(Debug)]
pub struct Peer {
    /// Its name in the table.
    pub name: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its process, when it is on this machine and known.
    pub pid: Option<u32>,
    /// Held so that both go with it: the process first, then its files.
    _owned: Option<(Guard, tempfile::TempDir)>,
}

#[derive(Debug)]
struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Peer {
    /// Starts a registry on an empty store and waits until it answers. Errors: it does not start or answer.
    pub fn start(known: Known, program: &Path) -> io::Result<Self> {
        let root = tempfile::Builder::new().prefix("side-by-side-").tempdir()?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = known.command(program, root.path(), address.port())?;
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut guard = Guard(child);
        let deadline = Instant::now() + READY;
        while !answers(address) {
            if let Some(status) = guard.0.try_wait()? {
                return Err(io::Error::other(format!("{} ended with {status}", program.display())));
            }
            if Instant::now() > deadline {
                return Err(io::Error::other(format!("{} does not answer", program.display())));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let pid = Some(guard.0.id());
        Ok(Self { name: known.name().to_owned(), address, pid, _owned: Some((guard, root)) })
    }

    /// A registry that already runs, from `NAME=http://HOST:PORT[,PID]`. Errors: the text has another form, the
    /// host is not known.
    pub fn running(text: &str) -> io::Result<Self> {
        let form = || io::Error::other(format!("`{text}` is not of the form NAME=http://HOST:PORT[,PID]"));
        let (name, rest) = text.split_once('=').ok_or_else(form)?;
        let (url, pid) = rest.split_once(',').map_or((rest, None), |(url, pid)| (url, Some(pid)));
        let authority = url.strip_prefix("http://").ok_or_else(form)?.trim_end_matches('/');
        let address = authority.to_socket_addrs()?.next().ok_or_else(form)?;
        let pid = pid.map(|pid| pid.parse().map_err(|_| form())).transpose()?;
        Ok(Self { name: name.to_owned(), address, pid, _owned: None })
    }
}

fn answers(address: SocketAddr) -> bool {
    Connection::open(address)
        .and_then(|mut connection| connection.request("GET", "/v2/", None))
        .is_ok_and(|response| response.status == 200)
}
