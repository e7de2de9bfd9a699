//! The bytes of a piece: cells one after the other, each with its table, keys, stamp, document and head.

use bytes::{BufMut, Bytes, BytesMut};
use kernel::Stamp;
use sha2::{Digest, Sha256};

use super::manifest::Piece;
use crate::embedded::{CodecError, decode_head, encode_head};
use crate::ports::StoredCell;

/// Begins every piece.
const MAGIC: &[u8; 4] = b"WLS1";
/// A piece has about this many bytes; more only if a single cell does.
pub(super) const PIECE_BYTES: usize = 8 << 20;

/// Bytes that are no piece.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("does not begin as a piece does")]
    Magic,
    #[error("ends too early")]
    Short,
    #[error("names table {0}, which there is not")]
    Table(u8),
    #[error("has a head that {0}")]
    Head(#[from] CodecError),
}

/// A piece being filled.
#[derive(Default)]
pub(super) struct Filling {
    bytes: BytesMut,
    cells: u64,
}

impl Filling {
    /// Adds a cell of the table at a place of the manifest's list.
    pub(super) fn add(&mut self, table: u8, cell: &StoredCell) {
        if self.bytes.is_empty() {
            self.bytes.put_slice(MAGIC);
        }
        self.bytes.put_u8(table);
        put(&mut self.bytes, &cell.partition);
        put(&mut self.bytes, &cell.row);
        self.bytes.put_i64(cell.stamp.value());
        let flags = u8::from(cell.doc.is_some()) | u8::from(cell.head.is_some()) << 1;
        self.bytes.put_u8(flags);
        if let Some(doc) = &cell.doc {
            put(&mut self.bytes, doc);
        }
        if let Some(head) = &cell.head {
            put(&mut self.bytes, &encode_head(head));
        }
        self.cells += 1;
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() >= PIECE_BYTES
    }

    /// The piece, if there is anything in it; then a new one is begun.
    pub(super) fn take(&mut self) -> Option<(Piece, Bytes)> {
        let Self { bytes, cells } = std::mem::take(self);
        (cells > 0).then(|| {
            let bytes = bytes.freeze();
            let piece = Piece {
                cells,
                bytes: bytes.len() as u64,
                sha256: digest(&bytes),
            };
            (piece, bytes)
        })
    }
}

/// SHA-256 in hex.
pub(super) fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn put(out: &mut BytesMut, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).expect("a store holds no cell of 4 GiB");
    out.put_u32(length);
    out.put_slice(bytes);
}

/// The cells of a piece with their tables, of which there are so many.
pub(super) fn cells(mut bytes: Bytes, tables: usize) -> Result<Vec<(u8, StoredCell)>, Unreadable> {
    if bytes.len() < MAGIC.len() || bytes.split_to(MAGIC.len()) != MAGIC[..] {
        return Err(Unreadable::Magic);
    }
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let [table] = fixed(&mut bytes)?;
        if usize::from(table) >= tables {
            return Err(Unreadable::Table(table));
        }
        let (partition, row) = (slice(&mut bytes)?, slice(&mut bytes)?);
        let stamp = Stamp::from_value(i64::from_be_bytes(fixed(&mut bytes)?));
        let [flags] = fixed(&mut bytes)?;
        let doc = match flags & 1 {
            0 => None,
            _ => Some(slice(&mut bytes)?),
        };
        let head = match flags & 2 {
            0 => None,
            _ => Some(decode_head(&slice(&mut bytes)?)?),
        };
        let cell = StoredCell {
            partition,
            row,
            doc,
            head,
            stamp,
        };
        found.push((table, cell));
    }
    Ok(found)
}

fn fixed<const N: usize>(bytes: &mut Bytes) -> Result<[u8; N], Unreadable> {
    if bytes.len() < N {
        return Err(Unreadable::Short);
    }
    let mut out = [0; N];
    out.copy_from_slice(&bytes.split_to(N));
    Ok(out)
}

fn slice(bytes: &mut Bytes) -> Result<Bytes, Unreadable> {
    let length = u32::from_be_bytes(fixed(bytes)?) as usize;
    match length <= bytes.len() {
        true => Ok(bytes.split_to(length)),
        false => Err(Unreadable::Short),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::Head;

    fn all() -> Vec<(u8, StoredCell)> {
        let cell = |row: &'static str, doc: Option<&'static str>, head| StoredCell {
            partition: Bytes::from_static(b"p\0"),
            row: row.into(),
            doc: doc.map(Bytes::from),
            head,
            stamp: Stamp::write(7),
        };
        let head = Head {
            pos: Some(7),
            ..Head::default()
        };
        vec![
            (0, cell("", Some("{}"), Some(head.clone()))),
            (0, cell("", None, Some(head))),
            (1, cell("row", Some(""), None)),
        ]
    }

    #[test]
    fn what_goes_in_comes_out() {
        let mut filling = Filling::default();
        assert!(filling.take().is_none());
        all()
            .iter()
            .for_each(|(table, cell)| filling.add(*table, cell));
        let (piece, bytes) = filling.take().expect("three cells");
        assert_eq!((piece.cells, piece.bytes), (3, bytes.len() as u64));
        assert_eq!(cells(bytes, 2).expect("ours"), all());
        assert!(filling.take().is_none(), "it begins anew");
    }

    #[test]
    fn what_is_cut_or_names_no_table_is_refused() {
        let mut filling = Filling::default();
        all()
            .iter()
            .for_each(|(table, cell)| filling.add(*table, cell));
        let (_, bytes) = filling.take().expect("three cells");
        let whole = |length| cells(bytes.slice(..length), 2).is_ok_and(|cells| cells.len() == 3);
        assert!((0..bytes.len()).all(|length| !whole(length)));
        assert!(matches!(cells(bytes, 1), Err(Unreadable::Table(1))));
    }
}
