//! Compact bytes for what the SQLite files hold beside payloads: a record's envelope, an aggregate's head.
//!
//! Each starts with a version byte; lengths and numbers are LEB128.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use kernel::{Headers, Position};
use uuid::Uuid;

use crate::ports::{Head, Parked};

const HEADERS_VERSION: u8 = 1;
const HAS_CAUSE: u8 = 1;
const HAS_TRACE: u8 = 2;

const HEAD_VERSION: u8 = 1;
const HAS_POS: u8 = 1;
const HAS_ID: u8 = 2;
const HAS_PARKED: u8 = 4;
const HAS_LATE: u8 = 8;
/// What waits of a parked key has sources of its own.
const HAS_WAITING: u8 = 16;

/// Bytes that do not hold what they should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// They end too early.
    #[error("ends too early")]
    Short,
    /// A version that is not known here.
    #[error("has unknown version {0}")]
    Version(u8),
    /// Text that is not UTF-8.
    #[error("holds text that is not UTF-8")]
    Text,
    /// A number out of range.
    #[error("holds a number out of range")]
    Number,
    /// So many bytes too many.
    #[error("has {0} bytes too many")]
    Long(usize),
}

/// Texts seen lately, so that a batch of records shares one copy of each kind and source.
#[derive(Default)]
pub(super) struct Texts(Vec<Arc<str>>);

impl Texts {
    const MAX: usize = 32;

    fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(found) = self.0.iter().find(|known| &***known == text) {
            return Arc::clone(found);
        }
        let shared: Arc<str> = text.into();
        if self.0.len() == Self::MAX {
            self.0.remove(0);
        }
        self.0.push(Arc::clone(&shared));
        shared
    }
}

/// An envelope as bytes.
pub(super) fn encode_headers(headers: &Headers) -> Vec<u8> {
    let mut out = Vec::with_capacity(96 + headers.size());
    let flags = if headers.cause.is_some() {
        HAS_CAUSE
    } else {
        0
    } | if headers.trace.is_some() {
        HAS_TRACE
    } else {
        0
    };
    out.extend([HEADERS_VERSION, flags]);
    out.extend_from_slice(headers.id.as_bytes());
    put_bytes(&mut out, headers.kind.as_bytes());
    put_bytes(&mut out, headers.source.as_bytes());
    if let Some(cause) = &headers.cause {
        put_bytes(&mut out, cause.topic.as_bytes());
        put_number(&mut out, u64::from(cause.partition));
        put_number(&mut out, cause.offset);
        put_number(&mut out, u64::from(cause.index));
    }
    if let Some(trace) = &headers.trace {
        put_bytes(&mut out, trace.as_bytes());
    }
    put_number(&mut out, headers.more.len() as u64);
    for (name, value) in &headers.more {
        put_bytes(&mut out, name.as_bytes());
        put_bytes(&mut out, value);
    }
    out
}

/// The envelope in `bytes`.
pub(super) fn decode_headers(bytes: &[u8], texts: &mut Texts) -> Result<Headers, CodecError> {
    let mut input = Input(bytes);
    match input.byte()? {
        HEADERS_VERSION => {}
        other => return Err(CodecError::Version(other)),
    }
    let flags = input.byte()?;
    let id = input.uuid()?;
    let kind = texts.share(input.text()?);
    let source = texts.share(input.text()?);
    let mut headers = Headers::new(id, kind, source);
    if flags & HAS_CAUSE != 0 {
        headers.cause = Some(Position {
            topic: texts.share(input.text()?),
            partition: input.small()?,
            offset: input.number()?,
            index: input.small()?,
        });
    }
    if flags & HAS_TRACE != 0 {
        headers.trace = Some(input.text()?.into());
    }
    for _ in 0..input.number()? {
        let name = texts.share(input.text()?);
        headers
            .more
            .push((name, Bytes::copy_from_slice(input.slice()?)));
    }
    input.end()?;
    Ok(headers)
}

