//! Manifests that refer to another one.

use std::sync::Arc;

use super::core::Core;
use super::failure::present;
use super::manifest::Facts;
use super::page;
use crate::error::Error;
use crate::protocol::{Algorithm, Digest, RepositoryName};
use crate::registry::{Listing, Page, Referrer};
use crate::storage::StorePath;

/// How much one page may weigh, in bytes of its descriptors: what clients accept of a manifest.
const PAGE_WEIGHT: usize = 3 << 20;

impl Core {
    /// The referrers of a manifest, by digest.
    ///
    /// Every manifest of the repository is asked, so those count that were pushed before there was a referrers API
    /// (`D11-148`, `D11-149`), and those that another process has put into the store. What they say is remembered.
    pub(super) async fn referrers(
        &self,
        name: &RepositoryName,
        subject: &Digest,
        artifact_type: Option<&str>,
        page: &Page,
    ) -> Result<Listing<Referrer>, Error> {
        let limit = page::limit(page, self.options.page_limit);
        let mut entries: Vec<Referrer> = Vec::new();
        let mut weight = 0;
        for digest in self.revisions(name, page.last.as_deref()).await? {
            if limit == 0 || entries.len() > limit {
                break;
            }
            let Some(facts) = self.facts_of(name, &digest).await? else { continue };
            let Some((target, referrer)) = &facts.referrer else { continue };
            let wanted = artifact_type.is_none_or(|wanted| referrer.artifact_type.as_deref() == Some(wanted));
            // The link is looked at last: it may be gone while what was in it is remembered.
            if target != subject || !wanted || !self.linked(&StorePath::revision_link(name, &digest)).await? {
                continue;
            }
            weight += serde_json::to_vec(referrer).map_or(0, |json| json.len());
            if weight > PAGE_WEIGHT && !entries.is_empty() {
                return Ok(Listing { more: true, entries });
            }
            entries.push(referrer.clone());
        }
        Ok(page::listing(entries, limit))
    }

    /// The manifests of a repository after `last`, in the order of their digests as text.
    async fn revisions(&self, name: &RepositoryName, last: Option<&str>) -> Result<Vec<Digest>, Error> {
        let mut digests = Vec::new();
        for algorithm in Algorithm::ALL {
            let names = present(self.driver.list(&StorePath::revisions(name, algorithm)).await)?.unwrap_or_default();
            digests.extend(names.into_iter().filter_map(|hex| {
                let text = format!("{}:{hex}", algorithm.as_str());
                if last.is_some_and(|last| text.as_str() <= last) { None } else { text.parse().ok() }
            }));
        }
        digests.sort();
        Ok(digests)
    }

    /// What a manifest says; `None` when the repository does not have it.
    async fn facts_of(&self, name: &RepositoryName, digest: &Digest) -> Result<Option<Arc<Facts>>, Error> {
        if let Some(facts) = self.facts.get(digest) {
            return Ok(Some(facts));
        }
        let content = self.manifest_content(name, digest).await?;
        Ok(content.map(|content| self.facts.of(digest, &content)))
    }
}
