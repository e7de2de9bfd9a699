//! `/explain/:model/:key`: the events of a key, and what each of them changed.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use kernel::{EffectRequest, Emit, Position, RowWrite, Spec, effect_key};
use runtime::replay::{self, Asked, Change, Entry, Explained, Explaining, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use utoipa::IntoParams;

use super::lines::{Line, Work, lines};
use super::records::authorise;
use super::verify::chosen;
use super::view::{RecordView, text};
use crate::frame::{ApiError, ErrorBody, GatewayContext};

const LIMIT_DEFAULT: usize = 100;
const LIMIT_MAX: usize = 10_000;
const WAITING: usize = 16;

/// Query of `/explain/:model/:key`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExplainQuery {
    /// The generation; the live one when it is left out.
    generation: Option<u32>,
    /// Show events from this offset on.
    from: Option<u64>,
    /// Show events from this log time on, ms.
    since: Option<i64>,
    /// Most events (100).
    limit: Option<usize>,
}

/// An event of the key and what it led to.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    #[serde(flatten)]
    record: RecordView,
    /// Whether the read model has it.
    applied: bool,
    /// `applied`, `repeated`, `behind`, `rejected`, `later`, `left out` or `panicked`.
    outcome: &'static str,
    /// Number of the decision about dead letters because of which it came to that.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<u64>,
    /// Where it was carried out: before the event at this offset.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<u64>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Whether the key is parked from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    parks: Option<bool>,
    /// Changes of the aggregate's document.
    document: Vec<Change>,
    /// Changes of its parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Value>,
    /// Rows written, and deleted (`doc` is null).
    rows: Vec<Value>,
    /// Events it led to.
    emits: Vec<Value>,
    /// What it asked of the outside world, by kind and key; the requests may hold what nobody must read.
    effects: Vec<Value>,
}

/// Who asks, and may see what.
struct Sight {
    context: GatewayContext,
    headers: HeaderMap,
    spec: &'static Spec,
}

