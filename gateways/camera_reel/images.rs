//! Photos one by one: their files, what is known of them, whether others find them, their end.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use model::events::reel::{Ask, Format, Photo};
use model::tables::reel::{Answer, blob};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fault::Fault;
use super::shapes::{self, Image, Links, Part};
use super::signed::{self, Signed};
use super::tables::{PLACES, Tables};
use super::{Server, command};
use crate::frame::{self, ApiError, BlobHead, Edge, Written};

/// A key is of one file for ever.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Largest body of a change, bytes.
const CHANGE_BYTES_MAX: usize = 4096;

/// Whether others find a photo.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Visibility {
    is_public: bool,
}

/// What a person has left.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Left {
    /// Photos of the person.
    pub(super) current_images: u64,
    /// Photos that a person may have.
    pub(super) max_images: u64,
}

/// The photo of an id, unless there is none.
async fn found(server: &Server, id: &str) -> Result<Photo, Fault> {
    let id = shapes::photo_id(id).ok_or_else(Fault::no_image)?;
    let image = Tables::of(&server.context.platform).image(id).await?;
    image.and_then(|of| of.photo).ok_or_else(Fault::no_image)
}

/// A file of a photo: its key is the photo's id, `-` (or `-thumbnail-`) and the name it was sent with.
#[utoipa::path(get, path = "/api/images/{key}", tag = "images", params(("key" = String, Path)),
    responses((status = 200, content_type = "image/jpeg"), (status = 206), (status = 304), (status = 307),
        (status = 404, body = Object), (status = 416)))]
pub(super) async fn file(
    State(server): State<Server>,
    Path(key): Path<String>,
    method: Method,
    uri: http::Uri,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    if let Some(base) = &server.settings().s3_url {
        // As it was asked, so that nothing is spelled anew.
        let key = uri.path().rsplit('/').next().unwrap_or_default();
        let place = format!("{}/{key}", base.trim_end_matches('/'));
        return Ok(Redirect::temporary(&place).into_response());
    }
    let (id, rest) = shapes::parse_key(&key).ok_or_else(Fault::no_image)?;
    let photo = found(&server, id).await?;
    let hash = match shapes::part(&photo, rest).ok_or_else(Fault::no_image)? {
        Part::Image => &photo.files.image,
        Part::Thumbnail => &photo.files.thumbnail,
    };
    let etag = HeaderValue::from_str(&format!("\"{hash}\""));
    let etag = etag.map_err(|_| Fault::no_image())?;
    let head = |size| BlobHead {
        size,
        etag,
        content_type: HeaderValue::from_static(match photo.format {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
        }),
        cache_control: FOR_EVER,
    };
    let blobs = &*server.context.platform.blobs;
    let served = frame::stored(blobs, &blob(hash, id), &method, &headers, head).await?;
    let mut served = served.ok_or_else(Fault::no_image)?;
    // It was sent by somebody: nobody shall take it for anything but a picture.
    let nosniff = HeaderName::from_static("x-content-type-options");
    let headers = served.headers_mut();
    headers.insert(nosniff, HeaderValue::from_static("nosniff"));
    Ok(served)
}

/// What is known of a photo. Who has its link may know, also of one that is not public.
#[utoipa::path(get, path = "/api/images/{id}/metadata", tag = "images", params(("id" = String, Path)),
    responses((status = 200, body = Image), (status = 404, body = Object), (status = 500, body = Object)))]
pub(super) async fn metadata(
    State(server): State<Server>,
    edge: Edge,
    Path(id): Path<String>,
) -> Result<Json<Image>, Fault> {
    let photo = found(&server, &id).await?;
    let tables = Tables::of(&server.context.platform);
    let metadata = tables.metadata(&[&id]).await?.pop().flatten();
    let metadata = metadata.ok_or_else(Fault::no_image)?;
    Ok(Json(Links::of(&server, &edge).image(&photo, &metadata)))
}

/// Whether others find a photo in lists, from now on.
#[utoipa::path(patch, path = "/api/images/{id}/visibility", tag = "images", params(("id" = String, Path)),
    request_body = Visibility,
    responses((status = 200), (status = 400, body = Object), (status = 401, body = String),
        (status = 403, body = Object), (status = 404, body = Object)))]
pub(super) async fn set_visibility(
    State(server): State<Server>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Fault> {
    let (parts, body) = request.into_parts();
    let signed = signed::signer(&server, &parts)?;
    let body = to_bytes(body, CHANGE_BYTES_MAX).await;
    let body = body.map_err(|_| ApiError::too_large("the body is larger than a change"))?;
    let wanted: Visibility = serde_json::from_slice(&body)
        .map_err(|error| Fault::bad(format!("invalid body: {error}")))?;
    own(&server, &id, &signed.address)
        .await?
        .ok_or_else(Fault::no_image)?;
    let ask = Ask::Show {
        photo_id: id,
        is_public: wanted.is_public,
    };
    let (_, written) = run(&server, &signed, &body, &ask).await?;
    Ok((written, StatusCode::OK).into_response())
}

/// Ends a photo. Of one that the person had ended before it says so again.
#[utoipa::path(delete, path = "/api/images/{key}", tag = "images", params(("key" = String, Path)),
    responses((status = 200, body = Left), (status = 401, body = String), (status = 403, body = Object),
        (status = 404, body = Object)))]
pub(super) async fn delete(
    State(server): State<Server>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Fault> {
    let (parts, _) = request.into_parts();
    let signed = signed::signer(&server, &parts)?;
    let max_images = server.settings().max_images_per_user;
    let left = |current_images| {
        Json(Left {
            current_images,
            max_images,
        })
    };
    if own(&server, &id, &signed.address).await?.is_none() {
        let tables = Tables::of(&server.context.platform);
        let total = tables.person(&signed.address).await?.total;
        return Ok(left(total).into_response());
    }
    let ask = Ask::Delete {
        photo_id: id.clone(),
    };
    let (answer, written) = run(&server, &signed, id.as_bytes(), &ask).await?;
    Ok((written, left(answer.total)).into_response())
}

/// The photo of somebody who has it; `None` if they had it.
///
/// # Errors
/// 404 where there is none, 403 where it is another's.
async fn own(server: &Server, id: &str, address: &str) -> Result<Option<Photo>, Fault> {
    let id = shapes::photo_id(id).ok_or_else(Fault::no_image)?;
    let image = Tables::of(&server.context.platform).image(id).await?;
    let image = image.ok_or_else(Fault::no_image)?;
    match (image.owner == address, image.photo) {
        (true, photo) => Ok(photo),
        (false, Some(_)) => Err(Fault::forbidden()),
        // Nobody else need know that there was one.
        (false, None) => Err(Fault::no_image()),
    }
}

async fn run(
    server: &Server,
    signed: &Signed,
    body: &[u8],
    ask: &Ask,
) -> Result<(Answer, Written), Fault> {
    let id = hex::encode(&signed.digest(&[body])[..16]);
    let ran = command::run(&server.context, &signed.address, &id, ask, &[PLACES]).await;
    let (answer, written) = ran?;
    match answer.refused {
        Some(refused) => {
            let most = server.settings().max_images_per_user;
            Err(Fault::refused(refused, most))
        }
        None => Ok((answer, written)),
    }
}
