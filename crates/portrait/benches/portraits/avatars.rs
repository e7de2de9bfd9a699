//! Avatars by chance, and the files that they wear.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use portrait::{AssetMap, Assets, Avatar, Category, Colour, Pose, Wearable};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::Value;

use crate::pack;

/// How many avatars there are.
pub(crate) const AVATARS: usize = 32;

/// The data pack's wearables. A file is read when it is asked for, as a renderer of many people has it.
pub(crate) struct Shelf {
    pub(crate) folder: PathBuf,
    pub(crate) pose: Pose,
    wearables: AssetMap,
    paths: BTreeMap<String, String>,
}

impl Shelf {
    /// Opens the pack, or says that it is absent.
    pub(crate) fn open() -> Option<Self> {
        let Some(folder) = pack::folder() else {
            eprintln!("skipped: the bench of portraits needs the data pack (WORLDLOG_DATA)");
            return None;
        };
        let read = |name: &str| fs::read(folder.join(name)).expect("a file of the pack");
        let entities: Vec<Value> =
            serde_json::from_slice(&read("entities.json")).expect("a list of entities");
        let mut wearables = AssetMap::default();
        for entity in &entities {
            let wearable = Wearable::from_entity_json(entity.to_string().as_bytes());
            wearables.add_wearable(wearable.expect("an entity of a wearable"));
        }
        Some(Self {
            paths: serde_json::from_slice(&read("content-map.json")).expect("a map to paths"),
            pose: Pose::from_json(&read("poses/idle_pose_t0.json")).expect("a pose"),
            wearables,
            folder,
        })
    }

    /// Where a file of a wearable lies in the pack.
    pub(crate) fn path(&self, wearable: &Wearable, file: &str) -> Option<&str> {
        let path = self.paths.get(wearable.hash_of(file)?)?;
        Some(path)
    }

    /// Avatars that wear one item of each category, by chance.
    pub(crate) fn avatars(&self) -> Vec<Avatar> {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let shapes = ["basemale", "basefemale"];
        let avatars = (0..AVATARS).map(|index| self.avatar(shapes[index % 2], &mut random));
        avatars.collect()
    }

    fn avatar(&self, shape: &str, random: &mut ChaCha8Rng) -> Avatar {
        let body_shape = format!("urn:decentraland:off-chain:base-avatars:{shape}");
        let mut choices: BTreeMap<Category, Vec<&str>> = BTreeMap::new();
        for wearable in self.wearables.wearables() {
            if wearable.representation(&body_shape).is_some()
                && wearable.category != Category::BodyShape
            {
                let of_category = choices.entry(wearable.category).or_default();
                of_category.push(&wearable.urn);
            }
        }
        let mut pick =
            |items: &Vec<&str>| items[random.next_u32() as usize % items.len()].to_owned();
        let wearables = choices.values().map(&mut pick).collect();
        let mut colour = || {
            let [r, g, b] = [(); 3].map(|()| f64::from(random.next_u32() % 256) / 255.0);
            Colour { r, g, b }
        };
        let (eyes, hair, skin) = (colour(), colour(), colour());
        Avatar {
            body_shape,
            wearables,
            force_render: Vec::new(),
            eyes,
            hair,
            skin,
        }
    }
}

impl Assets for Shelf {
    fn wearable(&self, urn: &str) -> Option<Arc<Wearable>> {
        self.wearables.wearable(urn)
    }

    fn content(&self, hash: &str) -> Option<Bytes> {
        let path = self.folder.join(self.paths.get(hash)?);
        fs::read(path).ok().map(Bytes::from)
    }
}
