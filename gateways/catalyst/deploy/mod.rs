//! `POST /content/entities`: a deployment by its author, checked, stored and handed to the log as a sighting.
//!
//! Who may deploy to LAND or as the creator of an item is known to nobody here. So profiles, outfits and stores are
//! taken from the address they belong to, and everything else only with the operator's token.

mod form;
mod rules;
mod spool;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use identity::chain::{AuthChain, DenyContractWallets, validate_deployment};
use kernel::{Headers, NewRecord};
use model::events::catalyst::{AuthLink, Sighting};
use model::{Json as JsonText, Recorded};
use runtime::ports::PortError;
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::form::{Form, FormError};
use self::spool::Spools;
use super::catalog::{Catalog, Deployed};
use super::dto::Entity;
use super::entity_file::EntityFile;
use super::error::{ContentError, ContentErrorBody};
use super::platform::PlatformCatalog;
use super::rows::{DEPLOYMENTS, POINTERS, Tables};
use crate::frame::{self, ApiError, Edge, GatewayContext, auth, settings};

const SIGHTINGS: &str = "catalyst.sightings";
const SOURCE: &str = "gateways/catalyst";
/// What the route needs.
#[derive(Clone)]
struct Deployer(Arc<Parts>);

struct Parts {
    context: GatewayContext,
    catalog: Arc<PlatformCatalog>,
    /// For deployments being received: each may fill the disk before it is checked.
    slots: Semaphore,
    reader: form::Reader,
}

/// The answer to an accepted deployment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Created {
    /// When this server took it, ms.
    creation_timestamp: i64,
}

/// The answer to a deployment that breaks rules.
#[derive(Debug, Serialize, ToSchema)]
struct Refused {
    /// Each rule that it breaks.
    errors: Vec<String>,
}

/// The route, with its own limits of the body. `None`: only its description is wanted.
pub(super) fn routes(parts: Option<(&GatewayContext, Arc<PlatformCatalog>)>) -> OpenApiRouter {
    let router = OpenApiRouter::new().routes(routes!(deploy));
    let Some((context, catalog)) = parts else {
        return OpenApiRouter::with_openapi(router.into_openapi());
    };
    let settings = &context.settings.catalyst;
    let parts = Parts {
        context: context.clone(),
        catalog,
        slots: Semaphore::new(settings.deploy_concurrency.max(1)),
        reader: form::Reader {
            settings: settings.clone(),
            spools: Spools::new(settings.deploy_spool.as_deref()),
        },
    };
    router
        .layer(DefaultBodyLimit::disable())
        .with_state(Deployer(Arc::new(parts)))
}

/// Removes what processes that were killed had received and not yet checked.
pub(super) async fn sweep(settings: &settings::Catalyst) {
    let folder = settings.deploy_spool.clone();
    let swept = tokio::task::spawn_blocking(move || spool::sweep(folder.as_deref()));
    if let Err(error) = swept.await {
        tracing::warn!(%error, "old deployments were not looked for");
    }
}

/// Deploys an entity with its files.
#[utoipa::path(post, path = "/content/entities", tag = "content",
    request_body(content = Object, content_type = "multipart/form-data",
        description = "entityId, the auth chain, and a part for each file, named by its hash"),
    responses((status = 200, body = Created), (status = 400, body = Refused),
        (status = 408, body = ContentErrorBody), (status = 413, body = ContentErrorBody),
        (status = 503, body = ContentErrorBody)))]
