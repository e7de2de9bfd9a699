//! Follows the effect topics and performs what they ask for.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use futures::{FutureExt as _, StreamExt, stream};
use kernel::Record;
use metrics::{counter, gauge};
use serde::Serialize;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::ledger::{Ledger, Pending};
use super::{EffectHandler, Outcome, RecordOutcome, Recorded, Settings};
use crate::observe;
use crate::platform::Platform;
use crate::ports::{Flush, Mark, PartitionReader, PortError, ReadLimits};
use crate::sharing::share;

/// Pause before a partition that could not be entered is tried again.
const SEEK_AGAIN: Duration = Duration::from_secs(10);
/// Effects taken from a partition before its mark moves.
const BATCH: ReadLimits = ReadLimits {
    records: 64,
    bytes: 1 << 20,
};

/// What an effect kind still has to do now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Due {
    /// Kind.
    pub kind: String,
    /// Asked for and not yet tried.
    pub untried: u64,
    /// Waiting for another try whose time has come.
    pub due: u64,
    /// Waiting for another try later.
    pub waiting: u64,
}

/// The running effect runners of this process.
pub struct Effects {
    stop: CancellationToken,
    kinds: Vec<Arc<Kind>>,
    tasks: Vec<JoinHandle<()>>,
}

struct Kind {
    handler: Arc<dyn EffectHandler>,
    settings: Settings,
    platform: Platform,
    record: RecordOutcome,
    ledger: Ledger,
    waiting: Mutex<BTreeMap<String, Pending>>,
    changed: Notify,
    slots: Semaphore,
    stop: CancellationToken,
}

impl Effects {
    /// Starts a runner for each handler.
    ///
    /// # Errors
    /// The log's or store's faults while setting up.
    pub async fn start(
        settings: Settings,
        platform: Platform,
        record: RecordOutcome,
        handlers: Vec<Arc<dyn EffectHandler>>,
    ) -> Result<Self, PortError> {
        let stop = CancellationToken::new();
        let (mut kinds, mut tasks) = (Vec::new(), Vec::new());
        for handler in handlers {
            let name = handler.kind();
            let ledger = Ledger::new(platform.store.clone(), name);
            let waiting = ledger
                .all()
                .await?
                .into_iter()
                .map(|p| (p.key.clone(), p))
                .collect();
            let kind = Arc::new(Kind {
                slots: Semaphore::new(settings.concurrency.max(1)),
                settings: settings.clone(),
                platform: platform.clone(),
                record: record.clone(),
                ledger,
                waiting: Mutex::new(waiting),
                changed: Notify::new(),
                stop: stop.clone(),
                handler,
            });
            for ((_, partition), next) in platform.store.marks(kind.unit(), 1).await? {
                platform.progress.advance(kind.unit(), 1, partition, next);
            }
            let topic = kind.topic().into();
            let membership = platform
                .log
                .join(&format!("worldlog.effects.{}", kind.unit()), &topic)
                .await?;
            let of = kind.clone();
            let run = move |reader, stop| of.clone().partition(reader, stop);
            tasks.push(tokio::spawn(share(membership, stop.clone(), run)));
            tasks.push(tokio::spawn(kind.clone().try_again()));
            kinds.push(kind);
        }
        Ok(Self { stop, kinds, tasks })
    }

    /// What is left to do, by kind.
    ///
    /// # Errors
    /// The log's faults.
    pub async fn due(&self) -> Result<Vec<Due>, PortError> {
        let mut all = Vec::new();
        for kind in &self.kinds {
            let ends = kind.platform.log.ends(&kind.topic()).await?;
            let untried = (0..)
                .zip(ends)
                .map(|(p, end)| end.saturating_sub(kind.platform.progress.mark(kind.unit(), 1, p)))
                .sum();
            let now = kind.platform.clock.now_ms();
            let waiting = kind.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let due = waiting.values().filter(|p| p.due <= now).count() as u64;
            all.push(Due {
                kind: kind.handler.kind().to_owned(),
                untried,
                due,
                waiting: waiting.len() as u64 - due,
            });
        }
        Ok(all)
    }

    /// Effects that wait for another try.
    pub fn pending(&self) -> Vec<Pending> {
        let lists = self
            .kinds
            .iter()
            .map(|k| k.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        lists
            .flat_map(|waiting| waiting.values().cloned().collect::<Vec<_>>())
            .collect()
    }

    /// Lets what is in flight finish, then leaves.
    pub async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "an effect runner ended by a panic");
            }
        }
    }
}

