//! Pictures, as a CDN has them.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use model::tables::portraits::{Picture, State as Avatar};
use runtime::ports::Blobs;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::Server;
use super::error::Fault;
use super::read::Portraits;
use super::variants::{Format, Variant};
use crate::frame::{self, BlobHead};

/// Seconds after which a portrait that is being drawn may be there.
const SOON: u64 = 5;
/// How long a portrait is kept that lacks something worn.
const BRIEFLY: HeaderValue =
    HeaderValue::from_static("public, max-age=300, stale-while-revalidate=3600");

/// Which form of a picture.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Form {
    /// Pixels of its width: one of those that the configuration names; the height follows.
    width: Option<u32>,
    /// `png` or `webp`.
    format: Option<Format>,
}

/// Which of the two pictures.
#[derive(Clone, Copy)]
enum Part {
    Body,
    Face,
}

impl Part {
    fn named(file: &str) -> Option<Self> {
        match file {
            "body.png" => Some(Self::Body),
            "face.png" => Some(Self::Face),
            _ => None,
        }
    }

    fn hash(self, picture: &Picture) -> &str {
        match self {
            Self::Body => &picture.body,
            Self::Face => &picture.face,
        }
    }
}

/// Says why there is no picture.
fn none(id: &str, avatar: Option<&Avatar>) -> Fault {
    let (state, reason) = match avatar {
        None => ("unknown", None),
        Some(avatar) => {
            let trouble = avatar.trouble.as_ref();
            (avatar.word(), trouble.map(|of| of.reason.as_str()))
        }
    };
    let mut body = json!({
        "error": "Not found", "message": format!("There is no portrait of {id}"), "state": state,
    });
    if let Some(reason) = reason {
        body["reason"] = reason.into();
    }
    Fault::NoPicture(body, (state == "waiting").then_some(SOON))
}

fn read(form: Result<Query<Form>, QueryRejection>) -> Result<Form, Fault> {
    let form = form.map(|Query(form)| form);
    form.map_err(|rejection| Fault::bad_request(rejection.body_text()))
}

/// The portrait of a profile: `body.png` (256 by 512) or `face.png` (256 by 256).
#[utoipa::path(get, path = "/entities/{id}/{file}", tag = "pictures",
    params(("id" = String, Path), ("file" = String, Path), Form),
    responses((status = 200, content_type = "image/png"), (status = 206), (status = 304),
        (status = 400, body = Object), (status = 404, body = Object), (status = 416)))]
pub(super) async fn of_entity(
    State(server): State<Server>,
    Path((id, file)): Path<(String, String)>,
    form: Result<Query<Form>, QueryRejection>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let form = read(form)?;
    let part = Part::named(&file).ok_or_else(|| none(&id, None))?;
    let found = Portraits::of(&server.context).avatar_of(&id).await?;
    let avatar = found.map(|(_, avatar)| avatar);
    answer(&server, &id, avatar, part, form, (method, headers)).await
}

/// The portrait of an avatar, by its hash.
#[utoipa::path(get, path = "/avatars/{hash}/{file}", tag = "pictures",
    params(("hash" = String, Path), ("file" = String, Path), Form),
    responses((status = 200, content_type = "image/png"), (status = 206), (status = 304),
        (status = 400, body = Object), (status = 404, body = Object), (status = 416)))]
pub(super) async fn of_avatar(
    State(server): State<Server>,
    Path((hash, file)): Path<(String, String)>,
    form: Result<Query<Form>, QueryRejection>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let form = read(form)?;
    let part = Part::named(&file).ok_or_else(|| none(&hash, None))?;
    let avatar = Portraits::of(&server.context).avatar(&hash).await?;
    answer(&server, &hash, avatar, part, form, (method, headers)).await
}

async fn answer(
    server: &Server,
    id: &str,
    avatar: Option<Avatar>,
    part: Part,
    form: Form,
    (method, headers): (Method, HeaderMap),
) -> Result<Response, Fault> {
    let settings = &server.context.settings.profile_images;
    if let Some(width) = form.width.filter(|width| !settings.widths.contains(width)) {
        let known = settings.widths.iter().map(u32::to_string);
        let known: Vec<String> = known.collect();
        let known = known.join(", ");
        return Err(Fault::bad_request(format!(
            "width {width} is not one of {known}"
        )));
    }
    let picture = avatar.as_ref().and_then(|avatar| avatar.picture.as_ref());
    let picture = picture.ok_or_else(|| none(id, avatar.as_ref()))?;
    let variant = Variant {
        hash: part.hash(picture),
        width: form.width,
        format: form.format.unwrap_or_default(),
    };
    let etag = HeaderValue::from_str(&format!("\"{}\"", variant.name()));
    let etag = etag.map_err(|_| none(id, None))?;
    let blobs = &*server.context.platform.blobs;
    let key = match variant.is_plain() {
        true => variant.key(),
        false => variant.made(blobs, &server.encodes).await?,
    };
    let seconds = settings.fresh.as_millis() / 1000;
    let kept = format!("public, max-age={seconds}, stale-while-revalidate=604800");
    let kept = match picture.missing.is_empty() {
        true => HeaderValue::from_str(&kept).unwrap_or(BRIEFLY),
        false => BRIEFLY,
    };
    let head = |size| BlobHead {
        size,
        etag: etag.clone(),
        content_type: HeaderValue::from_static(variant.format.media_type()),
        cache_control: kept,
    };
    let served = frame::stored(blobs, &key, &method, &headers, head).await?;
    // Somebody has removed the file: `schedule-processing` has it drawn again.
    served.ok_or_else(|| none(id, avatar.as_ref()))
}

/// Why a profile has no portrait, as a JSON text within a JSON text.
#[utoipa::path(get, path = "/failures/{file}", tag = "pictures", params(("file" = String, Path)),
    responses((status = 200, content_type = "text/plain", body = String), (status = 404, body = Object)))]
pub(super) async fn failure(
    State(server): State<Server>,
    Path(file): Path<String>,
) -> Result<Response, Fault> {
    let id = file.strip_suffix(".txt").unwrap_or(&file);
    let found = Portraits::of(&server.context).avatar_of(id).await?;
    let trouble = found.and_then(|(_, avatar)| match avatar.picture {
        // Nothing failed that a later success has not made good.
        Some(_) => None,
        None => avatar.trouble,
    });
    let trouble = trouble.ok_or_else(|| none(id, None))?;
    let said = json!({
        "timestamp": model::dates::iso(trouble.at),
        "commitHash": server.context.commit,
        "version": server.context.version,
        "entity": id,
        "outputGenerated": trouble.reason,
    });
    let text = Value::from(said.to_string()).to_string();
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, kind)], text).into_response())
}

/// Whether the picture of an avatar is where it should be.
pub(super) async fn is_stored(blobs: &dyn Blobs, picture: &Picture) -> Result<bool, Fault> {
    for hash in [&picture.body, &picture.face] {
        let key = crate::runners::portrait::picture(hash);
        if blobs.head(&key).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}
