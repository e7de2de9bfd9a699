//! `/topics/:topic/records`: records decoded, as one JSON answer, as lines, as server-sent events, or one as it is.
//!
//! An answer that is not all of what was asked for never looks as if it were: a fault of the log is an error as long as
//! nothing was sent, and breaks the connection (NDJSON) or is an event `error` (server-sent events) after that.

use std::convert::Infallible;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use http::{HeaderMap, HeaderName, StatusCode, header};
use kernel::Record;
use runtime::ports::{Log, PortError};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::reader::{Reader, Refused, Selection, Start};
use super::view::RecordView;
use crate::frame::{self, ApiError, ErrorBody, GatewayContext, Uncompressed, auth};

/// Records of an answer when the request does not say.
const LIMIT_DEFAULT: usize = 100;
/// Most records of a JSON answer.
const JSON_LIMIT_MAX: usize = 10_000;
const KEY_BYTES_MAX: usize = 4096;
const PARTITION: HeaderName = HeaderName::from_static("x-worldlog-partition");
const OFFSET: HeaderName = HeaderName::from_static("x-worldlog-offset");
/// Says of a JSON answer that it stopped at `operator.records_bytes_max`.
const TRUNCATED: HeaderName = HeaderName::from_static("x-worldlog-truncated");
/// Where to read on after that: `partition:offset` of each partition, joined with commas.
const NEXT: HeaderName = HeaderName::from_static("x-worldlog-next-offset");
/// Topics of what is asked of the outside, by prefix.
const EFFECTS: &str = "effects.";

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
    responses((status = 200, body = [RecordView], headers(
            ("x-worldlog-truncated" = bool, description = "the answer stopped at operator.records_bytes_max"),
            ("x-worldlog-next-offset" = String, description = "after that: partition:offset, by commas"))),
        (status = 204, description = "avro: a tombstone"),
        (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)))]
pub(super) async fn records(
    State(context): State<GatewayContext>,
    Path(topic): Path<String>,
    headers: HeaderMap,
    query: Result<Query<RecordsQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    authorise(&context, &topic, &headers)?;
    let Query(query) =
        query.map_err(|e| ApiError::bad_request("invalid_query", e.body_text().to_lowercase()))?;
    let limit = limit(&query)?;
    let reader = open(&context, &topic, &query).await?;
    match query.format {
        Format::Json => {
            let bytes_max = context.settings.operator.records_bytes_max;
            json(&topic, reader, limit, bytes_max.as_usize()).await
        }
        Format::Avro => avro(&topic, reader).await,
        Format::Ndjson => Ok(ndjson(topic, reader, limit)),
        Format::Sse => Ok(sse(topic, reader, limit)),
    }
}

/// Requests to the outside (mails, webhooks, calls with keys) and what the credits ledger is told (where the piece of a
/// captcha belongs) are the operator's, though other records are open.
pub(super) fn authorise(
    context: &GatewayContext,
    topic: &str,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    if !topic.starts_with(EFFECTS) && !["credits.log", "credits.journal"].contains(&topic) {
        return Ok(());
    }
    let token = context.settings.operator.token.as_ref();
    auth::require(headers, token, "operator.token").map_err(|error| ApiError {
        message: format!("records of {topic} may hold secrets: {}", error.message),
        ..error
    })
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
    let opened = Reader::open(log.clone(), topic, selection, context.shutdown.clone()).await;
    match opened {
        Ok(reader) => Ok(reader),
        Err(Refused::NoPartition(partition, partitions)) => Err(ApiError::bad_request(
            "invalid_partition",
            format!("topic {topic} has no partition {partition}: it has {partitions}"),
        )),
        // Looked for only now: a cluster is asked about all of its topics, which is no small question.
        Err(Refused::Log(PortError::Refused(_))) if !exists(log.as_ref(), topic).await? => {
            let topic: String = topic.chars().take(100).collect();
            Err(ApiError::not_found(format!("there is no topic {topic:?}")))
        }
        Err(Refused::Log(error)) => Err(error.into()),
    }
}

async fn exists(log: &dyn Log, topic: &str) -> Result<bool, PortError> {
    let topics = log.topics().await?;
    Ok(topics.iter().any(|t| t.spec.name == topic))
}

/// A JSON answer; it stops after the record that reaches `bytes_max`, and says so if there were more.
async fn json(
    topic: &str,
    mut reader: Reader,
    limit: usize,
    bytes_max: usize,
) -> Result<Response, ApiError> {
    let (mut views, mut bytes) = (Vec::new(), 0);
    while views.len() < limit && (views.is_empty() || bytes < bytes_max) {
        let Some((partition, record)) = reader.next().await? else {
            break;
        };
        bytes += record.size();
        views.push(RecordView::of(topic, partition, &record));
    }
    let rest = match views.len() < limit && bytes >= bytes_max {
        true => reader.rest().await?,
        false => None,
    };
    let cut = rest.map(|rest| [(TRUNCATED, "true".to_owned()), (NEXT, rest)]);
    let body = Json(views);
    Ok(match cut {
        Some(cut) => (cut, body).into_response(),
        None => body.into_response(),
    })
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

/// The records of a reader one by one; a fault of the log is the last item.
fn each(reader: Reader, limit: usize) -> impl Stream<Item = Result<(u32, Record), PortError>> {
    let read = |reader: Option<Reader>| async move {
        let mut reader = reader?;
        match reader.next().await {
            Ok(found) => found.map(|found| (Ok(found), Some(reader))),
            Err(error) => {
                tracing::warn!(%error, "a stream of records breaks off");
                Some((Err(error), None))
            }
        }
    };
    stream::unfold(Some(reader), read).take(limit)
}

fn ndjson(topic: String, reader: Reader, limit: usize) -> Response {
    let lines = each(reader, limit).map(move |read| {
        let (partition, record) = read?;
        let mut line = serde_json::to_vec(&RecordView::of(&topic, partition, &record))
            .expect("a view serialises: its keys are text");
        line.push(b'\n');
        Ok::<_, PortError>(Bytes::from(line))
    });
    let kind = [(header::CONTENT_TYPE, "application/x-ndjson")];
    let mut response = (kind, Body::from_stream(lines)).into_response();
    // A compressor would hold lines back until it has enough of them.
    response.extensions_mut().insert(Uncompressed);
    response
}

fn sse(topic: String, reader: Reader, limit: usize) -> Response {
    let request_id = frame::request_id();
    let events = each(reader, limit).map(move |read| {
        let event = match read {
            Ok((partition, record)) => {
                let view = RecordView::of(&topic, partition, &record);
                let id = format!("{partition}:{}", record.offset);
                let data = serde_json::to_string(&view);
                Event::default()
                    .id(id)
                    .data(data.expect("a view serialises: its keys are text"))
            }
            Err(error) => fault(error, &request_id),
        };
        Ok::<_, Infallible>(event)
    });
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}

/// The last event of a stream that broke off.
fn fault(error: PortError, request_id: &str) -> Event {
    let error = ApiError::from(error);
    let body = ErrorBody {
        error: error.code,
        message: error.message,
        request_id: request_id.to_owned(),
    };
    let data = serde_json::to_string(&body).expect("three texts serialise");
    Event::default().event("error").data(data)
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
