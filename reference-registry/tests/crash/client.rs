//! A blocking client: one connection, one request at a time.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A response that came whole.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The value of a header; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.trim())
    }

    /// Path and query of the `Location`: after a restart the server listens on another port.
    pub(crate) fn location(&self) -> String {
        let location = self.header("location");
        let path = location.strip_prefix("http://").and_then(|rest| rest.find('/').map(|at| &rest[at..]));
        path.unwrap_or(location).to_owned()
    }
}

#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        // A server that hangs shall fail the test, not hang it.
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream })
    }

    pub(crate) fn get(&mut self, target: &str) -> io::Result<Reply> {
        self.request("GET", target, "", &[])
    }

    /// `fields` are whole header lines, each with its line end.
    pub(crate) fn request(&mut self, method: &str, target: &str, fields: &str, body: &[u8]) -> io::Result<Reply> {
        let length = body.len();
        let head =
            format!("{method} {target} HTTP/1.1\r\nHost: crash.test\r\n{fields}Content-Length: {length}\r\n\r\n");
        self.stream.write_all(head.as_bytes())?;
        self.stream.write_all(body)?;
        self.reply()
    }

    fn reply(&mut self) -> io::Result<Reply> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            self.more(&mut bytes)?;
        };
        let mut body = bytes.split_off(end);
        let head = String::from_utf8(bytes).map_err(io::Error::other)?;
        let status = head.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
        let mut reply = Reply { status, head, body: Vec::new() };
        let length = reply.header("content-length").parse().unwrap_or(0);
        while body.len() < length {
            self.more(&mut body)?;
        }
        reply.body = body;
        Ok(reply)
    }

    fn more(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let mut piece = [0; 16 * 1024];
        match self.stream.read(&mut piece)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes.extend_from_slice(&piece[..read]);
                Ok(())
            }
        }
    }
}
