//! Why a run did not come about.

use scenarios::client::{ClientError, TransportError};
use scenarios::target::TargetError;

use crate::exit;
use crate::run::{SelectionError, Unreachable};

/// Why a run did not come about.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// The address is not one.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The selection cannot be meant, or is empty.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// A word that becomes part of repository names cannot be one.
    #[error(
        "`{0}` cannot be part of a repository name: use lower-case letters and digits, and single . _ - / between them"
    )]
    Name(String),
    /// The image to pull is not `REPOSITORY:TAG`.
    #[error("`{0}` is no image to pull: give REPOSITORY:TAG, without the registry's host")]
    Image(String),
    /// The client could not be made.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// No registry answered.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The registry answered once and then no more.
    #[error("{target}: the registry stopped answering while it was asked what it offers: {error}")]
    Lost {
        /// The target's name.
        target: String,
        /// What happened.
        error: TransportError,
    },
    /// The image that was named is not there.
    #[error("{target}: the image {image} cannot be pulled; name one that is there and has a layer, as REPOSITORY:TAG")]
    NoImage {
        /// The target's name.
        target: String,
        /// The image, as named.
        image: String,
    },
}

impl SuiteError {
    /// The exit code that tells of it: [`exit::USAGE`] or [`exit::UNDECIDED`].
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Target(_) | Self::Selection(_) | Self::Name(_) | Self::Image(_) => exit::USAGE,
            Self::Client(_) | Self::Unreachable(_) | Self::Lost { .. } | Self::NoImage { .. } => exit::UNDECIDED,
        }
    }
}
