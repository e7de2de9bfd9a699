//! The lag gauges: set with every batch, and kept true while a partition takes none.
//!
//! A partition that waits for its store or its log folds nothing, and that is when people look at its lag; so the log is
//! asked for its ends now and then. A partition that was taken away is no longer this process's to speak of: its gauges
//! go to zero, and whoever has it now reports it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kernel::Spec;
use metrics::gauge;
use tokio_util::sync::CancellationToken;

use crate::observe;
use crate::platform::Platform;
use crate::ports::PortError;
use crate::settings::Span;

/// The partitions this process has.
#[derive(Default)]
pub(super) struct Lags {
    held: Mutex<BTreeMap<(&'static str, u32, u32), Held>>,
}

/// A partition this process has.
#[derive(Clone, Copy)]
struct Held {
    input: &'static str,
    /// Log time of the last event that was folded, ms; 0 before the first.
    last: i64,
}

impl Held {
    /// How old the last event is, ms; nobody knows before there was one.
    fn age(&self, now: i64) -> i64 {
        match self.last {
            0 => 0,
            last => now - last,
        }
    }
}

impl Lags {
    /// This process has the partition now.
    pub(super) fn hold(&self, spec: &Spec, generation: u32, partition: u32) {
        let held = Held {
            input: spec.input,
            last: 0,
        };
        let mut all = self.lock();
        all.insert((spec.name, generation, partition), held);
        show_held(&all, spec.name, generation);
    }

    /// It has it no more.
    pub(super) fn let_go(&self, processor: &'static str, generation: u32, partition: u32) {
        let mut held = self.lock();
        if held.remove(&(processor, generation, partition)).is_some() {
            show(processor, generation, partition, 0, 0);
            show_held(&held, processor, generation);
        }
    }

    /// A batch was folded: `lag` events are left, and the last one's log time was `last` (ms), if it had any.
    pub(super) fn folded(
        &self,
        (processor, generation, partition): (&'static str, u32, u32),
        lag: u64,
        last: Option<i64>,
        now: i64,
    ) {
        let mut all = self.lock();
        let Some(held) = all.get_mut(&(processor, generation, partition)) else {
            return;
        };
        held.last = last.unwrap_or(held.last);
        show(processor, generation, partition, lag, held.age(now));
    }

    /// Keeps the gauges true until stopped. While the log does not answer they stay as they were.
    pub(super) async fn follow(
        self: Arc<Self>,
        platform: Platform,
        every: Span,
        stop: CancellationToken,
    ) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(every.0) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                told = self.refresh(&platform) => {
                    if let Err(error) = told {
                        tracing::debug!(%error, "lag is not known");
                    }
                }
            }
        }
    }

    async fn refresh(&self, platform: &Platform) -> Result<(), PortError> {
        let inputs: BTreeSet<&'static str> = self.lock().values().map(|h| h.input).collect();
        for input in inputs {
            let ends = platform.log.ends(input).await?;
            let now = platform.clock.now_ms();
            // Under the lock, so that a partition that goes meanwhile is not shown again.
            let all = self.lock();
            let of_input = all.iter().filter(|(_, held)| held.input == input);
            for ((processor, generation, partition), held) in of_input {
                let end = ends.get(*partition as usize).copied().unwrap_or(0);
                let mark = platform.progress.mark(processor, *generation, *partition);
                show(
                    processor,
                    *generation,
                    *partition,
                    end.saturating_sub(mark),
                    held.age(now),
                );
            }
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(&'static str, u32, u32), Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sets how many partitions a processor has here. Lag is silent where nobody has a partition; this is not.
fn show_held(
    held: &BTreeMap<(&'static str, u32, u32), Held>,
    processor: &'static str,
    generation: u32,
) {
    let all = (processor, generation, 0)..=(processor, generation, u32::MAX);
    gauge!(observe::PROCESSOR_PARTITIONS, "processor" => processor, "generation" => generation.to_string())
        .set(held.range(all).count() as f64);
}

/// Sets the gauges; `age` (ms) counts only while something is left.
fn show(processor: &'static str, generation: u32, partition: u32, lag: u64, age: i64) {
    let (generation, partition) = (generation.to_string(), partition.to_string());
    let age = if lag == 0 { 0 } else { age.max(0) };
    gauge!(observe::PROCESSOR_LAG_EVENTS, "processor" => processor,
        "generation" => generation.clone(), "partition" => partition.clone())
    .set(lag as f64);
    gauge!(observe::PROCESSOR_LAG_SECONDS, "processor" => processor,
        "generation" => generation, "partition" => partition)
    .set(age as f64 / 1e3);
}
