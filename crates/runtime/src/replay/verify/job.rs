//! What all steps of one verification share.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel::{ErasedProcessor, Spec};
use tokio::sync::mpsc;

use super::difference::{Difference, TOLD_MAX};
use super::{Report, Telling};
use crate::continuity;
use crate::dead_letters::{Decisions, Late, TOPIC};
use crate::platform::Platform;
use crate::ports::{Log, PortError, Store, TableName};

const TELL_EVERY: Duration = Duration::from_millis(200);

/// See the module.
pub(super) struct Job<'a> {
    pub(super) platform: &'a Platform,
    pub(super) processor: Arc<dyn ErasedProcessor>,
    pub(super) spec: &'static Spec,
    pub(super) generation: u32,
    pub(super) partitions: u32,
    /// First offset of each partition.
    starts: Vec<u64>,
    /// Partitions whose beginning the log does not have any more.
    cut: BTreeSet<u32>,
    /// What was decided about dead letters, and of which decisions the marks say that they were carried out.
    decisions: Decisions,
    done: BTreeMap<u32, u64>,
    pub(super) report: Report,
    /// The greatest end of a partition that was seen.
    greatest_end: u64,
    tell: mpsc::Sender<Telling>,
    told_at: Instant,
    /// Progress of what is being done: name, done, total.
    progress: (&'static str, u64, u64),
}

impl<'a> Job<'a> {
    pub(super) async fn open(
        platform: &'a Platform,
        processor: Arc<dyn ErasedProcessor>,
        generation: u32,
        tell: mpsc::Sender<Telling>,
    ) -> Result<Self, PortError> {
        let spec = processor.spec();
        let starts = platform.log.starts(spec.input).await?;
        let topics = platform.log.topics().await?;
        let input = topics.iter().find(|topic| topic.spec.name == spec.input);
        // Of a compacted topic the newest record of each key is all that is ever meant.
        let compacted = input.is_some_and(|topic| topic.spec.retention.compact);
        let cut = (0..).zip(&starts).filter(|(_, start)| **start > 0);
        let cut: BTreeSet<u32> = match compacted {
            true => BTreeSet::new(),
            false => cut.map(|(partition, _)| partition).collect(),
        };
        let mut report = Report::default();
        if !cut.is_empty() {
            report.notes.push(format!(
                "{} of {} partitions of {} are not verified: the log does not have their beginning any more",
                cut.len(),
                starts.len(),
                spec.input
            ));
        }
        Ok(Self {
            platform,
            spec,
            generation,
            partitions: u32::try_from(starts.len()).unwrap_or(u32::MAX),
            starts,
            cut,
            decisions: Decisions::default(),
            done: BTreeMap::new(),
            greatest_end: 0,
            report,
            tell,
            told_at: Instant::now(),
            progress: ("events", 0, 0),
            processor,
        })
    }

