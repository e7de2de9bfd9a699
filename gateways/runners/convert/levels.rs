//! A job of levels of detail: a model coarser, or all that stands in a scene as one mesh.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bundler::model::Model;
use bundler::read::read;
use bundler::{Files, ImagePlacement, Options, Outcome, Profile, Source, TextureEncoder};
use lods::crdt::{self, SceneState};
use lods::levels::{LevelOptions, LevelsError, write_each};
use lods::scene::{MergeError, Piece, merge, shape_model};
use lods::{Limits, iss};
use model::events::conversion::{Land, Level, Levels, descriptor_name, level_name};

use super::frames::{Done, Job};
use super::lods::{ground, options, path_of};
use super::variants::variants;
use super::worker::failed;

/// What came out: how it ended, and files in the order of their names.
type Made = (Done, Vec<Vec<u8>>);

/// Does a job.
pub(super) fn levels(
    job: &Job,
    wanted: &Levels,
    profile: Profile,
    parts: Vec<Vec<u8>>,
    textures: &dyn TextureEncoder,
) -> Made {
    let mut parts = parts.into_iter();
    let Some(bytes) = parts.next() else {
        return failed("no file".into());
    };
    let read = bytes.len() + parts.as_slice().iter().map(Vec::len).sum::<usize>();
    let mut stored = Options::new(profile);
    stored.image_side_max = job.side_max;
    let files = Beside::of(job, parts);
    let made = match wanted {
        Levels::Model => model(job, &bytes, &files, stored, textures),
        Levels::Scene(land) => scene(job, &bytes, &files, land, stored, textures),
    };
    let (mut done, out) = made.unwrap_or_else(|(outcome, reason)| {
        let done = Done {
            outcome: outcome.as_str().into(),
            reason: Some(reason),
            ..Done::default()
        };
        (done, Vec::new())
    });
    done.bytes_in = read as u64;
    done.bytes_out = out.iter().map(|bytes| bytes.len() as u64).sum();
    (done, out)
}

/// Files of the entity by path, whatever their case, with their hashes.
struct Beside(BTreeMap<String, (String, Vec<u8>)>);

impl Beside {
    fn of(job: &Job, parts: impl Iterator<Item = Vec<u8>>) -> Self {
        let named = job.named.iter().zip(&job.hashes).zip(parts);
        let files = named.map(|((path, hash), bytes)| (path_of(path), (hash.clone(), bytes)));
        Self(files.collect())
    }
}

impl Files for Beside {
    fn get(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        let (_, bytes) = self.0.get(&path_of(path))?;
        Some(Cow::Borrowed(bytes))
    }
}

/// The files of a job's levels.
#[derive(Default)]
struct Out {
    done: Done,
    files: Vec<Vec<u8>>,
}

impl Out {
    fn add(&mut self, name: String, bytes: Vec<u8>) {
        if !self.done.beside.contains(&name) {
            self.done.beside.push(name);
            self.files.push(bytes);
        }
    }

    /// A level's file, and once more compressed where that is worth it.
    fn level(&mut self, job: &Job, level: usize, triangles: usize, bytes: Vec<u8>) {
        let level = u32::try_from(level).unwrap_or(u32::MAX);
        let name = level_name(&job.name, level);
        self.done.levels.push(Level {
            level,
            triangles: triangles as u64,
            bytes: bytes.len() as u64,
        });
        for (end, smaller) in variants(&bytes, job, u64::MAX) {
            self.add(format!("{name}.{end}"), smaller);
        }
        self.add(name, bytes);
    }

    fn made(mut self, outcome: Outcome, reason: Option<String>) -> Made {
        self.done.outcome = outcome.as_str().into();
        self.done.reason = reason;
        (self.done, self.files)
    }
}

fn model(
    job: &Job,
    bytes: &[u8],
    files: &Beside,
    mut stored: Options<'_>,
    textures: &dyn TextureEncoder,
) -> Result<Made, (Outcome, String)> {
    let mut out = Out::default();
    if bytes.is_empty() {
        // A model without anything in it.
        return Ok(out.made(Outcome::Kept, None));
    }
    stored.images = ImagePlacement::Siblings;
    let source = Source {
        path: &job.path,
        bytes,
        files,
    };
    let read = read(&source, &bundler::Limits::default());
    let model = read.map_err(|error| (Outcome::Unparseable, error.to_string()))?;
    let levels = write_each(&model.model, &LevelOptions::default(), &stored, textures);
    let levels = levels.map_err(|error| match error {
        LevelsError::TooManyTriangles { .. } => (Outcome::BudgetExceeded, error.to_string()),
        LevelsError::Unwritable(_) => (Outcome::Failed, error.to_string()),
    })?;
    for (level, stored) in levels {
        for file in stored.files {
            out.add(file.path, file.bytes.to_vec());
        }
        out.level(job, level.level, level.triangles, stored.output);
    }
    let outcome = match out.done.levels.is_empty() {
        true => Outcome::Kept,
        false => Outcome::Converted,
    };
    Ok(out.made(outcome, None))
}

