//! Runs processors: fetch, decode, load, fold, flush, commit, one task a partition.
//!
//! [`Fold`] is the synchronous heart: records in, a flush out, no I/O. The simulator drives the same `Fold`.
//! `partition` is the loop around it that talks to the ports.

mod cache;
mod fold;
mod lag;
mod letters;
mod output;
mod partition;
mod patience;
mod redelivery;
mod settings;
mod status;

use std::sync::Arc;

use kernel::ErasedProcessor;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::continuity::not_ahead;
use crate::platform::Platform;
use crate::ports::{PortError, TableName};
use crate::sharing::share;

use lag::Lags;

pub use fold::Fold;
pub use output::{FoldOutput, Halt, Loaded, Tally};
pub use settings::Settings;
pub use status::{Blocked, Status};

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
    /// Creates the tables of each processor and starts to follow its input.
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
        for processor in processors {
            let spec = processor.spec();
            let generation = platform.views.live(spec.name);
            let tables: Vec<_> = spec
                .tables()
                .map(|name| TableName { name, generation })
                .collect();
            platform.store.create(&tables).await?;
            let marks = platform.store.marks(spec.name, generation).await?;
            let ends = platform.log.ends(spec.input).await?;
            let reader = format!("read model {}", spec.name);
            not_ahead(&reader, spec.input, &marks, &ends)?;
            for ((_, partition), mark) in &marks {
                platform
                    .progress
                    .advance(spec.name, generation, *partition, mark.next);
            }
            status.joins(spec.name);
            let unit = Unit {
                processor,
                generation,
                platform: platform.clone(),
                settings: settings.clone(),
                status: status.clone(),
                lags: lags.clone(),
            };
            let membership = platform
                .log
                .join(&group(spec.name, generation), &spec.input.into())
                .await?;
            let run = move |reader, stop| partition::run(unit.clone(), reader, stop);
            tasks.push(tokio::spawn(share(membership, stop.clone(), run)));
        }
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

/// One generation of one processor in this process.
#[derive(Clone)]
struct Unit {
    processor: Arc<dyn ErasedProcessor>,
    generation: u32,
    platform: Platform,
    settings: Settings,
    status: Arc<Status>,
    lags: Arc<Lags>,
}
