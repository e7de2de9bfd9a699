//! The readers of one server: its snapshots and its new rows, side by side. Nothing here waits for another server
//! longer than `snapshots_gather`, but for the end of a snapshot that both list and another's reader is reading.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use runtime::settings::Span;
use serde_json::value::RawValue;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::board::{Board, Claim};
use super::changes::{Changes, Position, Saved};
use super::funnel::{Funnel, Limits, Place, Tools};
use super::listing;
use super::progress::Key;
use super::settings::Follow;
use super::settle::Origin;
use super::snapshots::{Outcome, Reader};
use crate::sources::outbound::{Backoff, Client, Fault, Jitter, Request};

/// Follows one server.
pub(super) struct Server {
    pub(super) tools: Tools,
    pub(super) client: Client,
    pub(super) board: Arc<Board>,
    pub(super) follow: Arc<Follow>,
    /// How many servers are followed.
    pub(super) servers: usize,
}

impl Server {
    /// Follows, for ever.
    pub(super) async fn run(&self) {
        let saved = self.restore().await;
        let (start, started) = watch::channel(None);
        tokio::join!(self.snapshots(start), self.changes(saved, started));
    }

    /// Takes up what was saved.
    async fn restore(&self) -> Option<Saved> {
        let mut backoff = self.backoff();
        let mut jitter = self.jitter(1);
        let cursors = loop {
            match self.tools.sink.cursors().await {
                Ok(cursors) => break cursors,
                Err(error) => {
                    self.tools
                        .status
                        .fault("log", &format!("reading cursors: {error}"));
                    sleep(backoff.step(&mut jitter, None)).await;
                }
            }
        };
        self.tools.status.clear();
        self.board.restore(cursors.iter());
        let cursor = cursors.get(&*self.tools.server)?;
        let saved = Saved::read(&cursor.position)?;
        saved.saved(&self.tools);
        Some(saved)
    }

    async fn snapshots(&self, start: watch::Sender<Option<i64>>) {
        let Server {
            tools,
            follow,
            board,
            ..
        } = self;
        let reader = Reader {
            tools: tools.clone(),
            client: self.client.clone(),
            board: Arc::clone(board),
            limits: self.limits(
                follow.synchronizer_queue_concurrency,
                follow.synchronizer_queue_timeout_ms,
                Some(follow.max_retries),
            ),
            spool: follow.spool.clone(),
        };
        let mut pause = follow.snapshots_reread_first;
        loop {
            let (listed, rejections) = listing::check(self.list().await, super::real_now_ms());
            reader.refuse(&rejections).await;
            let end = listed.iter().map(|item| item.range.1).max().unwrap_or(0);
            board.list(&tools.server, listed);
            start.send_replace(Some(end));
            self.gather().await;
            self.read_all(&reader).await;
            tools.status.progress(|status| status.snapshots_done = true);
            sleep(pause.0).await;
            pause = follow.snapshots_reread;
        }
    }

    /// The list, as soon as the server shows it. A server that refuses for good has none.
    async fn list(&self) -> Vec<Box<RawValue>> {
        let mut backoff = self.backoff();
        let mut jitter = self.jitter(2);
        loop {
            let request = Request {
                server: &self.tools.server,
                path: "/snapshots",
                thing: "snapshots",
            };
            let error = match self.client.json(request).await {
                Ok(list) => return list,
                Err(error) => error,
            };
            if error.fault.is_permanent() {
                tracing::warn!(catalyst.server = %self.tools.server, "no snapshots: {error}");
                return Vec::new();
            }
            self.tools
                .status
                .fault(error.fault.word(), &error.to_string());
            sleep(backoff.step(&mut jitter, error.fault.retry_after())).await;
        }
    }

    /// Waits, but not for long, until every server has shown its list.
    async fn gather(&self) {
        let all = async {
            loop {
                let changed = self.board.changed.notified();
                if self.board.listed() >= self.servers {
                    return;
                }
                changed.await;
            }
        };
        // Whoever is late is asked only by its own reader.
        drop(timeout(self.follow.snapshots_gather.0, all).await);
    }

    /// Reads what this server lists and nobody has read for it; comes back to what had to wait.
    async fn read_all(&self, reader: &Reader) {
        let mut backoff = self.backoff();
        let mut jitter = self.jitter(3);
        loop {
            let (mut tried, mut later) = (BTreeSet::new(), false);
            loop {
                let changed = self.board.changed.notified();
                match self.board.claim(&self.tools.server, &tried) {
                    Claim::Job(job) => {
                        let outcome = reader.read(&job).await;
                        later |= outcome == Outcome::Later;
                        if outcome != Outcome::Done {
                            tried.insert(Key::clone(&job.key));
                        }
                    }
                    Claim::Known(key, scope) => reader.finish(&key, 0, scope).await,
                    Claim::Wait => drop(timeout(Duration::from_secs(1), changed).await),
                    Claim::Nothing => break,
                }
            }
            if !later {
                return;
            }
            sleep(backoff.step(&mut jitter, None)).await;
        }
    }

