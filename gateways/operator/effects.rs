//! Effects: what is left to do, what did not happen, and what an operator does about it.

use axum::Json;
use axum::extract::{Query, State};
use http::{HeaderMap, StatusCode};
use kernel::{Headers, NewRecord, Position};
use model::events::effects::Outcome;
use model::tables::effects::{self as tables, FAILED, State as Ended};
use model::{Recorded as _, Topics};
use runtime::effects::{AGAIN, Due, Ledger};
use runtime::ports::{PortError, ReadLimits, RowRange};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::frame::{ApiError, ErrorBody, GatewayContext, JsonBody, auth};

const EFFECTS: &str = "effects.";
const OUTCOMES: &str = "effects.outcomes";
const LIMIT_DEFAULT: usize = 100;
const LIMIT_MAX: usize = 1000;
const ONE_RECORD: ReadLimits = ReadLimits {
    records: 1,
    bytes: 1,
};

/// What effects are left to do.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct Effects {
    /// By kind, of those whose runner is in this process.
    #[schema(value_type = Vec<Object>)]
    kinds: Vec<Due>,
    /// Those that wait for another try, in all processes.
    pending: Vec<PendingEffect>,
}

/// An effect that waits for another try. Its request is not shown: it may hold what an operator must not read.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PendingEffect {
    kind: String,
    key: String,
    /// Tries so far.
    attempts: u32,
    /// When the next try is due, ms.
    due: i64,
    /// After this nobody wants it any more, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_after: Option<i64>,
    /// Why the last try failed.
    reason: String,
}

/// The kinds there are.
fn kinds() -> impl Iterator<Item = String> {
    let topics = Topics::global().iter().map(|topic| topic.name.as_str());
    let kinds = topics.filter(|name| *name != OUTCOMES);
    kinds.filter_map(|name| name.strip_prefix(EFFECTS).map(str::to_owned))
}

/// Effects that are due or wait.
#[utoipa::path(get, path = "/effects", tag = "effects", responses((status = 200, body = Effects)))]
pub(super) async fn effects(
    State(context): State<GatewayContext>,
) -> Result<Json<Effects>, ApiError> {
    let mut pending = Vec::new();
    for kind in kinds() {
        let ledger = Ledger::new(context.platform.store.clone(), kind);
        pending.extend(ledger.all().await?.into_iter().map(|p| PendingEffect {
            kind: p.kind,
            key: p.key,
            attempts: p.attempts,
            due: p.due,
            not_after: p.not_after,
            reason: p.reason,
        }));
    }
    let kinds = match &context.process {
        Some(process) => process.effects_due().await?,
        None => Vec::new(),
    };
    Ok(Json(Effects { pending, kinds }))
}

/// Which effects that did not happen.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only this kind.
    kind: Option<String>,
    /// At most so many of each kind, 100 if it does not say, 1000 at most; the newest.
    limit: Option<usize>,
}

/// An effect that did not happen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FailedEffect {
    kind: String,
    key: String,
    /// `failed`, `expired`, `cancelled` or `unknown`.
    outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    attempts: i64,
    /// ms
    at: i64,
}

/// Effects that did not happen, newest first.
#[utoipa::path(get, path = "/effects/failed", tag = "effects", params(Which),
    responses((status = 200, body = [FailedEffect]), (status = 400, body = ErrorBody)))]
pub(super) async fn failed(
    State(context): State<GatewayContext>,
    Query(which): Query<Which>,
) -> Result<Json<Vec<FailedEffect>>, ApiError> {
    let wanted = match &which.kind {
        Some(kind) => vec![known(kind)?],
        None => kinds().collect(),
    };
    let limit = which.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let view = context.platform.views.pin(tables::TABLE);
    let mut all = Vec::new();
    for kind in wanted {
        let range = RowRange {
            from: None,
            to: None,
            descending: true,
            limit,
        };
        for row in view.range(FAILED, kind.as_bytes(), range).await? {
            let ended: Ended = runtime::reading::decode(FAILED, &row)?;
            all.push(FailedEffect {
                kind: kind.clone(),
                key: ended.key,
                outcome: ended.outcome,
                reason: ended.reason,
                attempts: ended.attempts,
                at: ended.at,
            });
        }
    }
    all.sort_by(|a, b| (b.at, &a.kind, &a.key).cmp(&(a.at, &b.kind, &b.key)));
    Ok(Json(all))
}

/// One effect.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Named {
    kind: String,
    key: String,
    /// For people; kept with the outcome.
    #[serde(default)]
    reason: Option<String>,
}

/// What was done about an effect.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Handled {
    kind: String,
    key: String,
    /// `due`: its next try is due now. `again`: it is asked for once more. `cancelled`.
    action: &'static str,
}

fn known(kind: &str) -> Result<String, ApiError> {
    kinds().find(|known| known == kind).ok_or_else(|| {
        let known = kinds().collect::<Vec<_>>().join(", ");
        ApiError::bad_request(
            "unknown_kind",
            format!("there is no kind {kind:?} of effect; there are {known}"),
        )
    })
}

