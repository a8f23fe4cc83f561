//! What a worker was promised.

use std::collections::BTreeMap;

use fixtures::Digest;

/// What may be found of a thing after a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// Its creation was acknowledged.
    Present,
    /// Its deletion was acknowledged.
    Absent,
    /// A request that was never answered would have changed it.
    Either,
}

/// An upload session and how many of its bytes were acknowledged.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) repository: String,
    pub(crate) location: String,
    pub(crate) content: Vec<u8>,
    pub(crate) acknowledged: usize,
}

/// Everything one worker did, by repository. No other worker touches the same blobs, manifests or tags.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) blobs: BTreeMap<(String, String), Expect>,
    pub(crate) manifests: BTreeMap<(String, String), Expect>,
    /// The digests a tag may point at; `None` for no tag at all.
    pub(crate) tags: BTreeMap<(String, String), Vec<Option<String>>>,
    pub(crate) session: Option<Session>,
    /// Requests that were answered.
    pub(crate) acknowledged: u64,
    /// Answers that should not have come.
    pub(crate) wrong: Vec<String>,
}

pub(crate) fn key(repository: &str, digest: &Digest) -> (String, String) {
    (repository.to_owned(), digest.to_string())
}

impl Ledger {
    /// The tags that surely point at `digest` now.
    pub(crate) fn tags_at(&self, repository: &str, digest: &str) -> Vec<(String, String)> {
        let at = |states: &[Option<String>]| matches!(states, [Some(state)] if state == digest);
        let mut tags = self.tags.iter().filter(|((name, _), states)| name == repository && at(states));
        tags.by_ref().map(|(tag, _)| tag.clone()).collect()
    }

    /// Notes that a tag may be or not yet be at `to`.
    pub(crate) fn moving(&mut self, tag: &(String, String), to: Option<&str>) {
        self.tags.entry(tag.clone()).or_insert_with(|| vec![None]).push(to.map(str::to_owned));
    }

    /// Notes that a tag is at `to`.
    pub(crate) fn moved(&mut self, tag: &(String, String), to: Option<&str>) {
        self.tags.insert(tag.clone(), vec![to.map(str::to_owned)]);
    }
}
