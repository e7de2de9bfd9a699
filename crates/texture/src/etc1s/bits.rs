//! Bits and Huffman codes as a BasisLZ stream has them: least significant bit first, canonical
//! codes of at most 16 bits with their own bits reversed.

/// Collects bits, the first in the lowest bit of the first byte.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl BitWriter {
    /// The lowest `count` bits of `value`, at most 32.
    pub(super) fn put(&mut self, value: u32, count: u32) {
        self.pending |= u64::from(value) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// A number in groups of `group` bits, lowest first, each followed by whether more come.
    pub(super) fn put_variable(&mut self, mut value: u32, group: u32) {
        loop {
            let (low, rest) = (value & ((1 << group) - 1), value >> group);
            let more = u32::from(rest != 0);
            self.put(low | (more << group), group + 1);
            if rest == 0 {
                return;
            }
            value = rest;
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bytes.push(self.pending as u8);
        }
        self.bytes
    }
}

const CODE_BITS_MAX: u8 = 16;

/// A canonical Huffman code over symbols 0 to n − 1.
#[derive(Debug)]
pub(super) struct Huffman {
    lengths: Vec<u8>,
    codes: Vec<u16>,
}

impl Huffman {
    /// The best code for these counts. Where nothing is counted, symbol 0 has a code all the same:
    /// readers refuse an empty table.
    pub(super) fn new(counts: &[u32]) -> Self {
        Self::limited(counts, CODE_BITS_MAX)
    }

    fn limited(counts: &[u32], bits_max: u8) -> Self {
        let mut counts = counts.to_vec();
        if counts.is_empty() {
            counts.push(1);
        }
        if counts.iter().all(|count| *count == 0) {
            counts[0] = 1;
        }
        let mut lengths = code_lengths(&counts);
        // Flatter counts give shorter longest codes; the loss is far below a bit a table.
        while lengths.iter().any(|length| *length > bits_max) {
            let used = counts.iter_mut().filter(|count| **count > 0);
            used.for_each(|count| *count = *count / 2 + 1);
            lengths = code_lengths(&counts);
        }
        let codes = canonical(&lengths);
        Self { lengths, codes }
    }

    /// Of a symbol's code; 0 where the symbol has none.
    pub(super) fn bits(&self, symbol: usize) -> u8 {
        self.lengths[symbol]
    }

    pub(super) fn put(&self, symbol: usize, out: &mut BitWriter) {
        debug_assert!(self.lengths[symbol] > 0, "symbol {symbol} has no code");
        out.put(
            u32::from(self.codes[symbol]),
            u32::from(self.lengths[symbol]),
        );
    }

    /// Writes the code itself: lengths in runs, and those in a code of their own.
    pub(super) fn put_table(&self, out: &mut BitWriter) {
        let used = self.lengths.iter().rposition(|length| *length > 0);
        let used = used.map_or(0, |last| last + 1);
        out.put(used as u32, 14);
        let runs = runs(&self.lengths[..used]);
        let mut counts = [0_u32; 21];
        runs.iter()
            .for_each(|run| counts[usize::from(run.symbol)] += 1);
        let lengths_code = Self::limited(&counts, 7);
        let sent = LENGTH_ORDER
            .iter()
            .rposition(|symbol| lengths_code.bits(*symbol) > 0)
            .map_or(1, |last| last + 1);
        out.put(sent as u32, 5);
        for symbol in &LENGTH_ORDER[..sent] {
            out.put(u32::from(lengths_code.bits(*symbol)), 3);
        }
        for run in runs {
            lengths_code.put(usize::from(run.symbol), out);
            out.put(run.extra, run.extra_bits);
        }
    }
}

/// In which order the lengths of the code of lengths are sent.
const LENGTH_ORDER: [usize; 21] = [
    17, 18, 19, 20, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15, 16,
];

/// A length (symbols 0 to 16), a run of zeros (17, 18) or a repetition of the last length (19, 20).
struct Run {
    symbol: u8,
    extra: u32,
    extra_bits: u32,
}

