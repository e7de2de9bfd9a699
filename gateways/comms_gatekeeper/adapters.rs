//! Tokens for the rooms of scenes: for players, and for the server that a scene may have.

use axum::Json;
use axum::extract::{Request, State};
use http::header::HeaderName;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::fault::{self, Fault};
use super::invite::grant;
use super::permissions::{self, escaped};
use super::places::{self, Where};
use super::{Server, meters, rooms, signed, standing};
use crate::frame::livekit::Invitation;

/// Who a scene's server is in its room.
const SERVER: &str = "authoritative-server";

/// A way into a room.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Adapter {
    /// `livekit:wss://HOST?access_token=JWT`
    pub(super) adapter: String,
}

/// Nobody but who asked may keep it.
pub(super) const UNKEPT: [(HeaderName, &str); 1] = [(http::header::CACHE_CONTROL, "no-store")];

type Answer = ([(HeaderName, &'static str); 1], Json<Adapter>);

/// A token for a scene's room.
#[utoipa::path(post, path = "/get-scene-adapter", tag = "scenes", responses((status = 200, body = Adapter),
    (status = 400, body = Object), (status = 401, body = Object), (status = 403, body = Object),
    (status = 503, body = Object)))]
pub(super) async fn scene(State(server): State<Server>, request: Request) -> Result<Answer, Fault> {
    let (parts, _) = request.into_parts();
    let identity = signed::anybody(&server, &parts)?;
    let (who, metadata) = (&identity.address, &identity.metadata);
    let realm = signed::text(&server, metadata, "realmName")?;
    let realm = realm.ok_or_else(|| signed::without("realmName"))?;
    standing::admit(&server, who, standing::device(&server, metadata)).await?;
    let scene = signed::text(&server, metadata, "sceneId")?;
    let scene = scene.ok_or_else(signed::without_scene)?;
    let is_world = rooms::is_world(&realm);
    let scene = match is_world && rooms::is_world(&scene) {
        true => resolved(&server, &realm).await?,
        false => scene,
    };
    let parcel = signed::text(&server, metadata, "parcel")?;
    let from = Where {
        hostname: "",
        realm: &realm,
        scene: Some(&scene),
        parcel: parcel.as_deref(),
    };
    let local = rooms::is_preview(&realm) && server.settings().allow_local_preview;
    if !local && standing::is_banned_from(&server, from, who).await {
        meters::refused("scene_ban");
        return Err(fault::forbidden("User is banned from this scene"));
    }
    if is_world {
        enter(&server, &realm, who).await?;
    }
    let room = rooms::scene(server.settings(), &realm, &scene);
    let invitation = Invitation {
        identity: who,
        ..Invitation::default()
    };
    let adapter = server.invite("scene", &invitation, &grant(&room))?;
    present(&server, from, room, who);
    Ok((UNKEPT, Json(Adapter { adapter })))
}

/// Whoever may decide at a scene may present there: said of the room, while the answer is on its way.
fn present(server: &Server, from: Where<'_>, room: String, who: &str) {
    let who = who.to_owned();
    let realm = from.realm.to_owned();
    let (scene, parcel) = (
        from.scene.map(str::to_owned),
        from.parcel.map(str::to_owned),
    );
    server.tell("presenter", |server| async move {
        let from = Where {
            hostname: "",
            realm: &realm,
            scene: scene.as_deref(),
            parcel: parcel.as_deref(),
        };
        let Ok(place) = places::find(&server, from).await else {
            return Ok(());
        };
        let Ok(state) = server.tables().scene(&place.id).await else {
            return Ok(());
        };
        let rights = permissions::rights(&server, &place, &state, &who).await;
        match rights.is_ok_and(permissions::Rights::any) {
            true => server.metadata.present(&server, &room, &who, true).await,
            false => Ok(()),
        }
    });
}

/// Lets somebody into a world who may enter it.
async fn enter(server: &Server, world: &str, who: &str) -> Result<(), Fault> {
    let may = permissions::may_enter(server, world, who).await;
    let may = may.unwrap_or_else(|error| {
        tracing::warn!(%error, "who may enter a world is not known: nobody may");
        false
    });
    match may {
        true => Ok(()),
        false => {
            meters::refused("world");
            Err(fault::unauthorized(
                "Access denied, you are not authorized to access this world",
            ))
        }
    }
}

/// The scene of a world whose client knows only the world's name.
async fn resolved(server: &Server, world: &str) -> Result<String, Fault> {
    let failed = || fault::bad(format!("Failed to resolve scene ID for world {world}"));
    let url = server.settings().world_content_url.as_deref();
    let url = url.filter(|url| !url.is_empty()).ok_or_else(failed)?;
    let path = format!("/world/{}/about", escaped(world));
    let about = server.outside.get(url, &path).await;
    let about = about.ok().flatten().ok_or_else(failed)?;
    let urns = about["configurations"]["scenesUrn"].as_array();
    let first = urns.and_then(|urns| urns.first()).and_then(Value::as_str);
    first.and_then(id_of).ok_or_else(failed)
}

/// The entity of a scene's URN.
fn id_of(urn: &str) -> Option<String> {
    let (_, rest) = urn.split_once("urn:decentraland:entity:")?;
    let id = rest.split('?').next().unwrap_or_default();
    (!id.is_empty()).then(|| id.to_owned())
}

/// A token for the server that a scene has.
#[utoipa::path(post, path = "/get-server-scene-adapter", tag = "scenes", responses((status = 200, body = Adapter),
    (status = 400, body = Object), (status = 401, body = Object), (status = 503, body = Object)))]
pub(super) async fn server(
    State(server): State<Server>,
    request: Request,
) -> Result<Answer, Fault> {
    let (parts, _) = request.into_parts();
    let identity = signed::anybody(&server, &parts)?;
    let (who, metadata) = (&identity.address, &identity.metadata);
    let realm = metadata.get("realm").filter(|realm| realm.is_object());
    let realm = realm.ok_or_else(|| signed::without("realm"))?;
    let realm = signed::text(&server, realm, "serverName")?.unwrap_or_default();
    if server.denied.has(&server, who).await {
        return Err(standing::denied_wallet());
    }
    let scene = signed::text(&server, metadata, "sceneId")?;
    let scene = scene.ok_or_else(signed::without_scene)?;
    let settings = server.settings();
    let local = rooms::is_preview(&realm);
    let own = settings.authoritative_server_address.as_deref();
    let is_own = own.is_some_and(|own| own.trim().eq_ignore_ascii_case(who));
    let is_local = local && settings.allow_local_preview;
    if !(is_own || is_local) {
        meters::refused("server_key");
        return Err(fault::unauthorized(
            "Access denied, invalid server public key",
        ));
    }
    let room = match local {
        true => rooms::preview(&scene),
        false => rooms::scene(settings, &realm, &scene),
    };
    let invitation = Invitation {
        identity: SERVER,
        ..Invitation::default()
    };
    let adapter = server.invite("server", &invitation, &grant(&room))?;
    Ok((UNKEPT, Json(Adapter { adapter })))
}

#[cfg(test)]
mod tests {
    use super::id_of;

    #[test]
    fn a_scenes_urn_names_its_entity() {
        let urn = "urn:decentraland:entity:bafkA?=&baseUrl=https://w/contents/";
        assert_eq!(id_of(urn).as_deref(), Some("bafkA"));
        assert_eq!(id_of("urn:decentraland:entity:?x"), None);
        assert_eq!(id_of("bafkA"), None);
    }
}