fn scene(
    job: &Job,
    log: &[u8],
    files: &Beside,
    land: &Land,
    stored: Options<'_>,
    textures: &dyn TextureEncoder,
) -> Result<Made, (Outcome, String)> {
    let state = crdt::decode(log, &Limits::default());
    let state = state.map_err(|error| (Outcome::Unparseable, error.to_string()))?;
    let stage = Stage::of(&state, files);
    let ground = ground(land);
    let mut out = Out::default();
    let mut finer: Option<(usize, Vec<u8>)> = None;
    for (level, &triangles) in land.triangles.iter().enumerate() {
        let budget = (triangles as usize).saturating_mul(ground.parcel_count());
        // Coarse enough already: it would come out the same.
        let made = match finer.take().filter(|(triangles, _)| *triangles <= budget) {
            Some(finer) => finer,
            None => {
                let options = options(stored, triangles);
                let merged = merge(&stage.models, &stage.pieces, &ground, &options, textures);
                let merged = merged.map_err(|error| (outcome_of(&error), error.to_string()))?;
                out.done.materials = merged.model.materials.len() as u64;
                (merged.stats.triangles_out, merged.output)
            }
        };
        out.level(job, level, made.0, made.1.clone());
        finer = Some(made);
    }
    out.done.triangles = out.done.levels.first().map_or(0, |level| level.triangles);
    let assets = stage.assets.iter().map(|(hash, place)| (&**hash, *place));
    let descriptor = iss::Descriptor::new(assets).json();
    out.add(descriptor_name(&job.name), descriptor.into_bytes());
    let missing = stage.missing.iter();
    let missing: Vec<String> = missing
        .map(|(path, reason)| format!("{path}: {reason}"))
        .collect();
    let reason = (!missing.is_empty()).then(|| format!("left out: {}", missing.join("; ")));
    Ok(out.made(Outcome::Converted, reason))
}

fn outcome_of(error: &MergeError) -> Outcome {
    match error {
        MergeError::Parcels { .. } | MergeError::TooMany { .. } | MergeError::OutOfTime => {
            Outcome::BudgetExceeded
        }
        MergeError::NoModel { .. } | MergeError::Atlas { .. } | MergeError::Unwritable(_) => {
            Outcome::Failed
        }
    }
}

/// What stands in a scene, read.
#[derive(Default)]
struct Stage<'a> {
    models: Vec<Model>,
    pieces: Vec<Piece>,
    /// Content hash and place of each model.
    assets: Vec<(String, &'a crdt::Place)>,
    /// Models that cannot be read, and why. Those that the entity does not have are known already.
    missing: BTreeMap<String, String>,
}

impl<'a> Stage<'a> {
    fn of(state: &'a SceneState, files: &Beside) -> Self {
        let mut stage = Self::default();
        let mut known: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for placed in &state.models {
            let path = path_of(&placed.src);
            let Some((hash, bytes)) = files.0.get(&path) else {
                continue;
            };
            stage.assets.push((hash.clone(), &placed.place));
            let model = match known.get(&path) {
                Some(model) => *model,
                None => stage.read(&path, bytes, files),
            };
            known.insert(path, model);
            let matrix = placed.place.matrix;
            let piece = model.map(|model| Piece { model, matrix });
            stage.pieces.extend(piece);
        }
        for placed in &state.shapes {
            stage.pieces.push(Piece {
                model: stage.models.len(),
                matrix: placed.place.matrix,
            });
            let model = shape_model(placed.shape, &placed.paint, files);
            stage.models.push(model);
        }
        stage
    }

    fn read(&mut self, path: &str, bytes: &[u8], files: &Beside) -> Option<usize> {
        if bytes.is_empty() {
            return None;
        }
        let source = Source { path, bytes, files };
        match read(&source, &bundler::Limits::default()) {
            Ok(read) => {
                self.models.push(read.model);
                Some(self.models.len() - 1)
            }
            Err(error) => {
                self.missing.insert(path.to_owned(), error.to_string());
                None
            }
        }
    }
}
