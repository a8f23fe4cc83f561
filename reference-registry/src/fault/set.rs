//! The table of faults, and the ones that are on.

use std::sync::Arc;

use http::StatusCode;
use http::request::Parts;

use super::hook::{After, Hook, Reply, Seen, Wire};
use super::{
    code, discovery, docker, error, framing, image, input, management, manifest, message, pull, push, range, residue,
    session, transport,
};
use crate::protocol::Request;
use crate::registry::Registry;

/// A named deviation.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Its name, stable and public.
    pub name: &'static str,
    /// What goes wrong, in one line.
    pub summary: &'static str,
    /// Where it takes hold.
    pub hooks: &'static [Hook],
}

/// The tables of all areas.
const TABLES: &[&[Fault]] = &[
    pull::FAULTS,
    range::FAULTS,
    push::FAULTS,
    session::FAULTS,
    manifest::FAULTS,
    discovery::FAULTS,
    docker::FAULTS,
    image::FAULTS,
    management::FAULTS,
    residue::FAULTS,
    error::FAULTS,
    code::FAULTS,
    input::FAULTS,
    message::FAULTS,
    framing::FAULTS,
    transport::FAULTS,
];

/// Every fault there is.
pub fn all() -> impl Iterator<Item = &'static Fault> {
    TABLES.iter().copied().flatten()
}

/// A name that no fault has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no fault named {name:?}{}", hint(near))]
pub struct UnknownFault {
    /// The name.
    pub name: String,
    /// Names that look like it.
    pub near: Vec<&'static str>,
}

fn hint(near: &[&str]) -> String {
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) }
}

/// The faults that are on.
#[derive(Debug, Clone, Default)]
pub struct FaultSet(Vec<&'static Fault>);

impl FaultSet {
    /// The faults of these names.
    pub fn parse<I>(names: I) -> Result<Self, UnknownFault>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let find = |name: &str| {
            all()
                .find(|fault| fault.name == name)
                .ok_or_else(|| UnknownFault { name: name.to_owned(), near: near(name) })
        };
        names.into_iter().map(|name| find(name.as_ref())).collect::<Result<_, _>>().map(Self)
    }

    /// Whether none is on.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of those that are on.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|fault| fault.name)
    }

    fn hooks(&self) -> impl Iterator<Item = &'static Hook> {
        self.0.iter().flat_map(|fault| fault.hooks)
    }

    /// Whether connections misbehave in this way.
    pub(crate) fn wire(&self, wire: Wire) -> bool {
        self.hooks().any(|hook| matches!(hook, Hook::Wire(found) if *found == wire))
    }

    /// Whether bytes on the wire are edited.
    pub(crate) fn tampers(&self) -> bool {
        self.hooks().any(|hook| matches!(hook, Hook::Received(_) | Hook::Sent(_)))
    }

    /// Runs [`Hook::Received`]: the first answer counts.
    pub(crate) fn received(&self, bytes: &mut Vec<u8>) -> Option<Vec<u8>> {
        self.hooks().find_map(|hook| match hook {
            Hook::Received(edit) => edit(bytes),
            _ => None,
        })
    }

    /// Runs [`Hook::Sent`].
    pub(crate) fn edit_sent(&self, bytes: &mut Vec<u8>) {
        for hook in self.hooks() {
            if let Hook::Sent(edit) = hook {
                edit(bytes);
            }
        }
    }

    /// Whether responses are edited.
    pub(crate) fn edits_responses(&self) -> bool {
        self.hooks().any(|hook| matches!(hook, Hook::Response(_)))
    }

    /// The registry with its twists around it.
    pub(crate) fn wrap(&self, registry: Arc<dyn Registry>) -> Arc<dyn Registry> {
        self.hooks().fold(registry, |registry, hook| match hook {
            Hook::Registry(wrap) => wrap(registry),
            _ => registry,
        })
    }

    /// Runs [`Hook::Head`].
    pub(crate) fn edited_head(&self, mut head: Parts) -> Parts {
        for hook in self.hooks() {
            if let Hook::Head(edit) = hook {
                edit(&mut head);
            }
        }
        head
    }

    /// Runs [`Hook::Request`].
    pub(crate) fn edit_request(&self, request: &mut Request) {
        for hook in self.hooks() {
            if let Hook::Request(edit) = hook {
                edit(request);
            }
        }
    }

    /// Runs [`Hook::Answer`]: the first answer counts.
    pub(crate) fn answer(&self, seen: &Seen<'_>) -> Option<Reply> {
        self.hooks().find_map(|hook| match hook {
            Hook::Answer(answer) => answer(seen),
            _ => None,
        })
    }

    /// Runs [`Hook::After`].
    pub(crate) async fn after(&self, registry: &dyn Registry, request: &Request, status: StatusCode) {
        for hook in self.hooks() {
            if let Hook::After(after) = hook {
                after(After { registry, request, status }).await;
            }
        }
    }

    /// Runs [`Hook::Response`].
    pub(crate) fn edit_response(&self, seen: &Seen<'_>, reply: &mut Reply) {
        for hook in self.hooks() {
            if let Hook::Response(edit) = hook {
                edit(seen, reply);
            }
        }
    }
}

/// Up to three names that share the most words with `name`, or differ from it by a slip.
fn near(name: &str) -> Vec<&'static str> {
    let words: Vec<_> = name.split('-').collect();
    let mut found: Vec<_> = all()
        .map(|fault| {
            let shared = fault.name.split('-').filter(|word| words.contains(word)).count();
            let prefix = fault.name.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
            (shared * 4 + prefix, fault.name)
        })
        .filter(|(likeness, _)| *likeness >= 8)
        .collect();
    found.sort_by_key(|(likeness, name)| (std::cmp::Reverse(*likeness), *name));
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_spelled_alike() {
        let names: Vec<_> = all().map(|fault| fault.name).collect();
        for name in &names {
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
            assert!(
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{name}"
            );
        }
        for fault in all() {
            assert!(!fault.hooks.is_empty() && !fault.summary.is_empty(), "{}", fault.name);
            assert!(!fault.summary.ends_with('.'), "{}: a summary is no sentence with a full stop", fault.name);
        }
    }

    #[test]
    fn an_unknown_name_lists_near_ones() {
        let known = FaultSet::parse(["tags-n-ignored", "tags-unsorted"]).unwrap();
        assert_eq!(known.names().collect::<Vec<_>>(), ["tags-n-ignored", "tags-unsorted"]);
        let error = FaultSet::parse(["tags-n-ignore"]).unwrap_err();
        assert_eq!(error.near.first(), Some(&"tags-n-ignored"));
        assert!(error.to_string().contains("did you mean tags-n-ignored"), "{error}");
        assert_eq!(FaultSet::parse(["xyzzy"]).unwrap_err().to_string(), "there is no fault named \"xyzzy\"");
    }
}
