//! Why a command ends without having done its work.

use std::path::PathBuf;

use crate::exit;
use crate::settings::SettingsError;
use crate::suite::SuiteError;

/// Why a command ends without having done its work. Each is one sentence for the user.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The arguments contradict each other, or name something that does not exist.
    #[error("{0}")]
    Usage(String),
    /// The settings file is wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The run did not come about.
    #[error(transparent)]
    Suite(#[from] SuiteError),
    /// A report cannot be written.
    #[error("{}: the {what} cannot be written: {source}", file.display())]
    Write {
        /// What was to be written.
        what: &'static str,
        /// Where.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file that was named cannot be read or is not what it should be.
    #[error("{}: {problem}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A report could not be rendered.
    #[error("the {what} could not be made: {problem}")]
    Render {
        /// What was to be made.
        what: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// Something this machine would not do: threads, sockets.
    #[error("{0}")]
    System(String),
}

impl CliError {
    /// The exit code that tells of it.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Settings(_) | Self::Write { .. } | Self::Read { .. } => exit::USAGE,
            Self::Suite(error) => error.exit_code(),
            Self::Render { .. } | Self::System(_) => exit::UNDECIDED,
        }
    }
}