/// The events that made a key's state and rows, in the order of the log. Lines: `progress`, `event`, and at the end
/// `end` or `error`.
#[utoipa::path(get, path = "/explain/{model}/{key}", tag = "generations",
    params(("model" = String, Path), ("key" = String, Path), ExplainQuery),
    responses((status = 200, description = "a JSON object a line", content_type = "application/x-ndjson"),
        (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn explain(
    State(context): State<GatewayContext>,
    Path((model, key)): Path<(String, String)>,
    headers: HeaderMap,
    query: Result<Query<ExplainQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(query) =
        query.map_err(|e| ApiError::bad_request("invalid_query", e.body_text().to_lowercase()))?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        let message = format!("limit is {limit}; want 1 to {LIMIT_MAX} events");
        return Err(ApiError::bad_request("invalid_limit", message));
    }
    let chosen = chosen(&context, &headers, &model, query.generation).await?;
    let asked = Asked {
        generation: chosen.number,
        lineage: chosen.generation.lineage(chosen.number),
        until: chosen.generation.until,
        key: Bytes::from(key.clone()),
        from: query.from.unwrap_or(0),
        since: query.since.unwrap_or(i64::MIN),
        limit,
    };
    let started = json!({ "started": {
        "readModel": chosen.spec.name, "generation": chosen.number, "key": key, "input": chosen.spec.input,
    } });
    let (tell, told) = mpsc::channel(WAITING);
    let (platform, processor) = (context.platform.clone(), chosen.processor);
    let task =
        tokio::spawn(async move { replay::explain(&platform, processor, asked, tell).await });
    let work = Work {
        told,
        task,
        shutdown: context.shutdown.clone(),
    };
    let bytes_max = context.settings.operator.records_bytes_max.as_usize();
    let sight = Sight {
        context,
        headers,
        spec: chosen.spec,
    };
    let (mut bytes, mut shown) = (0, 0_u64);
    let line = move |told| match told {
        Explaining::Progress { done, total } => {
            Line::Next(json!({ "progress": { "what": "events", "done": done, "total": total } }))
        }
        Explaining::Entry(entry) if bytes >= bytes_max => {
            let next = entry.record.offset;
            Line::Last(json!({ "end": { "shown": shown, "next": next, "truncated": true } }))
        }
        Explaining::Entry(entry) => {
            let value = json!({ "event": sight.shown(*entry) });
            bytes += value.to_string().len();
            shown += 1;
            Line::Next(value)
        }
    };
    Ok(lines(
        work,
        started,
        line,
        |explained| json!({ "end": end(&explained) }),
    ))
}

fn end(explained: &Explained) -> Value {
    let writers = explained.writers.iter().map(|writer| {
        json!({
            "table": writer.table, "row": text(&writer.row),
            "key": writer.key.as_deref().map(text),
            "partition": writer.event.map(|(partition, _)| partition),
            "offset": writer.event.map(|(_, offset)| offset),
        })
    });
    json!({
        "partition": explained.partition, "events": explained.events, "shown": explained.shown,
        "next": explained.next, "cut": explained.cut, "rows": writers.collect::<Vec<_>>(),
    })
}

impl Sight {
    fn shown(&self, entry: Entry) -> Shown {
        let (input, partition) = (self.spec.input, entry.partition);
        let mut shown = Shown {
            record: RecordView::of(input, partition, &entry.record),
            applied: entry.applied,
            outcome: "applied",
            decision: entry.late.map(|(number, _)| number),
            before: entry.late.map(|(_, before)| before),
            reason: None,
            parks: None,
            document: Vec::new(),
            parts: Vec::new(),
            rows: Vec::new(),
            emits: Vec::new(),
            effects: Vec::new(),
        };
        match entry.outcome {
            Outcome::Applied(applied) => {
                let position = Position::new(input, partition, entry.record.offset);
                shown.document = applied.document;
                let parts = applied.parts.into_iter();
                let part = |(name, changes): (Bytes, _)| json!({ "part": text(&name), "changes": changes });
                shown.parts = parts.map(part).collect();
                shown.rows = applied.rows.iter().map(row).collect();
                shown.effects = self.effects(&applied.effects, applied.emits.len(), &position);
                shown.emits = applied.emits.iter().map(|emit| self.emit(emit)).collect();
            }
            Outcome::Repeated => {
                shown.outcome = "repeated";
                shown.reason = Some("it had been applied before".to_owned());
            }
            Outcome::Behind(first) => {
                shown.outcome = "behind";
                shown.reason = Some(format!(
                    "it waits behind the parked event at offset {first}"
                ));
            }
            Outcome::Rejected { reject, parks } => {
                shown.outcome = "rejected";
                (shown.reason, shown.parks) = (Some(reject.to_string()), Some(parks));
            }
            Outcome::Later => {
                shown.outcome = "later";
                shown.reason = Some("it was rejected, and comes later, as was decided".to_owned());
            }
            Outcome::LeftOut => {
                shown.outcome = "left out";
                shown.reason = Some("it was rejected, and was discarded".to_owned());
            }
            Outcome::Panicked(message) => {
                (shown.outcome, shown.reason) = ("panicked", Some(message));
            }
        }
        shown
    }

    /// An event that followed; its value only where records of its topic are shown to who asks.
    fn emit(&self, emit: &Emit) -> Value {
        let open = authorise(&self.context, emit.topic, &self.headers).is_ok();
        let value = open.then(|| model::decode_json(&emit.value).ok()).flatten();
        json!({
            "topic": emit.topic, "kind": &*emit.kind, "key": text(&emit.key),
            "value": value.map(|decoded| decoded.value),
        })
    }

    fn effects(&self, effects: &[EffectRequest], emits: usize, position: &Position) -> Vec<Value> {
        let first = u32::try_from(emits).unwrap_or(u32::MAX);
        let named = (first..).zip(effects).map(|(index, effect)| {
            let derived = || effect_key(effect.kind, self.spec.name, &position.at(index));
            let key = effect.key.clone().unwrap_or_else(derived);
            json!({ "kind": effect.kind, "key": key })
        });
        named.collect()
    }
}

fn row(row: &RowWrite) -> Value {
    let doc = row.doc.as_deref().map(|doc| {
        let text = || Value::String(text(doc));
        serde_json::from_slice(doc).unwrap_or_else(|_| text())
    });
    json!({ "table": row.table, "key": text(&row.partition), "row": text(&row.row), "doc": doc })
}
