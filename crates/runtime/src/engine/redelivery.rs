//! How an aggregate's head tells what it has already applied.

use kernel::{Record, Reject};

use crate::ports::Head;

/// Who derived a record (`producer:topic/partition`), and its place in that producer's sequence.
pub(crate) type Origin = (String, (u64, u32));

/// Who derived a record, and its place in that producer's sequence.
pub(crate) fn origin(record: &Record) -> Option<Origin> {
    let cause = record.headers.cause.as_ref()?;
    let producer = format!(
        "{}:{}/{}",
        record.headers.source, cause.topic, cause.partition
    );
    Some((producer, cause.sequence()))
}

/// The same of a producer that speaks in the order of its places, whatever the key.
pub(crate) fn ordered(record: &Record) -> Option<Origin> {
    record.headers.ordered_cause()?;
    origin(record)
}

/// Redelivery of an own offset, or a producer's repetition of an output.
pub(crate) fn already_applied(head: &Head, offset: u64, producer: Option<&Origin>) -> bool {
    let parked = head.parked.as_ref();
    if head.pos.is_some_and(|pos| offset <= pos) || parked.is_some_and(|p| offset <= p.last) {
        return true;
    }
    let Some((name, sequence)) = producer else {
        return false;
    };
    let waiting = parked.and_then(|parked| parked.src.get(name));
    let seen = head.src.get(name).max(waiting);
    seen.is_some_and(|seen| sequence <= seen)
}

/// Why an event of a parked key waits.
pub(crate) fn behind(first: u64) -> Reject {
    Reject::new("PARKED", format!("behind the parked event at {first}"))
}

/// Why an event does not come late where order counts.
pub(crate) fn too_late() -> Reject {
    let why = "its key has gone on without it: a new generation applies it in its place";
    Reject::new("TOO_LATE", why.to_owned())
}
