//! Snapshots of read models: taking one, what there is, dropping one, and what a generation is made of.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::Spec;
use runtime::generations::{Copying, Origin, State as Stored};
use runtime::snapshots::{self, Manifest, Shelf, Taken, Telling, Unusable, choose};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::mpsc;
use utoipa::ToSchema;

use super::generations::{asked, spec, stored};
use super::lines::{Line, Work, lines};
use super::verify::chosen;
use crate::frame::{ApiError, ErrorBody, GatewayContext, JsonBody};

/// Things told that wait for a slow reader.
const WAITING: usize = 64;

/// A snapshot of a read model.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Snapshot {
    read_model: &'static str,
    /// Its number among those of the read model.
    number: u64,
    /// The generation it is of.
    generation: u32,
    /// It is all there. Else it is being taken, or was cut short, and is never used.
    whole: bool,
    /// When it was begun, ms.
    begun_at: i64,
    /// When the last of it was copied, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_at: Option<i64>,
    /// Revision of the processor that made the generation.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u32>,
    /// Version of the program that took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<String>,
    /// Aggregates, parts of them, and rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    /// Events of the input that need not be read again, all partitions together.
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<u64>,
}

fn shown(spec: &Spec, manifest: &Manifest) -> Snapshot {
    let events = manifest.places.iter().filter_map(|place| place.next);
    Snapshot {
        read_model: spec.name,
        number: manifest.number,
        generation: manifest.generation,
        whole: true,
        begun_at: manifest.begun_at,
        taken_at: Some(manifest.taken_at),
        revision: Some(manifest.revision),
        program: Some(manifest.program.clone()),
        rows: Some(manifest.cells),
        bytes: Some(manifest.bytes),
        events: Some(events.sum()),
    }
}

/// Snapshots of a read model, oldest first.
#[utoipa::path(get, path = "/snapshots/{model}", tag = "generations", params(("model" = String, Path)),
    responses((status = 200, body = [Snapshot]), (status = 404, body = ErrorBody)))]
pub(super) async fn list(
    State(context): State<GatewayContext>,
    Path(model): Path<String>,
) -> Result<Json<Vec<Snapshot>>, ApiError> {
    let spec = spec(&context, &model)?;
    let shelf = Shelf::new(context.platform.blobs.clone(), spec.name);
    let all = shelf
        .all()
        .await?
        .into_iter()
        .map(|listed| match &listed.manifest {
            Some(manifest) => shown(spec, manifest),
            None => Snapshot {
                read_model: spec.name,
                number: listed.number,
                generation: listed.generation,
                whole: false,
                begun_at: listed.begun_at,
                taken_at: None,
                revision: None,
                program: None,
                rows: None,
                bytes: None,
                events: None,
            },
        });
    Ok(Json(all.collect()))
}

/// Of what a snapshot is taken.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TakeSnapshot {
    /// The generation; the live one when it is left out.
    #[serde(default)]
    generation: Option<u32>,
}

/// Takes a snapshot of a generation while it goes on. Lines: `started`, `progress`, and at the end `report` or `error`.
/// Who goes before the end gives it up.
#[utoipa::path(post, path = "/snapshots/{model}/take", tag = "generations", params(("model" = String, Path)),
    request_body = TakeSnapshot,
    responses((status = 200, description = "a JSON object a line", content_type = "application/x-ndjson"),
        (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn take(
    State(context): State<GatewayContext>,
    Path(model): Path<String>,
    headers: HeaderMap,
    JsonBody(take): JsonBody<TakeSnapshot>,
) -> Result<Response, ApiError> {
    let spec = asked(&context, &headers, &model)?;
    let chosen = chosen(&context, &headers, &model, take.generation).await?;
    let generation = &chosen.generation;
    let unfit = match () {
        () if generation.until.is_some() => "ends at a time",
        () if generation.copying().is_some() => "is itself still being copied from a snapshot",
        () if generation.paused => "is paused",
        () => "",
    };
    if !unfit.is_empty() {
        return Err(refused(format!(
            "{}: generation {} {unfit}",
            spec.name, chosen.number
        )));
    }
    let of = Taken {
        generation: chosen.number,
        lineage: generation.lineage(chosen.number),
        revision: generation.revision,
        program: context.version.to_owned(),
    };
    let started = json!({ "started": { "readModel": spec.name, "generation": chosen.number } });
    let (tell, told) = mpsc::channel(WAITING);
    let (platform, processor) = (context.platform.clone(), Arc::clone(&chosen.processor));
    let task = tokio::spawn(async move { snapshots::take(&platform, &*processor, of, tell).await });
    let work = Work {
        told,
        task,
        shutdown: context.shutdown.clone(),
    };
    let line = |told: Telling| Line::Next(json!(told));
    Ok(lines(work, started, line, move |manifest: Manifest| {
        tracing::info!(
            processor.name = spec.name,
            number = manifest.number,
            "a snapshot was taken"
        );
        json!({ "report": shown(spec, &manifest) })
    }))
}

/// WhichSnapshot snapshot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct WhichSnapshot {
    /// Its number.
    number: u64,
}

/// Removes a snapshot, also one that was cut short.
#[utoipa::path(post, path = "/snapshots/{model}/drop", tag = "generations", params(("model" = String, Path)),
    request_body = WhichSnapshot,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody)))]
pub(super) async fn drop_one(
    State(context): State<GatewayContext>,
    Path(model): Path<String>,
    headers: HeaderMap,
    JsonBody(which): JsonBody<WhichSnapshot>,
) -> Result<StatusCode, ApiError> {
    let spec = asked(&context, &headers, &model)?;
    let number = which.number;
    let known = stored(&context, spec).await?;
    let copies = |of: &Origin| {
        let goes_on = of.copying.as_ref().is_some_and(|c| c.failed.is_none());
        of.number == number && goes_on
    };
    let mut generations = known.generations.iter();
    if let Some((generation, _)) = generations
        .find(|(_, g)| g.state != Stored::Dropping && g.snapshot.as_ref().is_some_and(copies))
    {
        return Err(refused(format!(
            "{}: generation {generation} is being copied from snapshot {number}",
            spec.name
        )));
    }
    let shelf = Shelf::new(context.platform.blobs.clone(), spec.name);
    match shelf.drop_one(number).await? {
        true => {
            tracing::info!(processor.name = spec.name, number, "a snapshot was dropped");
            Ok(StatusCode::NO_CONTENT)
        }
        false => Err(ApiError::not_found(format!(
            "{}: there is no snapshot {number}",
            spec.name
        ))),
    }
}

fn refused(message: String) -> ApiError {
    ApiError::new(StatusCode::CONFLICT, "refused", message)
}

/// The snapshot that a new generation is made from.
pub(super) async fn origin(
    context: &GatewayContext,
    spec: &Spec,
    number: Option<u64>,
    until: Option<i64>,
) -> Result<Origin, ApiError> {
    let chosen = choose(&context.platform, spec, number, until).await;
    let manifest = chosen.map_err(|unusable| match unusable {
        Unusable::Refused(message) => refused(message),
        Unusable::Fault(fault) => fault.into(),
    })?;
    let by_partition = |of: fn(&snapshots::Place) -> u64| manifest.places.iter().map(of).collect();
    Ok(Origin {
        number: manifest.number,
        lineage: manifest.lineage.clone(),
        rows_from: by_partition(|place| place.rows_from),
        whole_at: by_partition(|place| place.end),
        copying: Some(Copying {
            total: manifest.cells,
            ..Copying::default()
        }),
    })
}
