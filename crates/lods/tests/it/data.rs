//! The real models, which are not part of the project, and scenes made of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bundler::model::Model;
use bundler::read::read;
use bundler::{Limits, Source};
use lods::scene::{Land, Piece};
use lods::{Limits as Own, crdt};
use serde_json::Value;

use crate::log::{Local, Log};

/// A model of the corpus, read.
pub(crate) struct Entry {
    /// Its path, as a scene would name it.
    pub(crate) src: String,
    pub(crate) model: Model,
}

fn folder() -> Option<PathBuf> {
    let data = std::env::var_os("WORLDLOG_DATA").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = data.unwrap_or_else(beside).join("assets");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no models in {}", folder.display());
    None
}

/// The models whose id passes; `None`, said aloud, when they are not there.
pub(crate) fn corpus(wanted: impl Fn(&str) -> bool) -> Option<Vec<Entry>> {
    let folder = folder()?;
    let list = fs::read(folder.join("corpus.json")).expect("the corpus has a list");
    let list: Value = serde_json::from_slice(&list).expect("the list is JSON");
    let entries = list.as_array().expect("the list is a list").iter();
    let entries = entries.filter_map(|entry| {
        let text = |name: &str| entry[name].as_str().expect("entries have texts").to_owned();
        let (id, path) = (text("id"), text("file"));
        if !wanted(&id) {
            return None;
        }
        let files = files(&folder.join("models").join(&id));
        let name = path.strip_prefix(&format!("{id}/")).expect("in its folder");
        let source = Source {
            path: name,
            bytes: &files[name],
            files: &files,
        };
        let model = read(&source, &Limits::default()).ok()?.model;
        let src = format!("models/{path}");
        Some(Entry { src, model })
    });
    Some(entries.collect())
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a readable folder").flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    files
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read(entry.path()).expect("a readable file"))
        })
        .collect()
}

/// A scene: its log, its land and what its models are.
pub(crate) struct Town {
    pub(crate) log: Vec<u8>,
    pub(crate) land: Land,
    pub(crate) models: Vec<Model>,
    paths: Vec<String>,
}

impl Town {
    /// `across` by `deep` parcels with models in a grid, eight metres apart, turned and made small
    /// enough for their place; every third hangs below another entity.
    pub(crate) fn of(entries: Vec<Entry>, across: i32, deep: i32) -> Self {
        let base = [-7, 12];
        let parcels = (0..deep).flat_map(|y| (0..across).map(move |x| [base[0] + x, base[1] + y]));
        let land = Land {
            base,
            parcels: parcels.collect(),
        };
        let mut log = Log::default();
        let group = log.entity();
        let moved = Local::at([1.0, 0.0, 1.0]);
        log.transform(group, &moved);
        let places = (across * 2 * deep * 2) as usize;
        for place in 0..places {
            let entry = &entries[place % entries.len()];
            let (x, z) = (place % (across as usize * 2), place / (across as usize * 2));
            let mut local = Local::at([x as f32 * 8.0 + 4.0, 0.0, z as f32 * 8.0 + 4.0]);
            local.turn(place as f32 * 0.7);
            local.scale = [(7.0 / size(&entry.model)).min(1.0); 3];
            if place % 3 == 0 {
                local.parent = group;
                local.position[0] -= 1.0;
                local.position[2] -= 1.0;
            }
            let entity = log.entity();
            log.transform(entity, &local);
            log.model(entity, &entry.src);
        }
        let (paths, models) = entries.into_iter().map(|e| (e.src, e.model)).unzip();
        Self {
            log: log.bytes,
            land,
            models,
            paths,
        }
    }

    /// What its log says stands where.
    pub(crate) fn pieces(&self) -> Vec<Piece> {
        let state = crdt::decode(&self.log, &Own::default()).expect("a log that was made");
        let models = state.models.iter().map(|placed| Piece {
            model: (self.paths.iter())
                .position(|path| *path == placed.src)
                .expect("a model that is there"),
            matrix: placed.place.matrix,
        });
        models.collect()
    }
}

/// The longest side of a model, in metres.
fn size(model: &Model) -> f32 {
    let world = model.world_matrices();
    let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
    for (index, node) in model.nodes.iter().enumerate() {
        let primitives = node
            .mesh
            .iter()
            .flat_map(|&mesh| &model.meshes[mesh].primitives);
        for primitive in primitives {
            let matrix = model.mesh_matrix(index, &world);
            for &position in &model.geometries[primitive.geometry].positions {
                let point = bundler::model::space::transform_point(&matrix, position);
                for k in 0..3 {
                    low[k] = low[k].min(point[k]);
                    high[k] = high[k].max(point[k]);
                }
            }
        }
    }
    let sides = (0..3).map(|k| high[k] - low[k]);
    sides.fold(0.1, f64::max) as f32
}
