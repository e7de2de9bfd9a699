//! The data pack: base wearables, poses, reference pictures. It is no part of this project; tests that
//! need it say `skipped` where it is absent.

use std::fs;
use std::path::{Path, PathBuf};

use portrait::{AssetMap, Avatar, Picture, Pose, Wearable};
use serde_json::Value;

/// The pack in memory.
pub(crate) struct Pack {
    pub(crate) folder: PathBuf,
    pub(crate) assets: AssetMap,
    pub(crate) pose: Pose,
}

/// Where the pack is, if it is anywhere.
pub(crate) fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("WORLDLOG_DATA").map_or(beside, PathBuf::from);
    let folder = data.join("images");
    folder.join("entities.json").exists().then_some(folder)
}

impl Pack {
    /// Reads the pack, or says that what needs it is skipped.
    pub(crate) fn open(what: &str) -> Option<Self> {
        let Some(folder) = folder() else {
            eprintln!("skipped: {what} needs the data pack (WORLDLOG_DATA)");
            return None;
        };
        let read = |name: &str| fs::read(folder.join(name)).expect("a file of the pack");
        let json = |name: &str| -> Value { serde_json::from_slice(&read(name)).expect("JSON") };
        let mut assets = AssetMap::default();
        for entity in json("entities.json").as_array().expect("a list") {
            let wearable = Wearable::from_entity_json(entity.to_string().as_bytes());
            assets.add_wearable(wearable.expect("an entity of a wearable"));
        }
        for (hash, path) in json("content-map.json").as_object().expect("a map") {
            assets.add_content(hash.clone(), read(path.as_str().expect("a path")));
        }
        let pose = Pose::from_json(&read("poses/idle_pose_t0.json")).expect("a pose");
        Some(Self {
            folder,
            assets,
            pose,
        })
    }

    /// The entities as JSON. Of two of one pointer the later one counts, as on a content server.
    pub(crate) fn entities(&self) -> Vec<Value> {
        let file = fs::read(self.folder.join("entities.json")).expect("the entities");
        let all: Vec<Value> = serde_json::from_slice(&file).expect("JSON");
        let later = |index: usize, pointer: &Value| {
            all[index + 1..]
                .iter()
                .any(|other| other["pointers"][0] == *pointer)
        };
        let kept = all.iter().enumerate();
        let kept = kept.filter(|(index, entity)| !later(*index, &entity["pointers"][0]));
        kept.map(|(_, entity)| entity.clone()).collect()
    }

    /// The avatars of the reference pictures, with the stems of their files.
    pub(crate) fn references(&self) -> Vec<(String, Avatar)> {
        let file = self.folder.join("reference/avatars-test-input.json");
        let input: Value =
            serde_json::from_slice(&fs::read(file).expect("the input")).expect("JSON");
        let entries = input["payload"].as_array().expect("a list").iter();
        let read = |entry: &Value| {
            let name = entry["entity"].as_str().expect("a name").to_owned();
            let avatar = Avatar::from_json(entry["avatar"].to_string().as_bytes());
            (name, avatar.expect("an avatar"))
        };
        entries.map(read).collect()
    }

    /// A picture of the pack.
    pub(crate) fn picture(&self, path: &str) -> Picture {
        let file = self.folder.join(path);
        let decoded = image::open(file)
            .expect("a picture of the pack")
            .into_rgba8();
        Picture {
            width: decoded.width(),
            height: decoded.height(),
            rgba: decoded.into_raw(),
        }
    }
}

/// The first model of a folder, by name.
pub(crate) fn first_model(folder: &Path) -> PathBuf {
    let files = fs::read_dir(folder)
        .expect("a folder of the pack")
        .flatten();
    let models = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|e| e == "glb"));
    models.min().expect("a model")
}
