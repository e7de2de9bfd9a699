//! Saved outfits of an address.

use axum::Json;
use axum::extract::{Path, State};

use super::error::{LambdasError, LambdasErrorBody};
use crate::catalyst::Server;
use crate::catalyst::dto::{Entity, EntityType};

/// The saved outfits of an address.
///
/// No source of ownership is configured: every outfit of the entity is there, those in the slots for owners of names,
/// too.
#[utoipa::path(get, path = "/lambdas/outfits/{id}", tag = "lambdas",
    params(("id" = String, Path, description = "address in any case")),
    responses((status = 200, body = Entity), (status = 404, body = LambdasErrorBody)))]
pub(super) async fn outfits(
    State(server): State<Server>,
    Path(id): Path<String>,
) -> Result<Json<Entity>, LambdasError> {
    let pointer = format!("{}:outfits", id.to_lowercase());
    let found = server.catalog.active_by_pointers(&[pointer]).await?;
    found
        .into_iter()
        .find(|entity| entity.kind == EntityType::Outfits)
        .map(Json)
        .ok_or_else(|| LambdasError::not_found("Outfits not found"))
}
