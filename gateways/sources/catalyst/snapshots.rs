//! Reading one snapshot: from whichever server has it, line by line, with its own durable progress.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

use kernel::NewRecord;
use model::Json;

use super::board::{Board, Job, KEY_PREFIX, Progress};
use super::funnel::{Funnel, Limits, Place, Tools};
use super::listing::Listed;
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
    hash: Arc<str>,
    progress: Progress,
}

impl PartialEq for At {
    fn eq(&self, other: &Self) -> bool {
        self.progress == other.progress
    }
}

impl Place for At {
    fn record(&self, tools: &Tools) -> NewRecord {
        let key = format!("{KEY_PREFIX}{}", self.hash);
        let position = Json::of(&self.progress).unwrap_or_default();
        tools.sink.cursor(&key, &tools.server, "snapshot", position)
    }

    fn saved(&self, _: &Tools) {
        self.board.note(&self.hash, self.progress.clone());
    }
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

    /// Notes durably that a snapshot needs no reading.
    pub(super) async fn finish(&self, hash: &str, lines: u64) {
        let progress = Progress { lines, done: true };
        let at = At {
            board: Arc::clone(&self.board),
            hash: hash.into(),
            progress,
        };
        let records = vec![at.record(&self.tools)];
        let Tools { sink, status, .. } = &self.tools;
        sink.append(records, status, &mut Jitter::new(lines)).await;
        at.saved(&self.tools);
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
        let hash: Arc<str> = job.listed.hash.as_str().into();
        let at = |lines| At {
            board: Arc::clone(&self.board),
            hash: Arc::clone(&hash),
            progress: Progress { lines, done: false },
        };
        let (tools, limits) = (self.tools.clone(), self.limits.clone());
        let mut funnel = Funnel::new(tools, limits, Origin::Snapshot, Some(at(job.lines)));
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
            self.refuse(&[Rejection::new(&hash, code, what, &job.listed.text)])
                .await;
        }
        if !all_settled {
            return Ok(Outcome::Later);
        }
        self.finish(&hash, number).await;
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
