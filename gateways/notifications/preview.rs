//! `/test-notifications`: how mails look. The original showed them to everybody; here a service's bearer is wanted.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use model::events::notification::{TYPES, is_type};

use super::Server;
use super::error::{Fault, Refusal};
use super::post::bearer;
use crate::frame::{Edge, Secret};
use crate::runners::mail::{Signer, links_base, shown};

/// Where the mail of each type is shown, for types that have one.
#[utoipa::path(get, path = "/test-notifications", tag = "services",
    responses((status = 200, body = BTreeMap<String, String>), (status = 401, body = Refusal)))]
pub(super) async fn list(
    State(server): State<Server>,
    edge: Edge,
    headers: HeaderMap,
) -> Result<Json<BTreeMap<String, String>>, Fault> {
    bearer(&server, &headers)?;
    let preview = server.context.mail_preview;
    let kinds = TYPES.iter().map(|(kind, _)| *kind);
    let shown = kinds.filter(|kind| preview(kind).is_some());
    let url = |kind: &str| format!("{}/test-notifications/{kind}", edge.base_url);
    Ok(Json(
        shown.map(|kind| (kind.to_owned(), url(kind))).collect(),
    ))
}

/// The mail of a type, with something made up in each place.
#[utoipa::path(get, path = "/test-notifications/{id}", tag = "services",
    params(("id" = String, Path, description = "a type of notification")),
    responses((status = 200, content_type = "text/html", body = String), (status = 204, description = "no mail"),
        (status = 400, body = Refusal), (status = 401, body = Refusal)))]
pub(super) async fn show(
    State(server): State<Server>,
    edge: Edge,
    Path(kind): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    bearer(&server, &headers)?;
    if !is_type(&kind) {
        let shown: String = kind.chars().take(64).collect();
        return Err(Fault::bad(format!("Invalid notification type: {shown}")));
    }
    let Some(mail) = (server.context.mail_preview)(&kind) else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let base = links_base(&server.context.settings).unwrap_or(edge.base_url);
    // Its links are nobody's: the mail is to the address of all zeros.
    let nobody = Signer::new(Secret::new("preview"));
    Ok(Html(shown(mail, &server.places, &nobody, &base)).into_response())
}
