//! `log import`: exported records, appended with their own times, keys and headers.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use kernel::NewRecord;
use runtime::embedded::{SqliteLog, SqliteLogOptions};
use runtime::ports::{Log, SystemClock, TopicSpec};
use serde::Serialize;

use super::archive::{Line, opening};
use crate::cli::{Common, DataFolder};
use crate::exit::{Exit, Outcome};
use crate::progress;
use crate::verbs::configured;

const EXAMPLES: &str = "\
Examples:
  worldlog log import backup/ --data ./new    into a new data folder
  worldlog log import deployments.ndjson --topic deployments
  worldlog log import backup/ --yes           also into topics that have records already

The platform must not be running on that data folder. Records keep partition, time, key and headers.
Their offsets are the original ones when a topic is empty and its export has no gaps. Where offsets
would move, positions in headers no longer match, so that needs --yes (without it: exit code 4).";

/// Records appended at once.
const BATCH_RECORDS: usize = 2000;
/// Bytes appended at once.
const BATCH_BYTES: usize = 4 << 20;

/// `worldlog log import`
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// File, folder of `.ndjson` files, or `-` for standard input
    from: PathBuf,
    /// Only this topic (may be repeated)
    #[arg(long, value_name = "TOPIC")]
    topic: Vec<String>,
    /// Append even where offsets will not be the original ones
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    folder: DataFolder,
}

/// What was appended.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    topics: usize,
    records: u64,
    /// Records whose offset is not the original one.
    moved: u64,
    /// Records the log had already.
    repeated: u64,
}

pub(crate) async fn run(common: &Common, args: Args) -> Outcome {
    let files = files(&args.from)?;
    let loaded = configured(&common.inputs_in(&args.folder))?;
    let options = SqliteLogOptions {
        retention_interval: None,
        ..SqliteLogOptions::default()
    };
    let places = loaded.config.embedded()?;
    if places.store.exists() && !places.log.exists() {
        eprintln!(
            "warning: {} is of another log: delete it, it is rebuilt",
            places.store.display()
        );
    }
    let log = SqliteLog::open(places.log, options, Arc::new(SystemClock))?;
    let outcome = import(&log, &files, &args).await;
    log.close().await?;
    let report = match outcome? {
        Some(report) => report,
        None => return Ok(Exit::Refused),
    };
    common.output.print(&report, |r| {
        let moved = match r.moved {
            0 => "offsets are the original ones".to_owned(),
            n => format!("{n} have another offset than before"),
        };
        let repeated = match r.repeated {
            0 => String::new(),
            n => format!("; {n} were there already"),
        };
        format!(
            "imported {} records of {} topics; {moved}{repeated}\n",
            r.records, r.topics
        )
    })?;
    Ok(Exit::Done)
}

/// Imports all files; `None` when that was refused for want of `--yes`.
async fn import(log: &SqliteLog, files: &[PathBuf], args: &Args) -> Result<Option<Report>> {
    let bytes = files
        .iter()
        .map(|f| f.metadata().map_or(0, |m| m.len()))
        .sum();
    let bar = progress::bar(bytes, "bytes");
    let mut report = Report::default();
    for file in files {
        let mut lines = open(file)?.lines();
        let first = lines
            .next()
            .with_context(|| format!("{} is empty", file.display()))??;
        let opening = opening(&first).with_context(|| file.display().to_string())?;
        let wanted = |t: &TopicSpec| args.topic.is_empty() || args.topic.contains(&t.name);
        let topics: Vec<_> = opening.topics.into_iter().filter(wanted).collect();
        if !args.yes
            && let Some(why) = would_append(log, &topics).await?
        {
            eprintln!("{why}; give --yes to append to it all the same");
            return Ok(None);
        }
        for topic in &topics {
            log.ensure(topic).await?;
        }
        report.topics += topics.len();
        let importer = Importer {
            log,
            args,
            topics: &topics,
            bar: &bar,
        };
        if !importer.run(lines, file, &mut report).await? {
            return Ok(None);
        }
    }
    bar.finish_and_clear();
    Ok(Some(report))
}

/// Which topic has records already, if one has.
async fn would_append(log: &SqliteLog, topics: &[TopicSpec]) -> Result<Option<String>> {
    let there = log.topics().await?;
    let full = there
        .iter()
        .find(|t| t.records > 0 && topics.iter().any(|w| w.name == t.spec.name));
    Ok(full.map(|t| format!("topic {} has {} records already", t.spec.name, t.records)))
}

/// Appends the records of one file.
struct Importer<'a> {
    log: &'a SqliteLog,
    args: &'a Args,
    topics: &'a [TopicSpec],
    bar: &'a indicatif::ProgressBar,
}

impl Importer<'_> {
    /// Says whether all was appended; false when offsets would move and nobody said `--yes`.
    async fn run(
        &self,
        lines: impl Iterator<Item = std::io::Result<String>>,
        file: &Path,
        report: &mut Report,
    ) -> Result<bool> {
        let mut next: BTreeMap<(String, u32), u64> = BTreeMap::new();
        for topic in self.topics {
            for (partition, end) in (0..).zip(self.log.ends(&topic.name).await?) {
                next.insert((topic.name.clone(), partition), end);
            }
        }
        let (mut batch, mut offsets, mut size) = (Vec::new(), Vec::new(), 0);
        for (number, line) in (2..).zip(lines) {
            let at = || format!("{} line {number}", file.display());
            let text = line.with_context(at)?;
            self.bar.inc(text.len() as u64 + 1);
            let line: Line = serde_json::from_str(&text).with_context(at)?;
            let position = line.position();
            let Some(end) = next.get_mut(&(position.topic.to_string(), position.partition)) else {
                if self.topics.iter().any(|t| t.name == *position.topic) {
                    bail!("{}: {position} has no such partition", at());
                }
                continue;
            };
            if position.offset != *end && !self.args.yes {
                eprintln!(
                    "{position} would get offset {end}: positions that name it would be wrong; give --yes to import \
                     all the same"
                );
                self.append(&mut batch, &mut offsets, report).await?;
                return Ok(false);
            }
            *end += 1;
            let record = line.record().with_context(at)?;
            size += record.size();
            batch.push(record);
            offsets.push(position.offset);
            if batch.len() >= BATCH_RECORDS || size >= BATCH_BYTES {
                self.append(&mut batch, &mut offsets, report).await?;
                size = 0;
            }
        }
        self.append(&mut batch, &mut offsets, report).await?;
        Ok(true)
    }

    async fn append(
        &self,
        batch: &mut Vec<NewRecord>,
        offsets: &mut Vec<u64>,
        report: &mut Report,
    ) -> Result<()> {
        let appended = self.log.append(std::mem::take(batch)).await?;
        for (place, original) in appended.iter().zip(offsets.drain(..)) {
            report.records += 1;
            report.repeated += u64::from(place.repeated);
            report.moved += u64::from(place.offset != original);
        }
        Ok(())
    }
}

/// The files to read, in order of names.
fn files(from: &Path) -> Result<Vec<PathBuf>> {
    if !from.is_dir() {
        return Ok(vec![from.to_owned()]);
    }
    let cannot = || format!("cannot read folder {}", from.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(from).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        if path.extension().is_some_and(|e| e == "ndjson") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("{} has no .ndjson files", from.display());
    }
    Ok(files)
}

fn open(file: &Path) -> Result<Box<dyn BufRead + Send>> {
    if file == Path::new("-") {
        return Ok(Box::new(BufReader::new(stdin())));
    }
    let opened = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    Ok(Box::new(BufReader::with_capacity(1 << 20, opened)))
}
