//! The context itself.

use std::sync::Arc;

use fixtures::Seed;
use scenarios::capability::{Capabilities, Capability};
use scenarios::client::{Client, Session};
use scenarios::exchange::Exchange;

use super::Published;

/// What all checks of a run share.
#[derive(Debug)]
pub struct Surroundings {
    /// The client.
    pub client: Client,
    /// What the target offers.
    pub capabilities: Capabilities,
    /// Repositories are named `<prefix>-<run>/<check>`.
    pub prefix: String,
    /// A word that no other run shares.
    pub run: String,
    /// Content that is already there, for registries that take no pushes.
    pub existing: Option<Published>,
}

/// What a check has in its hands.
#[derive(Debug)]
pub struct Context {
    surroundings: Arc<Surroundings>,
    session: Session,
    id: &'static str,
}

impl Context {
    /// The context of one check.
    pub fn new(surroundings: Arc<Surroundings>, id: &'static str) -> Self {
        let session = surroundings.client.session();
        Self { surroundings, session, id }
    }

    /// The recorded session; requests to paths and URLs begin here.
    pub fn http(&self) -> &Session {
        &self.session
    }

    /// The source of this check's content. It differs from run to run, so that nothing is there before it is pushed.
    pub fn seed(&self) -> Seed {
        Seed::new(self.id).child(&self.surroundings.run)
    }

    /// The check's own repository.
    pub fn repository(&self) -> String {
        self.repository_named("")
    }

    /// A further repository of the check, told apart by a word of lower-case letters and digits.
    pub fn repository_named(&self, word: &str) -> String {
        let slug: String = self.id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let dash = if word.is_empty() { "" } else { "-" };
        format!("{}-{}/{slug}{dash}{word}", self.surroundings.prefix, self.surroundings.run)
    }

    /// Whether the target offers something.
    pub fn has(&self, capability: Capability) -> bool {
        self.surroundings.capabilities.has(capability)
    }

    /// Content that the user named because nothing can be pushed.
    pub(super) fn existing(&self) -> Option<&Published> {
        self.surroundings.existing.as_ref()
    }

    /// All that was exchanged so far.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.session.exchanges()
    }
}
