//! A TCP stream whose bytes faults see first, on their way in and out.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::fault::FaultSet;

/// How much is read at once; a request without a large body comes in one piece.
const PIECE: usize = 64 << 10;

/// A stream that is the stream itself unless a fault cares for bytes.
#[derive(Debug)]
pub(crate) struct Tampered {
    stream: TcpStream,
    faults: Option<Arc<FaultSet>>,
    /// What came in, as the faults left it.
    incoming: Vec<u8>,
    /// What is to be sent, as the faults left it.
    outgoing: Vec<u8>,
    /// Whether an answer that a fault gave ends the connection.
    ending: bool,
}

impl Tampered {
    /// A stream that `faults` tamper with.
    pub(crate) const fn new(stream: TcpStream, faults: Option<Arc<FaultSet>>) -> Self {
        Self { stream, faults, incoming: Vec::new(), outgoing: Vec::new(), ending: false }
    }

    /// Sends what waits.
    fn poll_drain(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.outgoing.is_empty() {
            let sent = ready!(Pin::new(&mut self.stream).poll_write(context, &self.outgoing))?;
            self.outgoing.drain(..sent);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Tampered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let Some(faults) = this.faults.clone() else { return Pin::new(&mut this.stream).poll_read(context, buffer) };
        while this.incoming.is_empty() {
            ready!(this.poll_drain(context))?;
            if this.ending {
                ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
            }
            let mut space = vec![0; PIECE];
            let mut piece = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut this.stream).poll_read(context, &mut piece))?;
            if piece.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            // Behind an answer the rest is thrown away: closing with unread bytes would take the answer back.
            if this.ending {
                continue;
            }
            this.incoming.extend_from_slice(piece.filled());
            if let Some(answer) = faults.received(&mut this.incoming) {
                this.incoming.clear();
                this.outgoing.extend(answer);
                this.ending = true;
            }
        }
        let length = this.incoming.len().min(buffer.remaining());
        buffer.put_slice(&this.incoming[..length]);
        this.incoming.drain(..length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tampered {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let Some(faults) = this.faults.clone() else { return Pin::new(&mut this.stream).poll_write(context, bytes) };
        ready!(this.poll_drain(context))?;
        this.outgoing.extend_from_slice(bytes);
        faults.edit_sent(&mut this.outgoing);
        // What does not leave now leaves with the next call, a flush at the latest.
        match this.poll_drain(context) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Ready(Ok(bytes.len())),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.faults.is_some() {
            let first = slices.iter().find(|slice| !slice.is_empty());
            return self.poll_write(context, first.map_or(&[], |slice| slice));
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        // Head and body in one piece, where faults look at them.
        self.faults.is_none() && self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(context))?;
        // What comes in from now on is only thrown away.
        self.faults = None;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
