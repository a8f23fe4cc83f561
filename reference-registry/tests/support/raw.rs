//! A client that sends exactly the bytes it is told to.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection; what has been read and not been used stays in `buffer`.
pub struct Raw {
    pub stream: TcpStream,
    buffer: Vec<u8>,
}

/// A response as it came.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    /// The value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body in UTF-8")
    }

    /// The code of the first error in the envelope.
    pub fn code(&self) -> String {
        let envelope: serde_json::Value = serde_json::from_slice(&self.body).expect("an envelope");
        envelope["errors"][0]["code"].as_str().expect("a code").to_owned()
    }
}

impl Raw {
    pub async fn connect(address: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(address).await.expect("a connection"), buffer: Vec::new() }
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.expect("the server takes the bytes");
    }

    /// Sends one request without a body and reads its response.
    pub async fn request(&mut self, method: &str, target: &str) -> Reply {
        self.send(format!("{method} {target} HTTP/1.1\r\nhost: registry.test\r\n\r\n")).await;
        self.reply(method == "HEAD").await
    }

    /// Sends one request with a body and header fields, and reads its response.
    pub async fn exchange(&mut self, method: &str, target: &str, fields: &[(&str, &str)], body: &[u8]) -> Reply {
        self.try_exchange(method, target, fields, body).await.expect("a whole response")
    }

    /// As [`exchange`](Self::exchange), but says how the connection ended when there is no whole response.
    pub async fn try_exchange(
        &mut self,
        method: &str,
        target: &str,
        fields: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Reply, &'static str> {
        let mut head = format!("{method} {target} HTTP/1.1\r\nhost: registry.test\r\n");
        for (name, value) in fields {
            head.extend([name, ": ", value, "\r\n"]);
        }
        if !body.is_empty() || matches!(method, "PUT" | "POST" | "PATCH") {
            head.extend(["content-length: ", &body.len().to_string(), "\r\n"]);
        }
        head.push_str("\r\n");
        self.send([head.as_bytes(), body].concat()).await;
        self.whole_reply(method == "HEAD").await
    }

    /// The next response; `None` when the connection ends without one.
    pub async fn try_reply(&mut self, head_only: bool) -> Option<Reply> {
        self.whole_reply(head_only).await.ok()
    }

    async fn whole_reply(&mut self, head_only: bool) -> Result<Reply, &'static str> {
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at;
            }
            if !self.more().await {
                return Err("no response");
            }
        };
        let head = String::from_utf8(self.buffer.drain(..end + 4).collect()).expect("a head in UTF-8");
        let status: u16 = head[9..12].parse().expect("a status");
        let mut reply = Reply { status, head, body: Vec::new() };
        let length = match reply.header("content-length") {
            Some(length) if !head_only && !matches!(status, 204 | 304) => length.parse().expect("a length"),
            _ => 0,
        };
        while self.buffer.len() < length && self.more().await {}
        if self.buffer.len() < length {
            return Err("half a response");
        }
        reply.body = self.buffer.drain(..length).collect();
        Ok(reply)
    }

    pub async fn reply(&mut self, head_only: bool) -> Reply {
        self.try_reply(head_only).await.expect("a response")
    }

    /// Reads until the server closes; returns what came.
    pub async fn rest(&mut self) -> Vec<u8> {
        while self.more().await {}
        std::mem::take(&mut self.buffer)
    }

    async fn more(&mut self) -> bool {
        let read = tokio::time::timeout(Duration::from_secs(20), self.stream.read_buf(&mut self.buffer));
        matches!(read.await.expect("the server answers in time"), Ok(read) if read > 0)
    }
}
