//! The one set of servers that all tests share: start what doesn't run, say where they are, stop them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use tokio::task::JoinSet;

use crate::kind::{Kind, Options};
use crate::ledger::{self, Record};
use crate::server::{self, Server};
use crate::{LiveKit, LiveKitServer, Registry, S3Server, Shared, fetch, folders, port, process};

const STOP_WITHIN: Duration = Duration::from_secs(20);

/// A server that runs but says nothing for so long is started again; a busy machine isn't a dead server.
const SILENT_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(200);

/// The shared servers of one folder, by default `target/peers` of this workspace.
#[derive(Clone, Debug)]
pub struct Set {
    root: PathBuf,
}

/// One server, as `peers status` shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// Which server.
    pub name: String,
    /// `ready`, `silent` (it runs and doesn't answer) or `stopped`.
    pub state: &'static str,
    /// `host:port`, when it runs.
    pub address: Option<String>,
    /// Its process, when it runs.
    pub pid: Option<u32>,
    /// The process it dies with; none for a shared server.
    pub owner: Option<u32>,
    /// What it writes to standard output and error, when it runs.
    pub log: Option<PathBuf>,
}

impl Default for Set {
    fn default() -> Self {
        Self::at(folders::root())
    }
}

impl Set {
    /// The set whose files are in `root`.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The file that says where they are.
    pub fn file(&self) -> PathBuf {
        folders::up_file(&self.root)
    }

    /// Where the servers of this set are entered while they run.
    pub fn ledger(&self) -> PathBuf {
        folders::ledger(&self.root)
    }

