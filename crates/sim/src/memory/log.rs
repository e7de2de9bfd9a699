//! A log in memory, usable without awaiting anything.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kernel::{NewRecord, Record, partition_for};
use runtime::embedded::groups::Coordinator;
use runtime::ports::{
    Appended, Batch, Clock, PortError, ReadLimits, Retention, TopicInfo, TopicSpec,
};
use tokio::sync::watch;

/// How far groups have come: by (group, topic), by partition.
pub(super) type Committed = BTreeMap<(String, String), BTreeMap<u32, u64>>;

/// One partition.
#[derive(Default)]
pub(super) struct Partition {
    pub(super) start: u64,
    pub(super) end: u64,
    timestamp: i64,
    pub(super) records: BTreeMap<u64, Record>,
}

/// One topic.
pub(super) struct Topic {
    pub(super) spec: TopicSpec,
    pub(super) partitions: Vec<Partition>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) topics: BTreeMap<String, Topic>,
    pub(super) committed: Committed,
}

/// A log in memory; a clone is the same log. Every method but the port's own returns at once.
#[derive(Clone)]
pub struct MemoryLog(pub(super) Arc<Shared>);

/// What the clones share.
pub(super) struct Shared {
    state: Mutex<State>,
    clock: Arc<dyn Clock>,
    /// Counts appends; readers wait for it to change.
    pub(super) appends: watch::Sender<u64>,
    pub(super) coordinator: Arc<Coordinator>,
}

