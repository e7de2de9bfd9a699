//! One try of an effect, and what becomes of it: an outcome event, or a note in the ledger.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{FutureExt as _, StreamExt, stream};
use kernel::{NewRecord, Position, emit_id};
use metrics::{counter, gauge};
use tokio_util::sync::CancellationToken;

use super::ledger::Pending;
use super::runner::Kind;
use super::{Outcome, Recorded};
use crate::observe;

impl Kind {
    /// One try. False when stopped before it was made or noted.
    pub(super) async fn attempt(&self, mut pending: Pending, stop: &CancellationToken) -> bool {
        let slot = tokio::select! {
            biased;
            () = stop.cancelled() => return false,
            slot = self.slots.acquire() => slot,
        };
        let Ok(slot) = slot else { return false };
        let now = self.platform.clock.now_ms();
        if pending.not_after.is_some_and(|last| now > last) {
            drop(slot);
            return self.over(pending, "expired", None, None, stop).await;
        }
        let outcome = tokio::select! {
            biased;
            outcome = self.perform(&pending) => outcome,
            () = self.out_of_grace(stop) => {
                tracing::warn!(
                    effect.kind = self.handler.kind(),
                    effect.key = pending.key,
                    "dropped {} after the stop; it is taken again",
                    self.settings.stop_grace
                );
                return false;
            }
        };
        // The next one need not wait until this one is written down.
        drop(slot);
        pending.attempts += 1;
        match outcome {
            Outcome::Done(result) => self.over(pending, "done", None, result, stop).await,
            Outcome::GiveUp { reason } => {
                self.over(pending, "failed", Some(reason), None, stop).await
            }
            Outcome::Retry { reason, .. } if pending.attempts >= self.settings.attempts_max => {
                self.over(pending, "failed", Some(reason), None, stop).await
            }
            Outcome::Retry { after, reason } => {
                counter!(observe::EFFECTS, "kind" => self.handler.kind(), "outcome" => "retry")
                    .increment(1);
                let now = self.platform.clock.now_ms();
                pending.due = now + self.pause_ms(pending.attempts, after);
                pending.reason = reason;
                self.note(pending, stop).await
            }
        }
    }

    /// Asks the handler, which has its time. That it panics or hangs is not the effect's fault: it waits for another
    /// try and holds up nobody.
    async fn perform(&self, pending: &Pending) -> Outcome {
        let retry = |reason: String| Outcome::Retry {
            after: None,
            reason,
        };
        let request = hex::decode(&pending.request).unwrap_or_default();
        let limit = self.settings.attempt_timeout;
        let performed = AssertUnwindSafe(self.handler.perform(&pending.key, &request));
        match tokio::time::timeout(limit.0, performed.catch_unwind()).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => retry("the handler panicked; the log has where".to_owned()),
            Err(_) => retry(format!("not over within {limit}")),
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
    async fn note(&self, pending: Pending, stop: &CancellationToken) -> bool {
        while let Err(error) = self.ledger.put(&pending).await {
            tracing::warn!(%error, effect.key = pending.key, "ledger not written; trying again");
            if self.sleep(self.settings.retry_min.0, stop).await {
                return false;
            }
        }
        let mut waiting = self.waiting();
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
        result: Option<Bytes>,
        stop: &CancellationToken,
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
            let record = self.outcome(&pending, outcome, reason, result);
            while let Err(error) = self.platform.log.append(vec![record.clone()]).await {
                tracing::warn!(%error, effect.key = pending.key, "outcome not appended; trying again");
                if self.sleep(self.settings.retry_min.0, stop).await {
                    return false;
                }
            }
        }
        let known = {
            let mut waiting = self.waiting();
            let known = waiting.remove(&pending.key);
            gauge!(observe::EFFECTS_PENDING, "kind" => self.handler.kind())
                .set(waiting.len() as f64);
            known
        };
        if known.is_some() {
            while let Err(error) = self.ledger.remove(&pending.key).await {
                tracing::warn!(%error, effect.key = pending.key, "ledger not cleared; trying again");
                if self.sleep(self.settings.retry_min.0, stop).await {
                    return false;
                }
            }
        }
        true
    }

    /// The outcome's event. A crash after it was appended has the effect performed, and the outcome appended, again:
    /// both times it has the id and the cause that follow from where the effect was asked for, so that readers drop
    /// the repetition.
    fn outcome(
        &self,
        pending: &Pending,
        outcome: &'static str,
        reason: Option<String>,
        result: Option<Bytes>,
    ) -> NewRecord {
        let mut record = (self.record)(Recorded {
            kind: self.handler.kind(),
            key: pending.key.clone(),
            outcome,
            reason,
            attempts: pending.attempts,
            result,
            at: self.platform.clock.now_ms(),
        });
        let asked = pending.asked.as_deref();
        if let Some(cause) = asked.and_then(|text| text.parse::<Position>().ok()) {
            record.headers.id = emit_id(&format!("runners/{}", self.handler.kind()), &cause);
            record.headers.cause = Some(cause);
        }
        record
    }

    /// Makes the tries that are due, until the runner is stopped.
    pub(super) async fn later_tries(self: Arc<Self>) {
        self.bounded(&self.stop, self.try_again()).await;
    }

    async fn try_again(&self) {
        while !self.stop.is_cancelled() {
            let now = self.platform.clock.now_ms();
            let (due, next) = {
                let waiting = self.waiting();
                let due: Vec<_> = waiting.values().filter(|p| p.due <= now).cloned().collect();
                let next = waiting.values().map(|p| p.due).filter(|d| *d > now).min();
                (due, next)
            };
            stream::iter(due)
                .for_each_concurrent(self.settings.concurrency.max(1), async |pending| {
                    self.attempt(pending, &self.stop).await;
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
