//! Reading one snapshot: from whichever server has it, line by line, with its own durable progress.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use kernel::NewRecord;
use model::Json;

use super::board::{Board, Job};
use super::funnel::{Funnel, Limits, Place, Tools};
use super::listing::Listed;
use super::progress::{Key, Progress, Scope};
use super::reject::{Code, Rejection};
use super::row::Row;
use super::settle::Origin;
use super::spool::{Line, Lines, Spool};
use crate::sources::outbound::{Client, FetchError, Jitter};

/// How reading a snapshot ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Every line is settled.
    Done,
    /// It was refused; the next list may bring a better one.
    Refused,
    /// Something of it has to wait.
    Later,
}

/// What reading snapshots needs.
pub(super) struct Reader {
    pub(super) tools: Tools,
    pub(super) client: Client,
    pub(super) board: Arc<Board>,
    pub(super) limits: Limits,
    pub(super) spool: Option<PathBuf>,
}

/// A place in a snapshot.
#[derive(Clone)]
struct At {
    board: Arc<Board>,
    key: Arc<Key>,
    lines: u64,
    /// For whom the lines before it count, as far as is known when it is saved.
    scope: Arc<Mutex<Scope>>,
}

impl At {
    fn progress(&self) -> Progress {
        Progress {
            lines: self.lines,
            done: false,
            scope: scope_of(&self.scope),
        }
    }
}

