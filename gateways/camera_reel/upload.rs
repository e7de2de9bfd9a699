//! `POST /api/images`: a photo comes.
//!
//! Whoever signed it is known before its body is read, and its parts are within their limits before they are parsed. Then
//! a place is asked for, the files are stored, and only when both are there is it said so: a process may die in between,
//! and nothing is shown whose files are not there.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use http::StatusCode;
use metrics::{counter, histogram};
use model::events::reel::{Ask, Files, Format, Keep, Metadata, Photo, Reserve};
use model::tables::reel::{Answer, Refused, blob};
use runtime::ports::PortError;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Builder;

use super::fault::Fault;
use super::form::{self, File, Form};
use super::picture::{self, Limits, Picture};
use super::shapes::{Image, Links};
use super::tables::{PLACES, Tables};
use super::{Server, command, signed};
use crate::frame::{ApiError, Edge, Written};

/// Uploads by what came of them.
const UPLOADS: &str = "camera_reel_uploads_total";
/// How long looking at a picture, and making the small one, took.
const SECONDS: &str = "camera_reel_picture_seconds";
/// Longest name of a file, bytes.
const NAME_BYTES_MAX: usize = 255;
/// The name of a file without one.
const NAMELESS: &str = "image.png";

/// A photo that is there now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Uploaded {
    image: Image,
    /// Photos of the person.
    current_images: u64,
    /// Photos that a person may have.
    max_images: u64,
}

/// A photo that is about to come.
struct Coming {
    address: String,
    /// Ids of both its commands.
    commands: [String; 2],
    photo: Photo,
    metadata: Metadata,
}

/// Takes a photo of the person who signs the request.
#[utoipa::path(post, path = "/api/images", tag = "images",
    request_body(content = Object, content_type = "multipart/form-data",
        description = "image (a file, image/jpeg or image/png), metadata (JSON) and is_public (true or false)"),
    responses((status = 200, body = Uploaded), (status = 400, body = Object), (status = 401, body = String),
        (status = 403, body = Object), (status = 408, body = String), (status = 413, body = String),
        (status = 500, body = Object), (status = 503, body = Object)))]
pub(super) async fn upload(
    State(server): State<Server>,
    edge: Edge,
    request: Request,
) -> Result<Response, Fault> {
    let taken = take(&server, &edge, request).await;
    let outcome = match &taken {
        Ok(_) => "taken",
        Err(Fault::Own(StatusCode::FORBIDDEN, _)) => "full",
        Err(Fault::Text(StatusCode::UNAUTHORIZED, _)) => "unsigned",
        Err(Fault::Own(status, _) | Fault::Text(status, _)) if status.is_client_error() => {
            "refused"
        }
        Err(_) => "failed",
    };
    counter!(UPLOADS, "outcome" => outcome).increment(1);
    taken
}

