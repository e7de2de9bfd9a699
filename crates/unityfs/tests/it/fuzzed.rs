//! What fuzzing checks, in every test run: on its seeds, on these with damage, and on real bundles with damage.
//!
//! `fuzz/seeds` is where `cargo fuzz` starts from, a folder a target; `UPDATE_GOLDEN=1` writes the files made here anew. What
//! fuzzing finds lies there too, named `found-…`, and must end well for ever.

#[path = "../../fuzz/checks/bundle.rs"]
mod bundle;
#[path = "../../fuzz/checks/serialized.rs"]
mod serialized;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use unityfs::Limits;
use unityfs::archive::{Archive, Packing};
use unityfs::build::Target;

use super::built::{TODAY, tiny_bundle};
use super::data;
use super::models;
use super::puppets::puppet;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds");
/// Fuzzing is told to make nothing larger.
const BYTES_MAX: usize = 65_536;
const ROUNDS: usize = 1200;

/// Whether bytes are taken as what a target reads.
type Check = fn(&[u8]) -> bool;

const TARGETS: [(&str, Check); 2] = [("bundle", bundle::check), ("serialized", serialized::check)];

/// The serialized file of a bundle.
fn inner(bundle: &[u8]) -> Vec<u8> {
    let archive = Archive::read(bundle, &Limits::default()).expect("a bundle");
    archive.bytes(&archive.files[0]).to_vec()
}

/// Small files of our own making, by their paths.
fn made() -> BTreeMap<String, Vec<u8>> {
    let model = |packing| models::bundle(&puppet(), "a_windows", &Target { packing, ..TODAY });
    let bundles = [
        ("texture", tiny_bundle(4, "a_windows", Packing::Stored)),
        (
            "texture-packed",
            tiny_bundle(4, "a_windows", Packing::Lz4Hc),
        ),
        ("model", model(Packing::Stored)),
        ("model-packed", model(Packing::Lz4Hc)),
    ];
    let mut made = BTreeMap::new();
    for (name, bytes) in bundles {
        if !name.ends_with("packed") {
            made.insert(format!("serialized/{name}.assets"), inner(&bytes));
        }
        made.insert(format!("bundle/{name}.bundle"), bytes);
    }
    made
}

/// The seeds of a target, with what fuzzing has found.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = fs::read_dir(Path::new(FOLDER).join(target)).expect("the seeds");
    let mut seeds: Vec<_> = folder
        .flatten()
        .map(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            (name, fs::read(file.path()).expect("a readable file"))
        })
        .collect();
    seeds.sort();
    seeds
}

#[test]
fn the_seeds_are_those_that_are_made_here() {
    for (path, bytes) in made() {
        assert!(bytes.len() <= BYTES_MAX, "{path} is large");
        let stored = Path::new(FOLDER).join(&path);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(stored.parent().expect("a folder")).expect("a writable folder");
            fs::write(&stored, &bytes).expect("a writable folder");
        }
        let stored = fs::read(&stored).expect("UPDATE_GOLDEN=1 writes it");
        assert!(
            stored == bytes,
            "{path} is another; UPDATE_GOLDEN=1 writes it"
        );
    }
}

#[test]
fn seeds_are_read_and_what_was_found_ends_well() {
    for (target, check) in TARGETS {
        for (name, bytes) in seeds(target) {
            let is_read = check(&bytes);
            assert!(is_read || name.starts_with("found-"), "{target}/{name}");
        }
    }
}

/// A byte here and there is another, a piece is gone or there twice: what a fuzzer does, without one.
fn damage(bytes: &mut Vec<u8>, random: &mut ChaCha8Rng) {
    for _ in 0..=random.next_u32() % 4 {
        let at = random.next_u64() as usize % bytes.len();
        let length = (random.next_u32() as usize % 64).min(bytes.len() - at);
        match random.next_u32() % 6 {
            0 => bytes[at] = 0xff,
            1 => bytes[at] ^= 1 << (random.next_u32() % 8),
            2 => bytes[at] = random.next_u32() as u8,
            3 if bytes.len() > 128 => drop(bytes.drain(at..at + length)),
            4 => {
                let piece = bytes[at..at + length].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {
                let number = random.next_u32().to_be_bytes();
                let length = length.min(4);
                bytes[at..at + length].copy_from_slice(&number[..length]);
            }
        }
    }
}

/// Damaged seeds, and damaged bundles of Unity's where the data folder is.
#[test]
fn what_fuzzing_checks_holds_of_damaged_files() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    for (target, check) in TARGETS {
        let mut samples: Vec<Vec<u8>> = seeds(target).into_iter().map(|(_, s)| s).collect();
        for name in [data::TEXTURE, data::COIN, "shark"] {
            let real = data::real(name).into_iter();
            samples.extend(real.map(|bytes| match target {
                "serialized" => inner(&bytes),
                _ => bytes,
            }));
        }
        let mut read = 0;
        for round in 0..ROUNDS {
            let mut bytes = samples[round % samples.len()].clone();
            damage(&mut bytes, &mut random);
            read += usize::from(check(&bytes));
        }
        println!("{target}: {read} of {ROUNDS} were read all the same");
        assert!(read < ROUNDS, "{target}: no damage was noticed");
    }
}
