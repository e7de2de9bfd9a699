//! The configured log.

use std::sync::Arc;

use kernel::{Position, Topic};
use runtime::ports::{Log, ReadLimits};
use serde_json::Value;

use crate::config::{Loaded, nearest};
use crate::exit::Failure;
use crate::record_view::view;
use crate::wire::{Access, OpenLog};

/// The configured log, open to read only; another process may be writing it.
///
/// # Errors
/// There is none.
pub(crate) fn local(loaded: &Loaded) -> Result<Arc<dyn Log>, Failure> {
    Ok(OpenLog::open(&loaded.config, Access::Read)?.log())
}

/// The number of partitions of a topic.
///
/// # Errors
/// It does not exist; the nearest one is named.
pub(super) async fn partitions(log: &dyn Log, name: &str) -> Result<u32, Failure> {
    let topics = log.topics().await?;
    if let Some(topic) = topics.iter().find(|t| t.spec.name == name) {
        return Ok(topic.spec.partitions);
    }
    let names = topics.iter().map(|t| t.spec.name.as_str());
    let hint = match nearest(name, names.clone()) {
        Some(near) => format!(": did you mean {near}?"),
        None => format!("; there are {}", names.collect::<Vec<_>>().join(", ")),
    };
    Err(Failure::usage(format!("no topic {name:?}{hint}")))
}

/// Records of a partition from `from` on, as people see them, and where to read on.
///
/// # Errors
/// The log's faults.
pub(super) async fn read(
    log: &dyn Log,
    topic: &Topic,
    partition: u32,
    from: u64,
) -> Result<(Vec<Value>, u64), Failure> {
    let limits = ReadLimits {
        records: 500,
        ..ReadLimits::default()
    };
    let batch = log.read(topic, partition, from, limits).await?;
    let seen = batch.records.iter().map(|record| {
        view(
            &Position::new(Topic::clone(topic), partition, record.offset),
            record,
        )
    });
    Ok((seen.collect(), batch.next))
}
