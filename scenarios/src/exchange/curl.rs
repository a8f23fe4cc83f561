//! An exchange as a command line that repeats it.

use std::fmt::Write as _;

use url::Url;

use super::Exchange;

/// The name, among the headers of a record, that marks a request as sent byte by byte.
pub(crate) const RAW: &str = "raw";

impl Exchange {
    /// The request as a `curl` command line. A short text body is given inline, anything else as `@body`. A request that
    /// was written to the socket byte by byte is a line for `nc` or `openssl`, since `curl` would write another.
    pub fn curl(&self) -> String {
        let request = &self.request;
        if request.headers.iter().any(|(name, _)| name == RAW) {
            return self.raw();
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

    fn raw(&self) -> String {
        let request = &self.request;
        let bytes = match &request.body.text {
            Some(text) if text.len() <= 1000 && !request.body.is_cut() => format!("printf {}", format_of(text)),
            _ => "cat request".to_owned(),
        };
        let Ok(url) = Url::parse(&request.url) else { return bytes };
        let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
        let host = host.trim_start_matches('[').trim_end_matches(']');
        match url.scheme() {
            "https" => format!("{bytes} | openssl s_client -quiet -connect {host}:{port}"),
            _ => format!("{bytes} | nc {host} {port}"),
        }
    }
}

/// A word for a shell: in plain quotes, or as `$'…'` when it holds line ends or other control characters.
fn quote(word: &str) -> String {
    if !word.chars().any(char::is_control) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    format!("$'{}'", escaped(&word.replace('\\', r"\\").replace('\'', r"\'")))
}

/// The first argument of `printf` that prints `text`.
fn format_of(text: &str) -> String {
    format!("'{}'", escaped(&text.replace('\\', r"\\").replace('%', "%%").replace('\'', r"'\''")))
}

/// Control characters as escapes that `$'…'` and `printf` both know.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\r' => out.push_str(r"\r"),
            '\n' => out.push_str(r"\n"),
            '\t' => out.push_str(r"\t"),
            c if c.is_control() => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\{byte:03o}");
                }
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::exchange::{Exchange, RecordedBody, RecordedRequest};

    fn curl(method: &str, header: (&str, &str), body: &'static str) -> String {
        let headers = vec![(header.0.to_owned(), header.1.to_owned()), ("content-length".to_owned(), "3".to_owned())];
        let body = RecordedBody::of(&bytes::Bytes::from_static(body.as_bytes()));
        let request =
            RecordedRequest { method: method.to_owned(), url: "http://h:5000/v2/a".to_owned(), headers, body };
        Exchange { request, response: None, error: None, seconds: 0.0 }.curl()
    }

    #[test]
    fn a_line_that_can_be_pasted() {
        assert_eq!(
            curl("PUT", ("content-type", "it's"), "a'b"),
            r"curl -i -X PUT 'http://h:5000/v2/a' -H 'content-type: it'\''s' --data-binary 'a'\''b'"
        );
    }

    #[test]
    fn line_ends_of_a_body_survive() {
        assert_eq!(
            curl("PUT", ("a", "b"), "{\n  'x\\y'\t}"),
            r"curl -i -X PUT 'http://h:5000/v2/a' -H 'a: b' --data-binary $'{\n  \'x\\y\'\t}'"
        );
    }

    #[test]
    fn what_was_written_byte_by_byte_is_no_curl_line() {
        assert_eq!(
            curl("GET", ("raw", "x"), "GET /v2/%zz HTTP/1.1\r\nA: it's\r\n\r\n"),
            r"printf 'GET /v2/%%zz HTTP/1.1\r\nA: it'\''s\r\n\r\n' | nc h 5000"
        );
    }
}
