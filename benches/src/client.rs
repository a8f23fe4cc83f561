//! A blocking HTTP/1.1 client that costs next to nothing beside the server it measures.

use std::fmt::Write as _;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// How much of a body is taken from the socket at once, in bytes.
const PIECE: usize = 256 * 1024;

/// What pulling clients send; Docker Distribution 2.8 hides an OCI manifest from a client that only says `*/*`.
const ACCEPT: &str = "application/vnd.oci.image.manifest.v1+json, \
                      application/vnd.docker.distribution.manifest.v2+json, */*";

/// A response without its body.
#[derive(Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The `Location` header.
    pub location: Option<String>,
    /// The length of the body in bytes.
    pub length: u64,
}

/// One connection, kept open.
#[derive(Debug)]
pub struct Connection {
    address: SocketAddr,
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What is sent with a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Body<'a> {
    /// Its media type.
    pub media_type: &'a str,
    /// Its bytes.
    pub content: &'a [u8],
}

impl Connection {
    /// Connects. Errors: what the system says.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { address, stream, buffer: vec![0; PIECE] })
    }

    /// Sends a request and takes its response, whose body is thrown away. `path` may be a whole URL of this server.
    /// Errors: what the system says; a response that is not understood.
    pub fn request(&mut self, method: &str, path: &str, body: Option<Body<'_>>) -> io::Result<Response> {
        let path = path.strip_prefix("http://").map_or(path, |rest| rest.find('/').map_or("/", |at| &rest[at..]));
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nAccept: {ACCEPT}\r\n", self.address);
        if let Some(body) = body {
            let (media_type, length) = (body.media_type, body.content.len());
            // Writing to a string cannot fail.
            let _ = write!(head, "Content-Type: {media_type}\r\nContent-Length: {length}\r\n");
        } else if method != "GET" && method != "HEAD" {
            head.push_str("Content-Length: 0\r\n");
        }
        head.push_str("\r\n");
        let content = body.map_or(&[][..], |body| body.content);
        if content.len() <= PIECE {
            self.stream.write_all(&[head.as_bytes(), content].concat())?;
        } else {
            self.stream.write_all(head.as_bytes())?;
            self.stream.write_all(content)?;
        }
        self.response(method == "HEAD")
    }

    fn response(&mut self, headless: bool) -> io::Result<Response> {
        let mut filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..])?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            filled += read;
            if let Some((response, head)) = parse(&self.buffer[..filled])? {
                if !headless {
                    self.discard(response.length.saturating_sub((filled - head) as u64))?;
                }
                return Ok(response);
            }
        }
    }

    fn discard(&mut self, mut rest: u64) -> io::Result<()> {
        while rest > 0 {
            let want = usize::try_from(rest).map_or(PIECE, |rest| rest.min(PIECE));
            let read = self.stream.read(&mut self.buffer[..want])?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            rest -= read as u64;
        }
        Ok(())
    }
}

/// The response and the length of its head, when it is all there.
fn parse(bytes: &[u8]) -> io::Result<Option<(Response, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Response::new(&mut headers);
    let parsed = head.parse(bytes).map_err(io::Error::other)?;
    let httparse::Status::Complete(length) = parsed else { return Ok(None) };
    let value = |name: &str| {
        let header = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok()
    };
    if value("transfer-encoding").is_some() {
        return Err(io::Error::other("a chunked response, which this client does not read"));
    }
    let status = head.code.unwrap_or_default();
    let body = if status == 204 { 0 } else { value("content-length").and_then(|text| text.parse().ok()).unwrap_or(0) };
    Ok(Some((Response { status, location: value("location").map(str::to_owned), length: body }, length)))
}
