//! A served folder with the shared data's wearables, and people who wear them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use identity::hash::hash_v1;
use portrait::needs;
use portrait::{AssetMap, Avatar, Library, Limits, Pose, Wearable, pictures};
use serde_json::{Value, json};

use crate::generated::{entity_of, stored};
use crate::process::{Launch, Program, Scratch};
use crate::world::{World, shared};

pub(crate) const BASE: &str = "urn:decentraland:off-chain:base-avatars:";
const START_MS: u64 = 1_767_225_600_000;
/// What people wear here; entities stand at lower-case URNs.
const WEARABLES: [&str; 15] = [
    "basemale",
    "basefemale",
    "eyes_00",
    "eyebrows_00",
    "mouth_00",
    "f_eyes_00",
    "f_eyebrows_00",
    "f_mouth_00",
    "green_hoodie",
    "brown_pants",
    "sneakers",
    "casual_hair_01",
    "f_sweater",
    "f_jeans",
    "pony_tail",
];

/// The platform follows a catalyst to which people are added.
pub(crate) struct Town {
    pub(crate) scratch: Scratch,
    pub(crate) world: World,
    pub(crate) catalyst: Program,
    root: PathBuf,
    entities: BTreeMap<String, Value>,
    files: BTreeMap<String, String>,
    deployed: u64,
}

impl Town {
    /// A catalyst with the wearables; none without the data pack.
    pub(crate) async fn open() -> Option<Self> {
        let root = shared("assets").map(|assets| assets.with_file_name("images"))?;
        let read = |name: &str| fs::read(root.join(name)).expect("a file");
        let all: Vec<Value> = serde_json::from_slice(&read("entities.json")).expect("entities");
        let entities = all.into_iter().map(|entity| {
            let urn = entity["pointers"][0].as_str().expect("a pointer");
            (urn.to_owned(), entity)
        });
        let scratch = Scratch::new();
        let folder = scratch.path("world");
        fs::create_dir_all(folder.join("contents")).expect("the scratch folder is writable");
        fs::write(folder.join("snapshots.json"), "[]").expect("the scratch folder is writable");
        let world = World::written(&folder, Vec::new());
        let catalyst = Launch::catalyst(&scratch, "catalyst", &folder)
            .start()
            .await;
        let mut town = Self {
            entities: entities.collect(),
            files: serde_json::from_slice(&read("content-map.json")).expect("a map"),
            scratch,
            world,
            catalyst,
            root,
            deployed: 0,
        };
        for name in WEARABLES {
            town.shelve(name);
        }
        Some(town)
    }

    /// Deploys a wearable of the data pack.
    fn shelve(&mut self, name: &str) {
        let urn = format!("{BASE}{name}");
        let known = self.entities.get(&urn);
        let known = known.unwrap_or_else(|| panic!("the pack has no {name}"));
        let mut entity = entity_of("wearable", &[&urn], START_MS);
        entity["content"] = known["content"].clone();
        entity["metadata"] = known["metadata"].clone();
        for hash in hashes(&entity) {
            fs::write(self.place(&hash), self.file(&hash)).expect("the folder is writable");
        }
        self.deploy(entity);
    }

    fn file(&self, hash: &str) -> Vec<u8> {
        fs::read(self.root.join(&self.files[hash])).expect("a file of the pack")
    }

    fn place(&self, hash: &str) -> PathBuf {
        self.world.folder.join("contents").join(hash)
    }

    fn deploy(&mut self, entity: Value) -> String {
        let row = stored(&self.world.folder, entity);
        let id = row["entityId"].as_str().expect("an id").to_owned();
        self.world.grow(&[row]);
        id
    }

    /// Deploys a hat of one file; `served` are the bytes that the server answers under its hash.
    pub(crate) fn hat(&mut self, name: &str, file: &[u8], served: &[u8]) -> String {
        let urn = format!("{BASE}{name}");
        let hash = hash_v1(file);
        fs::write(self.place(&hash), served).expect("the folder is writable");
        let mut entity = entity_of("wearable", &[&urn], START_MS);
        entity["content"] = json!([{"file": "hat.glb", "hash": hash}]);
        entity["metadata"] = json!({"id": urn, "data": {"category": "hat", "representations": [{
            "bodyShapes": [format!("{BASE}BaseMale"), format!("{BASE}BaseFemale")], "mainFile": "hat.glb",
            "contents": ["hat.glb"], "overrideHides": [], "overrideReplaces": [],
        }]}});
        self.deploy(entity);
        urn
    }

    /// Deploys a profile of an address of its own; gives the entity's id.
    pub(crate) fn profile(&mut self, name: &str, avatar: &Value) -> String {
        self.deployed += 1;
        let address = format!("0x{:040x}", self.deployed);
        let mut entity = entity_of("profile", &[&address], START_MS + self.deployed);
        entity["metadata"] = json!({"avatars": [{"name": name, "avatar": avatar}]});
        self.deploy(entity)
    }

    /// The files of an avatar's pictures, as the renderer draws them without any platform.
    pub(crate) fn expected(&self, avatar: &Value) -> (Vec<u8>, Vec<u8>) {
        let avatar = Avatar::from_json(avatar.to_string().as_bytes()).expect("an avatar");
        let library = Library::new(Limits::default());
        let mut assets = AssetMap::default();
        for urn in needs::urns(&avatar, library.limits()) {
            let Some(entity) = self.entities.get(&urn) else {
                continue;
            };
            let wearable = Wearable::from_entity_json(entity.to_string().as_bytes());
            for hash in hashes(entity) {
                assets.add_content(hash.clone(), self.file(&hash));
            }
            assets.add_wearable(wearable.expect("a wearable"));
        }
        let drawn = pictures(&avatar, &assets, &library, &Pose::standing()).expect("pictures");
        (drawn.body, drawn.face)
    }

    pub(crate) async fn end(self, program: Program) {
        assert!(program.terminate().await.success());
        self.catalyst.kill();
    }
}

fn hashes(entity: &Value) -> Vec<String> {
    let content = entity["content"].as_array().expect("content").iter();
    content
        .map(|file| file["hash"].as_str().expect("a hash").to_owned())
        .collect()
}

/// An avatar of a body shape; names of wearables, or whole URNs.
pub(crate) fn avatar(shape: &str, wearables: &[&str]) -> Value {
    let colour = |r: f64, g: f64, b: f64| json!({"color": {"r": r, "g": g, "b": b, "a": 1}});
    let urn = |name: &str| match name.starts_with("urn:") {
        true => name.to_owned(),
        false => format!("{BASE}{name}"),
    };
    json!({
        "bodyShape": urn(shape), "wearables": wearables.iter().map(|name| urn(name)).collect::<Vec<_>>(),
        "eyes": colour(0.2, 0.4, 0.7), "hair": colour(0.4, 0.2, 0.1), "skin": colour(0.8, 0.6, 0.5),
    })
}

/// A PNG's width and height.
pub(crate) fn size(png: &[u8]) -> (u32, u32) {
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    assert_eq!(&png[1..4], b"PNG");
    (number(16), number(20))
}

/// Removes every stored picture; gives how many.
pub(crate) fn forget_pictures(data: &Path) -> usize {
    let mut folders = vec![data.join("blobs")];
    let mut removed = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.to_string_lossy().contains("portraits") {
                fs::remove_file(path).expect("the data folder is writable");
                removed += 1;
            }
        }
    }
    removed
}
