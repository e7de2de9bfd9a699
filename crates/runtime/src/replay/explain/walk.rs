//! One partition after another, until the key's events are found.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use kernel::{ErasedProcessor, Keyed, Record, Saved, Step};
use serde_json::Value;
use tokio::sync::mpsc;

use super::{Applied, Asked, Entry, Explained, Explaining, Outcome};
use crate::dead_letters::Decisions;
use crate::platform::Platform;
use crate::ports::PortError;
use crate::replay::changes::{changes, document};
use crate::replay::naive::{Became, Naive, Once, Taken};
use crate::replay::scan::Scan;

const TELL_EVERY: Duration = Duration::from_millis(200);
/// Most places of one document that are named.
const CHANGES_MAX: usize = 100;

/// See the module.
pub(super) struct Walk<'a> {
    pub(super) platform: &'a Platform,
    pub(super) processor: Arc<dyn ErasedProcessor>,
    pub(super) asked: Asked,
    pub(super) explained: Explained,
    starts: Vec<u64>,
    pub(super) ends: Vec<u64>,
    tell: mpsc::Sender<Explaining>,
    told_at: Instant,
    done: u64,
    total: u64,
}

/// An aggregate's documents as JSON, as they were last shown.
#[derive(Default)]
struct Image {
    doc: Option<Value>,
    parts: BTreeMap<Bytes, Value>,
}

impl<'a> Walk<'a> {
    pub(super) async fn new(
        platform: &'a Platform,
        processor: Arc<dyn ErasedProcessor>,
        asked: Asked,
        tell: mpsc::Sender<Explaining>,
    ) -> Result<Self, PortError> {
        let input = processor.spec().input;
        let (starts, ends) = (
            platform.log.starts(input).await?,
            platform.log.ends(input).await?,
        );
        let total = ends.iter().sum::<u64>().saturating_sub(starts.iter().sum());
        Ok(Self {
            platform,
            processor,
            asked,
            explained: Explained::default(),
            starts,
            ends,
            tell,
            told_at: Instant::now(),
            done: 0,
            total,
        })
    }

    /// First offset of a partition.
    pub(super) fn start(&self, partition: u32) -> u64 {
        self.starts.get(partition as usize).copied().unwrap_or(0)
    }