/// An aggregate's head as bytes, the same in every store.
pub fn encode_head(head: &Head) -> Vec<u8> {
    let mut out = Vec::with_capacity(40 + head.src.len() * 32);
    let flags = if head.pos.is_some() { HAS_POS } else { 0 }
        | if head.id.is_some() { HAS_ID } else { 0 }
        | if head.parked.is_some() { HAS_PARKED } else { 0 }
        | if head.late.is_some() { HAS_LATE } else { 0 };
    let waiting = head.parked.as_ref().map(|parked| &parked.src);
    let waiting = waiting.filter(|sources| !sources.is_empty());
    let flags = flags | if waiting.is_some() { HAS_WAITING } else { 0 };
    out.extend([HEAD_VERSION, flags]);
    if let Some(pos) = head.pos {
        put_number(&mut out, pos);
    }
    if let Some(id) = head.id {
        out.extend_from_slice(id.as_bytes());
    }
    if let Some(parked) = &head.parked {
        put_number(&mut out, parked.first);
        put_number(&mut out, parked.last);
    }
    put_sources(&mut out, &head.src);
    if let Some(late) = head.late {
        put_number(&mut out, late);
    }
    if let Some(waiting) = waiting {
        put_sources(&mut out, waiting);
    }
    out
}

fn put_sources(out: &mut Vec<u8>, sources: &BTreeMap<String, (u64, u32)>) {
    put_number(out, sources.len() as u64);
    for (upstream, (offset, index)) in sources {
        put_bytes(out, upstream.as_bytes());
        put_number(out, *offset);
        put_number(out, u64::from(*index));
    }
}

fn sources(input: &mut Input<'_>) -> Result<BTreeMap<String, (u64, u32)>, CodecError> {
    let mut sources = BTreeMap::new();
    for _ in 0..input.number()? {
        let upstream = input.text()?.to_owned();
        sources.insert(upstream, (input.number()?, input.small()?));
    }
    Ok(sources)
}

/// The head in `bytes`.
///
/// # Errors
/// When they hold no head.
pub fn decode_head(bytes: &[u8]) -> Result<Head, CodecError> {
    let mut input = Input(bytes);
    match input.byte()? {
        HEAD_VERSION => {}
        other => return Err(CodecError::Version(other)),
    }
    let flags = input.byte()?;
    let mut head = Head::default();
    if flags & HAS_POS != 0 {
        head.pos = Some(input.number()?);
    }
    if flags & HAS_ID != 0 {
        head.id = Some(input.uuid()?);
    }
    if flags & HAS_PARKED != 0 {
        head.parked = Some(Parked {
            first: input.number()?,
            last: input.number()?,
            src: BTreeMap::new(),
        });
    }
    head.src = sources(&mut input)?;
    if flags & HAS_LATE != 0 {
        head.late = Some(input.number()?);
    }
    if flags & HAS_WAITING != 0 {
        let waiting = sources(&mut input)?;
        if let Some(parked) = &mut head.parked {
            parked.src = waiting;
        }
    }
    input.end()?;
    Ok(head)
}

/// A pair of keys as one token.
pub(super) fn encode_pair(first: &[u8], second: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(first.len() + second.len() + 4);
    put_bytes(&mut out, first);
    out.extend_from_slice(second);
    out.into()
}

