//! `/contents/:hash`: files by name, whole or in part, never whole in memory.

use std::ops::Range;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use identity::hash::ContentHash;
use runtime::ports::PortError;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Server;
use super::catalog::Catalog;
use super::dto::Availability;
use super::error::{ContentError, ContentErrorBody};
use super::query::{self, Pairs};
use crate::frame::Uncompressed;

/// Most hashes of one `GET /available-content`.
const HASHES_MAX: usize = 1000;
const CACHE_FOR_EVER: HeaderValue =
    HeaderValue::from_static("public,max-age=31536000,s-maxage=31536000,immutable");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
/// Bytes looked at to tell a file's type.
const MAGIC_BYTES: u64 = 16;

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
    answer(
        &server,
        &hash,
        query.include_mime_type.is_some(),
        &headers,
        true,
    )
    .await
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
    answer(
        &server,
        &hash,
        query.include_mime_type.is_some(),
        &headers,
        false,
    )
    .await
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
    headers: &HeaderMap,
    with_body: bool,
) -> Result<Response, ContentError> {
    let none = || {
        let hash: String = hash.chars().take(80).collect();
        ContentError::not_found(format!("No content found with hash {hash}"))
    };
    let parsed = ContentHash::parse(hash).map_err(|_| none())?;
    let catalog = server.catalog.as_ref();
    let size = catalog.content_size(&parsed).await?.ok_or_else(none)?;
    let tag = format!("\"{hash}\"");
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Uncompressed);
    let own = response.headers_mut();
    own.insert(
        header::ETAG,
        HeaderValue::from_str(&tag).map_err(|_| none())?,
    );
    own.insert(header::CACHE_CONTROL, CACHE_FOR_EVER);
    own.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if matches(headers, &tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    let kind = match tell_type {
        true => type_of(catalog, &parsed, size).await?,
        false => BYTES,
    };
    own.insert(header::CONTENT_TYPE, kind);
    let range = match asked_range(headers, &tag, size) {
        Asked::Whole => None,
        Asked::Part(range) => Some(range),
        Asked::Nowhere => return Ok(nowhere(size)),
    };
    let length = range.as_ref().map_or(size, |r| r.end - r.start);
    own.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if let Some(Range { start, end }) = range {
        let text = format!("bytes {start}-{}/{size}", end - 1);
        own.insert(
            header::CONTENT_RANGE,
            HeaderValue::from_str(&text).map_err(|_| none())?,
        );
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    if with_body {
        let reader = catalog.content(&parsed, range).await?.ok_or_else(none)?;
        *response.body_mut() = Body::from_stream(reader.stream);
    }
    Ok(response)
}

fn nowhere(size: u64) -> Response {
    let range = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
    (StatusCode::RANGE_NOT_SATISFIABLE, range).into_response()
}

/// Whether `if-none-match` names the file.
fn matches(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == "*" || one.trim_matches('"') == tag.trim_matches('"'))
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(Range<u64>),
    Nowhere,
}

