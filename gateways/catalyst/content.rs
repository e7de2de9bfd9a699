//! `/contents/:hash`: files by name, whole or in part, never whole in memory.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use futures::TryStreamExt;
use http::{HeaderMap, HeaderValue, Method};
use identity::hash::ContentHash;
use runtime::ports::PortError;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Server;
use super::catalog::Catalog;
use super::dto::Availability;
use super::error::{ContentError, ContentErrorBody};
use super::query::{self, Pairs};
use crate::frame::{self, BlobHead};

/// Most hashes of one `GET /available-content`.
const HASHES_MAX: usize = 1000;
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// Query of `/contents/:hash`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct ContentQuery {
    /// Tell the type of the file by its first bytes.
    include_mime_type: Option<String>,
}

/// A file by its hash.
#[utoipa::path(get, path = "/content/contents/{hash}", tag = "content",
    params(("hash" = String, Path, description = "`Qm…` or `ba…`"), ContentQuery,
        ("range" = Option<String>, Header, description = "a single byte range"),
        ("if-none-match" = Option<String>, Header)),
    responses((status = 200, description = "the file", content_type = "application/octet-stream"),
        (status = 206, description = "a part of it"), (status = 304, description = "not modified"),
        (status = 404, body = ContentErrorBody), (status = 416, description = "no such range")))]
pub(super) async fn get_content(
    State(server): State<Server>,
    Path(hash): Path<String>,
    Query(query): Query<ContentQuery>,
    headers: HeaderMap,
) -> Result<Response, ContentError> {
    let tell_type = query.include_mime_type.is_some();
    answer(&server, &hash, tell_type, &Method::GET, &headers).await
}

/// The headers of a file.
#[utoipa::path(head, path = "/content/contents/{hash}", tag = "content",
    params(("hash" = String, Path, description = "`Qm…` or `ba…`"), ContentQuery),
    responses((status = 200, description = "it is there"), (status = 404, description = "it is not")))]
pub(super) async fn head_content(
    State(server): State<Server>,
    Path(hash): Path<String>,
    Query(query): Query<ContentQuery>,
    headers: HeaderMap,
) -> Result<Response, ContentError> {
    let tell_type = query.include_mime_type.is_some();
    answer(&server, &hash, tell_type, &Method::HEAD, &headers).await
}

/// Which of these files the server gives out.
#[utoipa::path(get, path = "/content/available-content", tag = "content",
    params(("cid" = Vec<String>, Query, description = "1 to 1000 hashes")),
    responses((status = 200, body = [Availability]), (status = 400, body = ContentErrorBody)))]
pub(super) async fn available_content(
    State(server): State<Server>,
    Query(pairs): Query<Pairs>,
) -> Result<axum::Json<Vec<Availability>>, ContentError> {
    let hashes: Vec<String> = query::all(&pairs, "cid").map(str::to_owned).collect();
    if hashes.is_empty() || hashes.len() > HASHES_MAX {
        return Err(ContentError::bad_request(format!(
            "cid must be given 1 to {HASHES_MAX} times, not {}",
            hashes.len()
        )));
    }
    let available = server.catalog.available(&hashes).await?;
    let items = hashes.into_iter().zip(available);
    let items = items.map(|(cid, available)| Availability { cid, available });
    Ok(axum::Json(items.collect()))
}

/// Ids of the active entities that use a file.
#[utoipa::path(get, path = "/content/contents/{hash}/active-entities", tag = "content",
    params(("hash" = String, Path, description = "`Qm…` or `ba…`")),
    responses((status = 200, body = [String]), (status = 404, body = ContentErrorBody)))]
pub(super) async fn active_entities_of(
    State(server): State<Server>,
    Path(hash): Path<String>,
) -> Result<axum::Json<Vec<String>>, ContentError> {
    let none = || ContentError::not_found("The entity was not found");
    let parsed = ContentHash::parse(&hash).map_err(|_| none())?;
    let ids = server.catalog.active_entities_of(&parsed).await?;
    if ids.is_empty() {
        return Err(none());
    }
    Ok(axum::Json(ids))
}

/// Serves a file of the catalogue with everything a content server's clients expect.
pub(super) async fn answer(
    server: &Server,
    hash: &str,
    tell_type: bool,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, ContentError> {
    let none = || {
        let hash: String = hash.chars().take(80).collect();
        ContentError::not_found(format!("No content found with hash {hash}"))
    };
    let parsed = ContentHash::parse(hash).map_err(|_| none())?;
    let catalog = server.catalog.as_ref();
    let size = catalog.content_size(&parsed).await?.ok_or_else(none)?;
    let etag = HeaderValue::from_str(&format!("\"{hash}\"")).map_err(|_| none())?;
    let content_type = match tell_type && !frame::is_known(headers, &etag) {
        true => type_of(catalog, &parsed, size).await?,
        false => BYTES,
    };
    let head = BlobHead {
        size,
        etag,
        content_type,
        cache_control: frame::FOR_EVER,
    };
    let open = async |range| {
        let reader = catalog.content(&parsed, range).await?;
        reader.ok_or_else(none)
    };
    frame::blob(method, headers, head, open).await
}

/// The type of a file by its first bytes.
async fn type_of(
    catalog: &dyn Catalog,
    hash: &ContentHash,
    size: u64,
) -> Result<HeaderValue, ContentError> {
    let head = Some(0..size.min(frame::MAGIC_BYTES));
    let Some(reader) = catalog.content(hash, head).await? else {
        return Ok(BYTES);
    };
    let chunks: Vec<_> = reader
        .stream
        .try_collect()
        .await
        .map_err(|e| PortError::retry(format!("content {}: {e}", hash.as_str())))?;
    let kind = frame::media_type(&chunks.concat());
    Ok(HeaderValue::from_static(kind))
}