async fn take(server: &Server, edge: &Edge, request: Request) -> Result<Response, Fault> {
    let (parts, body) = request.into_parts();
    let signed = match signed::signer(server, &parts) {
        Ok(signed) => signed,
        Err(fault) => {
            form::drain(server.settings(), body).await;
            return Err(fault);
        }
    };
    let Ok(_place) = server.uploads.try_acquire() else {
        return Err(ApiError::unavailable("too many uploads at a time", 1).into());
    };
    let request = Request::from_parts(parts, body);
    let form = form::read(server.settings(), request).await?;
    let digest = signed.digest(&[
        &form.image.bytes,
        form.image.name.as_deref().unwrap_or_default().as_bytes(),
        form.image
            .content_type
            .as_deref()
            .unwrap_or_default()
            .as_bytes(),
        &form.metadata,
        &[u8::from(form.is_public)],
    ]);
    let commands = ["reserve", "keep"].map(|what| format!("{what}-{}", hex::encode(&digest[..16])));
    let tables = Tables::of(&server.context.platform);
    let before = tables.answer(&signed.address, &commands[1]).await?;
    let most = server.settings().max_images_per_user;
    // Who has no room need not be decoded for; whether there is room, the processor decides.
    if before.is_none() && tables.person(&signed.address).await?.total >= most {
        return Err(Fault::refused(Refused::Full, most));
    }
    let (metadata, format, name) = checked(&form, &signed.address)?;
    let picture = prepared(server, form.image.bytes, format).await?;
    let photo = Photo {
        // Of the signature, which nobody else knows: links cannot be guessed.
        id: id_of(&digest),
        name,
        format,
        files: Files {
            image: hex::encode(Sha256::digest(&picture.image)),
            thumbnail: hex::encode(Sha256::digest(&picture.thumbnail)),
        },
        is_public: form.is_public,
        date_time: metadata.date_time.clone(),
        place_id: metadata.place_id.clone(),
        taken_at: 0,
    };
    let coming = Coming {
        address: signed.address,
        commands,
        photo,
        metadata,
    };
    let (answer, written) = keep(server, &coming, picture, before.is_some()).await?;
    if let Some(refused) = answer.refused {
        return Err(Fault::refused(refused, most));
    }
    let uploaded = Uploaded {
        image: Links::of(server, edge).image(&coming.photo, &coming.metadata),
        current_images: answer.total,
        max_images: most,
    };
    Ok((written, Json(uploaded)).into_response())
}

/// The id of the photo that a request is.
fn id_of(digest: &[u8; 32]) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[16..]);
    Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// What a form says, in the order in which the original looks.
fn checked(form: &Form, address: &str) -> Result<(Metadata, Format, String), Fault> {
    let metadata: Metadata =
        serde_json::from_slice(&form.metadata).map_err(|_| Fault::bad("invalid metadata"))?;
    if metadata.user_address != address {
        return Err(Fault::bad("invalid user address"));
    }
    let File {
        name, content_type, ..
    } = &form.image;
    let content_type = content_type.as_deref();
    let content_type = content_type.ok_or_else(|| Fault::bad("invalid content type"))?;
    let format = match content_type {
        "image/jpeg" => Format::Jpeg,
        "image/png" => Format::Png,
        _ => return Err(Fault::bad("unsupported content type")),
    };
    let name = name.as_deref().filter(|name| !name.is_empty());
    let name = name.unwrap_or(NAMELESS);
    let is_bad = |c: char| matches!(c, '/' | '\\') || c.is_control();
    if name.len() > NAME_BYTES_MAX || name.contains(is_bad) {
        return Err(Fault::bad("invalid file name"));
    }
    Ok((metadata, format, name.to_owned()))
}

/// The files of a picture, made on a thread where that may take a while.
async fn prepared(server: &Server, bytes: Vec<u8>, format: Format) -> Result<Picture, Fault> {
    let settings = server.settings();
    let limits = Limits {
        side_max: settings.image_side_max,
        pixels_max: settings.image_pixels_max,
        memory: settings.image_memory.0,
    };
    let place = Arc::clone(&server.decodes).acquire_owned().await;
    let place = place.map_err(ApiError::internal)?;
    let made = tokio::task::spawn_blocking(move || {
        // It is kept until the end, whether or not somebody still waits.
        let _place = place;
        let started = Instant::now();
        let made = picture::prepare(&bytes, format, &limits);
        histogram!(SECONDS).record(started.elapsed().as_secs_f64());
        made
    });
    let made = made.await.map_err(|error| {
        tracing::error!(%error, "a picture ended its decoder");
        Fault::bad(picture::Refused::Broken.to_string())
    })?;
    made.map_err(|refused| Fault::bad(refused.to_string()))
}

