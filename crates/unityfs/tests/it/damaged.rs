//! Damaged and lying bundles: an error, never a panic, and no memory for what is not there.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use unityfs::archive::{Archive, Packing};
use unityfs::inspect::{Bundle, describe};
use unityfs::serialized::SerializedFile;
use unityfs::{Error, Limits};

use super::built::tiny_bundle;
use super::data;

fn limits() -> Limits {
    Limits {
        stream_bytes: 16 << 20,
        values: 1 << 18,
        ..Limits::default()
    }
}

/// Small bundles of all kinds: ours always, Unity's where the data folder is.
fn samples() -> Vec<Vec<u8>> {
    let mut samples = vec![
        tiny_bundle(4, "a_windows", Packing::Stored),
        tiny_bundle(4, "a_windows", Packing::Lz4Hc),
    ];
    for name in [data::TEXTURE, data::COIN, "shark"] {
        samples.extend(data::real(name));
    }
    samples
}

#[test]
fn every_truncation_is_an_error() {
    for sample in samples() {
        let step = (sample.len() / 4000).max(1);
        for length in (0..sample.len()).step_by(step) {
            Archive::read(&sample[..length], &limits()).expect_err("it is cut");
        }
        let mut longer = sample.clone();
        longer.push(0);
        Archive::read(&longer, &limits()).expect_err("a byte too many");
    }
}

/// The serialized file alone, so that the container's own checks don't hide it.
#[test]
fn every_truncation_of_a_serialized_file_is_an_error() {
    for sample in samples() {
        let archive = Archive::read(&sample, &limits()).expect("a container");
        let bytes = archive.bytes(&archive.files[0]);
        let step = (bytes.len() / 4000).max(1);
        for length in (0..bytes.len()).step_by(step) {
            let mut cut = bytes[..length].to_vec();
            if cut.len() >= 32 {
                // With a size that agrees, so that the check of the size does not hide the rest.
                cut[24..32].copy_from_slice(&(length as u64).to_be_bytes());
            }
            SerializedFile::read(&cut, &limits()).expect_err("it is cut");
        }
    }
}

/// Bytes changed at random, in the container and in the file inside it. Most are noticed; none may panic.
#[test]
fn arbitrary_damage_never_panics() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut failed = 0;
    let samples = samples();
    for round in 0..1500 {
        let sample = &samples[round % samples.len()];
        let mut bytes = sample.clone();
        let is_inside = round % 3 > 0;
        if is_inside {
            let archive = Archive::read(sample, &limits()).expect("a container");
            bytes = archive.bytes(&archive.files[0]).to_vec();
        }
        // Most of a file is pixels and type trees: aim at the front, where lengths and offsets are.
        let reach = if random.next_u32() % 2 == 0 {
            bytes.len()
        } else {
            bytes.len().min(400)
        };
        for _ in 0..=random.next_u32() % 4 {
            let at = random.next_u64() as usize % reach;
            bytes[at] = match random.next_u32() % 4 {
                0 => 0,
                1 => 0xff,
                2 => bytes[at] ^ (1 << (random.next_u32() % 8)),
                _ => random.next_u32() as u8,
            };
        }
        let result = if is_inside {
            let archive = Archive::new("6000.2.6f2", &[("CAB-x", 4, &bytes)]);
            let bundle = archive.write(Packing::Stored).expect("a container");
            describe(&bundle, &limits()).map(drop)
        } else {
            describe(&bytes, &limits()).map(drop)
        };
        failed += u32::from(result.is_err());
    }
    println!("{failed} of 1500 were refused");
    assert!(failed > 400, "{failed} of 1500 were refused");
}

