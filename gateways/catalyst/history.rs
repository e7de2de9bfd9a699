//! The history of deployments: `/pointer-changes`, `/deployments`, `/audit`.

use axum::Json;
use axum::extract::{Path, Query, State};

use super::Server;
use super::catalog::{Cursor, Deployed, HistoryQuery};
use super::dto::{
    AuditInfo, Delta, DeploymentItem, Deployments, EntityType, KeyedFile, Pagination,
    PointerChanges,
};
use super::error::{ContentError, ContentErrorBody};
use super::query::{self, Fields, Pairs};
use crate::frame::SizedJson;

/// Bytes of an audit beside the chain: names, a time and an id.
const AUDIT_BYTES: usize = 192;

/// Accepted deployments, also the overwritten ones.
#[utoipa::path(get, path = "/content/pointer-changes", tag = "content",
    params(("from" = Option<i64>, Query), ("to" = Option<i64>, Query), ("offset" = Option<u64>, Query),
        ("limit" = Option<u64>, Query), ("entityType" = Vec<String>, Query),
        ("sortingField" = Option<String>, Query), ("sortingOrder" = Option<String>, Query),
        ("lastId" = Option<String>, Query)),
    responses((status = 200, body = PointerChanges), (status = 400, body = ContentErrorBody)))]
pub(super) async fn pointer_changes(
    State(server): State<Server>,
    Query(pairs): Query<Pairs>,
) -> Result<Json<PointerChanges>, ContentError> {
    let query = query::pointer_changes(&pairs)?;
    let page = server.catalog.history(&query).await?;
    let pagination = pagination(&query, page.next.as_ref(), None);
    Ok(Json(PointerChanges {
        deltas: page.rows.into_iter().map(delta).collect(),
        filters: query::filters(&query),
        pagination,
    }))
}

/// Deployments with the fields that are asked for.
#[utoipa::path(get, path = "/content/deployments", tag = "content",
    params(("from" = Option<i64>, Query), ("to" = Option<i64>, Query), ("offset" = Option<u64>, Query),
        ("limit" = Option<u64>, Query), ("entityType" = Vec<String>, Query),
        ("entityId" = Vec<String>, Query), ("pointer" = Vec<String>, Query),
        ("onlyCurrentlyPointed" = Option<bool>, Query), ("fields" = Option<String>, Query),
        ("sortingField" = Option<String>, Query), ("sortingOrder" = Option<String>, Query),
        ("lastId" = Option<String>, Query)),
    responses((status = 200, body = Deployments), (status = 400, body = ContentErrorBody)))]
pub(super) async fn deployments(
    State(server): State<Server>,
    Query(pairs): Query<Pairs>,
) -> Result<Json<Deployments>, ContentError> {
    let (query, fields) = query::deployments(&pairs)?;
    let page = server.catalog.history(&query).await?;
    let pagination = pagination(&query, page.next.as_ref(), Some(fields));
    Ok(Json(Deployments {
        deployments: page.rows.into_iter().map(|row| item(row, fields)).collect(),
        filters: query::filters(&query),
        pagination,
    }))
}

/// Who deployed an entity, when, and what replaced it.
#[utoipa::path(get, path = "/content/audit/{type}/{id}", tag = "content",
    params(("type" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = AuditInfo), (status = 400, body = ContentErrorBody),
        (status = 404, body = ContentErrorBody)))]
pub(super) async fn audit(
    State(server): State<Server>,
    Path((kind, id)): Path<(String, String)>,
) -> Result<SizedJson<AuditInfo>, ContentError> {
    let kind = EntityType::parse(&kind)
        .ok_or_else(|| ContentError::bad_request(format!("Unrecognized type: {kind}")))?;
    let found = server.catalog.audit(&id).await?;
    match found.filter(|(found, _)| *found == kind) {
        Some((_, audit)) => Ok(SizedJson {
            bytes: audit.auth_chain.get().len() + AUDIT_BYTES,
            value: audit,
        }),
        None => Err(ContentError::not_found(
            "No deployment found with the given id and type",
        )),
    }
}

fn pagination(query: &HistoryQuery, next: Option<&Cursor>, fields: Option<Fields>) -> Pagination {
    Pagination {
        offset: query.offset as u64,
        limit: query.limit as u64,
        more_data: next.is_some(),
        last_id: query.last_id.clone(),
        next: next.map(|cursor| query::next(query, cursor, fields)),
    }
}

fn delta(deployed: Deployed) -> Delta {
    let metadata = deployed.entity.metadata().map(ToOwned::to_owned);
    let entity = deployed.entity;
    Delta {
        deployment_id: deployed.number,
        entity_type: entity.kind,
        entity_id: entity.id,
        pointers: entity.pointers,
        entity_timestamp: entity.timestamp,
        metadata,
        deployer_address: deployed.deployer,
        version: entity.version,
        auth_chain: deployed.auth_chain,
        local_timestamp: deployed.local_timestamp,
    }
}

fn item(deployed: Deployed, fields: Fields) -> DeploymentItem {
    let audit_info = fields.audit_info.then(|| deployed.audit());
    let metadata = deployed
        .entity
        .metadata()
        .filter(|_| fields.metadata)
        .map(ToOwned::to_owned);
    let entity = deployed.entity;
    let keyed = |file: super::dto::ContentFile| KeyedFile {
        key: file.file,
        hash: file.hash,
    };
    DeploymentItem {
        entity_version: entity.version,
        entity_type: entity.kind,
        entity_id: entity.id,
        entity_timestamp: entity.timestamp,
        deployed_by: deployed.deployer,
        pointers: fields.pointers.then_some(entity.pointers),
        content: fields
            .content
            .then(|| entity.content.into_iter().map(keyed).collect()),
        metadata,
        audit_info,
        local_timestamp: deployed.local_timestamp,
    }
}
