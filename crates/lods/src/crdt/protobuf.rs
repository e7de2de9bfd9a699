//! The little of Protocol Buffers that components need: fields one after another.

/// A field's value by its wire type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    Fixed32(u32),
    Fixed64,
}

impl<'a> Value<'a> {
    pub(super) fn float(self) -> Option<f32> {
        match self {
            Self::Fixed32(bits) => Some(f32::from_bits(bits)).filter(|float| float.is_finite()),
            _ => None,
        }
    }

    pub(super) fn int(self) -> Option<u64> {
        match self {
            Self::Varint(int) => Some(int),
            _ => None,
        }
    }

    pub(super) fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub(super) fn text(self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }
}

/// Calls `visit` with the number and value of each field; `None` when the bytes are no message.
pub(super) fn fields<'a>(mut bytes: &'a [u8], mut visit: impl FnMut(u64, Value<'a>)) -> Option<()> {
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let value = match tag & 7 {
            0 => Value::Varint(varint(&mut bytes)?),
            1 => {
                take(&mut bytes, 8)?;
                Value::Fixed64
            }
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                Value::Bytes(take(&mut bytes, length)?)
            }
            5 => {
                let word = take(&mut bytes, 4)?.first_chunk::<4>()?;
                Value::Fixed32(u32::from_le_bytes(*word))
            }
            _ => return None,
        };
        visit(tag >> 3, value);
    }
    Some(())
}

/// The last value of a field, as readers take it; `None` when there is none or no message.
pub(super) fn field(bytes: &[u8], number: u64) -> Option<Value<'_>> {
    let mut found = None;
    fields(bytes, |at, value| {
        if at == number {
            found = Some(value);
        }
    })?;
    found
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(head)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?[0];
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
