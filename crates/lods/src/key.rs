//! Content keys: the name of a scene's mesh, from all that decides how it looks and nothing else.
//!
//! A scene deployed again with another script, another name or its files in another order has the same
//! key, so its mesh is there already.

use std::collections::BTreeMap;
use std::fmt;

use bundler::model::space::Matrix;
use sha2::{Digest, Sha256};

use crate::crdt::{Paint, Shape};
use crate::scene::{Land, MergeOptions};

/// Raised with every change of what comes out for the same input.
pub const REVISION: u32 = 1;

/// A key: SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub [u8; 32]);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The key of a scene's mesh. `placed` are keys of models (whatever names their bytes and those of the
/// files they use) and their matrices in the scene; their order says nothing, their number does.
/// `encoder` names the texture encoder and its options.
#[must_use]
pub fn scene<'a>(
    placed: impl IntoIterator<Item = (&'a str, &'a Matrix)>,
    land: &Land,
    options: &MergeOptions<'_>,
    encoder: &str,
) -> Key {
    let mut rows: Vec<Vec<u8>> = placed
        .into_iter()
        .map(|(model, matrix)| {
            let mut row = (model.len() as u64).to_le_bytes().to_vec();
            row.extend(model.as_bytes());
            // As floats: places are no more exact than that. Minus zero is zero.
            let floats = matrix.iter().map(|value| *value as f32 + 0.0);
            row.extend(floats.flat_map(f32::to_le_bytes));
            row
        })
        .collect();
    rows.sort_unstable();
    let mut parcels: Vec<[i32; 2]> = land.relative();
    parcels.sort_unstable();
    parcels.dedup();
    let mut hash = Sha256::new();
    hash.update(format!(
        "worldlog lods {REVISION}\n{}\n{encoder}\n{} {}\n",
        options.text(),
        parcels.len(),
        rows.len()
    ));
    for [x, y] in parcels {
        hash.update(x.to_le_bytes());
        hash.update(y.to_le_bytes());
    }
    rows.iter().for_each(|row| hash.update(row));
    Key(hash.finalize().into())
}

/// The key of a model: of its bytes and of the files it uses, by path.
#[must_use]
pub fn model(bytes: &[u8], files: &BTreeMap<String, Vec<u8>>) -> Key {
    let mut hash = Sha256::new();
    hash.update(Sha256::digest(bytes));
    for (path, bytes) in files {
        hash.update((path.len() as u64).to_le_bytes());
        hash.update(path);
        hash.update(Sha256::digest(bytes));
    }
    Key(hash.finalize().into())
}

/// The key of a simple shape: of how it looks, its texture's bytes included.
#[must_use]
pub fn shape(shape: Shape, paint: &Paint, texture: Option<&[u8]>) -> Key {
    let mut hash = Sha256::new();
    let Paint {
        color,
        emissive,
        repeats,
        transparency,
        cutoff,
        // Where it lies says nothing.
        texture: _,
    } = paint;
    hash.update(format!(
        "{shape:?} {color:?} {emissive:?} {repeats} {transparency:?} {cutoff}\n"
    ));
    if let Some(texture) = texture {
        hash.update(Sha256::digest(texture));
    }
    Key(hash.finalize().into())
}
