//! One process writes a data folder: a lock file that names the owner.
//!
//! Within the process the log and the store share the lock; the same file twice is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::ports::PortError;

/// Name of the lock file in the data folder.
pub const LOCK_FILE: &str = "worldlog.lock";

struct Held {
    /// Locked for as long as it is open; the operating system lets go when the process dies.
    _file: File,
    parts: BTreeSet<PathBuf>,
}

/// Folders this process holds.
static HELD: Mutex<BTreeMap<PathBuf, Held>> = Mutex::new(BTreeMap::new());

/// The right to write one file of a data folder, until dropped.
#[derive(Debug)]
pub(super) struct FolderLock {
    folder: PathBuf,
    part: PathBuf,
}

impl FolderLock {
    /// Takes the right to write `file`, and with it the folder it lies in, which is created.
    pub(super) fn acquire(file: &Path) -> Result<Self, PortError> {
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let cannot = |what: &str, e: &std::io::Error| {
            PortError::refused(format!("{what} {}: {e}", folder.display()))
        };
        std::fs::create_dir_all(folder).map_err(|e| cannot("create folder", &e))?;
        let folder = folder
            .canonicalize()
            .map_err(|e| cannot("open folder", &e))?;
        let part = PathBuf::from(file.file_name().unwrap_or_default());
        let mut held = HELD
            .lock()
            .expect("no code that can panic runs under the lock of the held folders");
        if let Some(entry) = held.get_mut(&folder) {
            if !entry.parts.insert(part.clone()) {
                return Err(in_use(&folder.join(&part), &std::process::id().to_string()));
            }
            return Ok(Self { folder, part });
        }
        let file = lock_file(&folder)?;
        held.insert(
            folder.clone(),
            Held {
                _file: file,
                parts: BTreeSet::from([part.clone()]),
            },
        );
        Ok(Self { folder, part })
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        let Ok(mut held) = HELD.lock() else { return };
        if let Some(entry) = held.get_mut(&self.folder) {
            entry.parts.remove(&self.part);
            if entry.parts.is_empty() {
                held.remove(&self.folder);
            }
        }
    }
}

fn lock_file(folder: &Path) -> Result<File, PortError> {
    let path = folder.join(LOCK_FILE);
    let cannot =
        |e: std::io::Error| PortError::refused(format!("lock file {}: {e}", path.display()));
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(cannot)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut owner = String::new();
            // The owner may be about to write its id: an empty text is then the honest answer.
            let _ = file.read_to_string(&mut owner);
            return Err(in_use(folder, owner.trim()));
        }
        Err(TryLockError::Error(e)) => return Err(cannot(e)),
    }
    let write = |file: &mut File| -> std::io::Result<()> {
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())
    };
    write(&mut file).map_err(cannot)?;
    Ok(file)
}

fn in_use(path: &Path, owner: &str) -> PortError {
    let owner = if owner.is_empty() {
        "(it has not written its id yet)"
    } else {
        owner
    };
    PortError::refused(format!(
        "{} is in use by process {owner}; stop it first",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_files_of_a_folder_share_the_lock_and_one_file_twice_is_refused_by_pid() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = FolderLock::acquire(&folder.path().join("log.db")).expect("free");
        let store = FolderLock::acquire(&folder.path().join("store.db")).expect("shared");
        let error =
            FolderLock::acquire(&folder.path().join("log.db")).expect_err("must be refused");
        assert!(error.to_string().contains(&std::process::id().to_string()));
        drop(log);
        let log = FolderLock::acquire(&folder.path().join("log.db")).expect("free");
        drop((log, store));
        assert!(
            HELD.lock()
                .expect("not poisoned")
                .keys()
                .all(|k| k != folder.path())
        );
    }

    #[test]
    fn a_folder_locked_by_another_open_file_is_refused_with_the_pid_it_holds() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let other = File::create(folder.path().join(LOCK_FILE)).expect("a lock file");
        other.lock().expect("free");
        (&other).write_all(b"4711\n").expect("written");
        let error =
            FolderLock::acquire(&folder.path().join("log.db")).expect_err("must be refused");
        assert!(error.to_string().contains("process 4711"), "{error}");
    }
}
