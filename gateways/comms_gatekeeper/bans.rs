//! Who may not enter a scene.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use http::StatusCode;
use model::events::gatekeeper::SceneChange;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::admins::{Desk, named};
use super::fault::{self, Fault};
use super::places::Where;
use super::record::Done;
use super::tables::SCENES;
use super::{Server, names, record, request, signed, standing};

const FIELDS: (&str, &str) = ("banned_address", "banned_name");
/// Entries of one page, and of all those before it.
const LIMIT_MAX: usize = 100;
const OFFSET_MAX: usize = 100_000;

/// The event of a ban, or of its end.
fn event(desk: &Desk, change: &SceneChange) -> Result<kernel::NewRecord, Fault> {
    let kind = match change.kind.as_str() {
        SceneChange::BANNED => "user-banned-from-scene",
        _ => "user-unbanned-from-scene",
    };
    let key = format!("{}-{}-{}", change.place, change.address, change.at);
    let metadata = json!({ "userAddress": change.address, "placeTitle": desk.place.name() });
    let event = record::envelope(("comms", kind), &key, change.at, &metadata);
    let id = model::event_id(&event);
    record::event(&event, id)
}

/// Bans somebody from the scene, and sends them out.
#[utoipa::path(post, path = "/scene-bans", tag = "scene bans", request_body = Object, responses((status = 204),
    (status = 400, body = Object), (status = 401, body = Object), (status = 404, body = Object)))]
pub(super) async fn ban(State(server): State<Server>, request: Request) -> Result<Done, Fault> {
    let (parts, body) = request::split(request).await?;
    let asker = signed::scene(&server, &parts, false)?;
    let who = named(&server, &body, FIELDS).await?;
    let desk = Desk::of(&server, asker).await?;
    let refusal = "You do not have permission to ban users from this place";
    desk.decides(&server, refusal).await?;
    let rights = desk.rights(&server, &who).await?;
    if rights.is_privileged() || rights.admin {
        return Err(fault::bad("Cannot ban this address"));
    }
    let is_new = !desk.state.is_banned(&who);
    if is_new && desk.state.bans.len() >= server.settings().scene_bans_max {
        return Err(fault::bad("This place has as many bans as it may have"));
    }
    let change = SceneChange {
        id: record::new_id(),
        ..desk.change(&server, SceneChange::BANNED, &who)
    };
    let mut records = vec![record::scene(&change)];
    if is_new {
        records.push(event(&desk, &change)?);
    }
    let written = record::shown(&server, records, &[SCENES]).await?;
    if let Some(room) = desk.room(&server) {
        server.kick(room, who);
    }
    desk.tell(&server);
    Ok((StatusCode::NO_CONTENT, written, ()))
}

/// Lets somebody into the scene again.
#[utoipa::path(delete, path = "/scene-bans", tag = "scene bans", request_body = Object, responses((status = 204),
    (status = 400, body = Object), (status = 401, body = Object), (status = 404, body = Object)))]
pub(super) async fn unban(State(server): State<Server>, request: Request) -> Result<Done, Fault> {
    let (parts, body) = request::split(request).await?;
    let asker = signed::scene(&server, &parts, false)?;
    let who = named(&server, &body, FIELDS).await?;
    let desk = Desk::of(&server, asker).await?;
    let refusal = "You do not have permission to unban users from this place";
    desk.decides(&server, refusal).await?;
    let change = desk.change(&server, SceneChange::UNBANNED, &who);
    let mut records = vec![record::scene(&change)];
    if desk.state.is_banned(&who) {
        records.push(event(&desk, &change)?);
    }
    let written = record::shown(&server, records, &[SCENES]).await?;
    desk.tell(&server);
    Ok((StatusCode::NO_CONTENT, written, ()))
}

/// A page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub(super) struct Page {
    /// 1 to 100; 100.
    limit: Option<String>,
    /// At most 100 000; 0.
    offset: Option<String>,
}

impl Page {
    fn of(&self) -> Result<(usize, usize), Fault> {
        let number = |text: &Option<String>, default: usize| match text {
            None => Some(default),
            Some(text) => text.parse().ok(),
        };
        let limit = number(&self.limit, LIMIT_MAX).filter(|n| (1..=LIMIT_MAX).contains(n));
        let offset = number(&self.offset, 0).filter(|n| *n <= OFFSET_MAX);
        match (limit, offset) {
            (Some(limit), Some(offset)) => Ok((limit, offset)),
            _ => Err(fault::bad("Invalid limit or offset")),
        }
    }
}

/// One page of those who are banned, with the numbers around it.
async fn page(
    server: &Server,
    page: &Page,
    request: Request,
) -> Result<(Vec<String>, Value), Fault> {
    let (parts, _) = request.into_parts();
    let asker = signed::scene(server, &parts, false)?;
    let (limit, offset) = page.of()?;
    let desk = Desk::of(server, asker).await?;
    let refusal = "User does not have permission to list scene bans";
    desk.decides(server, refusal).await?;
    let mut bans: Vec<_> = desk.state.bans.iter().collect();
    bans.sort_by_key(|(address, entry)| (Reverse(entry.at), (*address).clone()));
    let (total, at) = (bans.len(), offset / limit);
    let some = bans.into_iter().skip(at * limit).take(limit);
    let addresses = some.map(|(address, _)| address.clone()).collect();
    let numbers = json!({
        "results": [], "total": total, "page": at + 1, "pages": total.div_ceil(limit), "limit": limit,
    });
    Ok((addresses, numbers))
}

/// Who is banned from the scene, the newest first.
#[utoipa::path(get, path = "/scene-bans", tag = "scene bans", params(Page), responses((status = 200, body = Object),
    (status = 400, body = Object), (status = 401, body = Object), (status = 404, body = Object)))]
pub(super) async fn list(
    State(server): State<Server>,
    Query(asked): Query<Page>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let (addresses, mut answer) = page(&server, &asked, request).await?;
    let names = names::of(&server, &addresses).await;
    let name = |address: &String| names.get(address).cloned().unwrap_or_default();
    let rows = addresses
        .iter()
        .map(|address| json!({ "bannedAddress": address, "name": name(address) }));
    answer["results"] = rows.collect();
    Ok(Json(answer))
}

/// The same, addresses alone.
#[utoipa::path(get, path = "/scene-bans/addresses", tag = "scene bans", params(Page), responses(
    (status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object),
    (status = 404, body = Object)))]
pub(super) async fn addresses(
    State(server): State<Server>,
    Query(asked): Query<Page>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let (addresses, mut answer) = page(&server, &asked, request).await?;
    answer["results"] = json!(addresses);
    Ok(Json(answer))
}

/// Whether somebody is banned from a scene of a world: for the server of worlds.
#[utoipa::path(get, path = "/worlds/{worldName}/parcels/{baseParcel}/users/{address}/ban-status", tag = "scene bans",
    params(("worldName" = String, Path), ("baseParcel" = String, Path), ("address" = String, Path)),
    responses((status = 200, body = Object), (status = 401, body = Object)))]
pub(super) async fn status(
    State(server): State<Server>,
    Path((world, parcel, address)): Path<(String, String, String)>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let (parts, _) = request.into_parts();
    signed::service(&server, &parts)?;
    let from = Where {
        // The route is one of worlds, whatever the name ends with.
        hostname: "worlds-content-server",
        realm: &world,
        parcel: Some(&parcel),
        scene: None,
    };
    let is_banned = standing::is_banned_from(&server, from, &address.to_lowercase()).await;
    Ok(Json(json!({ "isBanned": is_banned })))
}
