//! Calls between two people.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Request, State};
use model::events::gatekeeper::VoiceChange;
use model::tables::gatekeeper::voice::PRIVATE;
use serde_json::{Value, json};

use super::fault::{self, Fault};
use super::invite::grant;
use super::tables::VOICE;
use super::{Server, record, request, rooms, signed};
use crate::frame::Written;
use crate::frame::livekit::{Grant, Invitation};

/// The key of a call.
pub(super) fn key(id: &str) -> String {
    format!("{PRIVATE}{id}")
}

/// A change of a call, now.
pub(super) fn change(server: &Server, call: &str, kind: &str, address: &str) -> VoiceChange {
    VoiceChange {
        call: call.to_owned(),
        kind: kind.to_owned(),
        address: address.to_owned(),
        at: server.now(),
        ..VoiceChange::default()
    }
}

/// Whether somebody is in a call.
#[utoipa::path(get, path = "/users/{address}/voice-chat-status", tag = "calls", params(("address" = String, Path)),
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn status(
    State(server): State<Server>,
    Path(address): Path<String>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let (parts, _) = request.into_parts();
    signed::service(&server, &parts)?;
    let who = request::address_of(&address)?;
    let (now, patience) = (server.now(), server.settings().patience());
    let calls = server.tables().calls_of(&who).await?;
    let mut private = calls.iter().filter(|(key, _)| key.starts_with(PRIVATE));
    let inside = private.any(|(_, user)| user.is_active(now, patience));
    Ok(Json(json!({ "is_user_in_voice_chat": inside })))
}

/// Gives two people a way into a call.
#[utoipa::path(post, path = "/private-voice-chat", tag = "calls", request_body = Object, responses(
    (status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object),
    (status = 503, body = Object)))]
pub(super) async fn open(
    State(server): State<Server>,
    request: Request,
) -> Result<(Written, Json<Value>), Fault> {
    let (parts, body) = request::split(request).await?;
    signed::service(&server, &parts)?;
    let object = request::object(&body, &["user_addresses", "room_id"])?;
    let id = request::needed(&object, "room_id", server.settings().name_chars_max)?;
    let id = request::id(&server, &id)?;
    let list = object.get("user_addresses").and_then(Value::as_array);
    let addresses: Vec<String> = list
        .into_iter()
        .flatten()
        .filter_map(|one| request::address(one.as_str()?))
        .collect();
    if addresses.len() != 2 || list.is_none_or(|list| list.len() != 2) {
        return Err(fault::misshapen(&["/user_addresses must be two addresses"]));
    }
    let (room, key) = (rooms::private(&id), key(&id));
    let mut urls = BTreeMap::new();
    for who in &addresses {
        let invitation = Invitation {
            identity: who,
            ..Invitation::default()
        };
        let grant = Grant {
            can_update_own_metadata: false,
            ..grant(&room)
        };
        let url = server.invite("private-call", &invitation, &grant)?;
        urls.insert(who.clone(), json!({ "connection_url": url }));
    }
    let records = addresses
        .iter()
        .map(|who| record::voice(&change(&server, &key, VoiceChange::INVITED, who)));
    let written = record::shown(&server, records.collect(), &[VOICE]).await?;
    Ok((written, Json(json!(urls))))
}

/// Ends a call that the address is in.
#[utoipa::path(delete, path = "/private-voice-chat/{id}", tag = "calls", params(("id" = String, Path)),
    request_body = Object, responses((status = 200, body = Object), (status = 400, body = Object),
    (status = 401, body = Object), (status = 404, body = Object)))]
pub(super) async fn close(
    State(server): State<Server>,
    Path(id): Path<String>,
    request: Request,
) -> Result<(Written, Json<Value>), Fault> {
    let (parts, body) = request::split(request).await?;
    signed::service(&server, &parts)?;
    let object = request::object(&body, &["address"])?;
    let who = request::needed(&object, "address", server.settings().name_chars_max)?;
    let who = request::address_of(&who)?;
    let key = key(&request::id(&server, &id)?);
    let call = server.tables().call(&key).await?;
    if !call.users.contains_key(&who) {
        return Err(fault::missing("Room ID does not exist"));
    }
    let ended = record::voice(&change(&server, &key, VoiceChange::ENDED, ""));
    let written = record::shown(&server, vec![ended], &[VOICE]).await?;
    server.end_room(rooms::private(&id));
    let users: Vec<&String> = call.users.keys().collect();
    Ok((written, Json(json!({ "users_in_voice_chat": users }))))
}
