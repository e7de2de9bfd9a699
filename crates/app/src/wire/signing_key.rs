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
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(key.as_bytes())?;
    file.sync_all()?;
    Ok(Secret::new(key))
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
    }
}
