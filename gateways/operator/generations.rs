//! Generations of read models: what there is, building one beside the live one, switching, going back, dropping.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use http::{HeaderMap, StatusCode};
use kernel::Spec;
use runtime::generations::{
    Generation, NotChanged, ReadModel, Refused, State as Stored, build as add, promote as make_live,
};
use runtime::ports::{PortError, ReadLimits};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::snapshots::origin;
use crate::frame::{ApiError, ErrorBody, GatewayContext, JsonBody, auth};

const ONE_RECORD: ReadLimits = ReadLimits {
    records: 1,
    bytes: 1,
};

/// A read model and its generations.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Generations {
    read_model: &'static str,
    /// The topic it is made from.
    input: &'static str,
    /// The generation that requests read.
    live: u32,
    /// Revision of the processor of this program.
    revision: u32,
    /// The generation that a switch which has begun goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    switching: Option<u32>,
    generations: Vec<Shown>,
}

/// A generation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Shown {
    generation: u32,
    /// `copying` (of a snapshot), `failed` (to copy it), `building`, `ready` (it may be made live), `complete` (it ends at
    /// a time, and is there), `live`, `retired` (it was live and follows in the shadow), `dropping`.
    state: &'static str,
    /// Revision of the processor that makes it.
    revision: u32,
    /// ms
    created_at: i64,
    /// It takes no event later than this, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
    /// Events a second that a process takes into it at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    throttle: Option<u32>,
    paused: bool,
    /// Number of the snapshot that it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<u64>,
    /// The copy of that snapshot, while it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    copying: Option<Copying>,
    /// Events of the input that it has taken.
    done: u64,
    /// Events that it has not taken yet.
    lag: u64,
    /// The same by partition, where there are some.
    partitions: BTreeMap<u32, u64>,
    #[serde(skip)]
    ready: bool,
}

/// How far the copy of a snapshot is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Copying {
    /// Rows that are copied.
    done: u64,
    /// Rows of the snapshot; 0 as long as nobody has read it.
    total: u64,
    /// Why it cannot be copied.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
}

/// The read model of that name.
pub(super) fn spec(context: &GatewayContext, model: &str) -> Result<&'static Spec, ApiError> {
    let specs = context.platform.waiter.specs();
    let spec = specs.iter().find(|spec| spec.name == model);
    spec.copied().ok_or_else(|| {
        let known: Vec<&str> = specs.iter().map(|spec| spec.name).collect();
        ApiError::not_found(format!(
            "there is no read model {model:?}; there are {}",
            known.join(", ")
        ))
    })
}

/// The read model as it is stored; as it is made, if nothing is stored yet.
pub(super) async fn stored(context: &GatewayContext, spec: &Spec) -> Result<ReadModel, ApiError> {
    let registry = context.platform.views.registry();
    let found = registry.fresh(spec.name).await?;
    Ok(found.map_or_else(
        || ReadModel::new(spec.revision, 0),
        |model| ReadModel::clone(&model),
    ))
}

async fn described(
    context: &GatewayContext,
    spec: &'static Spec,
    model: &ReadModel,
) -> Result<Generations, ApiError> {
    let mut generations = Vec::new();
    for (number, generation) in &model.generations {
        generations.push(shown(context, spec, *number, generation).await?);
    }
    Ok(Generations {
        read_model: spec.name,
        input: spec.input,
        live: model.live,
        revision: spec.revision,
        switching: model.switching.map(|switching| switching.to),
        generations,
    })
}

