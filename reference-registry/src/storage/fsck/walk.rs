//! The walk itself, and what its parts share.

use crate::protocol::Digest;
use crate::storage::{Driver, StorageError, StorePath};

use super::finding::{Finding, Problem, Report};
use super::{blobs, repositories};

/// A link holds one digest; this is more than the longest one takes, in bytes.
const LINK_LIMIT: u64 = 1024;

/// Walks the whole store, reading every blob. Errors: what the driver reports other than a missing object.
pub async fn check(driver: &dyn Driver) -> Result<Report, StorageError> {
    let mut walk = Walk { driver, report: Report::default() };
    blobs::walk(&mut walk).await?;
    repositories::walk(&mut walk).await?;
    Ok(walk.report)
}

/// A walk on its way.
pub(super) struct Walk<'a> {
    pub(super) driver: &'a dyn Driver,
    pub(super) report: Report,
}

impl Walk<'_> {
    pub(super) fn note(&mut self, path: &StorePath, problem: Problem) {
        self.report.findings.push(Finding { path: path.clone(), problem });
    }

    /// The children of a directory; none when it is not there.
    pub(super) async fn children(&self, path: &StorePath) -> Result<Vec<(String, StorePath)>, StorageError> {
        let names = match self.driver.list(path).await {
            Err(StorageError::NotFound(_)) => Vec::new(),
            other => other?,
        };
        Ok(names.into_iter().filter_map(|name| path.child(&name).map(|child| (name, child))).collect())
    }

    /// As [`children`](Self::children), and notes when there are none.
    pub(super) async fn some_children(&mut self, path: &StorePath) -> Result<Vec<(String, StorePath)>, StorageError> {
        let children = self.children(path).await?;
        if children.is_empty() {
            self.note(path, Problem::Empty);
        }
        Ok(children)
    }

    pub(super) async fn exists(&self, path: &StorePath) -> Result<bool, StorageError> {
        match self.driver.stat(path).await {
            Ok(stat) => Ok(!stat.is_dir),
            Err(StorageError::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The digest a link holds, when it is one and its blob is in the store; notes it when not.
    pub(super) async fn link(&mut self, path: &StorePath) -> Result<Option<Digest>, StorageError> {
        let content = match self.driver.read(path, LINK_LIMIT).await {
            Err(StorageError::NotFound(_)) => return Ok(None),
            Err(StorageError::TooLarge { .. }) => bytes::Bytes::new(),
            other => other?,
        };
        let Some(target) = std::str::from_utf8(&content).ok().and_then(|text| text.trim().parse::<Digest>().ok())
        else {
            self.note(path, Problem::Malformed);
            return Ok(None);
        };
        if !self.exists(&StorePath::blob_data(&target)).await? {
            self.note(path, Problem::Dangling(target));
            return Ok(None);
        }
        Ok(Some(target))
    }

    /// A directory `<algorithm>/<hex>/link` of links that hold the digest of their path; returns how many there are.
    pub(super) async fn links(&mut self, directory: &StorePath) -> Result<u64, StorageError> {
        let mut count = 0;
        for (algorithm, below) in self.children(directory).await? {
            for (hex, linked) in self.children(&below).await? {
                let Ok(named) = format!("{algorithm}:{hex}").parse::<Digest>() else {
                    self.note(&linked, Problem::Unrecognised);
                    continue;
                };
                for (name, link) in self.some_children(&linked).await? {
                    if name != "link" {
                        self.note(&link, Problem::Unrecognised);
                    } else if let Some(target) = self.link(&link).await? {
                        count += 1;
                        if target != named {
                            self.note(&link, Problem::Mismatch(target));
                        }
                    }
                }
            }
        }
        Ok(count)
    }
}