impl MemoryLog {
    /// An empty log whose records get their time from `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::default(),
            clock,
            appends: watch::Sender::new(0),
            coordinator: Arc::default(),
        }))
    }

    /// Creates a topic, or alters its retention.
    ///
    /// # Errors
    /// `Refused` when it exists with another number of partitions.
    pub fn ensure_now(&self, spec: &TopicSpec) -> Result<(), PortError> {
        if spec.name.is_empty() || spec.partitions == 0 {
            return Err(PortError::refused(format!(
                "topic {:?} with {} partitions: want a name and a partition",
                spec.name, spec.partitions
            )));
        }
        let mut state = self.lock();
        let Some(known) = state.topics.get_mut(&spec.name) else {
            let topic = Topic {
                spec: spec.clone(),
                partitions: (0..spec.partitions).map(|_| Partition::default()).collect(),
            };
            state.topics.insert(spec.name.clone(), topic);
            return Ok(());
        };
        if known.spec.partitions != spec.partitions {
            return Err(PortError::refused(format!(
                "topic {} has {} partitions, which cannot become {}",
                spec.name, known.spec.partitions, spec.partitions
            )));
        }
        known.spec.retention = spec.retention.clone();
        Ok(())
    }

    /// Appends in order.
    ///
    /// # Errors
    /// `Refused` for a topic or partition that does not exist; then nothing is appended.
    pub fn append_now(&self, records: Vec<NewRecord>) -> Result<Vec<Appended>, PortError> {
        let now = self.0.clock.now_ms();
        let mut state = self.lock();
        let partitions = records
            .iter()
            .map(|record| place(&state, record))
            .collect::<Result<Vec<u32>, _>>()?;
        let mut appended = Vec::with_capacity(records.len());
        for (record, number) in records.into_iter().zip(partitions) {
            let topic = state.topics.get_mut(&*record.topic);
            let topic = topic.expect("its place was found in this topic");
            let offset = topic.partitions[number as usize].push(record, now);
            appended.push(Appended {
                partition: number,
                offset,
                repeated: false,
            });
        }
        drop(state);
        self.0.appends.send_modify(|count| *count += 1);
        Ok(appended)
    }

    /// What is there from `from` on.
    ///
    /// # Errors
    /// `Refused` for a topic or partition that does not exist.
    pub fn read_now(
        &self,
        topic: &str,
        partition: u32,
        from: u64,
        limits: ReadLimits,
    ) -> Result<Batch, PortError> {
        self.with(topic, partition, |partition| partition.read(from, limits))
    }

    /// Removes one record, as compaction does.
    ///
    /// # Errors
    /// `Refused` for a topic or partition that does not exist.
    pub fn remove(&self, topic: &str, partition: u32, offset: u64) -> Result<(), PortError> {
        self.with(topic, partition, |partition| {
            partition.records.remove(&offset);
        })
    }

    /// Removes every record below `offset`, as retention does.
    ///
    /// # Errors
    /// `Refused` for a topic or partition that does not exist.
    pub fn truncate_before(
        &self,
        topic: &str,
        partition: u32,
        offset: u64,
    ) -> Result<(), PortError> {
        self.with(topic, partition, |partition| {
            partition.truncate_before(offset)
        })
    }

    /// Moves every partition of every group to another member.
    pub fn rebalance_groups(&self) {
        self.0.coordinator.rebalance();
    }

    /// Ends all groups.
    pub fn close(&self) {
        self.0.coordinator.close();
    }

    pub(super) fn infos(&self) -> Vec<TopicInfo> {
        self.lock().topics.values().map(Topic::info).collect()
    }

    /// Looks at one topic.
    pub(super) fn topic<T>(
        &self,
        topic: &str,
        look: impl FnOnce(&Topic) -> T,
    ) -> Result<T, PortError> {
        find(&self.lock(), topic).map(look)
    }

    /// Looks at, or changes, one partition.
    pub(super) fn with<T>(
        &self,
        topic: &str,
        partition: u32,
        look: impl FnOnce(&mut Partition) -> T,
    ) -> Result<T, PortError> {
        let mut state = self.lock();
        let count = find(&state, topic)?.partitions.len();
        let found = state
            .topics
            .get_mut(topic)
            .and_then(|topic| topic.partitions.get_mut(partition as usize));
        found
            .map(look)
            .ok_or_else(|| no_partition(topic, partition, count))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Topic {
    fn info(&self) -> TopicInfo {
        let records = self.partitions.iter().flat_map(|p| p.records.values());
        TopicInfo {
            spec: self.spec.clone(),
            records: records.clone().count() as u64,
            bytes: records.map(size).sum(),
        }
    }

    pub(super) fn retention(&self) -> Retention {
        self.spec.retention.clone()
    }
}

impl Partition {
    fn push(&mut self, new: NewRecord, now: i64) -> u64 {
        let offset = self.end;
        // The platform's time never goes back within a partition; a record's own time is its own affair.
        let timestamp = new.timestamp.unwrap_or_else(|| now.max(self.timestamp));
        self.timestamp = timestamp;
        self.end += 1;
        let record = Record {
            offset,
            timestamp,
            key: new.key,
            headers: new.headers,
            value: new.value,
        };
        self.records.insert(offset, record);
        offset
    }

    pub(super) fn read(&self, from: u64, limits: ReadLimits) -> Batch {
        let (mut records, mut bytes) = (Vec::new(), 0);
        for record in self.records.range(from..).map(|(_, record)| record) {
            if records.len() >= limits.records.max(1) || bytes >= limits.bytes.max(1) {
                break;
            }
            bytes += record.size();
            records.push(record.clone());
        }
        let next = records
            .last()
            .map_or(self.end.max(from), |r: &Record| r.offset + 1);
        Batch {
            records,
            next,
            end: self.end,
        }
    }

    pub(super) fn truncate_before(&mut self, offset: u64) {
        self.start = self.start.max(offset.min(self.end));
        self.records = self.records.split_off(&self.start);
    }
}

/// Bytes of a record that count against a topic's size.
pub(super) fn size(record: &Record) -> u64 {
    let payload =
        record.key.as_ref().map_or(0, |k| k.len()) + record.value.as_ref().map_or(0, |v| v.len());
    (payload + record.headers.size()) as u64
}

fn find<'a>(state: &'a State, topic: &str) -> Result<&'a Topic, PortError> {
    state
        .topics
        .get(topic)
        .ok_or_else(|| PortError::refused(format!("topic {topic} does not exist")))
}

fn place(state: &State, record: &NewRecord) -> Result<u32, PortError> {
    let topic = find(state, &record.topic)?;
    let partition = match (record.partition, &record.key) {
        (Some(partition), _) => partition,
        (None, Some(key)) => partition_for(key, topic.spec.partitions),
        (None, None) => 0,
    };
    if partition >= topic.spec.partitions {
        return Err(no_partition(
            &record.topic,
            partition,
            topic.partitions.len(),
        ));
    }
    Ok(partition)
}

fn no_partition(topic: &str, partition: u32, count: usize) -> PortError {
    PortError::refused(format!(
        "topic {topic} has {count} partitions, there is no partition {partition}"
    ))
}
