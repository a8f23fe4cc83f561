//! An exchange as a command line that repeats it.

use std::fmt::Write as _;

use super::Exchange;

impl Exchange {
    /// The request as a `curl` command line. A short text body is given inline, anything else as `@body`.
    pub fn curl(&self) -> String {
        let request = &self.request;
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

/// A word for a POSIX shell.
fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use crate::exchange::{Exchange, RecordedBody, RecordedRequest};

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