async fn deploy(
    State(Deployer(parts)): State<Deployer>,
    edge: Edge,
    headers: HeaderMap,
    multipart: Multipart,
) -> Result<Response, ContentError> {
    let Ok(_slot) = parts.slots.try_acquire() else {
        return Err(ContentError::not_yet("Too many deployments at a time"));
    };
    let deadline = Instant::now() + parts.reader.settings.deploy_timeout.0;
    let form = match parts.reader.read(multipart, deadline).await {
        Ok(form) => form,
        Err(FormError::Refused(text)) => return Ok(refused(vec![text])),
        Err(FormError::TooLarge(text)) => return Err(ApiError::too_large(text).into()),
        Err(FormError::TooSlow(text)) => return Err(too_slow(text).into()),
        Err(FormError::Disk(error)) => return Err(ApiError::internal(error).into()),
    };
    if let Some(known) = parts.catalog.deployment(&form.entity_id).await? {
        return Ok(created(known.local_timestamp));
    }
    let token = parts.context.settings.operator.token.as_ref();
    let trusted = auth::require(&headers, token, "operator.token").is_ok();
    let Ok(checked) = timeout_at(deadline, parts.check(&form, trusted)).await else {
        return Err(ContentError::not_yet(
            "The files that the deployment names could not be looked for in time",
        ));
    };
    match checked? {
        (Some(entity), errors) if errors.is_empty() => {
            let accepted = parts.accept(&form, entity, server_of(&parts.context, &edge));
            accepted.await
        }
        (_, errors) => Ok(refused(errors)),
    }
}

fn too_slow(text: String) -> ApiError {
    ApiError::new(StatusCode::REQUEST_TIMEOUT, "timeout", text)
}

fn created(creation_timestamp: i64) -> Response {
    Json(Created { creation_timestamp }).into_response()
}

fn refused(errors: Vec<String>) -> Response {
    (StatusCode::BAD_REQUEST, Json(Refused { errors })).into_response()
}

/// This server as others may reach it. A stranger's `host` header is not believed: the name is handed on to everybody
/// who fetches the files.
fn server_of(context: &GatewayContext, edge: &Edge) -> Option<String> {
    let own = context.settings.catalyst.public_url.as_deref();
    let local = edge.local.then_some(edge.base_url.as_str());
    own.or(local)
        .map(|base| format!("{}/content", base.trim_end_matches('/')))
}

impl Parts {
    /// The entity of a form, and every rule that it breaks.
    async fn check(
        &self,
        form: &Form,
        trusted: bool,
    ) -> Result<(Option<Entity>, Vec<String>), ContentError> {
        let Some(file) = form.files.get(&form.entity_id) else {
            let text = "Failed to find the entity file among the files of the request";
            return Ok((None, vec![text.into()]));
        };
        let settings = &self.reader.settings;
        let most = settings.deploy_entity_limit;
        if file.size > most.0 {
            let text = format!("The entity file has {} bytes, at most {most}", file.size);
            return Ok((None, vec![text]));
        }
        let bytes = tokio::fs::read(&file.path)
            .await
            .map_err(ApiError::internal)?;
        let entity: EntityFile = match serde_json::from_slice(&bytes) {
            Ok(entity) => entity,
            Err(error) => {
                return Ok((
                    None,
                    vec![format!("Failed to parse the entity file: {error}")],
                ));
            }
        };
        // Each of them is looked for, here and perhaps at other servers.
        let (named, most) = (entity.content.len(), settings.deploy_content_max);
        if named > most {
            let text = format!("The entity names {named} content files, at most {most}");
            return Ok((None, vec![text]));
        }
        let entity = entity.into_entity(form.entity_id.clone());
        let now = self.context.platform.clock.now_ms();
        let mut errors = rules::of_entity(&entity, now);
        errors.extend(chain_error(&form.chain, &entity));
        if !trusted {
            let owner = form.chain.owner().unwrap_or_default();
            errors.extend(rules::of_access(&entity, &owner));
        }
        // Looking for files may make this server ask others: only for a caller who passed all the rest.
        if !errors.is_empty() {
            return Ok((Some(entity), errors));
        }
        let sizes = self.sizes(form, &entity).await?;
        errors.extend(rules::of_files(&entity, &form.hashes(), &sizes));
        errors.extend(self.of_what_stands(&entity, now).await?);
        Ok((Some(entity), errors))
    }

