//! Faults of the lists of tags, referrers and repositories.

use http::StatusCode;
use serde_json::{Value, json};

use super::edit::{edit_array, is_referrers, is_tags, strip, succeeded};
use super::hook::{Hook, Reply, Seen};
use super::set::Fault;
use super::twist::{Twist, twisted};
use crate::error::{Code, Error};
use crate::protocol::{Digest, RepositoryName, Request, Tag};
use crate::registry::{Listing, Page, Referrer, Registry};

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "tags-n-ignored",
        summary: "a list of tags is as long as it is, whatever n says",
        hooks: &[Hook::Request(|request| edit_page(request, |page| page.n = None))],
    },
    Fault {
        name: "tags-zero-means-all",
        summary: "n=0 gives every tag",
        hooks: &[Hook::Request(|request| edit_page(request, |page| page.n = page.n.filter(|n| *n > 0)))],
    },
    Fault {
        name: "tags-last-ignored",
        summary: "every page of a list of tags is the first",
        hooks: &[Hook::Request(|request| edit_page(request, |page| page.last = None))],
    },
    Fault {
        name: "tags-last-needs-n",
        summary: "last means nothing without n",
        hooks: &[Hook::Request(|request| {
            edit_page(request, |page| page.last = page.last.take().filter(|_| page.n.is_some()));
        })],
    },
    Fault {
        name: "tags-last-inclusive",
        summary: "a page of tags begins with the last one of the page before",
        hooks: &[Hook::Response(|seen, reply| {
            if let Some(Request::Tags { page: Page { last: Some(last), n }, .. }) = seen.request {
                edit_array(reply, "tags", |tags| {
                    tags.insert(0, json!(last));
                    tags.truncate(n.unwrap_or(usize::MAX));
                });
            }
        })],
    },
    Fault {
        name: "tags-last-must-exist",
        summary: "after a tag that does not exist there are none",
        hooks: &[Hook::Registry(|inner| twisted(inner, LastMustExist))],
    },
    Fault {
        name: "tags-last-as-index",
        summary: "a last of digits is taken for a number of tags to skip",
        hooks: &[Hook::Registry(|inner| twisted(inner, LastAsIndex))],
    },
    Fault {
        name: "tags-page-skips-one",
        summary: "the first tag after last is left out",
        hooks: &[Hook::Response(|seen, reply| {
            if let Some(Request::Tags { page: Page { last: Some(_), .. }, .. }) = seen.request {
                edit_array(reply, "tags", |tags| {
                    tags.drain(..1.min(tags.len()));
                });
            }
        })],
    },
    Fault {
        name: "tags-unsorted",
        summary: "tags are listed backwards",
        hooks: &[Hook::Response(|seen, reply| edit_tags(seen, reply, |tags| tags.reverse()))],
    },
    Fault {
        name: "tags-duplicated",
        summary: "every tag is listed twice",
        hooks: &[Hook::Response(|seen, reply| {
            edit_tags(seen, reply, |tags| *tags = tags.iter().flat_map(|tag| [tag.clone(), tag.clone()]).collect());
        })],
    },
    Fault {
        name: "tags-list-as-404",
        summary: "the list of tags is no endpoint",
        hooks: &[Hook::Answer(|seen| {
            let missing = || Reply::error(Code::Unsupported, StatusCode::NOT_FOUND);
            seen.request.is_some_and(is_tags).then(missing)
        })],
    },
    Fault {
        name: "tags-list-bare-array",
        summary: "the list of tags is an array without the object around it",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_tags) {
                reply.edit_json(|list| *list = list["tags"].take());
            }
        })],
    },
    Fault {
        name: "tags-list-without-name",
        summary: "the list of tags does not say of which repository it is",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_tags) {
                reply.edit_json(|list| remove(list, "name"));
            }
        })],
    },
    Fault {
        name: "tags-unknown-repository-as-empty",
        summary: "a repository that does not exist has an empty list of tags",
        hooks: &[Hook::Response(|seen, reply| {
            if let (Some(Request::Tags { name, .. }), StatusCode::NOT_FOUND) = (seen.request, reply.status) {
                reply.status = StatusCode::OK;
                reply.body = json!({ "name": name.as_str(), "tags": [] }).to_string().into();
            }
        })],
    },
    Fault {
        name: "link-without-relation",
        summary: "the Link to the next page does not say that it is one",
        hooks: &[Hook::Response(|_, reply| {
            let link = reply.get("link").split(';').next().unwrap_or_default().to_owned();
            if !link.is_empty() {
                reply.set("link", &link);
            }
        })],
    },
    Fault {
        name: "link-target-broken",
        summary: "the Link to the next page leads nowhere",
        hooks: &[Hook::Response(|_, reply| {
            let link = reply.get("link").replace("/v2/", "/v2/page/of/");
            if !link.is_empty() {
                reply.set("link", &link.replace("/list", "/next").replace("/referrers/", "/next/"));
            }
        })],
    },
    Fault {
        name: "link-missing",
        summary: "a page of a list does not say that there are more",
        hooks: &[Hook::Response(|_, reply| {
            reply.headers.remove("link");
        })],
    },
    Fault {
        name: "referrers-lost",
        summary: "nothing ever has referrers",
        hooks: &[Hook::Response(|seen, reply| edit_referrers(seen, reply, Vec::clear))],
    },
    Fault {
        name: "referrers-as-404",
        summary: "the list of referrers is no endpoint",
        hooks: &[Hook::Answer(|seen| {
            let missing = || Reply::error(Code::Unsupported, StatusCode::NOT_FOUND);
            seen.request.is_some_and(is_referrers).then(missing)
        })],
    },
    Fault {
        name: "referrers-bare-array",
        summary: "the list of referrers is an array without the index around it",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_referrers) {
                reply.edit_json(|list| *list = list["manifests"].take());
            }
        })],
    },
    Fault {
        name: "referrers-empty-as-null",
        summary: "an empty list of referrers is null",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_referrers) {
                reply.edit_json(|list| {
                    if list["manifests"] == json!([]) {
                        list["manifests"] = Value::Null;
                    }
                });
            }
        })],
    },
    Fault {
        name: "referrers-as-plain-json",
        summary: "the list of referrers has the media type of any JSON",
        hooks: &[Hook::Response(|seen, reply| {
            if succeeded(seen, reply, is_referrers) {
                reply.set("content-type", "application/json");
            }
        })],
    },
    Fault {
        name: "referrers-filter-ignored",
        summary: "artifactType means nothing",
        hooks: &[Hook::Request(|request| {
            if let Request::Referrers { artifact_type, .. } = request {
                *artifact_type = None;
            }
        })],
    },
    Fault {
        name: "referrers-filter-unnamed",
        summary: "a filter is applied and not named in OCI-Filters-Applied",
        hooks: &[Hook::Response(|seen, reply| strip(seen, reply, is_referrers, "oci-filters-applied"))],
    },
    Fault {
        name: "referrers-no-match-as-404",
        summary: "a filter that matches nothing is answered with 404",
        hooks: &[Hook::Response(|seen, reply| {
            if let Some(Request::Referrers { artifact_type: Some(_), .. }) = seen.request {
                empty_as_404(seen, reply);
            }
        })],
    },
    Fault {
        name: "referrers-unknown-subject-as-404",
        summary: "a digest without referrers is answered with 404",
        hooks: &[Hook::Response(empty_as_404)],
    },
    Fault {
        name: "referrers-unknown-repository-as-404",
        summary: "the referrers of a repository that does not exist are answered with 404",
        hooks: &[Hook::Registry(|inner| twisted(inner, RepositoryMustExist))],
    },
    Fault {
        name: "referrers-invalid-digest-as-empty",
        summary: "a digest that is none has an empty list of referrers",
        hooks: &[Hook::Response(|seen, reply| {
            let asked = seen.request.is_none() && seen.head.uri.path().contains("/referrers/");
            if asked && reply.status == StatusCode::BAD_REQUEST {
                reply.status = StatusCode::OK;
                reply.set("content-type", "application/vnd.oci.image.index.v1+json");
                reply.body = json!({
                    "schemaVersion": 2,
                    "mediaType": "application/vnd.oci.image.index.v1+json",
                    "manifests": []
                })
                .to_string()
                .into();
            }
        })],
    },
    Fault {
        name: "referrers-without-artifact-type",
        summary: "referrers are listed without their artifactType",
        hooks: &[Hook::Response(|seen, reply| {
            edit_referrers(seen, reply, |list| list.iter_mut().for_each(|entry| remove(entry, "artifactType")));
        })],
    },
    Fault {
        name: "referrers-without-annotations",
        summary: "referrers are listed without their annotations",
        hooks: &[Hook::Response(|seen, reply| {
            edit_referrers(seen, reply, |list| list.iter_mut().for_each(|entry| remove(entry, "annotations")));
        })],
    },
    Fault {
        name: "referrers-images-only",
        summary: "an index is never listed as a referrer",
        hooks: &[Hook::Response(|seen, reply| {
            edit_referrers(seen, reply, |list| {
                list.retain(|entry| {
                    !entry["mediaType"].as_str().is_some_and(|media_type| media_type.contains("index"))
                });
            });
        })],
    },
    Fault {
        name: "referrers-index-type-invented",
        summary: "an index without artifactType is listed with one",
        hooks: &[Hook::Response(|seen, reply| {
            edit_referrers(seen, reply, |list| {
                for entry in list.iter_mut().filter(|entry| entry.get("artifactType").is_none()) {
                    entry["artifactType"] = entry["mediaType"].clone();
                }
            });
        })],
    },
    Fault {
        name: "referrers-cut-without-link",
        summary: "after ten referrers the list ends, and says nothing of more",
        hooks: &[Hook::Response(|seen, reply| {
            edit_referrers(seen, reply, |list| list.truncate(10));
            strip(seen, reply, is_referrers, "link");
        })],
    },
    Fault {
        name: "catalog-unsorted",
        summary: "repositories are listed backwards",
        hooks: &[Hook::Response(|seen, reply| {
            if matches!(seen.request, Some(Request::Catalog { .. })) {
                edit_array(reply, "repositories", |names| names.reverse());
            }
        })],
    },
];

