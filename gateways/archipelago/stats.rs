//! Who is where, over HTTP.

use std::collections::HashSet;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use islands::PeerId;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Server;
use super::scene::{Known, Seen};
use super::wire::{IslandData, Position};
use crate::frame::scenes::HotScene;
use crate::frame::{Edge, Status as ServiceStatus};

/// Most ids of one question.
const IDS_MAX: usize = 1000;

/// What the services of the original say of themselves, in one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    #[serde(flatten)]
    service: ServiceStatus,
    /// Sockets of this process that are somebody's.
    user_count: usize,
}

/// How the core is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CoreStatus {
    /// Whether it was heard of within 90 seconds.
    healthy: bool,
    /// Peers.
    user_count: u32,
}

/// Somebody.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Peer {
    /// Lower-case address.
    id: String,
    /// The same.
    address: String,
    /// When it was heard of, ms.
    last_ping: i64,
    /// x and y of the parcel.
    parcel: [i32; 2],
    /// Metres.
    position: [f64; 3],
}

/// An island.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Island {
    /// Its name, and its room's.
    id: String,
    /// Peers that it may have.
    max_peers: u32,
    /// Metres.
    center: [f64; 3],
    /// Metres.
    radius: f64,
    /// Its members.
    peers: Vec<Peer>,
}

fn metres(at: Position) -> [f64; 3] {
    [at.x.into(), at.y.into(), at.z.into()]
}

impl Peer {
    fn of(peer: PeerId, seen: &Seen) -> Self {
        let (x, y) = seen.parcel();
        Self {
            id: peer.to_string(),
            address: peer.to_string(),
            last_ping: seen.at,
            parcel: [x, y],
            position: metres(seen.position),
        }
    }
}

impl Island {
    fn of(island: &IslandData, known: &Known) -> Self {
        let peers = island.peers.iter();
        let peers = peers.filter_map(|peer| {
            let peer = PeerId::parse(peer).ok()?;
            Some(Peer::of(peer, known.peers.get(&peer)?))
        });
        Self {
            id: island.id.clone(),
            max_peers: island.max_peers,
            center: metres(island.center.unwrap_or_default()),
            radius: island.radius,
            peers: peers.collect(),
        }
    }
}

/// What runs here, and for how many.
#[utoipa::path(get, path = "/status", tag = "stats", responses((status = 200, body = Status)))]
pub(super) async fn status(State(server): State<Server>) -> Json<Status> {
    Json(Status {
        service: ServiceStatus::of(&server.context),
        user_count: server.live.sessions.count(),
    })
}

/// How the core is.
#[utoipa::path(get, path = "/core-status", tag = "stats", responses((status = 200, body = CoreStatus)))]
pub(super) async fn core_status(State(server): State<Server>) -> Json<CoreStatus> {
    let now_ms = server.context.platform.clock.now_ms();
    let (healthy, user_count) = server.live.scene.core(now_ms);
    Json(CoreStatus {
        healthy,
        user_count,
    })
}

/// Everybody, or those asked for.
#[utoipa::path(get, path = "/peers", tag = "stats", params(("id" = Option<Vec<String>>, Query, description = "addresses as `id` has them")),
    responses((status = 200, description = "`{ok: true, peers}`", body = Object)))]
pub(super) async fn peers(State(server): State<Server>, RawQuery(query): RawQuery) -> Json<Value> {
    let ids = ids(query.as_deref().unwrap_or_default());
    let known = server.live.scene.known();
    let mut peers: Vec<Peer> = match &ids[..] {
        [] => known
            .peers
            .iter()
            .map(|(id, seen)| Peer::of(*id, seen))
            .collect(),
        ids => {
            let found = ids.iter().filter_map(|id| of(&known, id));
            found.collect()
        }
    };
    drop(known);
    peers.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    Json(json!({ "ok": true, "peers": peers }))
}

/// The values of `id`, each once.
fn ids(query: &str) -> Vec<String> {
    // Only its query is of interest, and this reads it as browsers do.
    let Ok(url) = reqwest::Url::parse(&format!("http://query/?{query}")) else {
        return Vec::new();
    };
    let mut seen = HashSet::new();
    let ids = url.query_pairs().filter(|(name, _)| name == "id");
    let ids = ids.map(|(_, id)| id.into_owned());
    ids.filter(|id| seen.insert(id.clone()))
        .take(IDS_MAX)
        .collect()
}

/// A peer by its id, exactly as it is written.
fn of(known: &Known, id: &str) -> Option<Peer> {
    let peer = PeerId::parse(id).ok()?;
    let seen = known.peers.get(&peer)?;
    let peer = Peer::of(peer, seen);
    (peer.id == id).then_some(peer)
}

/// Somebody.
#[utoipa::path(get, path = "/peers/{id}", tag = "stats", params(("id" = String, Path)),
    responses((status = 200, description = "`{ok: true, peer}`", body = Object),
        (status = 404, description = "`{ok: false, peer: null}`", body = Object)))]
pub(super) async fn peer(State(server): State<Server>, Path(id): Path<String>) -> Response {
    match of(&server.live.scene.known(), &id) {
        Some(peer) => Json(json!({ "ok": true, "peer": peer })).into_response(),
        None => {
            let body = Json(json!({ "ok": false, "peer": null }));
            (StatusCode::NOT_FOUND, body).into_response()
        }
    }
}

/// Parcels with somebody on them.
#[utoipa::path(get, path = "/parcels", tag = "stats",
    responses((status = 200, description = "`{parcels: [{peersCount, parcel: {x, y}}]}`", body = Object)))]
pub(super) async fn parcels(State(server): State<Server>) -> Json<Value> {
    let parcels = server.live.scene.parcels().into_iter();
    let parcels =
        parcels.map(|((x, y), count)| json!({ "peersCount": count, "parcel": { "x": x, "y": y } }));
    Json(json!({ "parcels": parcels.collect::<Vec<_>>() }))
}

/// All islands.
#[utoipa::path(get, path = "/islands", tag = "stats",
    responses((status = 200, description = "`{ok: true, islands}`", body = Object)))]
pub(super) async fn islands(State(server): State<Server>) -> Json<Value> {
    let known = server.live.scene.known();
    let islands: Vec<Island> = known
        .islands
        .iter()
        .map(|island| Island::of(island, &known))
        .collect();
    drop(known);
    Json(json!({ "ok": true, "islands": islands }))
}

/// An island.
#[utoipa::path(get, path = "/islands/{id}", tag = "stats", params(("id" = String, Path)),
    responses((status = 200, body = Island), (status = 404, description = "nothing")))]
pub(super) async fn island(State(server): State<Server>, Path(id): Path<String>) -> Response {
    let known = server.live.scene.known();
    match known.islands.iter().find(|island| island.id == id) {
        Some(island) => Json(Island::of(island, &known)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Scenes with somebody in them, those with most first; at most 100.
#[utoipa::path(get, path = "/hot-scenes", tag = "stats", responses((status = 200, body = [HotScene])))]
pub(super) async fn hot_scenes(State(server): State<Server>, edge: Edge) -> Json<Vec<HotScene>> {
    Json(server.hot.shown(&server, &edge).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_values_of_a_query_each_once() {
        assert_eq!(ids("id=0x1&other=0x2&id=%30x3&id=0x1"), ["0x1", "0x3"]);
        assert!(ids("").is_empty());
        assert_eq!(ids("id="), [""]);
    }
}
