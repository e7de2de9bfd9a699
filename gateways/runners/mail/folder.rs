//! Mails as files: one `.eml` each, for machines without a provider and for tests.

use std::io;
use std::path::PathBuf;

use tokio::fs;

/// A folder of mails.
#[derive(Clone, Debug)]
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    /// Writes a mail under its key, unless it is there: a repetition writes nothing. A file is there whole or not at
    /// all.
    pub(super) async fn put(&self, key: &str, bytes: &[u8]) -> io::Result<()> {
        let name = name(key);
        let path = self.0.join(format!("{name}.eml"));
        if fs::try_exists(&path).await? {
            return Ok(());
        }
        fs::create_dir_all(&self.0).await?;
        let part = self.0.join(format!(".{name}.part"));
        fs::write(&part, bytes).await?;
        fs::rename(&part, &path).await
    }
}

/// A key as the name of a file: it may come from anywhere, so nothing of it can leave the folder.
fn name(key: &str) -> String {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let safe = key.chars().map(|c| if letter(c) { c } else { '_' });
    safe.take(128).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_repetition_writes_nothing_and_no_key_leaves_the_folder() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let outbox = Folder(folder.path().join("outbox"));
        outbox.put("k-1", b"first").await.expect("written");
        outbox.put("k-1", b"second").await.expect("there already");
        outbox.put("../../x", b"other").await.expect("written");
        let mut names: Vec<_> = std::fs::read_dir(&outbox.0)
            .expect("a folder")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("text")
            })
            .collect();
        names.sort();
        assert_eq!(names, ["______x.eml", "k-1.eml"]);
        let kept = std::fs::read(outbox.0.join("k-1.eml")).expect("a file");
        assert_eq!(kept, b"first");
    }
}
