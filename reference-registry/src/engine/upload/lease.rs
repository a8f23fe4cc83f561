//! Who may write to a session, and what is remembered of it between two requests.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;

use super::digester::Digester;
use crate::engine::cache::Cache;
use crate::protocol::UploadId;

/// Of how many sessions at rest the state of the hash is kept, at most twice. The others are hashed from the store.
const REMEMBERED: usize = 4096;

/// How far the hash of a session at rest has come.
#[derive(Debug)]
pub(super) struct Progress {
    /// The bytes that are hashed.
    pub(super) offset: u64,
    /// Their hash; settled, so it holds nothing but its state.
    pub(super) digester: Digester,
}

/// The sessions of this process.
///
/// A session lives in the store. Here is only which ones are being written to right now, and hash states of some of
/// the others: an abandoned session holds no descriptor and, in the end, no memory.
#[derive(Debug)]
pub(in crate::engine) struct Sessions {
    held: Arc<Mutex<HashMap<UploadId, Handle>>>,
    resting: Mutex<Cache<UploadId, Progress>>,
}

/// What others can do about a session that is held.
#[derive(Debug)]
struct Handle {
    cancel: watch::Sender<bool>,
    /// Closes when the holder lets go.
    done: watch::Receiver<()>,
}

/// The right to write to a session. One at a time; it ends when dropped.
#[derive(Debug)]
pub(super) struct Lease {
    id: UploadId,
    held: Arc<Mutex<HashMap<UploadId, Handle>>>,
    cancelled: watch::Receiver<bool>,
    _done: watch::Sender<()>,
}

impl Sessions {
    pub(in crate::engine) fn new() -> Self {
        Self { held: Arc::default(), resting: Mutex::new(Cache::new(REMEMBERED)) }
    }

    /// The right to write; `None` while somebody else has it.
    pub(super) fn lease(&self, id: UploadId) -> Option<Lease> {
        match self.held.lock().entry(id) {
            Entry::Occupied(_) => None,
            Entry::Vacant(vacant) => {
                let (cancel, cancelled) = watch::channel(false);
                let (done_sender, done) = watch::channel(());
                vacant.insert(Handle { cancel, done });
                Some(Lease { id, held: self.held.clone(), cancelled, _done: done_sender })
            }
        }
    }

    /// The right to write, after whoever has it was told to stop.
    pub(super) async fn seize(&self, id: UploadId) -> Lease {
        loop {
            if let Some(lease) = self.lease(id) {
                return lease;
            }
            let done = self.held.lock().get(&id).map(|handle| {
                handle.cancel.send_replace(true);
                handle.done.clone()
            });
            if let Some(mut done) = done {
                // Nothing is ever sent: this ends with an error, when the other lease is gone.
                let _ = done.changed().await;
            }
        }
    }

    /// Remembers how far the hash has come.
    pub(super) fn rest(&self, id: UploadId, progress: Progress) {
        self.resting.lock().insert(id, progress, 1);
    }

    /// The hash of exactly the first `offset` bytes, if it is remembered.
    pub(super) fn resume(&self, id: UploadId, offset: u64) -> Option<Digester> {
        let progress = self.resting.lock().remove(&id)?;
        (progress.offset == offset).then_some(progress.digester)
    }

    /// Remembers nothing of a session that is gone.
    pub(super) fn forget(&self, id: UploadId) {
        self.resting.lock().remove(&id);
    }
}

impl Lease {
    /// Comes back when somebody wants the session gone.
    pub(super) async fn cancelled(&mut self) {
        if self.cancelled.wait_for(|&cancelled| cancelled).await.is_err() {
            // The handle is only dropped by this lease itself.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.held.lock().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_lease_at_a_time() {
        let sessions = Sessions::new();
        let id = UploadId::random();
        let lease = sessions.lease(id).unwrap();
        assert!(sessions.lease(id).is_none());
        assert!(sessions.lease(UploadId::random()).is_some());
        drop(lease);
        assert!(sessions.lease(id).is_some());
    }

    #[tokio::test]
    async fn a_holder_is_told_to_stop_and_waited_for() {
        let sessions = Arc::new(Sessions::new());
        let id = UploadId::random();
        let mut lease = sessions.lease(id).unwrap();
        let seizing = tokio::spawn({
            let sessions = sessions.clone();
            async move { sessions.seize(id).await }
        });
        lease.cancelled().await;
        assert!(!seizing.is_finished());
        drop(lease);
        let seized = seizing.await.unwrap();
        assert!(sessions.lease(id).is_none());
        drop(seized);
    }
}
