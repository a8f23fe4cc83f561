//! Where the reports of a run go.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

use super::{CliError, Console};
use crate::report::{self, Exchanges, Report};
use crate::settings::{Annotations, DEFAULT_FILE, Options};

const DEFAULT_HTML: &str = "plimsoll-report.html";

/// A kind of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Json,
    Junit,
    Html,
    Markdown,
    Gitlab,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON report",
            Self::Junit => "JUnit report",
            Self::Html => "HTML report",
            Self::Markdown => "Markdown report",
            Self::Gitlab => "Code Quality report",
        }
    }
}

/// Where the reports of a run go; every named file is known to be writable.
#[derive(Debug)]
pub(super) struct Destinations {
    named: Vec<(Kind, PathBuf)>,
    /// The HTML report nobody asked for: it is written if it can be.
    unasked: Option<PathBuf>,
    github: bool,
    keep: Exchanges,
}

/// What was written.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The files a person would open.
    pub(super) files: Vec<String>,
    /// What goes to standard output.
    pub(super) to_stdout: String,
    /// What the user should know.
    pub(super) notes: Vec<String>,
}

impl Destinations {
    /// Where `options` want the reports. A file that cannot be written is found now, not after the run.
    pub(super) fn of(options: &Options, embedded: bool, console: Console) -> Result<Self, CliError> {
        let gitlab = match &options.annotations {
            Some(Annotations::Gitlab(file)) => Some(file.clone()),
            _ => None,
        };
        let named: Vec<(Kind, PathBuf)> = [
            (Kind::Json, options.json.clone()),
            (Kind::Junit, options.junit.clone()),
            (Kind::Html, options.html.clone()),
            (Kind::Markdown, options.markdown.clone()),
            (Kind::Gitlab, gitlab),
        ]
        .into_iter()
        .filter_map(|(kind, file)| file.map(|file| (kind, file)))
        .collect();
        let unasked = options.html.is_none() && !options.no_report && (embedded || console.is_terminal());
        let destinations = Self {
            named,
            unasked: unasked.then(|| DEFAULT_HTML.into()),
            github: options.annotations == Some(Annotations::Github),
            keep: options.exchanges.map(Exchanges::from).unwrap_or_default(),
        };
        let on_stdout = destinations.named.iter().filter(|(_, file)| is_stdout(file)).count();
        if on_stdout + usize::from(destinations.github) > 1 {
            let problem = "only one of the reports and the GitHub annotations can go to standard output";
            return Err(CliError::Usage(problem.to_owned()));
        }
        for (kind, file) in destinations.named.iter().filter(|(_, file)| !is_stdout(file)) {
            check_writable(kind.name(), file)?;
        }
        Ok(destinations)
    }

    /// Whether a report goes to standard output.
    pub(super) fn claims_stdout(&self) -> bool {
        self.named.iter().any(|(_, file)| is_stdout(file))
    }

    /// Writes everything.
    pub(super) fn write(&self, report: &Report) -> Result<Written, CliError> {
        let mut written = Written::default();
        for (kind, file) in &self.named {
            let text = self.render(*kind, report)?;
            if is_stdout(file) {
                written.to_stdout.push_str(&text);
                continue;
            }
            let source = std::fs::write(file, text);
            source.map_err(|source| CliError::Write { what: kind.name(), file: file.clone(), source })?;
            if *kind != Kind::Gitlab {
                written.files.push(file.display().to_string());
            }
        }
        if let Some(file) = &self.unasked {
            match std::fs::write(file, self.render(Kind::Html, report)?) {
                Ok(()) => written.files.push(file.display().to_string()),
                Err(error) => written.notes.push(format!("note: no {} was written: {error}\n", file.display())),
            }
        }
        if self.github {
            written.to_stdout.push_str(&report::github(report));
        }
        Ok(written)
    }

    fn render(&self, kind: Kind, report: &Report) -> Result<String, CliError> {
        let failed = |problem: String| CliError::Render { what: kind.name(), problem };
        match kind {
            Kind::Json => report::json(report, self.keep).map_err(|error| failed(error.to_string())),
            Kind::Junit => report::junit(report).map_err(|error| failed(error.to_string())),
            Kind::Html => report::html(report, self.keep).map_err(|error| failed(error.to_string())),
            Kind::Markdown => Ok(report::markdown(report)),
            Kind::Gitlab => report::gitlab(report, DEFAULT_FILE).map_err(|error| failed(error.to_string())),
        }
    }
}

/// Whether a report can be written there. Finds out by opening it, and leaves no empty file behind.
pub(super) fn check_writable(what: &'static str, file: &Path) -> Result<(), CliError> {
    let existed = file.exists();
    let opened = OpenOptions::new().create(true).append(true).open(file).map(drop);
    let tidied = opened.and_then(|()| if existed { Ok(()) } else { std::fs::remove_file(file) });
    tidied.map_err(|source| CliError::Write { what, file: file.to_owned(), source })
}

pub(super) fn is_stdout(file: &Path) -> bool {
    file == Path::new("-")
}
