//! Photos of a person: all for themselves, the public ones for everybody else.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use model::tables::reel as rows;
use serde::Serialize;
use utoipa::ToSchema;

use super::fault::Fault;
use super::images::Left;
use super::pages::{self, Page};
use super::shapes::{GalleryImage, Image, Links};
use super::tables::Tables;
use super::{Server, signed};
use crate::frame::Edge;

/// Photos of a person, as a request wants them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Images {
    /// With all that is known of them.
    Whole(Vec<Image>),
    /// With less.
    Compact(Vec<GalleryImage>),
}

/// A page of a person's photos.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Gallery {
    images: Images,
    /// How many there are for who asks.
    current_images: u64,
    /// Photos that a person may have.
    max_images: u64,
}

/// How many photos a person has: all of them for who signs as that person, the public ones for everybody else.
#[utoipa::path(get, path = "/api/users/{address}", tag = "users", params(("address" = String, Path)),
    responses((status = 200, body = Left)))]
pub(super) async fn user(
    State(server): State<Server>,
    Path(address): Path<String>,
    request: Request,
) -> Result<Json<Left>, Fault> {
    let (parts, _) = request.into_parts();
    let is_owner = signed::is_owner(&server, &parts, &address);
    let tables = Tables::of(&server.context.platform);
    let person = tables.person(&address.to_lowercase()).await?;
    Ok(Json(Left {
        current_images: if is_owner {
            person.total
        } else {
            person.public
        },
        max_images: server.settings().max_images_per_user,
    }))
}

/// Photos of a person, the newest first: all of them for who signs as that person, the public ones for everybody else.
#[utoipa::path(get, path = "/api/users/{address}/images", tag = "users",
    params(("address" = String, Path), Page),
    responses((status = 200, body = Gallery), (status = 400, body = Object)))]
pub(super) async fn images(
    State(server): State<Server>,
    edge: Edge,
    Path(address): Path<String>,
    page: Result<Query<Page>, QueryRejection>,
    request: Request,
) -> Result<Json<Gallery>, Fault> {
    let page = Page::read(page)?;
    let (parts, _) = request.into_parts();
    let is_owner = signed::is_owner(&server, &parts, &address);
    let address = address.to_lowercase();
    let tables = Tables::of(&server.context.platform);
    let person = tables.person(&address).await?;
    let (table, total) = match is_owner {
        true => (rows::GALLERIES, person.total),
        false => (rows::PUBLIC, person.public),
    };
    let of = (&tables.reel, table);
    let photos = pages::photos(&server, of, &[&address], page, total).await?;
    let links = Links::of(&server, &edge);
    let images = match page.compact.unwrap_or(false) {
        true => {
            let shown = photos.into_iter().map(|photo| links.in_gallery(photo));
            Images::Compact(shown.collect())
        }
        false => {
            let ids: Vec<&str> = photos.iter().map(|photo| photo.id.as_str()).collect();
            let metadata = tables.metadata(&ids).await?;
            // One that went between the two looks is none any more.
            let both = photos.iter().zip(&metadata);
            let both = both.filter_map(|(photo, of)| Some((photo, of.as_ref()?)));
            Images::Whole(both.map(|(photo, of)| links.image(photo, of)).collect())
        }
    };
    Ok(Json(Gallery {
        images,
        current_images: total,
        max_images: server.settings().max_images_per_user,
    }))
}
