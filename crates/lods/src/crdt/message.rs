//! The log: messages one after another.
//!
//! Each begins with its length in bytes (the eight of its head included) and its type, both 32 bits
//! little-endian. Types that say nothing about a scene at rest are passed over by their length.

use crate::limits::Limits;

/// The log cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CrdtError {
    /// It is longer than allowed.
    #[error("the log has {bytes} bytes; at most {max} are read")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// It ends within a message.
    #[error("the log ends within the message at byte {at}")]
    Truncated {
        /// Where the message begins.
        at: usize,
    },
    /// A message's length does not fit what it holds.
    #[error("the message at byte {at} says it is {length} bytes long")]
    BadLength {
        /// Where the message begins.
        at: usize,
        /// What it says.
        length: usize,
    },
    /// More messages than allowed.
    #[error("the log has more than {max} messages")]
    TooManyMessages {
        /// The limit.
        max: usize,
    },
    /// More entities than allowed.
    #[error("the log names more than {max} entities")]
    TooManyEntities {
        /// The limit.
        max: usize,
    },
}

/// What a message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message<'a> {
    /// A component's new value; `None` takes it off.
    Write {
        entity: u32,
        component: u32,
        timestamp: u32,
        value: Option<&'a [u8]>,
        /// Wins whatever the timestamps.
        forced: bool,
    },
    /// The entity is no more, and its number with this version never comes back.
    Delete { entity: u32 },
}

const HEAD: usize = 8;
const PUT: u32 = 1;
const DELETE_COMPONENT: u32 = 2;
const DELETE_ENTITY: u32 = 3;
const FORCED_PUT: u32 = 8;

/// Calls `visit` with each message, in order.
pub(super) fn each<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    mut visit: impl FnMut(Message<'a>) -> Result<(), CrdtError>,
) -> Result<(), CrdtError> {
    if bytes.len() > limits.log_bytes_max {
        return Err(CrdtError::TooLong {
            bytes: bytes.len(),
            max: limits.log_bytes_max,
        });
    }
    let (mut at, mut count) = (0, 0);
    while at < bytes.len() {
        let rest = &bytes[at..];
        let length = word(rest, 0).ok_or(CrdtError::Truncated { at })? as usize;
        let kind = word(rest, 4).ok_or(CrdtError::Truncated { at })?;
        if length < HEAD {
            return Err(CrdtError::BadLength { at, length });
        }
        let body = rest.get(HEAD..length).ok_or(CrdtError::Truncated { at })?;
        count += 1;
        if count > limits.messages_max {
            let max = limits.messages_max;
            return Err(CrdtError::TooManyMessages { max });
        }
        let bad = CrdtError::BadLength { at, length };
        if let Some(message) = read(kind, body).ok_or(bad)? {
            visit(message)?;
        }
        at += length;
    }
    Ok(())
}

/// `None` when the body is too short; `Some(None)` of a type that is passed over.
fn read(kind: u32, body: &[u8]) -> Option<Option<Message<'_>>> {
    Some(Some(match kind {
        PUT | FORCED_PUT => {
            let length = word(body, 12)? as usize;
            Message::Write {
                entity: word(body, 0)?,
                component: word(body, 4)?,
                timestamp: word(body, 8)?,
                value: Some(body.get(16..)?.get(..length)?),
                forced: kind == FORCED_PUT,
            }
        }
        DELETE_COMPONENT => Message::Write {
            entity: word(body, 0)?,
            component: word(body, 4)?,
            timestamp: word(body, 8)?,
            value: None,
            forced: false,
        },
        DELETE_ENTITY => Message::Delete {
            entity: word(body, 0)?,
        },
        _ => return Some(None),
    }))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*word))
}
