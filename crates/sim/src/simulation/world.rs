//! A log that drops nothing and a store that reconciles by stamp, as Kafka and a CQL store would: the least kind
//! peers the contract allows.

use std::collections::BTreeMap;
use std::ops::Bound;

use bytes::Bytes;
use kernel::{NewRecord, Part, Record, Stamp, partition_for};
use runtime::dead_letters::{Decision, Decisions, Letters, TOPIC};
use runtime::generations::ReadModel;
use runtime::ports::{AggregateWrite, Head, Mark, MarkAt, StampedRow, StoredAggregate, StoredCell};

use super::oracle::Tables;

/// Few partitions, so that keys meet in them.
pub(super) const PARTITIONS: u32 = 3;

#[derive(Clone)]
struct Cell {
    stamp: Stamp,
    doc: Option<Bytes>,
    head: Option<Head>,
}

/// The log and the store of one simulated platform.
#[derive(Default)]
pub(super) struct World {
    /// The read models whose generations take turns.
    pub(super) models: BTreeMap<&'static str, ReadModel>,
    topics: BTreeMap<String, Vec<Vec<Record>>>,
    cells: BTreeMap<(String, Bytes, Bytes), Cell>,
    /// What is being decided about the dead letters of a processor.
    pub(super) deciding: BTreeMap<&'static str, Decision>,
    /// What was decided.
    pub(super) decisions: Decisions,
    marks: BTreeMap<(String, String, u32), u64>,
    /// Platform time, ms.
    pub(super) now: i64,
    /// Two different values under one stamp: the one thing that must never happen.
    pub(super) torn: Vec<String>,
}

/// Partitions of a topic: those of one order have one.
fn width(topic: &str) -> u32 {
    let known = model::Topics::global().find(topic);
    known.map_or(PARTITIONS, |topic| topic.partitions.min(PARTITIONS))
}

impl World {
    pub(super) fn append(&mut self, record: NewRecord) {
        let key = record.key.clone().unwrap_or_default();
        let partition = partition_for(&key, width(&record.topic));
        let timestamp = self.now;
        let records = &mut self.partitions_mut(&record.topic)[partition as usize];
        let offset = records.len() as u64;
        let NewRecord {
            key,
            headers,
            value,
            ..
        } = record;
        records.push(Record {
            offset,
            timestamp,
            key,
            headers,
            value,
        });
    }

    fn partitions_mut(&mut self, topic: &str) -> &mut Vec<Vec<Record>> {
        let empty = || vec![Vec::new(); PARTITIONS as usize];
        self.topics.entry(topic.to_owned()).or_insert_with(empty)
    }

    pub(super) fn partitions(&self, topic: &str) -> Vec<Vec<Record>> {
        let empty = || vec![Vec::new(); PARTITIONS as usize];
        self.topics.get(topic).cloned().unwrap_or_else(empty)
    }

    pub(super) fn topics(&self) -> impl Iterator<Item = (&String, &Vec<Vec<Record>>)> {
        self.topics.iter()
    }

    pub(super) fn read(&self, topic: &str, partition: u32, from: u64, limit: usize) -> Vec<Record> {
        let Some(partitions) = self.topics.get(topic) else {
            return Vec::new();
        };
        partitions[partition as usize]
            .iter()
            .skip(from as usize)
            .take(limit)
            .cloned()
            .collect()
    }

    pub(super) fn end(&self, topic: &str, partition: u32) -> u64 {
        self.topics
            .get(topic)
            .map_or(0, |p| p[partition as usize].len() as u64)
    }

    /// Records of a topic.
    pub(super) fn end_of_all(&self, topic: &str) -> u64 {
        let partitions = 0..PARTITIONS;
        partitions.map(|partition| self.end(topic, partition)).sum()
    }

    pub(super) fn load(&self, table: &str, key: &Bytes) -> StoredAggregate {
        let from = (table.to_owned(), key.clone(), Bytes::new());
        let of = self.cells.range(from..);
        let mut found = StoredAggregate::default();
        for ((_, _, row), cell) in of.take_while(|((t, k, _), _)| t == table && k == key) {
            match (row.is_empty(), &cell.doc) {
                (true, doc) => {
                    found.head = cell.head.clone().unwrap_or_default();
                    found.doc.clone_from(doc);
                }
                (false, Some(_)) => found.parts.push(Part {
                    name: row.clone(),
                    doc: cell.doc.clone(),
                }),
                (false, None) => {}
            }
        }
        found
    }

