//! Bytes of what is stored beside documents: aggregates with their heads, marks, keys, page tokens.

use std::borrow::Cow;

use bytes::Bytes;
use runtime::embedded;
use runtime::ports::{MarkAt, StoredAggregate};
use uuid::Uuid;

const AGGREGATE_VERSION: u8 = 1;
const MARK_VERSION: u8 = 1;
const TOKEN_VERSION: u8 = 1;

/// Bytes that do not hold what they should.
#[derive(Debug, thiserror::Error)]
pub(super) enum CodecError {
    #[error("ends too early")]
    Short,
    #[error("has unknown version {0}")]
    Version(u8),
    #[error("has a head that {0}")]
    Head(#[from] embedded::CodecError),
    #[error("has an unknown flag {0}")]
    Flag(u8),
}

/// An aggregate in one cell: version, length of the head, head, whether there is a document, document.
///
/// One cell, because two writes under one stamp are decided cell by cell: a head can never meet another write's state.
pub(super) fn encode_aggregate(aggregate: &StoredAggregate) -> Vec<u8> {
    let head = embedded::encode_head(&aggregate.head);
    let doc = aggregate.doc.as_deref();
    let mut out = Vec::with_capacity(6 + head.len() + doc.map_or(0, <[u8]>::len));
    out.push(AGGREGATE_VERSION);
    let length = u32::try_from(head.len()).expect("a head is far below 4 GiB");
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&head);
    out.push(u8::from(doc.is_some()));
    out.extend_from_slice(doc.unwrap_or_default());
    out
}

/// Head and document of an aggregate's cell.
fn split_aggregate(cell: &[u8]) -> Result<(&[u8], Option<&[u8]>), CodecError> {
    let (version, rest) = cell.split_first().ok_or(CodecError::Short)?;
    if *version != AGGREGATE_VERSION {
        return Err(CodecError::Version(*version));
    }
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(CodecError::Short)?;
    let length = u32::from_be_bytes(*length) as usize;
    let (head, rest) = rest.split_at_checked(length).ok_or(CodecError::Short)?;
    match rest.split_first().ok_or(CodecError::Short)? {
        (0, _) => Ok((head, None)),
        (1, doc) => Ok((head, Some(doc))),
        (other, _) => Err(CodecError::Flag(*other)),
    }
}

/// The aggregate in a cell.
pub(super) fn decode_aggregate(cell: &[u8]) -> Result<StoredAggregate, CodecError> {
    let (head, doc) = split_aggregate(cell)?;
    Ok(StoredAggregate {
        head: embedded::decode_head(head)?,
        doc: doc.map(Bytes::copy_from_slice),
        parts: Vec::new(),
    })
}

/// The document in an aggregate's cell.
pub(super) fn aggregate_doc(cell: &[u8]) -> Result<Option<&[u8]>, CodecError> {
    Ok(split_aggregate(cell)?.1)
}

/// A mark in one cell. Of two marks with one `next`, which carry one stamp, the server keeps the greater bytes: the
/// one that knows its last record.
pub(super) fn encode_mark(mark: MarkAt) -> Vec<u8> {
    let mut out = vec![MARK_VERSION];
    out.extend_from_slice(&mark.next.to_be_bytes());
    out.extend_from_slice(mark.last.as_ref().map_or(&[][..], |id| &id.as_bytes()[..]));
    out
}

/// The mark in a cell.
pub(super) fn decode_mark(cell: &[u8]) -> Result<MarkAt, CodecError> {
    let (version, rest) = cell.split_first().ok_or(CodecError::Short)?;
    if *version != MARK_VERSION {
        return Err(CodecError::Version(*version));
    }
    let (next, last) = rest.split_first_chunk::<8>().ok_or(CodecError::Short)?;
    Ok(MarkAt {
        next: u64::from_be_bytes(*next),
        last: match last {
            [] => None,
            id => Some(Uuid::from_slice(id).map_err(|_| CodecError::Short)?),
        },
    })
}

/// A partition key as CQL takes it: not empty. Keys of nothing but zeros, and the empty one, get one zero more.
pub(super) fn partition_key(key: &[u8]) -> Cow<'_, [u8]> {
    if key.iter().any(|byte| *byte != 0) {
        return Cow::Borrowed(key);
    }
    Cow::Owned(vec![0; key.len() + 1])
}

/// The partition key in what CQL gives back.
pub(super) fn from_partition_key(key: &[u8]) -> &[u8] {
    match key.iter().any(|byte| *byte != 0) {
        true => key,
        false => &key[..key.len().saturating_sub(1)],
    }
}

/// The server's paging state as a token.
pub(super) fn encode_token(state: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(1 + state.len());
    out.push(TOKEN_VERSION);
    out.extend_from_slice(state);
    out.into()
}

/// The paging state in a token.
pub(super) fn decode_token(token: &[u8]) -> Result<&[u8], CodecError> {
    match token.split_first().ok_or(CodecError::Short)? {
        (&TOKEN_VERSION, state) => Ok(state),
        (other, _) => Err(CodecError::Version(*other)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use runtime::ports::{Head, Parked};

    use super::*;

    fn aggregate(doc: Option<&'static [u8]>) -> StoredAggregate {
        StoredAggregate {
            head: Head {
                pos: Some(u64::MAX),
                id: Some(Uuid::from_u128(7)),
                src: BTreeMap::from([("p:t/3".to_owned(), (9, 1))]),
                parked: Some(Parked {
                    first: 3,
                    last: 4,
                    src: BTreeMap::from([("p:t/3".to_owned(), (10, 0))]),
                }),
                late: Some(2),
            },
            doc: doc.map(Bytes::from_static),
            parts: Vec::new(),
        }
    }

    #[test]
    fn aggregates_round_trip_with_and_without_a_document() {
        for stored in [
            aggregate(Some(b"doc")),
            aggregate(Some(b"")),
            aggregate(None),
            StoredAggregate::default(),
        ] {
            let cell = encode_aggregate(&stored);
            assert_eq!(decode_aggregate(&cell).expect("ours"), stored);
            assert_eq!(aggregate_doc(&cell).expect("ours"), stored.doc.as_deref());
        }
    }

    #[test]
    fn cut_bytes_are_refused() {
        let cell = encode_aggregate(&aggregate(None));
        for length in 0..cell.len() {
            assert!(decode_aggregate(&cell[..length]).is_err(), "{length} bytes");
        }
        let mark = encode_mark(MarkAt {
            next: 1,
            last: None,
        });
        for length in 0..mark.len() {
            assert!(decode_mark(&mark[..length]).is_err(), "{length} bytes");
        }
        assert!(decode_token(b"").is_err() && decode_token(b"\x07x").is_err());
    }

    #[test]
    fn of_two_marks_of_one_position_the_one_with_the_id_is_greater() {
        let mark = |last| encode_mark(MarkAt { next: 300, last });
        for id in [0, 1, u128::MAX] {
            let known = mark(Some(Uuid::from_u128(id)));
            assert!(known > mark(None));
            let last = decode_mark(&known).expect("ours").last;
            assert_eq!(last, Some(Uuid::from_u128(id)));
        }
    }

    #[test]
    fn partition_keys_stay_apart_and_are_never_empty() {
        let keys: [&[u8]; 7] = [b"", b"\0", b"\0\0", b"a", b"a\0", b"\0a", b"\0\0\0"];
        let mut stored = std::collections::HashSet::new();
        for key in keys {
            let cell = partition_key(key).into_owned();
            assert!(!cell.is_empty());
            assert_eq!(from_partition_key(&cell), key);
            assert!(stored.insert(cell));
        }
    }
}
