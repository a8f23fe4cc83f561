//! Whether what a manifest refers to is in the repository.

use std::collections::HashSet;

use serde_json::json;

use super::descriptor::Descriptor;
use super::rules::Accepted;
use crate::engine::core::Core;
use crate::engine::options::References;
use crate::error::{Code, Error};
use crate::protocol::RepositoryName;
use crate::storage::StorePath;

/// How many missing objects an answer names.
const NAMED: usize = 100;

#[derive(Clone, Copy)]
enum Place {
    Layers,
    Manifests,
}

impl Core {
    /// Refuses a manifest whose content is missing, with an entry for each missing object, or has another size than the
    /// manifest says.
    ///
    /// Source: `D11-037`, `D11-038`; Docker's HTTP API, "Pushing an Image Manifest", for the entries and their detail.
    /// The status is 404, the one the endpoint's row in `D11`'s table of endpoints has for it.
    pub(super) async fn check_references(&self, name: &RepositoryName, accepted: &Accepted) -> Result<(), Error> {
        let (blobs, manifests) = match self.options.references {
            References::All => (true, true),
            References::Blobs => (true, false),
            References::Nothing => (false, false),
        };
        let blobs = self.missing(name, &accepted.blobs, Place::Layers, blobs).await?;
        let manifests = self.missing(name, &accepted.manifests, Place::Manifests, manifests).await?;
        let mut errors = blobs.into_iter().chain(manifests).take(NAMED).map(|missing| {
            Error::new(Code::ManifestBlobUnknown)
                .message(format!("{} is not in this repository", missing.place))
                .detail(json!({"digest": missing.text}))
        });
        match errors.next() {
            Some(first) => {
                let others = errors.collect();
                Err(first.others(others))
            }
            None => Ok(()),
        }
    }

    /// Those of `descriptors` whose content is not in the repository, if that is `required`. The sizes of the others are
    /// compared in any case.
    async fn missing<'a>(
        &self,
        name: &RepositoryName,
        descriptors: &'a [Descriptor],
        place: Place,
        required: bool,
    ) -> Result<Vec<&'a Descriptor>, Error> {
        let mut seen = HashSet::new();
        let mut missing = Vec::new();
        for descriptor in descriptors {
            if !seen.insert((&descriptor.text, descriptor.size)) {
                continue;
            }
            match self.stored_size(name, descriptor, place).await? {
                Some(size) if size != descriptor.size => return Err(wrong_size(descriptor, size)),
                None if required => missing.push(descriptor),
                _ => {}
            }
        }
        Ok(missing)
    }

    async fn stored_size(
        &self,
        name: &RepositoryName,
        descriptor: &Descriptor,
        place: Place,
    ) -> Result<Option<u64>, Error> {
        let Some(digest) = &descriptor.digest else { return Ok(None) };
        let manifest = matches!(place, Place::Manifests);
        if manifest && self.linked(&StorePath::revision_link(name, digest)).await? {
            return self.data_size(digest).await;
        }
        // The entries of an index may be of any type, so blobs too.
        self.blob_size(name, digest).await
    }
}

fn wrong_size(descriptor: &Descriptor, actual: u64) -> Error {
    let Descriptor { place, size, text, .. } = descriptor;
    Error::new(Code::ManifestInvalid)
        .message(format!("{place}.size is {size}, and the content is {actual} bytes long"))
        .detail(json!({"digest": text}))
}
