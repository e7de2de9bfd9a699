//! What places show: the public photos that were taken there, the newest first.

use std::collections::BTreeSet;

use axum::Json;
use axum::body::to_bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use model::events::reel::Photo;
use model::tables::reel::{PLACE_IMAGES, place_key};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Server;
use super::fault::Fault;
use super::names::is_name;
use super::pages::{self, Page};
use super::shapes::{GalleryImage, Links};
use super::tables::Tables;
use crate::frame::{ApiError, Edge};

/// Places of one question.
const PLACES_MAX: usize = 100;
/// Largest such question, bytes.
const QUESTION_BYTES_MAX: usize = 64 << 10;

/// A page of what places show.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    images: Vec<GalleryImage>,
    /// How many there are in all.
    max_images: u64,
}

/// Places that are asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wanted {
    /// Ids of places, or names of worlds.
    places_ids: Vec<String>,
}

/// What a place shows, or the places of a world's name.
#[utoipa::path(get, path = "/api/places/{placeId}/images", tag = "places",
    params(("placeId" = String, Path), Page),
    responses((status = 200, body = Shown), (status = 400, body = Object), (status = 404, body = Object),
        (status = 502, body = Object)))]
pub(super) async fn images(
    State(server): State<Server>,
    edge: Edge,
    Path(place): Path<String>,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Shown>, Fault> {
    let page = Page::read(page)?;
    let places = match is_name(&place) {
        true => server.names.places(&server, &place).await?,
        false => match Uuid::try_parse(&place) {
            Ok(_) => vec![place],
            Err(_) => return Err(Fault::new(http::StatusCode::NOT_FOUND, "place not found")),
        },
    };
    let (photos, max_images) = shown(&server, &places, page).await?;
    let links = Links::of(&server, &edge);
    let images = photos.into_iter().map(|photo| links.in_gallery(photo));
    Ok(Json(Shown {
        images: images.collect(),
        max_images,
    }))
}

/// What several places show together.
#[utoipa::path(post, path = "/api/places/images", tag = "places", params(Page), request_body = Wanted,
    responses((status = 200, body = Shown), (status = 400, body = Object), (status = 502, body = Object)))]
pub(super) async fn images_of_many(
    State(server): State<Server>,
    edge: Edge,
    page: Result<Query<Page>, QueryRejection>,
    request: Request,
) -> Result<Json<Shown>, Fault> {
    let page = Page::read(page)?;
    let body = to_bytes(request.into_body(), QUESTION_BYTES_MAX).await;
    let body = body.map_err(|_| ApiError::too_large("the body is larger than a list of places"))?;
    let wanted: Wanted = serde_json::from_slice(&body)
        .map_err(|error| Fault::bad(format!("invalid body: {error}")))?;
    match wanted.places_ids.len() {
        0 => return Err(Fault::bad("no place IDs provided")),
        1..=PLACES_MAX => {}
        _ => {
            let message = format!("too many place IDs provided, maximum is {PLACES_MAX}");
            return Err(Fault::bad(message));
        }
    }
    let mut places = Vec::new();
    for place in wanted.places_ids {
        match is_name(&place) {
            true => places.extend(server.names.places(&server, &place).await?),
            false => places.push(place),
        }
    }
    let (photos, max_images) = shown(&server, &places, page).await?;
    let links = Links::of(&server, &edge);
    let images = photos.into_iter().map(|photo| links.in_places(photo));
    Ok(Json(Shown {
        images: images.collect(),
        max_images,
    }))
}

/// A page of what places show, and how much that is in all.
async fn shown(server: &Server, places: &[String], page: Page) -> Result<(Vec<Photo>, u64), Fault> {
    let tables = Tables::of(&server.context.platform);
    let keys: BTreeSet<String> = places.iter().filter_map(|id| place_key(id)).collect();
    let (mut shown, mut total) = (Vec::new(), 0);
    for key in &keys {
        let public = tables.place(key).await?.public;
        if public > 0 {
            shown.push(key.as_str());
            total += public;
        }
    }
    let of = (&tables.places, PLACE_IMAGES);
    let photos = pages::photos(server, of, &shown, page, total).await?;
    Ok((photos, total))
}
