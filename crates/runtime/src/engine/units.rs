//! The generations of one processor that this process runs: started and stopped as the read model says.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kernel::ErasedProcessor;
use metrics::gauge;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::copies::Copies;
use super::{Shared, Unit, group, partition};
use crate::continuity::not_ahead;
use crate::generations::{self, Generation, ReadModel, State};
use crate::observe;
use crate::ports::{PortError, TableName};
use crate::rate::Rate;
use crate::sharing::share;

/// A switch that takes longer than this was left half done, and is ended here.
const SWITCH_PATIENCE: Duration = Duration::from_secs(2);

/// How a generation is to be run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// It takes no event later than this, ms.
    pub(super) until: Option<i64>,
    /// Events a second at most.
    pub(super) throttle: Option<u32>,
    /// By partition: rows of events below this offset come from a snapshot.
    pub(super) rows_from: Vec<u64>,
    /// The generation, and those it came of by snapshots.
    pub(super) lineage: Vec<u32>,
}

impl Plan {
    fn of(number: u32, generation: &Generation) -> Self {
        let origin = generation.snapshot.as_ref();
        Self {
            until: generation.until,
            throttle: generation.throttle,
            rows_from: origin.map_or_else(Vec::new, |origin| origin.rows_from.clone()),
            lineage: generation.lineage(number),
        }
    }
}

/// A generation that runs.
struct Running {
    plan: Plan,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// See the module.
pub(super) struct Units {
    processor: Arc<dyn ErasedProcessor>,
    shared: Shared,
    stop: CancellationToken,
    running: BTreeMap<u32, Running>,
    copies: Copies,
    /// Since when generations are seen to be dropped.
    dropping: BTreeMap<u32, Instant>,
    /// Since when a switch, or a decision, is seen to be half done.
    switching: Option<Instant>,
    /// Generations and states that have a series.
    shown: BTreeMap<u32, &'static str>,
}

impl Units {
    pub(super) fn new(
        processor: Arc<dyn ErasedProcessor>,
        shared: Shared,
        stop: CancellationToken,
    ) -> Self {
        Self {
            copies: Copies::new(processor.spec(), shared.platform.clone(), stop.clone()),
            processor,
            shared,
            stop,
            running: BTreeMap::new(),
            dropping: BTreeMap::new(),
            switching: None,
            shown: BTreeMap::new(),
        }
    }

    /// Starts what is to run, for the first time.
    ///
    /// # Errors
    /// The faults of store and log.
    pub(super) async fn start(&mut self) -> Result<(), PortError> {
        let spec = self.processor.spec();
        let registry = Arc::clone(self.shared.platform.views.registry());
        let now = self.shared.platform.clock.now_ms();
        registry.ensure(spec.name, spec.revision, now).await?;
        self.reconcile().await
    }

    /// Follows the read model until stopped.
    pub(super) async fn follow(mut self) {
        let mut changes = self.shared.platform.views.registry().changes();
        loop {
            changes.borrow_and_update();
            let reconciled = self.reconcile().await;
            if let Err(error) = &reconciled {
                let name = self.processor.spec().name;
                tracing::warn!(%error, processor.name = name, "generations do not change yet");
            }
            let again = reconciled.is_err() || self.is_waiting();
            tokio::select! {
                () = self.stop.cancelled() => break,
                _ = changes.changed() => {}
                () = tokio::time::sleep(self.shared.settings.generations_interval.0), if again => {}
            }
        }
        for running in std::mem::take(&mut self.running).into_values() {
            end(running).await;
        }
        self.copies.end().await;
    }

    /// Whether something is to be done that nobody will tell of.
    fn is_waiting(&self) -> bool {
        self.switching.is_some() || !self.dropping.is_empty() || self.copies.is_waiting()
    }

    async fn reconcile(&mut self) -> Result<(), PortError> {
        let spec = self.processor.spec();
        let registry = Arc::clone(self.shared.platform.views.registry());
        let Some(mut model) = registry.get(spec.name) else {
            return Ok(());
        };
        self.show(&model);
        let own = |g: &Generation| g.revision == spec.revision && g.state != State::Dropping;
        if !model.generations.values().any(own) {
            self.build_own(&model).await;
            model = registry.get(spec.name).unwrap_or(model);
        }
        let wanted: BTreeMap<u32, Plan> = model
            .generations
            .iter()
            .filter(|(_, generation)| own(generation) && !generation.paused)
            .filter(|(_, generation)| generation.copying().is_none())
            .map(|(number, generation)| (*number, Plan::of(*number, generation)))
            .collect();
        self.copies.follow(&model);
        let ends = |(number, running): (&u32, &Running)| {
            (wanted.get(number) != Some(&running.plan)).then_some(*number)
        };
        for number in self.running.iter().filter_map(ends).collect::<Vec<_>>() {
            if let Some(running) = self.running.remove(&number) {
                end(running).await;
            }
        }
        for (number, plan) in wanted {
            if !self.running.contains_key(&number) && !self.stop.is_cancelled() {
                let running = self.run(number, plan).await?;
                self.running.insert(number, running);
            }
        }
        self.clean_up(&model).await;
        Ok(())
    }

