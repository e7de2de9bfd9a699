//! What the platform and its worker processes say to each other: a header as JSON, and parts as bytes.
//!
//! A frame is the header's length (4 bytes, little endian), the header, the number of parts (4 bytes), and each part with
//! its length (8 bytes) before it.

use std::io::{self, Read, Write};

use model::events::conversion::{Level, Levels};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::settings::Unity;
use crate::frame::media_type;

/// Longest header, bytes.
const HEADER_MAX: u32 = 16 << 20;
/// Most parts.
const PARTS_MAX: u32 = 1 << 16;

/// What a worker is told.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum ToWorker {
    /// Do this. Parts: the file, then the files it names.
    Job(Box<Job>),
    /// The image that was asked for. One part, if it is known what became of it: empty when it stays as it is.
    Image,
}

/// A file to convert.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) profile: String,
    /// Its path below the entity's root.
    pub(super) path: String,
    /// Whether it is an image, not a model.
    pub(super) is_image: bool,
    /// Paths of the other parts.
    pub(super) named: Vec<String>,
    /// Content ids of the other parts.
    pub(super) hashes: Vec<String>,
    /// Which levels of detail are wanted; none: a bundle.
    pub(super) levels: Option<Levels>,
    /// Names for the files beside a model that stays as it is, in the order of `named`.
    pub(super) links: Vec<String>,
    /// CPU seconds it may take.
    pub(super) cpu_seconds: u64,
    /// Pixels on the longer side of an image that comes out.
    pub(super) side_max: u32,
    /// Largest bundle that is compressed by Brotli, too.
    pub(super) brotli_bytes_max: u64,
    /// Its content id.
    pub(super) hash: String,
    /// Name of the bundle, without the platform.
    pub(super) name: String,
    /// For bundles of the desktop client.
    pub(super) unity: Box<Unity>,
}

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum FromWorker {
    /// What became of this image? Waits for [`ToWorker::Image`].
    Ask {
        /// Names an image, and how it is encoded.
        key: String,
    },
    /// This became of the image asked for last. One part: empty when it stays as it is.
    Keep {
        /// As it was asked for.
        key: String,
    },
    /// The job is over. Parts: the bundle, the files beside it, the variants of the bundle.
    Done(Done),
}

/// The media type of an image, by its first bytes.
pub(super) fn mime_of(bytes: &[u8]) -> Option<&'static str> {
    Some(media_type(bytes)).filter(|mime| mime.starts_with("image/"))
}

/// How a job ended.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Done {
    pub(super) outcome: String,
    pub(super) reason: Option<String>,
    /// Names of the files beside the bundle; of levels of detail, of all files.
    pub(super) beside: Vec<String>,
    /// The levels of detail that were made.
    pub(super) levels: Vec<Level>,
    /// The last parts are the bundle once more, compressed: what their names end in.
    pub(super) variants: Vec<String>,
    pub(super) bytes_in: u64,
    pub(super) bytes_out: u64,
    pub(super) triangles: u64,
    pub(super) materials: u64,
    pub(super) clips: u64,
}

fn too_much(what: &str, much: u64) -> io::Error {
    io::Error::other(format!("a frame with {much} {what}"))
}

fn encoded<T: Serialize>(header: &T) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(header).map_err(io::Error::other)?;
    let length = u32::try_from(json.len()).unwrap_or(u32::MAX);
    if length > HEADER_MAX {
        return Err(too_much("bytes of header", json.len() as u64));
    }
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.extend(json);
    Ok(bytes)
}

/// Writes a frame.
pub(super) fn write<T: Serialize>(
    out: &mut impl Write,
    header: &T,
    parts: &[&[u8]],
) -> io::Result<()> {
    out.write_all(&encoded(header)?)?;
    out.write_all(&(parts.len() as u32).to_le_bytes())?;
    for part in parts {
        out.write_all(&(part.len() as u64).to_le_bytes())?;
        out.write_all(part)?;
    }
    out.flush()
}

