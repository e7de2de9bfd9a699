//! `worldlog lods`: a scene as it is seen from afar, at a desk.

mod report;
mod stage;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result};
use bundler::{Options, Profile};
use lods::levels::{self, LevelOptions};
use lods::scene::{MergeOptions, merge};
use lods::{iss, key};

use self::report::{ModelRow, Report};
use self::stage::Stage;
use super::convert::put;
use super::convert::textures::Textures;
use crate::exit::{Exit, Failure, Outcome};
use crate::flags::Common;

const EXAMPLES: &str = "\
Examples:
  worldlog lods scene/ --out lods                       one mesh for viewers that know meshopt and KTX2
  worldlog lods scene/ --out lods --profile plain       without extensions, loads anywhere
  worldlog lods scene/ --out lods --models              and each model with its coarser levels
  worldlog lods scene/ --out lods --triangles 1000 --output json | jq .merged

A scene's folder has scene.json, main.crdt and the files they name. Writes scene_1.glb (everything that
main.crdt places, clipped to the parcels), InitialSceneState.json (what stands where) and, with --models,
models/PATH.glb. What the scene's script adds while it runs is not there.
Exit code: 0 when the mesh is there, 1 when it is not or models are missing from it.";

/// `worldlog lods`
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Folder of a scene
    #[arg(value_name = "SCENE")]
    scene: PathBuf,
    /// Folder for what comes out; made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What comes out: gltf (quantised, meshopt, KTX2) or plain (no extensions)
    #[arg(long, value_name = "NAME", default_value = "gltf")]
    profile: String,
    /// Triangles a parcel of the scene's mesh
    #[arg(long, value_name = "N", default_value_t = 500)]
    triangles: usize,
    /// Also write each model with its coarser levels
    #[arg(long)]
    models: bool,
}

pub(crate) fn run(common: &Common, args: &Args) -> Outcome {
    let Some(profile) = Profile::parse(&args.profile) else {
        let message = format!("no profile {:?}: there are gltf and plain", args.profile);
        return Err(Failure::usage(message));
    };
    let stage = Stage::read(&args.scene).map_err(|error| Failure::new(Exit::Usage, error))?;
    let report = make(&stage, args, profile)?;
    common.output.print(&report, Report::text)?;
    Ok(match report.is_whole() {
        true => Exit::Done,
        false => Exit::Failed,
    })
}

fn make(stage: &Stage, args: &Args, profile: Profile) -> Result<Report> {
    let textures = Textures::new(unitybundle::Profile::Gltf(profile));
    let mut stored = Options::new(profile);
    stored.threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut options = MergeOptions::new(stored);
    options.triangles_per_parcel = args.triangles;
    let placed = stage.pieces.iter().zip(&stage.keys);
    let placed = placed.map(|(piece, key)| (&**key, &piece.matrix));
    let key = key::scene(placed, &stage.land, &options, &args.profile);
    let started = Instant::now();
    let merged = merge(
        &stage.models,
        &stage.pieces,
        &stage.land,
        &options,
        &textures,
    )
    .context("the scene cannot be merged")?;
    let milliseconds = started.elapsed().as_millis() as u64;
    let name = "scene_1.glb";
    put(&args.out.join(name), &merged.output)?;
    for file in &merged.files {
        put(&args.out.join(&file.path), &file.bytes)?;
    }
    let assets = stage.assets.iter().map(|(hash, place)| (&**hash, place));
    let descriptor = iss::Descriptor::new(assets).json();
    put(
        &args.out.join("InitialSceneState.json"),
        descriptor.as_bytes(),
    )?;
    let mut models = Vec::new();
    if args.models {
        for (model, path) in stage.models.iter().zip(&stage.paths) {
            let wanted = LevelOptions::default();
            let leveled = levels::write(model, &wanted, &stored, &textures)
                .with_context(|| format!("{path} has no levels"))?;
            let stem = path.rsplit_once('.').map_or(&**path, |(stem, _)| stem);
            let output = format!("models/{stem}.glb");
            put(&args.out.join(&output), &leveled.output)?;
            models.push(ModelRow {
                input: path.clone(),
                output,
                bytes: leveled.output.len(),
                levels: leveled.levels,
            });
        }
    }
    Ok(Report {
        key: key.to_string(),
        parcels: stage.land.parcel_count(),
        output: name.to_owned(),
        bytes: merged.output.len(),
        milliseconds,
        merged: merged.stats,
        models,
        missing: stage.missing.clone(),
        left_out: stage.left_out,
        problems: merged.problems,
    })
}
