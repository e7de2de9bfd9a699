//! `/realms`, one of them, and what runs here.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::fault::{Fault, FaultBody};
use super::main_realm::{MAIN, Main, realms_of};
use super::view::Realm;
use super::{Server, set};
use crate::frame::{Edge, Status};

/// A realm that can be entered.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    /// Its name.
    server_name: String,
    /// What `/about` is appended to.
    url: String,
    /// People in it.
    users_count: u64,
}

impl Listed {
    /// A catalyst; `None` for one without comms, or without a name.
    fn of(realm: &Arc<Realm>) -> Option<Self> {
        Some(Self {
            server_name: realm.name()?.to_owned(),
            url: realm.url.clone(),
            users_count: realm.users()?,
        })
    }
}

/// The path of the request, below the gateway's own.
#[utoipa::path(get, path = "/ping", tag = "status", responses((status = 200, body = String)))]
pub(super) async fn ping(uri: Uri) -> String {
    uri.path().to_owned()
}

/// The program, and the platform's time.
#[utoipa::path(get, path = "/status", tag = "status", responses((status = 200, body = Status)))]
pub(super) async fn status(State(server): State<Server>) -> Json<Status> {
    Json(Status::of(&server.context))
}

async fn list(server: &Server, edge: &Edge) -> Result<Vec<Listed>, Fault> {
    let view = server.view().await?;
    let realms = realms_of(server, &view, edge).await;
    let mut listed: Vec<Listed> = realms.iter().filter_map(Listed::of).collect();
    let main = Main::of(server, &view);
    if main.healthy {
        let base = set(&server.asking.settings.http_base_url);
        let base = base.unwrap_or(&edge.base_url).trim_end_matches('/');
        listed.push(Listed {
            server_name: MAIN.to_owned(),
            url: format!("{base}/{MAIN}"),
            users_count: main.users,
        });
    }
    Ok(listed)
}

/// The realms that are well: catalysts that have comms, and `main`.
#[utoipa::path(get, path = "/realms", tag = "realms",
    responses((status = 200, body = [Listed]), (status = 503, body = FaultBody)))]
pub(super) async fn realms(
    State(server): State<Server>,
    edge: Edge,
) -> Result<Json<Vec<Listed>>, Fault> {
    Ok(Json(list(&server, &edge).await?))
}

/// One of the realms by its name.
#[utoipa::path(get, path = "/realm/{id}", tag = "realms", params(("id" = String, Path, description = "name")),
    responses((status = 200, body = Listed), (status = 404, body = FaultBody), (status = 503, body = FaultBody)))]
pub(super) async fn realm(
    State(server): State<Server>,
    Path(id): Path<String>,
    edge: Edge,
) -> Result<Json<Listed>, Fault> {
    let listed = list(&server, &edge).await?;
    let mut named = listed.into_iter();
    let named = named.find(|realm| realm.server_name == id);
    named.map(Json).ok_or(Fault::NoRealm)
}
