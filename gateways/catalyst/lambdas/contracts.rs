//! What the original reads from the DAO's contracts, and the server's version.
//!
//! No chain is read here: the lists are the realm's own, as configured. They are empty unless set, which says that
//! this realm follows nobody, marks no places and denies no names, not what the DAO decided.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::catalyst::Server;

/// What the server is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::catalyst) struct LambdasStatus {
    /// Version of the program.
    version: &'static str,
    /// The platform's clock, ms.
    current_time: i64,
    /// Commit it was built from.
    commit_hash: &'static str,
}

/// A catalyst. Its owner and its id are on the chain, so they are not named.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::catalyst) struct CatalystServer {
    /// Its address, without `/content`.
    base_url: String,
}

/// The version.
#[utoipa::path(get, path = "/lambdas/status", tag = "lambdas",
    responses((status = 200, body = LambdasStatus)))]
pub(super) async fn status(State(server): State<Server>) -> Json<LambdasStatus> {
    Json(LambdasStatus {
        version: server.facts.version,
        current_time: server.facts.lambdas.clock.now_ms(),
        commit_hash: server.facts.commit,
    })
}

/// The catalysts that are followed (`catalyst.urls`); the DAO's list is not read.
#[utoipa::path(get, path = "/lambdas/contracts/servers", tag = "lambdas",
    responses((status = 200, body = [CatalystServer])))]
pub(super) async fn servers(State(server): State<Server>) -> Json<Vec<CatalystServer>> {
    let servers = server.facts.lambdas.servers.iter().cloned();
    Json(
        servers
            .map(|base_url| CatalystServer { base_url })
            .collect(),
    )
}

/// The realm's points of interest (`catalyst.pois`); the DAO's list is not read.
#[utoipa::path(get, path = "/lambdas/contracts/pois", tag = "lambdas",
    responses((status = 200, body = [String])))]
pub(super) async fn pois(State(server): State<Server>) -> Json<Vec<String>> {
    Json(server.facts.lambdas.pois.clone())
}

/// The names that the realm does not show (`catalyst.denylisted_names`); the DAO's list is not read.
#[utoipa::path(get, path = "/lambdas/contracts/denylisted-names", tag = "lambdas",
    responses((status = 200, body = [String])))]
pub(super) async fn denylisted_names(State(server): State<Server>) -> Json<Vec<String>> {
    Json(server.facts.lambdas.denylisted_names.clone())
}