/// The pair of keys in a token.
pub(super) fn decode_pair(token: &[u8]) -> Result<(&[u8], &[u8]), CodecError> {
    let mut input = Input(token);
    let first = input.slice()?;
    Ok((first, input.0))
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number as u8 & 0x7f) | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], CodecError> {
        let (head, rest) = self.0.split_at_checked(length).ok_or(CodecError::Short)?;
        self.0 = rest;
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8, CodecError> {
        Ok(self.take(1)?[0])
    }

    fn number(&mut self) -> Result<u64, CodecError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            if shift == 63 && byte > 1 {
                return Err(CodecError::Number);
            }
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(CodecError::Number)
    }

    fn small(&mut self) -> Result<u32, CodecError> {
        u32::try_from(self.number()?).map_err(|_| CodecError::Number)
    }

    fn slice(&mut self) -> Result<&'a [u8], CodecError> {
        let length = usize::try_from(self.number()?).map_err(|_| CodecError::Number)?;
        self.take(length)
    }

    fn text(&mut self) -> Result<&'a str, CodecError> {
        std::str::from_utf8(self.slice()?).map_err(|_| CodecError::Text)
    }

    fn uuid(&mut self) -> Result<Uuid, CodecError> {
        Uuid::from_slice(self.take(16)?).map_err(|_| CodecError::Short)
    }

    fn end(&self) -> Result<(), CodecError> {
        match self.0.len() {
            0 => Ok(()),
            left => Err(CodecError::Long(left)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn position() -> impl Strategy<Value = Position> {
        ("[a-z.]{1,12}", any::<u32>(), any::<u64>(), any::<u32>())
            .prop_map(|(topic, p, offset, index)| Position::new(topic, p, offset).at(index))
    }

    fn headers() -> impl Strategy<Value = Headers> {
        (
            any::<u128>(),
            ".{0,20}",
            ".{0,20}",
            proptest::option::of(position()),
            proptest::option::of(".{0,60}"),
            proptest::collection::vec((".{0,9}", any::<Vec<u8>>()), 0..4),
        )
            .prop_map(|(id, kind, source, cause, trace, more)| {
                let mut headers = Headers::new(Uuid::from_u128(id), kind, source);
                headers.cause = cause;
                headers.trace = trace.map(Into::into);
                headers.more = more
                    .into_iter()
                    .map(|(n, v)| (n.into(), v.into()))
                    .collect();
                headers
            })
    }

    fn sources() -> impl Strategy<Value = BTreeMap<String, (u64, u32)>> {
        proptest::collection::btree_map("[a-z/]{0,9}", any::<(u64, u32)>(), 0..4)
    }

    fn head() -> impl Strategy<Value = Head> {
        (
            any::<Option<u64>>(),
            any::<Option<u128>>(),
            proptest::option::of((any::<(u64, u64)>(), sources())),
            sources(),
            any::<Option<u64>>(),
        )
            .prop_map(|(pos, id, parked, src, late)| Head {
                pos,
                id: id.map(Uuid::from_u128),
                src,
                parked: parked.map(|((first, last), src)| Parked { first, last, src }),
                late,
            })
    }

    proptest! {
        #[test]
        fn headers_round_trip(headers in headers()) {
            let bytes = encode_headers(&headers);
            prop_assert_eq!(decode_headers(&bytes, &mut Texts::default()), Ok(headers));
        }

        #[test]
        fn heads_round_trip(head in head()) {
            prop_assert_eq!(decode_head(&encode_head(&head)), Ok(head));
        }

        #[test]
        fn cut_or_lengthened_bytes_are_refused(headers in headers(), cut in 1..40usize) {
            let mut bytes = encode_headers(&headers);
            bytes.push(0);
            prop_assert_eq!(decode_headers(&bytes, &mut Texts::default()), Err(CodecError::Long(1)));
            bytes.truncate(bytes.len() - 1 - cut.min(bytes.len() - 1));
            prop_assert!(decode_headers(&bytes, &mut Texts::default()).is_err());
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let _ = decode_headers(&bytes, &mut Texts::default());
            let _ = decode_head(&bytes);
            let _ = decode_pair(&bytes);
        }

        #[test]
        fn pairs_round_trip(a: Vec<u8>, b: Vec<u8>) {
            let token = encode_pair(&a, &b);
            prop_assert_eq!(decode_pair(&token), Ok((&a[..], &b[..])));
        }
    }
}
