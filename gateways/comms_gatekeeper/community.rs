//! Calls of communities: who may speak, who listens, who moderates.

use axum::Json;
use axum::extract::{Path, Request, State};
use model::events::gatekeeper::VoiceChange;
use model::tables::gatekeeper::voice::{self, COMMUNITY};
use serde_json::{Map, Value, json};

use super::fault::{self, Fault};
use super::invite::grant;
use super::private_calls::change;
use super::tables::VOICE;
use super::{Server, record, request, rooms, signed, work};
use crate::frame::Written;
use crate::frame::livekit::{Grant, Invitation, Permission};

/// Communities of one question.
const ASKED_MAX: usize = 500;

/// The key of a call.
pub(super) fn key(id: &str) -> String {
    format!("{COMMUNITY}{id}")
}

/// Whether somebody is in the call of a community.
#[utoipa::path(get, path = "/users/{userAddress}/community-voice-chat-status", tag = "calls of communities",
    params(("userAddress" = String, Path)), responses((status = 200, body = Object), (status = 400, body = Object),
    (status = 401, body = Object)))]
pub(super) async fn of_user(
    State(server): State<Server>,
    Path(address): Path<String>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let (parts, _) = request.into_parts();
    signed::service(&server, &parts)?;
    let who = request::address_of(&address)?;
    let (now, patience) = (server.now(), server.settings().patience());
    let calls = server.tables().calls_of(&who).await?;
    let mut of = calls.iter().filter(|(key, _)| key.starts_with(COMMUNITY));
    let inside = of.any(|(_, user)| user.is_active(now, patience));
    Ok(Json(
        json!({ "userAddress": who, "isInCommunityVoiceChat": inside }),
    ))
}

/// What is said of somebody in a call.
fn described(object: &Map<String, Value>, role: &str, speaks: bool) -> Value {
    let mut said = json!({ "role": role, "isSpeaker": speaks, "muted": false });
    let profile = object.get("profile_data").unwrap_or(&Value::Null);
    let members = [
        ("name", "name"),
        ("has_claimed_name", "hasClaimedName"),
        ("profile_picture_url", "profilePictureUrl"),
    ];
    for (given, shown) in members {
        match &profile[given] {
            Value::Null => {}
            value => said[shown] = value.clone(),
        }
    }
    said
}

/// Gives somebody a way into the call of a community.
#[utoipa::path(post, path = "/community-voice-chat", tag = "calls of communities", request_body = Object, responses(
    (status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object),
    (status = 503, body = Object)))]
pub(super) async fn enter(
    State(server): State<Server>,
    request: Request,
) -> Result<(Written, Json<Value>), Fault> {
    let (parts, body) = request::split(request).await?;
    signed::service(&server, &parts)?;
    let known = [
        "community_id",
        "user_address",
        "action",
        "user_role",
        "profile_data",
    ];
    let object = request::object(&body, &known)?;
    let most = server.settings().name_chars_max;
    let id = request::needed(&object, "community_id", most)?;
    let id = request::id(&server, &id)?;
    let who = request::needed(&object, "user_address", most)?;
    let who = request::address_of(&who)?;
    let action = request::needed(&object, "action", most)?;
    if !["create", "join"].contains(&action.as_str()) {
        return Err(fault::misshapen(&["/action must be create or join"]));
    }
    let role = request::text(&object, "user_role", most)?;
    let role = role.unwrap_or_else(|| "none".into());
    if !["owner", "moderator", "member", "none"].contains(&role.as_str()) {
        return Err(fault::misshapen(&[
            "/user_role must be owner, moderator, member or none",
        ]));
    }
    let moderates = ["owner", "moderator"].contains(&role.as_str());
    let speaks = moderates && action == "create";
    let (key, room) = (key(&id), rooms::community(&id));
    let users = server.tables().call(&key).await?.users;
    if !users.contains_key(&who) && users.len() >= server.settings().call_users_max {
        return Err(fault::bad("This call has as many people as it may have"));
    }
    let metadata = described(&object, &role, speaks).to_string();
    let invitation = Invitation {
        identity: &who,
        metadata: Some(&metadata),
        ..Invitation::default()
    };
    let grant = Grant {
        can_publish: speaks,
        can_update_own_metadata: false,
        ..grant(&room)
    };
    let url = server.invite("community-call", &invitation, &grant)?;
    let invited = VoiceChange {
        moderator: moderates,
        ..change(&server, &key, VoiceChange::INVITED, &who)
    };
    let written = record::shown(&server, vec![record::voice(&invited)], &[VOICE]).await?;
    Ok((written, Json(json!({ "connection_url": url }))))
}

/// How many are in a call, and how many of them moderate.
fn counted(server: &Server, call: &voice::State) -> (bool, usize, usize) {
    let (all, moderators) = call.active(server.now(), server.settings().patience());
    (all > 0, all, moderators)
}

/// How the call of a community is.
#[utoipa::path(get, path = "/community-voice-chat/{communityId}/status", tag = "calls of communities",
    params(("communityId" = String, Path)), responses((status = 200, body = Object), (status = 401, body = Object)))]
