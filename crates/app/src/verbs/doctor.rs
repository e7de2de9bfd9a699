//! `worldlog doctor`: what is wrong with this machine, data folder or configuration.

mod retention;

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use runtime::embedded::LOCK_FILE;
use runtime::ports::{Log, PortError, ReadLimits, TopicInfo};
use runtime::settings::Span;
use serde::Serialize;

use super::{block_on, configured, topics};
use crate::config::{
    BlobsPlace, BusPlace, ClockSource, Config, Finding, Level, Loaded, LogPlace, StorePlace, check,
    outside_services,
};
use crate::exit::{Exit, Outcome};
use crate::flags::{Common, DataFolder};
use crate::ready;
use crate::topics_plan::{Action, difference};
use crate::version::{COMMIT, VERSION};
use crate::wire::{self, Access, Ids, OpenLog, OpenStore};

const EXAMPLES: &str = "\
Examples:
  worldlog doctor
  worldlog doctor --data /var/lib/worldlog --config prod.toml
  worldlog doctor --output json | jq '.[] | select(.state != \"ok\")'

Changes nothing, and may run beside the platform.
Exit code: 0 when nothing is broken (warnings are printed), 1 when something is.";

/// Less free space than this is a warning; a tenth of it is a failure.
const FREE_BYTES_WANTED: u64 = 5 << 30;
/// The oldest Unix time a clock may sensibly show, ms: 2025.
const EARLIEST_MS: u128 = 1_735_689_600_000;

/// `worldlog doctor`
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    folder: DataFolder,
}

/// How one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Note,
    Warning,
    Broken,
}

/// One thing looked at.
#[derive(Debug, Serialize)]
struct Check {
    state: State,
    what: &'static str,
    detail: String,
}

/// What was found so far.
#[derive(Default)]
struct Findings(Vec<Check>);

impl Findings {
    fn add(&mut self, state: State, what: &'static str, detail: impl Into<String>) {
        self.0.push(Check {
            state,
            what,
            detail: detail.into(),
        });
    }
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    let loaded = configured(&common.inputs_in(&args.folder))?;
    block_on(examine(common, loaded))
}

async fn examine(common: &Common, loaded: Loaded) -> Outcome {
    let mut findings = Findings::default();
    findings.add(
        State::Ok,
        "version",
        format!("worldlog {VERSION} ({COMMIT})"),
    );
    machine(&mut findings);
    let data = loaded.config.platform.data.clone();
    let owner = owner(&data);
    folder(&mut findings, &data, owner.as_deref());
    port(&mut findings, &loaded, owner.is_some());
    // Before records are decoded.
    registry(&mut findings, &loaded.config).await;
    log(&mut findings, &loaded.config).await;
    store(&mut findings, &loaded.config).await;
    others(&mut findings, &loaded.config).await;
    for finding in check(&loaded) {
        configuration(&mut findings, finding);
    }
    for (key, effect) in outside_services(&loaded) {
        findings.add(State::Note, "outside", format!("{key} is unset: {effect}"));
    }
    common.output.print(&findings.0, |checks| text(checks))?;
    let broken = findings.0.iter().any(|c| c.state == State::Broken);
    Ok(if broken { Exit::Failed } else { Exit::Done })
}

fn machine(findings: &mut Findings) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let ms = now.unwrap_or_default().as_millis();
    if ms < EARLIEST_MS {
        findings.add(
            State::Broken,
            "clock",
            "the machine's clock is years behind",
        );
    } else {
        findings.add(State::Ok, "clock", "the machine's clock is sane");
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    findings.add(State::Ok, "cores", cores.to_string());
}

/// The process that has the data folder, if one lives.
fn owner(data: &Path) -> Option<String> {
    let file = std::fs::File::open(data.join(LOCK_FILE)).ok()?;
    let free = file.try_lock_shared().is_ok();
    if free {
        return None;
    }
    let pid = std::fs::read_to_string(data.join(LOCK_FILE)).ok()?;
    Some(pid.trim().to_owned())
}

