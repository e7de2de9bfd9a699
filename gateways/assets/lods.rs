//! Levels of detail, as a CDN has them: a scene as one mesh, and the list of what stands where in it.
//!
//! They are named by the entity, so that a client needs no manifest to ask for them. What is made of an entity's content
//! never changes but with the converter, and what an older one made is as good to look at: so they may be kept for ever.
//! Levels of single models lie with the bundles, under the names that the manifest has for them.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode};
use model::tables::conversions::{self, Lods, Named};
use runtime::ports::PortError;
use runtime::reading::decode;
use unitybundle::Profile;

use super::cdn::{self, Asked};
use super::error::Fault;
use super::read::CONVERSIONS;
use crate::frame::{self, GatewayContext};

/// What a descriptor's name ends in, after the entity's id.
const DESCRIPTOR: &str = "_InitialSceneState.json";

/// The levels of detail of an entity for a platform.
pub(super) async fn of(
    context: &GatewayContext,
    id: &str,
    platform: &str,
) -> Result<Option<Lods>, PortError> {
    let view = frame::view(&context.platform, CONVERSIONS);
    let table = conversions::LODS;
    let row = view.get(table, id.as_bytes(), platform.as_bytes()).await?;
    row.map(|row| decode(table, &row)).transpose()
}

/// The same by an id that may be in lower case whatever it is: clients that know the entity by its bundles write it so.
async fn of_any_case(
    context: &GatewayContext,
    id: &str,
    platform: &str,
) -> Result<Option<Lods>, PortError> {
    let found = of(context, id, platform).await?;
    if found.is_some() {
        return Ok(found);
    }
    let view = frame::view(&context.platform, CONVERSIONS);
    let table = conversions::IDS;
    let Some(row) = view
        .get(table, id.to_ascii_lowercase().as_bytes(), b"")
        .await?
    else {
        return Ok(None);
    };
    let named: Named = decode(table, &row)?;
    of(context, &named.entity_id, platform).await
}

fn missing(why: impl Into<String>) -> Fault {
    Fault::not_ok(StatusCode::NOT_FOUND, why)
}

/// Whether levels are made for a platform at all.
fn is_made_for(context: &GatewayContext, platform: &str) -> bool {
    let convert = &context.settings.convert;
    let profile = convert.profiles.get(platform);
    let profile = profile.and_then(|name| Profile::parse(name));
    convert.lods && matches!(profile, Some(Profile::Gltf(_)))
}

/// A scene as one mesh (`{entityId}_{level}_{platform}`): level 0 is the finest.
#[utoipa::path(get, path = "/LOD/{level}/{name}", tag = "bundles",
    params(("level" = String, Path), ("name" = String, Path)),
    responses((status = 200), (status = 206), (status = 304), (status = 404, body = Object), (status = 416)))]
pub(super) async fn level(
    State(context): State<GatewayContext>,
    Path((level, name)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let mut parts = name.rsplitn(3, '_');
    let (platform, number, id) = (parts.next(), parts.next(), parts.next());
    let (Some(platform), Some(number), Some(id)) = (platform, number, id) else {
        return Err(cdn::none());
    };
    if number != level {
        return Err(cdn::none());
    }
    let Some(lods) = of_any_case(&context, id, platform).await? else {
        return Err(missing(match is_made_for(&context, platform) {
            true => format!("There are no levels of detail of {id}, or not yet"),
            false => format!("No levels of detail are made for {platform}"),
        }));
    };
    let mut levels = lods.scene.levels.iter();
    let Some(found) = levels.find(|found| found.level.to_string() == level) else {
        let told = match &lods.scene.reason {
            Some(reason) if lods.scene.levels.is_empty() => format!(": {reason}"),
            _ => String::new(),
        };
        return Err(missing(format!("{id} has no level {level}{told}")));
    };
    let stem = found.file.strip_suffix(&format!("_{platform}"));
    let asked = stem.and_then(|stem| Asked::of(&lods.version, stem, None, true));
    let asked = asked.ok_or_else(cdn::none)?;
    cdn::answer(&context, &asked, &method, &headers).await
}

/// Which assets stand where in a scene before its script runs (`{entityId}_InitialSceneState.json`).
#[utoipa::path(get, path = "/lods-unity/manifests/{name}", tag = "bundles", params(("name" = String, Path)),
    responses((status = 200, body = Object), (status = 206), (status = 304), (status = 404, body = Object), (status = 416)))]
pub(super) async fn descriptor(
    State(context): State<GatewayContext>,
    Path(name): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let id = name.strip_suffix(DESCRIPTOR).ok_or_else(cdn::none)?;
    // It says the same for every platform.
    for platform in context.settings.convert.profiles.keys() {
        let Some(lods) = of_any_case(&context, id, platform).await? else {
            continue;
        };
        let descriptor = lods.scene.descriptor.as_deref();
        let asked = descriptor
            .and_then(|name| Asked::of(&lods.version, name, Some("application/json"), false));
        if let Some(asked) = asked {
            return cdn::answer(&context, &asked, &method, &headers).await;
        }
    }
    let why = format!("There is no descriptor of what stands in {id}, or not yet");
    Err(missing(why))
}
