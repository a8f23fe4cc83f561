//! From a file and the environment to a [`Config`].

use std::io::Read;
use std::path::{Path, PathBuf};

use super::environment::{Environment, Warning};
use super::known;
use super::model::Config;
use super::problem::{Origin, Problem};
use super::section::{Report, Section};
use super::tree::{self, Node};

/// The largest file that is read, in bytes.
const MAX_SIZE: u64 = 1 << 20;
const DEFAULTS: &str = include_str!("default.yaml");

/// A configuration, and what should be said about it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// Variables that were passed over.
    pub warnings: Vec<Warning>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: cannot read the configuration: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is too large to be a configuration.
    #[error("{path}: larger than the {limit} bytes a configuration may have", path = path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
    /// The file is not UTF-8.
    #[error("{path}: not a text file: byte {offset} is not UTF-8", path = path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
        /// The first byte that does not fit, counted from 0.
        offset: usize,
    },
    /// The text has problems, each of which is listed.
    #[error("{}", listed(name, problems))]
    Invalid {
        /// The name of the file.
        name: String,
        /// What is wrong, in the order of the file.
        problems: Vec<Problem>,
    },
}

fn listed(name: &str, problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|problem| problem.render(name)).collect();
    lines.join("\n")
}

/// Reads a configuration file and lays `environment` over it.
pub fn load(path: &Path, environment: &Environment) -> Result<Loaded, ConfigError> {
    let read_error = |source| ConfigError::Read { path: path.to_owned(), source };
    let mut content = Vec::new();
    let file = std::fs::File::open(path).map_err(read_error)?;
    file.take(MAX_SIZE + 1).read_to_end(&mut content).map_err(read_error)?;
    if content.len() as u64 > MAX_SIZE {
        return Err(ConfigError::TooLarge { path: path.to_owned(), limit: MAX_SIZE });
    }
    let text = String::from_utf8(content)
        .map_err(|error| ConfigError::Encoding { path: path.to_owned(), offset: error.utf8_error().valid_up_to() })?;
    parse(&text, &path.display().to_string(), environment)
}

/// Reads a configuration from text; `name` stands for the file in messages. Every problem is reported, not only the
/// first.
pub fn parse(text: &str, name: &str, environment: &Environment) -> Result<Loaded, ConfigError> {
    let invalid = |problems| ConfigError::Invalid { name: name.to_owned(), problems };
    let mut root = tree::parse(text.trim_start_matches('\u{feff}'), None).map_err(invalid)?;
    let defaults = default_tree();
    let sections: Vec<&str> =
        defaults.entries().iter().map(|entry| entry.key.as_str()).chain(known::below("")).collect();
    let (warnings, overrides) = environment.apply(&mut root, &sections);
    root.expand_short_forms();

    let (config, mut problems) = decode(&root, &defaults);
    problems.extend(overrides);
    if problems.is_empty() { Ok(Loaded { config, warnings }) } else { Err(invalid(problems)) }
}

/// The configuration of `default.yaml`.
pub(super) fn defaults() -> Config {
    let tree = default_tree();
    decode(&tree, &tree).0
}

fn decode(root: &Node, defaults: &Node) -> (Config, Vec<Problem>) {
    let report = Report::default();
    let section = Section::root(root, defaults, &report);
    let config = Config::decode(&section);
    section.finish();
    (config, report.into_problems())
}

/// The embedded defaults, which a test keeps readable and complete.
fn default_tree() -> Node {
    tree::parse(DEFAULTS, None).unwrap_or_else(|_| Node::null(Origin::File { line: 1, column: 1 }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn paths(node: &Node, above: &str, found: &mut BTreeSet<String>) {
        for entry in node.entries() {
            let path = if above.is_empty() { entry.key.clone() } else { format!("{above}.{}", entry.key) };
            paths(&entry.value, &path, found);
            found.insert(path);
        }
    }

    #[test]
    fn the_defaults_are_valid_and_complete() {
        let tree = tree::parse(DEFAULTS, None).expect("default.yaml is YAML");
        let report = Report::default();
        let section = Section::root(&tree, &tree, &report);
        Config::decode(&section);
        section.finish();

        let mut asked = report.asked();
        // The other driver cannot stand beside the default one, and has no keys.
        asked.remove("storage.inmemory");
        let mut written = BTreeSet::new();
        paths(&tree, "", &mut written);
        assert_eq!(asked, written, "keys that are decoded, and keys in default.yaml");
        assert_eq!(report.into_problems(), []);
    }

    #[test]
    fn no_key_is_both_implemented_and_not() {
        let (tree, report) = (default_tree(), Report::default());
        Config::decode(&Section::root(&tree, &tree, &report));
        let asked = report.asked();
        for known in known::KNOWN {
            assert!(!asked.contains(known.path), "{} is implemented", known.path);
        }
    }
}