/// A single byte range (RFC 9110 14.1.2); several ranges or another unit mean the whole file, as for a server that
/// does not know them.
fn asked_range(headers: &HeaderMap, tag: &str, size: u64) -> Asked {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let Some(spec) = text(header::RANGE).and_then(|range| range.trim().strip_prefix("bytes="))
    else {
        return Asked::Whole;
    };
    if text(header::IF_RANGE).is_some_and(|condition| condition != tag) {
        return Asked::Whole;
    }
    let Some((first, last)) = spec.trim().split_once('-') else {
        return Asked::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (first.trim(), last.trim()) {
        ("", suffix) => match number(suffix) {
            Some(0) => Asked::Nowhere,
            Some(_) if size == 0 => Asked::Nowhere,
            Some(length) => Asked::Part(size.saturating_sub(length)..size),
            None => Asked::Whole,
        },
        (first, last) => match (number(first), last, number(last)) {
            (Some(first), "", _) if first < size => Asked::Part(first..size),
            (Some(first), _, Some(last)) if first > last => Asked::Whole,
            (Some(first), _, Some(last)) if first < size => {
                Asked::Part(first..last.saturating_add(1).min(size))
            }
            (Some(_), "", _) | (Some(_), _, Some(_)) => Asked::Nowhere,
            _ => Asked::Whole,
        },
    }
}

/// The type of a file by its first bytes.
async fn type_of(
    catalog: &dyn Catalog,
    hash: &ContentHash,
    size: u64,
) -> Result<HeaderValue, ContentError> {
    let head = Some(0..size.min(MAGIC_BYTES));
    let Some(reader) = catalog.content(hash, head).await? else {
        return Ok(BYTES);
    };
    let chunks: Vec<_> = reader
        .stream
        .try_collect()
        .await
        .map_err(|e| PortError::retry(format!("content {}: {e}", hash.as_str())))?;
    let kind = magic(&chunks.concat());
    Ok(HeaderValue::from_static(kind))
}

fn magic(head: &[u8]) -> &'static str {
    let at = |offset: usize, bytes: &[u8]| head.get(offset..).is_some_and(|h| h.starts_with(bytes));
    match () {
        () if at(0, b"\x89PNG\r\n\x1a\n") => "image/png",
        () if at(0, b"\xff\xd8\xff") => "image/jpeg",
        () if at(0, b"GIF8") => "image/gif",
        () if at(0, b"RIFF") && at(8, b"WEBP") => "image/webp",
        () if at(0, b"RIFF") && at(8, b"WAVE") => "audio/wav",
        () if at(0, b"glTF") => "model/gltf-binary",
        () if at(0, b"OggS") => "audio/ogg",
        () if at(0, b"ID3") || at(0, b"\xff\xfb") || at(0, b"\xff\xf3") => "audio/mpeg",
        () if at(4, b"ftyp") => "video/mp4",
        () if at(0, b"\x1aE\xdf\xa3") => "video/webm",
        () if at(0, b"\0asm") => "application/wasm",
        () if at(0, b"%PDF") => "application/pdf",
        () if at(0, b"PK\x03\x04") => "application/zip",
        () if at(0, b"\x1f\x8b") => "application/gzip",
        () => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &'static str, size: u64) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static(text));
        asked_range(&headers, "\"x\"", size)
    }

    #[test]
    fn ranges_are_those_of_the_rfc() {
        assert_eq!(range("bytes=0-4", 10), Asked::Part(0..5));
        assert_eq!(range("bytes=5-", 10), Asked::Part(5..10));
        assert_eq!(range("bytes=5-99", 10), Asked::Part(5..10));
        assert_eq!(range("bytes=-3", 10), Asked::Part(7..10));
        assert_eq!(range("bytes=-99", 10), Asked::Part(0..10));
        assert_eq!(
            range("bytes=0-18446744073709551615", 10),
            Asked::Part(0..10)
        );
        for text in ["bytes=10-", "bytes=10-12", "bytes=-0"] {
            assert_eq!(range(text, 10), Asked::Nowhere, "{text}");
        }
        for text in [
            "bytes=0-1,3-4",
            "lines=1-2",
            "bytes=4-2",
            "bytes=a-b",
            "bytes=5",
        ] {
            assert_eq!(range(text, 10), Asked::Whole, "{text}");
        }
        assert_eq!(range("bytes=0-", 0), Asked::Nowhere);
    }

    #[test]
    fn an_etag_matches_weak_plain_or_listed() {
        for text in ["\"x\"", "W/\"x\"", "x", "\"a\", \"x\"", "*"] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, text.parse().expect("a header"));
            assert!(matches(&headers, "\"x\""), "{text}");
        }
        assert!(!matches(&HeaderMap::new(), "\"x\""));
    }

    #[test]
    fn types_are_told_by_the_first_bytes() {
        assert_eq!(magic(b"\x89PNG\r\n\x1a\n...."), "image/png");
        assert_eq!(magic(b"RIFF....WEBPVP8 "), "image/webp");
        assert_eq!(magic(b"{}"), "application/octet-stream");
        assert_eq!(magic(b""), "application/octet-stream");
    }
}