async fn shown(
    context: &GatewayContext,
    spec: &Spec,
    number: u32,
    generation: &Generation,
) -> Result<Shown, PortError> {
    let platform = &context.platform;
    let marks = platform.store.marks(spec.name, number).await?;
    let (ends, starts) = (
        platform.log.ends(spec.input).await?,
        platform.log.starts(spec.input).await?,
    );
    let (mut done, mut partitions, mut whole) = (0, BTreeMap::new(), true);
    for (partition, (start, end)) in (0..).zip(starts.into_iter().zip(ends)) {
        let mark = marks.get(&(spec.input.to_owned(), partition));
        let stored = mark.map_or(start, |mark| mark.next);
        // What is ignored moves the mark of this process at once, and that of the store a little later.
        let next = stored.max(platform.progress.mark(spec.name, number, partition));
        done += next.saturating_sub(start);
        whole &= next >= generation.whole_at(partition);
        if next < end && !ended(context, spec, partition, next, generation.until).await? {
            partitions.insert(partition, end - next);
        }
    }
    let lag = partitions.values().sum();
    let ready = whole && generation.copying().is_none() && is_ready(context, &partitions);
    let state = match (generation.state, generation.copying(), generation.until) {
        (Stored::Building, Some(copying), _) if copying.failed.is_some() => "failed",
        (Stored::Building, Some(_), _) => "copying",
        (Stored::Building, None, Some(_)) if lag == 0 => "complete",
        (Stored::Building, None, None) if ready => "ready",
        (stored, _, _) => stored.name(),
    };
    Ok(Shown {
        generation: number,
        state,
        revision: generation.revision,
        created_at: generation.created_at,
        until: generation.until,
        throttle: generation.throttle,
        paused: generation.paused,
        snapshot: generation.snapshot.as_ref().map(|origin| origin.number),
        copying: generation.copying().map(|copying| Copying {
            done: copying.done,
            total: copying.total,
            failed: copying.failed.clone(),
        }),
        done,
        lag,
        partitions,
        ready,
    })
}

fn is_ready(context: &GatewayContext, lags: &BTreeMap<u32, u64>) -> bool {
    let bound = context.settings.operator.ready_lag;
    lags.values().all(|lag| *lag <= bound)
}

/// Whether a generation that ends at a time has come to it in a partition.
async fn ended(
    context: &GatewayContext,
    spec: &Spec,
    partition: u32,
    next: u64,
    until: Option<i64>,
) -> Result<bool, PortError> {
    let Some(until) = until else {
        return Ok(false);
    };
    let log = &context.platform.log;
    let batch = log.read(spec.input, partition, next, ONE_RECORD).await?;
    Ok(batch.records.first().is_some_and(|r| r.timestamp > until))
}

/// Read models and their generations.
#[utoipa::path(get, path = "/generations", tag = "generations",
    responses((status = 200, body = [Generations])))]
pub(super) async fn list(
    State(context): State<GatewayContext>,
) -> Result<Json<Vec<Generations>>, ApiError> {
    let mut all = Vec::new();
    for spec in context.platform.waiter.specs() {
        let model = stored(&context, spec).await?;
        all.push(described(&context, spec, &model).await?);
    }
    Ok(Json(all))
}

/// How a new generation is built.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Build {
    /// Take no event later than this (ms of the log). It can be read under its number, and never be made live.
    #[serde(default)]
    until: Option<i64>,
    /// Take at most so many events a second, in each process.
    #[serde(default)]
    throttle: Option<u32>,
    /// Copy a snapshot first, and take only what came after it.
    #[serde(default)]
    from_snapshot: bool,
    /// Its number; the newest that can be used when it is left out.
    #[serde(default)]
    snapshot: Option<u64>,
}

/// Which generation.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Which {
    /// Its number; where it may be left out, the newest that is not live.
    #[serde(default)]
    generation: Option<u32>,
    /// Make it live even if it is behind.
    #[serde(default)]
    force: bool,
    /// The live one does not run any more, anywhere: do not wait for it.
    #[serde(default)]
    abandon: bool,
}

/// Checks the bearer and the read model.
pub(super) fn asked(
    context: &GatewayContext,
    headers: &HeaderMap,
    model: &str,
) -> Result<&'static Spec, ApiError> {
    let token = context.settings.operator.token.as_ref();
    auth::require(headers, token, "operator.token")?;
    spec(context, model)
}

fn not_changed(spec: &Spec, error: NotChanged) -> ApiError {
    match error {
        NotChanged::Store(error) => error.into(),
        NotChanged::Refused(refused) => {
            let message = format!("{}: {refused}", spec.name);
            match refused {
                Refused::Unknown(_) => ApiError::not_found(message),
                _ => ApiError::new(StatusCode::CONFLICT, "refused", message),
            }
        }
    }
}