    /// Says, by being there, that the servers stay when the last command that uses them ends.
    pub(crate) fn kept(&self) -> PathBuf {
        folders::holders(&self.root).join("kept")
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Starts those of `kinds` that don't answer, writes `up.json` and keeps them until [`Set::down`]. Two calls at once
    /// wait for each other.
    ///
    /// # Errors
    /// When one can't be fetched or doesn't start; the others stay as they are.
    pub async fn up(&self, kinds: &[Kind]) -> Result<Shared> {
        let _lock = self.lock().await?;
        ledger::write(&self.kept(), &true)?;
        self.start_missing(kinds).await
    }

    /// Stops the servers and removes their data; also ends private servers whose owner is gone.
    ///
    /// # Errors
    /// When a process can't be signalled.
    pub async fn down(&self) -> Result<()> {
        let _lock = self.lock().await?;
        let _ = fs::remove_file(self.kept());
        self.stop_all().await
    }

    /// Every shared server, then the private ones that run.
    pub async fn status(&self) -> Vec<Status> {
        let mut all = Vec::new();
        for kind in Kind::ALL {
            let record = self.recorded(kind);
            let state = match &record {
                None => "stopped",
                Some(record) => match kind.probe().ask(&record.address).await {
                    Ok(()) => "ready",
                    Err(_) => "silent",
                },
            };
            all.push(Status::new(kind.name(), state, record.as_ref()));
        }
        let private = ledger::records(&self.ledger());
        for record in private.iter().filter(|r| r.owner.is_some() && r.alive()) {
            all.push(Status::new(&record.name, "private", Some(record)));
        }
        all
    }

    pub(crate) async fn lock(&self) -> Result<fs::File> {
        let root = &self.root;
        fs::create_dir_all(root).with_context(|| format!("create {}", root.display()))?;
        fetch::lock(root.join("lock")).await
    }

    /// Only under the lock.
    pub(crate) async fn start_missing(&self, kinds: &[Kind]) -> Result<Shared> {
        for ended in ledger::sweep(&self.ledger()).await? {
            eprintln!("peers: ended {ended}, left by a run that is gone");
        }
        let mut starting = JoinSet::new();
        for kind in kinds.iter().copied() {
            let set = self.clone();
            starting.spawn(async move {
                if set.answers(kind).await {
                    return Ok(());
                }
                set.start(kind).await
            });
        }
        let mut failures = Vec::new();
        while let Some(started) = starting.join_next().await {
            if let Err(error) = started.context("a start panicked")? {
                failures.push(format!("{error:#}"));
            }
        }
        let shared = self.describe();
        ledger::write(&self.file(), &shared)?;
        ensure!(failures.is_empty(), "{}", failures.join("\n\n"));
        Ok(shared)
    }

    /// Only under the lock.
    pub(crate) async fn stop_all(&self) -> Result<()> {
        let _ = fs::remove_file(self.file());
        ledger::sweep(&self.ledger()).await?;
        let mut ending = JoinSet::new();
        for kind in Kind::ALL {
            let set = self.clone();
            ending.spawn(async move { set.remove(kind).await });
        }
        while let Some(ended) = ending.join_next().await {
            ended.context("a stop panicked")??;
        }
        Ok(())
    }

    fn recorded(&self, kind: Kind) -> Option<Record> {
        let of_kind = |r: &Record| r.name == kind.name() && r.owner.is_none() && r.alive();
        ledger::records(&self.ledger()).into_iter().find(of_kind)
    }

    async fn answers(&self, kind: Kind) -> bool {
        let Some(record) = self.recorded(kind) else {
            return false;
        };
        let began = Instant::now();
        loop {
            let Err(error) = kind.probe().ask(&record.address).await else {
                return true;
            };
            if !record.alive() || began.elapsed() >= SILENT_WITHIN {
                eprintln!(
                    "peers: {} runs no more or says nothing: {error:#}",
                    kind.name()
                );
                return false;
            }
            tokio::time::sleep(POLL).await;
        }
    }

    async fn remove(&self, kind: Kind) -> Result<()> {
        if let Some(record) = self.recorded(kind) {
            process::end(record.process, STOP_WITHIN).await?;
            record.strike(&self.ledger());
            eprintln!("peers: {} stopped", kind.name());
        }
        let folder = folders::shared(&self.root, kind.name());
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("remove {}", folder.display()))?;
        }
        Ok(())
    }

    /// From empty data: a server that died may have left what keeps it from starting.
    async fn start(&self, kind: Kind) -> Result<()> {
        let began = Instant::now();
        self.remove(kind).await?;
        let options = Options {
            port: self.former_port(kind).filter(|port| port::is_free(*port)),
            ..Options::default()
        };
        let folder = folders::shared(&self.root, kind.name());
        let plan = kind.plan(&folder, &options).await?;
        let record = Server::leave_running(plan, self.ledger()).await?;
        let seconds = began.elapsed().as_secs_f32();
        eprintln!(
            "peers: {} at {} after {seconds:.1} s",
            kind.name(),
            record.address
        );
        Ok(())
    }

    /// Where it was when `up.json` was written: whoever has read that may go on.
    fn former_port(&self, kind: Kind) -> Option<u16> {
        let text = fs::read_to_string(self.file()).ok()?;
        let shared: Shared = serde_json::from_str(&text).ok()?;
        let address = match kind {
            Kind::Kafka => shared.kafka,
            Kind::Cassandra => shared.cassandra,
            Kind::Nats => shared.nats,
            Kind::S3 => shared.s3.endpoint,
            Kind::Registry => Registry::address(&shared.registry)?.to_owned(),
            Kind::LiveKit => LiveKit::address(&shared.livekit.url)?.to_owned(),
        };
        address.rsplit(':').next()?.parse().ok()
    }

    fn describe(&self) -> Shared {
        let at = |kind| self.recorded(kind).map(|record| record.address);
        Shared {
            kafka: at(Kind::Kafka).unwrap_or_default(),
            cassandra: at(Kind::Cassandra).unwrap_or_default(),
            nats: at(Kind::Nats).unwrap_or_default(),
            s3: S3Server::client(&at(Kind::S3).unwrap_or_default()),
            registry: at(Kind::Registry).map_or_else(String::new, |a| Registry::url(&a)),
            livekit: at(Kind::LiveKit).map_or_else(LiveKitServer::default, |a| LiveKit::client(&a)),
            scylla: None,
        }
    }
}

impl Status {
    fn new(name: &str, state: &'static str, record: Option<&Record>) -> Self {
        Self {
            name: name.to_owned(),
            state,
            address: record.map(|r| r.address.clone()),
            pid: record.map(|r| r.process.pid),
            owner: record.and_then(|r| r.owner).map(|owner| owner.pid),
            log: record.map(|r| server::log_file(&r.folder)),
        }
    }
}