fn folder(findings: &mut Findings, data: &Path, owner: Option<&str>) {
    let shown = data.display();
    let nearest = data
        .ancestors()
        .find(|p| p.exists() && !p.as_os_str().is_empty());
    let place = nearest.map_or_else(|| PathBuf::from("."), Path::to_owned);
    match tempfile_in(&place) {
        Err(error) => findings.add(
            State::Broken,
            "data folder",
            format!("cannot write to {}: {error}", place.display()),
        ),
        Ok(()) if data.exists() => {
            findings.add(State::Ok, "data folder", format!("{shown} is writable"))
        }
        Ok(()) => findings.add(
            State::Note,
            "data folder",
            format!("{shown} is not there yet; `up` creates it"),
        ),
    }
    if let Some(pid) = owner {
        let url = ready::running_url(data).unwrap_or_else(|| "an unknown address".to_owned());
        findings.add(
            State::Ok,
            "in use",
            format!("process {pid} runs on {shown} and listens at {url}"),
        );
    }
    match rustix::fs::statvfs(&place) {
        Err(error) => findings.add(State::Warning, "disk space", format!("unknown: {error}")),
        Ok(stat) => {
            let free = stat.f_bavail.saturating_mul(stat.f_frsize);
            let state = match free {
                f if f < FREE_BYTES_WANTED / 10 => State::Broken,
                f if f < FREE_BYTES_WANTED => State::Warning,
                _ => State::Ok,
            };
            findings.add(
                state,
                "disk space",
                format!("{} MiB free at {}", free >> 20, place.display()),
            );
        }
    }
}

/// Whether a file can be made in a folder; it is removed again.
fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let path = folder.join(format!(".worldlog-doctor-{}", std::process::id()));
    std::fs::write(&path, b"x")?;
    std::fs::remove_file(path)
}

fn port(findings: &mut Findings, loaded: &Loaded, running: bool) {
    let listen = &loaded.config.platform.listen;
    match TcpListener::bind(listen) {
        Ok(_) => findings.add(State::Ok, "listener", format!("{listen} is free")),
        Err(_) if running => findings.add(
            State::Ok,
            "listener",
            format!("{listen} is taken, a platform runs"),
        ),
        Err(error) => findings.add(
            State::Warning,
            "listener",
            format!("cannot listen on {listen}: {error}"),
        ),
    }
}

async fn log(findings: &mut Findings, config: &Config) {
    let log = match (config.log_place(), OpenLog::open(config, Access::Read)) {
        (Ok(LogPlace::File(file)), _) if !file.exists() => {
            let detail = format!("{} is not there yet", file.display());
            return findings.add(State::Note, "log", detail);
        }
        (_, Ok(opened)) => opened.log(),
        (_, Err(failure)) => {
            return findings.add(State::Broken, "log", format!("{:#}", failure.error));
        }
    };
    let topics = match log.topics().await {
        Ok(topics) => topics,
        Err(error) => return findings.add(State::Broken, "log", error.to_string()),
    };
    let records: u64 = topics.iter().map(|t| t.records).sum();
    findings.add(
        State::Ok,
        "log",
        format!("{} topics, {records} records", topics.len()),
    );
    let difference = difference(&topics::wanted(config), &topics);
    for change in &difference.changes {
        let state = match change.action {
            Action::Refuse => State::Broken,
            Action::Create | Action::Alter => State::Note,
        };
        findings.add(
            state,
            "topics",
            format!("{}: {}", change.topic, change.detail),
        );
    }
    if let Err(error) = retention(findings, &*log, config, &topics).await {
        findings.add(State::Broken, "retention", error.to_string());
    }
    match unreadable(&*log).await {
        Ok(None) => findings.add(
            State::Ok,
            "records",
            "the newest of every partition decodes",
        ),
        Ok(Some(what)) => findings.add(State::Warning, "records", what),
        Err(error) => findings.add(State::Broken, "records", error.to_string()),
    }
}

/// What retention does to whoever has to read what it removes. A store that is not there has no readers; one that does
/// not answer is told of by itself.
async fn retention(
    findings: &mut Findings,
    log: &dyn Log,
    config: &Config,
    topics: &[TopicInfo],
) -> Result<(), PortError> {
    retention::promises(findings, log, &topics::wanted(config), topics).await?;
    let Ok(Some(opened)) = OpenStore::read(&hasty(config)).await else {
        return Ok(());
    };
    let now = match config.platform.clock.source {
        ClockSource::System => Some(now_ms()),
        ClockSource::Ticks => None,
    };
    retention::readers(findings, log, opened.store(), topics, now).await
}

fn now_ms() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(now.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
}

