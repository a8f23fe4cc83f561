//! What is said when there is nothing to check: one sentence, and the exit code that tells why.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;

use rustls::pki_types::PrivateKeyDer;

/// What a command said, with ports taken out.
struct Said {
    code: i32,
    err: String,
}

/// Runs `plimsoll check` with these arguments in an empty directory.
fn check(arguments: &[&str]) -> Said {
    let directory = tempfile::tempdir().expect("a directory");
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .arg("check")
        .args(arguments)
        .args(["--request-timeout", "2s"])
        .current_dir(directory.path())
        .env_remove("PLIMSOLL_TARGET")
        .env_remove("PLIMSOLL_PROFILE")
        .output()
        .expect("plimsoll runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "nothing on standard output");
    let err = String::from_utf8(output.stderr).expect("text");
    Said { code: output.status.code().expect("an exit code"), err }
}

/// One line that begins with `error: `, without it.
fn sentence(said: &Said, port: u16) -> String {
    assert_eq!(said.err.lines().count(), 1, "one sentence: {}", said.err);
    let text = said.err.trim_end().strip_prefix("error: ").expect("an error");
    text.replace(&port.to_string(), "PORT")
}

/// A server that sends the same answer to every request and hangs up; `PORT` in it is its own port.
fn answering(answer: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(answer.replace("PORT", &port.to_string()).as_bytes());
        }
    });
    port
}

/// A TLS server with a certificate of its own making that answers every request like a registry.
fn secure() -> u16 {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a configuration");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).expect("a connection");
            let mut tls = rustls::StreamOwned::new(connection, stream);
            let mut request = [0; 4096];
            if tls.read(&mut request).is_ok() {
                let _ = tls
                    .write_all(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            }
            let _ = tls.sock.shutdown(std::net::Shutdown::Both);
        }
    });
    port
}

fn expect(arguments: &[&str], port: u16, code: i32, begins: &str) {
    let said = check(arguments);
    let text = sentence(&said, port);
    assert_eq!(said.code, code, "{text}");
    assert!(text.starts_with(begins), "\n  {text}\ndoes not begin with\n  {begins}");
}

#[test]
fn an_unknown_host() {
    expect(&["http://registry.invalid"], 0, 3, "http://registry.invalid/: the host name is not known");
}

#[test]
fn a_closed_port() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    expect(&[&format!("127.0.0.1:{port}")], port, 3, "http://127.0.0.1:PORT/: the connection was refused");
}

#[test]
fn tls_on_a_plain_port() {
    let port = answering("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    let url = format!("https://127.0.0.1:{port}");
    expect(&[&url], port, 3, "https://127.0.0.1:PORT/: the port does not speak TLS; try http://");
}

#[test]
fn plain_http_on_a_tls_port() {
    let port = secure();
    let url = format!("http://127.0.0.1:{port}");
    expect(&[&url], port, 3, "http://127.0.0.1:PORT/: the port speaks TLS; try https://");
}

#[test]
fn plain_http_on_a_tls_port_that_explains_itself() {
    let port = answering(
        "HTTP/1.0 400 Bad Request\r\ncontent-type: text/plain\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
    );
    let url = format!("http://127.0.0.1:{port}");
    expect(&[&url], port, 3, "http://127.0.0.1:PORT/: the port speaks TLS; try https://");
}

#[test]
fn a_certificate_nobody_trusts() {
    let port = secure();
    let url = format!("https://127.0.0.1:{port}");
    expect(&[&url], port, 3, "https://127.0.0.1:PORT/: the certificate is not trusted");
    expect(&[&url, "--insecure"], port, 3, "https://127.0.0.1:PORT/: there is no registry here: GET /v2/ answered 503");
}

#[test]
fn a_web_site() {
    let page =
        "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<!doctype html><p>Not here";
    let port = answering(page);
    expect(&[&format!("127.0.0.1:{port}")], port, 3, "http://127.0.0.1:PORT/: this is a web site, not a registry");
}

#[test]
fn a_redirect_loop() {
    let port = answering(
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:PORT/v2/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    );
    expect(&[&format!("127.0.0.1:{port}")], port, 3, "http://127.0.0.1:PORT/: the redirects never end");
}

#[test]
fn another_service() {
    let port = answering("HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
    expect(&[&format!("127.0.0.1:{port}")], port, 3, "http://127.0.0.1:PORT/: there is no registry here");
    let port = answering("SSH-2.0-OpenSSH_9.2\r\n");
    expect(&[&format!("127.0.0.1:{port}")], port, 3, "http://127.0.0.1:PORT/: ");
}

#[test]
fn a_registry_that_asks_who_is_there() {
    let port = answering(
        "HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Bearer realm=\"http://a\"\r\ncontent-length: 0\r\n\r\n",
    );
    expect(&[&format!("127.0.0.1:{port}")], port, 3, "http://127.0.0.1:PORT/: the registry asks for credentials");
}

#[test]
fn a_server_that_never_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    expect(&[&format!("127.0.0.1:{port}")], port, 3, "http://127.0.0.1:PORT/: no answer in time");
}

#[test]
fn addresses_that_are_none() {
    expect(&["http://"], 0, 2, "`http://` is not a URL: give http://HOST[:PORT]");
    expect(&["ftp://example.org"], 0, 2, "`ftp://example.org` has the scheme `ftp`");
    expect(&["http://user:word@localhost:5000"], 0, 2, "the URL of `localhost` holds a user name or password");
}

#[test]
fn a_report_that_cannot_be_written() {
    for option in ["--json", "--junit", "--html", "--markdown"] {
        let said = check(&["localhost:1", option, "no/such/directory/report"]);
        assert_eq!(said.code, 2);
        let text = sentence(&said, 0);
        assert!(text.starts_with("no/such/directory/report: the ") && text.contains("cannot be written"), "{text}");
    }
}

#[test]
fn options_that_cannot_be_meant() {
    for (arguments, begins) in [
        (["localhost:1", "--select", "no.such.check"].as_slice(), "no check of the profile oci-1.1 is selected"),
        (&["localhost:1", "--select", "tag:nothing"], "no check carries the tag `nothing`"),
        (&["localhost:1", "--select", "push.["], "`push.[` is no pattern"),
        (&["localhost:1", "--skip", "*"], "no check of the profile oci-1.1 is selected"),
        (&["localhost:1", "--prefix", "Upper"], "`Upper` cannot be part of a repository name"),
        (&["localhost:1", "--run-id", "a b"], "`a b` cannot be part of a repository name"),
        (&["localhost:1", "--image", "busybox"], "`busybox` is no image to pull: give REPOSITORY:TAG"),
        (&["localhost:1", "--json", "-", "--junit", "-"], "only one of the reports"),
        (&["localhost:1", "--json", "-", "--annotations", "github"], "only one of the reports"),
    ] {
        expect(arguments, 0, 2, begins);
    }
}

#[test]
fn values_that_options_do_not_take() {
    for (option, value, help) in [
        ("--profile", "oci-1.2", "oci-1.1"),
        ("--fail-on", "may", "should"),
        ("--jobs", "0", "from 1 to 1024"),
        ("--timeout", "soon", "500ms"),
        ("--annotations", "bitbucket", "gitlab=FILE"),
        ("--color", "sometimes", "never"),
    ] {
        let said = check(&["localhost:1", option, value]);
        assert_eq!(said.code, 2, "{option}");
        assert!(said.err.contains(help), "{option}: {}", said.err);
    }
}