    pub(super) fn write_row(&mut self, table: &str, row: &StampedRow) {
        let cell = Cell {
            stamp: row.stamp,
            doc: row.doc.clone(),
            head: None,
        };
        self.reconcile(
            (table.to_owned(), row.partition.clone(), row.row.clone()),
            cell,
        );
    }

    pub(super) fn write_aggregate(&mut self, table: &str, write: &AggregateWrite) {
        let cell = Cell {
            stamp: write.stamp,
            doc: write.aggregate.doc.clone(),
            head: Some(write.aggregate.head.clone()),
        };
        let key = |row| (table.to_owned(), write.key.clone(), row);
        self.reconcile(key(Bytes::new()), cell);
        for part in &write.aggregate.parts {
            let cell = Cell {
                stamp: write.stamp,
                doc: part.doc.clone(),
                head: None,
            };
            self.reconcile(key(part.name.clone()), cell);
        }
    }

    fn reconcile(&mut self, key: (String, Bytes, Bytes), new: Cell) {
        match self.cells.get_mut(&key) {
            Some(old) if old.stamp == new.stamp => {
                if old.doc != new.doc || old.head != new.head {
                    self.torn
                        .push(format!("{key:?}: two values under stamp {:?}", new.stamp));
                }
            }
            Some(old) if old.stamp > new.stamp => {}
            Some(old) => *old = new,
            None => {
                self.cells.insert(key, new);
            }
        }
    }

    /// The mark of a processor in a partition of a topic.
    /// The dead letters of a processor.
    pub(super) fn letters(&self, processor: &str) -> Letters {
        let mut letters = Letters::default();
        let topic = format!("dlq.{processor}");
        for (partition, records) in (0..).zip(self.partitions(&topic)) {
            records.iter().for_each(|r| letters.take(partition, r));
        }
        letters
    }

    /// Marks of the decisions that were carried out, as a store gives them.
    pub(super) fn carried_out(&self, processor: &str) -> BTreeMap<(String, u32), MarkAt> {
        let mark = |partition| {
            let next = self.mark(processor, TOPIC, partition);
            ((TOPIC.to_owned(), partition), MarkAt { next, last: None })
        };
        (0..PARTITIONS).map(mark).collect()
    }

    pub(super) fn mark(&self, processor: &str, topic: &str, partition: u32) -> u64 {
        let of = (processor.to_owned(), topic.to_owned(), partition);
        self.marks.get(&of).copied().unwrap_or(0)
    }

    pub(super) fn write_mark(&mut self, processor: &str, mark: &Mark) {
        let next = self
            .marks
            .entry((processor.to_owned(), mark.topic.clone(), mark.partition))
            .or_insert(0);
        *next = (*next).max(mark.next);
    }

    /// The rows of some tables that are there now.
    pub(super) fn tables(&self, names: &[&str]) -> Tables {
        self.cells
            .iter()
            .filter(|((table, _, _), _)| names.contains(&table.as_str()))
            .filter_map(|(key, cell)| Some((key.clone(), cell.doc.clone()?)))
            .collect()
    }

    /// The first row of a table behind a place that is not deleted, as it is stored.
    pub(super) fn after(&self, table: &str, place: Option<&(Bytes, Bytes)>) -> Option<StoredCell> {
        let at = |(key, row): &(Bytes, Bytes)| (table.to_owned(), key.clone(), row.clone());
        let from = match place {
            Some(place) => Bound::Excluded(at(place)),
            None => Bound::Included(at(&Default::default())),
        };
        let of = self.cells.range((from, Bound::Unbounded));
        let mut of = of.take_while(|((name, _, _), _)| name == table);
        let (key, cell) = of.find(|(_, cell)| cell.doc.is_some() || cell.head.is_some())?;
        Some(StoredCell {
            partition: key.1.clone(),
            row: key.2.clone(),
            doc: cell.doc.clone(),
            head: cell.head.clone(),
            stamp: cell.stamp,
        })
    }

    /// Keys of a table that are parked.
    pub(super) fn parked(&self, table: &str) -> impl Iterator<Item = &Bytes> {
        self.cells
            .iter()
            .filter(move |((name, _, _), cell)| {
                name == table && cell.head.as_ref().is_some_and(|h| h.parked.is_some())
            })
            .map(|((_, key, _), _)| key)
    }
}
