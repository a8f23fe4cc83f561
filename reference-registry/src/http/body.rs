//! Response bodies.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::flow::InFlight;
use super::observe::Failure;
use super::record::Recorder;
use crate::storage::{Object, StorageError};

/// Objects up to this size are read before the response begins, and leave in one write with its head.
pub(crate) const SMALL: u64 = 256 << 10;

/// How much of a larger object is read at once; there is one read ahead of the one being sent.
const PIECE: u64 = 256 << 10;

type Read = Pin<Box<dyn Future<Output = Result<Bytes, StorageError>> + Send>>;

/// What a response carries.
#[derive(Debug, Default)]
pub(crate) enum Payload {
    /// Nothing.
    #[default]
    Empty,
    /// Bytes in memory.
    Bytes(Bytes),
    /// Parts of an object and text between them.
    Parts(Box<Parts>),
    /// Bytes in memory, fewer than the response claims to have: a fault ends the connection after them.
    #[cfg(feature = "faults")]
    Cut {
        /// What is sent.
        bytes: Bytes,
        /// The length that is announced.
        claimed: u64,
    },
}

impl Payload {
    /// Its length in bytes.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Parts(parts) => parts.remaining,
            #[cfg(feature = "faults")]
            Self::Cut { claimed, .. } => *claimed,
        }
    }
}

/// A stretch of a response body.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// Bytes in memory.
    Text(Bytes),
    /// `length` bytes of the object from `offset`.
    Object {
        /// First byte.
        offset: u64,
        /// How many bytes.
        length: u64,
    },
}

/// Parts of one object, read as they are sent.
pub(crate) struct Parts {
    object: Arc<dyn Object>,
    /// What has not been asked for, the next part last.
    pending: Vec<Part>,
    /// The read that is under way, and the length it must have.
    next: Option<(Read, u64)>,
    /// What came in ahead of its time.
    ready: Option<Bytes>,
    remaining: u64,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("object", &self.object)
            .field("remaining", &self.remaining)
            .finish_non_exhaustive()
    }
}

impl Parts {
    /// `parts` of `object`, in order.
    pub(crate) fn new(object: Arc<dyn Object>, mut parts: Vec<Part>) -> Self {
        let length = |part: &Part| match part {
            Part::Text(text) => text.len() as u64,
            Part::Object { length, .. } => *length,
        };
        let remaining = parts.iter().map(length).sum();
        parts.reverse();
        Self { object, pending: parts, next: None, ready: None, remaining }
    }

    /// Begins the next read unless one is under way or text comes first.
    fn begin(&mut self) {
        if self.next.is_some() || self.ready.is_some() {
            return;
        }
        match self.pending.pop() {
            None => {}
            Some(Part::Text(text)) => self.ready = Some(text),
            Some(Part::Object { length: 0, .. }) => self.begin(),
            Some(Part::Object { offset, length }) => {
                let now = length.min(PIECE);
                if length > now {
                    self.pending.push(Part::Object { offset: offset + now, length: length - now });
                }
                let object = self.object.clone();
                let len = usize::try_from(now).unwrap_or(usize::MAX);
                self.next = Some((Box::pin(async move { object.read_at(offset, len).await }), now));
            }
        }
    }

    /// Moves on: whatever was begun may be ready now.
    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.begin();
        if let Some((read, expected)) = &mut self.next {
            let bytes = ready!(read.as_mut().poll(context)).map_err(io::Error::other)?;
            if bytes.len() as u64 != *expected {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the object is cut short")));
            }
            self.ready = Some(bytes);
            self.next = None;
        }
        Poll::Ready(Ok(()))
    }

    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.ready.is_none()
            && let Err(error) = ready!(self.poll_ready(context))
        {
            return Poll::Ready(Some(Err(error)));
        }
        let Some(bytes) = self.ready.take() else { return Poll::Ready(None) };
        self.remaining -= bytes.len() as u64;
        // The read ahead: begun here so that it goes on while these bytes are sent.
        match self.poll_ready(context) {
            Poll::Ready(Err(error)) => Poll::Ready(Some(Err(error))),
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Ready(Some(Ok(bytes))),
        }
    }
}

/// The body hyper sends: a payload, and what has to happen when it is gone.
#[derive(Debug)]
pub(crate) struct ResponseBody {
    payload: Payload,
    recorder: Option<Box<Recorder>>,
    _in_flight: InFlight,
}

impl ResponseBody {
    /// A body that tells `recorder` how it ended.
    pub(crate) fn new(payload: Payload, recorder: Option<Box<Recorder>>, in_flight: InFlight) -> Self {
        Self { payload, recorder, _in_flight: in_flight }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        let bytes = match &mut this.payload {
            Payload::Empty => return Poll::Ready(None),
            Payload::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                this.payload = Payload::Empty;
                bytes
            }
            #[cfg(feature = "faults")]
            Payload::Cut { bytes, .. } if bytes.is_empty() => {
                return Poll::Ready(Some(Err(io::Error::other("a fault cuts the response"))));
            }
            #[cfg(feature = "faults")]
            Payload::Cut { bytes, .. } => std::mem::take(bytes),
            Payload::Parts(parts) => match ready!(parts.poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Ok(bytes)) => bytes,
                Some(Err(error)) => {
                    if let Some(recorder) = &mut this.recorder {
                        recorder.failed(Failure::internal(&error));
                    }
                    return Poll::Ready(Some(Err(error)));
                }
            },
        };
        if let Some(recorder) = &mut this.recorder {
            recorder.written += bytes.len() as u64;
        }
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.payload.len() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.payload.len())
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        if let Some(recorder) = &mut self.recorder {
            recorder.complete = self.payload.len() == 0;
        }
    }
}
