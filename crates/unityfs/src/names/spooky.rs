//! SpookyHash V2 by Bob Jenkins (public domain), 128 bits, the form for messages under 192 bytes.
//!
//! The original changes to a wider form at 192 bytes. Everything hashed here is shorter: a bundle's name is two hashes
//! and a platform, the other messages are single words.

const CONSTANT: u64 = 0xdead_beef_dead_beef;
/// Messages must be shorter.
const SHORT_BYTES: usize = 192;

/// The four words of the state.
struct State([u64; 4]);

impl State {
    fn mix(&mut self) {
        const TURNS: [[u32; 4]; 3] = [[50, 52, 30, 41], [54, 48, 38, 37], [62, 34, 5, 36]];
        let [mut a, mut b, mut c, mut d] = self.0;
        for turn in TURNS {
            c = c.rotate_left(turn[0]).wrapping_add(d);
            a ^= c;
            d = d.rotate_left(turn[1]).wrapping_add(a);
            b ^= d;
            a = a.rotate_left(turn[2]).wrapping_add(b);
            c ^= a;
            b = b.rotate_left(turn[3]).wrapping_add(c);
            d ^= b;
        }
        self.0 = [a, b, c, d];
    }

    /// Each step folds one word into the next: (d, c), (a, d), (b, a), (c, b), over and over.
    fn end(&mut self) {
        const TURNS: [u32; 11] = [15, 52, 26, 51, 28, 9, 47, 54, 32, 25, 63];
        let words = &mut self.0;
        for (step, turn) in TURNS.into_iter().enumerate() {
            let into = (step + 3) % 4;
            let from = (step + 2) % 4;
            words[into] ^= words[from];
            words[from] = words[from].rotate_left(turn);
            words[into] = words[into].wrapping_add(words[from]);
        }
    }

    fn add(&mut self, word: usize, value: u64) {
        self.0[word] = self.0[word].wrapping_add(value);
    }
}

/// Up to eight bytes as a little-endian number.
fn word(bytes: &[u8]) -> u64 {
    let mut padded = [0; 8];
    padded[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(padded)
}

/// The hash with both seeds zero.
///
/// # Panics
/// When the message has 192 bytes or more.
#[must_use]
pub fn hash128(message: &[u8]) -> [u8; 16] {
    hash128_seeded(message, [0, 0])
}

/// The hash with two seeds.
///
/// # Panics
/// When the message has 192 bytes or more.
#[must_use]
pub fn hash128_seeded(message: &[u8], seeds: [u64; 2]) -> [u8; 16] {
    assert!(message.len() < SHORT_BYTES, "the short form ends here");
    let mut state = State([seeds[0], seeds[1], CONSTANT, CONSTANT]);
    let mut rest = message;
    while let Some((block, after)) = rest.split_first_chunk::<32>() {
        state.add(2, word(&block[..8]));
        state.add(3, word(&block[8..16]));
        state.mix();
        state.add(0, word(&block[16..24]));
        state.add(1, word(&block[24..]));
        rest = after;
    }
    if let Some((half, after)) = rest.split_first_chunk::<16>() {
        state.add(2, word(&half[..8]));
        state.add(3, word(&half[8..]));
        state.mix();
        rest = after;
    }
    state.add(3, (message.len() as u64) << 56);
    if rest.is_empty() {
        state.add(2, CONSTANT);
        state.add(3, CONSTANT);
    } else {
        let (low, high) = rest.split_at(rest.len().min(8));
        state.add(2, word(low));
        state.add(3, word(high));
    }
    state.end();
    let mut hash = [0; 16];
    hash[..8].copy_from_slice(&state.0[0].to_le_bytes());
    hash[8..].copy_from_slice(&state.0[1].to_le_bytes());
    hash
}
