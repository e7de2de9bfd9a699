//! Runs processors: fetch, decode, load, fold, flush, commit, one task a partition.
//!
//! [`Fold`] is the synchronous heart: records in, a flush out, no I/O. The simulator drives the same `Fold`.
//! `partition` is the loop around it that talks to the ports.

mod cache;
mod copies;
mod end;
mod fold;
mod lag;
mod letters;
mod letters_gauge;
mod output;
mod partition;
mod patience;
pub(crate) mod redelivery;
mod settings;
mod spans;
mod status;
mod turns;
mod units;

use std::sync::Arc;

use futures::{StreamExt as _, stream};
use kernel::ErasedProcessor;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::dead_letters::Decisions;
use crate::platform::Platform;
use crate::ports::PortError;
use crate::rate::Rate;

use lag::Lags;
use units::{Plan, Units};

pub use fold::Fold;
pub use output::{FoldOutput, Halt, Loaded, Tally};
pub use settings::Settings;
pub use status::{Blocked, Status};

/// Processors that are started at the same time.
const STARTS_AT_ONCE: usize = 8;

/// The running processors of this process.
pub struct Engine {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
    status: Arc<Status>,
}

/// The consumer group of one generation of a processor.
pub fn group(processor: &str, generation: u32) -> String {
    format!("worldlog.{processor}.g{generation}")
}

impl Engine {
    /// Creates the tables of the generations of each processor and starts to follow its input.
    ///
    /// # Errors
    /// The store's or log's faults while setting up.
    pub async fn start(
        settings: Settings,
        platform: Platform,
        processors: Vec<Arc<dyn ErasedProcessor>>,
    ) -> Result<Self, PortError> {
        let stop = CancellationToken::new();
        let status = Arc::new(Status::default());
        let lags = Arc::new(Lags::default());
        let follow = lags
            .clone()
            .follow(platform.clone(), settings.lag_interval, stop.clone());
        let mut tasks = vec![tokio::spawn(follow)];
        let registry = Arc::clone(platform.views.registry());
        tasks.push(tokio::spawn(
            registry.follow(settings.generations_interval, stop.clone()),
        ));
        let decisions = Arc::new(Decisions::default());
        tasks.push(tokio::spawn(letters_gauge::follow(
            platform.clone(),
            processors.iter().map(|p| p.spec()).collect(),
            Arc::clone(&decisions),
            settings.lag_interval,
            stop.clone(),
        )));
        let starts = processors.into_iter().map(|processor| {
            let shared = Shared {
                platform: platform.clone(),
                settings: settings.clone(),
                status: Arc::clone(&status),
                lags: Arc::clone(&lags),
                decisions: Arc::clone(&decisions),
            };
            let mut units = Units::new(processor, shared, stop.clone());
            async move { units.start().await.map(|()| units) }
        });
        // Many at once, for most of a start is waiting; not all, for a store or log has limits.
        let mut started = stream::iter(starts).buffered(STARTS_AT_ONCE);
        while let Some(units) = started.next().await {
            match units {
                Ok(units) => tasks.push(tokio::spawn(units.follow())),
                Err(error) => {
                    stop.cancel();
                    return Err(error);
                }
            }
        }
        drop(started);
        Ok(Self {
            stop,
            tasks,
            status,
        })
    }

    /// Which partitions are stopped and why.
    pub fn status(&self) -> Arc<Status> {
        self.status.clone()
    }

    /// Finishes what is in hand, flushes, leaves the groups.
    pub async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a processor ended by a panic");
            }
        }
    }
}

/// What all processors of this process have in common.
#[derive(Clone)]
struct Shared {
    platform: Platform,
    settings: Settings,
    status: Arc<Status>,
    lags: Arc<Lags>,
    decisions: Arc<Decisions>,
}

/// One generation of one processor in this process.
#[derive(Clone)]
struct Unit {
    processor: Arc<dyn ErasedProcessor>,
    generation: u32,
    plan: Plan,
    pace: Arc<Rate>,
    shared: Shared,
}

impl std::ops::Deref for Unit {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}
