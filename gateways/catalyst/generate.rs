//! Snapshots of the platform's own entities, made at start, every `catalyst.snapshot_interval`, and once more when a
//! burst of new entities has come to rest.
//!
//! A snapshot's file is a blob under its hash; the list is a pointer of the store, changed by compare-and-set, so that
//! many gateways agree on one. The list also says how much of the topic `deployments` it knows: what was published
//! since tells which intervals have to be looked at again. Times do not tell that: clocks differ and stand still.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use model::tables::day;
use model::tables::deployments::{self as tables, ByTime, Clock, by_time_partition};
use model::tables::{number_key, parse_number_key};
use runtime::platform::Platform;
use runtime::ports::{PortError, RowRange};
use runtime::reading::{Token, decode};
use runtime::settings::Span;
use serde::{Deserialize, Serialize};

use super::dto::{Snapshot, TimeRange};
use super::published::{self, Published};
use super::rows::{DEPLOYMENTS, POINTERS, Tables};
use super::{intervals, snapshot_file};
use crate::frame::GatewayContext;

const POINTER: &str = "catalyst/snapshots";
const SIGHTINGS: &str = "catalyst.sightings";
/// Index rows read at a time.
const CHUNK: usize = 512;
/// Hashes a snapshot says it replaces.
const REPLACED_MAX: usize = 1000;

/// The list of snapshots as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct List {
    /// The platform's clock when the generation began, ms.
    pub(super) generated_at: i64,
    /// How much of the topic `deployments` it knows: an end for each partition.
    pub(super) known: Vec<u64>,
    /// The snapshots.
    pub(super) snapshots: Vec<Snapshot>,
}

/// How much a generation looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// Intervals in which something was published.
    New,
    /// Also long intervals, for entities that were overwritten.
    All,
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

/// Makes snapshots until the process stops.
pub(super) async fn run(context: GatewayContext) {
    let settings = &context.settings.catalyst;
    // The last generation of all, and the last of any extent.
    let (mut full, mut last): (Option<Instant>, Option<Instant>) = (None, None);
    let mut seen = None;
    loop {
        let has_passed = |since: Option<Instant>, span: Span| {
            since.is_none_or(|since| since.elapsed() >= span.0)
        };
        let extent = if has_passed(full, settings.snapshot_interval) {
            Some(Extent::All)
        } else if has_passed(last, settings.snapshot_rest) {
            let rested = is_rested(&context.platform, &mut seen).await;
            let rested = rested.unwrap_or_else(|error| {
                tracing::warn!(%error, "cannot tell whether snapshots are stale");
                false
            });
            rested.then_some(Extent::New)
        } else {
            None
        };
        if let Some(extent) = extent {
            match generate(&context.platform, extent).await {
                Ok(snapshots) => {
                    last = Some(Instant::now());
                    if extent == Extent::All {
                        full = last;
                    }
                    tracing::info!(snapshots, ?extent, "snapshots generated");
                }
                Err(error) => tracing::warn!(%error, "snapshots could not be generated"),
            }
        }
        tokio::select! {
            () = context.shutdown.cancelled() => return,
            () = tokio::time::sleep(settings.snapshot_look_interval.0) => {}
        }
    }
}

/// Whether something was published that the stored list does not know, and nothing since the last look.
async fn is_rested(platform: &Platform, seen: &mut Option<Vec<u64>>) -> Result<bool, PortError> {
    let ends = platform.log.ends(published::TOPIC).await?;
    let known = stored(platform).await?.map(|(list, _)| list.known);
    let rested = seen.as_ref() == Some(&ends) && known.as_ref() != Some(&ends);
    *seen = Some(ends);
    Ok(rested)
}

/// Makes the snapshots that are missing or stale and stores the list. Says how many there are.
///
/// # Errors
/// The ports' faults; nothing was changed then.
async fn generate(platform: &Platform, extent: Extent) -> Result<usize, PortError> {
    let before = stored(platform).await?;
    let version = before.as_ref().map(|(_, version)| *version);
    let old = before.map(|(list, _)| list).unwrap_or_default();
    let generated_at = platform.clock.now_ms();
    // First how much is published, then waiting: all of it is visible when it is looked at.
    let known = platform.log.ends(published::TOPIC).await?;
    catch_up(platform).await?;
    let new = Published::since(platform, &old.known, &known).await?;
    let tables = Arc::new(Tables::of(platform));
    let mut snapshots = Vec::new();
    for interval in intervals::until(generated_at) {
        let kept = old.snapshots.iter().find(|s| s.time_range == interval);
        let kept = kept.filter(|_| !new.is_within(interval));
        // Few entities of a short interval are overwritten before it is part of a longer one.
        let may_shrink = extent == Extent::All && intervals::is_long(interval);
        if let Some(kept) = kept.filter(|_| !may_shrink) {
            snapshots.push(kept.clone());
            continue;
        }
        let active = active(&tables, interval).await?;
        if let Some(kept) = kept.filter(|kept| active.len() as u64 >= kept.number_of_entities) {
            snapshots.push(kept.clone());
            continue;
        }
        let (hash, entities) = snapshot_file::write(platform, &tables, active).await?;
        snapshots.push(Snapshot {
            replaced_snapshot_hashes: replaced(&old.snapshots, interval, &hash),
            hash,
            time_range: interval,
            number_of_entities: entities,
            generation_timestamp: generated_at,
        });
    }
    let count = snapshots.len();
    let list = List {
        generated_at,
        known,
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

/// Ids of the active entities of an interval, in order of their own time.
async fn active(tables: &Tables, interval: TimeRange) -> Result<Vec<String>, PortError> {
    let mut active = Vec::new();
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
            let found = rows
                .iter()
                .map(|row| decode::<ByTime>(tables::BY_TIME, row));
            let ids = found
                .map(|row| Ok(row?.entity_id))
                .collect::<Result<_, PortError>>()?;
            active.extend(tables.active_among(ids).await?);
            match rows.last() {
                Some(last) if rows.len() == CHUNK => {
                    from = Some([&last.row[..], &[0]].concat().into());
                }
                _ => break,
            }
        }
    }
    Ok(active)
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