    /// A partition's records from its first up to `end`.
    pub(super) fn scan(&self, partition: u32, end: u64) -> Scan<'a> {
        let (log, input) = (&*self.platform.log, self.processor.spec().input);
        Scan::new(log, input, partition, self.start(partition), end)
    }

    /// A fold of a partition, with what was decided about its dead letters.
    pub(super) async fn naive(&self, partition: u32) -> Result<Naive, PortError> {
        let processor = Arc::clone(&self.processor);
        let (name, generation) = (processor.spec().name, self.asked.generation);
        let decisions = Decisions::default();
        decisions.refresh(&*self.platform.log).await?;
        let late = decisions.late(name, &self.asked.lineage, partition, self.asked.until);
        let naive = Naive::new(processor, generation, partition, Once::ByHead);
        Ok(naive.decided(late))
    }

    /// So many more events are read.
    pub(super) async fn did(&mut self, more: u64) -> Result<(), PortError> {
        self.done += more;
        if self.told_at.elapsed() < TELL_EVERY {
            return Ok(());
        }
        self.told_at = Instant::now();
        let (done, total) = (self.done, self.total.max(self.done));
        self.say(Explaining::Progress { done, total }).await
    }

    async fn say(&self, what: Explaining) -> Result<(), PortError> {
        let said = self.tell.send(what).await;
        said.map_err(|_| PortError::retry("nobody listens any more"))
    }

    /// Shows the key's events of one partition.
    pub(super) async fn partition(&mut self, partition: u32) -> Result<(), PortError> {
        let spec = self.processor.spec();
        let marks = self.platform.store.marks(spec.name, self.asked.generation);
        let mark = marks
            .await?
            .get(&(spec.input.to_owned(), partition))
            .map(|mark| mark.next);
        let end = self.ends.get(partition as usize).copied().unwrap_or(0);
        let (mut scan, mut naive) = (self.scan(partition, end), self.naive(partition).await?);
        let mut image = None;
        let mut next = self.start(partition);
        while let Some(records) = scan.batch().await? {
            self.did(scan.next - next).await?;
            next = scan.next;
            for record in records {
                if naive.is_due(record.offset) {
                    image = None;
                    if !self.late(&mut naive, record.offset, partition).await? {
                        return Ok(());
                    }
                }
                if self
                    .asked
                    .until
                    .is_some_and(|until| record.timestamp > until)
                {
                    return Ok(());
                }
                let keyed = match naive.decode(&record) {
                    Ok(Some(keyed)) if keyed.key == self.asked.key => keyed,
                    _ => continue,
                };
                if self.explained.events == 0 {
                    self.explained.partition = Some(partition);
                    self.explained.cut = Some(self.start(partition)).filter(|start| *start > 0);
                }
                self.explained.events += 1;
                if record.offset < self.asked.from || record.timestamp < self.asked.since {
                    image = None;
                    // What panics is shown where it is asked for.
                    let _ = naive.take_decoded(&record, Ok(Some(keyed)));
                    continue;
                }
                if self.explained.shown as usize >= self.asked.limit {
                    self.explained.next = Some(record.offset);
                    return Ok(());
                }
                let outcome = self.outcome(&mut naive, &record, keyed, &mut image);
                self.explained.shown += 1;
                let entry = Entry {
                    partition,
                    applied: mark.is_some_and(|mark| record.offset < mark),
                    record,
                    outcome,
                    late: None,
                };
                let ends = matches!(entry.outcome, Outcome::Panicked(_));
                self.say(Explaining::Entry(Box::new(entry))).await?;
                if ends {
                    return Ok(());
                }
            }
        }
        if naive.is_due(end) {
            self.late(&mut naive, end, partition).await?;
        }
        Ok(())
    }

    /// Shows what decisions that have their place up to an offset led to. Says whether to go on.
    async fn late(
        &mut self,
        naive: &mut Naive,
        before: u64,
        partition: u32,
    ) -> Result<bool, PortError> {
        let key = self.asked.key.clone();
        let (mut image, since) = (Image::of(naive, &key), naive.copied(&key));
        let late = naive.decide(before);
        let mut late = match late {
            Ok(late) => late,
            // The event itself is shown where it stands.
            Err(panicked) => {
                tracing::debug!(%panicked, "a dead letter that cannot be tried");
                return Ok(false);
            }
        };
        late.retain(|late| late.taken.key.as_ref() == Some(&key));
        let mut saved = naive.saved_since(&key, since.as_ref());
        let count = late.len();
        for (i, one) in late.into_iter().enumerate() {
            if self.explained.shown as usize >= self.asked.limit {
                self.explained.next = Some(one.before);
                return Ok(false);
            }
            if one.before < self.asked.from {
                continue;
            }
            let outcome = match one.taken.became {
                Became::Applied { step, .. } => {
                    let mut applied = Applied::of(step);
                    // What they changed together is told with the last of them.
                    if i + 1 == count
                        && let Some(saved) = saved.take()
                    {
                        image.take_over(saved, &mut applied);
                    }
                    Outcome::Applied(Box::new(applied))
                }
                other => plain(other),
            };
            self.explained.shown += 1;
            let entry = Entry {
                partition,
                applied: true,
                record: one.record,
                outcome,
                late: Some((one.decision, one.before)),
            };
            self.say(Explaining::Entry(Box::new(entry))).await?;
        }
        Ok(true)
    }

    fn outcome(
        &self,
        naive: &mut Naive,
        record: &Record,
        keyed: Keyed,
        image: &mut Option<Image>,
    ) -> Outcome {
        let key = &self.asked.key;
        let mut now = image.take().unwrap_or_else(|| Image::of(naive, key));
        let since = naive.copied(key);
        let became = match naive.take_decoded(record, Ok(Some(keyed))) {
            Ok(Taken { became, .. }) => became,
            Err(panicked) => return Outcome::Panicked(panicked.to_string()),
        };
        let outcome = match became {
            Became::Applied { changed, step } => {
                let mut applied = Applied::of(step);
                if changed && let Some(saved) = naive.saved_since(key, since.as_ref()) {
                    now.take_over(saved, &mut applied);
                }
                Outcome::Applied(Box::new(applied))
            }
            other => plain(other),
        };
        *image = Some(now);
        outcome
    }
}

/// What is told without a change.
fn plain(became: Became) -> Outcome {
    match became {
        Became::Behind(first) => Outcome::Behind(first),
        Became::Rejected { reject, parks } => Outcome::Rejected { reject, parks },
        Became::Unreadable(reject) => {
            let parks = false;
            Outcome::Rejected { reject, parks }
        }
        Became::Later => Outcome::Later,
        Became::LeftOut => Outcome::LeftOut,
        Became::Repeated | Became::Ignored => Outcome::Repeated,
        Became::Applied { step, .. } => Outcome::Applied(Box::new(Applied::of(step))),
    }
}

impl Image {
    fn of(naive: &Naive, key: &[u8]) -> Self {
        let Some(saved) = naive.saved(key) else {
            return Self::default();
        };
        let parts = saved.parts.into_iter();
        let parts = parts.filter_map(|part| Some((part.name, document(&part.doc?))));
        Self {
            doc: Some(document(&saved.doc)),
            parts: parts.collect(),
        }
    }

    /// Becomes what was saved, and notes what that changes.
    fn take_over(&mut self, saved: Saved, applied: &mut Applied) {
        let doc = document(&saved.doc);
        applied.document = changes(self.doc.as_ref(), Some(&doc), CHANGES_MAX);
        self.doc = Some(doc);
        for part in saved.parts {
            let new = part.doc.as_deref().map(document);
            let found = changes(self.parts.get(&part.name), new.as_ref(), CHANGES_MAX);
            match new {
                Some(new) => self.parts.insert(part.name.clone(), new),
                None => self.parts.remove(&part.name),
            };
            if !found.is_empty() {
                applied.parts.push((part.name, found));
            }
        }
    }
}

impl Applied {
    fn of(step: Step<()>) -> Self {
        Self {
            rows: step.rows,
            emits: step.emits,
            effects: step.effects,
            ..Self::default()
        }
    }
}
