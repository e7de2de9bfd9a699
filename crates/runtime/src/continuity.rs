//! Whether a log still continues what a mark of the store has seen of it.

use std::collections::BTreeMap;

use crate::ports::{Log, MarkAt, PortError, ReadLimits};

/// Why nobody may read on from a mark.
#[derive(Debug)]
pub(crate) enum Break {
    /// The log cannot be asked just now, or not at all.
    Fault(PortError),
    /// Records between the mark and the log's start are gone.
    Removed(String),
    /// The record before the mark is another one than was read there.
    Rewritten(String),
}

impl From<PortError> for Break {
    fn from(error: PortError) -> Self {
        Self::Fault(error)
    }
}

impl From<Break> for PortError {
    fn from(found: Break) -> Self {
        match found {
            Break::Fault(error) => error,
            Break::Removed(message) | Break::Rewritten(message) => Self::Refused(message),
        }
    }
}

/// A store that has seen more than the log holds belongs to another log, or the log was put back to an older copy.
/// Going on would take new events for old ones, because their offsets come again. `reader` names whose marks these are.
///
/// # Errors
/// `Refused`, naming the partition.
pub(crate) fn not_ahead(
    reader: &str,
    input: &str,
    marks: &BTreeMap<(String, u32), MarkAt>,
    ends: &[u64],
) -> Result<(), PortError> {
    for ((topic, partition), mark) in marks.iter().filter(|((topic, _), _)| topic == input) {
        let end = ends.get(*partition as usize).copied().unwrap_or(0);
        if mark.next > end {
            return Err(PortError::refused(format!(
                "{reader} has applied {topic}/{partition} up to offset {}, but the log ends at {end}: the store is not \
                 of this log, or the log is an older copy; delete the store (it is rebuilt from the log) or put the \
                 right log back",
                mark.next
            )));
        }
    }
    Ok(())
}

/// Looks at the log where a mark of `reader` stands: nothing may be missing after it, and the record before it must be
/// the one that was read. A record that compaction or retention has removed proves nothing.
///
/// # Errors
/// What was found, or the log's faults.
pub(crate) async fn check(
    log: &dyn Log,
    reader: &str,
    topic: &str,
    partition: u32,
    mark: MarkAt,
) -> Result<(), Break> {
    let starts = log.starts(topic).await?;
    let start = starts.get(partition as usize).copied().unwrap_or(0);
    if mark.next < start {
        return Err(Break::Removed(format!(
            "LOG_HOLE: {reader} has applied {topic}/{partition} up to offset {}, but the log starts at {start}: \
             retention has removed what was to be read; import the missing records, or build the read model anew from \
             what is left",
            mark.next
        )));
    }
    let (Some(before), Some(known)) = (mark.next.checked_sub(1), mark.last) else {
        return Ok(());
    };
    if before < start {
        return Ok(());
    }
    let limits = ReadLimits {
        records: 1,
        bytes: 1,
    };
    let batch = log.read(topic, partition, before, limits).await?;
    match batch.records.first() {
        Some(record) if record.offset == before && record.headers.id != known => {
            Err(Break::Rewritten(format!(
                "LOG_REWRITTEN: topic {topic} partition {partition} was recreated or rewritten: at offset {before} \
                 {reader} has applied event {known}, but the log has event {} there; put the right log back, or build \
                 the read model anew from this one",
                record.headers.id
            )))
        }
        None if batch.end < mark.next => Err(Break::Rewritten(format!(
            "LOG_REWRITTEN: topic {topic} partition {partition} was recreated or cut: {reader} has applied it up to \
             offset {}, but the log ends at {}; put the right log back, or build the read model anew from this one",
            mark.next, batch.end
        ))),
        _ => Ok(()),
    }
}