impl Kind {
    fn topic(&self) -> String {
        format!("effects.{}", self.handler.kind())
    }

    /// The name its marks are kept under; no processor has the name of an effect kind (tested in `app`).
    fn unit(&self) -> &'static str {
        self.handler.kind()
    }

    async fn partition(
        self: Arc<Self>,
        mut reader: Box<dyn PartitionReader>,
        stop: CancellationToken,
    ) {
        let partition = reader.partition();
        if !self.seek(&mut *reader, partition).await {
            return;
        }
        loop {
            let batch = tokio::select! {
                () = stop.cancelled() => return,
                batch = reader.next(BATCH) => batch,
            };
            match batch {
                Ok(batch) => {
                    let results = join_all(batch.records.iter().map(|r| self.first_try(r))).await;
                    if stop.is_cancelled() || results.iter().any(|ok| !ok) {
                        // Stopped in the middle: the mark stays, the batch is taken again.
                        return;
                    }
                    self.mark(partition, batch.next).await;
                }
                Err(error) => {
                    tracing::warn!(%error, effect.kind = self.handler.kind(), partition, "trying again");
                    self.sleep(self.settings.retry_min.0).await;
                }
            }
        }
    }

    /// Goes on at the mark, or at the log's start where retention has passed it: what is gone there is what the topic
    /// promised to forget. False when the runner was stopped.
    async fn seek(&self, reader: &mut dyn PartitionReader, partition: u32) -> bool {
        let kind = self.handler.kind();
        let mark = self.platform.progress.mark(self.unit(), 1, partition);
        loop {
            let found = async {
                let starts = self.platform.log.starts(&self.topic()).await?;
                let start = starts.get(partition as usize).copied().unwrap_or(0);
                if start > mark && mark > 0 {
                    tracing::warn!(
                        effect.kind = kind,
                        partition,
                        mark,
                        start,
                        "effects expired unread"
                    );
                }
                reader.seek(start.max(mark)).await
            };
            match found.await {
                Ok(()) => return true,
                Err(error) => {
                    tracing::error!(%error, effect.kind = kind, partition, "cannot go on where it stopped");
                }
            }
            if self.sleep(self.settings.retry_max.0.min(SEEK_AGAIN)).await {
                return false;
            }
        }
    }

    async fn mark(&self, partition: u32, next: u64) {
        let flush = Flush {
            processor: self.unit(),
            generation: 1,
            mark: Some(Mark {
                topic: self.topic(),
                partition,
                next,
            }),
            ..Flush::default()
        };
        while let Err(error) = self.platform.store.flush(flush.clone()).await {
            tracing::warn!(%error, effect.kind = self.handler.kind(), "mark not written; trying again");
            if self.sleep(self.settings.retry_min.0).await {
                return;
            }
        }
        self.platform
            .progress
            .advance(self.unit(), 1, partition, next);
    }

    /// Sleeps; says whether the runner was stopped meanwhile.
    async fn sleep(&self, pause: Duration) -> bool {
        tokio::select! {
            () = self.stop.cancelled() => true,
            () = tokio::time::sleep(pause) => false,
        }
    }

    /// The first try of an effect, or none if an earlier life already noted it. False when stopped before.
    async fn first_try(&self, record: &Record) -> bool {
        let (Some(key), Some(request)) = (&record.key, &record.value) else {
            return true;
        };
        let key = String::from_utf8_lossy(key).into_owned();
        if self
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(&key)
        {
            return true;
        }
        let not_after = record
            .headers
            .get("not_after")
            .and_then(|v| std::str::from_utf8(v).ok()?.parse::<i64>().ok());
        let pending = Pending {
            kind: self.handler.kind().to_owned(),
            key,
            request: hex::encode(request),
            attempts: 0,
            due: 0,
            not_after,
            reason: String::new(),
        };
        self.attempt(pending).await
    }

    /// One try. False when stopped before it was made or noted.
    async fn attempt(&self, mut pending: Pending) -> bool {
        let slot = tokio::select! {
            () = self.stop.cancelled() => return false,
            slot = self.slots.acquire() => slot,
        };
        let Ok(_slot) = slot else { return false };
        let now = self.platform.clock.now_ms();
        if pending.not_after.is_some_and(|last| now > last) {
            return self.over(pending, "expired", None, None).await;
        }
        let request = hex::decode(&pending.request).unwrap_or_default();
        let outcome = tokio::select! {
            () = self.stop.cancelled() => return false,
            outcome = AssertUnwindSafe(self.handler.perform(&pending.key, &request)).catch_unwind() => {
                // Our fault, not the effect's: it waits for another try and holds up nobody.
                let reason = "the handler panicked; the log has where".to_owned();
                outcome.unwrap_or(Outcome::Retry { after: None, reason })
            }
        };
        pending.attempts += 1;
        match outcome {
            Outcome::Done(result) => self.over(pending, "done", None, result).await,
            Outcome::GiveUp { reason } => self.over(pending, "failed", Some(reason), None).await,
            Outcome::Retry { reason, .. } if pending.attempts >= self.settings.attempts_max => {
                self.over(pending, "failed", Some(reason), None).await
            }
            Outcome::Retry { after, reason } => {
                counter!(observe::EFFECTS, "kind" => self.handler.kind(), "outcome" => "retry")
                    .increment(1);
                pending.due = now + self.pause_ms(pending.attempts, after);
                pending.reason = reason;
                self.note(pending).await
            }
        }
    }

    fn pause_ms(&self, attempts: u32, after: Option<Duration>) -> i64 {
        let doubled = self
            .settings
            .retry_min
            .0
            .saturating_mul(1 << attempts.saturating_sub(1).min(20));
        let pause = after.unwrap_or(doubled).min(self.settings.retry_max.0);
        i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)
    }

    /// Notes that another try is due later.
    async fn note(&self, pending: Pending) -> bool {
        while let Err(error) = self.ledger.put(&pending).await {
            tracing::warn!(%error, effect.key = pending.key, "ledger not written; trying again");
            if self.sleep(self.settings.retry_min.0).await {
                return false;
            }
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.insert(pending.key.clone(), pending);
        gauge!(observe::EFFECTS_PENDING, "kind" => self.handler.kind()).set(waiting.len() as f64);
        drop(waiting);
        self.changed.notify_one();
        true
    }

    /// Records the outcome, then forgets the effect.
    async fn over(
        &self,
        pending: Pending,
        outcome: &'static str,
        reason: Option<String>,
        result: Option<bytes::Bytes>,
    ) -> bool {
        counter!(observe::EFFECTS, "kind" => self.handler.kind(), "outcome" => outcome)
            .increment(1);
        if outcome != "done" {
            tracing::warn!(
                effect.kind = self.handler.kind(),
                effect.key = pending.key,
                attempts = pending.attempts,
                "effect {outcome}: {}",
                reason.as_deref().unwrap_or("")
            );
        }
        if outcome != "done" || self.handler.records_success() {
            let record = (self.record)(Recorded {
                kind: self.handler.kind(),
                key: pending.key.clone(),
                outcome,
                reason,
                attempts: pending.attempts,
                result,
                at: self.platform.clock.now_ms(),
            });
            while let Err(error) = self.platform.log.append(vec![record.clone()]).await {
                tracing::warn!(%error, effect.key = pending.key, "outcome not appended; trying again");
                if self.sleep(self.settings.retry_min.0).await {
                    return false;
                }
            }
        }
        let known = self
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&pending.key);
        if known.is_some() {
            while let Err(error) = self.ledger.remove(&pending.key).await {
                tracing::warn!(%error, effect.key = pending.key, "ledger not cleared; trying again");
                if self.sleep(self.settings.retry_min.0).await {
                    return false;
                }
            }
        }
        true
    }

    /// Makes the tries that are due, for ever.
    async fn try_again(self: Arc<Self>) {
        while !self.stop.is_cancelled() {
            let now = self.platform.clock.now_ms();
            let (due, next) = {
                let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                let due: Vec<_> = waiting.values().filter(|p| p.due <= now).cloned().collect();
                (
                    due,
                    waiting.values().map(|p| p.due).filter(|d| *d > now).min(),
                )
            };
            stream::iter(due)
                .for_each_concurrent(self.settings.concurrency.max(1), |pending| {
                    let this = self.clone();
                    async move {
                        this.attempt(pending).await;
                    }
                })
                .await;
            let next = next.unwrap_or(i64::MAX);
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.changed.notified() => {}
                () = self.platform.clock.sleep_until(next) => {}
            }
        }
    }
}
