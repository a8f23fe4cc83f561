//! A mapping that knows which of its keys were asked for.
//!
//! A decoder asks a [`Section`] for each key it understands. What nobody asked for is unknown: it is reported when the
//! section is finished, together with everything else that is wrong.

use std::cell::RefCell;

use super::known;
use super::problem::{Origin, Problem, Reason};
use super::scalar::Mismatch;
use super::suggestion;
use super::tree::{Entry, Node, Value};

/// Everything that was found while decoding.
#[derive(Debug, Default)]
pub(super) struct Report {
    problems: RefCell<Vec<Problem>>,
    asked: RefCell<Vec<String>>,
}

impl Report {
    pub(super) fn add(&self, key: &str, origin: &Origin, reason: Reason) {
        self.problems.borrow_mut().push(Problem { key: key.to_owned(), origin: origin.clone(), reason });
    }

    fn mismatch(&self, key: &str, mismatch: Mismatch) {
        let origin = mismatch.origin.clone();
        self.add(key, &origin, mismatch.into_reason());
    }

    /// The problems in the order of the file, those of the environment last.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by(|a, b| a.origin.cmp(&b.origin));
        problems
    }

    /// The paths of all keys that were asked for.
    #[cfg(test)]
    pub(super) fn asked(&self) -> std::collections::BTreeSet<String> {
        self.asked.borrow().iter().cloned().collect()
    }
}

/// What is known of the section as a whole.
#[derive(Clone, Copy)]
struct State {
    /// Its key is there, with or without a value.
    written: bool,
    /// It is a mapping, or nothing.
    readable: bool,
}

/// A mapping of the configuration, beside the same mapping of the defaults.
pub(super) struct Section<'t> {
    report: &'t Report,
    defaults: &'t Node,
    path: String,
    node: Option<&'t Node>,
    origin: Origin,
    state: State,
    asked: RefCell<Vec<&'static str>>,
    required: RefCell<Vec<(&'static str, &'static str)>>,
}

impl<'t> Section<'t> {
    /// The whole configuration; `defaults` is the whole default configuration.
    pub(super) fn root(node: &'t Node, defaults: &'t Node, report: &'t Report) -> Self {
        Self::new(String::new(), Some(node), node.origin.clone(), defaults, report)
    }

    fn new(path: String, node: Option<&'t Node>, origin: Origin, defaults: &'t Node, report: &'t Report) -> Self {
        let (written, mut readable) = (node.is_some(), true);
        let node = node.filter(|node| !node.is_null());
        if let Some(other) = node.filter(|node| !matches!(node.value, Value::Map(_))) {
            report.mismatch(&path, Mismatch::new("a mapping of keys", other));
            readable = false;
        }
        let state = State { written, readable };
        Self { report, defaults, path, node, origin, state, asked: RefCell::default(), required: RefCell::default() }
    }

    /// A key that may be left out and has no default.
    pub(super) fn optional<T>(&self, key: &'static str, read: fn(&Node) -> Result<T, Mismatch>) -> Option<T> {
        self.ask(key);
        let given = self.node.and_then(|node| node.get(key)).filter(|node| !node.is_null());
        let value = given.and_then(|node| match read(node) {
            Ok(value) => Some(value),
            Err(mismatch) => {
                self.report.mismatch(&self.child(key), mismatch);
                None
            }
        });
        value.or_else(|| self.default(key).and_then(|node| read(node).ok()))
    }

    /// A key whose default is in `default.yaml`. `T::default()` only fills the place of what is not there either.
    pub(super) fn value<T: Default>(&self, key: &'static str, read: fn(&Node) -> Result<T, Mismatch>) -> T {
        self.optional(key, read).unwrap_or_default()
    }