fn edit_page(request: &mut Request, edit: impl FnOnce(&mut Page)) {
    if let Request::Tags { page, .. } = request {
        edit(page);
    }
}

fn edit_tags(seen: &Seen<'_>, reply: &mut Reply, edit: impl FnOnce(&mut Vec<Value>)) {
    if succeeded(seen, reply, is_tags) {
        edit_array(reply, "tags", edit);
    }
}

fn edit_referrers(seen: &Seen<'_>, reply: &mut Reply, edit: impl FnOnce(&mut Vec<Value>)) {
    if succeeded(seen, reply, is_referrers) {
        edit_array(reply, "manifests", edit);
    }
}

fn remove(value: &mut Value, key: &str) {
    if let Some(object) = value.as_object_mut() {
        object.remove(key);
    }
}

fn empty_as_404(seen: &Seen<'_>, reply: &mut Reply) {
    let list: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    if succeeded(seen, reply, is_referrers) && list["manifests"] == json!([]) {
        reply.become_error(Code::ManifestUnknown, StatusCode::NOT_FOUND);
    }
}

#[derive(Debug)]
struct LastMustExist;

#[async_trait::async_trait]
impl Twist for LastMustExist {
    async fn tags(&self, inner: &dyn Registry, name: &RepositoryName, page: &Page) -> Result<Listing<Tag>, Error> {
        let all = inner.tags(name, &Page::default()).await?;
        match &page.last {
            Some(last) if !all.entries.iter().any(|tag| tag.as_str() == last) => {
                Ok(Listing { entries: Vec::new(), more: false })
            }
            _ => inner.tags(name, page).await,
        }
    }
}

#[derive(Debug)]
struct LastAsIndex;

#[async_trait::async_trait]
impl Twist for LastAsIndex {
    async fn tags(&self, inner: &dyn Registry, name: &RepositoryName, page: &Page) -> Result<Listing<Tag>, Error> {
        let Some(index) = page.last.as_ref().and_then(|last| last.parse::<usize>().ok()) else {
            return inner.tags(name, page).await;
        };
        let all = inner.tags(name, &Page::default()).await?.entries.into_iter().skip(index);
        let entries: Vec<_> = all.take(page.n.unwrap_or(usize::MAX)).collect();
        Ok(Listing { entries, more: false })
    }
}

#[derive(Debug)]
struct RepositoryMustExist;

#[async_trait::async_trait]
impl Twist for RepositoryMustExist {
    async fn referrers(
        &self,
        inner: &dyn Registry,
        name: &RepositoryName,
        subject: &Digest,
        artifact_type: Option<&str>,
        page: &Page,
    ) -> Result<Listing<Referrer>, Error> {
        inner.tags(name, &Page::default()).await?;
        inner.referrers(name, subject, artifact_type, page).await
    }
}
