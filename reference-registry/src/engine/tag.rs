//! Tags: listing, reading, deleting.

use super::core::Core;
use super::failure::present;
use super::link::name_unknown;
use super::page;
use crate::error::Error;
use crate::protocol::{Digest, RepositoryName, Tag};
use crate::registry::{Listing, Page};
use crate::storage::StorePath;

/// What tags are ordered by: without regard to case first, which is what `D11-101` means by lexical and one of the two
/// orders dev allows; by their bytes where that does not decide.
fn key(tag: &str) -> (String, &str) {
    (tag.to_ascii_lowercase(), tag)
}

impl Core {
    pub(super) async fn tags(&self, name: &RepositoryName, page: &Page) -> Result<Listing<Tag>, Error> {
        let mut tags = self.tag_names(name).await?;
        if tags.is_empty() && !self.repository_exists(name).await? {
            return Err(name_unknown(name));
        }
        if let Some(last) = &page.last {
            tags.retain(|tag| key(tag.as_str()) > key(last));
        }
        tags.sort_by(|a, b| key(a.as_str()).cmp(&key(b.as_str())));
        let limit = page::limit(page, self.options.page_limit);
        let mut entries = Vec::new();
        for tag in tags {
            if limit == 0 || entries.len() > limit {
                break;
            }
            // A tag that is being deleted has lost its link and not yet its directory.
            if self.linked(&StorePath::tag_current(name, &tag)).await? {
                entries.push(tag);
            }
        }
        Ok(page::listing(entries, limit))
    }

    /// What is in the directory of tags; a tag may have lost its link.
    pub(super) async fn tag_names(&self, name: &RepositoryName) -> Result<Vec<Tag>, Error> {
        let names = present(self.driver.list(&StorePath::tags(name)).await)?.unwrap_or_default();
        Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// What a tag points at.
    pub(super) async fn tag_target(&self, name: &RepositoryName, tag: &Tag) -> Result<Option<Digest>, Error> {
        self.read_link(&StorePath::tag_current(name, tag)).await
    }

    /// Points a tag at a manifest that is in the repository. The caller shares the lock.
    pub(super) async fn set_tag(&self, name: &RepositoryName, tag: &Tag, digest: &Digest) -> Result<(), Error> {
        self.write_link(&StorePath::tag_index_link(name, tag, digest), digest).await?;
        self.write_link(&StorePath::tag_current(name, tag), digest).await
    }

    /// Removes a tag and its history at once; whether there was one. The caller holds the lock alone.
    pub(super) async fn unset_tag(&self, name: &RepositoryName, tag: &Tag) -> Result<bool, Error> {
        Ok(self.linked(&StorePath::tag_current(name, tag)).await? && self.remove(&StorePath::tag(name, tag)).await?)
    }

    pub(super) async fn delete_tag(&self, name: &RepositoryName, tag: &Tag) -> Result<(), Error> {
        self.deletion()?;
        let _alone = self.locks.exclusive(name).await;
        if self.unset_tag(name, tag).await? { Ok(()) } else { Err(self.manifest_unknown(name, tag.as_str()).await) }
    }
}