pub(super) async fn status(
    State(server): State<Server>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let (parts, _) = request.into_parts();
    signed::service(&server, &parts)?;
    let call = server.tables().call(&key(&id)).await?;
    let (active, all, moderators) = counted(&server, &call);
    Ok(Json(json!({
        "active": active, "participant_count": all, "moderator_count": moderators,
    })))
}

/// How the calls of some communities are.
#[utoipa::path(post, path = "/community-voice-chat/status", tag = "calls of communities", request_body = Object,
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn statuses(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let (parts, body) = request::split(request).await?;
    signed::service(&server, &parts)?;
    let object = request::object(&body, &["community_ids"])?;
    let list = object.get("community_ids").and_then(Value::as_array);
    let list = list.filter(|list| list.len() <= ASKED_MAX && list.iter().all(Value::is_string));
    let Some(list) = list else {
        return Err(fault::misshapen(&[
            "/community_ids must be at most 500 texts",
        ]));
    };
    let tables = server.tables();
    let mut data = Vec::with_capacity(list.len());
    for id in list.iter().filter_map(Value::as_str) {
        let (active, all, moderators) = counted(&server, &tables.call(&key(id)).await?);
        data.push(json!({
            "community_id": id, "active": active, "participant_count": all, "moderator_count": moderators,
        }));
    }
    Ok(Json(json!({ "data": data })))
}

/// Calls that somebody is in.
#[utoipa::path(get, path = "/community-voice-chat/active", tag = "calls of communities",
    responses((status = 200, body = Object), (status = 401, body = Object)))]
pub(super) async fn active(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let (parts, _) = request.into_parts();
    signed::service(&server, &parts)?;
    let calls = server.tables();
    let calls = calls.calls(COMMUNITY, server.settings().calls_max).await?;
    let data: Vec<Value> = calls
        .iter()
        .filter_map(|(id, call)| {
            let (active, all, moderators) = counted(&server, call);
            active.then(
                || json!({ "communityId": id, "participantCount": all, "moderatorCount": moderators }),
            )
        })
        .collect();
    Ok(Json(json!({ "total": data.len(), "data": data })))
}

/// What an action does to somebody in a call.
struct Action<'a> {
    /// What is said of them from now on, laid over what was.
    said: Value,
    /// Whether they may speak, where that changes.
    speaks: Option<bool>,
    /// The answer.
    done: &'a str,
}

async fn act(
    server: &Server,
    (id, address): (String, String),
    request: Request,
    action: Action<'_>,
) -> Result<Json<Value>, Fault> {
    let (parts, _) = request.into_parts();
    signed::service(server, &parts)?;
    let who = request::address_of(&address)?;
    let room = rooms::community(&request::id(server, &id)?);
    let livekit = server.livekit()?;
    let inside = livekit.participants(&room).await?;
    let found: Vec<_> = inside
        .into_iter()
        .filter(|one| work::address(&one.identity).as_deref() == Some(&who))
        .collect();
    if found.is_empty() {
        return Err(fault::missing("The user is not in the voice chat"));
    }
    for one in found {
        let permission = action.speaks.map(|speaks| Permission {
            can_subscribe: true,
            can_publish: speaks,
            can_publish_data: true,
            can_update_metadata: false,
        });
        let mut said: Map<String, Value> = serde_json::from_str(&one.metadata).unwrap_or_default();
        let over = action.said.as_object().into_iter().flatten();
        said.extend(over.map(|(name, value)| (name.clone(), value.clone())));
        let text = Value::Object(said).to_string();
        livekit
            .update(&room, &one.identity, Some(&text), permission)
            .await?;
    }
    Ok(Json(json!({ "message": action.done })))
}

/// Somebody wants to speak.
#[utoipa::path(post, path = "/community-voice-chat/{communityId}/users/{userAddress}/speak-request",
    tag = "calls of communities", params(("communityId" = String, Path), ("userAddress" = String, Path)),
    responses((status = 200, body = Object), (status = 401, body = Object), (status = 404, body = Object)))]
pub(super) async fn request(
    State(server): State<Server>,
    Path(of): Path<(String, String)>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let action = Action {
        said: json!({ "isRequestingToSpeak": true }),
        speaks: None,
        done: "Request to speak sent successfully",
    };
    act(&server, of, request, action).await
}

/// And may not.
#[utoipa::path(delete, path = "/community-voice-chat/{communityId}/users/{userAddress}/speak-request",
    tag = "calls of communities", params(("communityId" = String, Path), ("userAddress" = String, Path)),
    responses((status = 200, body = Object), (status = 401, body = Object), (status = 404, body = Object)))]
pub(super) async fn reject(
    State(server): State<Server>,
    Path(of): Path<(String, String)>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let action = Action {
        said: json!({ "isRequestingToSpeak": false }),
        speaks: None,
        done: "Speak request rejected successfully",
    };
    act(&server, of, request, action).await
}

