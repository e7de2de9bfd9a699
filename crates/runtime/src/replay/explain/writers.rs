//! Who wrote the rows that stand under a partition key.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kernel::Stamp;

use super::walk::Walk;
use crate::ports::{PortError, RowRange, TableName};
use crate::replay::naive::Became;
use crate::replay::scan::record_at;

/// Most rows of a table that are looked at.
const ROWS_MAX: usize = 20;

/// A row, and the aggregate whose event wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// Table, without generation.
    pub table: &'static str,
    /// Row key.
    pub row: Bytes,
    /// Where the event stands: partition and offset; `None`: no event wrote it.
    pub event: Option<(u32, u64)>,
    /// The aggregate's key.
    pub key: Option<Bytes>,
}

/// The first rows of each table under the key, with who wrote them. The stamp of a row tells the offset, but not the
/// partition: whose step at that offset wrote the row is found by folding those keys that have an event there.
pub(super) async fn find(walk: &mut Walk<'_>) -> Result<Vec<Writer>, PortError> {
    let spec = walk.processor.spec();
    let mut found: BTreeMap<(&'static str, Bytes), (Stamp, Writer)> = BTreeMap::new();
    for projection in spec.projections {
        let table = TableName {
            name: projection.name,
            generation: walk.asked.generation,
        };
        let range = RowRange {
            limit: ROWS_MAX,
            ..RowRange::default()
        };
        let rows = walk.platform.store.range(&table, &walk.asked.key, range);
        for row in rows.await? {
            let writer = Writer {
                table: projection.name,
                row: row.row.clone(),
                event: None,
                key: None,
            };
            found.insert((projection.name, row.row), (row.stamp, writer));
        }
    }
    let offsets: BTreeSet<u64> = found.values().map(|(stamp, _)| stamp.offset()).collect();
    if let Some(last) = offsets.last().copied() {
        for partition in (0..).take(walk.ends.len()) {
            let keys = keys_at(walk, partition, &offsets).await?;
            if !keys.is_empty() {
                fold(walk, partition, last, &keys, &mut found).await?;
            }
        }
    }
    Ok(found.into_values().map(|(_, writer)| writer).collect())
}

/// The keys that have an event at one of these offsets.
async fn keys_at(
    walk: &Walk<'_>,
    partition: u32,
    offsets: &BTreeSet<u64>,
) -> Result<BTreeSet<Bytes>, PortError> {
    let input = walk.processor.spec().input;
    let mut keys = BTreeSet::new();
    for offset in offsets {
        let record = record_at(&*walk.platform.log, input, partition, *offset).await?;
        if let Some(record) = record
            && let Ok(Some(keyed)) = walk.processor.decode(&record)
        {
            keys.insert(keyed.key);
        }
    }
    Ok(keys)
}

async fn fold(
    walk: &mut Walk<'_>,
    partition: u32,
    last: u64,
    keys: &BTreeSet<Bytes>,
    found: &mut BTreeMap<(&'static str, Bytes), (Stamp, Writer)>,
) -> Result<(), PortError> {
    let end = walk.ends.get(partition as usize).copied().unwrap_or(0);
    let mut scan = walk.scan(partition, end.min(last + 1));
    let (mut naive, mut next) = (walk.naive(partition).await?, walk.start(partition));
    while let Some(records) = scan.batch().await? {
        walk.did(scan.next - next).await?;
        next = scan.next;
        for record in records {
            let keyed = match naive.decode(&record) {
                Ok(Some(keyed)) if keys.contains(&keyed.key) => keyed,
                _ => continue,
            };
            let key = keyed.key.clone();
            let Ok(taken) = naive.take_decoded(&record, Ok(Some(keyed))) else {
                return Ok(());
            };
            let Became::Applied { step, .. } = taken.became else {
                continue;
            };
            for row in step.rows {
                if row.partition != walk.asked.key {
                    continue;
                }
                if let Some((stamp, writer)) = found.get_mut(&(row.table, row.row))
                    && stamp.offset() == record.offset
                {
                    writer.event = Some((partition, record.offset));
                    writer.key = Some(key.clone());
                }
            }
        }
    }
    Ok(())
}