fn runs(lengths: &[u8]) -> Vec<Run> {
    let mut runs = Vec::new();
    for group in lengths.chunk_by(|a, b| a == b) {
        let length = group[0];
        let mut left = group.len() as u32;
        if length != 0 {
            runs.push(plain(length));
            left -= 1;
        }
        let (small, small_bits, big, big_bits) = if length == 0 {
            (3, 3, 11, 7)
        } else {
            (3, 2, 7, 7)
        };
        let symbol = if length == 0 { 17 } else { 19 };
        while left >= small {
            let (symbol, least, extra_bits) = if left >= big {
                (symbol + 1, big, big_bits)
            } else {
                (symbol, small, small_bits)
            };
            let taken = left.min(least + (1 << extra_bits) - 1);
            runs.push(Run {
                symbol,
                extra: taken - least,
                extra_bits,
            });
            left -= taken;
        }
        runs.extend((0..left).map(|_| plain(length)));
    }
    runs
}

fn plain(symbol: u8) -> Run {
    Run {
        symbol,
        extra: 0,
        extra_bits: 0,
    }
}

/// Lengths of Huffman's code, without a limit; ties fall by symbol, so equal counts give equal
/// codes. Two queues: sorted leaves, and inner nodes, which are made in order.
fn code_lengths(counts: &[u32]) -> Vec<u8> {
    let mut lengths = vec![0_u8; counts.len()];
    let mut leaves: Vec<usize> = (0..counts.len()).filter(|s| counts[*s] > 0).collect();
    leaves.sort_by_key(|symbol| (counts[*symbol], *symbol));
    if let [only] = leaves[..] {
        lengths[only] = 1;
        return lengths;
    }
    let leaf_count = leaves.len();
    let mut weights: Vec<u64> = leaves.iter().map(|s| u64::from(counts[*s])).collect();
    let mut parents = vec![0_usize; 2 * leaf_count - 1];
    let (mut leaf, mut inner) = (0, leaf_count);
    while weights.len() < 2 * leaf_count - 1 {
        let node = weights.len();
        let mut sum = 0;
        for _ in 0..2 {
            let leaf_is_less =
                leaf < leaf_count && (inner >= node || weights[leaf] <= weights[inner]);
            let least = if leaf_is_less { &mut leaf } else { &mut inner };
            sum += weights[*least];
            parents[*least] = node;
            *least += 1;
        }
        weights.push(sum);
    }
    let mut depths = vec![0_u8; 2 * leaf_count - 1];
    for node in (0..2 * leaf_count - 2).rev() {
        depths[node] = depths[parents[node]].saturating_add(1);
    }
    for (symbol, depth) in leaves.iter().zip(&depths) {
        lengths[*symbol] = *depth;
    }
    lengths
}

/// Codes in order of length and symbol, bits reversed.
fn canonical(lengths: &[u8]) -> Vec<u16> {
    let mut next = [0_u32; 18];
    for length in 1..=16 {
        let shorter = lengths
            .iter()
            .filter(|l| usize::from(**l) == length - 1 && length > 1);
        next[length] = (next[length - 1] + shorter.count() as u32) << 1;
    }
    let mut codes = vec![0; lengths.len()];
    for (code, length) in codes.iter_mut().zip(lengths) {
        if *length > 0 {
            let value = &mut next[usize::from(*length)];
            *code = (*value as u16).reverse_bits() >> (16 - length);
            *value += 1;
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_complete_short_enough_and_best() {
        let fibonacci: Vec<u32> = (0..30)
            .scan((1, 1), |(a, b), _| {
                (*a, *b) = (*b, *a + *b);
                Some(*a)
            })
            .collect();
        for counts in [vec![5, 1, 1, 0, 9], vec![1; 300], fibonacci] {
            let code = Huffman::new(&counts);
            let kraft: f64 = code
                .lengths
                .iter()
                .filter(|l| **l > 0)
                .map(|l| 0.5_f64.powi(i32::from(*l)))
                .sum();
            assert!((kraft - 1.0).abs() < 1e-12);
            assert!(code.lengths.iter().all(|length| *length <= 16));
        }
        assert_eq!(Huffman::new(&[5, 1, 1, 0, 9]).lengths, [2, 3, 3, 0, 1]);
        assert_eq!(Huffman::new(&[0, 0]).lengths, [1, 0]);
    }
}
