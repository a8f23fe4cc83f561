//! Request bodies.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use http::StatusCode;
use http_body::Body as _;
use hyper::body::Incoming;
use tokio::time::Sleep;

use super::flow::Flow;
use crate::error::{Code, Error};
use crate::registry::{Body, BodyError};

/// What is left of a body after an early answer and may be read to keep the connection.
const LEFTOVER: u64 = 64 << 10;

/// The body of a request, which must not stand still for longer than a period.
pub(crate) struct RequestBody {
    incoming: Incoming,
    period: Duration,
    flow: Arc<Flow>,
    ended: bool,
    /// Set while the client keeps the server waiting.
    timer: Option<Pin<Box<Sleep>>>,
    #[cfg(feature = "faults")]
    short: bool,
}

impl RequestBody {
    /// A body that gives up after `period` without data.
    pub(crate) fn new(incoming: Incoming, period: Duration, flow: Arc<Flow>) -> Self {
        let ended = incoming.is_end_stream();
        Self {
            incoming,
            period,
            flow,
            ended,
            timer: None,
            #[cfg(feature = "faults")]
            short: false,
        }
    }

    /// Takes a body that ends early as it is.
    #[cfg(feature = "faults")]
    pub(crate) const fn short(mut self, on: bool) -> Self {
        self.short = on;
        self
    }

    /// The length the client announced; 0 when there is no body, `None` for chunked transfer coding.
    pub(crate) fn length(&self) -> Option<u64> {
        #[cfg(feature = "faults")]
        if self.short {
            return None;
        }
        self.incoming.size_hint().exact()
    }

    /// The body as the registry takes it.
    pub(crate) fn into_stream(self) -> Body {
        Box::pin(self)
    }

    /// The whole body, at most `limit` bytes of it. Errors: 413 when there is more, `code` when it does not arrive.
    pub(crate) async fn collect(mut self, limit: usize, code: Code) -> Result<Bytes, Error> {
        let too_large = || {
            Error::new(code)
                .status(StatusCode::PAYLOAD_TOO_LARGE)
                .message(format!("the body is larger than {limit} bytes"))
        };
        let announced = usize::try_from(self.incoming.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > limit {
            return Err(too_large());
        }
        let mut next = async || match self.next().await {
            Some(Err(error)) => Err(Error::new(code).message("the request body did not arrive whole").source(error)),
            Some(Ok(bytes)) => Ok(Some(bytes)),
            None => Ok(None),
        };
        let Some(first) = next().await? else { return Ok(Bytes::new()) };
        if first.len() == announced {
            return Ok(first);
        }
        // Grows as data arrives: an announced length alone reserves nothing.
        let mut whole = BytesMut::from(first);
        while let Some(bytes) = next().await? {
            if whole.len() + bytes.len() > limit {
                return Err(too_large());
            }
            whole.extend_from_slice(&bytes);
        }
        Ok(whole.freeze())
    }

    /// Reads what is left of a small body, so that the connection can go on after an answer that did not need it.
    pub(crate) async fn drain(mut self) {
        if self.ended || self.length().is_none_or(|length| length > LEFTOVER) {
            return;
        }
        self.period = self.period.min(Duration::from_secs(1));
        while let Some(Ok(_)) = self.next().await {}
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if !self.ended && !self.incoming.is_end_stream() {
            self.flow.note_unread();
        }
    }
}

impl Stream for RequestBody {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let Poll::Ready(frame) = Pin::new(&mut this.incoming).poll_frame(context) else {
                let period = this.period;
                let timer = this.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(period)));
                ready!(timer.as_mut().poll(context));
                let waited = format!("no data came for {} seconds", period.as_secs());
                return Poll::Ready(Some(Err(BodyError(waited))));
            };
            this.timer = None;
            return Poll::Ready(match frame {
                None => {
                    this.ended = true;
                    None
                }
                #[cfg(feature = "faults")]
                Some(Err(_)) if this.short => None,
                Some(Err(error)) => Some(Err(BodyError(describe(&error)))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => Some(Ok(data)),
                    // Trailers say nothing here.
                    Err(_) => continue,
                },
            });
        }
    }
}

/// An error of hyper with its causes: the outermost alone says little.
fn describe(error: &hyper::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
