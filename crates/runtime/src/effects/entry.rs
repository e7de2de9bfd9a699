//! Whether a try may be made at all: the effect may be over, another process may be at it, or an earlier try may have
//! ended nobody knows how.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::claims::Claimed;
use super::ledger::Pending;
use super::runner::Kind;
use super::{AfterCrash, Asked, Outcome};
use crate::ports::PortError;
use crate::reading::Token;

/// After this long a person is told that the outcomes are not known yet.
const LEARN_MAX: Duration = Duration::from_secs(30);

/// What is to be done with an effect now.
pub(super) enum Entry {
    /// A try.
    Try,
    /// Nothing: it is over.
    Over,
    /// Another look then (ms): another process is at it.
    Later(i64),
    /// How the earlier try ended is known now.
    Known(Outcome),
    /// It is not known, and that is how it ends.
    Unknown,
}

impl Kind {
    /// Looks the effect up and claims it. `None` when stopped while that does not succeed. It is not given up in the middle:
    /// a claim that nobody knows of would tell of a try that was never begun.
    pub(super) async fn enter(&self, pending: &Pending, stop: &CancellationToken) -> Option<Entry> {
        loop {
            let error = match self.try_to_enter(pending).await {
                Ok(entry) => return Some(entry),
                Err(error) => error,
            };
            tracing::warn!(
                %error,
                effect.kind = self.handler.kind(),
                effect.key = pending.key,
                "not known whether it is over; trying again"
            );
            if self.sleep(self.settings.retry_min.0, stop).await {
                return None;
            }
        }
    }

    async fn try_to_enter(&self, pending: &Pending) -> Result<Entry, PortError> {
        let kind = self.handler.kind();
        // A first try of what leaves no trace would find none.
        if self.handler.records_success() || pending.noted {
            let over = self.outcomes.over(kind, &pending.key).await?;
            if over.is_some_and(|over| over.done || !pending.is_newer_than(over.asked.as_ref())) {
                return Ok(Entry::Over);
            }
        }
        if pending.noted && self.ledger.get(&pending.key).await?.is_none() {
            return Ok(Entry::Over);
        }
        if self.handler.after_crash() == AfterCrash::Repeat {
            return Ok(Entry::Try);
        }
        let now = self.platform.clock.now_ms();
        match self
            .claims
            .take(&pending.key, now, now + self.lease_ms())
            .await?
        {
            Claimed::Fresh => Ok(Entry::Try),
            Claimed::Busy(until) => Ok(Entry::Later(until)),
            Claimed::Unknown => Ok(self.unknown(pending).await),
        }
    }

    async fn unknown(&self, pending: &Pending) -> Entry {
        match self.handler.after_crash() {
            AfterCrash::Repeat => Entry::Try,
            AfterCrash::GiveUp => Entry::Unknown,
            AfterCrash::Ask => {
                let request = hex::decode(&pending.request).unwrap_or_default();
                let asked = self.handler.ask(&pending.key, &request);
                match tokio::time::timeout(self.settings.attempt_timeout.0, asked).await {
                    Ok(Asked::Happened(result)) => Entry::Known(Outcome::Done(result)),
                    Ok(Asked::DidNot) => Entry::Try,
                    Ok(Asked::NoAnswer { reason }) => Entry::Known(self.no_answer(reason)),
                    Err(_) => Entry::Known(self.no_answer("asked in vain".to_owned())),
                }
            }
        }
    }

    fn no_answer(&self, reason: String) -> Outcome {
        Outcome::Retry {
            after: None,
            reason: format!("not known whether it happened: {reason}"),
        }
    }

    /// How long a claim is respected, ms: longer than a try and writing down its end can take.
    pub(super) fn lease_ms(&self) -> i64 {
        let settings = &self.settings;
        let lease = settings.attempt_timeout.0 + settings.stop_grace.0.saturating_mul(3);
        i64::try_from(lease.as_millis()).unwrap_or(i64::MAX / 2)
    }

    /// Waits until the read model of the outcomes shows all that other processes have written up to now.
    pub(super) async fn learn_outcomes(&self) -> Result<(), PortError> {
        let (topic, model) = self.outcomes.read_model();
        let mut token = Token::default();
        let ends = match self.platform.log.ends(topic).await {
            Ok(ends) => ends,
            // Without a topic there are no outcomes.
            Err(PortError::Refused(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        for (partition, end) in (0..).zip(ends) {
            if let Some(last) = end.checked_sub(1) {
                token.add(topic.into(), partition, last);
            }
        }
        let passed = self.platform.waiter.passed(model, &token);
        match tokio::time::timeout(LEARN_MAX, passed).await {
            Ok(passed) => passed,
            Err(_) => Err(PortError::retry(format!(
                "processor {model} has not passed what is in {topic}: does it run?"
            ))),
        }
    }
}