    /// Sets the metric.
    fn show(&mut self, model: &ReadModel) {
        let now = model.generations.iter();
        let now: BTreeMap<u32, &str> = now.map(|(n, g)| (*n, g.state.name())).collect();
        let name = self.processor.spec().name;
        let set = |(number, state): (&u32, &&'static str), is: f64| {
            gauge!(observe::GENERATION_INFO, "processor" => name,
                "generation" => number.to_string(), "state" => *state)
            .set(is);
        };
        let gone = self
            .shown
            .iter()
            .filter(|(n, state)| now.get(n) != Some(state));
        gone.for_each(|gone| set(gone, 0.0));
        now.iter().for_each(|there| set(there, 1.0));
        self.shown = now;
    }

    /// The program is of another revision than every generation: what it makes is built beside them.
    async fn build_own(&self, model: &ReadModel) {
        let spec = self.processor.spec();
        let live = model.generations.get(&model.live).map(|g| g.revision);
        tracing::warn!(
            processor.name = spec.name,
            "generation {} is of revision {}, this program of {}: a new generation is built beside it; \
             `worldlog generations promote {}` switches to it once it is ready",
            model.live,
            live.unwrap_or(0),
            spec.revision,
            spec.name
        );
        let new = Generation::building(spec.revision, self.shared.platform.clock.now_ms());
        let own = |g: &Generation| g.revision == spec.revision && g.state != State::Dropping;
        let registry = self.shared.platform.views.registry();
        let built = registry.change(spec.name, |model| {
            if !model.generations.values().any(own) {
                model.build(new.clone());
            }
            Ok(())
        });
        if let Err(error) = built.await {
            tracing::warn!(%error, processor.name = spec.name, "no generation is built yet");
        }
    }

    async fn run(&self, generation: u32, plan: Plan) -> Result<Running, PortError> {
        let (spec, platform) = (self.processor.spec(), &self.shared.platform);
        let tables = spec.stored();
        let tables: Vec<_> = tables.map(|name| TableName { name, generation }).collect();
        platform.store.create(&tables).await?;
        let marks = platform.store.marks(spec.name, generation).await?;
        let ends = platform.log.ends(spec.input).await?;
        let reader = format!("read model {}", spec.name);
        not_ahead(&reader, spec.input, &marks, &ends)?;
        for ((_, partition), mark) in marks.iter().filter(|((t, _), _)| t == spec.input) {
            let progress = &platform.progress;
            progress.advance(spec.name, generation, *partition, mark.next);
        }
        if platform.views.live(spec.name) == generation {
            self.shared.status.joins(spec.name);
        }
        let unit = Unit {
            processor: Arc::clone(&self.processor),
            generation,
            pace: Arc::new(Rate::new(plan.throttle.map(f64::from))),
            plan: plan.clone(),
            shared: self.shared.clone(),
        };
        let group = group(spec.name, generation);
        let membership = platform.log.join(&group, &spec.input.into()).await?;
        let run = move |reader, stop| partition::run(unit.clone(), reader, stop);
        let stop = self.stop.child_token();
        Ok(Running {
            plan,
            stop: stop.clone(),
            task: tokio::spawn(share(membership, stop, run)),
        })
    }

    /// Ends what others have left half done: switches, and generations that are being dropped.
    async fn clean_up(&mut self, model: &ReadModel) {
        let (spec, platform) = (self.processor.spec(), self.shared.platform.clone());
        let half_done = model.switching.is_some() || model.deciding.is_some();
        let since = self.switching.unwrap_or_else(Instant::now);
        self.switching = half_done.then_some(since);
        if half_done && since.elapsed() >= SWITCH_PATIENCE {
            if let Err(error) = generations::finish(&platform, spec).await {
                tracing::warn!(%error, processor.name = spec.name, "a switch does not end yet");
            }
            let decisions = Arc::clone(&self.shared.decisions);
            if let Err(error) = generations::settle(&platform, spec, &decisions).await {
                tracing::warn!(%error, processor.name = spec.name, "a decision has no place yet");
            }
        }
        let dropping = |(_, generation): &(&u32, &Generation)| generation.state == State::Dropping;
        let dropping = model.generations.iter().filter(dropping);
        let seen = |(number, _): (&u32, &Generation)| {
            let since = self.dropping.get(number).copied();
            (*number, since.unwrap_or_else(Instant::now))
        };
        self.dropping = dropping.map(seen).collect();
        // Until other processes have heard of it, they write to its tables.
        let patience = self.shared.settings.generations_interval.0 * 2;
        for (generation, since) in &self.dropping {
            if since.elapsed() < patience {
                continue;
            }
            if let Err(error) = generations::remove(&platform, spec, *generation).await {
                tracing::warn!(%error, processor.name = spec.name, generation, "not dropped yet");
            }
        }
    }
}

async fn end(running: Running) {
    running.stop.cancel();
    if let Err(error) = running.task.await {
        tracing::error!(%error, "a generation ended by a panic");
    }
}
