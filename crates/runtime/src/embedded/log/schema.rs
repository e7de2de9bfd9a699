//! The tables of `log.db` and how they are read when it opens.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kernel::Topic;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::catalogue::{Catalogue, Partition, PartitionRow, TopicState};
use super::producers::{Producer, Producers, Taken};
use super::recovery;
use crate::embedded::sqlite;
use crate::ports::{PortError, Retention, TopicSpec};

/// Version of the file's format.
pub(super) const FORMAT: i64 = 1;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS topics (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    identity BLOB NOT NULL,
    compact INTEGER NOT NULL,
    time_ms INTEGER,
    bytes INTEGER
);
CREATE TABLE IF NOT EXISTS partitions (
    id INTEGER PRIMARY KEY,
    topic INTEGER NOT NULL REFERENCES topics (id),
    partition INTEGER NOT NULL,
    start INTEGER NOT NULL,
    \"end\" INTEGER NOT NULL,
    records INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    clean INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    ordered INTEGER NOT NULL,
    UNIQUE (topic, partition)
);
-- id = partitions.id << 40 | offset: a partition is one range, an append an integer-key insert.
CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY,
    timestamp INTEGER NOT NULL,
    key BLOB,
    headers BLOB NOT NULL,
    value BLOB
);
CREATE TABLE IF NOT EXISTS producers (
    partition INTEGER NOT NULL,
    source TEXT NOT NULL,
    cause_topic TEXT NOT NULL,
    cause_partition INTEGER NOT NULL,
    cause_offset INTEGER NOT NULL,
    cause_index INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (partition, source, cause_topic, cause_partition)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS committed (
    name TEXT NOT NULL,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next INTEGER NOT NULL,
    PRIMARY KEY (name, topic, partition)
) WITHOUT ROWID;
";

const SAVE_PARTITION: &str = "UPDATE partitions SET start = ?2, \"end\" = ?3, records = ?4, \
     bytes = ?5, clean = ?6, timestamp = ?7, ordered = ?8 WHERE id = ?1";
const SAVE_PRODUCER: &str = "INSERT INTO producers VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
     ON CONFLICT DO UPDATE SET cause_offset = excluded.cause_offset, \
     cause_index = excluded.cause_index, last = excluded.last";
const SAVE_COMMITTED: &str = "INSERT INTO committed VALUES (?1, ?2, ?3, ?4) \
     ON CONFLICT DO UPDATE SET next = excluded.next";

/// How far each group has come, by (group, topic).
pub(super) type Committed = BTreeMap<(String, String), BTreeMap<u32, u64>>;

/// Creates the tables of a new file, and gives the log's identity.
pub(super) fn prepare(conn: &Connection, file: &Path) -> Result<Uuid, PortError> {
    sqlite::claim_format(conn, file, FORMAT)?;
    let create = || -> rusqlite::Result<Uuid> {
        conn.execute_batch(TABLES)?;
        conn.execute(
            "INSERT OR IGNORE INTO meta (name, value) VALUES ('identity', ?1)",
            params![Uuid::now_v7().as_bytes().as_slice()],
        )?;
        identity(conn)
    };
    create().map_err(|e| sqlite::fault(&format!("create the tables of {}", file.display()), &e))
}

/// The log's identity.
pub(super) fn identity(conn: &Connection) -> rusqlite::Result<Uuid> {
    conn.query_row("SELECT value FROM meta WHERE name = 'identity'", [], |r| {
        Ok(Uuid::from_bytes(r.get(0)?))
    })
}

/// Reads all topics and their partitions into `catalogue`, as of one moment: a topic that another process creates
/// meanwhile would be there without its partitions, for good.
pub(super) fn load_topics(conn: &Connection, catalogue: &Catalogue) -> rusqlite::Result<()> {
    let moment = conn.unchecked_transaction()?;
    let mut partitions: HashMap<i64, Vec<PartitionRow>> = HashMap::new();
    let mut statement = conn.prepare_cached(
        "SELECT topic, id, partition, start, \"end\", records, bytes, clean, timestamp, ordered \
         FROM partitions ORDER BY topic, partition",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (topic, mut partition) = (row.get(0)?, partition_row(row)?);
        recovery::catch_up(conn, &mut partition)?;
        partitions.entry(topic).or_default().push(partition);
    }
    let mut statement = conn.prepare_cached(
        "SELECT id, name, identity, compact, time_ms, bytes FROM topics ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let name: Topic = row.get::<_, String>(1)?.into();
        let rows = partitions.remove(&id).unwrap_or_default();
        let retention = Retention {
            compact: row.get(3)?,
            time: row
                .get::<_, Option<i64>>(4)?
                .map(|ms| Duration::from_millis(ms.cast_unsigned())),
            bytes: row.get::<_, Option<i64>>(5)?.map(i64::cast_unsigned),
        };
        match catalogue.find(&name) {
            Some(known) => known.refresh(retention, &rows),
            None => {
                let identity = Uuid::from_bytes(row.get(2)?);
                catalogue.add(topic_state(id, name, identity, retention, &rows));
            }
        }
    }
    moment.finish()
}

fn partition_row(row: &Row<'_>) -> rusqlite::Result<PartitionRow> {
    let number = |i| row.get::<_, i64>(i).map(i64::cast_unsigned);
    Ok(PartitionRow {
        id: row.get(1)?,
        partition: row.get(2)?,
        start: number(3)?,
        end: number(4)?,
        records: number(5)?,
        bytes: number(6)?,
        clean: number(7)?,
        timestamp: row.get(8)?,
        ordered: row.get(9)?,
    })
}

fn topic_state(
    id: i64,
    name: Topic,
    identity: Uuid,
    retention: Retention,
    rows: &[PartitionRow],
) -> TopicState {
    TopicState {
        id,
        identity,
        partitions: rows
            .iter()
            .map(|row| Arc::new(Partition::new(&name, row)))
            .collect(),
        name,
        retention: retention.into(),
    }
}

/// Reads what was taken of each producer.
pub(super) fn load_producers(conn: &Connection) -> rusqlite::Result<Producers> {
    let mut producers = Producers::default();
    let mut statement = conn.prepare("SELECT * FROM producers")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let producer = Producer {
            partition: row.get(0)?,
            source: row.get::<_, String>(1)?.into(),
            cause_topic: row.get::<_, String>(2)?.into(),
            cause_partition: row.get(3)?,
        };
        let taken = Taken {
            sequence: (row.get::<_, i64>(4)?.cast_unsigned(), row.get(5)?),
            last: row.get::<_, i64>(6)?.cast_unsigned(),
        };
        producers.insert(producer, taken);
    }
    Ok(producers)
}

