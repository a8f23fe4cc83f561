//! An exchange as a command line that repeats it.

use std::fmt::Write as _;

use super::Exchange;

/// The name, among the headers of a record, that marks a request as sent byte by byte.
pub(crate) const RAW: &str = "raw";

impl Exchange {
    /// The request as a command line: `curl`, or `printf | nc` for one that was sent byte by byte. A short text body is
    /// given inline, anything else as `@body`.
    pub fn curl(&self) -> String {
        let request = &self.request;
        if request.headers.iter().any(|(name, _)| name == RAW) {
            return self.netcat();
        }
        let mut line = String::from("curl -i");
        // Writing to a String cannot fail.
        match request.method.as_str() {
            "GET" => {}
            "HEAD" => line.push_str(" --head"),
            method => {
                let _ = write!(line, " -X {method}");
            }
        }
        let _ = write!(line, " {}", quote(&request.url));
        for (name, value) in &request.headers {
            if name != "content-length" && name != "host" {
                let _ = write!(line, " -H {}", quote(&format!("{name}: {value}")));
            }
        }
        match &request.body {
            body if body.size == 0 => {}
            body => match &body.text {
                Some(text) if text.len() <= 200 && !body.is_cut() => {
                    let _ = write!(line, " --data-binary {}", quote(text));
                }
                _ => line.push_str(" --data-binary @body"),
            },
        }
        line
    }
}

impl Exchange {
    /// A request that was sent byte by byte, for `nc`.
    fn netcat(&self) -> String {
        let url = url::Url::parse(&self.request.url);
        let (host, port) = url.ok().map_or_else(Default::default, |url| {
            let port = url.port_or_known_default().unwrap_or(80);
            (url.host_str().unwrap_or_default().to_owned(), port)
        });
        let text = self.request.body.text.as_deref().unwrap_or_default();
        let shown: String = text.chars().take(600).collect();
        let cut = if shown.len() < text.len() || self.request.body.is_cut() { "…" } else { "" };
        let escaped = shown.replace('\\', r"\\").replace('%', "%%").replace('\r', r"\r").replace('\n', r"\n");
        format!("printf {} | nc {host} {port}", quote(&format!("{escaped}{cut}")))
    }
}

/// A word for a POSIX shell.
fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use crate::exchange::{Exchange, RecordedBody, RecordedRequest};

    #[test]
    fn bytes_go_through_netcat() {
        let exchange = Exchange {
            request: RecordedRequest {
                method: "GET".into(),
                url: "http://h:5000/v2/".into(),
                headers: vec![(super::RAW.into(), "sent byte by byte".into())],
                body: RecordedBody::of(&bytes::Bytes::from_static(b"GET /v2/%2f HTTP/1.1\r\n\r\n")),
            },
            response: None,
            error: None,
            seconds: 0.0,
        };
        assert_eq!(exchange.curl(), r"printf 'GET /v2/%%2f HTTP/1.1\r\n\r\n' | nc h 5000");
    }

    #[test]
    fn a_line_that_can_be_pasted() {
        let exchange = Exchange {
            request: RecordedRequest {
                method: "PUT".into(),
                url: "http://h/v2/a".into(),
                headers: vec![("content-type".into(), "it's".into()), ("content-length".into(), "3".into())],
                body: RecordedBody::of(&bytes::Bytes::from_static(b"a'b")),
            },
            response: None,
            error: None,
            seconds: 0.0,
        };
        assert_eq!(
            exchange.curl(),
            r"curl -i -X PUT 'http://h/v2/a' -H 'content-type: it'\''s' --data-binary 'a'\''b'"
        );
    }
}
