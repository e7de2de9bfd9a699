//! Deployments that were seen somewhere and can never be taken: `/content/failed-deployments`.

use axum::Json;
use axum::extract::{Query, State};
use model::events::catalyst::Rejected;
use runtime::platform::Platform;
use runtime::ports::{PortError, ReadLimits};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::Server;
use super::dto::Failed;
use super::error::ContentError;

/// Where the follower records what it rejects.
const TOPIC: &str = "catalyst.rejected";
/// Most rows of one answer.
const LIMIT_MAX: usize = 1000;
/// Newest records of a partition that are looked at.
const RECENT: u64 = 1000;

#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct Paging {
    /// Rows to skip.
    #[serde(default)]
    offset: usize,
    /// Most rows wanted, at most 1000.
    limit: Option<usize>,
}

/// Deployments that could not be taken over, the newest first.
#[utoipa::path(get, path = "/content/failed-deployments", tag = "about", params(Paging),
    responses((status = 200, body = [Failed])))]
pub(super) async fn failed_deployments(
    State(server): State<Server>,
    Query(paging): Query<Paging>,
) -> Result<Json<Vec<Failed>>, ContentError> {
    let mut failed = server.catalog.failed().await?;
    failed.sort_by_key(|f| std::cmp::Reverse(f.failure_timestamp));
    let limit = paging.limit.unwrap_or(LIMIT_MAX).min(LIMIT_MAX);
    Ok(Json(
        failed.into_iter().skip(paging.offset).take(limit).collect(),
    ))
}

/// What the followers of this platform rejected lately.
pub(super) async fn rejected(platform: &Platform) -> Result<Vec<Failed>, PortError> {
    let mut failed = Vec::new();
    for (partition, end) in (0..).zip(platform.log.ends(TOPIC).await?) {
        let from = end.saturating_sub(RECENT);
        let limits = ReadLimits {
            records: LIMIT_MAX,
            ..ReadLimits::default()
        };
        let batch = platform.log.read(TOPIC, partition, from, limits).await?;
        for record in batch.records {
            let value = record.value.as_deref().unwrap_or_default();
            match model::decode::<Rejected>(value) {
                Ok(rejected) => failed.push(failure(rejected)),
                Err(error) => {
                    tracing::warn!(%error, partition, record.offset, "unreadable rejection")
                }
            }
        }
    }
    Ok(failed)
}

fn failure(rejected: Rejected) -> Failed {
    let row = rejected.row.value().unwrap_or(Value::Null);
    let member = |name: &str| row.get(name).cloned().unwrap_or(Value::Null);
    Failed {
        entity_type: member("entityType"),
        auth_chain: member("authChain"),
        entity_id: rejected.entity_id,
        reason: rejected.code,
        error_description: rejected.reason,
        failure_timestamp: rejected.at,
        server: rejected.server,
    }
}