/// Reads how far each group has come.
pub(super) fn load_committed(conn: &Connection) -> rusqlite::Result<Committed> {
    let mut committed = Committed::new();
    let mut statement =
        conn.prepare_cached("SELECT name, topic, partition, next FROM committed")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        committed
            .entry((row.get(0)?, row.get(1)?))
            .or_default()
            .insert(row.get(2)?, row.get::<_, i64>(3)?.cast_unsigned());
    }
    Ok(committed)
}

/// Writes a partition's counts.
pub(super) fn save_partition(conn: &Connection, row: &PartitionRow) -> rusqlite::Result<()> {
    conn.prepare_cached(SAVE_PARTITION)?.execute(params![
        row.id,
        row.start.cast_signed(),
        row.end.cast_signed(),
        row.records.cast_signed(),
        row.bytes.cast_signed(),
        row.clean.cast_signed(),
        row.timestamp,
        row.ordered,
    ])?;
    Ok(())
}

/// Writes what was taken of a producer.
pub(super) fn save_producer(
    conn: &Connection,
    producer: &Producer,
    taken: &Taken,
) -> rusqlite::Result<()> {
    conn.prepare_cached(SAVE_PRODUCER)?.execute(params![
        producer.partition,
        &*producer.source,
        &*producer.cause_topic,
        producer.cause_partition,
        taken.sequence.0.cast_signed(),
        taken.sequence.1,
        taken.last.cast_signed(),
    ])?;
    Ok(())
}

/// Writes how far a group has come in one partition.
pub(super) fn save_committed(
    conn: &Connection,
    (group, topic): &(String, String),
    partition: u32,
    next: u64,
) -> rusqlite::Result<()> {
    conn.prepare_cached(SAVE_COMMITTED)?.execute(params![
        group,
        topic,
        partition,
        next.cast_signed()
    ])?;
    Ok(())
}

/// Creates a topic, inside the caller's transaction.
pub(super) fn create_topic(conn: &Connection, spec: &TopicSpec) -> rusqlite::Result<TopicState> {
    let identity = Uuid::now_v7();
    let (time, bytes) = limits(&spec.retention);
    conn.prepare_cached(
        "INSERT INTO topics (name, identity, compact, time_ms, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        spec.name,
        identity.as_bytes().as_slice(),
        spec.retention.compact,
        time,
        bytes
    ])?;
    let topic = conn.last_insert_rowid();
    let mut rows = Vec::new();
    for partition in 0..spec.partitions {
        conn.prepare_cached(
            "INSERT INTO partitions (topic, partition, start, \"end\", records, bytes, clean, \
             timestamp, ordered) VALUES (?1, ?2, 0, 0, 0, 0, 0, ?3, 1)",
        )?
        .execute(params![topic, partition, i64::MIN])?;
        rows.push(PartitionRow::empty(conn.last_insert_rowid(), partition));
    }
    let name = spec.name.as_str().into();
    let retention = spec.retention.clone();
    Ok(topic_state(topic, name, identity, retention, &rows))
}

/// Changes a topic's retention, inside the caller's transaction.
pub(super) fn alter_topic(
    conn: &Connection,
    topic: i64,
    retention: &Retention,
) -> rusqlite::Result<()> {
    let (time, bytes) = limits(retention);
    conn.prepare_cached("UPDATE topics SET compact = ?2, time_ms = ?3, bytes = ?4 WHERE id = ?1")?
        .execute(params![topic, retention.compact, time, bytes])?;
    Ok(())
}

fn limits(retention: &Retention) -> (Option<i64>, Option<i64>) {
    let time = retention
        .time
        .map(|time| i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
    let bytes = retention
        .bytes
        .map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
    (time, bytes)
}
