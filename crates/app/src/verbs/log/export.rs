//! `log export`: records with their exact bytes, under schema ids that every platform knows.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use runtime::ports::{Log, ReadLimits, TopicInfo};
use serde::Serialize;

use super::archive::{FORM, Line, Opening};
use super::open::local;
use crate::exit::{Exit, Failure, Outcome};
use crate::flags::{Common, DataFolder};
use crate::progress;
use crate::verbs::configured;
use crate::wire;

const EXAMPLES: &str = "\
Examples:
  worldlog log export backup/                 a folder with one file a topic
  worldlog log export deployments.ndjson --topic deployments
  worldlog log export - --topic badge.events --decode | jq .decoded
  worldlog log import backup/ --data ./other  and back

A line is one record: topic, partition, offset, timestamp, key, headers and value, bytes in base64.
In front of a value stands the platform's own schema id, also where the log has a registry's.
A platform that runs may be exported; the export ends where the log ended when it began.";

/// `worldlog log export`
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// File, folder (ends in `/` or exists), or `-` for standard output
    to: PathBuf,
    /// Only this topic (may be repeated)
    #[arg(long, value_name = "TOPIC")]
    topic: Vec<String>,
    /// Add what each value says as JSON
    #[arg(long)]
    decode: bool,
    #[command(flatten)]
    folder: DataFolder,
}

/// What was written.
#[derive(Debug, Default, Serialize)]
struct Report {
    topics: usize,
    records: u64,
    files: usize,
}

pub(crate) async fn run(common: &Common, args: Args) -> Outcome {
    let loaded = configured(&common.inputs_in(&args.folder))?;
    wire::registry_ids(&loaded.config).await?;
    let log = local(&loaded)?;
    let topics = chosen(&*log, &args.topic).await?;
    let total = topics.iter().map(|t| t.records).sum();
    let bar = progress::bar(total, "records");
    let mut report = Report {
        topics: topics.len(),
        ..Report::default()
    };
    let is_folder = args.to.is_dir() || args.to.to_string_lossy().ends_with('/');
    if is_folder {
        std::fs::create_dir_all(&args.to)
            .with_context(|| format!("cannot create {}", args.to.display()))?;
        for topic in &topics {
            let path = args.to.join(format!("{}.ndjson", topic.spec.name));
            let file = std::slice::from_ref(topic);
            report.records += to_file(&*log, file, &path, args.decode, &bar).await?;
            report.files += 1;
        }
    } else if args.to == Path::new("-") {
        let mut out = BufWriter::new(std::io::stdout());
        report.records = write(&*log, &topics, &mut out, args.decode, &bar).await?;
    } else {
        report.records = to_file(&*log, &topics, &args.to, args.decode, &bar).await?;
        report.files = 1;
    }
    bar.finish_and_clear();
    if args.to != Path::new("-") {
        common.output.print(&report, |r| {
            format!(
                "exported {} records of {} topics to {}\n",
                r.records,
                r.topics,
                args.to.display()
            )
        })?;
    }
    Ok(Exit::Done)
}

async fn chosen(log: &dyn Log, names: &[String]) -> Result<Vec<TopicInfo>, Failure> {
    let all = log.topics().await?;
    if names.is_empty() {
        return Ok(all);
    }
    if let Some(missing) = names
        .iter()
        .find(|n| all.iter().all(|t| t.spec.name != **n))
    {
        return Err(Failure::usage(format!("no topic {missing:?}")));
    }
    let wanted = |t: &TopicInfo| names.contains(&t.spec.name);
    Ok(all.into_iter().filter(wanted).collect())
}

/// Writes a file whole or not at all.
async fn to_file(
    log: &dyn Log,
    topics: &[TopicInfo],
    path: &Path,
    decode: bool,
    bar: &indicatif::ProgressBar,
) -> Result<u64> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let cannot = || format!("cannot write {}", path.display());
    let mut out = BufWriter::new(File::create(&beside).with_context(cannot)?);
    let records = write(log, topics, &mut out, decode, bar).await?;
    let file = out
        .into_inner()
        .map_err(|e| e.into_error())
        .with_context(cannot)?;
    file.sync_all().with_context(cannot)?;
    std::fs::rename(&beside, path).with_context(cannot)?;
    Ok(records)
}

async fn write(
    log: &dyn Log,
    topics: &[TopicInfo],
    out: &mut (impl Write + Send),
    decode: bool,
    bar: &indicatif::ProgressBar,
) -> Result<u64> {
    let mut ends = Vec::with_capacity(topics.len());
    for topic in topics {
        ends.push(log.ends(&topic.spec.name).await?);
    }
    let opening = Opening {
        worldlog_export: FORM,
        topics: topics.iter().map(|t| t.spec.clone()).collect(),
        ends: ends.clone(),
    };
    line(out, &opening)?;
    let mut records = 0;
    for (topic, ends) in topics.iter().zip(ends) {
        let name = &topic.spec.name;
        let starts = log.starts(name).await?;
        for (partition, (start, end)) in (0..).zip(starts.into_iter().zip(ends)) {
            let mut next = start;
            while next < end {
                let batch = log
                    .read(name, partition, next, ReadLimits::default())
                    .await?;
                for record in batch.records.iter().filter(|r| r.offset < end) {
                    line(out, &Line::of(name, partition, record, decode))?;
                    records += 1;
                }
                bar.inc(batch.records.len() as u64);
                if batch.next <= next {
                    break;
                }
                next = batch.next;
            }
        }
    }
    out.flush().context("cannot finish the export")?;
    Ok(records)
}

fn line(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")?;
    Ok(())
}