/// The read model after a change.
async fn changed(
    context: &GatewayContext,
    spec: &'static Spec,
    status: StatusCode,
) -> Result<(StatusCode, Json<Generations>), ApiError> {
    let model = stored(context, spec).await?;
    tracing::info!(
        processor.name = spec.name,
        live = model.live,
        generations = ?model.generations.keys(),
        "generations changed by an operator"
    );
    Ok((status, Json(described(context, spec, &model).await?)))
}

/// Builds a generation beside the live one, from the start of the log or from a snapshot. What it emits goes out only once
/// it is live.
#[utoipa::path(post, path = "/generations/{model}/build", tag = "generations",
    params(("model" = String, Path)), request_body = Build,
    responses((status = 201, body = Generations), (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn build(
    State(context): State<GatewayContext>,
    Path(model): Path<String>,
    headers: HeaderMap,
    JsonBody(build): JsonBody<Build>,
) -> Result<(StatusCode, Json<Generations>), ApiError> {
    let spec = asked(&context, &headers, &model)?;
    if build.throttle == Some(0) {
        return Err(ApiError::bad_request(
            "invalid_throttle",
            "throttle: 0 events a second would never end",
        ));
    }
    let snapshot = match build.from_snapshot || build.snapshot.is_some() {
        true => Some(origin(&context, spec, build.snapshot, build.until).await?),
        false => None,
    };
    let new = Generation {
        until: build.until,
        throttle: build.throttle,
        snapshot,
        ..Generation::building(spec.revision, context.platform.clock.now_ms())
    };
    let built = add(&context.platform, spec, new).await;
    built.map_err(|error| not_changed(spec, error))?;
    changed(&context, spec, StatusCode::CREATED).await
}

/// Makes a generation live: one change for all its tables. It speaks of what is appended from now on.
#[utoipa::path(post, path = "/generations/{model}/promote", tag = "generations",
    params(("model" = String, Path)), request_body = Which,
    responses((status = 200, body = Generations), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn promote(
    State(context): State<GatewayContext>,
    Path(model): Path<String>,
    headers: HeaderMap,
    JsonBody(which): JsonBody<Which>,
) -> Result<(StatusCode, Json<Generations>), ApiError> {
    let spec = asked(&context, &headers, &model)?;
    let model = stored(&context, spec).await?;
    let newest = || {
        let mut newest = model.generations.iter().rev();
        let newest = newest.find(|(_, g)| g.state == Stored::Building && g.until.is_none());
        newest.map(|(number, _)| *number)
    };
    let number = which.generation.or_else(newest).ok_or_else(|| {
        ApiError::new(
            StatusCode::CONFLICT,
            "refused",
            format!("{}: there is no generation that was built", spec.name),
        )
    })?;
    let Some(generation) = model.generations.get(&number) else {
        return Err(not_changed(spec, Refused::Unknown(number).into()));
    };
    let now = shown(&context, spec, number, generation).await?;
    if !which.force && !now.ready {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "not_ready",
            format!(
                "{}: generation {number} is {} events behind, in a partition more than operator.ready_lag ({}), or has \
                 not come to where its snapshot ends; `force` makes it live all the same",
                spec.name, now.lag, context.settings.operator.ready_lag
            ),
        ));
    }
    let live = make_live(&context.platform, spec, number, which.abandon).await;
    live.map_err(|error| not_changed(spec, error))?;
    changed(&context, spec, StatusCode::OK).await
}

/// Makes the generation live again that was live before.
#[utoipa::path(post, path = "/generations/{model}/rollback", tag = "generations",
    params(("model" = String, Path)), request_body = Which,
    responses((status = 200, body = Generations), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn rollback(
    State(context): State<GatewayContext>,
    Path(model): Path<String>,
    headers: HeaderMap,
    JsonBody(which): JsonBody<Which>,
) -> Result<(StatusCode, Json<Generations>), ApiError> {
    let spec = asked(&context, &headers, &model)?;
    let model = stored(&context, spec).await?;
    let to = match which.generation {
        Some(number) => Ok(number),
        None => model.previous(),
    };
    let to = to.map_err(|refused| not_changed(spec, refused.into()))?;
    let live = make_live(&context.platform, spec, to, which.abandon).await;
    live.map_err(|error| not_changed(spec, error))?;
    changed(&context, spec, StatusCode::OK).await
}

fn named(which: &Which) -> Result<u32, ApiError> {
    which.generation.ok_or_else(|| {
        ApiError::bad_request(
            "invalid_generation",
            "generation: which one? it has no default",
        )
    })
}

/// Gives a generation up. Its tables are removed a moment later, when everyone who runs it has heard of it.
#[utoipa::path(post, path = "/generations/{model}/drop", tag = "generations",
    params(("model" = String, Path)), request_body = Which,
    responses((status = 202, body = Generations), (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody)))]
