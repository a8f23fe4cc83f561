//! A TCP stream that keeps time, and closes so that the last response is not lost.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
#[cfg(not(feature = "faults"))]
use tokio::net::TcpStream as Stream;

use super::deadline::Deadline;
use super::flow::Flow;
use super::refusal::enveloped;
#[cfg(feature = "faults")]
use super::tamper::Tampered as Stream;
use crate::server::Limits;

/// After the server has closed its side: how long the client may stay silent, and how long it may go on in all.
const LINGER_SILENCE: Duration = Duration::from_secs(2);
const LINGER: Duration = Duration::from_secs(10);

/// The stream of one connection.
///
/// It ends a connection that sends no request, sends the head of one too slowly or does not take its response. After
/// the server's last byte it reads on for a while when the client may still be sending: closing with unread bytes
/// would reset the connection and take the response from the client. And it puts the envelope into the responses that
/// hyper makes by itself.
#[derive(Debug)]
pub(crate) struct Transport {
    stream: Stream,
    flow: Arc<Flow>,
    /// Bytes read before the protocol was known.
    replay: Vec<u8>,
    receive: Deadline,
    send: Deadline,
    /// How many requests had begun when bytes last came in.
    begun_at_read: u64,
    partial_head: bool,
    /// How many requests had begun when everything that had to be sent was sent.
    settled_at: u64,
    /// What is sent in place of what hyper wrote.
    substitute: Vec<u8>,
    idle_timeout: Duration,
    head_timeout: Duration,
    send_timeout: Duration,
    closed: bool,
    linger: Deadline,
}

impl Transport {
    /// A transport over `stream`, from which `replay` has been read already.
    pub(crate) fn new(stream: Stream, flow: Arc<Flow>, replay: Vec<u8>, limits: &Limits) -> Self {
        Self {
            stream,
            flow,
            partial_head: !replay.is_empty(),
            replay,
            receive: Deadline::default(),
            send: Deadline::default(),
            begun_at_read: 0,
            settled_at: 0,
            substitute: Vec::new(),
            idle_timeout: limits.idle_timeout,
            head_timeout: limits.head_timeout,
            send_timeout: limits.send_timeout,
            closed: false,
            linger: Deadline::default(),
        }
    }

    /// Ready when the client has kept the server waiting for a request for too long.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.flow.idle() {
            self.receive.clear();
            return Poll::Pending;
        }
        self.receive.poll(if self.in_head() { self.head_timeout } else { self.idle_timeout }, context)
    }

    /// Whether bytes came in and no request began of them: they are a part of a head.
    fn in_head(&self) -> bool {
        self.partial_head && self.flow.begun() == self.begun_at_read
    }

    /// Looks for a `Content-Length` in a part of a head.
    fn inspect(&self, bytes: &[u8], head_begins: bool) {
        let found = fields(bytes).any(|line| is_field(line, b"content-length:"));
        self.flow.note_length(found || !head_begins && self.flow.saw_length());
    }

    /// Takes over a response that no request of the service asked for: hyper made it for a head it cannot read.
    fn substitutes(&mut self, bytes: &[u8]) -> bool {
        if self.flow.begun() != self.settled_at || !bytes.starts_with(b"HTTP/1.1 4") {
            return false;
        }
        match enveloped(bytes) {
            Some(response) => {
                self.substitute = response;
                true
            }
            None => false,
        }
    }

    fn note_send<T>(&mut self, context: &mut Context<'_>, sent: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match sent {
            Poll::Ready(result) => {
                self.send.clear();
                Poll::Ready(result)
            }
            Poll::Pending => {
                ready!(self.send.poll(self.send_timeout, context));
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not take its response")))
            }
        }
    }
}

/// The lines of a head, up to the empty one.
fn fields(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').take_while(|line| !matches!(line, [] | [b'\r']))
}

fn is_field(line: &[u8], name: &[u8]) -> bool {
    line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

impl AsyncRead for Transport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        if !this.replay.is_empty() {
            let length = this.replay.len().min(buffer.remaining());
            buffer.put_slice(&this.replay[..length]);
            this.replay.drain(..length);
            this.inspect(&buffer.filled()[before..], true);
            return Poll::Ready(Ok(()));
        }
        match Pin::new(&mut this.stream).poll_read(context, buffer) {
            Poll::Ready(result) => {
                let begun = this.flow.begun();
                let head_begins = !this.partial_head || begun != this.begun_at_read;
                if this.flow.idle() {
                    this.inspect(&buffer.filled()[before..], head_begins);
                }
                // The first bytes of a head start its clock; later ones do not restart it.
                if head_begins {
                    this.receive.clear();
                }
                this.partial_head = this.flow.idle() && buffer.filled().len() > before;
                this.begun_at_read = begun;
                Poll::Ready(result)
            }
            Poll::Pending => {
                ready!(this.poll_patience(context));
                // To hyper the client has gone away.
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.substitutes(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let sent = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note_send(context, sent)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [bytes] = slices
            && self.substitutes(bytes)
        {
            return Poll::Ready(Ok(bytes.len()));
        }
        let sent = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.note_send(context, sent)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.substitute.is_empty() {
            let this = &mut *self;
            let sent = Pin::new(&mut this.stream).poll_write(context, &this.substitute);
            let sent = ready!(this.note_send(context, sent))?;
            this.substitute.drain(..sent);
        }
        // hyper flushes when it has nothing left to write, and the body of every response is gone.
        if self.flow.idle() {
            self.settled_at = self.flow.begun();
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.closed {
            ready!(Pin::new(&mut *this).poll_flush(context))?;
            ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
            this.closed = true;
            this.receive.clear();
        }
        if !this.flow.has_unread() && !this.in_head() {
            return Poll::Ready(Ok(()));
        }
        let mut discarded = [0; 16 * 1024];
        loop {
            if this.linger.poll(LINGER, context).is_ready() {
                return Poll::Ready(Ok(()));
            }
            let mut buffer = ReadBuf::new(&mut discarded);
            match Pin::new(&mut this.stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if buffer.filled().is_empty() => return Poll::Ready(Ok(())),
                Poll::Ready(Ok(())) => this.receive.clear(),
                Poll::Ready(Err(_)) => return Poll::Ready(Ok(())),
                Poll::Pending => return this.receive.poll(LINGER_SILENCE, context).map(Ok),
            }
        }
    }
}
