//! Blobs: every one hashes to its name.

use crate::protocol::{Digest, Hasher};
use crate::storage::{StorageError, StorePath};

use super::finding::Problem;
use super::walk::Walk;

/// How much of a blob is read at once, in bytes.
const PIECE: usize = 1024 * 1024;

pub(super) async fn walk(walk: &mut Walk<'_>) -> Result<(), StorageError> {
    for (algorithm, of_algorithm) in walk.children(&StorePath::blobs()).await? {
        for (prefix, of_prefix) in walk.children(&of_algorithm).await? {
            for (hex, directory) in walk.some_children(&of_prefix).await? {
                match format!("{algorithm}:{hex}").parse::<Digest>() {
                    Ok(digest) if hex.starts_with(&prefix) => blob(walk, &directory, &digest).await?,
                    _ => walk.note(&directory, Problem::Unrecognised),
                }
            }
        }
    }
    Ok(())
}

async fn blob(walk: &mut Walk<'_>, directory: &StorePath, digest: &Digest) -> Result<(), StorageError> {
    for (name, path) in walk.some_children(directory).await? {
        if name == "data" {
            data(walk, &path, digest).await?;
        } else {
            walk.note(&path, Problem::Unrecognised);
        }
    }
    Ok(())
}

async fn data(walk: &mut Walk<'_>, path: &StorePath, digest: &Digest) -> Result<(), StorageError> {
    let object = walk.driver.open(path).await?;
    let mut hasher = Hasher::new(digest.algorithm());
    let mut offset = 0;
    while offset < object.size() {
        let piece = object.read_at(offset, PIECE).await?;
        hasher.update(&piece);
        offset += piece.len() as u64;
    }
    walk.report.blobs += 1;
    walk.report.bytes += offset;
    let actual = hasher.finish();
    if actual != *digest {
        walk.note(path, Problem::Corrupt(actual));
    }
    Ok(())
}
