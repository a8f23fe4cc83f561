//! `REGISTRY_…` variables laid over the tree of a configuration.
//!
//! The rule is Docker Distribution's: the name without `REGISTRY_` is split at underscores, each part names a key (its
//! name in capitals) or the index of a list, and the value is parsed as YAML. Variables are applied in the order of
//! their names, so that `REGISTRY_STORAGE` comes before `REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY`. A key that is not
//! there is created in small letters. What it names is judged by the decoder, like everything else; only names that
//! do not begin with a section at all are passed over, with a warning, since other programs use the same prefix.

use std::collections::BTreeMap;
use std::fmt;

use super::problem::{Origin, Problem, Reason};
use super::tree::{self, Entry, Node, Value};

const PREFIX: &str = "REGISTRY_";
/// Names the configuration file; it is no key.
const PATH_VARIABLE: &str = "REGISTRY_CONFIGURATION_PATH";

/// The variables that may override keys, in the order of their names.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl fmt::Debug for Environment {
    /// Names only: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(variables.filter(|(name, _)| name.starts_with(PREFIX)).collect())
    }
}

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Self {
        let variables = std::env::vars_os();
        variables
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
            .collect()
    }

    /// The file that `REGISTRY_CONFIGURATION_PATH` names.
    pub fn configuration_path(&self) -> Option<&str> {
        self.0.get(PATH_VARIABLE).map(String::as_str).filter(|path| !path.is_empty())
    }

    /// Lays the variables over `root`. `sections` are the keys of the top that exist, here or in Distribution.
    pub(super) fn apply(&self, root: &mut Node, sections: &[&str]) -> (Vec<Warning>, Vec<Problem>) {
        let (mut warnings, mut problems) = (Vec::new(), Vec::new());
        if root.is_null() && !self.0.is_empty() {
            root.value = Value::Map(Vec::new());
        }
        for (name, value) in self.0.iter().filter(|(name, _)| *name != PATH_VARIABLE) {
            let parts: Vec<&str> = name[PREFIX.len()..].split('_').collect();
            if let Some(ignored) = ignored(&parts, sections) {
                warnings.push(Warning { variable: name.clone(), reason: ignored });
                continue;
            }
            root.expand_short_forms();
            match tree::parse(value, Some(name)) {
                Ok(node) => problems.extend(set(root, &parts, node, name).err()),
                Err(errors) => problems.extend(errors),
            }
        }
        (warnings, problems)
    }
}

/// A variable that was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Its name.
    pub variable: String,
    /// Why.
    pub reason: &'static str,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ignoring environment variable {}: {}", self.variable, self.reason)
    }
}

/// Why a variable is passed over, when it is.
fn ignored(parts: &[&str], sections: &[&str]) -> Option<&'static str> {
    let first = parts.first().copied().unwrap_or_default();
    if first == "VERSION" {
        return Some("the version of a configuration cannot be overridden");
    }
    if !sections.iter().any(|section| section.to_uppercase() == first) {
        return Some("no key of the configuration begins like this");
    }
    // Kubernetes describes a service named `registry-http` by REGISTRY_HTTP_SERVICE_HOST and REGISTRY_HTTP_PORT_….
    let service = parts.iter().any(|part| matches!(*part, "SERVICE" | "PORT"));
    service.then_some("it looks like the address of a Kubernetes service")
}

/// Puts `value` where `parts` lead, below `node`.
fn set(node: &mut Node, parts: &[&str], value: Node, variable: &str) -> Result<(), Problem> {
    let Some((first, rest)) = parts.split_first() else {
        *node = value;
        return Ok(());
    };
    let origin = Origin::Environment(variable.to_owned());
    if node.is_null() {
        let list = first.bytes().all(|byte| byte.is_ascii_digit()) && !first.is_empty();
        node.value = if list { Value::List(Vec::new()) } else { Value::Map(Vec::new()) };
    }
    match &mut node.value {
        Value::List(items) => {
            let index = first.parse::<usize>().ok().filter(|index| *index <= items.len());
            let index = index.ok_or_else(|| Problem {
                key: String::new(),
                origin: origin.clone(),
                reason: Reason::Mismatch {
                    expected: format!("the index of a list of {}", items.len()),
                    found: format!("`{first}`"),
                },
            })?;
            if index == items.len() {
                items.push(Node::null(origin));
            }
            set(&mut items[index], rest, value, variable)
        }
        Value::Map(entries) => {
            // An existing key is entered, whatever its case; a final one is replaced in small letters.
            let lower = first.to_lowercase();
            let existing = entries.iter().position(|entry| {
                if rest.is_empty() {
                    entry.key == lower
                } else {
                    entry.key.to_uppercase() == *first && !entry.value.is_null()
                }
            });
            let existing = existing.or_else(|| entries.iter().position(|entry| entry.key == lower));
            let index = existing.unwrap_or_else(|| {
                entries.push(Entry { key: lower, origin: origin.clone(), value: Node::null(origin.clone()) });
                entries.len() - 1
            });
            if rest.is_empty() {
                entries[index].origin = origin;
            }
            set(&mut entries[index].value, rest, value, variable)
        }
        // The value is not repeated: it may be a secret.
        Value::Scalar { .. } => Err(Problem {
            key: String::new(),
            origin,
            reason: Reason::Syntax(format!("nothing can be set below a single value, as `_{first}` would")),
        }),
    }
}