/// Reads a frame; `None` at the end of the stream.
pub(super) fn read<T: DeserializeOwned>(
    from: &mut impl Read,
    bytes_max: u64,
) -> io::Result<Option<(T, Vec<Vec<u8>>)>> {
    let mut four = [0; 4];
    match from.read_exact(&mut four) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut header = vec![0; checked(u32::from_le_bytes(four), HEADER_MAX, "bytes of header")?];
    from.read_exact(&mut header)?;
    from.read_exact(&mut four)?;
    let count = checked(u32::from_le_bytes(four), PARTS_MAX, "parts")?;
    let (mut parts, mut left) = (Vec::new(), bytes_max);
    for _ in 0..count {
        let mut eight = [0; 8];
        from.read_exact(&mut eight)?;
        let mut part = vec![0; taken(&mut left, u64::from_le_bytes(eight))?];
        from.read_exact(&mut part)?;
        parts.push(part);
    }
    let header = serde_json::from_slice(&header).map_err(io::Error::other)?;
    Ok(Some((header, parts)))
}

/// [`write`], from a task.
pub(super) async fn send<T: Serialize>(
    out: &mut (impl AsyncWrite + Unpin),
    header: &T,
    parts: &[&[u8]],
) -> io::Result<()> {
    out.write_all(&encoded(header)?).await?;
    out.write_all(&(parts.len() as u32).to_le_bytes()).await?;
    for part in parts {
        out.write_all(&(part.len() as u64).to_le_bytes()).await?;
        out.write_all(part).await?;
    }
    out.flush().await
}

/// [`read`], from a task.
pub(super) async fn receive<T: DeserializeOwned>(
    from: &mut (impl AsyncRead + Unpin),
    bytes_max: u64,
) -> io::Result<(T, Vec<Vec<u8>>)> {
    let mut header = vec![0; checked(from.read_u32_le().await?, HEADER_MAX, "bytes of header")?];
    from.read_exact(&mut header).await?;
    let count = checked(from.read_u32_le().await?, PARTS_MAX, "parts")?;
    let (mut parts, mut left) = (Vec::new(), bytes_max);
    for _ in 0..count {
        let mut part = vec![0; taken(&mut left, from.read_u64_le().await?)?];
        from.read_exact(&mut part).await?;
        parts.push(part);
    }
    let header = serde_json::from_slice(&header).map_err(io::Error::other)?;
    Ok((header, parts))
}

fn checked(found: u32, most: u32, what: &str) -> io::Result<usize> {
    if found > most {
        return Err(too_much(what, found.into()));
    }
    Ok(found as usize)
}

/// Takes what a part needs of what is left.
fn taken(left: &mut u64, length: u64) -> io::Result<usize> {
    *left = left
        .checked_sub(length)
        .ok_or_else(|| too_much("bytes", length))?;
    usize::try_from(length).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn both_sides_read_what_either_writes() {
        let said = FromWorker::Ask { key: "k".into() };
        let (mut one, mut other) = (Vec::new(), Vec::new());
        write(&mut one, &said, &[b"a", b""]).expect("as it should");
        send(&mut other, &said, &[b"a", b""])
            .await
            .expect("as it should");
        assert_eq!(one, other);
        let (_, parts): (FromWorker, _) = read(&mut &one[..], 10)
            .expect("as it should")
            .expect("as it should");
        assert_eq!(parts, [b"a".to_vec(), Vec::new()]);
        let (_, parts): (FromWorker, _) = receive(&mut &one[..], 10).await.expect("as it should");
        assert_eq!(parts.len(), 2);
        assert!(
            read::<FromWorker>(&mut &one[..0], 10)
                .expect("as it should")
                .is_none()
        );
        assert!(read::<FromWorker>(&mut &one[..9], 10).is_err());
        assert!(read::<FromWorker>(&mut &one[..], 0).is_err());
        assert!(receive::<FromWorker>(&mut &[255; 8][..], 10).await.is_err());
    }
}
