//! From a fed event to its topic.

use kernel::{Context, Emit, Record, Reject, Step};
use model::tables::HOUR_MS;
use model::tables::ingest::{Bucket, State};
use uuid::Uuid;

use super::SPEC;

/// The header that names the destination.
const TO: &str = "to";
/// Hours an id is kept after the hour it was taken in.
const HOURS: i64 = 24;
/// Ids of one bucket: an hour with more has several.
const BUCKET_IDS_MAX: usize = 4096;
/// Ids kept of one key: the oldest bucket goes when there are more.
const IDS_MAX: usize = 65_536;

pub(super) fn step(
    state: &State,
    record: &Record,
    context: &Context,
) -> Result<Step<State>, Reject> {
    let topic = destination(record)?;
    let (Some(key), Some(value)) = (&record.key, &record.value) else {
        let message = format!("event {} has no key or no value", record.headers.id);
        return Err(Reject::new("INGEST_EMPTY", message));
    };
    let id = record.headers.id;
    let hour = context.timestamp.div_euclid(HOUR_MS);
    let mut kept = state.clone();
    kept.buckets.retain(|bucket| hour - bucket.hour <= HOURS);
    if kept.buckets.iter().any(|bucket| bucket.ids.contains(&id)) {
        return Ok(Step::nothing());
    }
    take(&mut kept, hour, id);
    let headers = record.headers.more.iter();
    let emit = Emit {
        topic,
        key: key.clone(),
        id: Some(id),
        kind: record.headers.kind.clone(),
        value: value.clone(),
        headers: headers.filter(|(name, _)| &**name != TO).cloned().collect(),
    };
    Ok(Step {
        emits: vec![emit],
        ..Step::state(kept)
    })
}

fn take(state: &mut State, hour: i64, id: Uuid) {
    match state.buckets.last_mut() {
        Some(last) if last.hour == hour && last.ids.len() < BUCKET_IDS_MAX => last.ids.insert(id),
        _ => {
            let mut bucket = Bucket {
                hour,
                ..Bucket::default()
            };
            bucket.ids.insert(id);
            state.buckets.push(bucket);
        }
    }
    while state
        .buckets
        .iter()
        .map(|bucket| bucket.ids.len())
        .sum::<usize>()
        > IDS_MAX
    {
        state.buckets.remove(0);
    }
}

/// The topic named by the record, if it is one of those written here.
fn destination(record: &Record) -> Result<&'static str, Reject> {
    let Some(to) = record.headers.get(TO) else {
        let message = format!("event {} names no destination", record.headers.id);
        return Err(Reject::new("INGEST_DESTINATION", message));
    };
    let topic = SPEC.emits.iter().find(|topic| topic.as_bytes() == &to[..]);
    topic.copied().ok_or_else(|| {
        let to = String::from_utf8_lossy(to);
        let message = format!(
            "event {} is for {to:?}, which is not ours",
            record.headers.id
        );
        Reject::new("INGEST_DESTINATION", message)
    })
}
