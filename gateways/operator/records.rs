//! `/topics/:topic/records`: records decoded, as one JSON answer, as lines, as server-sent events, or one as it is.

use std::convert::Infallible;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use http::{HeaderName, StatusCode, header};
use kernel::Record;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::reader::{Reader, Refused, Selection, Start};
use super::view::RecordView;
use crate::frame::{ApiError, ErrorBody, GatewayContext, Uncompressed};

/// Records of an answer when the request does not say.
const LIMIT_DEFAULT: usize = 100;
/// Most records of a JSON answer.
const JSON_LIMIT_MAX: usize = 10_000;
/// A JSON answer stops after the record that reaches this.
const JSON_BYTES_MAX: usize = 32 << 20;
const KEY_BYTES_MAX: usize = 4096;
const PARTITION: HeaderName = HeaderName::from_static("x-worldlog-partition");
const OFFSET: HeaderName = HeaderName::from_static("x-worldlog-offset");

/// How records are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    /// A JSON array.
    #[default]
    Json,
    /// A JSON object a line.
    Ndjson,
    /// Server-sent events; follows.
    Sse,
    /// The value of one record as it is in the log: byte 0, schema id, Avro.
    Avro,
}

/// Query of `/topics/:topic/records`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RecordsQuery {
    /// Only this partition; else all, in order of log time.
    partition: Option<u32>,
    /// First offset, `earliest`, `latest`, or `-n`: so many before the end of each partition.
    offset: Option<String>,
    /// First log time, ms; instead of `offset`.
    timestamp: Option<i64>,
    /// Only records of this key.
    key: Option<String>,
    /// Most records.
    limit: Option<usize>,
    /// `json`, `ndjson`, `sse` or `avro`.
    #[serde(default)]
    format: Format,
    /// Wait for more at the end (`ndjson`; `sse` always does unless this says false).
    follow: Option<bool>,
}

