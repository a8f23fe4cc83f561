//! One writer of a reference at a time.

use std::hash::{BuildHasher, RandomState};

use tokio::sync::{Mutex, MutexGuard};

use crate::protocol::{Reference, RepositoryName};

/// How many references can be written at once without ever waiting for each other.
const LANES: usize = 256;

/// Turns of the writers of manifests: those of one reference go one after the other.
#[derive(Debug)]
pub(crate) struct Turns {
    hasher: RandomState,
    lanes: Vec<Mutex<()>>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { hasher: RandomState::new(), lanes: (0..LANES).map(|_| Mutex::new(())).collect() }
    }
}

impl Turns {
    /// Waits for the turn; it ends when the guard is dropped.
    pub(crate) async fn take(&self, name: &RepositoryName, reference: &Reference) -> MutexGuard<'_, ()> {
        let hash = usize::try_from(self.hasher.hash_one((name, reference)) % LANES as u64).unwrap_or_default();
        self.lanes[hash].lock().await
    }
}
