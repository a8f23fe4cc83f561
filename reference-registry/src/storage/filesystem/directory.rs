//! Which directories are known to survive power loss.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use parking_lot::Mutex;

use super::sync::Sync;

/// More than this many are not remembered: forgetting costs a few syncs, never safety.
const CAPACITY: usize = 8192;

/// The directories whose own names have been made durable since this process started.
///
/// That a directory exists is not enough: its maker may have died before the sync, or may still be about to do it.
#[derive(Debug, Default)]
pub(super) struct Durable {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    paths: BTreeSet<String>,
    /// Counts removals, so that a sync that began before one is not remembered after it.
    removals: u64,
}

impl Durable {
    /// Makes the name `path` durable, and those of the directories above it up to `root`. `path` is relative.
    pub(super) fn secure(&self, sync: &dyn Sync, root: &Path, path: &str) -> io::Result<()> {
        let removals = self.known.lock().removals;
        let mut secured = Vec::new();
        let mut name = path;
        while let Some((parent, _)) = name.rsplit_once('/') {
            names(sync, &root.join(parent))?;
            if self.known.lock().paths.contains(parent) {
                break;
            }
            secured.push(parent);
            name = parent;
        }
        if !name.contains('/') {
            names(sync, root)?;
        }
        let mut known = self.known.lock();
        if known.removals == removals && !secured.is_empty() {
            if known.paths.len() >= CAPACITY {
                known.paths.clear();
            }
            known.paths.extend(secured.into_iter().map(str::to_owned));
        }
        Ok(())
    }

    /// Removes the directory `path` by calling `remove`, and forgets it and all below it in the same moment.
    pub(super) fn remove<T>(&self, path: &str, remove: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let mut known = self.known.lock();
        let done = remove()?;
        known.removals += 1;
        let below = format!("{path}/");
        let gone: Vec<String> =
            known.paths.range(below.clone()..).take_while(|known| known.starts_with(&below)).cloned().collect();
        for path in gone.iter().map(String::as_str).chain([path]) {
            known.paths.remove(path);
        }
        Ok(done)
    }
}

/// Syncs a directory; when it is gone, so is what was in it.
fn names(sync: &dyn Sync, directory: &Path) -> io::Result<()> {
    match sync.names(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[derive(Debug, Default)]
    struct Record(Mutex<Vec<String>>);

    impl Sync for Record {
        fn data(&self, _: &File, _: &Path) -> io::Result<()> {
            Ok(())
        }

        fn names(&self, directory: &Path) -> io::Result<()> {
            self.0.lock().push(directory.display().to_string());
            Ok(())
        }
    }

    fn synced(durable: &Durable, path: &str) -> Vec<String> {
        let record = Record::default();
        durable.secure(&record, Path::new("/root"), path).unwrap();
        record.0.lock().clone()
    }

    #[test]
    fn syncs_every_directory_once_and_the_lowest_each_time() {
        let durable = Durable::default();
        assert_eq!(synced(&durable, "a/b/x"), ["/root/a/b", "/root/a", "/root"]);
        assert_eq!(synced(&durable, "a/b/y"), ["/root/a/b"]);
        assert_eq!(synced(&durable, "a/c/x"), ["/root/a/c", "/root/a"]);
    }

    #[test]
    fn a_removed_directory_is_new_again() {
        let durable = Durable::default();
        synced(&durable, "a/b/c/x");
        synced(&durable, "a/b-c/x");
        durable.remove("a/b", || Ok(())).unwrap();
        assert_eq!(synced(&durable, "a/b/c/x"), ["/root/a/b/c", "/root/a/b", "/root/a"]);
        assert_eq!(synced(&durable, "a/b-c/x"), ["/root/a/b-c"]);
    }
}