    pub(super) fn log(&self) -> &'a dyn Log {
        &*self.platform.log
    }

    pub(super) fn store(&self) -> &'a dyn Store {
        &*self.platform.store
    }

    pub(super) fn table(&self, name: &'static str) -> TableName {
        TableName {
            name,
            generation: self.generation,
        }
    }

    /// Whether some rows of the tables come from what the log does not have any more.
    pub(super) fn is_cut(&self) -> bool {
        !self.cut.is_empty()
    }

    /// Tables that this processor alone writes.
    pub(super) fn own_tables(&self) -> Vec<&'static str> {
        let others = self.platform.waiter.specs().iter();
        let others: BTreeSet<&str> = others
            .filter(|spec| spec.name != self.spec.name)
            .flat_map(|spec| spec.tables())
            .collect();
        let own = self.spec.tables();
        own.filter(|name| !others.contains(name)).collect()
    }

    /// The first offset of a partition, and the mark that the store has of it now; `None` where there is nothing to
    /// fold, or not all of it.
    pub(super) async fn mark(&mut self, partition: u32) -> Result<Option<(u64, u64)>, PortError> {
        let (name, input) = (self.spec.name, self.spec.input);
        if self.cut.contains(&partition) {
            return Ok(None);
        }
        let marks = self.store().marks(name, self.generation).await?;
        let done = marks.get(&(TOPIC.to_owned(), partition));
        self.done
            .insert(partition, done.map_or(0, |mark| mark.next));
        self.decisions.refresh(self.log()).await?;
        let Some(mark) = marks.get(&(input.to_owned(), partition)) else {
            return Ok(None);
        };
        let reader = format!("read model {name}");
        continuity::check(self.log(), &reader, input, partition, *mark).await?;
        let start = self.starts.get(partition as usize).copied().unwrap_or(0);
        Ok(Some((start, mark.next)))
    }

    /// What was decided about a partition, as far as it was known when its mark was looked at.
    pub(super) fn decided(&self, partition: u32) -> Vec<Late> {
        let registry = self.platform.views.registry();
        let model = registry.get(self.spec.name);
        let of = model
            .as_ref()
            .and_then(|m| m.generations.get(&self.generation));
        let until = of.and_then(|generation| generation.until);
        let lineage = of.map_or_else(
            || vec![self.generation],
            |generation| generation.lineage(self.generation),
        );
        self.decisions
            .late(self.spec.name, &lineage, partition, until)
    }

    /// Decisions before this number were carried out where the mark stood.
    pub(super) fn carried_out(&self, partition: u32) -> u64 {
        self.done.get(&partition).copied().unwrap_or(0)
    }

    /// The end of each partition now.
    pub(super) async fn ends(&self) -> Result<Vec<u64>, PortError> {
        self.log().ends(self.spec.input).await
    }

    /// The end of a partition now.
    pub(super) async fn end_of(&self, partition: u32) -> Result<u64, PortError> {
        let ends = self.ends().await?;
        Ok(ends.get(partition as usize).copied().unwrap_or(0))
    }

    /// Whether some partition has come to this offset.
    pub(super) async fn has_offset(&mut self, offset: u64) -> Result<bool, PortError> {
        if offset >= self.greatest_end {
            self.greatest_end = self.ends().await?.into_iter().max().unwrap_or(0);
        }
        Ok(offset < self.greatest_end)
    }

    /// Events up to the marks, all partitions together.
    pub(super) async fn events_marked(&self) -> Result<u64, PortError> {
        let marks = self.store().marks(self.spec.name, self.generation).await?;
        let of_input: BTreeMap<u32, u64> = marks
            .into_iter()
            .filter(|((topic, _), _)| topic == self.spec.input)
            .map(|((_, partition), mark)| (partition, mark.next))
            .collect();
        let starts = (0..).zip(&self.starts);
        let starts = starts.filter(|(partition, _)| !self.cut.contains(partition));
        let events = starts.map(|(partition, start)| {
            let mark = of_input.get(&partition).copied().unwrap_or(0);
            mark.saturating_sub(*start)
        });
        Ok(events.sum())
    }

    /// Begins to count anew.
    pub(super) fn begin(&mut self, what: &'static str, total: u64) {
        self.progress = (what, 0, total);
    }

    /// So much more is done.
    pub(super) async fn did(&mut self, more: u64) -> Result<(), PortError> {
        self.progress.1 += more;
        if self.told_at.elapsed() < TELL_EVERY {
            return Ok(());
        }
        self.told_at = Instant::now();
        let (what, done, total) = self.progress;
        self.say(Telling::Progress { what, done, total }).await
    }

    /// Counts and tells a difference.
    pub(super) async fn differs(&mut self, difference: Difference) -> Result<(), PortError> {
        self.report.differences += 1;
        if self.report.differences > TOLD_MAX {
            return Ok(());
        }
        self.say(Telling::Difference(Box::new(difference))).await
    }

    async fn say(&self, what: Telling) -> Result<(), PortError> {
        let said = self.tell.send(what).await;
        said.map_err(|_| PortError::retry("nobody listens any more"))
    }

    /// What was found.
    pub(super) fn end(mut self) -> Report {
        if self.report.differences > TOLD_MAX {
            self.report
                .notes
                .push(format!("only the first {TOLD_MAX} differences are told"));
        }
        self.report
    }
}
