//! `/topics`.

use axum::Json;
use axum::extract::State;
use model::Topics;
use serde::Serialize;
use utoipa::ToSchema;

use crate::frame::{ApiError, GatewayContext};

/// A topic of the log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Topic {
    name: String,
    partitions: u32,
    /// Records kept now.
    records: u64,
    /// Bytes kept now.
    bytes: u64,
    /// Whether only the newest record of each key is kept.
    compacted: bool,
    /// Records older than this are dropped, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retention_seconds: Option<u64>,
    /// What a record of it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    doc: Option<&'static str>,
    /// What its records are keyed by.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'static str>,
}

/// Every topic there is.
#[utoipa::path(get, path = "/topics", tag = "log", responses((status = 200, body = [Topic])))]
pub(super) async fn topics(
    State(context): State<GatewayContext>,
) -> Result<Json<Vec<Topic>>, ApiError> {
    let mut infos = context.platform.log.topics().await?;
    infos.sort_by(|a, b| a.spec.name.cmp(&b.spec.name));
    let topics = infos.into_iter().map(|info| {
        let entry = Topics::global().find(&info.spec.name);
        Topic {
            partitions: info.spec.partitions,
            records: info.records,
            bytes: info.bytes,
            compacted: info.spec.retention.compact,
            retention_seconds: info.spec.retention.time.map(|time| time.as_secs()),
            doc: entry.map(|entry| entry.doc.as_str()),
            key: entry.map(|entry| entry.key.as_str()),
            name: info.spec.name,
        }
    });
    Ok(Json(topics.collect()))
}
