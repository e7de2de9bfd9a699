//! One sequence of an LZ4 block: literals, then a match.

use super::MATCH_MIN;

/// The block under construction.
pub(super) struct Output<'a> {
    pub(super) source: &'a [u8],
    pub(super) bytes: Vec<u8>,
    /// Everything before this is written.
    pub(super) anchor: usize,
}

/// Length bytes beyond the 15 that fit a token.
fn put_length(bytes: &mut Vec<u8>, mut rest: usize) {
    while rest >= 255 {
        bytes.push(255);
        rest -= 255;
    }
    bytes.push(rest as u8);
}

impl Output<'_> {
    /// The literals from the anchor to `at`, then the match that starts there.
    pub(super) fn put(&mut self, at: usize, length: usize, distance: usize) {
        let literals = &self.source[self.anchor..at];
        let beyond = length - MATCH_MIN;
        let token = (literals.len().min(15) << 4 | beyond.min(15)) as u8;
        self.bytes.push(token);
        if literals.len() >= 15 {
            put_length(&mut self.bytes, literals.len() - 15);
        }
        self.bytes.extend_from_slice(literals);
        let distance = u16::try_from(distance).expect("the search looks no farther");
        self.bytes.extend_from_slice(&distance.to_le_bytes());
        if beyond >= 15 {
            put_length(&mut self.bytes, beyond - 15);
        }
        self.anchor = at + length;
    }

    /// The rest as literals, which ends the block.
    pub(super) fn end(mut self) -> Vec<u8> {
        let literals = &self.source[self.anchor..];
        self.bytes.push((literals.len().min(15) << 4) as u8);
        if literals.len() >= 15 {
            put_length(&mut self.bytes, literals.len() - 15);
        }
        self.bytes.extend_from_slice(literals);
        self.bytes
    }
}

/// Bytes that a run of literals takes.
pub(super) fn literals_price(count: usize) -> i32 {
    let extra = if count >= 15 {
        1 + (count - 15) / 255
    } else {
        0
    };
    (count + extra) as i32
}

/// Bytes that literals and the match after them take.
pub(super) fn sequence_price(literals: usize, length: usize) -> i32 {
    let extra = if length >= 19 {
        1 + (length - 19) / 255
    } else {
        0
    };
    3 + literals_price(literals) + extra as i32
}
