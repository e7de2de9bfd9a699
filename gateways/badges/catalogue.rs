//! What badges there are.

use axum::Json;
use axum::extract::{Path, State};
use model::events::badges::{BADGES, Badge, Category};

use super::dto::{self, BadgeView, Categories, Data, OneBadge, Tiers};
use super::error::{BadgesError, BadgesErrorBody};
use crate::frame::{GatewayContext, Status};

/// Every badge.
#[utoipa::path(get, path = "/badges", tag = "catalogue",
    responses((status = 200, body = Data<Vec<BadgeView>>)))]
pub(super) async fn badges(State(context): State<GatewayContext>) -> Json<Data<Vec<BadgeView>>> {
    let cdn_host = &context.settings.badges.cdn_host;
    let badges = BADGES.iter().map(|badge| BadgeView::of(badge, cdn_host));
    Json(Data {
        data: badges.collect(),
    })
}

fn known(id: &str) -> Result<&'static Badge, BadgesError> {
    Badge::find(id).ok_or(BadgesError::NoBadge)
}

/// One badge.
#[utoipa::path(get, path = "/badges/{id}", tag = "catalogue", params(("id" = String, Path)),
    responses((status = 200, body = Data<OneBadge>), (status = 404, body = BadgesErrorBody)))]
pub(super) async fn badge(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
) -> Result<Json<Data<OneBadge>>, BadgesError> {
    let badge = BadgeView::of(known(&id)?, &context.settings.badges.cdn_host);
    let data = OneBadge { badge };
    Ok(Json(Data { data }))
}

/// The tiers of a badge.
#[utoipa::path(get, path = "/badges/{id}/tiers", tag = "catalogue", params(("id" = String, Path)),
    responses((status = 200, body = Data<Tiers>), (status = 404, body = BadgesErrorBody)))]
pub(super) async fn tiers(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
) -> Result<Json<Data<Tiers>>, BadgesError> {
    let tiers = dto::tiers(known(&id)?, &context.settings.badges.cdn_host);
    let data = Tiers { tiers };
    Ok(Json(Data { data }))
}

/// The categories of badges.
#[utoipa::path(get, path = "/categories", tag = "catalogue",
    responses((status = 200, body = Data<Categories>)))]
pub(super) async fn categories() -> Json<Data<Categories>> {
    let categories = Category::ALL.map(Category::name).to_vec();
    let data = Categories { categories };
    Json(Data { data })
}

/// That it is there.
#[utoipa::path(get, path = "/status", tag = "catalogue",
    responses((status = 200, body = Data<Status>)))]
pub(super) async fn status(State(context): State<GatewayContext>) -> Json<Data<Status>> {
    let data = Status::of(&context);
    Json(Data { data })
}
