//! What a walk through a store found.

use std::fmt;

use crate::protocol::Digest;
use crate::storage::StorePath;

/// What does not fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A name that has no place in the layout.
    Unrecognised,
    /// The bytes of a blob have another digest than their name says.
    Corrupt(Digest),
    /// A directory of a blob, a revision, a layer or a tag without the file that makes it one. A process that was
    /// killed between making a directory and the file in it leaves this behind, and so does Docker Distribution when
    /// it removes a link; nothing can see it.
    Empty,
    /// A link that does not hold a digest.
    Malformed,
    /// A link whose file says another digest than its name.
    Mismatch(Digest),
    /// A link to a blob that is not in the store.
    Dangling(Digest),
    /// A tag points at a manifest that is not part of the repository.
    Revisionless(Digest),
    /// An upload session without its time of beginning.
    Timeless,
}

impl Problem {
    /// Whether a client can notice: everything except what an interrupted or finished removal leaves behind.
    pub const fn is_damage(&self) -> bool {
        !matches!(self, Self::Empty | Self::Timeless)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unrecognised => f.write_str("has no place in the layout"),
            Self::Corrupt(actual) => write!(f, "the bytes have the digest {actual}"),
            Self::Empty => f.write_str("the directory is empty"),
            Self::Malformed => f.write_str("does not hold a digest"),
            Self::Mismatch(actual) => write!(f, "holds the digest {actual}, not that of its name"),
            Self::Dangling(target) => write!(f, "points at {target}, which is not in the store"),
            Self::Revisionless(target) => write!(f, "points at {target}, which is no manifest of this repository"),
            Self::Timeless => f.write_str("the upload session has no time of beginning"),
        }
    }
}

/// One thing that does not fit, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The object or directory.
    pub path: StorePath,
    /// What is wrong with it.
    pub problem: Problem,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

/// What a walk through a store saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Blobs whose bytes were read.
    pub blobs: u64,
    /// Their size together, in bytes.
    pub bytes: u64,
    /// Repositories, counted by their `_manifests`, `_layers` or `_uploads`.
    pub repositories: u64,
    /// Manifests linked in repositories.
    pub revisions: u64,
    /// Blobs linked in repositories.
    pub layers: u64,
    /// Tags that point at something.
    pub tags: u64,
    /// Upload sessions that are not finished.
    pub uploads: u64,
    /// What does not fit together, in the order of the walk.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The findings that a client can notice.
    pub fn damage(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.problem.is_damage())
    }
}
