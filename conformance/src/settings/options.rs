//! The options that decide what is run and what is written. Each can also stand in `plimsoll.toml`, under its long name.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::value::{Annotations, Keep, Strictness, duration, jobs};
use crate::profile::Profile;

const HOW: &str = "How it is checked";
const WRITTEN: &str = "What is written";

/// What is run and what is written; `None`, empty and false mean "not said".
#[derive(Debug, Clone, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of the command line, each on its own")]
#[command(next_help_heading = "What is checked")]
pub struct Options {
    /// The texts to judge by [default: oci-1.1]
    #[arg(long, value_name = "NAME", env = "PLIMSOLL_PROFILE", hide_env_values = true)]
    pub profile: Option<Profile>,
    /// Only checks that match: an id or glob (push.*), or tag:NAME; repeatable. Slow checks run only when asked for by
    /// id or with tag:slow
    #[arg(long, value_name = "PATTERN")]
    pub select: Vec<String>,
    /// Not the checks that match; repeatable
    #[arg(long, value_name = "PATTERN")]
    pub skip: Vec<String>,
    /// Only checks of this level: must or should; repeatable
    #[arg(long, value_name = "LEVEL", hide_possible_values = true)]
    pub level: Vec<Strictness>,
    /// What makes the run fail: must, or should for both [default: must]
    #[arg(long, value_name = "LEVEL", hide_possible_values = true)]
    pub fail_on: Option<Strictness>,

    /// How many checks at once [default: 16]
    #[arg(long, value_name = "N", value_parser = jobs, help_heading = HOW)]
    pub jobs: Option<usize>,
    /// The deadline of one check [default: 60s]
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = HOW)]
    pub timeout: Option<Duration>,
    /// The deadline of one request [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = HOW)]
    pub request_timeout: Option<Duration>,
    /// Believe every TLS certificate
    #[arg(long, help_heading = HOW)]
    pub insecure: bool,
    /// An image that is already there, for registries that take no pushes
    #[arg(long, value_name = "REPO:TAG", help_heading = HOW)]
    pub image: Option<String>,
    /// Push nothing: judge what a read-only registry offers
    #[arg(long, help_heading = HOW)]
    pub pull_only: bool,
    /// What the names of the repositories begin with [default: plimsoll]
    #[arg(long, value_name = "NAME", help_heading = HOW)]
    pub prefix: Option<String>,
    /// The word that tells this run's repositories from others [default: random]
    #[arg(long, value_name = "WORD", help_heading = HOW)]
    pub run_id: Option<String>,
    /// Leave in the registry what was pushed
    #[arg(long, help_heading = HOW)]
    pub no_clean_up: bool,

    /// Write the results as JSON; - is standard output
    #[arg(long, value_name = "FILE", help_heading = WRITTEN)]
    pub json: Option<PathBuf>,
    /// Write a test report in XML, as CI systems read it
    #[arg(long, value_name = "FILE", help_heading = WRITTEN)]
    pub junit: Option<PathBuf>,
    /// Write the HTML report [default: plimsoll-report.html, on a terminal or without URL]
    #[arg(long, value_name = "FILE", help_heading = WRITTEN)]
    pub html: Option<PathBuf>,
    /// Write Markdown, for the summary of a CI job
    #[arg(long, value_name = "FILE", help_heading = WRITTEN)]
    pub markdown: Option<PathBuf>,
    /// Write no HTML report unless --html names one
    #[arg(long, help_heading = WRITTEN)]
    pub no_report: bool,
    /// Notes for a code host: github (standard output), gitlab or gitlab=FILE
    #[arg(long, value_name = "HOST", value_parser = Annotations::parse, help_heading = WRITTEN)]
    pub annotations: Option<Annotations>,
    /// Whose requests and responses the reports hold: failed or all [default: failed]
    #[arg(long, value_name = "WHOSE", help_heading = WRITTEN, hide_possible_values = true)]
    pub exchanges: Option<Keep>,
    /// Show only what is wrong
    #[arg(long, short, help_heading = WRITTEN)]
    pub quiet: bool,
}

impl Options {
    /// These options, and where they say nothing, the others.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        fn list<T>(first: Vec<T>, second: Vec<T>) -> Vec<T> {
            if first.is_empty() { second } else { first }
        }
        Self {
            profile: self.profile.or(other.profile),
            select: list(self.select, other.select),
            skip: list(self.skip, other.skip),
            level: list(self.level, other.level),
            fail_on: self.fail_on.or(other.fail_on),
            jobs: self.jobs.or(other.jobs),
            timeout: self.timeout.or(other.timeout),
            request_timeout: self.request_timeout.or(other.request_timeout),
            insecure: self.insecure || other.insecure,
            image: self.image.or(other.image),
            pull_only: self.pull_only || other.pull_only,
            prefix: self.prefix.or(other.prefix),
            run_id: self.run_id.or(other.run_id),
            no_clean_up: self.no_clean_up || other.no_clean_up,
            json: self.json.or(other.json),
            junit: self.junit.or(other.junit),
            html: self.html.or(other.html),
            markdown: self.markdown.or(other.markdown),
            no_report: self.no_report || other.no_report,
            annotations: self.annotations.or(other.annotations),
            exchanges: self.exchanges.or(other.exchanges),
            quiet: self.quiet || other.quiet,
        }
    }
}
