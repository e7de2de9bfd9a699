//! Waiting for everything that derives from a write, along the graph of SPECs.
//!
//! A token names records of some topics. A read model has seen all that follows from them when each processor on
//! the way has: first the processors that read those topics, then, taking the end of each topic they write, the
//! ones that read these, down to the read model's own processor.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::Spec;
use serde::Serialize;

use super::{Progress, Token, Views, others};
use crate::ports::{Log, PortError, Store};

/// What is left to do before the platform is at rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unsettled {
    /// Processor that has lag.
    pub processor: String,
    /// Events it has not yet applied.
    pub lag_events: u64,
}

/// Waits for processors to pass positions.
#[derive(Clone)]
pub struct Waiter {
    log: Arc<dyn Log>,
    progress: Arc<Progress>,
    views: Views,
    specs: Arc<[&'static Spec]>,
    others: Option<Arc<dyn Store>>,
}

impl Waiter {
    /// A waiter over the processors that `specs` describe.
    pub fn new(
        log: Arc<dyn Log>,
        progress: Arc<Progress>,
        views: Views,
        specs: Arc<[&'static Spec]>,
    ) -> Self {
        Self {
            log,
            progress,
            views,
            specs,
            others: None,
        }
    }

    /// The same over processors that may run in other processes, whose marks are in this store.
    #[must_use]
    pub fn with_others(self, store: Arc<dyn Store>) -> Self {
        Self {
            others: Some(store),
            ..self
        }
    }

    /// Takes over how far a processor has come in other processes.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn learn(&self, spec: &Spec) -> Result<(), PortError> {
        let Some(store) = &self.others else {
            return Ok(());
        };
        let generation = self.views.live(spec.name);
        others::learn(&**store, &self.progress, spec.name, generation).await
    }

    /// The processors there are.
    pub fn specs(&self) -> &[&'static Spec] {
        &self.specs
    }

    /// Processors from which `model` derives, upstream first, `model`'s own last.
    fn upstream(&self, model: &str) -> Vec<&'static Spec> {
        fn visit(
            specs: &[&'static Spec],
            name: &str,
            seen: &mut BTreeSet<String>,
            order: &mut Vec<&'static Spec>,
        ) {
            let Some(spec) = specs.iter().find(|s| s.name == name) else {
                return;
            };
            if !seen.insert(name.to_owned()) {
                return;
            }
            for writer in specs.iter().filter(|s| s.emits.contains(&spec.input)) {
                visit(specs, writer.name, seen, order);
            }
            order.push(spec);
        }
        let mut order = Vec::new();
        visit(&self.specs, model, &mut BTreeSet::new(), &mut order);
        order
    }

    /// Returns when `model` shows everything that derives from the token. The caller bounds it by a timeout.
    ///
    /// # Errors
    /// The log's faults.
    pub async fn passed(&self, model: &str, token: &Token) -> Result<(), PortError> {
        let mut touched: BTreeSet<&str> = token.topics().map(|t| &**t).collect();
        for spec in self.upstream(model) {
            if !touched.contains(spec.input) {
                continue;
            }
            let mut due: BTreeMap<u32, u64> = token
                .of(spec.input)
                .map(|(p, offset)| (p, offset + 1))
                .collect();
            let derived = self
                .specs
                .iter()
                .any(|s| s.emits.contains(&spec.input) && touched.contains(s.input));
            if derived {
                for (partition, end) in (0..).zip(self.log.ends(spec.input).await?) {
                    let due = due.entry(partition).or_insert(end);
                    *due = (*due).max(end);
                }
            }
            let generation = self.views.live(spec.name);
            for (partition, next) in due {
                self.progress
                    .until(spec.name, generation, partition, next)
                    .await;
            }
            touched.extend(spec.emits.iter().copied());
        }
        Ok(())
    }

    /// Processors that have lag now, with how much.
    ///
    /// # Errors
    /// The log's faults.
    pub async fn lagging(&self) -> Result<Vec<Unsettled>, PortError> {
        let mut left = Vec::new();
        for spec in self.specs.iter() {
            let generation = self.views.live(spec.name);
            self.learn(spec).await?;
            let ends = self.log.ends(spec.input).await?;
            let lag_events = (0..)
                .zip(ends)
                .map(|(p, end)| end.saturating_sub(self.progress.mark(spec.name, generation, p)))
                .sum();
            if lag_events > 0 {
                left.push(Unsettled {
                    processor: spec.name.to_owned(),
                    lag_events,
                });
            }
        }
        Ok(left)
    }

    /// Returns when no processor has lag. Upstream processors come first in `specs` order or not: the round is
    /// repeated until one full round finds nothing to wait for.
    ///
    /// # Errors
    /// The log's faults.
    pub async fn at_rest(&self) -> Result<(), PortError> {
        loop {
            let mut waited = false;
            for spec in self.specs.iter() {
                let generation = self.views.live(spec.name);
                for (partition, end) in (0..).zip(self.log.ends(spec.input).await?) {
                    if self.progress.mark(spec.name, generation, partition) < end {
                        waited = true;
                        self.progress
                            .until(spec.name, generation, partition, end)
                            .await;
                    }
                }
            }
            if !waited {
                return Ok(());
            }
        }
    }
}
