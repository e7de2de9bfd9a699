//! `log import`: exported records, appended with their own times, keys and headers.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use kernel::NewRecord;
use runtime::ports::{Restore, TopicSpec};
use serde::Serialize;

use super::archive::{Line, opening};
use crate::config::{LogPlace, StorePlace};
use crate::exit::{Exit, Outcome};
use crate::flags::{Common, DataFolder};
use crate::progress;
use crate::topics_plan;
use crate::verbs::configured;
use crate::wire::{self, Access, OpenLog};

const EXAMPLES: &str = "\
Examples:
  worldlog log import backup/ --data ./new    into a new data folder
  worldlog log import deployments.ndjson --topic deployments
  worldlog log import backup/ --yes           also into topics that have records already
  WORLDLOG__LOG__URL=kafka://broker:9092 worldlog log import backup/

The platform must not be running on that log. Records keep partition, offset, time, key and headers,
gaps included, so every position that names one of them stays right; in front of values stand the
schema ids of registry.url where it is set. Into a topic that has records already they are appended
behind, at new offsets: positions in headers no longer match, so that needs --yes (without it: exit
code 4).";

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
    /// Append behind what a topic has already, at new offsets
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
    if let (StorePlace::File(store), LogPlace::File(log)) =
        (loaded.config.store_place()?, loaded.config.log_place()?)
        && store.exists()
        && !log.exists()
    {
        eprintln!(
            "warning: {} is of another log: delete it, it is rebuilt",
            store.display()
        );
    }
    wire::registry_ids(&loaded.config).await?;
    let opened = OpenLog::open(&loaded.config, Access::Write)?;
    let outcome = import(&*opened.restore(), &files, &args).await;
    opened.close().await?;
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

/// One file, and what it brings.
struct Source<'a> {
    file: &'a Path,
    lines: std::io::Lines<Box<dyn BufRead + Send>>,
    topics: Vec<TopicSpec>,
    ends: BTreeMap<String, Vec<u64>>,
}

impl<'a> Source<'a> {
    fn open(file: &'a Path, args: &Args) -> Result<Self> {
        let mut lines = open(file)?.lines();
        let first = lines
            .next()
            .with_context(|| format!("{} is empty", file.display()))??;
        let opening = opening(&first).with_context(|| file.display().to_string())?;
        let names = opening.topics.iter().map(|t| t.name.clone());
        let ends = names.zip(opening.ends).collect();
        let mut topics = opening.topics;
        topics.retain(|t| args.topic.is_empty() || args.topic.contains(&t.name));
        Ok(Self {
            file,
            lines,
            topics,
            ends,
        })
    }
}

/// Imports all files; `None` when that was refused for want of `--yes`. Every file is looked at before the first
/// record is written, so that a refusal leaves the log as it was.
async fn import(log: &dyn Restore, files: &[PathBuf], args: &Args) -> Result<Option<Report>> {
    let bytes = files
        .iter()
        .map(|f| f.metadata().map_or(0, |m| m.len()))
        .sum();
    let sources = files.iter().map(|file| Source::open(file, args));
    let sources = sources.collect::<Result<Vec<_>>>()?;
    let topics: Vec<TopicSpec> = sources.iter().flat_map(|s| s.topics.clone()).collect();
    if let Some(name) = args
        .topic
        .iter()
        .find(|name| topics.iter().all(|t| t.name != **name))
    {
        bail!("topic {name:?} is in none of the files");
    }
    let full = full(log, &topics).await?;
    if let Some((topic, records)) = full.first()
        && !args.yes
    {
        eprintln!(
            "topic {topic} has {records} records already; give --yes to append to it all the same"
        );
        return Ok(None);
    }
    let full: Vec<String> = full.into_iter().map(|(topic, _)| topic).collect();
    topics_plan::ensure(log, &topics).await?;
    let bar = progress::bar(bytes, "bytes");
    let mut report = Report {
        topics: topics.len(),
        ..Report::default()
    };
    for source in sources {
        let importer = Importer {
            log,
            topics: &source.topics,
            appended: full.clone(),
            bar: &bar,
            batch: Vec::new(),
            bytes: 0,
        };
        importer.run(source.lines, source.file, &mut report).await?;
        for topic in source.topics.iter().filter(|t| !full.contains(&t.name)) {
            let ends = source.ends.get(&topic.name).into_iter().flatten();
            // Where nothing ever was, nothing has to be asked.
            for (partition, end) in (0..).zip(ends).filter(|(_, end)| **end > 0) {
                log.restore_end(&topic.name, partition, *end).await?;
            }
        }
    }
    bar.finish_and_clear();
    Ok(Some(report))
}

/// Which of the topics have records already, and how many.
async fn full(log: &dyn Restore, topics: &[TopicSpec]) -> Result<Vec<(String, u64)>> {
    let there = log.topics().await?.into_iter();
    let full = there.filter(|t| t.records > 0 && topics.iter().any(|w| w.name == t.spec.name));
    Ok(full.map(|t| (t.spec.name, t.records)).collect())
}

/// Takes in the records of one file.
struct Importer<'a> {
    log: &'a dyn Restore,
    topics: &'a [TopicSpec],
    /// Topics that had records before: theirs are appended behind.
    appended: Vec<String>,
    bar: &'a indicatif::ProgressBar,
    batch: Vec<(u64, NewRecord)>,
    bytes: usize,
}

impl Importer<'_> {
    async fn run(
        mut self,
        lines: impl Iterator<Item = std::io::Result<String>>,
        file: &Path,
        report: &mut Report,
    ) -> Result<()> {
        for (number, line) in (2..).zip(lines) {
            let at = || format!("{} line {number}", file.display());
            let text = line.with_context(at)?;
            self.bar.inc(text.len() as u64 + 1);
            let line: Line = serde_json::from_str(&text).with_context(at)?;
            let position = line.position();
            let Some(topic) = self.topics.iter().find(|t| t.name == *position.topic) else {
                continue;
            };
            if position.partition >= topic.partitions {
                bail!("{}: {position} has no such partition", at());
            }
            let record = line.record().with_context(at)?;
            let turns = self
                .batch
                .last()
                .is_some_and(|(_, last)| last.topic != record.topic);
            if turns || self.batch.len() >= BATCH_RECORDS || self.bytes >= BATCH_BYTES {
                self.write(report).await.with_context(at)?;
            }
            self.bytes += record.size();
            self.batch.push((position.offset, record));
        }
        self.write(report)
            .await
            .with_context(|| file.display().to_string())
    }

    /// Writes what is in hand, all of one topic.
    async fn write(&mut self, report: &mut Report) -> Result<()> {
        self.bytes = 0;
        let batch = std::mem::take(&mut self.batch);
        let Some((_, first)) = batch.first() else {
            return Ok(());
        };
        report.records += batch.len() as u64;
        if !self.appended.contains(&first.topic.to_string()) {
            return Ok(self.log.restore(batch).await?);
        }
        let (offsets, records): (Vec<u64>, Vec<NewRecord>) = batch.into_iter().unzip();
        for (place, original) in self.log.append(records).await?.iter().zip(offsets) {
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
