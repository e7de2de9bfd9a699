//! A scene's folder: its land, its models and what stands where.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use bundler::model::Model;
use bundler::read::{Read, read};
use bundler::{Files as _, Source};
use lods::crdt::{LeftOut, Place, SceneState, decode};
use lods::scene::{Land, Piece, shape_model};
use lods::{Limits, key};
use serde_json::Value;

use super::report::Missing;
use crate::verbs::convert::inputs::Folder;

/// All that is needed of a scene.
pub(super) struct Stage {
    pub(super) land: Land,
    /// Models of the scene's files first, by path; then shapes.
    pub(super) models: Vec<Model>,
    /// Paths of those that have one.
    pub(super) paths: Vec<String>,
    pub(super) pieces: Vec<Piece>,
    /// The key of each piece's model.
    pub(super) keys: Vec<String>,
    /// Content hash and place of each model that stands in the scene.
    pub(super) assets: Vec<(String, Place)>,
    pub(super) missing: Vec<Missing>,
    pub(super) left_out: LeftOut,
}

/// A model file, or why there is none.
type Known = Result<(usize, String, String), String>;

impl Stage {
    /// Reads a folder.
    ///
    /// # Errors
    /// No `scene.json` or `main.crdt` that can be read.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let folder = Folder::read(root)?;
        let land = land(root)?;
        let log = root.join("main.crdt");
        let cannot = || format!("cannot read {}", log.display());
        let log = fs::read(&log).with_context(cannot)?;
        let state = decode(&log, &Limits::default()).with_context(cannot)?;
        let mut stage = Self {
            land,
            models: Vec::new(),
            paths: Vec::new(),
            pieces: Vec::new(),
            keys: Vec::new(),
            assets: Vec::new(),
            missing: Vec::new(),
            left_out: state.left_out,
        };
        stage.place(&state, &folder);
        Ok(stage)
    }

    fn place(&mut self, state: &SceneState, folder: &Folder) {
        let mut known: BTreeMap<&str, Known> = BTreeMap::new();
        for placed in &state.models {
            let path = &*placed.src;
            let found = known
                .entry(path)
                .or_insert_with(|| self.model(path, folder));
            match found {
                Ok((model, key, hash)) => {
                    self.pieces.push(Piece {
                        model: *model,
                        matrix: placed.place.matrix,
                    });
                    self.keys.push(key.clone());
                    self.assets.push((hash.clone(), placed.place));
                }
                Err(reason) if self.missing.iter().all(|missing| missing.path != path) => {
                    self.missing.push(Missing {
                        path: path.to_owned(),
                        reason: reason.clone(),
                    });
                }
                Err(_) => {}
            }
        }
        for placed in &state.shapes {
            let model = shape_model(placed.shape, &placed.paint, folder);
            let texture = model.images.first().map(|image| &*image.bytes);
            let key = key::shape(placed.shape, &placed.paint, texture);
            self.keys.push(key.to_string());
            self.pieces.push(Piece {
                model: self.models.len(),
                matrix: placed.place.matrix,
            });
            self.models.push(model);
        }
    }

    fn model(&mut self, path: &str, folder: &Folder) -> Known {
        // Only files that were found below the root have a name here.
        let clean = path
            .trim_start_matches("./")
            .trim_start_matches('/')
            .to_owned();
        let bytes = folder.get(&clean).ok_or("there is no such file")?;
        let source = Source {
            path: &clean,
            bytes: &bytes,
            files: folder,
        };
        let Read { model, files } =
            read(&source, &bundler::Limits::default()).map_err(|error| error.to_string())?;
        let key = key::model(&bytes, &files).to_string();
        self.models.push(model);
        self.paths.push(clean);
        Ok((self.models.len() - 1, key, identity::hash::hash_v1(&bytes)))
    }
}

/// The land by `scene.json`.
fn land(root: &Path) -> Result<Land> {
    let path = root.join("scene.json");
    let cannot = || format!("cannot read {}", path.display());
    let text = fs::read(&path).with_context(cannot)?;
    let json: Value = serde_json::from_slice(&text).with_context(cannot)?;
    let scene = &json["scene"];
    let base = scene["base"].as_str().and_then(parcel);
    let parcels = scene["parcels"].as_array();
    let parcels = parcels.and_then(|list| list.iter().map(|p| parcel(p.as_str()?)).collect());
    let (Some(base), Some(parcels)) = (base, parcels) else {
        let path = path.display();
        return Err(anyhow!(
            "{path} has no base and parcels of the form \"x,y\""
        ));
    };
    Ok(Land { base, parcels })
}

fn parcel(text: &str) -> Option<[i32; 2]> {
    let (x, y) = text.split_once(',')?;
    Some([x.trim().parse().ok()?, y.trim().parse().ok()?])
}