pub(super) async fn drop_one(
    State(context): State<GatewayContext>,
    Path(model): Path<String>,
    headers: HeaderMap,
    JsonBody(which): JsonBody<Which>,
) -> Result<(StatusCode, Json<Generations>), ApiError> {
    let spec = asked(&context, &headers, &model)?;
    let number = named(&which)?;
    said(&context, spec, number).await?;
    let registry = context.platform.views.registry();
    let given_up = registry.change(spec.name, |model| model.give_up(number));
    let given_up = given_up.await;
    given_up.map_err(|error| not_changed(spec, error))?;
    changed(&context, spec, StatusCode::ACCEPTED).await
}

/// Refuses to drop a generation that has not yet said everything it had to say before a switch.
async fn said(context: &GatewayContext, spec: &Spec, number: u32) -> Result<(), ApiError> {
    let model = stored(context, spec).await?;
    let platform = &context.platform;
    let marks = platform.store.marks(spec.name, number).await?;
    let partitions = platform.log.ends(spec.input).await?.len();
    let partitions = 0..u32::try_from(partitions).unwrap_or(u32::MAX);
    let left = partitions.filter(|partition| {
        let before = model.before(*partition, u64::MAX);
        let mark = marks.get(&(spec.input.to_owned(), *partition));
        let mark = mark.map_or(0, |mark| mark.next);
        before.is_some_and(|(before, first)| before == number && mark < first)
    });
    match left.count() {
        0 => Ok(()),
        left => Err(ApiError::new(
            StatusCode::CONFLICT,
            "refused",
            format!(
                "{}: generation {number} has not come to where the next one goes on, in {left} partitions",
                spec.name
            ),
        )),
    }
}

async fn let_go_on(
    context: GatewayContext,
    model: String,
    headers: HeaderMap,
    which: Which,
    paused: bool,
) -> Result<(StatusCode, Json<Generations>), ApiError> {
    let spec = asked(&context, &headers, &model)?;
    let registry = context.platform.views.registry();
    let now = context.platform.clock.now_ms();
    registry.ensure(spec.name, spec.revision, now).await?;
    let done = registry.change(spec.name, |model| {
        model.pause(which.generation.unwrap_or(model.live), paused)
    });
    let done = done.await;
    done.map_err(|error| not_changed(spec, error))?;
    changed(&context, spec, StatusCode::OK).await
}

/// Lets a processor stand still: the live generation, or another one.
#[utoipa::path(post, path = "/processors/{model}/pause", tag = "generations",
    params(("model" = String, Path)), request_body = Which,
    responses((status = 200, body = Generations), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn pause(
    State(context): State<GatewayContext>,
    Path(model): Path<String>,
    headers: HeaderMap,
    JsonBody(which): JsonBody<Which>,
) -> Result<(StatusCode, Json<Generations>), ApiError> {
    let_go_on(context, model, headers, which, true).await
}

/// Lets a processor go on.
#[utoipa::path(post, path = "/processors/{model}/resume", tag = "generations",
    params(("model" = String, Path)), request_body = Which,
    responses((status = 200, body = Generations), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn resume(
    State(context): State<GatewayContext>,
    Path(model): Path<String>,
    headers: HeaderMap,
    JsonBody(which): JsonBody<Which>,
) -> Result<(StatusCode, Json<Generations>), ApiError> {
    let_go_on(context, model, headers, which, false).await
}