    /// Sizes of the entity's files, those of the request and those that are here; a missing one has none.
    async fn sizes(
        &self,
        form: &Form,
        entity: &Entity,
    ) -> Result<BTreeMap<String, Option<u64>>, PortError> {
        let mut sizes = BTreeMap::new();
        for file in &entity.content {
            let sent = form.files.get(&file.hash).map(|sent| sent.size);
            sizes.insert(file.hash.clone(), sent);
        }
        let others = sizes.iter().filter(|(_, size)| size.is_none());
        let others: Vec<String> = others.map(|(hash, _)| hash.clone()).collect();
        sizes.extend(self.catalog.sizes(others).await?);
        Ok(sizes)
    }

    /// What already stands at the entity's pointers may be newer, or too young.
    async fn of_what_stands(&self, entity: &Entity, now: i64) -> Result<Vec<String>, PortError> {
        let tables = Tables::of(&self.context.platform);
        let tops = tables.tops(&entity.pointers).await?;
        let ids: Vec<&str> = tops.iter().map(String::as_str).collect();
        let found = tables.deployments(&ids).await?.into_iter().flatten();
        let standing: Vec<Deployed> = found
            .map(|(deployed, _)| deployed)
            .filter(|deployed| deployed.entity.kind == entity.kind)
            .collect();
        Ok(rules::of_standing(entity, &standing, now))
    }

    /// Stores the files, appends the sighting, and answers when the entity shows.
    async fn accept(
        &self,
        form: &Form,
        entity: Entity,
        server: Option<String>,
    ) -> Result<Response, ContentError> {
        let platform = &self.context.platform;
        for (hash, file) in &form.files {
            let stream = file.stream().await.map_err(ApiError::internal)?;
            platform.blobs.put(hash, stream).await?;
        }
        let id = entity.id.clone();
        let record = sighting(&form.chain, &entity, server)?;
        let token = platform.append(vec![record]).await?;
        let (wait, models) = (self.context.settings.gateway.wait, [DEPLOYMENTS, POINTERS]);
        let written = frame::after_write(platform, wait, &models, token).await;
        match self.catalog.deployment(&id).await? {
            Some(taken) => Ok((written, created(taken.local_timestamp)).into_response()),
            // Written, but not yet shown, or refused by the processor's own limits: no time may be invented.
            None => Err(ContentError::not_yet(
                "The deployment was received and does not show yet; ask for it, or send it again",
            )),
        }
    }
}

fn chain_error(chain: &AuthChain, entity: &Entity) -> Option<String> {
    let valid = validate_deployment(chain, &entity.id, entity.timestamp, &DenyContractWallets);
    let error = valid.err()?;
    Some(format!("The signature is invalid. {error}"))
}

fn sighting(
    chain: &AuthChain,
    entity: &Entity,
    server: Option<String>,
) -> Result<NewRecord, ApiError> {
    let links = chain.links().iter().map(|link| AuthLink {
        kind: link.kind.name().to_owned(),
        payload: link.payload.clone(),
        signature: Some(link.signature.clone()),
    });
    let sighting = Sighting {
        entity_id: entity.id.clone(),
        entity_type: entity.kind.name().into(),
        pointers: entity.pointers.clone(),
        entity_timestamp: entity.timestamp,
        auth_chain: links.collect(),
        servers: server.into_iter().collect(),
        entity: JsonText::of(entity).map_err(ApiError::internal)?,
        origin: "deploy".into(),
        ..Sighting::default()
    };
    let id = kernel::event_id(format!("sighting\ndeploy\n{}", entity.id).as_bytes());
    let headers = Headers::new(id, Sighting::SCHEMA, SOURCE);
    let key = Bytes::from(entity.id.clone());
    Ok(NewRecord::keyed(
        SIGHTINGS.into(),
        key,
        headers,
        model::encode(&sighting),
    ))
}
