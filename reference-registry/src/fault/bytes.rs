//! Heads of messages as bytes, for faults that reach below HTTP.

/// More than the head of an ordinary request, less than what comes in at once.
pub(super) const LARGE: usize = 8 << 10;

pub(super) const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// The head at the beginning of `bytes`, without the empty line; `None` when there is no whole one.
pub(super) fn head(bytes: &[u8]) -> Option<&str> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let line = head.split("\r\n").next().unwrap_or_default();
    let request = line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0");
    (request || line.starts_with("HTTP/1.1 ")).then_some(head)
}

/// The size of the first chunk of a request, as it is written.
pub(super) fn first_chunk(bytes: &[u8]) -> Option<&[u8]> {
    let head = head(bytes).filter(|head| has_field(head, "transfer-encoding"))?;
    bytes[head.len()..].strip_prefix(b"\r\n\r\n")?.split(|byte| *byte == b'\r').next()
}

/// Whether `bytes` look like the beginning of a request, whole or not.
pub(super) fn begins_request(bytes: &[u8]) -> bool {
    METHODS.iter().any(|method| bytes.strip_prefix(method.as_bytes()).is_some_and(|rest| rest.starts_with(b" /")))
}

pub(super) fn has_field(head: &str, name: &str) -> bool {
    head.split("\r\n").skip(1).any(|line| field(line).0 == name)
}

/// Name in lower case, as it stands before the colon, and value.
fn field(line: &str) -> (String, &str) {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    (name.to_ascii_lowercase(), value.trim())
}

/// What becomes of a line of a head.
pub(super) enum Line {
    Keep,
    Drop,
    Become(String),
}

pub(super) const fn drop_if(condition: bool) -> Line {
    if condition { Line::Drop } else { Line::Keep }
}

/// Edits the fields of the head that begins in `bytes`, by name and value; there is no answer.
pub(super) fn edit_fields(bytes: &mut Vec<u8>, mut edit: impl FnMut(&str, &str) -> Line) -> Option<Vec<u8>> {
    let head = head(bytes)?;
    let mut lines = head.split("\r\n");
    let mut edited = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let (name, value) = field(line);
        let line = match edit(&name, value) {
            Line::Keep => line.to_owned(),
            Line::Drop => continue,
            Line::Become(line) => line,
        };
        edited.push_str("\r\n");
        edited.push_str(&line);
    }
    let end = head.len();
    bytes.splice(..end, edited.into_bytes());
    None
}

/// An answer after which the connection ends.
pub(super) fn canned(status: &str, fields: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{fields}\r\n\r\n{body}").into_bytes()
}

pub(super) fn failure() -> Vec<u8> {
    canned("500 Internal Server Error", "Content-Length: 0", "")
}
