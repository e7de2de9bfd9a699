//! The one room that private messages go through.

use axum::Json;
use axum::extract::{Path, Request, State};
use http::StatusCode;
use http::header::HeaderName;
use serde_json::{Value, json};

use super::adapters::{Adapter, UNKEPT};
use super::fault::{self, Fault};
use super::invite::grant;
use super::{Server, meters, request, signed, standing, work};
use crate::frame::livekit::{Grant, Invitation};

const ALL: &str = "all";
const FRIENDS: &str = "only_friends";

/// A token for the room of private messages.
#[utoipa::path(get, path = "/private-messages/token", tag = "private messages", responses(
    (status = 200, body = Adapter), (status = 400, body = Object), (status = 401, body = Object),
    (status = 403, body = Object), (status = 503, body = Object)))]
pub(super) async fn token(
    State(server): State<Server>,
    request: Request,
) -> Result<([(HeaderName, &'static str); 1], Json<Adapter>), Fault> {
    let (parts, _) = request.into_parts();
    let identity = signed::explorer(&server, &parts)?;
    let who = &identity.address;
    if server.denied.has(&server, who).await {
        return Err(standing::denied_wallet());
    }
    let device = standing::device(&server, &identity.metadata);
    if standing::is_banned(&server, who, device).await? {
        meters::refused("banned");
        return Err(fault::forbidden("Access denied, platform-banned user"));
    }
    let metadata = json!({ "private_messages_privacy": wished(&server, who).await }).to_string();
    let room = &server.settings().private_messages_room_id;
    let invitation = Invitation {
        identity: who,
        metadata: Some(&metadata),
        ..Invitation::default()
    };
    let grant = Grant {
        can_publish: false,
        can_update_own_metadata: false,
        ..grant(room)
    };
    let adapter = server.invite("private-messages", &invitation, &grant)?;
    Ok((UNKEPT, Json(Adapter { adapter })))
}

/// From whom somebody wants messages; from everybody where nobody says.
async fn wished(server: &Server, who: &str) -> &'static str {
    let url = server.settings().social_service_url.as_deref();
    let Some(url) = url.filter(|url| !url.is_empty()) else {
        return ALL;
    };
    let path = format!("/v1/users/{who}/privacy-settings");
    // The newest wish counts, so that nothing is remembered.
    match server.outside.fresh(url, &path, None).await {
        Ok(answer) => {
            let wish = answer.unwrap_or_default();
            match wish["private_messages_privacy"].as_str() {
                Some(FRIENDS) => FRIENDS,
                _ => ALL,
            }
        }
        Err(error) => {
            meters::fail_open("privacy");
            tracing::warn!(%error, "from whom somebody wants messages is not known");
            ALL
        }
    }
}

/// Says of somebody who is in the room from whom they want messages now.
#[utoipa::path(patch, path = "/users/{address}/private-messages-privacy", tag = "private messages",
    params(("address" = String, Path)), request_body = Object, responses((status = 204),
    (status = 400, body = Object), (status = 401, body = Object), (status = 503, body = Object)))]
pub(super) async fn privacy(
    State(server): State<Server>,
    Path(address): Path<String>,
    request: Request,
) -> Result<StatusCode, Fault> {
    let (parts, body) = request::split(request).await?;
    signed::service(&server, &parts)?;
    let who = request::address_of(&address)?;
    let read: Value =
        serde_json::from_slice(&body).map_err(|_| fault::bad("Invalid request body"))?;
    let wish = read["private_messages_privacy"].as_str();
    let wish = wish.ok_or_else(|| fault::bad("Invalid request body"))?;
    let wish = wish.to_lowercase();
    if ![ALL, FRIENDS].contains(&wish.as_str()) {
        return Err(fault::bad("Invalid private_messages_privacy"));
    }
    let livekit = server.livekit()?;
    let room = &server.settings().private_messages_room_id;
    let inside = livekit.participants(room).await?;
    let of = |identity: &str| work::address(identity).as_deref() == Some(&who);
    let found: Vec<_> = inside.into_iter().filter(|one| of(&one.identity)).collect();
    if found.is_empty() {
        return Err(fault::bad("Participant is not connected to the room"));
    }
    for one in found {
        let mut said: Value = serde_json::from_str(&one.metadata).unwrap_or_default();
        if !said.is_object() {
            said = json!({});
        }
        said["private_messages_privacy"] = wish.as_str().into();
        let text = said.to_string();
        livekit
            .update(room, &one.identity, Some(&text), None)
            .await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