/// Where the uncompressed info block of this container would be is known only after unpacking, so it is made here.
fn container(info: &[u8], blocks: &[u8], flags: u32) -> Vec<u8> {
    let mut out = b"UnityFS\0\0\0\0\x085.x.x\x006000.2.6f2\0".to_vec();
    let size_at = out.len();
    out.extend_from_slice(&[0; 8]);
    out.extend_from_slice(&(info.len() as u32).to_be_bytes());
    out.extend_from_slice(&(info.len() as u32).to_be_bytes());
    out.extend_from_slice(&flags.to_be_bytes());
    out.resize(out.len().next_multiple_of(16), 0);
    out.extend_from_slice(info);
    out.resize(out.len().next_multiple_of(16), 0);
    out.extend_from_slice(blocks);
    let size = out.len() as u64;
    out[size_at..size_at + 8].copy_from_slice(&size.to_be_bytes());
    out
}

/// An info block with one data block and one file.
fn info(block: (u32, u32, u16), offset: i64, size: i64) -> Vec<u8> {
    let mut info = vec![0; 16];
    info.extend_from_slice(&1_u32.to_be_bytes());
    info.extend_from_slice(&block.0.to_be_bytes());
    info.extend_from_slice(&block.1.to_be_bytes());
    info.extend_from_slice(&block.2.to_be_bytes());
    info.extend_from_slice(&1_u32.to_be_bytes());
    info.extend_from_slice(&offset.to_be_bytes());
    info.extend_from_slice(&size.to_be_bytes());
    info.extend_from_slice(&4_u32.to_be_bytes());
    info.extend_from_slice(b"CAB-x\0");
    info
}

const STORED: u32 = 0x240;

#[test]
fn an_info_block_that_is_not_packed_is_read() {
    let bytes = container(&info((16, 16, 0x40), 0, 10), &[7; 16], STORED);
    let archive = Archive::read(&bytes, &Limits::default()).expect("a container");
    assert_eq!(archive.bytes(&archive.files[0]), [7; 10]);
}

#[test]
fn declared_sizes_are_not_believed() {
    let refused = |info: &[u8], blocks: &[u8]| {
        let bytes = container(info, blocks, STORED);
        Archive::read(&bytes, &Limits::default()).expect_err("it lies")
    };
    let huge = u32::MAX;
    for method in [0, 1, 2, 3] {
        let error = refused(&info((huge, 16, method), 0, 10), &[0; 16]);
        assert!(matches!(error, Error::TooLarge { .. }), "{method}: {error}");
        // Within the limit of all, but more than sixteen bytes can be.
        let error = refused(&info((400 << 20, 16, method), 0, 10), &[0; 16]);
        assert!(matches!(error, Error::TooLarge { .. }), "{method}: {error}");
    }
    for (offset, size) in [(0, 17), (16, 1), (-1, 1), (0, -1), (i64::MAX, i64::MAX)] {
        refused(&info((16, 16, 0), offset, size), &[0; 16]);
    }
    refused(&info((16, 15, 0), 0, 1), &[0; 16]);
    refused(&info((16, 16, 9), 0, 1), &[0; 16]);
    let mut many = info((16, 16, 0), 0, 1);
    many[16..20].copy_from_slice(&huge.to_be_bytes());
    refused(&many, &[0; 16]);
}

/// A directory that names the same bytes a thousand times is not read a thousand times.
#[test]
fn files_over_each_other_are_refused() {
    let bundle = tiny_bundle(4, "a_windows", Packing::Stored);
    let archive = Archive::read(&bundle, &limits()).expect("a container");
    let mut twice = archive;
    let mut file = twice.files[0].clone();
    file.name = "CAB-y".to_owned();
    twice.files.push(file);
    let bytes = twice.write(Packing::Stored).expect("a container");
    let error = Bundle::read(&bytes, &limits()).expect_err("two files in the space of one");
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
}

/// A list of elements without a byte would be free to declare.
#[test]
fn values_are_counted() {
    let Some(bundle) = data::real(data::COIN) else {
        return;
    };
    let tight = Limits {
        values: 100,
        ..Limits::default()
    };
    let error = describe(&bundle, &tight).expect_err("an object has more values");
    assert!(
        error.to_string().contains("more values than the limit"),
        "{error}"
    );
}
