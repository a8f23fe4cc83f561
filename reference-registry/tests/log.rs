//! What the log says about requests, and what it never says.

#![expect(clippy::expect_used, reason = "the helpers of a test fail like the test")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, Version};
use reference_registry::config::{AccessLog as AccessLogSettings, Formatter, Level, Log};
use reference_registry::error::Code;
use reference_registry::http::{AccessRecord, Failure, Observer};
use reference_registry::log::{AccessLog, Field, Logger};

/// A sink that a test can read.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("UTF-8")
    }
}

fn settings(formatter: Formatter) -> Log {
    let fields = [("service".to_owned(), "registry".into())].into();
    Log { level: Level::Info, formatter, fields, accesslog: AccessLogSettings { disabled: false } }
}

/// A request with everything that may end up in a log.
struct Request {
    uri: Uri,
    method: Method,
    headers: HeaderMap,
    status: StatusCode,
    failure: Option<Failure>,
}

impl Request {
    fn new(uri: &str, headers: &[(&str, &str)]) -> Self {
        let pair = |&(name, value): &(&str, &str)| {
            let name: HeaderName = name.parse().expect("a name");
            (name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"))
        };
        Self {
            uri: uri.parse().expect("a target"),
            method: Method::DELETE,
            headers: headers.iter().map(pair).collect(),
            status: StatusCode::ACCEPTED,
            failure: None,
        }
    }

    fn failed(mut self, status: StatusCode, failure: Failure) -> Self {
        self.status = status;
        self.failure = Some(failure);
        self
    }

    fn log(&self, settings: Log) -> String {
        let sink = Sink::default();
        let observer = AccessLog::new(Logger::new(settings, Box::new(sink.clone())));
        observer.finished(&AccessRecord {
            id: 1,
            method: &self.method,
            uri: &self.uri,
            version: Version::HTTP_11,
            headers: &self.headers,
            remote: "127.0.0.1:47498".parse().expect("an address"),
            status: self.status,
            response_type: None,
            written: 0,
            complete: true,
            duration: Duration::from_micros(62_900),
            first_byte: Duration::from_millis(62),
            failure: self.failure.as_ref(),
        });
        sink.text()
    }
}

fn delete() -> Request {
    Request::new(
        "/v2/group/project/tags/reference/v1",
        &[("host", "localhost:5000"), ("user-agent", "GitLab/14.6.0"), ("x-request-id", "01FQGNSKVMHQEAVE21KYTJN2P4")],
    )
}

fn failure(code: Code, cause: &str) -> Failure {
    Failure {
        code,
        message: "manifest unknown to this repository".to_owned(),
        detail: "{\"tag\":\"v1\"}".to_owned(),
        cause: cause.to_owned(),
    }
}

fn redact_time(line: &str) -> String {
    let time = regex::Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z").expect("a pattern");
    time.replace_all(line, "[time]").into_owned()
}

#[test]
fn access_lines() {
    insta::assert_snapshot!("access_json", redact_time(&delete().log(settings(Formatter::Json))));
    insta::assert_snapshot!("access_text", redact_time(&delete().log(settings(Formatter::Text))));
}

#[test]
fn failures_have_a_line_of_their_own() {
    let unknown = delete().failed(StatusCode::NOT_FOUND, failure(Code::ManifestUnknown, ""));
    let broken = delete().failed(StatusCode::INTERNAL_SERVER_ERROR, failure(Code::Unknown, "disk: input/output error"));
    insta::assert_snapshot!("failure_text", redact_time(&unknown.log(settings(Formatter::Text))));
    insta::assert_snapshot!("failure_json", redact_time(&broken.log(settings(Formatter::Json))));
}

#[test]
fn settings_decide_what_is_written() {
    let quiet = Log { accesslog: AccessLogSettings { disabled: true }, ..settings(Formatter::Text) };
    assert_eq!(delete().log(quiet.clone()), "");
    let broken = delete().failed(StatusCode::INTERNAL_SERVER_ERROR, failure(Code::Unknown, "cause"));
    let lines = |level| broken.log(Log { level, ..quiet.clone() }).lines().count();
    assert_eq!([Level::Error, Level::Warn, Level::Info, Level::Debug].map(lines), [1; 4]);
    assert_eq!(delete().log(Log { level: Level::Warn, ..settings(Formatter::Text) }), "");
}

#[test]
fn a_request_without_an_id_gets_one() {
    let line = Request::new("/v2/", &[]).log(settings(Formatter::Json));
    let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(line["correlation_id"].as_str().map(str::len), Some(26));
    let long = "x".repeat(129);
    let line = Request::new("/v2/", &[("x-request-id", &long)]).log(settings(Formatter::Json));
    assert!(!line.contains(&long));
}

#[test]
fn secrets_stay_out() {
    let request = Request::new(
        "https://user:hunter2@registry.example.com/v2/a/blobs/uploads/1?_state=hunter2&token=hunter2&Password=hunter2&n=1",
        &[
            ("authorization", "Bearer hunter2"),
            ("cookie", "session=hunter2"),
            ("proxy-authorization", "Basic hunter2"),
            ("referer", "https://hunter2@example.com/?access_token=hunter2"),
        ],
    )
    .failed(StatusCode::BAD_REQUEST, failure(Code::BlobUploadInvalid, "no"));
    for formatter in [Formatter::Json, Formatter::Text] {
        let lines = request.log(settings(formatter));
        assert!(!lines.contains("hunter2"), "{lines}");
        assert!(lines.contains("n=1"), "{lines}");
    }
}

#[test]
fn a_request_cannot_forge_a_line() {
    // What a header can hold beyond letters: quotes, tabs, and bytes from 0x80 that are C1 controls in UTF-8.
    let forged = "x\" level=error msg=\"forged\t\u{85}\u{9b}31m\u{2028}y";
    let request = Request::new(
        "/v2/%0a%22level%22:%22error%22/tags/list?a=%0d%0aforged",
        &[
            ("user-agent", forged),
            ("x-forwarded-for", forged),
            ("x-request-id", forged),
            ("referer", forged),
            ("host", forged),
        ],
    )
    .failed(StatusCode::NOT_FOUND, failure(Code::NameUnknown, "line\nbreak\r\u{1b}[31m"));
    for formatter in [Formatter::Json, Formatter::Text] {
        let lines = request.log(settings(formatter));
        assert_eq!(lines.lines().count(), 2, "{lines}");
        assert!(lines.chars().all(|c| c == '\n' || !c.is_control()), "{lines:?}");
        assert!(!lines.contains('\u{2028}') && !lines.contains(" level=error"), "{lines}");
    }
}

#[test]
fn loggers_do_not_mix() {
    let (first, second) = (Sink::default(), Sink::default());
    let loggers = [&first, &second].map(|sink| Logger::new(settings(Formatter::Text), Box::new(sink.clone())));
    loggers[0].log(Level::Info, "to the first", &[("n", Field::Number(1))]);
    loggers[1].say(Level::Warn, "to the second");
    loggers[1].say(Level::Debug, "to nobody");
    assert!(first.text().ends_with("level=info msg=\"to the first\" n=1 service=registry\n"), "{}", first.text());
    assert!(second.text().ends_with("level=warn msg=\"to the second\" service=registry\n"), "{}", second.text());
    assert_eq!(second.text().lines().count(), 1);
}