    /// A section, decoded also when it is left out.
    pub(super) fn section<T>(&self, key: &'static str, decode: fn(&Section<'_>) -> T) -> T {
        self.ask(key);
        let node = self.node.and_then(|node| node.get(key));
        let origin = node.map_or_else(|| self.origin.clone(), |node| node.origin.clone());
        let section = Section::new(self.child(key), node, origin, self.defaults, self.report);
        let value = decode(&section);
        section.finish();
        value
    }

    /// A section that means something by being there, even when it is empty.
    pub(super) fn present<T>(&self, key: &'static str, decode: fn(&Section<'_>) -> T) -> Option<T> {
        self.ask(key);
        self.has(key).then(|| self.section(key, decode))
    }

    /// Whether a key was written, with or without a value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.node.is_some_and(|node| node.get(key).is_some())
    }

    /// The keys that were written.
    pub(super) fn entries(&self) -> &'t [Entry] {
        self.node.map_or(&[], Node::entries)
    }

    /// Reports a key that cannot be left out of a section that is there, unless a slip of the same name is reported.
    /// `hint` says what to write. Without a name it is the section itself that lacks a key.
    pub(super) fn require(&self, key: &'static str, hint: &'static str) {
        if !self.has(key) && self.state.written && self.state.readable {
            self.required.borrow_mut().push((key, hint));
        }
    }

    /// Reports a problem of the section itself.
    pub(super) fn problem(&self, reason: Reason) {
        self.report.add(&self.path, &self.origin, reason);
    }

    /// Reports the keys that nobody asked for, and the required ones that are not there.
    pub(super) fn finish(&self) {
        let mut meant = Vec::new();
        for entry in self.entries() {
            if !self.asked.borrow().contains(&entry.key.as_str()) {
                meant.extend(self.unasked(&self.path, entry, &self.allowed()));
            }
        }
        for &(key, hint) in self.required.borrow().iter() {
            if !meant.iter().any(|other| key.is_empty() || other == key) {
                let path = if key.is_empty() { self.path.clone() } else { self.child(key) };
                self.report.add(&path, &self.origin, Reason::Missing(hint.to_owned()));
            }
        }
    }

    /// The names of the keys that were asked for, in order of the alphabet.
    fn allowed(&self) -> Vec<String> {
        let mut allowed: Vec<String> = self.asked.borrow().iter().map(|&key| key.to_owned()).collect();
        allowed.sort();
        allowed.dedup();
        allowed
    }

    /// Reports a key that nobody asked for; returns the one that was probably meant.
    fn unasked(&self, path: &str, entry: &Entry, allowed: &[String]) -> Option<String> {
        let key = join(path, &entry.key);
        if let Some(known) = known::find(&key) {
            self.report.add(&key, &entry.origin, Reason::Unimplemented { hint: known.hint });
            return None;
        }
        if known::below(&key).next().is_some() {
            if entry.value.entries().is_empty() {
                self.report.add(&key, &entry.origin, Reason::Unimplemented { hint: "" });
            }
            for below in entry.value.entries() {
                self.unasked(&key, below, &[]);
            }
            return None;
        }
        let candidates = allowed.iter().map(String::as_str).chain(known::below(path));
        let near = suggestion::nearest(&entry.key, candidates).map(str::to_owned);
        let suggestion = near.clone().or_else(|| elsewhere(self.defaults, "", &entry.key));
        self.report.add(&key, &entry.origin, Reason::Unknown { suggestion, allowed: allowed.to_vec() });
        near
    }

    fn ask(&self, key: &'static str) {
        self.asked.borrow_mut().push(key);
        self.report.asked.borrow_mut().push(self.child(key));
    }

    fn child(&self, key: &str) -> String {
        join(&self.path, key)
    }

    fn default(&self, key: &str) -> Option<&'t Node> {
        let above = self.path.split('.').filter(|part| !part.is_empty());
        above.chain([key]).try_fold(self.defaults, |node, part| node.get(part)).filter(|node| !node.is_null())
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The path of a key of this very name in another section.
fn elsewhere(node: &Node, path: &str, key: &str) -> Option<String> {
    node.entries().iter().find_map(|entry| {
        let child = join(path, &entry.key);
        if entry.key == key { Some(child) } else { elsewhere(&entry.value, &child, key) }
    })
}