fn scope_of(scope: &Mutex<Scope>) -> Scope {
    scope.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

impl PartialEq for At {
    fn eq(&self, other: &Self) -> bool {
        self.lines == other.lines
    }
}

impl Place for At {
    fn record(&self, tools: &Tools) -> NewRecord {
        cursor(tools, &self.key, &self.progress())
    }

    fn saved(&self, tools: &Tools) {
        self.board.note(&tools.server, &self.key, self.progress());
    }
}

fn cursor(tools: &Tools, key: &Key, progress: &Progress) -> NewRecord {
    let position = Json::of(progress).unwrap_or_default();
    let key = key.cursor(&tools.server);
    tools.sink.cursor(&key, &tools.server, "snapshot", position)
}

impl Reader {
    /// Reads one snapshot.
    pub(super) async fn read(&self, job: &Job) -> Outcome {
        let lines = match self.download(job).await {
            Ok(lines) => lines,
            Err(outcome) => return outcome,
        };
        match self.settle(job, lines).await {
            Ok(outcome) => outcome,
            Err(error) => {
                let what = format!("snapshot {}: {error}", job.listed.hash);
                self.tools.status.fault("spool", &what);
                Outcome::Later
            }
        }
    }

    /// Notes durably that a snapshot of this server needs no reading, or no more of it after so many lines; and for
    /// whom that counts.
    pub(super) async fn finish(&self, key: &Key, lines: u64, scope: Scope) {
        let progress = Progress {
            lines,
            done: true,
            scope,
        };
        let records = vec![cursor(&self.tools, key, &progress)];
        let Tools {
            server,
            sink,
            status,
            ..
        } = &self.tools;
        sink.append(records, status, &mut Jitter::new(lines)).await;
        self.board.note(server, key, progress);
        status.change(|s| s.snapshots += 1);
    }

    /// Notes rejections that belong to no line.
    pub(super) async fn refuse(&self, rejections: &[Rejection]) {
        let Tools {
            server,
            sink,
            status,
            seen,
            ..
        } = &self.tools;
        let mut records = Vec::new();
        for rejection in rejections {
            let fingerprint = super::seen::of_row(&rejection.reason(server));
            let mut seen = seen
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            if !seen.has(fingerprint) {
                seen.add(fingerprint);
                drop(seen);
                status.rejected(rejection.code, &rejection.reason(server));
                records.push(sink.rejection(server, rejection));
            }
        }
        if !records.is_empty() {
            sink.append(records, status, &mut Jitter::new(1)).await;
        }
    }

    /// The file, its name and its header confirmed, from the first server that gives it.
    async fn download(&self, job: &Job) -> Result<Lines, Outcome> {
        let mut refused: Option<Rejection> = None;
        let mut later = None;
        for server in &*job.servers {
            match self.download_from(server, &job.listed).await {
                Ok(lines) => return Ok(lines),
                Err(Fail::Refused(rejection)) => drop(refused.get_or_insert(rejection)),
                Err(Fail::Later(word, what)) => drop(later.get_or_insert((word, what))),
            }
        }
        if let Some((word, what)) = later {
            self.tools.status.fault(word, &what);
            return Err(Outcome::Later);
        }
        self.refuse(refused.as_slice()).await;
        Err(Outcome::Refused)
    }

    async fn download_from(&self, server: &str, listed: &Listed) -> Result<Lines, Fail> {
        let hash = &listed.hash;
        let settings = self.client.settings();
        let spool_fault = |e: std::io::Error| Fail::Later("spool", format!("snapshot {hash}: {e}"));
        let mut spool = Spool::create(self.spool.as_deref())
            .await
            .map_err(spool_fault)?;
        let refused = |error: FetchError| {
            if !error.fault.is_permanent() {
                return Fail::Later(error.fault.word(), error.to_string());
            }
            let code = Code::of_snapshot(&error.fault);
            Fail::Refused(Rejection::new(
                hash.as_str(),
                code,
                error.to_string(),
                &listed.text,
            ))
        };
        let limit = settings.file_limit.0;
        let file = self.client.verified(server, hash, "snapshot", limit).await;
        let mut file = file.map_err(refused)?;
        while let Some(chunk) = file.chunk().await.map_err(refused)? {
            spool.write(&chunk).await.map_err(spool_fault)?;
        }
        let lines = spool.lines(settings.line_limit.as_usize()).await;
        let mut lines = lines.map_err(spool_fault)?;
        match lines.header().await {
            Ok(()) => Ok(lines),
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                let what = format!("{server}: {error}");
                let code = Code::SnapshotHeader;
                Err(Fail::Refused(Rejection::new(
                    hash.as_str(),
                    code,
                    what,
                    &listed.text,
                )))
            }
            Err(error) => Err(spool_fault(error)),
        }
    }

    /// Settles every line that was not settled before.
    async fn settle(&self, job: &Job, mut lines: Lines) -> std::io::Result<Outcome> {
        let now = super::real_now_ms();
        let scope = Arc::new(Mutex::new(job.scope.clone()));
        let at = |lines| At {
            board: Arc::clone(&self.board),
            key: Arc::clone(&job.key),
            lines,
            scope: Arc::clone(&scope),
        };
        let (tools, limits) = (self.tools.clone(), self.limits.clone());
        let funnel = Funnel::new(tools, limits, Origin::Snapshot, Some(at(job.lines)));
        let mut funnel = funnel.noting(&scope);
        let (mut number, mut rows) = (0, 0);
        while let Some(line) = lines.next().await? {
            number += 1;
            rows += u64::from(line != Line::Text(String::new()));
            if number <= job.lines {
                continue;
            }
            match self.check(&line, &job.listed, now) {
                Ok(Some(row)) => funnel.push(row, &job.servers, at(number)).await,
                Ok(None) => {}
                Err(rejection) => {
                    let text = rejection.row.text().to_owned();
                    funnel.refuse(rejection, &text, at(number)).await;
                }
            }
            if funnel.is_stuck() {
                return Ok(Outcome::Later);
            }
        }
        let all_settled = funnel.drain().await;
        if let Some(promised) = job.listed.entities.filter(|promised| *promised != rows) {
            let what = format!("the list promises {promised} entities, the file has {rows}");
            let code = Code::SnapshotCount;
            let hash = &job.key.hash;
            self.refuse(&[Rejection::new(hash, code, what, &job.listed.text)])
                .await;
        }
        if !all_settled {
            return Ok(Outcome::Later);
        }
        self.finish(&job.key, number, scope_of(&scope)).await;
        Ok(Outcome::Done)
    }

    /// The row of a line; `None` for an empty one.
    fn check(&self, line: &Line, listed: &Listed, now: i64) -> Result<Option<Row>, Rejection> {
        let text = match line {
            Line::Text(text) if text.is_empty() => return Ok(None),
            Line::Text(text) => text,
            Line::NotText => {
                let what = format!("a line of snapshot {} is no UTF-8", listed.hash);
                return Err(Rejection::new("", Code::RowMalformed, what, ""));
            }
            Line::TooLong(bytes, start) => {
                let limit = self.client.settings().line_limit;
                let hash = &listed.hash;
                let what = format!("a line of snapshot {hash} has {bytes} bytes, at most {limit}");
                return Err(Rejection::new("", Code::RowTooLong, what, start));
            }
        };
        let row = Row::parse(text, now)?;
        let (init, end) = listed.range;
        if (init..=end).contains(&row.timestamp) {
            return Ok(Some(row));
        }
        let (ms, hash) = (row.timestamp, &listed.hash);
        let what = format!("its timestamp {ms} is outside {init} … {end} of snapshot {hash}");
        Err(Rejection::new(
            row.id.as_str(),
            Code::SnapshotRange,
            what,
            text,
        ))
    }
}

/// Why a server did not give a snapshot.
enum Fail {
    Refused(Rejection),
    Later(&'static str, String),
}
