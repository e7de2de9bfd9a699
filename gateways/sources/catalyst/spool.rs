//! A snapshot file on disk while it is read: downloaded whole, its name confirmed, then read line by line.
//!
//! Neither is a remote stream held open while rows are settled, nor is a file believed before its end, nor is a
//! line longer than the limit ever in memory.

use std::io::{Error, ErrorKind, Result, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::fs::File;
use tokio::io::{AsyncBufReadExt, AsyncSeekExt, AsyncWriteExt, BufReader};

/// Bytes read at a time.
const BUFFER_BYTES: usize = 64 * 1024;

/// A temporary file without a name.
pub(super) struct Spool(File);

impl Spool {
    /// A new one in `folder`, or in the system's folder for such files.
    pub(super) async fn create(folder: Option<&Path>) -> Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let folder = folder.map_or_else(std::env::temp_dir, Path::to_path_buf);
        tokio::fs::create_dir_all(&folder)
            .await
            .map_err(|e| named(&folder, e))?;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("worldlog-snapshot-{}-{count}", std::process::id()));
        let mut options = tokio::fs::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true);
        let file = options.open(&path).await.map_err(|e| named(&path, e))?;
        // Without a name it goes away with us, however we end.
        tokio::fs::remove_file(&path)
            .await
            .map_err(|e| named(&path, e))?;
        Ok(Self(file))
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.write_all(bytes).await
    }

    /// Reads from the start, lines of at most `limit` bytes.
    pub(super) async fn lines(mut self, limit: usize) -> Result<Lines> {
        self.0.flush().await?;
        self.0.seek(SeekFrom::Start(0)).await?;
        Ok(Lines {
            reader: BufReader::with_capacity(BUFFER_BYTES, self.0),
            limit,
            line: Vec::new(),
        })
    }
}

fn named(path: &Path, error: Error) -> Error {
    Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// The lines of a spooled file.
pub(super) struct Lines {
    reader: BufReader<File>,
    limit: usize,
    line: Vec<u8>,
}

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Its text, without the line feed.
    Text(String),
    /// It has more bytes than the limit; holds how many, and how it starts.
    TooLong(u64, String),
    /// It is no UTF-8.
    NotText,
}

impl Lines {
    /// The next line; `None` at the end. A last line without a line feed counts, an empty one does not.
    pub(super) async fn next(&mut self) -> Result<Option<Line>> {
        self.line.clear();
        let mut length: u64 = 0;
        loop {
            let buffer = self.reader.fill_buf().await?;
            if buffer.is_empty() && length == 0 {
                return Ok(None);
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let piece = &buffer[..end.unwrap_or(buffer.len())];
            let room = self.limit.saturating_sub(self.line.len());
            self.line.extend_from_slice(&piece[..piece.len().min(room)]);
            length += piece.len() as u64;
            let at_end = buffer.is_empty() || end.is_some();
            let used = piece.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if at_end {
                break;
            }
        }
        if length > self.limit as u64 {
            let start = String::from_utf8_lossy(&self.line[..self.line.len().min(2000)]);
            let line = Line::TooLong(length, start.into_owned());
            self.line = Vec::new();
            return Ok(Some(line));
        }
        let text = std::str::from_utf8(&self.line).map(str::to_owned);
        Ok(Some(text.map_or(Line::NotText, Line::Text)))
    }

    /// The next line, which must be the header of a snapshot.
    pub(super) async fn header(&mut self) -> Result<()> {
        match self.next().await? {
            Some(Line::Text(text)) if text == HEADER => Ok(()),
            Some(Line::Text(text)) => {
                let start: String = text.chars().take(64).collect();
                Err(Error::new(
                    ErrorKind::InvalidData,
                    format!("the first line is {start:?}"),
                ))
            }
            _ => Err(Error::new(ErrorKind::InvalidData, "there is no first line")),
        }
    }
}

/// The first line of every snapshot file.
pub(super) const HEADER: &str = "### Decentraland json snapshot";

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(text: &[u8], limit: usize) -> Vec<Line> {
        let mut spool = Spool::create(None).await.expect("a temporary file");
        spool.write(text).await.expect("written");
        let mut lines = spool.lines(limit).await.expect("rewound");
        let mut all = Vec::new();
        while let Some(line) = lines.next().await.expect("read") {
            all.push(line);
        }
        all
    }

    #[tokio::test]
    async fn lines_have_limits_and_the_rest_flows() {
        let text = |s: &str| Line::Text(s.to_owned());
        assert_eq!(lines(b"", 9).await, []);
        assert_eq!(lines(b"a\n\nb", 9).await, [text("a"), text(""), text("b")]);
        let long = [vec![b'x'; 300_000], b"\nok\n\xff\n".to_vec()].concat();
        let found = lines(&long, 10).await;
        assert_eq!(found.len(), 3);
        assert_eq!(found[0], Line::TooLong(300_000, "x".repeat(10)));
        assert_eq!(found[1..], [text("ok"), Line::NotText]);
    }
}
