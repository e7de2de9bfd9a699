//! Whatever happens to a file's bytes, the bundler ends with an outcome and never panics.
//!
//! Seeded: a failure names the seed and the step that made it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bundler::{KeepTextures, Limits, NoFiles, Options, Outcome, Profile, Source, convert};

use crate::data;
use crate::made::{Made, converted};

/// Xorshift: enough to spread, the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % count.max(1) as u64) as usize
    }
}

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    const NUMBERS: [&[u8]; 8] = [
        b"0",
        b"-1",
        b"65535",
        b"1e9",
        b"4294967296",
        b"null",
        b"[]",
        b"{}",
    ];
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        match random.below(6) {
            0 => bytes.truncate(at),
            1 => bytes.extend_from_within(at..),
            2 | 3 => {
                // A number of the JSON becomes another.
                let digits = |b: &u8| b.is_ascii_digit();
                if let Some(start) = bytes[at..].iter().position(digits).map(|i| at + i) {
                    let length = bytes[start..].iter().take_while(|b| digits(b)).count();
                    let number = NUMBERS[random.below(NUMBERS.len())];
                    bytes.splice(start..start + length, number.iter().copied());
                }
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.below(256) as u8;
                }
            }
        }
    }
}

/// With its JSON chunk's length right again, so that changes reach the reader.
fn with_right_length(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.windows(4).position(|window| window == b"BIN\0");
    if let Some(end) = end.filter(|&end| end > 24) {
        let length = (end as u32 - 4 - 20).to_le_bytes();
        bytes[12..16].copy_from_slice(&length);
    }
    bytes
}

fn run(seeds: &[Vec<u8>], rounds: u64) {
    let limits = Limits {
        decoded_bytes_max: 64 << 20,
        ..Limits::default()
    };
    let mut ends = [0; 6];
    for round in 0..rounds {
        let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ (round + 1));
        let mut bytes = seeds[random.below(seeds.len())].clone();
        mutate(&mut bytes, &mut random);
        let bytes = with_right_length(bytes);
        let profile = [Profile::Gltf, Profile::Plain][random.below(2)];
        let source = Source {
            path: "m.glb",
            bytes: &bytes,
            files: &NoFiles,
        };
        let options = Options {
            limits,
            ..Options::new(profile)
        };
        let result = catch_unwind(AssertUnwindSafe(|| {
            convert(&source, &options, &KeepTextures)
        }));
        let result = result.unwrap_or_else(|_| panic!("round {round} panicked"));
        ends[result.outcome as usize] += 1;
        if result.outcome == Outcome::Converted {
            assert!(result.stats.bytes_out <= bytes.len(), "round {round} grew");
        }
    }
    // The changes are neither all harmless nor all deadly.
    assert!(ends[Outcome::Unparseable as usize] > 0, "{ends:?}");
    assert!(
        ends[Outcome::Converted as usize] + ends[Outcome::Kept as usize] > 0,
        "{ends:?}"
    );
    assert_eq!(ends[Outcome::Failed as usize], 0);
}

#[test]
fn changed_small_models_end_well() {
    let made = Made::triangle().glb();
    let output = converted(&made, Profile::Gltf).output;
    run(&[made, output], 4000);
}

#[test]
fn changed_real_models_end_well() {
    let Some(corpus) = data::corpus() else {
        return;
    };
    let small = corpus.iter().filter(|entry| entry.bytes() < 60_000);
    let small = small.filter(|entry| entry.files.len() == 1);
    let mut seeds: Vec<Vec<u8>> = small.map(|e| e.files[&e.path].clone()).collect();
    let outputs = seeds
        .iter()
        .map(|bytes| converted(bytes, Profile::Gltf).output);
    let outputs: Vec<Vec<u8>> = outputs.collect();
    seeds.extend(outputs);
    run(&seeds, 1500);
}
