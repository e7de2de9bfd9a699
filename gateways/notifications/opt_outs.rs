//! `/subscription/opt-outs`: to be told nothing of one community.

use axum::Json;
use axum::extract::{Path, Request, State};
use http::StatusCode;
use model::events::notification::Command;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{Fault, Refusal};
use super::signed::{self, Signed};
use super::tables::Tables;
use super::{Server, command};
use crate::frame::Written;

/// What can be opted out of.
const SCOPES: [&str; 1] = ["community"];
/// Longest id, bytes.
const ID_BYTES_MAX: usize = 256;

/// What to be told nothing of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "it only documents the body, which is read as any JSON"
)]
pub(super) struct Scope {
    /// `community`
    scope: String,
    /// Which one.
    scope_id: String,
}

/// Whether somebody is told nothing of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OptOut {
    scope: String,
    scope_id: String,
    opted_out: bool,
}

/// Has the signer be told nothing of one thing any more.
#[utoipa::path(post, path = "/subscription/opt-outs", tag = "subscription", request_body = Scope,
    responses((status = 201, body = OptOut), (status = 400, body = Refusal), (status = 401, body = Refusal)))]
pub(super) async fn opt_out(
    State(server): State<Server>,
    signed: Signed,
    request: Request,
) -> Result<(StatusCode, Written, Json<OptOut>), Fault> {
    let body = signed::body(request, &server).await?;
    let (scope, scope_id) = asked(&body)?;
    let id = signed.command_id(&body);
    let command = named("opt-out", signed, id, &scope, &scope_id);
    let (answer, written) = command::run(&server, command).await?;
    command::accepted(answer)?;
    let opt_out = OptOut {
        scope,
        scope_id,
        opted_out: true,
    };
    Ok((StatusCode::CREATED, written, Json(opt_out)))
}

/// Whether the signer is told nothing of one thing.
#[utoipa::path(get, path = "/subscription/opt-outs/{scope}/{scopeId}", tag = "subscription",
    params(("scope" = String, Path), ("scopeId" = String, Path)),
    responses((status = 200, body = OptOut), (status = 400, body = Refusal), (status = 401, body = Refusal)))]
pub(super) async fn opted_out(
    State(server): State<Server>,
    Path((scope, scope_id)): Path<(String, String)>,
    signed: Signed,
) -> Result<Json<OptOut>, Fault> {
    known(&scope)?;
    let tables = Tables::of(&server.context.platform);
    let person = tables.person(&signed.address).await?;
    Ok(Json(OptOut {
        opted_out: person.opted_out(&scope, &scope_id),
        scope,
        scope_id,
    }))
}

/// Has the signer be told of one thing again.
#[utoipa::path(delete, path = "/subscription/opt-outs/{scope}/{scopeId}", tag = "subscription",
    params(("scope" = String, Path), ("scopeId" = String, Path)),
    responses((status = 204), (status = 400, body = Refusal), (status = 401, body = Refusal)))]
pub(super) async fn opt_in(
    State(server): State<Server>,
    Path((scope, scope_id)): Path<(String, String)>,
    signed: Signed,
) -> Result<(Written, StatusCode), Fault> {
    known(&scope)?;
    let id = signed.command_id(b"");
    let command = named("opt-in", signed, id, &scope, &scope_id);
    let (answer, written) = command::run(&server, command).await?;
    command::accepted(answer)?;
    Ok((written, StatusCode::NO_CONTENT))
}

fn named(what: &str, signed: Signed, id: String, scope: &str, scope_id: &str) -> Command {
    Command {
        command: what.to_owned(),
        command_id: id,
        address: signed.address,
        scope: Some(scope.to_owned()),
        scope_id: Some(scope_id.to_owned()),
        ..Command::default()
    }
}

fn known(scope: &str) -> Result<(), Fault> {
    if SCOPES.contains(&scope) {
        return Ok(());
    }
    let shown: String = scope.chars().take(64).collect();
    Err(Fault::bad(format!("Invalid scope: {shown}")))
}

/// The scope and the id of a body that has nothing else.
fn asked(body: &[u8]) -> Result<(String, String), Fault> {
    let body: Value = serde_json::from_slice(body).map_err(|_| Fault::bad("Invalid body"))?;
    let members = body.as_object().ok_or_else(|| Fault::bad("Invalid body"))?;
    let odd = members
        .keys()
        .find(|name| !["scope", "scopeId"].contains(&name.as_str()));
    if let Some(odd) = odd {
        let shown: String = odd.chars().take(64).collect();
        return Err(Fault::bad(format!("Unknown field: {shown}")));
    }
    let text = |name: &str| {
        members
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    known(text("scope"))?;
    let scope_id = text("scopeId");
    if scope_id.is_empty() || scope_id.len() > ID_BYTES_MAX {
        return Err(Fault::bad("Invalid scopeId"));
    }
    Ok((text("scope").to_owned(), scope_id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_known_scope_with_an_id_and_nothing_else_is_taken() {
        let of = |body: &str| asked(body.as_bytes()).ok();
        let good = Some(("community".to_owned(), "c1".to_owned()));
        assert_eq!(of(r#"{"scope":"community","scopeId":"c1"}"#), good);
        for body in [
            "",
            "[]",
            r#"{"scopeId":"c1"}"#,
            r#"{"scope":"world","scopeId":"c1"}"#,
            r#"{"scope":"community","scopeId":""}"#,
            r#"{"scope":"community","scopeId":7}"#,
            r#"{"scope":"community","scopeId":"c1","entity":"x"}"#,
        ] {
            assert_eq!(of(body), None, "{body}");
        }
    }
}
