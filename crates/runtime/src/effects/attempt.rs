//! One try of an effect, and what becomes of it: an outcome event, or a note in the ledger.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{FutureExt as _, StreamExt, stream};
use kernel::{NewRecord, Position, TraceContext, emit_id};
use metrics::{counter, gauge};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::entry::Entry;
use super::ledger::Pending;
use super::runner::Kind;
use super::{AfterCrash, Outcome, Recorded};
use crate::observe::{self, span};
use crate::reading::Token;
use crate::trace::{Kind as SpanKind, Open};

/// The ledger is not read more often than this.
const LOOK_MIN: Duration = Duration::from_millis(10);

/// How a try ended, and whether that is certain: a try that took too long, or panicked, may have happened all the same.
struct Performed {
    outcome: Outcome,
    certain: bool,
}

impl Kind {
    /// One try, if one may be made. False when stopped before it was made or noted.
    pub(super) async fn attempt(&self, mut pending: Pending, stop: &CancellationToken) -> bool {
        let slot = tokio::select! {
            biased;
            () = stop.cancelled() => return false,
            slot = self.slots.acquire() => slot,
        };
        let Ok(slot) = slot else { return false };
        // Before the claim, which says that a try was begun.
        tokio::select! {
            biased;
            () = stop.cancelled() => return false,
            () = self.rate.turn() => {}
        }
        let Some(entry) = self.enter(&pending, stop).await else {
            return false;
        };
        let known = match entry {
            Entry::Try => None,
            Entry::Over => return self.forget(&pending.key, stop).await,
            Entry::Later(until) => {
                pending.due = until;
                "another process is at it".clone_into(&mut pending.reason);
                return self.note(pending, stop).await;
            }
            Entry::Known(outcome) => Some(Performed {
                certain: !matches!(outcome, Outcome::Retry { .. }),
                outcome,
            }),
            Entry::Unknown => {
                let reason = "a try was begun, and nobody knows how it ended".to_owned();
                return self
                    .over(pending, "unknown", Some(reason), None, stop)
                    .await;
            }
        };
        let now = self.platform.clock.now_ms();
        if known.is_none() && pending.not_after.is_some_and(|last| now > last) {
            drop(slot);
            return self.over(pending, "expired", None, None, stop).await;
        }
        let span = self.begin_span(&pending);
        let performed = match known {
            Some(known) => known,
            None => tokio::select! {
                biased;
                performed = self.perform(&pending) => performed,
                () = self.out_of_grace(stop) => {
                    tracing::warn!(
                        effect.kind = self.handler.kind(),
                        effect.key = pending.key,
                        "dropped {} after the stop; it is taken again",
                        self.settings.stop_grace
                    );
                    return false;
                }
            },
        };
        // The next one need not wait until this one is written down.
        drop(slot);
        pending.attempts += 1;
        if let Some(span) = span {
            self.end_span(*span, &pending, &performed.outcome);
        }
        self.settle(pending, performed, stop).await
    }

    /// The span of a try, where the effect was asked for in a trace.
    fn begin_span(&self, pending: &Pending) -> Option<Box<Open>> {
        let context = TraceContext::parse(pending.trace.as_deref()?)?;
        Open::begin(SpanKind::Consumer, Some(&context)).map(Box::new)
    }

    fn end_span(&self, mut open: Open, pending: &Pending, outcome: &Outcome) {
        let told = match outcome {
            Outcome::Done(_) => "done",
            Outcome::Retry { reason, .. } => {
                open.failed(reason.as_str());
                "retry"
            }
            Outcome::GiveUp { reason } => {
                open.failed(reason.as_str());
                "failed"
            }
        };
        let kind = self.handler.kind();
        open.say(span::EFFECT_KIND, kind);
        open.say(span::EFFECT_KEY, pending.key.as_str());
        open.say(span::EFFECT_ATTEMPT, pending.attempts);
        open.say(span::EFFECT_OUTCOME, told);
        open.end(format!("{} {kind}", span::EFFECT));
    }

    /// Writes down how a try ended.
    async fn settle(
        &self,
        mut pending: Pending,
        performed: Performed,
        stop: &CancellationToken,
    ) -> bool {
        let certain = performed.certain || self.handler.after_crash() == AfterCrash::Repeat;
        match performed.outcome {
            Outcome::Done(result) => self.over(pending, "done", None, result, stop).await,
            Outcome::GiveUp { reason } => {
                self.over(pending, "failed", Some(reason), None, stop).await
            }
            Outcome::Retry { reason, .. } if pending.attempts >= self.settings.attempts_max => {
                let outcome = if certain { "failed" } else { "unknown" };
                self.over(pending, outcome, Some(reason), None, stop).await
            }
            Outcome::Retry { after, reason } => {
                counter!(observe::EFFECTS, "kind" => self.handler.kind(), "outcome" => "retry")
                    .increment(1);
                let now = self.platform.clock.now_ms();
                pending.due = now + self.pause_ms(pending.attempts, after);
                pending.reason = reason;
                let key = pending.key.clone();
                // The claim stays for as long as nobody knows how the try ended.
                self.note(pending, stop).await && (!certain || self.give_back(&key, stop).await)
            }
        }
    }

