//! What is shown at pointers, and its versions.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::events::registry::claim_key;
use model::tables::registry::Known;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::error::Fault;
use super::read::{Found, Registry};
use super::shapes::{self, Active, EntityVersions};
use crate::frame::{self, GatewayContext};

/// Which world is meant.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct InWorld {
    /// Name of a world, in any case; without it Genesis City.
    world_name: Option<String>,
}

impl InWorld {
    /// The key of a pointer there.
    pub(super) fn key(&self, pointer: &str) -> String {
        let world = self
            .world_name
            .as_deref()
            .unwrap_or_default()
            .to_lowercase();
        claim_key(
            Some(&*world).filter(|world| !world.is_empty()),
            &pointer.to_lowercase(),
        )
    }
}

/// Body of the bulk routes.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(
    dead_code,
    reason = "for the contract; a body of another shape has an answer of its own"
)]
struct Pointers {
    /// Parcels or urns, in any case.
    pointers: Vec<String>,
}

/// The texts of a member of a body.
///
/// # Errors
/// 413, or 400 for what is no JSON.
pub(super) async fn texts(request: Request, member: &str) -> Result<Option<Vec<String>>, Fault> {
    let body = frame::bytes(request, &()).await?;
    let mut body: Value = serde_json::from_slice(&body)
        .map_err(|e| Fault::bad_request(format!("The body is not valid JSON: {e}")))?;
    let list = body.get_mut(member).map(Value::take);
    Ok(list.and_then(|list| serde_json::from_value(list).ok()))
}

/// The keys of the pointers asked for, each once.
async fn keys(
    context: &GatewayContext,
    world: &InWorld,
    request: Request,
) -> Result<BTreeSet<String>, Fault> {
    let bad = |message: String| Fault::not_ok(StatusCode::BAD_REQUEST, message);
    let pointers = texts(request, "pointers").await?.unwrap_or_default();
    if pointers.is_empty() {
        return Err(bad("No pointers provided".into()));
    }
    let most = context.settings.assets.pointers_max;
    if pointers.len() > most {
        let given = pointers.len();
        return Err(bad(format!(
            "Too many pointers provided: {given}, at most {most} are taken"
        )));
    }
    Ok(pointers.iter().map(|pointer| world.key(pointer)).collect())
}

/// What tells an answer from another one: which entities it has, what they are, how far each is.
fn tag(route: &str, found: &Found) -> Result<HeaderValue, Fault> {
    let mut digest = Sha256::new();
    digest.update(route);
    for (state, status) in found {
        let state = serde_json::to_vec(state).map_err(frame::ApiError::internal)?;
        digest.update((state.len() as u64).to_be_bytes());
        digest.update(&state);
        digest.update(status.name());
    }
    let text = format!("\"{}\"", hex::encode(&digest.finalize()[..16]));
    HeaderValue::from_str(&text).map_err(|e| frame::ApiError::internal(e).into())
}

/// Whether the client has the answer with this tag.
fn has(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let given = headers.get_all(header::IF_NONE_MATCH).iter();
    let given = given.filter_map(|value| value.to_str().ok());
    let mut tags = given.flat_map(|value| value.split(','));
    tags.any(|one| one.trim().trim_start_matches("W/").as_bytes() == tag.as_bytes())
}

fn tagged(tag: HeaderValue, body: &(impl Serialize + ?Sized)) -> Response {
    ([(header::ETAG, tag)], Json(body)).into_response()
}

fn not_modified(tag: HeaderValue) -> Response {
    (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response()
}

/// Entities that are shown at pointers. An answer that the client has, by its `etag`, is not sent again.
#[utoipa::path(post, path = "/entities/active", tag = "entities", params(InWorld), request_body = Pointers,
    responses((status = 200, body = [Active]), (status = 304, description = "the client has it"),
        (status = 400, description = "no pointers, or too many", body = Object)))]
pub(super) async fn active(
    State(context): State<GatewayContext>,
    Query(world): Query<InWorld>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Fault> {
    let keys = keys(&context, &world, request).await?;
    let registry = Registry::of(&context);
    let found = registry.shown(&mut Known::default(), &keys).await?;
    let found = registry.without_denied(found).await?;
    let tag = tag("active", &found)?;
    if has(&headers, &tag) {
        return Ok(not_modified(tag));
    }
    let ids: Vec<String> = found
        .iter()
        .map(|(state, _)| state.entity_id.clone())
        .collect();
    let mut bodies = registry.bodies(&ids).await?;
    let required = &registry.required;
    let nothing = || RawValue::from_string("[]".into()).map_err(frame::ApiError::internal);
    let mut entities = Vec::with_capacity(found.len());
    for (state, status) in found {
        let Some(body) = bodies.remove(&state.entity_id) else {
            continue;
        };
        let deployed = state.deployed.clone().unwrap_or_default();
        entities.push(Active {
            bundles: shapes::bundles(&state, required),
            versions: shapes::versions(&state, required),
            id: state.entity_id,
            kind: deployed.entity_type,
            timestamp: deployed.timestamp.to_string(),
            deployer: deployed.deployer,
            pointers: deployed.pointers,
            content: match body.content {
                Some(content) => content,
                None => nothing()?,
            },
            metadata: body.metadata,
            status: status.name(),
        });
    }
    Ok(tagged(tag, &entities))
}

/// Versions of what is shown at pointers; denied entities are among them.
#[utoipa::path(post, path = "/entities/versions", tag = "entities", params(InWorld), request_body = Pointers,
    responses((status = 200, body = [EntityVersions]), (status = 304, description = "the client has it"),
        (status = 400, description = "no pointers, or too many", body = Object)))]
pub(super) async fn versions(
    State(context): State<GatewayContext>,
    Query(world): Query<InWorld>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Fault> {
    let keys = keys(&context, &world, request).await?;
    let registry = Registry::of(&context);
    let found = registry.shown(&mut Known::default(), &keys).await?;
    let tag = tag("versions", &found)?;
    if has(&headers, &tag) {
        return Ok(not_modified(tag));
    }
    let required = &registry.required;
    let shown = found.iter().map(|(state, status)| EntityVersions {
        pointers: state
            .deployed
            .iter()
            .flat_map(|d| d.pointers.clone())
            .collect(),
        versions: shapes::versions(state, required),
        bundles: shapes::bundles(state, required),
        status: status.name(),
    });
    Ok(tagged(tag, &shown.collect::<Vec<_>>()))
}
