//! Profiles: those that were deployed last, with links to their images.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Request, State};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use super::active::texts;
use super::error::Fault;
use super::read::{Registry, Stored};
use crate::frame::{ApiError, Edge, GatewayContext};

/// Where the original's images are.
const ORIGINAL_IMAGES: &str = "https://profile-images.decentraland.org";
/// The gateway of this platform that serves the same images, if there is one.
const IMAGES_GATEWAY: &str = "profile-images";
const BAD_IDS: &str = "The ids property must be an array of non-empty strings";

/// The members of an object, each as its author wrote it.
type Members = BTreeMap<String, Box<RawValue>>;

/// A profile.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Profile {
    /// When it was deployed, ms.
    timestamp: i64,
    /// The avatars of the entity, with links in `avatar.snapshots`.
    #[schema(value_type = Vec<Object>)]
    avatars: Vec<Members>,
}

/// A profile in short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Short {
    /// Whose.
    pointer: String,
    /// Whether the name is a claimed one.
    has_claimed_name: bool,
    /// What they are called.
    name: String,
    /// Colour of the name, as the profile has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    name_color: Option<Box<RawValue>>,
    /// Image of the face.
    thumbnail_url: String,
}

/// The metadata of a profile.
#[derive(Deserialize)]
struct Metadata {
    avatars: Vec<Members>,
}

/// A profile that was found.
struct Found {
    pointer: String,
    stored: Stored,
    avatars: Vec<Members>,
}

/// Profiles of addresses; unknown ones are missing.
#[utoipa::path(post, path = "/profiles", tag = "profiles", request_body = Object,
    responses((status = 200, body = [Profile]), (status = 400, body = Object)))]
pub(super) async fn profiles(
    State(context): State<GatewayContext>,
    edge: Edge,
    request: Request,
) -> Result<Json<Vec<Profile>>, Fault> {
    let images = images(&context, &edge);
    let mut profiles = Vec::new();
    for found in found(&context, request).await? {
        let mut avatars = found.avatars;
        for avatar in &mut avatars {
            linked(avatar, &found.pointer, &found.stored.entity_id, &images)?;
        }
        profiles.push(Profile {
            timestamp: found.stored.entity_timestamp,
            avatars,
        });
    }
    Ok(Json(profiles))
}

/// Profiles of addresses, in short.
#[utoipa::path(post, path = "/profiles/metadata", tag = "profiles", request_body = Object,
    responses((status = 200, body = [Short]), (status = 400, body = Object)))]
pub(super) async fn metadata(
    State(context): State<GatewayContext>,
    edge: Edge,
    request: Request,
) -> Result<Json<Vec<Short>>, Fault> {
    let images = images(&context, &edge);
    let short = |mut found: Found| {
        let mut avatar = found.avatars.swap_remove(0);
        Short {
            has_claimed_name: read(&avatar, "hasClaimedName").unwrap_or_default(),
            name: read(&avatar, "name").unwrap_or_default(),
            name_color: avatar.remove("nameColor"),
            thumbnail_url: image(&images, &found.stored.entity_id, "face"),
            pointer: found.pointer,
        }
    };
    let found = found(&context, request).await?;
    Ok(Json(found.into_iter().map(short).collect()))
}

/// The newest profiles of the ids in the body, in their order, each once.
async fn found(context: &GatewayContext, request: Request) -> Result<Vec<Found>, Fault> {
    let ids = texts(request, "ids").await?;
    let ids = ids.filter(|ids| ids.iter().all(|id| !id.is_empty()));
    let ids = ids.ok_or_else(|| Fault::bad_request(BAD_IDS))?;
    let most = context.settings.assets.pointers_max;
    if ids.len() > most {
        return Err(Fault::bad_request(format!(
            "At most {most} ids may be asked for at a time"
        )));
    }
    let mut seen = BTreeSet::new();
    let lower = ids.iter().map(|id| id.to_lowercase());
    let ids: Vec<String> = lower.filter(|id| seen.insert(id.clone())).collect();
    let registry = Registry::of(context);
    let entities = registry.profiles(&ids).await?;
    let mut found = BTreeMap::new();
    for stored in registry.stored(&entities).await? {
        let metadata = stored.entity.metadata.as_deref();
        let metadata = metadata.and_then(|raw| serde_json::from_str::<Metadata>(raw.get()).ok());
        let Some(avatars) = metadata
            .map(|m| m.avatars)
            .filter(|avatars| !avatars.is_empty())
        else {
            continue;
        };
        let Some(pointer) = stored
            .pointers
            .iter()
            .find(|pointer| seen.contains(*pointer))
        else {
            continue;
        };
        let pointer = pointer.clone();
        found.insert(
            pointer.clone(),
            Found {
                pointer,
                stored,
                avatars,
            },
        );
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

fn read<T: serde::de::DeserializeOwned>(members: &Members, name: &str) -> Option<T> {
    serde_json::from_str(members.get(name)?.get()).ok()
}

fn set<T: Serialize + ?Sized>(members: &mut Members, name: &str, value: &T) -> Result<(), Fault> {
    let raw = to_raw_value(value).map_err(ApiError::internal)?;
    members.insert(name.to_owned(), raw);
    Ok(())
}

/// Names the owner of an avatar, and links to its images in place of the files it was deployed with.
fn linked(avatar: &mut Members, pointer: &str, entity: &str, images: &str) -> Result<(), Fault> {
    for name in ["userId", "ethAddress"] {
        set(avatar, name, pointer)?;
    }
    let mut look: Members = read(avatar, "avatar").unwrap_or_default();
    let snapshots = [("face256", "face"), ("body", "body")];
    let snapshots = snapshots.map(|(name, kind)| (name, image(images, entity, kind)));
    set(&mut look, "snapshots", &BTreeMap::from(snapshots))?;
    set(avatar, "avatar", &look)
}

fn image(images: &str, entity: &str, kind: &str) -> String {
    format!("{images}/entities/{entity}/{kind}.png")
}

/// What links to images start with.
fn images(context: &GatewayContext, edge: &Edge) -> String {
    let settings = &context.settings;
    if let Some(url) = &settings.assets.profile_images_url {
        return url.trim_end_matches('/').to_owned();
    }
    if !crate::all()
        .iter()
        .any(|gateway| gateway.name == IMAGES_GATEWAY)
    {
        return ORIGINAL_IMAGES.to_owned();
    }
    let own = edge.base_url.strip_suffix(super::GATEWAY.name);
    let base = settings
        .cdn
        .public_url
        .as_deref()
        .or(own.filter(|_| edge.mount.below));
    match base {
        Some(base) => format!("{}/{IMAGES_GATEWAY}", base.trim_end_matches('/')),
        None => ORIGINAL_IMAGES.to_owned(),
    }
}