    /// Asks the handler, which has its time. That it panics or hangs is not the effect's fault: it waits for another
    /// try and holds up nobody.
    async fn perform(&self, pending: &Pending) -> Performed {
        let uncertain = |reason: String| Performed {
            outcome: Outcome::Retry {
                after: None,
                reason,
            },
            certain: false,
        };
        let request = hex::decode(&pending.request).unwrap_or_default();
        let limit = self.settings.attempt_timeout;
        let performed = AssertUnwindSafe(self.handler.perform(&pending.key, &request));
        match tokio::time::timeout(limit.0, performed.catch_unwind()).await {
            Ok(Ok(outcome)) => Performed {
                outcome,
                certain: true,
            },
            Ok(Err(_)) => uncertain("the handler panicked; the log has where".to_owned()),
            Err(_) => uncertain(format!("not over within {limit}")),
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
    async fn note(&self, mut pending: Pending, stop: &CancellationToken) -> bool {
        pending.noted = true;
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
            let token = loop {
                match self.platform.append(vec![record.clone()]).await {
                    Ok(token) => break token,
                    Err(error) => {
                        tracing::warn!(%error, effect.key = pending.key, "outcome not appended; trying again");
                    }
                }
                if self.sleep(self.settings.retry_min.0, stop).await {
                    return false;
                }
            };
            if !self.shown(&token, stop).await {
                return false;
            }
        }
        self.forget(&pending.key, stop).await
    }

    /// Whoever finds no claim must find the outcome. At a stop nobody here looks any more, and whoever comes next waits
    /// for it.
    async fn shown(&self, token: &Token, stop: &CancellationToken) -> bool {
        if self.handler.after_crash() == AfterCrash::Repeat {
            return true;
        }
        let (_, model) = self.outcomes.read_model();
        loop {
            let passed = tokio::select! {
                biased;
                passed = self.platform.waiter.passed(model, token) => passed,
                () = stop.cancelled() => return true,
            };
            let Err(error) = passed else { return true };
            tracing::warn!(%error, "not known whether an outcome shows; trying again");
            if self.sleep(self.settings.retry_min.0, stop).await {
                return true;
            }
        }
    }

    /// Forgets an effect that is over.
    async fn forget(&self, key: &str, stop: &CancellationToken) -> bool {
        let known = {
            let mut waiting = self.waiting();
            let known = waiting.remove(key);
            gauge!(observe::EFFECTS_PENDING, "kind" => self.handler.kind())
                .set(waiting.len() as f64);
            known
        };
        if known.is_some() {
            while let Err(error) = self.ledger.remove(key).await {
                tracing::warn!(%error, effect.key = key, "ledger not cleared; trying again");
                if self.sleep(self.settings.retry_min.0, stop).await {
                    return false;
                }
            }
        }
        self.give_back(key, stop).await
    }

    /// Gives back the claim, where the kind has any.
    async fn give_back(&self, key: &str, stop: &CancellationToken) -> bool {
        if self.handler.after_crash() == AfterCrash::Repeat {
            return true;
        }
        let now = self.platform.clock.now_ms();
        while let Err(error) = self.claims.give_back(key, now).await {
            tracing::warn!(%error, effect.key = key, "claim not given back; trying again");
            if self.sleep(self.settings.retry_min.0, stop).await {
                return false;
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
        let mut record = self.outcomes.record(Recorded {
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
        record.headers.trace.clone_from(&pending.trace);
        record
    }

    /// Makes the tries that are due, until the runner is stopped.
    pub(super) async fn later_tries(self: Arc<Self>) {
        self.bounded(&self.stop, self.try_again()).await;
    }

    async fn try_again(&self) {
        let mut look = tokio::time::interval(self.settings.ledger_interval.0.max(LOOK_MIN));
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // At the start the whole ledger was read.
        look.tick().await;
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
                _ = look.tick() => self.adopt().await,
            }
        }
    }

    /// Looks into the ledger: for what an operator wants sooner, and for what a process that ended has left there, which
    /// is what has been due for longer than a try can take.
    async fn adopt(&self) {
        let noted = tokio::select! {
            () = self.stop.cancelled() => return,
            noted = self.ledger.all() => noted,
        };
        match noted {
            Ok(noted) => {
                let left_since = self.platform.clock.now_ms() - self.lease_ms();
                let mut waiting = self.waiting();
                for pending in noted {
                    match waiting.get_mut(&pending.key) {
                        // Somebody wants it sooner.
                        Some(known) => known.due = known.due.min(pending.due),
                        None if pending.due < left_since => {
                            waiting.insert(pending.key.clone(), pending);
                        }
                        None => {}
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the ledger cannot be read"),
        }
    }
}
