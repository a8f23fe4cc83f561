//! The lines that a request gets.

use std::borrow::Cow;
use std::time::Duration;

use http::Version;

use super::line::Field;
use super::logger::Logger;
use super::redact::redact;
use super::request_id::RequestIds;
use crate::config::Level;
use crate::http::{AccessRecord, Failure, Observer};

/// Longest id of a client that is repeated in the log, in bytes.
const MAX_CLIENT_ID: usize = 128;

/// Writes one line for each request, and another when its answer is an error.
///
/// No header but the logged ones is looked at, so credentials do not get near the log; URLs are redacted.
#[derive(Debug)]
pub struct AccessLog {
    logger: Logger,
    ids: RequestIds,
}

impl AccessLog {
    /// An access log that writes to `logger`, unless that has it disabled.
    pub fn new(logger: Logger) -> Self {
        Self { logger, ids: RequestIds::new() }
    }

    /// What the line of a request says: the fields of GitLab's registry.
    fn access(&self, record: &AccessRecord<'_>, request: &Request<'_>) {
        self.logger.log(
            Level::Info,
            "access",
            &[
                ("content_type", Field::Text(record.response_type.unwrap_or_default())),
                ("correlation_id", Field::Text(&request.id)),
                ("duration_ms", Field::Number(milliseconds(record.duration))),
                ("host", Field::Text(request.host)),
                ("method", Field::Text(record.method.as_str())),
                ("proto", Field::Text(protocol(record.version))),
                ("referrer", Field::Text(&redact(record.referrer().unwrap_or_default()))),
                ("remote_addr", Field::Text(&record.remote.to_string())),
                ("remote_ip", Field::Text(&record.remote.ip().to_string())),
                ("status", Field::Number(record.status.as_u16().into())),
                ("system", Field::Text("http")),
                ("ttfb_ms", Field::Number(milliseconds(record.first_byte))),
                ("uri", Field::Text(&request.uri)),
                ("user_agent", Field::Text(record.user_agent().unwrap_or_default())),
                ("written_bytes", Field::Number(record.written)),
            ],
        );
    }

    /// What the line of a failure says: the fields of Docker Distribution. Only what the registry is to blame for is
    /// an error here.
    fn failure(&self, level: Level, record: &AccessRecord<'_>, request: &Request<'_>, failure: &Failure) {
        let code = failure.code.row().name.to_lowercase().replace('_', " ");
        let mut fields = vec![
            ("err.code", Field::Text(&code)),
            ("err.message", Field::Text(&failure.message)),
            ("http.request.host", Field::Text(request.host)),
            ("http.request.id", Field::Text(&request.id)),
            ("http.request.method", Field::Text(record.method.as_str())),
            ("http.request.remoteaddr", Field::Text(&request.client)),
            ("http.request.uri", Field::Text(&request.uri)),
            ("http.request.useragent", Field::Text(record.user_agent().unwrap_or_default())),
            ("http.response.status", Field::Number(record.status.as_u16().into())),
        ];
        let optional = [("err.cause", &failure.cause), ("err.detail", &failure.detail)];
        fields
            .extend(optional.iter().filter(|(_, text)| !text.is_empty()).map(|(key, text)| (*key, Field::Text(text))));
        self.logger.log(level, "response completed with error", &fields);
    }
}

/// What both lines say.
struct Request<'a> {
    id: Cow<'a, str>,
    host: &'a str,
    uri: String,
    client: String,
}

impl Observer for AccessLog {
    fn finished(&self, record: &AccessRecord<'_>) {
        let level = if record.status.is_server_error() { Level::Error } else { Level::Info };
        let failure = record.failure.filter(|_| self.logger.enabled(level));
        let access = !self.logger.settings().accesslog.disabled && self.logger.enabled(Level::Info);
        if failure.is_none() && !access {
            return;
        }
        let given = record.correlation_id().filter(|id| !id.is_empty() && id.len() <= MAX_CLIENT_ID);
        let request = Request {
            id: given.map_or_else(|| Cow::Owned(self.ids.id(record.id)), Cow::Borrowed),
            host: record.host().map_or("", without_user),
            uri: redact(&record.uri.to_string()).into_owned(),
            client: record.client(),
        };
        if let Some(failure) = failure {
            self.failure(level, record, &request, failure);
        }
        if access {
            self.access(record, &request);
        }
    }
}

/// An authority without the user information before its host.
fn without_user(authority: &str) -> &str {
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

const fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2.0",
        Version::HTTP_3 => "HTTP/3.0",
        _ => "HTTP/1.1",
    }
}
