//! Reads the inventory's files, with errors that name the file and the line.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::{Excuse, Level, Source, State, Statement};

/// Why a file of the inventory cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The file is no TOML or has other keys than those of the format.
    #[error("{file}: {message}")]
    Syntax {
        /// The file's name.
        file: String,
        /// What the parser says, with line and column.
        message: String,
    },
    /// An entry has the right form and a wrong content.
    #[error("{file}, line {line}: {problem}")]
    Entry {
        /// The file's name.
        file: String,
        /// The line of the entry, from 1.
        line: usize,
        /// What is wrong and what is allowed.
        problem: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<RuleEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    slug: Spanned<String>,
    #[serde(default)]
    endpoints: Vec<String>,
    says: String,
    state: StateEntry,
    why: Option<String>,
    statements: Vec<StatementEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementEntry {
    id: Spanned<String>,
    level: Level,
    section: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum StateEntry {
    Registry,
    Client,
    Definition,
    Permission,
    NotObservable,
    Controlled,
    Superseded,
}

impl From<StateEntry> for State {
    fn from(entry: StateEntry) -> Self {
        Self::Excused(match entry {
            StateEntry::Registry => return Self::Registry,
            StateEntry::Client => Excuse::Client,
            StateEntry::Definition => Excuse::Definition,
            StateEntry::Permission => Excuse::Permission,
            StateEntry::NotObservable => Excuse::NotObservable,
            StateEntry::Controlled => Excuse::Controlled,
            StateEntry::Superseded => Excuse::Superseded,
        })
    }
}

/// The headings of each source, by the source's name.
pub(super) type Headings = BTreeMap<String, Vec<String>>;

/// Reads the list of headings.
///
/// # Errors
/// [`LoadError::Syntax`] when the text is no table of lists of strings.
pub(super) fn headings(file: &str, text: &str) -> Result<Headings, LoadError> {
    toml::from_str(text).map_err(|error| syntax(file, &error))
}

/// Reads all rule files, given as name and text, into statements in the order of the files.
///
/// # Errors
/// The first [`LoadError`] met: wrong syntax, an id of no known source, an id or slug used twice, a section that is
/// no heading of its source, an endpoint that no text has, an empty summary, or an excuse that lacks its reason.
pub(super) fn rules(files: &[(&str, &str)], headings: &Headings) -> Result<Vec<Statement>, LoadError> {
    let mut statements = Vec::new();
    let mut taken = BTreeSet::new();
    for (file, text) in files {
        let parsed: File = toml::from_str(text).map_err(|error| syntax(file, &error))?;
        for rule in parsed.rule {
            let located = |offset, problem| entry(file, line_of(text, offset), problem);
            check_rule(&rule, &mut taken).map_err(|problem| located(rule.slug.span().start, problem))?;
            for statement in &rule.statements {
                let built = build(&rule, statement, headings, &mut taken);
                statements.push(built.map_err(|problem| located(statement.id.span().start, problem))?);
            }
        }
    }
    Ok(statements)
}

fn check_rule(rule: &RuleEntry, taken: &mut BTreeSet<String>) -> Result<(), String> {
    let slug = rule.slug.get_ref();
    if !taken.insert(slug.clone()) {
        return Err(format!("the slug \"{slug}\" is used twice"));
    }
    if rule.says.trim().is_empty() {
        return Err(format!("the rule \"{slug}\" says nothing: `says` needs one sentence"));
    }
    if rule.statements.is_empty() {
        return Err(format!("the rule \"{slug}\" has no statements"));
    }
    if matches!(rule.state, StateEntry::NotObservable | StateEntry::Controlled | StateEntry::Superseded)
        && rule.why.is_none()
    {
        return Err(format!("the rule \"{slug}\" is excused and needs its reason in `why`"));
    }
    match rule.endpoints.iter().find(|id| super::endpoint(id).is_none()) {
        Some(id) => Err(format!("\"{id}\" is no endpoint: they are end-1 to end-14, some with a letter")),
        None => Ok(()),
    }
}

fn build(
    rule: &RuleEntry,
    entry: &StatementEntry,
    headings: &Headings,
    taken: &mut BTreeSet<String>,
) -> Result<Statement, String> {
    let id = entry.id.get_ref();
    let number = id.rsplit_once('-').map(|(_, number)| number);
    let source = Source::of_id(id)
        .filter(|_| number.is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit())));
    let Some(source) = source else {
        let prefixes = Source::ALL.map(Source::prefix).join(", ");
        return Err(format!("\"{id}\" is no statement id: it needs one of {prefixes}, a hyphen and three digits"));
    };
    if !taken.insert(id.clone()) {
        return Err(format!("the statement {id} is listed twice"));
    }
    let known = headings.get(source.as_str()).is_some_and(|known| known.contains(&entry.section));
    if !known {
        return Err(format!("\"{}\" is no heading of {source}", entry.section));
    }
    Ok(Statement {
        id: id.clone(),
        source,
        section: entry.section.clone(),
        level: entry.level,
        endpoints: rule.endpoints.clone(),
        says: rule.says.clone(),
        state: rule.state.into(),
        why: rule.why.clone(),
        rule: rule.slug.get_ref().clone(),
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn syntax(file: &str, error: &toml::de::Error) -> LoadError {
    LoadError::Syntax { file: file.to_owned(), message: error.to_string() }
}

fn entry(file: &str, line: usize, problem: String) -> LoadError {
    LoadError::Entry { file: file.to_owned(), line, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r#"
[[rule]]
slug = "sample"
endpoints = ["end-3"]
says = "A sample."
state = "registry"
statements = [
  { id = "D11-018", level = "must", section = "Pull" },
]
"#;

    fn load(text: &str) -> Result<Vec<Statement>, LoadError> {
        let headings = headings("headings.toml", "\"oci-distribution-1.1.1\" = [\"Pull\"]").unwrap();
        rules(&[("sample.toml", text)], &headings)
    }

    fn error(from: &str, to: &str) -> String {
        assert!(RULE.contains(from), "the sample has no {from}");
        load(&RULE.replace(from, to)).unwrap_err().to_string()
    }

    #[test]
    fn a_rule_becomes_its_statements() {
        let statements = load(RULE).unwrap();
        assert_eq!(statements.len(), 1);
        assert_eq!(statements[0].source, Source::OciDistribution11);
        assert_eq!(statements[0].level, Level::Must);
        assert_eq!(statements[0].state, State::Registry);
        assert_eq!(statements[0].rule, "sample");
    }

    #[test]
    fn wrong_entries_are_named_with_file_and_line() {
        assert_eq!(
            error("D11-018", "D12-018"),
            "sample.toml, line 8: \"D12-018\" is no statement id: it needs one of D10, D11, DEV, OCI, HTTP, API, DKR, \
             S2, IMG-MANIFEST, IMG-INDEX, IMG-DESC, GITLAB, a hyphen and three digits"
        );
        assert!(error("D11-018", "D11-18").starts_with("sample.toml, line 8: \"D11-18\" is no statement id"));
        assert_eq!(
            error("\"Pull\"", "\"Pulls\""),
            "sample.toml, line 8: \"Pulls\" is no heading of oci-distribution-1.1.1"
        );
        assert_eq!(
            error("end-3", "end-99"),
            "sample.toml, line 3: \"end-99\" is no endpoint: they are end-1 to end-14, some with a letter"
        );
        assert_eq!(
            error("A sample.", " "),
            "sample.toml, line 3: the rule \"sample\" says nothing: `says` needs one sentence"
        );
        assert_eq!(
            error("\"registry\"", "\"controlled\""),
            "sample.toml, line 3: the rule \"sample\" is excused and needs its reason in `why`"
        );
    }

    #[test]
    fn what_is_listed_twice_is_refused() {
        let twice = format!("{RULE}{}", RULE.replace("\"sample\"", "\"other\""));
        assert_eq!(
            load(&twice).unwrap_err().to_string(),
            "sample.toml, line 17: the statement D11-018 is listed twice"
        );
        let twice = format!("{RULE}{}", RULE.replace("D11-018", "D11-019"));
        assert_eq!(load(&twice).unwrap_err().to_string(), "sample.toml, line 12: the slug \"sample\" is used twice");
    }

    #[test]
    fn unknown_keys_and_values_are_refused() {
        for (from, to, expected) in [
            ("says", "sayz", "unknown field `sayz`"),
            ("\"must\"", "\"has to\"", "unknown variant `has to`"),
            ("\"registry\"", "\"server\"", "unknown variant `server`"),
        ] {
            let message = error(from, to);
            assert!(message.starts_with("sample.toml: TOML parse error at line"), "{message}");
            assert!(message.contains(expected), "{message}");
        }
    }
}
