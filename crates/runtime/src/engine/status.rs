//! Partitions that do not move: for as long as a fault lasts, or until a person acts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use metrics::gauge;
use serde::Serialize;

use crate::observe;

/// Why a partition of a processor does not move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Blocked {
    /// Processor.
    pub processor: String,
    /// Generation of its read model.
    pub generation: u32,
    /// Partition of its input.
    pub partition: u32,
    /// Short code for metrics: `poison`, `panic`, `store`, `log`, `hole` (records are gone), `rewritten` (the log is
    /// another one), `switch` (the generation that spoke before is not
    /// there yet).
    pub reason: &'static str,
    /// What happened, naming the record.
    pub message: String,
    /// Whether it goes on by itself once the fault is over; otherwise a person has to act.
    pub passing: bool,
}

/// Every blocked partition of this process.
#[derive(Debug, Default)]
pub struct Status {
    blocked: Mutex<BTreeMap<(String, u32, u32), Blocked>>,
    /// Processors that have no partition yet.
    unassigned: Mutex<BTreeSet<&'static str>>,
}

impl Status {
    /// Notes a partition that stopped, in the log line, the metric and here.
    pub fn block(&self, blocked: Blocked) {
        if !blocked.passing {
            tracing::error!(
                processor.name = blocked.processor,
                generation = blocked.generation,
                partition = blocked.partition,
                reason = blocked.reason,
                "partition stopped: {}",
                blocked.message
            );
        }
        show(&blocked, true);
        let key = (
            blocked.processor.clone(),
            blocked.generation,
            blocked.partition,
        );
        let before = self.lock().insert(key, blocked.clone());
        if let Some(before) = before.filter(|before| before.reason != blocked.reason) {
            show(&before, false);
        }
    }

    /// Notes that a processor wants partitions.
    pub(super) fn joins(&self, processor: &'static str) {
        self.unassigned().insert(processor);
    }

    /// Notes that a processor got a partition.
    pub(super) fn assigned(&self, processor: &'static str) {
        self.unassigned().remove(processor);
    }

    /// Processors of this process that never got a partition so far.
    pub fn waiting(&self) -> Vec<&'static str> {
        self.unassigned().iter().copied().collect()
    }

    fn unassigned(&self) -> MutexGuard<'_, BTreeSet<&'static str>> {
        self.unassigned
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a partition moves, or is not this process's any more.
    pub fn clear(&self, processor: &str, generation: u32, partition: u32) {
        let key = (processor.to_owned(), generation, partition);
        let cleared = self.lock().remove(&key);
        if let Some(cleared) = cleared {
            show(&cleared, false);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, u32, u32), Blocked>> {
        self.blocked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All of them, by processor and partition.
    pub fn blocked(&self) -> Vec<Blocked> {
        self.lock().values().cloned().collect()
    }
}

/// Sets the metric.
fn show(blocked: &Blocked, is: bool) {
    gauge!(observe::PARTITION_BLOCKED, "processor" => blocked.processor.clone(),
        "generation" => blocked.generation.to_string(), "partition" => blocked.partition.to_string(),
        "reason" => blocked.reason)
    .set(f64::from(u8::from(is)));
}

#[cfg(test)]
mod tests {
    use metrics::{
        Counter, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    };
    use std::sync::Arc;

    use super::*;

    /// Gauges as they were last set, by their keys.
    #[derive(Default)]
    struct Gauges(Arc<Mutex<BTreeMap<String, f64>>>);

    struct Set(String, Arc<Mutex<BTreeMap<String, f64>>>);

    impl GaugeFn for Set {
        fn increment(&self, _: f64) {}
        fn decrement(&self, _: f64) {}
        fn set(&self, value: f64) {
            let mut all = self.1.lock().expect("not poisoned");
            all.insert(self.0.clone(), value);
        }
    }

    impl Recorder for Gauges {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
            Counter::noop()
        }
        fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
            let labels = key.labels().map(|l| format!("{}={}", l.key(), l.value()));
            let labels = labels.collect::<Vec<_>>().join(",");
            let name = format!("{}{{{labels}}}", key.name());
            Gauge::from_arc(Arc::new(Set(name, self.0.clone())))
        }
        fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
            Histogram::noop()
        }
    }

    #[test]
    fn a_blocked_partition_is_listed_and_has_a_series() {
        let (gauges, status) = (Gauges::default(), Status::default());
        let blocked = |partition, reason| Blocked {
            processor: "badges".to_owned(),
            generation: 1,
            partition,
            reason,
            message: "user.actions/3/9/0: it says why".to_owned(),
            passing: reason == "store",
        };
        metrics::with_local_recorder(&gauges, || {
            status.block(blocked(3, "poison"));
            status.block(blocked(1, "store"));
        });
        assert_eq!(
            status.blocked(),
            [blocked(1, "store"), blocked(3, "poison")]
        );
        let series = gauges.0.lock().expect("not poisoned").clone();
        let wanted = [
            "partition_blocked{processor=badges,generation=1,partition=1,reason=store}",
            "partition_blocked{processor=badges,generation=1,partition=3,reason=poison}",
        ];
        assert_eq!(
            series,
            BTreeMap::from(wanted.map(|name| (name.to_owned(), 1.0)))
        );
        metrics::with_local_recorder(&gauges, || {
            status.clear("badges", 1, 1);
            status.block(blocked(3, "log"));
        });
        assert_eq!(status.blocked(), [blocked(3, "log")]);
        let series: Vec<f64> = gauges
            .0
            .lock()
            .expect("not poisoned")
            .values()
            .copied()
            .collect();
        assert_eq!(series, [0.0, 1.0, 0.0], "store, log, poison");
    }
}
