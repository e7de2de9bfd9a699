//! Reading many rows by key.
//!
//! Rows of one partition key are one request. A few partitions are asked for one by one, each at a node that has it;
//! many with the same row key go in groups, because the requests and not the reads are what a busy server spends its
//! time on: measured on one node, with 200 B a row, 27 k rows/s in groups of 20 and 5 k/s one by one, 20 rows of one
//! partition a request 43 k/s. Larger groups gain nothing more, and wait for the slowest of more replicas.

use std::collections::HashMap;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use runtime::ports::{PortError, Row, StoredAggregate, TableName};
use scylla::response::PagingState;

use super::cells::{self, FullCells, Make};
use super::codec::{from_partition_key, partition_key};
use super::read::{keyed, page, reading};
use super::tables::Kind;
use super::{CqlStore, fault};

/// Partitions asked for in one request, when there are more than that.
const GROUP: usize = 20;
/// Row keys of one partition asked for in one request: more than ScyllaDB takes by default are refused.
const SOME_MAX: usize = 100;

/// What was found, by partition key and row key.
type Found<T> = Vec<((Bytes, Bytes), T)>;
type Reads<'a, T> = Vec<BoxFuture<'a, Result<Found<T>, PortError>>>;

impl CqlStore {
    pub(super) async fn read_aggregates(
        &self,
        table: &TableName,
        keys: &[Bytes],
    ) -> Result<Vec<StoredAggregate>, PortError> {
        let partitions: Vec<&Bytes> = keys.iter().collect();
        let row = Bytes::new();
        let mut reads = Reads::new();
        self.add_reads(&mut reads, table, &partitions, &row, cells::aggregate);
        let found = self.read_all(reads).await?;
        let mut in_order = Vec::with_capacity(keys.len());
        for key in keys {
            // A key may be asked for twice.
            let aggregate = found.get(&(key.clone(), row.clone()));
            in_order.push(aggregate.cloned().unwrap_or_default());
        }
        Ok(in_order)
    }

    /// Rows by key, in the order asked.
    pub(super) async fn read_rows(
        &self,
        table: &TableName,
        keys: &[(Bytes, Bytes)],
    ) -> Result<Vec<Option<Row>>, PortError> {
        let mut rows_of: HashMap<&Bytes, Vec<&Bytes>> = HashMap::new();
        for (partition, row) in keys {
            rows_of.entry(partition).or_default().push(row);
        }
        let mut partitions_of: HashMap<&Bytes, Vec<&Bytes>> = HashMap::new();
        let mut reads = Reads::new();
        for (partition, rows) in &rows_of {
            match &rows[..] {
                [row] => partitions_of.entry(row).or_default().push(partition),
                rows => {
                    let some = rows.chunks(SOME_MAX);
                    reads.extend(some.map(|rows| self.read_some(table, partition, rows).boxed()));
                }
            }
        }
        for (row, partitions) in &partitions_of {
            self.add_reads(&mut reads, table, partitions, row, cells::row);
        }
        let found = self.read_all(reads).await?;
        Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
    }

    /// Adds the reads of the row of one key in each of the partitions.
    fn add_reads<'a, T: Send + 'a>(
        &'a self,
        reads: &mut Reads<'a, T>,
        table: &'a TableName,
        partitions: &'a [&'a Bytes],
        row: &'a Bytes,
        make: Make<T>,
    ) {
        let group = if partitions.len() > GROUP { GROUP } else { 1 };
        let groups = partitions.chunks(group);
        reads.extend(groups.map(|group| self.read_each(table, group, row, make).boxed()));
    }

    /// Makes all reads, as many at once as the store allows.
    async fn read_all<T: Send>(
        &self,
        reads: Reads<'_, T>,
    ) -> Result<HashMap<(Bytes, Bytes), T>, PortError> {
        let found: Vec<Found<T>> = stream::iter(reads)
            .buffer_unordered(self.stamped.in_flight)
            .try_collect()
            .await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The row of one key in each of some partitions.
    async fn read_each<T>(
        &self,
        table: &TableName,
        partitions: &[&Bytes],
        row: &Bytes,
        make: Make<T>,
    ) -> Result<Found<T>, PortError> {
        if let [partition] = partitions {
            let found = self.read_one(table, partition, row, make).await?;
            let found = found.map(|found| (((*partition).clone(), row.clone()), found));
            return Ok(found.into_iter().collect());
        }
        let known = self.tables.of(table)?;
        let get = known.statement(Kind::GetEach, &self.stamped).await?;
        let get = self.paged(get, self.page_rows);
        let what = reading(table);
        let keys: Vec<_> = partitions.iter().map(|key| partition_key(key)).collect();
        let keys: Vec<&[u8]> = keys.iter().map(|key| &**key).collect();
        let (mut found, mut state) = (Found::new(), PagingState::start());
        loop {
            let values = (&keys, row);
            let (rows, next) = page(&self.stamped, keys.len(), &get, values, state, &what).await?;
            let rows = rows
                .rows::<FullCells<'_>>()
                .map_err(|e| fault::answer(&what, e))?;
            for cells in rows {
                let (partition, key, doc, doc_at, aggregate, aggregate_at) =
                    cells.map_err(|e| fault::answer(&what, e))?;
                let partition = from_partition_key(partition);
                let made = make(
                    table,
                    partition,
                    key,
                    (doc, doc_at, aggregate, aggregate_at),
                )?;
                let key = (Bytes::copy_from_slice(partition), row.clone());
                found.extend(made.map(|made| (key, made)));
            }
            match next {
                Some(next) => state = next,
                None => return Ok(found),
            }
        }
    }

    /// Some rows of one partition key.
    async fn read_some(
        &self,
        table: &TableName,
        partition: &Bytes,
        rows: &[&Bytes],
    ) -> Result<Found<Row>, PortError> {
        let known = self.tables.of(table)?;
        let get = known.statement(Kind::GetSome, &self.stamped).await?;
        let get = self.paged(get, self.page_rows);
        let what = reading(table);
        let rows: Vec<&[u8]> = rows.iter().map(|key| &key[..]).collect();
        let (mut found, mut state) = (Vec::new(), PagingState::start());
        loop {
            let values = (&*partition_key(partition), &rows);
            let (answer, next) = page(&self.stamped, 1, &get, values, state, &what).await?;
            keyed(table, partition, &answer, &mut found)?;
            match next {
                Some(next) => state = next,
                None => break,
            }
        }
        let with_key = |row: Row| ((row.partition.clone(), row.row.clone()), row);
        Ok(found.into_iter().map(with_key).collect())
    }
}
