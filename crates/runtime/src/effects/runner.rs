//! The effect runners of a process: one a kind, each over the partitions of its topic that are its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::claims::Claims;
use super::ledger::{Ledger, Pending};
use super::{EffectHandler, Outcomes, Settings};
use crate::continuity::{self, Break, not_ahead};
use crate::platform::Platform;
use crate::ports::PortError;
use crate::rate::Rate;
use crate::sharing::share;

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

/// The runner of one kind.
pub(super) struct Kind {
    pub(super) handler: Arc<dyn EffectHandler>,
    pub(super) settings: Settings,
    pub(super) platform: Platform,
    pub(super) outcomes: Arc<dyn Outcomes>,
    pub(super) ledger: Ledger,
    pub(super) claims: Claims,
    pub(super) rate: Rate,
    waiting: Mutex<BTreeMap<String, Pending>>,
    /// The time of the next try may have changed.
    pub(super) changed: Notify,
    /// One an attempt in flight.
    pub(super) slots: Semaphore,
    pub(super) stop: CancellationToken,
}

impl Effects {
    /// Starts a runner for each handler.
    ///
    /// # Errors
    /// The log's or store's faults while setting up; `Refused` when the marks are not of this log.
    pub async fn start(
        settings: Settings,
        platform: Platform,
        outcomes: Arc<dyn Outcomes>,
        handlers: Vec<Arc<dyn EffectHandler>>,
    ) -> Result<Self, PortError> {
        let stop = CancellationToken::new();
        let (mut kinds, mut tasks) = (Vec::new(), Vec::new());
        let holder = uuid::Uuid::now_v7().to_string();
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
                slots: Semaphore::new(handler.concurrency().unwrap_or(settings.concurrency).max(1)),
                settings: settings.clone(),
                platform: platform.clone(),
                outcomes: outcomes.clone(),
                ledger,
                claims: Claims::new(platform.store.clone(), name, holder.clone()),
                rate: Rate::new(settings.rates.get(name).copied()),
                waiting: Mutex::new(waiting),
                changed: Notify::new(),
                stop: stop.clone(),
                handler,
            });
            kind.check_marks().await?;
            let topic = kind.topic().into();
            let membership = platform
                .log
                .join(&format!("worldlog.effects.{}", kind.unit()), &topic)
                .await?;
            let of = kind.clone();
            let run = move |reader, stop| of.clone().partition(reader, stop);
            tasks.push(tokio::spawn(share(membership, stop.clone(), run)));
            tasks.push(tokio::spawn(kind.clone().later_tries()));
            kinds.push(kind);
        }
        Ok(Self { stop, kinds, tasks })
    }

    /// What is left to do, by kind: of the topics, in all processes; of what waits, in this one.
    ///
    /// # Errors
    /// The log's or store's faults.
    pub async fn due(&self) -> Result<Vec<Due>, PortError> {
        let mut all = Vec::new();
        for kind in &self.kinds {
            let topic = kind.topic();
            let starts = kind.platform.log.starts(&topic).await?;
            let ends = kind.platform.log.ends(&topic).await?;
            // The store's marks: other processes have partitions, too.
            let marks = kind.platform.store.marks(kind.unit(), 1).await?;
            let mark = |p| marks.get(&(topic.clone(), p)).map_or(0, |mark| mark.next);
            let kept = (0..).zip(starts.into_iter().zip(ends));
            let untried = kept.map(|(p, (start, end))| end.saturating_sub(start.max(mark(p))));
            let untried = untried.sum();
            let now = kind.platform.clock.now_ms();
            let waiting = kind.waiting();
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
        let lists = self.kinds.iter().map(|kind| kind.waiting());
        lists
            .flat_map(|waiting| waiting.values().cloned().collect::<Vec<_>>())
            .collect()
    }

    /// Takes up nothing more, lets what is in flight finish for `stop_grace` at most, then leaves.
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
    pub(super) fn topic(&self) -> String {
        format!("effects.{}", self.handler.kind())
    }

    /// The name its marks are kept under; no processor has the name of an effect kind (tested in `app`).
    pub(super) fn unit(&self) -> &'static str {
        self.handler.kind()
    }

    /// The effects that wait for another try, by key.
    pub(super) fn waiting(&self) -> MutexGuard<'_, BTreeMap<String, Pending>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns the marks, and refuses those of another log: new effects would be taken for old ones. Retention may have
    /// passed a mark: what is gone is what the topic promised to forget.
    async fn check_marks(&self) -> Result<(), PortError> {
        let (log, topic) = (&*self.platform.log, self.topic());
        let reader = format!("the runner of {} effects", self.handler.kind());
        let marks = self.platform.store.marks(self.unit(), 1).await?;
        not_ahead(&reader, &topic, &marks, &log.ends(&topic).await?)?;
        for ((_, partition), mark) in &marks {
            match continuity::check(log, &reader, &topic, *partition, *mark).await {
                Ok(()) | Err(Break::Removed(_)) => {}
                Err(found) => return Err(found.into()),
            }
            self.platform
                .progress
                .advance(self.unit(), 1, *partition, mark.next);
        }
        Ok(())
    }

    /// Sleeps; says whether it was stopped meanwhile.
    pub(super) async fn sleep(&self, pause: Duration, stop: &CancellationToken) -> bool {
        tokio::select! {
            () = stop.cancelled() => true,
            () = tokio::time::sleep(pause) => false,
        }
    }

    /// Returns when the grace after a stop has passed.
    pub(super) async fn out_of_grace(&self, stop: &CancellationToken) {
        stop.cancelled().await;
        tokio::time::sleep(self.settings.stop_grace.0).await;
    }

    /// Runs until `work` ends. After a stop it has the grace twice: for the tries in flight, and as long again to write
    /// down what they brought. What is dropped then is taken again by whoever comes next.
    pub(super) async fn bounded(&self, stop: &CancellationToken, work: impl Future<Output = ()>) {
        let too_late = async {
            self.out_of_grace(stop).await;
            self.out_of_grace(stop).await;
        };
        tokio::select! {
            biased;
            () = work => {}
            () = too_late => tracing::warn!(
                effect.kind = self.handler.kind(),
                "what became of the last effects is not written down, twice {} after the stop; they are taken again",
                self.settings.stop_grace
            ),
        }
    }
}
