//! What a play came to, as JSON without anything that depends on how it was played.

use std::collections::BTreeMap;

use kernel::{NewRecord, Position};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::ledger::Ledger;
use super::play::Log;
use super::{Case, Difference};

/// The outcome of a play.
///
/// # Errors
/// Two different records under one id, or one that cannot be read.
pub(super) fn of(case: &Case, log: &Log, ledger: &Ledger) -> Result<Value, Difference> {
    let mut emits = Vec::new();
    let mut effects = Vec::new();
    let mut rejects: BTreeMap<usize, Value> = BTreeMap::new();
    let letters = case.processor.spec().dead_letters();
    for (given, record) in appended(log, ledger)? {
        if *record.topic == *letters {
            let header = |name: &str| record.headers.get(name).map(|value| text(value));
            let reject = json!({
                "record": given,
                "code": header("__streams.errors.exception"),
                "message": header("__streams.errors.message"),
            });
            rejects.insert(given, reject);
        } else if let Some(kind) = record.topic.strip_prefix("effects.") {
            effects.push(effect(kind, record)?);
        } else {
            emits.push(emit(case, given, record)?);
        }
    }
    let aggregates = ledger.aggregates.iter().filter_map(|(key, (stored, _))| {
        let doc = stored.doc.as_ref()?;
        Some((text(key), json_of(doc)))
    });
    let parts = ledger.parts.iter().filter_map(|((key, name), (doc, _))| {
        let name = format!("{}#{}", text(key), text(name));
        Some((name, json_of(doc.as_ref()?)))
    });
    Ok(json!({
        "rows": rows(ledger),
        "aggregates": aggregates.chain(parts).collect::<Map<_, _>>(),
        "emits": emits,
        "effects": effects,
        "rejects": rejects.into_values().collect::<Vec<_>>(),
    }))
}

/// What was appended, each id once, in the order of the case's records.
fn appended<'a>(log: &Log, ledger: &'a Ledger) -> Result<Vec<(usize, &'a NewRecord)>, Difference> {
    let mut by_id: BTreeMap<Uuid, &NewRecord> = BTreeMap::new();
    let mut in_order = Vec::new();
    for record in &ledger.appends {
        if let Some(first) = by_id.get(&record.headers.id) {
            let same = first.topic == record.topic
                && first.key == record.key
                && first.value == record.value
                && first.headers.more == record.headers.more;
            // The position a repetition was derived from may be another copy's.
            if !same {
                let message = format!(
                    "two records under id {}: {first:?}, {record:?}",
                    record.headers.id
                );
                return Err(Difference(message));
            }
            continue;
        }
        by_id.insert(record.headers.id, record);
        let Some(cause) = &record.headers.cause else {
            return Err(Difference(format!("a record without a cause: {record:?}")));
        };
        let Position {
            partition,
            offset,
            index,
            ..
        } = cause;
        in_order.push((log.given(*partition, *offset), *index, record));
    }
    in_order.sort_by_key(|(given, index, _)| (*given, *index));
    Ok(in_order
        .into_iter()
        .map(|(given, _, record)| (given, record))
        .collect())
}

fn emit(case: &Case, given: usize, record: &NewRecord) -> Result<Value, Difference> {
    let more = record.headers.more.iter();
    let headers: Map<String, Value> = more
        .map(|(name, value)| (name.to_string(), text(value).into()))
        .collect();
    let mut emit = json!({
        "record": given,
        "topic": &*record.topic,
        "key": record.key.as_deref().map(text),
        "kind": &*record.headers.kind,
        "headers": headers,
        "value": value(record)?,
    });
    // Ids of derived records come from their position; one that was kept is worth seeing.
    if record.headers.id == case.records[given].headers.id {
        emit["id"] = record.headers.id.to_string().into();
    }
    Ok(emit)
}

fn effect(kind: &str, record: &NewRecord) -> Result<Value, Difference> {
    Ok(json!({
        "kind": kind,
        "key": record.key.as_deref().map(text),
        "request": value(record)?,
        "notAfter": record.headers.get("not_after").map(|value| text(value)),
    }))
}

fn value(record: &NewRecord) -> Result<Value, Difference> {
    let Some(bytes) = &record.value else {
        return Ok(Value::Null);
    };
    let decoded = model::decode_json(bytes).map_err(|e| Difference(e.to_string()))?;
    Ok(decoded.value)
}

/// Rows by table; deleted ones are gone.
fn rows(ledger: &Ledger) -> Value {
    let mut tables: Map<String, Value> = Map::new();
    for ((table, partition, row), (doc, _)) in &ledger.rows {
        let Some(doc) = doc else {
            continue;
        };
        let rows = tables.entry(*table).or_insert_with(|| json!([]));
        if let Value::Array(rows) = rows {
            rows.push(json!({
                "partition": text(partition),
                "row": text(row),
                "doc": json_of(doc),
            }));
        }
    }
    Value::Object(tables)
}

fn json_of(doc: &[u8]) -> Value {
    serde_json::from_slice(doc).unwrap_or_else(|_| text(doc).into())
}

/// Bytes for people: text as it is, a number key as `#7`, with the text after it `#7 text`.
fn text(bytes: &[u8]) -> String {
    let printable = |bytes: &[u8]| !bytes.iter().any(u8::is_ascii_control);
    if let Some(number) = model::tables::parse_number_key(bytes)
        && bytes[0] == 0
        && let Ok(rest) = std::str::from_utf8(&bytes[8..])
    {
        return match rest {
            "" => format!("#{number}"),
            rest => format!("#{number} {rest}"),
        };
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if printable(bytes) => text.to_owned(),
        _ => format!("{bytes:02x?}"),
    }
}

/// Says where two outcomes first differ.
///
/// # Errors
/// They do.
pub(super) fn compare(played: &str, want: &Value, got: &Value) -> Result<(), Difference> {
    match first_difference("", want, got) {
        None => Ok(()),
        Some((path, want, got)) => Err(Difference(format!(
            "{played}: differs at {path}\n  then.json: {want}\n  played:    {got}"
        ))),
    }
}

fn first_difference(path: &str, want: &Value, got: &Value) -> Option<(String, String, String)> {
    let absent = Value::from("(absent)");
    match (want, got) {
        (Value::Object(a), Value::Object(b)) => {
            let names = a
                .keys()
                .chain(b.keys().filter(|name| !a.contains_key(*name)));
            names.into_iter().find_map(|name| {
                let (a, b) = (
                    a.get(name).unwrap_or(&absent),
                    b.get(name).unwrap_or(&absent),
                );
                first_difference(&format!("{path}/{name}"), a, b)
            })
        }
        (Value::Array(a), Value::Array(b)) => (0..a.len().max(b.len())).find_map(|i| {
            let (a, b) = (a.get(i).unwrap_or(&absent), b.get(i).unwrap_or(&absent));
            first_difference(&format!("{path}/{i}"), a, b)
        }),
        (a, b) if a == b => None,
        (a, b) => Some((path.to_owned(), a.to_string(), b.to_string())),
    }
}