/// Records of a topic.
#[utoipa::path(get, path = "/topics/{topic}/records", tag = "log",
    params(("topic" = String, Path), RecordsQuery),
    responses((status = 200, body = [RecordView]), (status = 204, description = "avro: a tombstone"),
        (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(super) async fn records(
    State(context): State<GatewayContext>,
    Path(topic): Path<String>,
    query: Result<Query<RecordsQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(query) =
        query.map_err(|e| ApiError::bad_request("invalid_query", e.body_text().to_lowercase()))?;
    let limit = limit(&query)?;
    let reader = open(&context, &topic, &query).await?;
    match query.format {
        Format::Json => json(&topic, reader, limit).await,
        Format::Avro => avro(&topic, reader).await,
        Format::Ndjson => Ok(ndjson(topic, reader, limit)),
        Format::Sse => Ok(sse(topic, reader, limit)),
    }
}

/// Most records of the answer.
fn limit(query: &RecordsQuery) -> Result<usize, ApiError> {
    let follows = follows(query);
    let most = match query.format {
        Format::Json => JSON_LIMIT_MAX,
        Format::Avro => 1,
        Format::Ndjson | Format::Sse => usize::MAX,
    };
    let default = match query.format {
        _ if follows => usize::MAX,
        Format::Avro => 1,
        _ => LIMIT_DEFAULT,
    };
    let limit = query.limit.unwrap_or(default);
    if limit > most {
        return Err(ApiError::bad_request(
            "invalid_limit",
            format!("limit is {limit}; this format gives at most {most}"),
        ));
    }
    Ok(limit)
}

fn follows(query: &RecordsQuery) -> bool {
    match query.format {
        Format::Sse => query.follow.unwrap_or(true),
        Format::Ndjson => query.follow.unwrap_or(false),
        Format::Json | Format::Avro => false,
    }
}

fn start(query: &RecordsQuery) -> Result<Start, ApiError> {
    let wrong = |text: &str| {
        ApiError::bad_request(
            "invalid_offset",
            format!("offset {text:?}: want a number, -n, earliest or latest"),
        )
    };
    match (query.offset.as_deref(), query.timestamp) {
        (Some(_), Some(_)) => Err(ApiError::bad_request(
            "invalid_offset",
            "offset and timestamp exclude each other",
        )),
        (None, Some(time)) => Ok(Start::Time(time)),
        (None, None) | (Some("earliest"), None) => Ok(Start::Earliest),
        (Some("latest"), None) => Ok(Start::Before(0)),
        (Some(text), None) => match text.strip_prefix('-') {
            Some(before) => before.parse().map(Start::Before).map_err(|_| wrong(text)),
            None => text.parse().map(Start::At).map_err(|_| wrong(text)),
        },
    }
}

async fn open(
    context: &GatewayContext,
    topic: &str,
    query: &RecordsQuery,
) -> Result<Reader, ApiError> {
    let key = query.key.clone().map(Bytes::from);
    if key.as_ref().is_some_and(|key| key.len() > KEY_BYTES_MAX) {
        return Err(ApiError::bad_request("invalid_key", "key is too long"));
    }
    let selection = Selection {
        partition: query.partition,
        key,
        start: start(query)?,
        follow: follows(query),
    };
    let log = &context.platform.log;
    let exists = log
        .topics()
        .await?
        .into_iter()
        .any(|t| t.spec.name == topic);
    if !exists {
        let topic: String = topic.chars().take(100).collect();
        return Err(ApiError::not_found(format!("there is no topic {topic:?}")));
    }
    let opened = Reader::open(log.clone(), topic, selection, context.shutdown.clone()).await;
    opened.map_err(|refused| match refused {
        Refused::NoPartition(partition, partitions) => ApiError::bad_request(
            "invalid_partition",
            format!("topic {topic} has no partition {partition}: it has {partitions}"),
        ),
        Refused::Log(error) => error.into(),
    })
}

async fn json(topic: &str, mut reader: Reader, limit: usize) -> Result<Response, ApiError> {
    let (mut views, mut bytes) = (Vec::new(), 0);
    while views.len() < limit && bytes < JSON_BYTES_MAX {
        let Some((partition, record)) = reader.next().await? else {
            break;
        };
        bytes += record.size();
        views.push(RecordView::of(topic, partition, &record));
    }
    Ok(Json(views).into_response())
}

async fn avro(topic: &str, mut reader: Reader) -> Result<Response, ApiError> {
    let Some((partition, record)) = reader.next().await? else {
        return Err(ApiError::not_found(format!(
            "topic {topic} has no such record"
        )));
    };
    let place = [
        (PARTITION, partition.to_string()),
        (OFFSET, record.offset.to_string()),
    ];
    Ok(match record.value {
        None => (StatusCode::NO_CONTENT, place).into_response(),
        Some(value) => {
            let kind = [(header::CONTENT_TYPE, "application/vnd.confluent.avro")];
            (place, kind, value).into_response()
        }
    })
}

/// The records of a reader one by one; a fault of the log ends the stream.
fn each(reader: Reader, limit: usize) -> impl Stream<Item = (u32, Record)> {
    let read = |mut reader: Reader| async move {
        match reader.next().await {
            Ok(found) => found.map(|found| (found, reader)),
            Err(error) => {
                tracing::warn!(%error, "a stream of records ends early");
                None
            }
        }
    };
    stream::unfold(reader, read).take(limit)
}

fn ndjson(topic: String, reader: Reader, limit: usize) -> Response {
    let lines = each(reader, limit).map(move |(partition, record)| {
        let mut line = serde_json::to_vec(&RecordView::of(&topic, partition, &record))
            .expect("a view serialises: its keys are text");
        line.push(b'\n');
        Ok::<_, Infallible>(Bytes::from(line))
    });
    let kind = [(header::CONTENT_TYPE, "application/x-ndjson")];
    let mut response = (kind, Body::from_stream(lines)).into_response();
    // A compressor would hold lines back until it has enough of them.
    response.extensions_mut().insert(Uncompressed);
    response
}

fn sse(topic: String, reader: Reader, limit: usize) -> Response {
    let events = each(reader, limit).map(move |(partition, record)| {
        let view = RecordView::of(&topic, partition, &record);
        let data = serde_json::to_string(&view).expect("a view serialises: its keys are text");
        let id = format!("{partition}:{}", record.offset);
        Ok::<_, Infallible>(Event::default().id(id).data(data))
    });
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> RecordsQuery {
        let uri = format!("http://x/?{text}").parse().expect("a uri");
        Query::try_from_uri(&uri)
            .map(|Query(query)| query)
            .expect("a query")
    }

    #[test]
    fn offsets_count_from_either_end() {
        let at = |text: &str| start(&query(text)).ok();
        assert_eq!(at(""), Some(Start::Earliest));
        assert_eq!(at("offset=7"), Some(Start::At(7)));
        assert_eq!(at("offset=-7"), Some(Start::Before(7)));
        assert_eq!(at("offset=latest"), Some(Start::Before(0)));
        assert_eq!(at("timestamp=9"), Some(Start::Time(9)));
        assert_eq!(at("offset=x"), None);
        assert_eq!(at("offset=1&timestamp=9"), None);
    }

    #[test]
    fn limits_are_the_formats() {
        assert_eq!(limit(&query("")).ok(), Some(LIMIT_DEFAULT));
        assert_eq!(limit(&query("format=sse")).ok(), Some(usize::MAX));
        assert_eq!(limit(&query("format=avro")).ok(), Some(1));
        assert!(limit(&query("format=avro&limit=2")).is_err());
        assert!(limit(&query("limit=10001")).is_err());
        assert_eq!(
            limit(&query("format=ndjson&limit=99999")).ok(),
            Some(99_999)
        );
    }
}
