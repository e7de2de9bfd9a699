//! Snapshots of the platform's own entities, made at start, every `catalyst.snapshot_interval`, and once more when a
//! burst of new entities has come to rest.
//!
//! A snapshot's file is a blob under its hash; the list is a pointer of the store, changed by compare-and-set, so that
//! many gateways agree on one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use model::tables::day;
use model::tables::deployments::{self as tables, ByTime, Clock, by_time_partition};
use model::tables::{number_key, parse_number_key};
use runtime::platform::Platform;
use runtime::ports::{PortError, RowRange};
use runtime::reading::{Token, decode};
use serde::{Deserialize, Serialize};

use super::dto::{Snapshot, TimeRange};
use super::rows::{DEPLOYMENTS, POINTERS, Tables};
use super::{intervals, snapshot_file};
use crate::frame::{Background, GatewayContext};

const POINTER: &str = "catalyst/snapshots";
const SIGHTINGS: &str = "catalyst.sightings";
/// How often it is looked whether there is something to do.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Least time between two generations that nobody scheduled.
const EARLY_AFTER: Duration = Duration::from_secs(30);
/// Index rows read at a time.
const CHUNK: usize = 512;
/// Hashes a snapshot says it replaces.
const REPLACED_MAX: usize = 1000;

/// The list of snapshots as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct List {
    /// The platform's clock when the generation began, ms: everything older was looked at.
    pub(super) generated_at: i64,
    /// Local timestamp of the newest deployment then, ms.
    pub(super) newest: i64,
    /// The snapshots.
    pub(super) snapshots: Vec<Snapshot>,
}

/// The stored list and its version; `None` before the first generation.
pub(super) async fn stored(platform: &Platform) -> Result<Option<(List, u64)>, PortError> {
    let Some(pointer) = platform.store.pointer(POINTER).await? else {
        return Ok(None);
    };
    let list = serde_json::from_slice(&pointer.value)
        .map_err(|e| PortError::refused(format!("pointer {POINTER} is unreadable: {e}")))?;
    Ok(Some((list, pointer.version)))
}

/// The task of the gateway.
pub(super) fn background(context: GatewayContext) -> Background {
    Box::pin(async move { run(context).await })
}

