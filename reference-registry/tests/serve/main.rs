//! The registry as a process: configuration, log, signals and exit codes.

#![expect(clippy::expect_used, reason = "the helpers of a test fail like the test")]

mod process;

use std::io::{Read, Write};
use std::path::PathBuf;

use process::{Process, header, output, until};
use rustix::process::Signal;
use tempfile::TempDir;

/// A directory with a configuration in it.
fn configured(settings: &str) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("config.yml");
    let root = directory.path().join("data");
    let text = format!("version: 0.1\nstorage: {{filesystem: {{rootdirectory: {}}}}}\n{settings}", root.display());
    std::fs::write(&path, text).expect("written");
    (directory, path)
}

const LOOPBACK: &str = "http: {addr: '127.0.0.1:0', secret: s, draintimeout: 20s}\n";

const HELLO: &str = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

#[test]
fn a_file_is_served_and_variables_override_it() {
    let (directory, config) = configured(LOOPBACK);
    let other = directory.path().join("other");
    let root = [("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", other.to_str().expect("UTF-8"))];
    let variables = [root[0], ("REGISTRY_STORAGE_DELETE_ENABLED", "true"), ("REGISTRY_HTTP_HEADERS_X-TEST", "[yes]")];

    let registry = Process::start(&config, &variables);
    let push = format!("/v2/a/blobs/uploads/?digest={HELLO}");
    let pushed = registry.send("POST", &push, "Content-Type: application/octet-stream\r\n", "hello");
    assert!(pushed.starts_with("HTTP/1.1 201"), "{pushed}");
    assert_eq!(header(&pushed, "x-test"), Some("yes"));
    assert!(registry.stop().0.success());
    assert!(other.join("docker/registry/v2/blobs/sha256/2c").is_dir(), "the blob is below the overridden root");
    assert!(!directory.path().join("data").exists());

    // What was pushed is there after a restart, and deletes are off again without their variable.
    let registry = Process::start(&config, &root);
    let blob = format!("/v2/a/blobs/{HELLO}");
    assert!(registry.send("GET", &blob, "", "").ends_with("\r\n\r\nhello"));
    assert!(registry.send("DELETE", &blob, "", "").starts_with("HTTP/1.1 405"));
    assert!(registry.stop().0.success());
}

#[test]
fn without_a_file_it_serves_from_memory_or_from_the_file_that_is_named() {
    let registry = Process::spawn(&["serve"], &[]);
    assert!(registry.send("GET", "/v2/", "", "").starts_with("HTTP/1.1 200"));
    assert!(registry.stop().1.contains("storage=inmemory"));

    let (_directory, config) = configured(LOOPBACK);
    let registry = Process::spawn(&["serve"], &[("REGISTRY_CONFIGURATION_PATH", config.to_str().expect("UTF-8"))]);
    assert!(registry.stop().1.contains("storage=filesystem"));
}

#[test]
fn prefix_and_host_are_those_of_the_configuration() {
    let http = "http: {addr: '127.0.0.1:0', prefix: /deep/, host: 'https://registry.example.com'}\n";
    let (_directory, config) = configured(http);
    let mut registry = Process::start(&config, &[]);
    let address = registry.address.strip_suffix("/deep").map(str::to_owned);
    registry.address = address.expect("the prefix in the URL");
    assert!(registry.send("GET", "/v2/", "", "").starts_with("HTTP/1.1 404"));
    let started = registry.send("POST", "/deep/v2/a/blobs/uploads/", "", "");
    let location = header(&started, "location").unwrap_or_default();
    assert!(location.starts_with("https://registry.example.com/deep/v2/a/blobs/uploads/"), "{started}");
}

/// Opens an upload and sends half of a chunk; returns the connection.
fn half_an_upload(registry: &Process) -> std::net::TcpStream {
    let started = registry.send("POST", "/v2/a/blobs/uploads/", "", "");
    let location = header(&started, "location").expect("a location");
    let target = location.strip_prefix("http://localhost:5000").unwrap_or(location);
    let mut stream = registry.connect();
    write!(
        stream,
        "PATCH {target} HTTP/1.1\r\nHost: localhost:5000\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n"
    )
    .expect("sent");
    // The interim answer shows that the request is being worked on.
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).expect("100 Continue");
    assert!(interim.starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&interim));
    stream.write_all(b"hello").expect("sent");
    stream
}

fn refuses_connections(registry: &Process) {
    until("closing the listener", || std::net::TcpStream::connect(&registry.address).is_err().then_some(()));
}

