//! What the transport and the service of one connection know of each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What the transport and the service of one connection know of each other.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    /// Requests handed to the service.
    begun: AtomicU64,
    /// Responses whose body is gone.
    ended: AtomicU64,
    /// Whether the head that came in last has a `Content-Length`: hyper hides it beside a `Transfer-Encoding`.
    length_field: AtomicBool,
    /// Whether a request body was not read to its end.
    unread: AtomicBool,
}

impl Flow {
    /// A request has begun; it ends when the guard is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> InFlight {
        self.begun.fetch_add(1, Ordering::Relaxed);
        InFlight(self.clone())
    }

    /// How many requests have begun.
    pub(crate) fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// Whether no request is being handled and no response being made.
    pub(crate) fn idle(&self) -> bool {
        self.begun() == self.ended.load(Ordering::Relaxed)
    }

    /// Whether the head of the request that has just begun has a `Content-Length`. Only told of a head that came in
    /// while nothing else was going on; hyper closes the connection of any other request that has both.
    pub(crate) fn saw_length(&self) -> bool {
        self.length_field.load(Ordering::Relaxed)
    }

    /// Notes whether the head that is coming in has a `Content-Length`.
    pub(crate) fn note_length(&self, found: bool) {
        self.length_field.store(found, Ordering::Relaxed);
    }

    /// Whether the client may still be sending something that nobody will read.
    pub(crate) fn has_unread(&self) -> bool {
        self.unread.load(Ordering::Relaxed)
    }

    /// Notes that a request body was not read to its end.
    pub(crate) fn note_unread(&self) {
        self.unread.store(true, Ordering::Relaxed);
    }
}

/// A request that has not been answered to the end.
#[derive(Debug)]
pub(crate) struct InFlight(Arc<Flow>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}