/// Checks the bearer and the kind, and looks up how the effect ended.
async fn ended(
    context: &GatewayContext,
    headers: &HeaderMap,
    named: &Named,
) -> Result<Option<Ended>, ApiError> {
    let token = context.settings.operator.token.as_ref();
    auth::require(headers, token, "operator.token")?;
    known(&named.kind)?;
    let key = tables::key(&named.kind, &named.key);
    let view = context.platform.views.pin(tables::TABLE);
    Ok(view.read(tables::TABLE, key.as_bytes(), b"").await?)
}

fn handled(named: Named, action: &'static str) -> (StatusCode, Json<Handled>) {
    let handled = Handled {
        kind: named.kind,
        key: named.key,
        action,
    };
    (StatusCode::ACCEPTED, Json(handled))
}

/// Tries an effect again: at once if it waits, once more if it had failed. What happened is never done twice.
#[utoipa::path(post, path = "/effects/retry", tag = "effects", request_body = Named,
    responses((status = 202, body = Handled), (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody)))]
pub(super) async fn retry(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
    JsonBody(named): JsonBody<Named>,
) -> Result<(StatusCode, Json<Handled>), ApiError> {
    let ended = ended(&context, &headers, &named).await?;
    let platform = &context.platform;
    let ledger = Ledger::new(platform.store.clone(), named.kind.clone());
    if ledger.hurry(&named.key, platform.clock.now_ms()).await? {
        return Ok(handled(named, "due"));
    }
    let Some(ended) = ended else {
        return Err(unknown(&named));
    };
    if ended.is_done() {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "effect_done",
            format!(
                "{} {} happened; it is not done twice",
                named.kind, named.key
            ),
        ));
    }
    platform
        .append(vec![request(&context, &named, &ended).await?])
        .await?;
    Ok(handled(named, "again"))
}

/// The request once more, as it was asked for.
async fn request(
    context: &GatewayContext,
    named: &Named,
    ended: &Ended,
) -> Result<NewRecord, ApiError> {
    let gone = || {
        ApiError::new(
            StatusCode::CONFLICT,
            "request_gone",
            format!(
                "the request of {} {} is not in the log any more",
                named.kind, named.key
            ),
        )
    };
    let asked: Position = ended
        .asked
        .as_deref()
        .and_then(|text| text.parse().ok())
        .ok_or_else(gone)?;
    let log = &context.platform.log;
    let read = log
        .read(&asked.topic, asked.partition, asked.offset, ONE_RECORD)
        .await;
    let batch = match read {
        Ok(batch) => batch,
        Err(PortError::Refused(_)) => return Err(gone()),
        Err(error) => return Err(error.into()),
    };
    let found = batch.records.into_iter().next();
    let Some(found) = found.filter(|record| record.offset == asked.offset) else {
        return Err(gone());
    };
    let (Some(key), Some(value)) = (found.key, found.value) else {
        return Err(gone());
    };
    let mut headers = Headers::new(
        uuid::Uuid::now_v7(),
        found.headers.kind,
        "gateways/operator",
    );
    // Without its time limit: a person wants it now.
    headers.more.push((AGAIN.into(), asked.to_string().into()));
    Ok(NewRecord::keyed(asked.topic, key, headers, value))
}

/// Gives up an effect that has not happened yet. One that is being tried at this moment may still happen.
#[utoipa::path(post, path = "/effects/cancel", tag = "effects", request_body = Named,
    responses((status = 202, body = Handled), (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody)))]
pub(super) async fn cancel(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
    JsonBody(named): JsonBody<Named>,
) -> Result<(StatusCode, Json<Handled>), ApiError> {
    let ended = ended(&context, &headers, &named).await?;
    if let Some(ended) = ended {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "effect_over",
            format!("{} {} is over: {}", named.kind, named.key, ended.outcome),
        ));
    }
    let platform = &context.platform;
    let ledger = Ledger::new(platform.store.clone(), named.kind.clone());
    let Some(waiting) = ledger.get(&named.key).await? else {
        return Err(unknown(&named));
    };
    let outcome = Outcome {
        kind: named.kind.clone(),
        key: named.key.clone(),
        outcome: "cancelled".to_owned(),
        reason: Some(named.reason.clone().unwrap_or(waiting.reason)),
        attempts: waiting.attempts.into(),
        result: None,
        at: platform.clock.now_ms(),
    };
    let value = model::encode(&outcome);
    let mut headers = Headers::new(uuid::Uuid::now_v7(), Outcome::SCHEMA, "gateways/operator");
    headers.cause = waiting.asked.as_deref().and_then(|text| text.parse().ok());
    let key = named.key.clone();
    let record = NewRecord::keyed(OUTCOMES.into(), key.into(), headers, value);
    let token = platform.append(vec![record]).await?;
    let wait = context.settings.gateway.wait;
    crate::frame::after_write(platform, wait, &[tables::TABLE], token).await;
    ledger.hurry(&named.key, platform.clock.now_ms()).await?;
    Ok(handled(named, "cancelled"))
}

fn unknown(named: &Named) -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "unknown_effect",
        format!(
            "no effect {} of kind {} waits or failed",
            named.key, named.kind
        ),
    )
}
