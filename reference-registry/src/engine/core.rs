//! What all operations share.

use std::sync::Arc;

use super::lock::Locks;
use super::manifest::FactCache;
use super::options::EngineOptions;
use super::upload::Sessions;
use crate::error::{Code, Error};
use crate::storage::Driver;

/// The state behind an engine. The operations are methods of it, one file for each resource.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) driver: Arc<dyn Driver>,
    pub(super) options: EngineOptions,
    pub(super) locks: Locks,
    pub(super) sessions: Sessions,
    pub(super) facts: FactCache,
}

impl Core {
    pub(super) fn new(driver: Arc<dyn Driver>, options: EngineOptions) -> Self {
        Self { driver, options, locks: Locks::new(), sessions: Sessions::new(), facts: FactCache::new() }
    }

    /// `UNSUPPORTED` when deletion is switched off. Source: `D11-133`, `D11-136`, `D11-142`.
    pub(super) fn deletion(&self) -> Result<(), Error> {
        if self.options.delete_enabled {
            return Ok(());
        }
        Err(Error::new(Code::Unsupported).message("deletion is switched off in this registry"))
    }
}