async fn run(context: GatewayContext) {
    let interval = context.settings.catalyst.snapshot_interval.0;
    let mut last: Option<Instant> = None;
    let mut seen_newest = None;
    loop {
        let due = last.is_none_or(|last| last.elapsed() >= interval);
        let early = last.is_some_and(|last| last.elapsed() >= EARLY_AFTER);
        let rested = early
            && match is_rested(&context.platform, &mut seen_newest).await {
                Ok(rested) => rested,
                Err(error) => {
                    tracing::warn!(%error, "cannot tell whether snapshots are stale");
                    false
                }
            };
        if due || rested {
            match generate(&context.platform).await {
                Ok(snapshots) => {
                    last = Some(Instant::now());
                    tracing::info!(snapshots, "snapshots generated");
                }
                Err(error) => tracing::warn!(%error, "snapshots could not be generated"),
            }
        }
        tokio::select! {
            () = context.shutdown.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Whether there are deployments newer than the stored list, and none since the last look.
async fn is_rested(platform: &Platform, seen: &mut Option<i64>) -> Result<bool, PortError> {
    let newest = newest(&Tables::of(platform)).await?;
    let quiet = *seen == Some(newest);
    *seen = Some(newest);
    let listed = stored(platform).await?.map_or(0, |(list, _)| list.newest);
    Ok(quiet && newest > listed)
}

/// Local timestamp of the newest deployment.
async fn newest(tables: &Tables) -> Result<i64, PortError> {
    let last = |limit| RowRange {
        descending: true,
        limit,
        ..RowRange::default()
    };
    let partition = Clock::Local.name().as_bytes();
    let days = tables
        .deployments
        .range(tables::DAYS, partition, last(1))
        .await?;
    let Some(day) = days.first().and_then(|row| parse_number_key(&row.row)) else {
        return Ok(0);
    };
    let partition = by_time_partition(Clock::Local, day);
    let rows = tables
        .deployments
        .range(tables::BY_TIME, partition.as_bytes(), last(1))
        .await?;
    Ok(rows
        .first()
        .and_then(|row| parse_number_key(&row.row))
        .unwrap_or(0))
}

/// Makes the snapshots that are missing or stale and stores the list. Says how many there are.
///
/// # Errors
/// The ports' faults; nothing was changed then.
pub(super) async fn generate(platform: &Platform) -> Result<usize, PortError> {
    let before = stored(platform).await?;
    let version = before.as_ref().map(|(_, version)| *version);
    let old = before.map(|(list, _)| list).unwrap_or_default();
    let generated_at = platform.clock.now_ms();
    catch_up(platform).await?;
    let tables = Arc::new(Tables::of(platform));
    let newest = newest(&tables).await?;
    let mut snapshots = Vec::new();
    for interval in intervals::until(generated_at) {
        let kept = old.snapshots.iter().find(|s| s.time_range == interval);
        let looked = look(&tables, interval).await?;
        let snapshot = match kept.filter(|kept| is_fresh(kept, &looked)) {
            Some(kept) => kept.clone(),
            None => {
                let (hash, entities) =
                    snapshot_file::write(platform, &tables, looked.active).await?;
                Snapshot {
                    replaced_snapshot_hashes: replaced(&old.snapshots, interval, &hash),
                    hash,
                    time_range: interval,
                    number_of_entities: entities,
                    generation_timestamp: generated_at,
                }
            }
        };
        snapshots.push(snapshot);
    }
    let count = snapshots.len();
    let list = List {
        generated_at,
        newest,
        snapshots,
    };
    let value = serde_json::to_vec(&list).expect("a list of snapshots serialises");
    // Another gateway may have been faster; its list is as good.
    platform
        .store
        .compare_and_set(POINTER, version, Bytes::from(value))
        .await?;
    Ok(count)
}

/// Waits until the read models show everything that was sighted before now.
async fn catch_up(platform: &Platform) -> Result<(), PortError> {
    let mut token = Token::default();
    for (partition, end) in (0..).zip(platform.log.ends(SIGHTINGS).await?) {
        if end > 0 {
            token.add(SIGHTINGS.into(), partition, end - 1);
        }
    }
    platform.waiter.passed(DEPLOYMENTS, &token).await?;
    platform.waiter.passed(POINTERS, &token).await
}

/// What stands in an interval now.
struct Looked {
    /// Ids of active entities in order of their own time.
    active: Vec<String>,
    /// Local timestamp of the newest deployment, active or not.
    newest: i64,
}

async fn look(tables: &Tables, interval: TimeRange) -> Result<Looked, PortError> {
    let mut looked = Looked {
        active: Vec::new(),
        newest: 0,
    };
    let TimeRange {
        init_timestamp: init,
        end_timestamp: end,
    } = interval;
    let key = |number: i64| Some(Bytes::copy_from_slice(&number_key(number)));
    let days = RowRange {
        from: key(day(init)),
        to: key(day(end) + 1),
        descending: false,
        limit: usize::try_from(day(end) - day(init) + 1).unwrap_or(usize::MAX),
    };
    let partition = Clock::Entity.name().as_bytes();
    for row in tables
        .deployments
        .range(tables::DAYS, partition, days)
        .await?
    {
        let Some(day) = parse_number_key(&row.row) else {
            continue;
        };
        let partition = by_time_partition(Clock::Entity, day);
        let mut from = key(init);
        loop {
            let range = RowRange {
                from: from.clone(),
                to: key(end + 1),
                descending: false,
                limit: CHUNK,
            };
            let rows = tables
                .deployments
                .range(tables::BY_TIME, partition.as_bytes(), range)
                .await?;
            let mut found = Vec::with_capacity(rows.len());
            for row in &rows {
                found.push(decode::<ByTime>(tables::BY_TIME, row)?);
            }
            let newest = found.iter().map(|row| row.local_timestamp).max();
            looked.newest = looked.newest.max(newest.unwrap_or(0));
            let ids = found.into_iter().map(|row| row.entity_id).collect();
            looked.active.extend(tables.active_among(ids).await?);
            match rows.last() {
                Some(last) if rows.len() == CHUNK => {
                    from = Some([&last.row[..], &[0]].concat().into());
                }
                _ => break,
            }
        }
    }
    Ok(looked)
}

/// Whether a snapshot is still good: nothing came in since it was made, and a long one lists nothing that is dead.
fn is_fresh(snapshot: &Snapshot, looked: &Looked) -> bool {
    let shrunk = (looked.active.len() as u64) < snapshot.number_of_entities;
    looked.newest <= snapshot.generation_timestamp
        && !(intervals::is_long(snapshot.time_range) && shrunk)
}

/// The older snapshots that one of this interval stands for.
fn replaced(old: &[Snapshot], interval: TimeRange, hash: &str) -> Vec<String> {
    let within = |snapshot: &&Snapshot| {
        snapshot.time_range.init_timestamp >= interval.init_timestamp
            && snapshot.time_range.end_timestamp <= interval.end_timestamp
    };
    let mut hashes: Vec<String> = Vec::new();
    for snapshot in old.iter().filter(within) {
        for known in snapshot
            .replaced_snapshot_hashes
            .iter()
            .chain([&snapshot.hash])
        {
            if known != hash && !hashes.contains(known) {
                hashes.push(known.clone());
            }
        }
    }
    let over = hashes.len().saturating_sub(REPLACED_MAX);
    hashes.drain(..over);
    hashes
}
