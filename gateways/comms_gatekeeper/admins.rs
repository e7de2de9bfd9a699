//! Who administrates a scene.

use axum::Json;
use axum::extract::{Query, Request, State};
use http::StatusCode;
use model::events::gatekeeper::SceneChange;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::fault::{self, Fault};
use super::permissions::{self, Rights};
use super::places::{self, Place, Where};
use super::record::Done;
use super::tables::SCENES;
use super::{Server, names, record, request, rooms, signed};

/// Who asks at which place.
pub(super) struct Desk {
    /// Who, and from where.
    pub(super) asker: signed::Scene,
    /// The place.
    pub(super) place: Place,
    /// What was decided there.
    pub(super) state: model::tables::gatekeeper::scenes::State,
}

impl Desk {
    /// The place that a signed request is from.
    ///
    /// # Errors
    /// 404 for none; 503 where nobody says.
    pub(super) async fn of(server: &Server, asker: signed::Scene) -> Result<Self, Fault> {
        let from = Where {
            hostname: &asker.hostname,
            realm: &asker.realm,
            scene: asker.scene.as_deref(),
            parcel: asker.parcel.as_deref(),
        };
        let place = places::find(server, from).await?;
        let state = server.tables().scene(&place.id).await?;
        Ok(Self {
            asker,
            place,
            state,
        })
    }

    /// What somebody is there.
    ///
    /// # Errors
    /// 503 where nobody says.
    pub(super) async fn rights(&self, server: &Server, address: &str) -> Result<Rights, Fault> {
        let rights = permissions::rights(server, &self.place, &self.state, address).await;
        rights.map_err(|error| {
            tracing::warn!(%error, "who may decide at a place is not known");
            fault::unavailable("Permissions cannot be asked just now")
        })
    }

    /// Lets whoever asks decide.
    ///
    /// # Errors
    /// 401 with this text.
    pub(super) async fn decides(&self, server: &Server, refusal: &str) -> Result<(), Fault> {
        let rights = self.rights(server, &self.asker.address).await?;
        match rights.any() {
            true => Ok(()),
            false => Err(fault::unauthorized(refusal)),
        }
    }

    /// The room that the request is from, if it names its scene.
    pub(super) fn room(&self, server: &Server) -> Option<String> {
        let scene = self.asker.scene.as_deref()?;
        let realm = Some(self.asker.realm.as_str()).filter(|realm| !realm.is_empty())?;
        Some(rooms::scene(server.settings(), realm, scene))
    }

    /// A change of this place by whoever asks.
    pub(super) fn change(&self, server: &Server, kind: &str, address: &str) -> SceneChange {
        SceneChange {
            place: self.place.id.clone(),
            kind: kind.to_owned(),
            address: address.to_owned(),
            by: self.asker.address.clone(),
            at: server.now(),
            ..SceneChange::default()
        }
    }

    /// Says to the room what holds now.
    pub(super) fn tell(&self, server: &Server) {
        if let Some(room) = self.room(server) {
            server.refresh(room, self.place.clone());
        }
    }
}

/// Whom a body names: an address, or somebody by name. The address wins.
pub(super) async fn named(
    server: &Server,
    body: &[u8],
    (address, name): (&str, &str),
) -> Result<String, Fault> {
    let most = server.settings().name_chars_max;
    let object = request::object(body, &[address, name])?;
    let given = request::text(&object, address, most)?;
    let called = request::text(&object, name, most)?;
    if let Some(given) = given {
        let pattern = format!("/{address} must match pattern \"^0x[a-fA-F0-9]{{40}}$\"");
        return request::address(&given).ok_or_else(|| fault::misshapen(&[&pattern]));
    }
    let Some(called) = called else {
        let either = format!("must have required property '{address}' or '{name}'");
        return Err(fault::misshapen(&[&either]));
    };
    let owner = names::owner(server, &called).await;
    owner.ok_or_else(|| fault::missing(format!("Could not find the owner of the name {called}")))
}

/// Of whom the list is asked.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub(super) struct Asked {
    /// Only this address.
    admin: Option<String>,
}

/// Who administrates the scene that the request is from.
#[utoipa::path(get, path = "/scene-admin", tag = "scene admins", params(Asked), responses(
    (status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object),
    (status = 404, body = Object)))]
