//! Repositories: every link leads somewhere, every tag to a manifest of its repository.

use crate::protocol::{RepositoryName, Tag, UploadId};
use crate::storage::{StorageError, StorePath};

use super::finding::Problem;
use super::walk::Walk;

pub(super) async fn walk(walk: &mut Walk<'_>) -> Result<(), StorageError> {
    let mut pending = vec![(String::new(), StorePath::repositories())];
    while let Some((name, path)) = pending.pop() {
        let mut is_repository = false;
        for (child, below) in walk.children(&path).await? {
            if child.starts_with('_') {
                is_repository |= part(walk, &name, &child, &below).await?;
                continue;
            }
            let nested = if name.is_empty() { child } else { format!("{name}/{child}") };
            match nested.parse::<RepositoryName>() {
                Ok(_) => pending.push((nested, below)),
                Err(_) => walk.note(&below, Problem::Unrecognised),
            }
        }
        walk.report.repositories += u64::from(is_repository);
    }
    Ok(())
}

/// One of the directories that make a repository; `false` when it is none.
async fn part(walk: &mut Walk<'_>, name: &str, part: &str, path: &StorePath) -> Result<bool, StorageError> {
    match (name.parse::<RepositoryName>(), part) {
        (Ok(name), "_manifests") => manifests(walk, &name, path).await?,
        (Ok(_), "_layers") => walk.report.layers += walk.links(path).await?,
        (Ok(name), "_uploads") => uploads(walk, &name, path).await?,
        _ => {
            walk.note(path, Problem::Unrecognised);
            return Ok(false);
        }
    }
    Ok(true)
}

async fn manifests(walk: &mut Walk<'_>, name: &RepositoryName, path: &StorePath) -> Result<(), StorageError> {
    for (child, below) in walk.children(path).await? {
        match child.as_str() {
            "revisions" => walk.report.revisions += walk.links(&below).await?,
            "tags" => {
                for (tag, directory) in walk.children(&below).await? {
                    match tag.parse::<Tag>() {
                        Ok(tag) => self::tag(walk, name, &tag, &directory).await?,
                        Err(_) => walk.note(&directory, Problem::Unrecognised),
                    }
                }
            }
            _ => walk.note(&below, Problem::Unrecognised),
        }
    }
    Ok(())
}

async fn tag(walk: &mut Walk<'_>, name: &RepositoryName, tag: &Tag, directory: &StorePath) -> Result<(), StorageError> {
    let mut has_current = false;
    for (child, below) in walk.children(directory).await? {
        match child.as_str() {
            "current" => has_current = true,
            // What a tag pointed at before may have been deleted since; only its form is judged, by its names.
            "index" => {}
            _ => walk.note(&below, Problem::Unrecognised),
        }
    }
    let current = StorePath::tag_current(name, tag);
    if !has_current || !walk.exists(&current).await? {
        walk.note(directory, Problem::Empty);
    } else if let Some(target) = walk.link(&current).await? {
        walk.report.tags += 1;
        if !walk.exists(&StorePath::revision_link(name, &target)).await? {
            walk.note(&current, Problem::Revisionless(target));
        }
    }
    Ok(())
}

async fn uploads(walk: &mut Walk<'_>, name: &RepositoryName, path: &StorePath) -> Result<(), StorageError> {
    for (child, below) in walk.children(path).await? {
        let Ok(id) = child.parse::<UploadId>() else {
            walk.note(&below, Problem::Unrecognised);
            continue;
        };
        walk.report.uploads += 1;
        if !walk.exists(&StorePath::upload_started_at(name, id)).await? {
            walk.note(&below, Problem::Timeless);
        }
    }
    Ok(())
}
