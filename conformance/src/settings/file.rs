//! `plimsoll.toml`.
//!
//! The keys are the long names of the options, so the command line is their reference; beside them stand
//! `target`, the table `[capabilities]` and the list `[[expected]]`. `schema/settings.json` describes the file
//! to editors.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::{Args as _, Command};
use scenarios::capability::Capability;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::arguments::{arguments, parse};
use super::expected::{Expected, Pattern};
use super::suggest::did_you_mean;
use super::{Options, SettingsError};
use crate::catalog;
use crate::profile::Profile;

/// The file that is read when it is there and no other is named.
pub const DEFAULT_FILE: &str = "plimsoll.toml";

const EXPECTED_KEYS: [&str; 4] = ["id", "reason", "profile", "target"];

/// What a settings file says.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The file, when there is one.
    pub file: Option<PathBuf>,
    /// The address to check when the command line names none.
    pub target: Option<String>,
    /// Defaults of the options.
    pub options: Options,
    /// What the target offers, declared.
    pub capabilities: Vec<(Capability, bool)>,
    /// Failures that are expected.
    pub expected: Vec<Expected>,
}

/// A value of the file, and where it stands.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

impl Settings {
    /// The file that was named, or [`DEFAULT_FILE`] in the working directory if it is there.
    pub fn load(named: Option<&Path>) -> Result<Self, SettingsError> {
        let file = named.unwrap_or(Path::new(DEFAULT_FILE));
        match std::fs::read_to_string(file) {
            Ok(text) => Self::parse(file, &text),
            Err(error) if named.is_none() && error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(SettingsError::Unreadable { file: file.to_owned(), source }),
        }
    }

    /// Reads `text`; `file` is for messages.
    pub fn parse(file: &Path, text: &str) -> Result<Self, SettingsError> {
        let line_of = |offset: usize| text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        let table = DeTable::parse(text).map_err(|error| SettingsError::Syntax {
            file: file.to_owned(),
            line: line_of(error.span().map(|span| span.start).unwrap_or_default()),
            message: error.message().to_owned(),
        })?;
        let settings = Self { file: Some(file.to_owned()), ..Self::default() };
        let mut reader = Reader { line_of: &line_of, settings };
        let read = reader.root(table.get_ref());
        read.map_err(|(line, problem)| SettingsError::Entry { file: file.to_owned(), line, problem })?;
        Ok(reader.settings)
    }

    /// The keys at the top of the file, sorted.
    pub fn keys() -> Vec<String> {
        let command = Options::augment_args(Command::new("plimsoll"));
        let options = command.get_arguments().filter_map(|arg| arg.get_long()).map(str::to_owned);
        let mut keys: Vec<String> = options.chain(["target", "capabilities", "expected"].map(str::to_owned)).collect();
        keys.sort_unstable();
        keys
    }
}

/// A problem, and the line it is on.
type Problem = (usize, String);

struct Reader<'a> {
    line_of: &'a dyn Fn(usize) -> usize,
    settings: Settings,
}

impl Reader<'_> {
    fn line<T>(&self, spanned: &Spanned<T>) -> usize {
        (self.line_of)(spanned.span().start)
    }

    fn root(&mut self, table: &DeTable<'_>) -> Result<(), Problem> {
        let mut command_line = Vec::new();
        for (key, value) in table {
            let line = self.line(key);
            let at = |problem| (line, problem);
            match key.get_ref().as_ref() {
                "target" => self.settings.target = Some(string("target", value).map_err(at)?),
                "capabilities" => self.capabilities(line, value)?,
                "expected" => self.expected(line, value)?,
                name => command_line.extend(arguments(name, value).map_err(at)?),
            }
        }
        self.settings.options = parse(&command_line).map_err(|problem| (1, problem))?;
        Ok(())
    }

    fn capabilities(&mut self, line: usize, value: &Value<'_>) -> Result<(), Problem> {
        let DeValue::Table(table) = value.get_ref() else {
            return Err((line, "`capabilities` is a table: write [capabilities]".to_owned()));
        };
        for (key, value) in table {
            let (name, line) = (key.get_ref().as_ref(), self.line(key));
            let Some(capability) = Capability::from_name(name) else {
                let names = Capability::ALL.map(Capability::as_str);
                let meant = did_you_mean(name, names);
                return Err((line, format!("there is no capability `{name}`: there are {}{meant}", names.join(", "))));
            };
            let DeValue::Boolean(offered) = value.get_ref() else {
                return Err((line, format!("`capabilities.{name}` is true or false")));
            };
            self.settings.capabilities.push((capability, *offered));
        }
        Ok(())
    }

    fn expected(&mut self, line: usize, value: &Value<'_>) -> Result<(), Problem> {
        let DeValue::Array(entries) = value.get_ref() else {
            return Err((line, "`expected` is a list of tables: write [[expected]] before each".to_owned()));
        };
        for entry in entries {
            let line = self.line(entry);
            let DeValue::Table(table) = entry.get_ref() else {
                return Err((line, "an entry of `expected` is a table: write [[expected]] before it".to_owned()));
            };
            let entry = self.entry(line, table)?;
            if let Some(twin) = self.settings.expected.iter().find(|other| other.overlaps(&entry)) {
                return Err((
                    line,
                    format!("`{}` is already expected on line {}: keep one entry", entry.id, twin.line),
                ));
            }
            self.settings.expected.push(entry);
        }
        Ok(())
    }

    fn entry(&self, line: usize, table: &DeTable<'_>) -> Result<Expected, Problem> {
        let (mut id, mut reason, mut profile, mut target) = (None, None, None, None);
        for (key, value) in table {
            let (name, line) = (key.get_ref().as_ref(), self.line(key));
            let at = |problem| (line, problem);
            if !EXPECTED_KEYS.contains(&name) {
                let (keys, meant) = (EXPECTED_KEYS.join(", "), did_you_mean(name, EXPECTED_KEYS));
                return Err(at(format!("an expected failure has no key `{name}`: there are {keys}{meant}")));
            }
            let text = string(&format!("expected.{name}"), value).map_err(at)?;
            match name {
                "id" => id = Some(known_id(text).map_err(at)?),
                "reason" => reason = Some(text).filter(|reason| !reason.trim().is_empty()),
                "profile" => profile = Some(text.parse::<Profile>().map_err(|error| at(error.to_string()))?),
                _ => {
                    let pattern = Pattern::parse(&text).map_err(|e| at(format!("`{text}` is no pattern: {e}")))?;
                    target = Some(pattern);
                }
            }
        }
        let id = id.ok_or_else(|| (line, "an expected failure needs the check's id: id = \"…\"".to_owned()))?;
        let reason =
            reason.ok_or_else(|| (line, format!("the expected failure of `{id}` needs its reason: reason = \"…\"")))?;
        Ok(Expected { id, reason, profile, target, line })
    }
}

/// The text of a value, or what to write instead.
pub(super) fn string(name: &str, value: &Value<'_>) -> Result<String, String> {
    value.get_ref().as_str().map(str::to_owned).ok_or_else(|| format!("`{name}` is a text: write {name} = \"…\""))
}

fn known_id(id: String) -> Result<String, String> {
    if catalog::find(&id).is_some() {
        return Ok(id);
    }
    let meant = did_you_mean(&id, catalog::all().iter().map(|check| check.id));
    Err(format!("there is no check `{id}`; `plimsoll list` shows them all{meant}"))
}
