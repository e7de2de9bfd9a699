//! The key that signs links in mails, for who configured none: made once and kept in the data folder.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use gateways::settings::Secret;

use crate::config::Config;

/// Its file in the data folder.
const FILE: &str = "notifications.key";

/// Fills in `notifications.signing_key` where nothing is configured.
///
/// # Errors
/// The file can neither be read nor made.
pub(super) fn ensure(config: &mut Config) -> Result<()> {
    if config.gateways.notifications.signing_key.is_some() {
        return Ok(());
    }
    let path = config.platform.data.join(FILE);
    let key =
        kept(&path).with_context(|| format!("notifications.signing_key: {}", path.display()))?;
    config.gateways.notifications.signing_key = Some(key);
    Ok(())
}

/// The key in a file, which is made when it is not there. Only its owner can read it.
pub(super) fn kept(path: &Path) -> io::Result<Secret> {
    match fs::read_to_string(path) {
        Ok(text) if !text.trim().is_empty() => return Ok(Secret::new(text.trim())),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let key = random()?;
    // Beside its place and then into it at once: of two that make one at the same time both take the same.
    let beside = path.with_extension(format!("key.{}.tmp", &key[..16]));
    let made = place(&beside, path, &key);
    let _ = fs::remove_file(&beside);
    made?;
    let kept = fs::read_to_string(path)?;
    Ok(Secret::new(kept.trim()))
}

/// Writes a key and links it to its place, unless there is one; an empty file is none.
fn place(beside: &Path, path: &Path, key: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(beside)?;
    file.write_all(key.as_bytes())?;
    file.sync_all()?;
    match fs::hard_link(beside, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        linked => return linked,
    }
    match fs::metadata(path)?.len() {
        0 => fs::rename(beside, path),
        _ => Ok(()),
    }
}

/// 256 random bits, hex.
fn random() -> io::Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("data").join(FILE);
        let key = kept(&path).expect("a key is made");
        assert_eq!(key.reveal().len(), 64);
        assert_eq!(kept(&path).expect("it is kept"), key);
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let other = kept(&folder.path().join("other.key")).expect("another one");
        assert_ne!(other, key);
        // Nothing is left beside them, and a file that somebody began and never wrote is no key.
        let data = fs::read_dir(folder.path().join("data")).expect("a folder");
        assert_eq!(data.count(), 1);
        let empty = folder.path().join("empty.key");
        fs::write(&empty, "").expect("a file");
        assert_eq!(kept(&empty).expect("a key is made").reveal().len(), 64);
    }

    #[test]
    fn who_makes_one_at_the_same_time_takes_the_same() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let path = folder.path().join(FILE);
            let keys: Vec<Secret> = std::thread::scope(|scope| {
                let makers: Vec<_> = (0..4).map(|_| scope.spawn(|| kept(&path))).collect();
                makers
                    .into_iter()
                    .map(|maker| maker.join().expect("no panic").expect("a key"))
                    .collect()
            });
            assert!(keys.iter().all(|key| *key == keys[0]));
        }
    }
}
