//! Copies of snapshots into new generations: one process makes each, and another goes on if that one dies.

use std::collections::BTreeMap;
use std::time::Duration;

use kernel::Spec;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::generations::{Copying, NotChanged, ReadModel, State};
use crate::platform::Platform;
use crate::ports::PortError;
use crate::snapshots::{self, Progress};

/// How often the process that copies says so.
const BEAT: Duration = Duration::from_secs(2);
/// A copy of which nobody has said anything for so long is taken over. Two at a time do no harm.
const SILENT: Duration = Duration::from_secs(20);

/// The copies of one read model, as this process knows them.
pub(super) struct Copies {
    spec: &'static Spec,
    platform: Platform,
    stop: CancellationToken,
    /// The last beat of each that was seen, and since when.
    seen: BTreeMap<u32, (u64, Instant)>,
    own: BTreeMap<u32, JoinHandle<()>>,
}

impl Copies {
    pub(super) fn new(spec: &'static Spec, platform: Platform, stop: CancellationToken) -> Self {
        Self {
            spec,
            platform,
            stop,
            seen: BTreeMap::new(),
            own: BTreeMap::new(),
        }
    }

    /// Whether a copy goes on, here or elsewhere.
    pub(super) fn is_waiting(&self) -> bool {
        !self.seen.is_empty()
    }

    /// Begins what nobody copies, and ends what is not wanted any more.
    pub(super) fn follow(&mut self, model: &ReadModel) {
        let own = model.generations.iter().filter(|(_, generation)| {
            generation.revision == self.spec.revision && generation.state != State::Dropping
        });
        let going = own.filter_map(|(number, generation)| {
            let origin = generation.snapshot.as_ref()?;
            let copying = origin.copying.clone()?;
            let going = copying.failed.is_none();
            going.then_some((*number, (origin.number, copying)))
        });
        let going: BTreeMap<u32, (u64, Copying)> = going.collect();
        self.own.retain(|number, task| {
            let wanted = going.contains_key(number);
            if !wanted && !task.is_finished() {
                task.abort();
            }
            wanted && !task.is_finished()
        });
        self.seen.retain(|number, _| going.contains_key(number));
        for (number, (snapshot, copying)) in going {
            let seen = self.seen.entry(number);
            let (beat, since) = seen.or_insert_with(|| (copying.beat, Instant::now()));
            if *beat != copying.beat {
                (*beat, *since) = (copying.beat, Instant::now());
            }
            let abandoned = copying.beat == 0 || since.elapsed() >= SILENT;
            if !self.own.contains_key(&number) && abandoned && !self.stop.is_cancelled() {
                let copy = Copy {
                    spec: self.spec,
                    platform: self.platform.clone(),
                    number,
                    snapshot,
                    copying,
                };
                self.own.insert(number, tokio::spawn(copy.run()));
            }
        }
    }

    /// Ends what this process copies: another one, or this one when it is back, begins again.
    pub(super) async fn end(&mut self) {
        for (_, task) in std::mem::take(&mut self.own) {
            task.abort();
            // It was told to end.
            let _ = task.await;
        }
    }
}

/// One copy.
struct Copy {
    spec: &'static Spec,
    platform: Platform,
    number: u32,
    snapshot: u64,
    /// As it was noted last.
    copying: Copying,
}

impl Copy {
    async fn run(mut self) {
        let name = self.spec.name;
        // Another process may be faster.
        match self.note(|_| {}).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, processor.name = name, "a snapshot is not copied yet");
                return;
            }
        }
        let (tell, told) = watch::channel(Progress::default());
        let (platform, spec) = (self.platform.clone(), self.spec);
        let mut copied = {
            let (number, snapshot) = (self.number, self.snapshot);
            Box::pin(async move { copy(&platform, spec, number, snapshot, &tell).await })
        };
        let ended = loop {
            tokio::select! {
                ended = &mut copied => break ended,
                () = tokio::time::sleep(BEAT) => {}
            }
            let Progress { done, total } = *told.borrow();
            let noted = self.note(|copying| (copying.done, copying.total) = (done, total));
            match noted.await {
                Ok(true) => {}
                // Another process has taken it over, or nobody wants it any more.
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, processor.name = name, "a copy is not noted"),
            }
        };
        let generation = self.number;
        let noted = match ended {
            Ok(()) => self.end().await,
            // The store or the blobs are not there for now: whoever looks next begins again.
            Err(error) if error.is_retry() => {
                tracing::warn!(%error, processor.name = name, generation, "a snapshot is not copied yet");
                self.note(|copying| copying.beat = u64::MAX).await
            }
            Err(error) => {
                tracing::error!(%error, processor.name = name, generation, "a snapshot cannot be copied");
                let failed = error.to_string();
                self.note(|copying| copying.failed = Some(failed.clone()))
                    .await
            }
        };
        if let Err(error) = noted {
            tracing::warn!(%error, processor.name = name, "the end of a copy is not noted");
        }
    }

    /// Notes that it goes on, unless another process does. `change` may set the beat to its greatest number: then it is
    /// nobody's, and 0.
    async fn note(&mut self, change: impl Fn(&mut Copying)) -> Result<bool, NotChanged> {
        let before = self.copying.beat;
        self.copying.beat += 1;
        change(&mut self.copying);
        if self.copying.beat == u64::MAX {
            self.copying.beat = 0;
        }
        let (now, number) = (self.copying.clone(), self.number);
        let registry = self.platform.views.registry();
        let noted = registry.change(self.spec.name, |model| {
            Ok(model.copied(number, before, Some(now.clone())))
        });
        noted.await
    }

    /// All of it is there: the generation may be folded into.
    async fn end(&mut self) -> Result<bool, NotChanged> {
        let (beat, number) = (self.copying.beat, self.number);
        let registry = self.platform.views.registry();
        let ended = registry.change(self.spec.name, |model| Ok(model.copied(number, beat, None)));
        ended.await
    }
}

async fn copy(
    platform: &Platform,
    spec: &'static Spec,
    generation: u32,
    snapshot: u64,
    tell: &watch::Sender<Progress>,
) -> Result<(), PortError> {
    // Whoever added the generation may have been killed before its tables were made.
    let tables = crate::generations::tables(spec, generation);
    platform.store.create(&tables).await?;
    snapshots::restore(platform, spec, generation, snapshot, tell).await
}
