//! Path ids: of objects that Unity's converter made, and of ours.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use md5::{Digest as _, Md5};
use sha2::Sha256;

use super::hash128_seeded;
use crate::Error;

/// An asset that an importer made, as shaders and textures are.
pub const FILE_TYPE_IMPORTED: i32 = 3;
/// The shader of a shader asset.
pub const LOCAL_ID_SHADER: i64 = 4_800_000;
/// The texture of a texture asset.
pub const LOCAL_ID_TEXTURE: i64 = 2_800_000;
/// Of the AssetBundle object, in every bundle.
pub const MAIN_PATH_ID: i64 = 1;

/// Unity's name of an asset, as bytes in the order of its hashes: the two hex digits of each pair swapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Guid([u8; 16]);

impl Guid {
    /// The four words that are hashed.
    #[must_use]
    pub fn words(&self) -> [[u8; 4]; 4] {
        let words = self.0.as_chunks::<4>().0;
        words.try_into().expect("sixteen bytes are four words")
    }

    /// That Unity's converter gives a texture of this content id.
    #[must_use]
    pub fn of_texture(cid: &str) -> Self {
        Self::swapped(Md5::digest(cid.as_bytes()).into())
    }

    fn swapped(bytes: [u8; 16]) -> Self {
        Self(bytes.map(|byte| byte.rotate_left(4)))
    }
}

impl FromStr for Guid {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes).map_err(|error| {
            let text = format!("{text}: {error}");
            Error::invalid("guid", text)
        })?;
        Ok(Self::swapped(bytes))
    }
}

/// Each part in turn; a part's hash are the seeds of the next.
fn chain(seeds: [u64; 2], part: &[u8]) -> [u64; 2] {
    let hash = hash128_seeded(part, seeds);
    let (low, high) = hash.split_at(8);
    [low, high].map(|half| u64::from_le_bytes(half.try_into().expect("eight bytes")))
}

/// The path id that the present pipeline (Scriptable Build Pipeline 2, hasher V2) gives an object of an asset.
#[must_use]
pub fn foreign_path_id(guid: Guid, file_type: i32, local_id: i64) -> i64 {
    let asset = guid
        .words()
        .iter()
        .fold([0, 0], |seeds, word| chain(seeds, word));
    let object = chain(asset, &local_id.to_le_bytes());
    let object = chain(object, &file_type.to_le_bytes());
    let mut id = object[0].to_le_bytes();
    id[..2].copy_from_slice(&asset[0].to_le_bytes()[..2]);
    i64::from_le_bytes(id)
}

/// Path ids of a bundle's own objects: from the bundle's name and a key that is the object's for ever, such as
/// `mesh/3`. They do not depend on the order of asking, unless two keys collide, which 64 bits make unlikely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnIds {
    bundle: String,
    taken: BTreeSet<i64>,
    preset: BTreeMap<String, i64>,
}

impl OwnIds {
    /// For a bundle of this name.
    #[must_use]
    pub fn new(bundle: &str) -> Self {
        Self {
            bundle: bundle.to_owned(),
            taken: BTreeSet::from([0, MAIN_PATH_ID]),
            preset: BTreeMap::new(),
        }
    }

    /// Fixes ids of some keys, for who must keep those of an older bundle.
    #[must_use]
    pub fn preset(mut self, ids: impl IntoIterator<Item = (String, i64)>) -> Self {
        self.preset.extend(ids);
        self.taken.extend(self.preset.values());
        self
    }

    /// The id for a key, never 0, 1 or one that was given before.
    pub fn give(&mut self, key: &str) -> i64 {
        if let Some(id) = self.preset.remove(key) {
            return id;
        }
        for round in 0_u32.. {
            let mut hash = Sha256::new();
            hash.update(self.bundle.as_bytes());
            hash.update([0]);
            hash.update(key.as_bytes());
            hash.update(round.to_le_bytes());
            let hash: [u8; 32] = hash.finalize().into();
            let (id, _) = hash.split_first_chunk::<8>().expect("a hash has 32 bytes");
            let id = i64::from_le_bytes(*id);
            if self.taken.insert(id) {
                return id;
            }
        }
        unreachable!("a free id comes long before four thousand million tries")
    }
}