#[test]
fn sigterm_lets_an_upload_finish() {
    let (_directory, config) = configured(LOOPBACK);
    let mut registry = Process::start(&config, &[]);
    let mut upload = half_an_upload(&registry);
    registry.signal(Signal::TERM);
    refuses_connections(&registry);

    upload.write_all(b"world").expect("sent");
    let mut answer = String::new();
    upload.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    assert_eq!(header(&answer, "range"), Some("0-9"));
    let (status, log) = registry.finish();
    assert_eq!(status.code(), Some(0));
    assert!(log.contains("msg=\"SIGTERM: draining\"") && log.trim_end().ends_with("msg=stopped"), "{log}");
}

#[test]
fn draining_ends_after_its_time() {
    let (_directory, config) = configured("http: {addr: '127.0.0.1:0', draintimeout: 50ms}\n");
    let mut registry = Process::start(&config, &[]);
    let _upload = half_an_upload(&registry);
    registry.signal(Signal::INT);
    let (status, log) = registry.finish();
    assert_eq!(status.code(), Some(0));
    assert!(log.contains("SIGINT: draining") && log.contains("draintimeout=50ms"), "{log}");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let (_directory, config) = configured(LOOPBACK);
    let mut registry = Process::start(&config, &[]);
    let _upload = half_an_upload(&registry);
    registry.signal(Signal::TERM);
    refuses_connections(&registry);
    registry.signal(Signal::INT);
    let (status, log) = registry.finish();
    assert_eq!(status.code(), Some(0));
    assert!(log.contains("msg=\"SIGINT: stopping at once\""), "{log}");
}

/// Times, ports, ids and durations vary.
fn redacted(log: &str) -> String {
    let rules = [
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "[time]"),
        (r#"(version"?[=:]"?)\d+\.\d+\.\d+"#, "${1}[version]"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:[port]"),
        (r"01[0-9A-Z]{24}", "[id]"),
        (r#"((?:duration|ttfb)_ms"?[=:])\d+"#, "${1}0"),
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "[uuid]"),
    ];
    rules.iter().fold(log.to_owned(), |log, (pattern, replacement)| {
        regex::Regex::new(pattern).expect("a pattern").replace_all(&log, *replacement).into_owned()
    })
}

#[test]
fn the_log_of_a_short_life() {
    for formatter in ["text", "json"] {
        let settings =
            format!("log: {{formatter: {formatter}, fields: {{service: registry}}}}\nhttp: {{addr: '127.0.0.1:0'}}\n");
        let (_directory, config) = configured(&settings);
        let registry = Process::start(&config, &[("REGISTRY_PORT", "tcp://10.0.0.1:5000")]);
        registry.send("GET", "/v2/", "User-Agent: test/1\r\n", "");
        registry.send("GET", "/v2/a/manifests/v1?token=hunter2", "Authorization: Bearer hunter2\r\n", "");
        let (_, log) = registry.stop();
        assert!(!log.contains("hunter2"), "{log}");
        insta::assert_snapshot!(format!("life_{formatter}"), redacted(&log));
    }
}

#[test]
fn bad_configurations_end_with_2() {
    let (directory, config) = configured("http: {adr: ':0'}\n");
    let file = config.to_str().expect("UTF-8");
    let message = |arguments: &[&str], variables: &[(&str, &str)]| {
        let output = output(arguments, variables);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        String::from_utf8(output.stderr)
            .expect("UTF-8")
            .replace(&directory.path().display().to_string(), "/etc/registry")
    };
    let fixed = ("REGISTRY_HTTP", "{addr: '127.0.0.1:0'}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().expect("an address").to_string();
    let lines = [
        message(&[], &[]),
        message(&["serve", "a", "b"], &[]),
        message(&["serve", "--port", "1"], &[]),
        message(&["serve", "/nowhere/config.yml"], &[]),
        message(&["serve", file], &[]),
        message(&["serve", file], &[fixed, ("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", "/dev/null/x")]),
        message(&["serve"], &[("REGISTRY_HTTP_TLS_KEY", "k")]),
    ];
    insta::assert_snapshot!(lines.concat());
    let help = output(&["--help"], &[]);
    assert!(help.status.success() && help.stdout == lines[0].as_bytes());
    let occupied = message(&["serve"], &[("REGISTRY_HTTP_ADDR", &taken)]);
    assert!(occupied.contains(&format!("http.addr: cannot listen on {taken}: Address")), "{occupied}");
}