    async fn changes(&self, saved: Option<Saved>, started: watch::Receiver<Option<i64>>) {
        let Server { tools, follow, .. } = self;
        let overlap_ms = follow.overlap.as_millis();
        let place = match saved {
            Some(saved) => saved,
            None => self.begin(started, overlap_ms).await,
        };
        self.board
            .cover(&tools.server, place.since.saturating_add(overlap_ms));
        let limits = self.limits(
            follow.download_queue_concurrency,
            follow.download_queue_timeout_ms,
            None,
        );
        let mut funnel = Funnel::new(
            tools.clone(),
            limits,
            Origin::PointerChanges,
            Some(place.clone()),
        );
        let mut changes = Changes::new(self.client.clone(), &tools.server, follow, place);
        let mut backoff = self.backoff();
        let mut jitter = self.jitter(4);
        let mut overlap_due = Instant::now();
        // Of the last sweep over the overlap.
        let mut stalled = false;
        loop {
            let polled_at = super::real_now_ms();
            let overlaps = Instant::now() >= overlap_due;
            let place = &changes.place.at;
            let start = if overlaps {
                place.behind(overlap_ms)
            } else {
                place.clone()
            };
            let result = changes.sweep(start, &mut funnel).await;
            let ends = result.as_ref().map_err(|error| &error.fault);
            // What holds up the overlap must not keep the newer rows away: they have their turn in between.
            let passed = matches!(ends, Ok(()) | Err(Fault::Stalled(_))) && !changes.is_cut();
            if overlaps && passed {
                overlap_due = Instant::now() + follow.overlap_interval.0;
                stalled = ends.is_err();
            }
            let waits = stalled || funnel.waits();
            let pause = match &result {
                Ok(()) => {
                    backoff.reset();
                    self.polled(polled_at, waits);
                    follow.poll_interval.0
                }
                Err(error) => {
                    tools.status.fault(error.fault.word(), &error.to_string());
                    match error.fault {
                        // The server answers; only what it says has no end.
                        Fault::Stalled(_) => follow.poll_interval.0,
                        _ => backoff.step(&mut jitter, error.fault.retry_after()),
                    }
                }
            };
            funnel.work_until(Instant::now() + pause).await;
            if result.is_ok() && !stalled && funnel.pending() == 0 {
                tools.status.settled(polled_at);
            }
            tools.status.publish(super::real_now_ms(), funnel.pending());
        }
    }

    /// Notes that a poll ended well, and whether something waits nevertheless.
    fn polled(&self, at: i64, waits: bool) {
        let status = &self.tools.status;
        if !waits {
            status.clear();
        }
        status.progress(|status| status.polled_at = Some(at));
    }

    /// Where to begin without a cursor: a little before the end of the newest snapshot. Saved at once, because
    /// snapshots that are made later need no reading once it is.
    async fn begin(&self, mut started: watch::Receiver<Option<i64>>, overlap_ms: i64) -> Saved {
        // The other reader, which sends, never ends before this one.
        let end = started
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|end| *end)
            .unwrap_or(0);
        let at = Position {
            from: end,
            last_id: String::new(),
        }
        .behind(overlap_ms);
        let saved = Saved { since: at.from, at };
        let Tools { sink, status, .. } = &self.tools;
        sink.append(vec![saved.record(&self.tools)], status, &mut self.jitter(5))
            .await;
        saved.saved(&self.tools);
        saved
    }

    fn limits(&self, concurrency: usize, file_timeout: Span, tries: Option<u32>) -> Limits {
        let follow = &self.follow;
        Limits {
            concurrency,
            file_timeout: file_timeout.0,
            pending: follow.download_queue_max_pending,
            batch_rows: follow.batch_rows,
            retry_first: follow.wait_time_between_retries.0,
            retry_max: follow.backoff_max.0,
            denials: follow.max_retries,
            tries,
        }
    }

    fn backoff(&self) -> Backoff {
        let Span(first) = self.follow.wait_time_between_retries;
        Backoff::new(first, 1.5, self.follow.backoff_max.0)
    }

    fn jitter(&self, salt: u64) -> Jitter {
        Jitter::new(super::seen::of_entity(&self.tools.server) as u64 ^ salt)
    }
}
