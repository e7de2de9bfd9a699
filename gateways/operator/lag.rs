//! How far processors are, and whether the platform is at rest.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use kernel::{Kind, Spec};
use runtime::effects::Due;
use runtime::engine::Blocked;
use runtime::ports::{PortError, ReadLimits};
use runtime::reading::Unsettled;
use runtime::settings::Span;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::frame::{ApiError, ErrorBody, GatewayContext};

const TIMEOUT_DEFAULT: Span = Span::secs(10);
const TIMEOUT_MAX: Span = Span::secs(300);
/// Effects report by being asked.
const ASK_EFFECTS_EVERY: Duration = Duration::from_millis(20);
const ONE_RECORD: ReadLimits = ReadLimits {
    records: 1,
    bytes: 1,
};

/// A processor and how far it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Processor {
    name: &'static str,
    /// The topic it reads.
    input: &'static str,
    /// `projector` or `decider`
    kind: &'static str,
    revision: u32,
    /// The live generation of its read model.
    generation: u32,
    /// Events it has not yet applied.
    lag: u64,
    /// The same by partition, where there are some.
    partitions: BTreeMap<u32, u64>,
    /// Log time between the oldest of these and now.
    lag_seconds: f64,
    /// Topics it writes.
    emits: &'static [&'static str],
    /// Tables of its read model.
    tables: Vec<&'static str>,
    /// Partitions that stopped until a person acts.
    #[schema(value_type = Vec<Object>)]
    blocked: Vec<Blocked>,
}

/// Every processor.
#[utoipa::path(get, path = "/processors", tag = "state",
    responses((status = 200, body = [Processor])))]
pub(super) async fn processors(
    State(context): State<GatewayContext>,
) -> Result<Json<Vec<Processor>>, ApiError> {
    let blocked = context
        .process
        .as_ref()
        .map(|p| p.blocked())
        .unwrap_or_default();
    let mut processors = Vec::new();
    for spec in context.platform.waiter.specs() {
        processors.push(processor(&context, spec, &blocked).await?);
    }
    Ok(Json(processors))
}

async fn processor(
    context: &GatewayContext,
    spec: &'static Spec,
    blocked: &[Blocked],
) -> Result<Processor, PortError> {
    let platform = &context.platform;
    let generation = platform.views.live(spec.name);
    let now = platform.clock.now_ms();
    platform.waiter.learn(spec).await?;
    let (mut partitions, mut oldest) = (BTreeMap::new(), now);
    for (partition, end) in (0..).zip(platform.log.ends(spec.input).await?) {
        let next = platform.progress.mark(spec.name, generation, partition);
        if next >= end {
            continue;
        }
        partitions.insert(partition, end - next);
        let batch = platform
            .log
            .read(spec.input, partition, next, ONE_RECORD)
            .await?;
        if let Some(first) = batch.records.first() {
            oldest = oldest.min(first.timestamp);
        }
    }
    let own = blocked
        .iter()
        .filter(|blocked| blocked.processor == spec.name);
    Ok(Processor {
        name: spec.name,
        input: spec.input,
        kind: match spec.kind {
            Kind::Projector => "projector",
            Kind::Decider => "decider",
        },
        revision: spec.revision,
        generation,
        lag: partitions.values().sum(),
        partitions,
        lag_seconds: (now - oldest).max(0) as f64 / 1000.0,
        emits: spec.emits,
        tables: spec.tables().collect(),
        blocked: own.cloned().collect(),
    })
}

/// Query of `/settled`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SettledQuery {
    /// How long to wait: `10s`, or a number of seconds; at most 300 s.
    timeout: Option<String>,
}

/// What is left to do.
#[derive(Debug, Serialize, ToSchema)]
struct Settled {
    /// Whether nothing is left.
    settled: bool,
    /// Processors that have lag.
    #[schema(value_type = Vec<Object>)]
    processors: Vec<Unsettled>,
    /// Effects that are due.
    #[schema(value_type = Vec<Object>)]
    effects: Vec<Due>,
    /// Partitions that will not move until a person acts.
    #[schema(value_type = Vec<Object>)]
    blocked: Vec<Blocked>,
}

/// Waits until no processor has lag and no effect is due.
#[utoipa::path(get, path = "/settled", tag = "state", params(SettledQuery),
    responses((status = 200, body = Settled), (status = 503, body = Settled),
        (status = 400, body = ErrorBody)))]
pub(super) async fn settled(
    State(context): State<GatewayContext>,
    Query(query): Query<SettledQuery>,
) -> Result<Response, ApiError> {
    let timeout: Span = match &query.timeout {
        None => TIMEOUT_DEFAULT,
        Some(text) => text
            .parse()
            .map_err(|e| ApiError::bad_request("invalid_timeout", format!("timeout: {e}")))?,
    };
    let rest = tokio::time::timeout(timeout.min(TIMEOUT_MAX).0, at_rest(&context));
    let stopped = context.shutdown.cancelled();
    let in_time = tokio::select! {
        rest = rest => rest.ok().transpose()?.is_some(),
        () = stopped => false,
    };
    let left = left(&context).await?;
    if in_time || left.settled {
        let settled = Settled {
            settled: true,
            processors: Vec::new(),
            effects: Vec::new(),
            blocked: Vec::new(),
        };
        return Ok(Json(settled).into_response());
    }
    Ok((StatusCode::SERVICE_UNAVAILABLE, Json(left)).into_response())
}

/// Returns when one look at everything finds nothing to do. Effects write outcomes, which processors read, so the
/// look at processors comes last.
async fn at_rest(context: &GatewayContext) -> Result<(), PortError> {
    loop {
        context.platform.waiter.at_rest().await?;
        if effects(context).await?.is_empty() && context.platform.waiter.lagging().await?.is_empty()
        {
            return Ok(());
        }
        tokio::time::sleep(ASK_EFFECTS_EVERY).await;
    }
}

/// Effects that are due.
async fn effects(context: &GatewayContext) -> Result<Vec<Due>, PortError> {
    let Some(process) = &context.process else {
        return Ok(Vec::new());
    };
    let mut due = process.effects_due().await?;
    due.retain(|kind| kind.untried > 0 || kind.due > 0);
    Ok(due)
}

async fn left(context: &GatewayContext) -> Result<Settled, PortError> {
    let processors = context.platform.waiter.lagging().await?;
    let effects = effects(context).await?;
    Ok(Settled {
        settled: processors.is_empty() && effects.is_empty(),
        processors,
        effects,
        blocked: context
            .process
            .as_ref()
            .map(|p| p.blocked())
            .unwrap_or_default(),
    })
}