/// Somebody may speak.
#[utoipa::path(post, path = "/community-voice-chat/{communityId}/users/{userAddress}/speaker",
    tag = "calls of communities", params(("communityId" = String, Path), ("userAddress" = String, Path)),
    responses((status = 200, body = Object), (status = 401, body = Object), (status = 404, body = Object)))]
pub(super) async fn promote(
    State(server): State<Server>,
    Path(of): Path<(String, String)>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let action = Action {
        said: json!({ "isRequestingToSpeak": false, "isSpeaker": true }),
        speaks: Some(true),
        done: "User promoted to speaker successfully",
    };
    act(&server, of, request, action).await
}

/// Somebody listens only.
#[utoipa::path(delete, path = "/community-voice-chat/{communityId}/users/{userAddress}/speaker",
    tag = "calls of communities", params(("communityId" = String, Path), ("userAddress" = String, Path)),
    responses((status = 200, body = Object), (status = 401, body = Object), (status = 404, body = Object)))]
pub(super) async fn demote(
    State(server): State<Server>,
    Path(of): Path<(String, String)>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let action = Action {
        said: json!({ "isRequestingToSpeak": false, "isSpeaker": false }),
        speaks: Some(false),
        done: "User demoted to listener successfully",
    };
    act(&server, of, request, action).await
}

/// Says of somebody whether they are muted.
#[utoipa::path(patch, path = "/community-voice-chat/{communityId}/users/{userAddress}/mute",
    tag = "calls of communities", params(("communityId" = String, Path), ("userAddress" = String, Path)),
    request_body = Object, responses((status = 200, body = Object), (status = 400, body = Object),
    (status = 401, body = Object), (status = 404, body = Object)))]
pub(super) async fn mute(
    State(server): State<Server>,
    Path(of): Path<(String, String)>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let (parts, body) = request::split(request).await?;
    signed::service(&server, &parts)?;
    let object = request::object(&body, &["muted"])?;
    let Some(muted) = object.get("muted").and_then(Value::as_bool) else {
        return Err(fault::misshapen(&["/muted must be boolean"]));
    };
    let action = Action {
        said: json!({ "muted": muted }),
        speaks: None,
        done: match muted {
            true => "User muted successfully",
            false => "User unmuted successfully",
        },
    };
    let again = Request::from_parts(parts, axum::body::Body::empty());
    act(&server, of, again, action).await
}

/// Sends somebody out of a call.
#[utoipa::path(delete, path = "/community-voice-chat/{communityId}/users/{userAddress}",
    tag = "calls of communities", params(("communityId" = String, Path), ("userAddress" = String, Path)),
    responses((status = 200, body = Object), (status = 401, body = Object), (status = 503, body = Object)))]
pub(super) async fn kick(
    State(server): State<Server>,
    Path((id, address)): Path<(String, String)>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let (parts, _) = request.into_parts();
    signed::service(&server, &parts)?;
    let who = request::address_of(&address)?;
    let room = rooms::community(&request::id(&server, &id)?);
    let livekit = server.livekit()?;
    for one in livekit.participants(&room).await? {
        if work::address(&one.identity).as_deref() == Some(&who) {
            livekit.remove(&room, &one.identity).await?;
        }
    }
    let done = "User kicked from voice chat successfully";
    Ok(Json(json!({ "message": done })))
}

/// Records that end a call, with the event of it when somebody was in it.
pub(super) fn ending(
    server: &Server,
    id: &str,
    call: &voice::State,
) -> Result<Vec<kernel::NewRecord>, Fault> {
    let ended = change(server, &key(id), VoiceChange::ENDED, "");
    let mut records = vec![record::voice(&ended)];
    let people = call.users.len();
    if people > 0 {
        let key = format!("community-streaming-ended-{id}-{}", ended.at);
        let metadata = json!({ "communityId": id, "totalParticipants": people });
        let kind = ("streaming", "community-streaming-ended");
        let event = record::envelope(kind, &key, ended.at, &metadata);
        records.push(record::event(&event, model::event_id(&event))?);
    }
    Ok(records)
}

/// Ends the call of a community.
#[utoipa::path(delete, path = "/community-voice-chat/{communityId}", tag = "calls of communities",
    params(("communityId" = String, Path)), request_body = Object, responses((status = 200, body = Object),
    (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn close(
    State(server): State<Server>,
    Path(id): Path<String>,
    request: Request,
) -> Result<(Written, Json<Value>), Fault> {
    let (parts, body) = request::split(request).await?;
    signed::service(&server, &parts)?;
    let read: Value = serde_json::from_slice(&body).unwrap_or_default();
    let who = read["user_address"].as_str().filter(|who| !who.is_empty());
    let who = who.ok_or_else(|| fault::bad("The property user_address is required"))?;
    request::address_of(who)?;
    let id = request::id(&server, &id)?;
    let call = server.tables().call(&key(&id)).await?;
    let records = ending(&server, &id, &call)?;
    let written = record::shown(&server, records, &[VOICE]).await?;
    server.end_room(rooms::community(&id));
    let done = "Community voice chat ended successfully";
    Ok((written, Json(json!({ "message": done }))))
}
