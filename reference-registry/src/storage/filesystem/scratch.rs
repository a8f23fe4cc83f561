//! Where files are before they have their name, and directories after they lost theirs.
//!
//! `ROOT/.plimsoll/WRITER/` lies in the same file system as the store and beside Docker Distribution's tree, which
//! never looks there. Each process holds a lock on a file in its own directory, so that the next one to start can
//! tell what a killed process left behind from what a living one is writing.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use uuid::Uuid;

const AREA: &str = ".plimsoll";
const LOCK: &str = "lock";

/// A directory without a lock is only just being made, unless it is older than this.
const UNLOCKED_GRACE: Duration = Duration::from_mins(10);

/// The scratch directory of this process, made when it is first needed.
#[derive(Debug)]
pub(super) struct Scratch {
    area: PathBuf,
    own: Mutex<Option<Own>>,
    count: AtomicU64,
}

#[derive(Debug)]
struct Own {
    directory: PathBuf,
    /// Held as long as the process lives.
    _lock: File,
}

impl Scratch {
    pub(super) fn new(root: &Path) -> Self {
        Self { area: root.join(AREA), own: Mutex::new(None), count: AtomicU64::new(0) }
    }

    /// A path that nothing has yet.
    pub(super) fn name(&self) -> io::Result<PathBuf> {
        let mut own = self.own.lock();
        let directory = match &*own {
            Some(own) => &own.directory,
            None => &own.insert(Own::make(&self.area)?).directory,
        };
        Ok(directory.join(self.count.fetch_add(1, Ordering::Relaxed).to_string()))
    }

    /// A new empty file.
    pub(super) fn file(&self) -> io::Result<(Temporary, File)> {
        let create = |path: &Path| OpenOptions::new().write(true).create_new(true).open(path);
        let mut path = self.name()?;
        let file = match create(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Somebody cleared the directory away while the registry was running.
                *self.own.lock() = None;
                path = self.name()?;
                create(&path)?
            }
            other => other?,
        };
        Ok((Temporary { path, placed: false }, file))
    }

    /// Removes what killed processes left behind; returns how many directories that were.
    pub(super) fn sweep(&self) -> io::Result<usize> {
        let entries = match fs::read_dir(&self.area) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            other => other?,
        };
        let mut swept = 0;
        for entry in entries {
            let directory = entry?.path();
            if abandoned(&directory) {
                match fs::remove_dir_all(&directory) {
                    Ok(()) => swept += 1,
                    // Another process starting up swept it first.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(swept)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(own) = self.own.lock().take() {
            // Best effort: what stays is swept at the next start.
            let _ = fs::remove_dir_all(&own.directory);
            let _ = fs::remove_dir(&self.area);
        }
    }
}

impl Own {
    fn make(area: &Path) -> io::Result<Self> {
        // Twice in vain only when another process sweeps between two of these steps each time.
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for _ in 0..8 {
            fs::create_dir_all(area)?;
            let directory = area.join(Uuid::new_v4().to_string());
            match fs::create_dir(&directory).and_then(|()| lock(&directory)) {
                Ok(lock) => return Ok(Self { directory, _lock: lock }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }
}

fn lock(directory: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).open(directory.join(LOCK))?;
    file.lock()?;
    Ok(file)
}

/// Whether no living process holds the directory.
fn abandoned(directory: &Path) -> bool {
    match OpenOptions::new().write(true).open(directory.join(LOCK)) {
        Ok(file) => file.try_lock().is_ok(),
        Err(_) => fs::metadata(directory)
            .and_then(|metadata| metadata.modified())
            .is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > UNLOCKED_GRACE)),
    }
}

/// A scratch file; removed when dropped unless it got its name.
#[derive(Debug)]
pub(super) struct Temporary {
    pub(super) path: PathBuf,
    pub(super) placed: bool,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.placed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sweeps_what_the_dead_left_and_nothing_of_the_living() {
        let root = tempfile::tempdir().unwrap();
        let living = Scratch::new(root.path());
        let (kept, _) = living.file().unwrap();
        let dead = root.path().join(AREA).join("dead");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join(LOCK), "").unwrap();
        fs::write(dead.join("0"), "half").unwrap();

        assert_eq!(Scratch::new(root.path()).sweep().unwrap(), 1);
        assert!(!dead.exists());
        assert!(kept.path.exists());
        drop(kept);
        drop(living);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0, "an orderly end leaves nothing");
    }

    #[test]
    fn goes_on_after_the_area_was_cleared() {
        let root = tempfile::tempdir().unwrap();
        let scratch = Scratch::new(root.path());
        drop(scratch.file().unwrap());
        fs::remove_dir_all(root.path().join(AREA)).unwrap();
        assert!(scratch.file().unwrap().0.path.exists());
    }
}