/// Asks for a place, stores the files, says so. What was `said` before is answered again.
async fn keep(
    server: &Server,
    coming: &Coming,
    picture: Picture,
    said: bool,
) -> Result<(Answer, Written), Fault> {
    let context = &server.context;
    let [reserve, keep] = &coming.commands;
    if !said {
        let place = Ask::Reserve(Reserve {
            photo_id: coming.photo.id.clone(),
            files: coming.photo.files.clone(),
            most: server.settings().max_images_per_user,
            patience_ms: server.settings().store_timeout.as_millis(),
        });
        let (answer, written) =
            command::run(context, &coming.address, reserve, &place, &[]).await?;
        if answer.refused.is_some() {
            return Ok((answer, written));
        }
        if let Err(error) = store(server, &coming.photo, picture).await {
            tracing::error!(%error, photo = coming.photo.id, "a photo could not be stored");
            return Err(Fault::broken("failed to upload image"));
        }
    }
    let kept = Ask::Keep(Box::new(Keep {
        photo: coming.photo.clone(),
        metadata: coming.metadata.clone(),
    }));
    command::run(context, &coming.address, keep, &kept, &[PLACES]).await
}

async fn store(server: &Server, photo: &Photo, picture: Picture) -> Result<(), PortError> {
    let blobs = &server.context.platform.blobs;
    for (hash, bytes) in [
        (&photo.files.thumbnail, picture.thumbnail),
        (&photo.files.image, picture.image),
    ] {
        let piece = stream::iter([Ok(Bytes::from(bytes))]);
        blobs.put(&blob(hash, &photo.id), Box::pin(piece)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told() -> Value {
        json!({"userName": "", "userAddress": "0xa", "dateTime": "1767225600", "realm": "main", "more": 1,
            "scene": {"name": "Plaza", "location": {"x": "10", "y": "-4"}},
            "visiblePeople": [{"userName": "B", "userAddress": "0xb", "wearables": []}], "placeId": ""})
    }

    fn form(metadata: &Value, name: Option<&str>, content_type: Option<&str>) -> Form {
        Form {
            image: File {
                bytes: Vec::new(),
                name: name.map(str::to_owned),
                content_type: content_type.map(str::to_owned),
            },
            metadata: metadata.to_string().into_bytes(),
            is_public: false,
        }
    }

    #[test]
    fn the_first_thing_that_is_wrong_is_told() {
        let (jpeg, other) = (Some("image/jpeg"), json!({"userAddress": "0xa"}));
        let mut numbers = told();
        numbers["scene"]["location"]["x"] = json!(10);
        let mut stranger = told();
        stranger["userAddress"] = json!("0xA");
        let long = "x".repeat(256);
        for (form, message) in [
            (form(&other, None, None), "invalid metadata"),
            (form(&numbers, None, jpeg), "invalid metadata"),
            (form(&stranger, None, None), "invalid user address"),
            (form(&told(), Some("a/b"), None), "invalid content type"),
            (
                form(&told(), None, Some("image/webp")),
                "unsupported content type",
            ),
            (form(&told(), Some("a/b"), jpeg), "invalid file name"),
            (form(&told(), Some("a\\b"), jpeg), "invalid file name"),
            (form(&told(), Some(&long), jpeg), "invalid file name"),
        ] {
            let Err(Fault::Own(status, body)) = checked(&form, "0xa") else {
                panic!("it is refused: {message}")
            };
            assert_eq!(
                (status.as_u16(), &body),
                (400, &json!({ "message": message }))
            );
        }
    }

    #[test]
    fn what_a_client_says_is_kept_as_it_is_known() {
        let form = form(&told(), None, Some("image/png"));
        let (metadata, format, name) = checked(&form, "0xa").expect("it is well");
        assert_eq!((format, name.as_str()), (Format::Png, "image.png"));
        let mut known = told();
        known.as_object_mut().expect("members").remove("more");
        known["visiblePeople"][0]["isGuest"] = json!(false);
        known["visiblePeople"][0]["isEmoting"] = json!(null);
        assert_eq!(serde_json::to_value(metadata).expect("JSON"), known);
    }
}
