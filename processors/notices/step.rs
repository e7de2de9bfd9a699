//! From an event to its notices.

use std::collections::BTreeSet;

use kernel::{Record, Reject, Step};
use model::Json;
use model::events::Event;
use model::events::notification::{METADATA_BYTES_MAX, Notice, is_address};
use serde_json::{Map, Value};

use super::rules::{self, Rule, To};
use super::{Heard, TOPIC};
use crate::wire;

/// Most people one event tells: producers send their lists in batches of some hundreds.
const RECIPIENTS_MAX: usize = 10_000;
/// Characters that are shown of what is no address.
const ODD_CHARS_MAX: usize = 64;
/// The one thing that can be opted out of.
const COMMUNITY: &str = "community";

/// The event of a record, if somebody is to be told of it.
pub(super) fn hear(record: &Record) -> Result<Option<Heard>, Reject> {
    let unreadable = |e: model::CodecError| Reject::new("RECORD_UNREADABLE", e.to_string());
    let Some(value) = &record.value else {
        return Ok(None);
    };
    // The schema's name is the pair: events that nobody is told of are not decoded.
    let (schema, _) = model::codec::open(value).map_err(unreadable)?;
    let Some(rule) = rules::of(schema.name) else {
        return Ok(None);
    };
    let event = model::decode_json(value).map_err(unreadable)?.value;
    let key = record.key.clone().unwrap_or_default();
    Ok(Some(Heard { key, rule, event }))
}

pub(super) fn step(rule: &Rule, event: &Value) -> Result<Step<()>, Reject> {
    let envelope = Event(event);
    let recipients = recipients(rule, event)?;
    let metadata = Json::from(Value::Object(metadata(rule, envelope.metadata())));
    let bytes = metadata.text().len();
    if bytes > METADATA_BYTES_MAX && !recipients.is_empty() {
        let message = format!(
            "event {} of {} has {bytes} bytes to show, at most {METADATA_BYTES_MAX} are told",
            envelope.key(),
            rule.pair
        );
        return Err(Reject::new("NOTICE_TOO_LARGE", message));
    }
    let scope_id = rule
        .opt_out
        .and_then(|path| envelope.at(path))
        .filter(|id| !id.is_empty());
    let emits = recipients.into_iter().map(|address| {
        let notice = Notice {
            address,
            kind: rule.notice.to_owned(),
            event_key: envelope.key().to_owned(),
            metadata: metadata.clone(),
            timestamp: wire::ms(event, 0),
            scope: scope_id.map(|_| COMMUNITY.to_owned()),
            scope_id: scope_id.map(str::to_owned),
        };
        wire::emit(TOPIC, notice.key(), &notice)
    });
    Ok(Step {
        emits: emits.collect(),
        ..Step::nothing()
    })
}

/// Who is told, in lower case, each once and in order. Of a list those are told who can be; where nobody can, somebody
/// made a mistake.
fn recipients(rule: &Rule, event: &Value) -> Result<BTreeSet<String>, Reject> {
    let many;
    let texts: &[Value] = match rule.to {
        To::One(path) => {
            many = Event(event).at(path).map(Value::from);
            many.as_slice()
        }
        To::Many(name) => {
            let list = Event(event).metadata().get(name).and_then(Value::as_array);
            list.map_or(&[], Vec::as_slice)
        }
    };
    if texts.len() > RECIPIENTS_MAX {
        let message = format!(
            "event {} of {} names {} recipients, at most {RECIPIENTS_MAX} are told",
            Event(event).key(),
            rule.pair,
            texts.len()
        );
        return Err(Reject::new("NOTICE_RECIPIENTS_TOO_MANY", message));
    }
    let named = texts.iter().filter_map(Value::as_str);
    let mut named = named.filter(|text| !text.is_empty());
    let lower = named.clone().map(str::to_lowercase);
    let told: BTreeSet<_> = lower.filter(|text| is_address(text)).collect();
    match named.next() {
        Some(odd) if told.is_empty() => {
            // Letters that only look like those of an address are shown by their numbers.
            let shown: String = odd.chars().take(ODD_CHARS_MAX).collect();
            let message = format!(
                "event {} of {} is for \"{}\", which is no wallet's address",
                Event(event).key(),
                rule.pair,
                shown.escape_default()
            );
            Err(Reject::new("NOTICE_ADDRESS", message))
        }
        _ => Ok(told),
    }
}

/// What clients show: the rule's members that the event has.
fn metadata(rule: &Rule, event: &Value) -> Map<String, Value> {
    let member = |member: &rules::Member| {
        let value = member.from.of(event)?;
        Some((member.name.to_owned(), value))
    };
    rule.metadata.iter().filter_map(member).collect()
}
