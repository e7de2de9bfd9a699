//! How an aggregate's head tells what it has already applied.

use kernel::Record;

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

/// Redelivery of an own offset, or a producer's repetition of an output.
pub(crate) fn already_applied(head: &Head, offset: u64, producer: Option<&Origin>) -> bool {
    if head.pos.is_some_and(|pos| offset <= pos) || head.parked.is_some_and(|p| offset <= p.last) {
        return true;
    }
    producer.is_some_and(|(name, sequence)| head.src.get(name).is_some_and(|seen| sequence <= seen))
}
