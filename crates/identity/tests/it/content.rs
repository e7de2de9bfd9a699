//! Real files under their names.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use identity::hash::{ContentHash, HashV0, HashV1, Verifier, cid_v0_dag_pb, hash_v0, hash_v1};

use crate::data;

/// Streams a file through the verifier in odd-sized reads; false when it has another name.
fn verifies(name: &ContentHash, path: &Path) -> bool {
    let mut file = File::open(path).expect("the data file is readable");
    let mut verifier = Verifier::new(name.clone());
    let mut buffer = vec![0; 65_521];
    loop {
        let read = file.read(&mut buffer).expect("the data file is readable");
        if read == 0 {
            return verifier.finish().is_ok();
        }
        verifier.update(&buffer[..read]);
    }
}

/// Verifies every file of a folder that is named by a hash; gives (legacy, current) counts.
fn verify_folder(relative: &str) -> Option<(usize, usize)> {
    let folder = data::spine(relative)?;
    let (mut legacy, mut current) = (0, 0);
    for (file_name, path) in data::files(&folder) {
        let Ok(name) = ContentHash::parse(&file_name) else {
            continue;
        };
        assert!(verifies(&name, &path), "{relative}/{name} has other bytes");
        if name.is_legacy() {
            legacy += 1
        } else {
            current += 1
        }
    }
    Some((legacy, current))
}

#[test]
fn real_entities_have_their_ids() {
    let Some(folder) = data::spine("real-entities") else {
        return;
    };
    let (mut by_v0, mut by_v1) = (0, 0);
    for (name, path) in data::files(&folder) {
        let bytes = std::fs::read(path).expect("the data file is readable");
        by_v0 += usize::from(hash_v0(&bytes) == name);
        by_v1 += usize::from(hash_v1(&bytes) == name);
    }
    assert_eq!((by_v0, by_v1), (12, 6));
}

#[test]
fn real_content_has_its_names() {
    let Some((legacy, current)) = verify_folder("real-content") else {
        return;
    };
    assert_eq!(legacy + current, 107);
    let Some(folder) = data::spine("real-content") else {
        return;
    };
    for name in [
        "QmSyvWnb5nKCaGHw9oHLSkwywvS5NYpj6vgb8L121kWveS",
        "QmT1WfQPMBVhgwyxV5SfcfWivZ6hqMCT74nxdKXwyZBiXb",
        "QmexuPHcbEtQCR11dPXxKZmRjGuY4iTooPJYfST7hW71DE",
    ] {
        let bytes = std::fs::read(folder.join(name)).expect("the data file is readable");
        assert_eq!(cid_v0_dag_pb(&bytes), name);
        assert_ne!(hash_v0(&bytes), name);
    }
}

#[test]
fn empty_scenes_are_genuine_ipfs_names() {
    let Some(folder) = data::spine("empty-scenes/contents") else {
        return;
    };
    let mut checked = 0;
    for (name, path) in data::files(&folder) {
        if ContentHash::parse(&name).is_ok() {
            let bytes = std::fs::read(path).expect("the data file is readable");
            assert_eq!(cid_v0_dag_pb(&bytes), name);
            checked += 1;
        }
    }
    assert_eq!(checked, 8);
}

#[test]
fn the_real_profile_and_its_larger_neighbours_have_their_names() {
    let Some((legacy, current)) = verify_folder("real-profile-and-hashes") else {
        return;
    };
    assert_eq!((legacy, current), (5, 3));
    let Some((legacy, current)) = verify_folder("real-profile-and-hashes/hashes") else {
        return;
    };
    assert_eq!((legacy, current), (1, 1));
}

#[test]
fn the_offline_catalyst_serves_every_file_under_its_name() {
    let Some(counts) = verify_folder("catalyst-offline/contents") else {
        return;
    };
    assert_eq!(counts, (30, 102));
}

#[test]
fn a_flipped_bit_is_noticed() {
    let Some(folder) = data::spine("real-entities") else {
        return;
    };
    for (name, path) in data::files(&folder) {
        let mut bytes = std::fs::read(path).expect("the data file is readable");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let expected = ContentHash::parse(&name).expect("the data is named by hashes");
        let mismatch = expected.verify(&bytes).expect_err("the bytes were changed");
        let actual = if expected.is_legacy() {
            let mut hasher = HashV0::new();
            hasher.update(&bytes);
            hasher.finish()
        } else {
            let mut hasher = HashV1::new();
            hasher.update(&bytes);
            hasher.finish()
        };
        assert_eq!((mismatch.expected, mismatch.actual), (name, actual));
    }
}
