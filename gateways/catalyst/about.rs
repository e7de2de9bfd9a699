//! What the server says of itself: `/about`, `/content/status`, `/content/challenge`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use runtime::ports::{Clock, SystemClock};

use super::Server;
use super::catalog::Synchronization;
use super::lambdas::Lambdas;
use crate::frame::{Edge, Settings};

/// Facts that do not change while the server runs.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Version of the program.
    pub version: &'static str,
    /// Commit it was built from.
    pub commit: &'static str,
    /// Base of the public URLs; `None`: as the client reached the server.
    pub public_url: Option<String>,
    /// `configurations.realmName`.
    pub realm_name: String,
    /// `configurations.networkId`.
    pub network_id: u32,
    /// `ethNetwork`.
    pub eth_network: String,
    /// `comms.adapter`; `None`: no comms.
    pub comms_adapter: Option<String>,
    /// What the `/lambdas` routes know besides the entities.
    pub lambdas: Lambdas,
    /// When the list of servers was last settled, ms: clients call it the last synchronisation with the DAO. Here the
    /// list is configuration, so it is the start of the process.
    pub servers_known_at: i64,
    /// What `/content/challenge` answers: another text in each process.
    pub challenge: String,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            version: "0.0.0",
            commit: "unknown",
            public_url: None,
            realm_name: "worldlog".into(),
            network_id: 1,
            eth_network: "mainnet".into(),
            comms_adapter: None,
            lambdas: Lambdas::default(),
            servers_known_at: SystemClock.now_ms(),
            challenge: Uuid::now_v7().to_string(),
        }
    }
}

impl Facts {
    /// As configured; of an unnamed program.
    pub fn of(settings: &Settings, clock: &Arc<dyn Clock>) -> Self {
        let catalyst = &settings.catalyst;
        Self {
            public_url: catalyst.public_url.clone(),
            realm_name: catalyst.realm_name.clone(),
            network_id: catalyst.network_id,
            eth_network: catalyst.eth_network.clone(),
            comms_adapter: catalyst.comms_adapter.clone(),
            lambdas: Lambdas::of(settings, clock),
            ..Self::default()
        }
    }
}

/// What a client needs to know to enter the realm.
#[utoipa::path(get, path = "/about", tag = "about",
    responses((status = 200, description = "healthy", body = Object),
        (status = 503, description = "not healthy", body = Object)))]
pub(super) async fn about(State(server): State<Server>, edge: Edge) -> Response {
    let facts = &server.facts;
    let state = server.catalog.synchronization().await;
    let base = facts.public_url.clone().unwrap_or(edge.base_url);
    let status = match state {
        Synchronization::Syncing => StatusCode::OK,
        Synchronization::Bootstrapping => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(body(facts, state, &base))).into_response()
}

/// The body of `/about`, with the base of the public URLs.
pub(super) fn body(facts: &Facts, state: Synchronization, base: &str) -> Value {
    let healthy = state == Synchronization::Syncing;
    let base = base.trim_end_matches('/');
    let (version, commit) = (facts.version, facts.commit);
    let mut comms = json!({
        "healthy": facts.comms_adapter.is_some(), "protocol": "v3", "version": version,
        "commitHash": commit, "usersCount": 0,
    });
    if let Some(adapter) = &facts.comms_adapter {
        comms["adapter"] = adapter.as_str().into();
    }
    json!({
        "healthy": healthy,
        "acceptingUsers": healthy,
        "content": {
            "healthy": healthy, "version": version, "commitHash": commit,
            "synchronizationStatus": state_name(state), "publicUrl": format!("{base}/content"),
        },
        "lambdas": {
            "healthy": true, "version": version, "commitHash": commit,
            "publicUrl": format!("{base}/lambdas"),
        },
        "configurations": {
            "networkId": facts.network_id, "globalScenesUrn": [], "scenesUrn": [],
            "realmName": facts.realm_name, "map": map(),
        },
        "comms": comms,
        "bff": { "healthy": healthy, "protocolVersion": "1.0_0", "userCount": 0, "publicUrl": "/bff" },
    })
}

fn state_name(state: Synchronization) -> &'static str {
    match state {
        Synchronization::Bootstrapping => "Bootstrapping",
        Synchronization::Syncing => "Syncing",
    }
}

/// The extent of Genesis City and where its pictures are, as every catalyst says it.
fn map() -> Value {
    json!({
        "minimapEnabled": true,
        "sizes": [
            { "left": -150, "top": 150, "right": 150, "bottom": -150 },
            { "left": 62, "top": 158, "right": 162, "bottom": 151 },
            { "left": 151, "top": 150, "right": 163, "bottom": 59 },
        ],
        "satelliteView": {
            "version": "v1", "baseUrl": "https://genesis.city/map/latest", "suffixUrl": ".jpg",
            "topLeftOffset": { "x": -2, "y": -6 },
        },
        "parcelView": { "version": "v1", "imageUrl": "https://api.decentraland.org/v1/minimap.png" },
    })
}

/// The state of the content server.
#[utoipa::path(get, path = "/content/status", tag = "about",
    responses((status = 200, body = Object), (status = 503, body = Object)))]
pub(super) async fn status(State(server): State<Server>) -> Response {
    let facts = &server.facts;
    let state = server.catalog.synchronization().await;
    let body = json!({
        "version": facts.version, "commitHash": facts.commit, "ethNetwork": facts.eth_network,
        "synchronizationStatus": {
            "synchronizationState": state_name(state), "lastSyncWithDAO": facts.servers_known_at,
        },
    });
    let status = match state {
        Synchronization::Syncing => StatusCode::OK,
        Synchronization::Bootstrapping => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(body)).into_response()
}

/// A text by which a server recognises itself behind a name.
#[utoipa::path(get, path = "/content/challenge", tag = "about",
    responses((status = 200, body = Object)))]
pub(super) async fn challenge(State(server): State<Server>) -> Json<Value> {
    Json(json!({ "challengeText": server.facts.challenge }))
}