/// Reads the last record of every partition; says which cannot be read.
async fn unreadable(log: &dyn Log) -> anyhow::Result<Option<String>> {
    let limits = ReadLimits {
        records: 1,
        ..ReadLimits::default()
    };
    for topic in log.topics().await? {
        let name = &topic.spec.name;
        for (partition, end) in (0..).zip(log.ends(name).await?) {
            let Some(last) = end.checked_sub(1) else {
                continue;
            };
            let batch = log.read(name, partition, last, limits).await?;
            let value = batch.records.first().and_then(|r| r.value.as_deref());
            // Dead letters may hold anything: that is what they are for.
            if let Some(Err(error)) = value
                .filter(|_| !name.starts_with("dlq."))
                .map(model::decode_json)
            {
                return Ok(Some(format!("{name}/{partition}/{last}: {error}")));
            }
        }
    }
    Ok(None)
}

async fn store(findings: &mut Findings, config: &Config) {
    let (place, advice) = match config.store_place() {
        Err(error) => return findings.add(State::Broken, "store", error.to_string()),
        Ok(StorePlace::File(file)) => (
            file.display().to_string(),
            "; stop the platform and delete it: it is rebuilt from the log",
        ),
        Ok(StorePlace::Cql { contacts, keyspace }) => {
            (format!("keyspace {keyspace} at {}", contacts.join(",")), "")
        }
    };
    let read = async {
        let Some(opened) = OpenStore::read(config).await? else {
            return Ok(false);
        };
        let store = opened.store();
        for processor in processors::all() {
            store.marks(processor.spec().name, 1).await?;
        }
        store.pointers("").await.map(|_| true)
    };
    match read.await {
        Ok(true) => findings.add(State::Ok, "store", format!("{place} answers")),
        Ok(false) => findings.add(
            State::Note,
            "store",
            format!("{place} is not there: it will be rebuilt"),
        ),
        Err(error) => {
            let error: PortError = error;
            findings.add(State::Broken, "store", format!("{error}{advice}"));
        }
    }
}

/// The same configuration for who wants to know now.
fn hasty(config: &Config) -> Config {
    let mut hasty = config.clone();
    hasty.platform.cluster.connect_wait = Span::secs(0);
    hasty
}

/// The registry outside, where one is configured.
async fn registry(findings: &mut Findings, config: &Config) {
    let what = "registry";
    match wire::registry_ids(&hasty(config)).await {
        Ok(Ids::Own) => {}
        Ok(Ids::Told) => findings.add(State::Ok, what, "it answers and has every schema"),
        Ok(Ids::Kept(error)) => {
            let detail = format!("{error}; the platform starts with the ids that it has kept");
            findings.add(State::Warning, what, detail);
        }
        Err(failure) => findings.add(State::Broken, what, format!("{:#}", failure.error)),
    }
}

/// The bus and the blobs, where they are servers.
async fn others(findings: &mut Findings, config: &Config) {
    let hasty = hasty(config);
    if let Ok(BusPlace::Nats(_)) = config.bus_place() {
        match wire::bus(&hasty).await {
            Ok(_) => findings.add(State::Ok, "bus", "the NATS servers answer"),
            Err(error) => findings.add(State::Broken, "bus", format!("{error:#}")),
        }
    }
    if let Ok(BlobsPlace::S3(_)) = config.blobs_place() {
        match wire::blobs(&hasty).await {
            Ok(_) => findings.add(State::Ok, "blobs", "the bucket is there and lets us in"),
            Err(error) => findings.add(State::Broken, "blobs", format!("{error:#}")),
        }
    }
}

fn configuration(findings: &mut Findings, finding: Finding) {
    let state = match finding.level {
        Level::Note => State::Note,
        Level::Warning => State::Warning,
    };
    let line = super::config::line(&finding);
    let detail = line
        .split_once(": ")
        .map_or("", |(_, rest)| rest)
        .trim_end();
    findings.add(state, "configuration", detail);
}

fn text(checks: &[Check]) -> String {
    let word = |state| match state {
        State::Ok => "ok",
        State::Note => "note",
        State::Warning => "warning",
        State::Broken => "BROKEN",
    };
    checks
        .iter()
        .map(|c| format!("{:<8} {:<14} {}\n", word(c.state), c.what, c.detail))
        .collect()
}
