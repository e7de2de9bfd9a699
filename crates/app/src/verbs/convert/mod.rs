//! `worldlog convert`: models made smaller and ready for viewers, at a desk.

mod bundles;
pub(super) mod inputs;
mod report;
pub(super) mod textures;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result};
use bundler::{Conversion, Options, Outcome as Became, Source};
use unitybundle::Profile;

use self::bundles::Bundles;
use self::inputs::{Input, Inputs, Kinds};
use self::report::{Row, Total};
use self::textures::Textures;
use crate::exit::{Exit, Failure, Outcome};
use crate::flags::Common;
use crate::progress;

const EXAMPLES: &str = "\
Examples:
  worldlog convert door.glb --out converted                    for viewers that know meshopt and KTX2
  worldlog convert scene/ --out converted --profile plain      without extensions, loads anywhere
  worldlog convert scene/ --out bundles --profile unityfs-windows    for the desktop client
  worldlog convert a/ b/ --out converted --json report.json --jobs 2
  worldlog convert scene/ --out converted --output json | jq '.files[] | select(.outcome != \"converted\")'

What a model names is looked for in its folder, or anywhere in IN where that is a folder. A model that
cannot be made better is kept as it is; but for unityfs, nothing comes of it. Bundles are named as the client
asks for them: by content id, by the digest of what a model names, and by platform; images become bundles,
too. The same bytes come out whatever the number of jobs.
Exit code: 0 when every file is converted or kept, 1 when one is not.";

/// `worldlog convert`
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Models (.glb, .gltf), for unityfs images also, and folders with them
    #[arg(required = true, value_name = "IN")]
    inputs: Vec<PathBuf>,
    /// Folder for what comes out; made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What comes out: gltf (quantised, meshopt, KTX2), plain (no extensions), unityfs-windows or unityfs-mac
    #[arg(long, value_name = "NAME", default_value = "gltf")]
    profile: String,
    /// Path id of the scene shader in the client's own bundle, where it is not today's client's
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    shader_path_id: Option<i64>,
    /// Also write the report to a file, as JSON
    #[arg(long, value_name = "REPORT")]
    json: Option<PathBuf>,
    /// Models converted at a time [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

pub(crate) fn run(common: &Common, args: &Args) -> Outcome {
    let Some(profile) = Profile::parse(&args.profile) else {
        let names = Profile::ALL.map(Profile::name).join(", ");
        let message = format!("no profile {:?}: there are {names}", args.profile);
        return Err(Failure::usage(message));
    };
    let bundles = Bundles::of(profile, args.shader_path_id).map_err(Failure::usage)?;
    let jobs = match args.jobs {
        Some(0) => return Err(Failure::usage("--jobs is 0; want at least 1")),
        Some(jobs) => jobs,
        None => thread::available_parallelism().map_or(1, usize::from),
    };
    let kinds = match &bundles {
        Some(_) => Kinds::ModelsAndImages,
        None => Kinds::Models,
    };
    let inputs = Inputs::find(&args.inputs, kinds).map_err(|e| Failure::new(Exit::Usage, e))?;
    fs::create_dir_all(&args.out).with_context(|| format!("cannot make {}", args.out.display()))?;
    let work = Work {
        out: &args.out,
        profile,
        bundles,
        textures: Textures::new(profile),
        // A single large model has all the threads.
        threads: jobs.div_ceil(inputs.all.len().max(1)),
    };
    let rows = work.all(&inputs.all, jobs)?;
    let total = Total::of(rows, work.textures.encoded());
    if let Some(path) = &args.json {
        let text = serde_json::to_string_pretty(&total)? + "\n";
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    common.output.print(&total, Total::text)?;
    Ok(match total.is_whole() {
        true => Exit::Done,
        false => Exit::Failed,
    })
}

/// All that models are converted with.
struct Work<'a> {
    out: &'a Path,
    profile: Profile,
    bundles: Option<Bundles>,
    textures: Textures,
    threads: usize,
}

impl Work<'_> {
    /// Converts all; rows come in the order of the inputs.
    fn all(&self, inputs: &[Input], jobs: usize) -> Result<Vec<Row>> {
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<Option<Row>>> = Mutex::new(vec![None; inputs.len()]);
        let bar = progress::bar(inputs.len() as u64, "models");
        let worker = || -> Result<()> {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(input) = inputs.get(at) else {
                    return Ok(());
                };
                let row = self.one(input)?;
                done.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(row);
                bar.inc(1);
            }
        };
        let ended: Result<()> = thread::scope(|scope| {
            let workers: Vec<_> = (0..jobs.min(inputs.len()))
                .map(|_| scope.spawn(worker))
                .collect();
            let mut ended = workers.into_iter().map(|worker| worker.join());
            // A panic is a fault of ours: it is told as one.
            ended.try_for_each(|end| end.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        bar.finish_and_clear();
        ended?;
        let rows = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(rows.into_iter().flatten().collect())
    }

    fn one(&self, input: &Input) -> Result<Row> {
        let started = Instant::now();
        let size = input.size()?;
        let max = bundler::Limits::default().file_bytes_max as u64;
        if size > max {
            let reason = format!("{size} bytes; at most {max} are read");
            return Ok(Row::refused(input, Became::BudgetExceeded, reason, size));
        }
        let bytes = input.read()?;
        let (output, conversion) = match (self.profile, &self.bundles) {
            (Profile::Gltf(profile), _) => {
                let conversion = self.model(input, profile, &bytes);
                (self.write(input, &conversion)?, conversion)
            }
            (Profile::Unity(_), bundles) => {
                let bundles = bundles.as_ref().context("no options for bundles")?;
                let (name, conversion) =
                    bundles.convert(input, &bytes, self.threads, &self.textures);
                let name = input.below.clone() + &name;
                let is_there = conversion.outcome == Became::Converted;
                if is_there {
                    put(&self.out.join(&name), &conversion.output)?;
                }
                (is_there.then_some(name), conversion)
            }
        };
        Ok(Row::of(input, output, &conversion, started.elapsed()))
    }

    fn model(&self, input: &Input, profile: bundler::Profile, bytes: &[u8]) -> Conversion {
        let mut options = Options::new(profile);
        options.threads = self.threads;
        let source = Source {
            path: &input.path,
            bytes,
            files: &*input.folder,
        };
        bundler::convert(&source, &options, &self.textures)
    }

    /// Writes what came out; gives the model's path below the output folder.
    fn write(&self, input: &Input, conversion: &Conversion) -> Result<Option<String>> {
        let (name, beside) = match conversion.outcome {
            Became::Converted => {
                let folder = input.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                (&input.converted, folder)
            }
            Became::Kept => (&input.path, ""),
            _ => return Ok(None),
        };
        let out = self.out.join(&input.below);
        for file in &conversion.files {
            put(&out.join(beside).join(&file.path), &file.bytes)?;
        }
        put(&out.join(name), &conversion.output)?;
        Ok(Some(input.below.clone() + name))
    }
}

pub(super) fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(cannot)?;
    }
    fs::write(path, bytes).with_context(cannot)
}
