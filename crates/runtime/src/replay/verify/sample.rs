//! Some keys, drawn at random while the log is read once: those whose hash under the seed is smallest. A key that is
//! among them in the end was so when its first event came, for the bound only falls; so it is folded on the way.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bytes::Bytes;

use super::compare::compare;
use super::confirm::confirm;
use super::job::Job;
use super::present::Present;
use super::slice::{Cell, Slice, hash};
use crate::ports::{PortError, Row, RowRange};

const RANGE_ROWS: usize = 1000;

/// The keys with the smallest hashes so far.
struct Drawn {
    count: usize,
    seed: u64,
    by_hash: BTreeSet<(u64, Bytes)>,
}

impl Drawn {
    fn takes(&mut self, key: &Bytes) -> bool {
        let place = (hash(self.seed, key), key.clone());
        if self.by_hash.len() < self.count {
            self.by_hash.insert(place);
            return true;
        }
        match self.by_hash.last() {
            Some(last) if place < *last => {
                self.by_hash.insert(place);
                if self.by_hash.len() > self.count {
                    self.by_hash.pop_last();
                }
                true
            }
            Some(last) => place == *last,
            None => false,
        }
    }

    fn has(&self, key: &Bytes) -> bool {
        self.by_hash.contains(&(hash(self.seed, key), key.clone()))
    }
}

pub(super) async fn run(
    job: &mut Job<'_>,
    count: usize,
    seed: u64,
    memory: u64,
) -> Result<(), PortError> {
    let total = job.events_marked().await?;
    job.begin("events", total);
    job.report.passes = 1;
    let mut drawn = Drawn {
        count,
        seed,
        by_hash: BTreeSet::new(),
    };
    let mut slices = Vec::new();
    for partition in 0..job.partitions {
        let Some((start, mark)) = job.mark(partition).await? else {
            continue;
        };
        let mut slice = Slice::new(job, partition, start);
        slice.fold(job, mark, |key| drawn.takes(key)).await?;
        slices.push(slice);
        for slice in &mut slices {
            keep(slice, &drawn);
        }
    }
    let wanted = |key: &Bytes| drawn.has(key);
    let mut unsure = Vec::new();
    for slice in &mut slices {
        let others = others(job, slice).await?;
        compare(job, slice, &wanted, &mut unsure).await?;
        unsure.extend(others);
    }
    // Keys of processors without aggregates are not counted as aggregates are.
    job.report.keys = drawn.by_hash.len() as u64;
    let passes = match unsure.is_empty() {
        true => 1,
        false => Present::look(job).await?.passes(memory),
    };
    confirm(job, unsure, passes).await
}

/// Forgets the keys that others have driven out.
fn keep(slice: &mut Slice, drawn: &Drawn) {
    let gone: Vec<Bytes> = slice
        .naive
        .keys()
        .filter(|key| !drawn.has(key))
        .cloned()
        .collect();
    for key in gone {
        slice.naive.forget(&key);
    }
    let mut known: HashMap<Bytes, bool> = HashMap::new();
    slice.cells.retain(|_, version| {
        let by = version.by.clone();
        *known.entry(by).or_insert_with_key(|by| drawn.has(by))
    });
}

/// Rows that stand under the very keys of the sample and that none of its events wrote. Partition keys that belong to
/// many aggregates (a day, a list) are left to a whole verification.
async fn others(
    job: &mut Job<'_>,
    slice: &mut Slice,
) -> Result<Vec<(Cell, Option<Row>)>, PortError> {
    let mut keys: BTreeMap<Bytes, ()> = BTreeMap::new();
    keys.extend(slice.naive.keys().map(|key| (key.clone(), ())));
    keys.extend(slice.cells.values().map(|version| (version.by.clone(), ())));
    let mut found = Vec::new();
    for name in job.own_tables() {
        let parts = job.spec.aggregates == Some(name);
        if parts && job.processor.parted() {
            // They are compared with their aggregate.
            continue;
        }
        for key in keys.keys() {
            let mut from = None;
            loop {
                let range = RowRange {
                    from: from.take(),
                    limit: RANGE_ROWS,
                    ..RowRange::default()
                };
                let rows = job.store().range(&job.table(name), key, range).await?;
                let full = rows.len() == RANGE_ROWS;
                from = rows.last().map(|row| after(&row.row));
                for row in rows {
                    let cell = (name, row.partition.clone(), row.row.clone());
                    let own = parts && row.row.is_empty();
                    if !own && !slice.cells.contains_key(&cell) {
                        found.push((cell, Some(row)));
                    }
                }
                if !full {
                    break;
                }
            }
            job.did(0).await?;
        }
    }
    Ok(found)
}

/// The first row key after this one.
fn after(row: &[u8]) -> Bytes {
    [row, &[0]].concat().into()
}
