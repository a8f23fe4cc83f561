//! Locks over repositories.

use std::hash::{BuildHasher as _, RandomState};

use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::protocol::RepositoryName;

/// How many locks there are; two repositories that share one only wait for each other's deletions.
const STRIPES: usize = 256;

/// One lock for each repository, out of a fixed number.
///
/// Whoever points a tag at a manifest shares the lock; whoever deletes a manifest or a tag holds it alone. So a tag
/// is never pointed at a manifest that is being deleted. Readers take no lock.
#[derive(Debug)]
pub(super) struct Locks {
    stripes: Vec<RwLock<()>>,
    hasher: RandomState,
}

impl Locks {
    pub(super) fn new() -> Self {
        Self { stripes: (0..STRIPES).map(|_| RwLock::new(())).collect(), hasher: RandomState::new() }
    }

    /// For writes that may go on side by side.
    pub(super) async fn shared(&self, name: &RepositoryName) -> RwLockReadGuard<'_, ()> {
        self.stripe(name).read().await
    }

    /// For deletions.
    pub(super) async fn exclusive(&self, name: &RepositoryName) -> RwLockWriteGuard<'_, ()> {
        self.stripe(name).write().await
    }

    fn stripe(&self, name: &RepositoryName) -> &RwLock<()> {
        #[expect(clippy::cast_possible_truncation, reason = "any bits of the hash will do")]
        let at = self.hasher.hash_one(name) as usize % STRIPES;
        &self.stripes[at]
    }
}
