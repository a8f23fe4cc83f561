//! `plimsoll serve` as a process.

#![cfg(feature = "embedded")]
#![expect(clippy::expect_used, reason = "the helpers of a test fail like the test")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command.arg("serve").args(arguments).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn refused(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = command(arguments).output().expect("the program runs");
    assert_eq!(status.code(), Some(2), "{arguments:?}");
    assert!(stdout.is_empty(), "{arguments:?}");
    String::from_utf8(stderr).expect("UTF-8")
}

/// A running registry; killed at the end of a test.
struct Serving {
    child: Child,
    greeting: BufReader<std::process::ChildStdout>,
    address: String,
}

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).spawn().expect("the program runs");
        let mut greeting = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        greeting.read_line(&mut line).expect("a line");
        let address = line.trim_end().strip_prefix("listening on http://").map(str::to_owned);
        Self { child, greeting, address: address.unwrap_or_else(|| panic!("no address in {line:?}")) }
    }

    fn get(&self, target: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        write!(stream, "GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// The rest of the greeting, up to its last line.
    fn rest(&mut self) -> String {
        let mut rest = String::new();
        while !rest.contains("end it") {
            assert!(self.greeting.read_line(&mut rest).expect("a line") > 0, "the greeting breaks off: {rest}");
        }
        rest.replace(&self.address, "[address]")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Fails when it has ended already, which no test expects.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_serves_from_memory_and_says_where() {
    let mut serving = Serving::start(&[]);
    assert!(serving.get("/v2/").starts_with("HTTP/1.1 200"));
    insta::assert_snapshot!(serving.rest());
}

#[test]
fn a_fault_is_announced_and_made() {
    let mut serving = Serving::start(&["--fault", "base-as-404", "--fault", "tags-unsorted", "--addr", "127.0.0.1:0"]);
    assert!(serving.get("/v2/").starts_with("HTTP/1.1 404"));
    insta::assert_snapshot!(serving.rest());
}

#[test]
fn a_configuration_is_served_on_another_address() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let config = directory.path().join("config.yml");
    let text = format!("version: 0.1\nstorage: {{filesystem: {{rootdirectory: {}}}}}\n", directory.path().display());
    // The port of the file is not this test's to take; the option replaces it.
    std::fs::write(&config, text).expect("written");
    let serving = Serving::start(&[config.to_str().expect("UTF-8"), "--addr", "127.0.0.1:0"]);
    assert!(serving.get("/v2/").starts_with("HTTP/1.1 200"));
    assert_ne!(serving.address, "127.0.0.1:5000");
}

#[test]
fn bad_usage_ends_with_2() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let config = directory.path().join("config.yml");
    std::fs::write(&config, "version: 0.1\nstorage: inmemory\nhttp: {adr: ':0'}\n").expect("written");
    let messages = [
        refused(&[config.to_str().expect("UTF-8")]).replace(&directory.path().display().to_string(), "/etc/registry"),
        refused(&["/nowhere/config.yml"]),
        refused(&["--fault", "tags-unsortd"]),
        refused(&["--addr", "5000"]),
    ];
    insta::assert_snapshot!(messages.concat());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().expect("an address").to_string();
    assert!(refused(&["--addr", &taken]).contains(&format!("cannot listen on {taken}")));
}

#[test]
fn faults_are_listed() {
    let output = command(&["--list-faults"]).output().expect("the program runs");
    assert!(output.status.success());
    let list = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(list.lines().count() > 100 && list.contains("tags-unsorted "), "{list}");
}
