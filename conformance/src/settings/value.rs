//! Values that options take.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use jiff::SignedDuration;
use scenarios::outcome::Level;

use crate::profile::Profile;
use crate::report::Exchanges;

impl ValueEnum for Profile {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

/// A level that something can be judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Strictness {
    /// MUST
    Must,
    /// SHOULD
    Should,
}

impl From<Strictness> for Level {
    fn from(strictness: Strictness) -> Self {
        match strictness {
            Strictness::Must => Self::Must,
            Strictness::Should => Self::Should,
        }
    }
}

/// Whose exchanges go into the reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Keep {
    /// Those of checks that failed, warned or stayed undecided
    Failed,
    /// Everyone's
    All,
}

impl From<Keep> for Exchanges {
    fn from(keep: Keep) -> Self {
        match keep {
            Keep::Failed => Self::Failed,
            Keep::All => Self::All,
        }
    }
}

/// Notes for a code host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Annotations {
    /// GitHub's workflow commands, on standard output.
    Github,
    /// GitLab's Code Quality report, in this file.
    Gitlab(PathBuf),
}

impl Annotations {
    /// Where GitLab's report goes unless told otherwise.
    pub const GITLAB_FILE: &'static str = "gl-code-quality-report.json";

    /// `github`, `gitlab` or `gitlab=FILE`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            None if text == "github" => Ok(Self::Github),
            None if text == "gitlab" => Ok(Self::Gitlab(Self::GITLAB_FILE.into())),
            Some(("gitlab", file)) if !file.is_empty() => Ok(Self::Gitlab(file.into())),
            _ => Err("choose github, gitlab or gitlab=FILE".to_owned()),
        }
    }
}

/// A length of time: `500ms`, `30s`, `2m`, or a number of seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "give a time such as 500ms, 30s or 2m".to_owned();
    let with_unit = if text.bytes().all(|byte| byte.is_ascii_digit()) { format!("{text}s") } else { text.to_owned() };
    let parsed: SignedDuration = with_unit.parse().map_err(|_| wrong())?;
    Duration::try_from(parsed).ok().filter(|duration| !duration.is_zero()).ok_or_else(wrong)
}

/// A number of checks to run at once.
pub(super) fn jobs(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|jobs| (1..=1024).contains(jobs)).ok_or_else(|| "give a number from 1 to 1024".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_write_them() {
        for (text, millis) in [("30", 30_000), ("500ms", 500), ("2m", 120_000), ("1m 30s", 90_000)] {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "0", "0s", "-3s", "soon", "3 parsecs"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn annotations() {
        assert_eq!(Annotations::parse("github"), Ok(Annotations::Github));
        assert_eq!(Annotations::parse("gitlab=a.json"), Ok(Annotations::Gitlab("a.json".into())));
        assert!(Annotations::parse("gitlab=").is_err());
        assert!(Annotations::parse("bitbucket").is_err());
    }
}