pub(super) async fn list(
    State(server): State<Server>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let (parts, _) = request.into_parts();
    let desk = Desk::of(&server, signed::scene(&server, &parts, true)?).await?;
    let only = asked.admin.map(|admin| admin.to_lowercase());
    let is_asked = |address: &String| only.as_ref().is_none_or(|only| only == address);
    let others = permissions::others(&server, &desk.place).await;
    let others = others.map_err(|error| {
        tracing::warn!(%error, "who may decide at a place is not known");
        fault::unavailable("Permissions cannot be asked just now")
    })?;
    let leases = permissions::leases(&server, &desk.place).await;
    let stored: Vec<_> = desk
        .state
        .admins
        .iter()
        .filter(|(address, _)| is_asked(address))
        .collect();
    let mut addresses: Vec<String> = stored
        .iter()
        .map(|(address, _)| (*address).clone())
        .collect();
    addresses.extend(
        others
            .iter()
            .chain(&leases)
            .filter(|a| is_asked(a))
            .cloned(),
    );
    let names = names::of(&server, &addresses).await;
    let name = |address: &String| names.get(address).cloned().unwrap_or_default();
    let mut rows: Vec<Value> = stored
        .into_iter()
        .map(|(address, entry)| {
            json!({
                "id": entry.id, "place_id": desk.place.id, "admin": address, "added_by": entry.by,
                "created_at": entry.at.to_string(), "active": true, "name": name(address),
                "canBeRemoved": !others.contains(address),
            })
        })
        .collect();
    let more = others.iter().chain(leases.difference(&others));
    rows.extend(
        more.filter(|address| is_asked(address)).map(
            |address| json!({ "admin": address, "name": name(address), "canBeRemoved": false }),
        ),
    );
    Ok(Json(Value::Array(rows)))
}

/// Makes somebody an admin of the scene.
#[utoipa::path(post, path = "/scene-admin", tag = "scene admins", request_body = Object, responses((status = 204),
    (status = 400, body = Object), (status = 401, body = Object), (status = 404, body = Object)))]
pub(super) async fn add(State(server): State<Server>, request: Request) -> Result<Done, Fault> {
    let (parts, body) = request::split(request).await?;
    let asker = signed::scene(&server, &parts, false)?;
    let who = named(&server, &body, ("admin", "name")).await?;
    let desk = Desk::of(&server, asker).await?;
    let refusal = "You do not have permission to add admins to this place";
    desk.decides(&server, refusal).await?;
    let rights = desk.rights(&server, &who).await?;
    if rights.is_privileged() || rights.admin {
        return Err(fault::bad("Cannot add this address as an admin"));
    }
    if desk.state.is_banned(&who) {
        return Err(fault::bad(
            "Cannot add this address as an admin because it is banned from this scene",
        ));
    }
    if desk.state.admins.len() >= server.settings().scene_admins_max {
        return Err(fault::bad("This place has as many admins as it may have"));
    }
    let change = SceneChange {
        id: record::new_id(),
        ..desk.change(&server, SceneChange::ADMIN_ADDED, &who)
    };
    let written = record::shown(&server, vec![record::scene(&change)], &[SCENES]).await?;
    desk.tell(&server);
    Ok((StatusCode::NO_CONTENT, written, ()))
}

/// Makes somebody an admin no more.
#[utoipa::path(delete, path = "/scene-admin", tag = "scene admins", request_body = Object, responses((status = 204),
    (status = 400, body = Object), (status = 401, body = Object), (status = 404, body = Object)))]
pub(super) async fn remove(State(server): State<Server>, request: Request) -> Result<Done, Fault> {
    let (parts, body) = request::split(request).await?;
    let asker = signed::scene(&server, &parts, false)?;
    let read: Value = serde_json::from_slice(&body).unwrap_or_default();
    let Some(given) = read["admin"].as_str() else {
        return Err(fault::bad("Invalid payload"));
    };
    let who =
        request::address(given).ok_or_else(|| fault::unauthorized("Invalid admin address"))?;
    let desk = Desk::of(&server, asker).await?;
    let refusal = "You do not have permission to remove admins from this place";
    desk.decides(&server, refusal).await?;
    if desk.rights(&server, &who).await?.is_privileged() {
        return Err(fault::bad(
            "Cannot remove the user with privileges from this scene",
        ));
    }
    let Some(entry) = desk.state.admins.get(&who) else {
        return Err(fault::bad(
            "The specified admin does not exist or is already inactive",
        ));
    };
    let change = SceneChange {
        id: entry.id.clone(),
        ..desk.change(&server, SceneChange::ADMIN_REMOVED, &who)
    };
    let written = record::shown(&server, vec![record::scene(&change)], &[SCENES]).await?;
    desk.tell(&server);
    Ok((StatusCode::NO_CONTENT, written, ()))
}
