//! `PUT /notifications/read`.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Request, State};
use model::events::notification::{Command, EVERYBODY};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::{Fault, Refusal};
use super::signed::{self, Signed};
use super::tables::Tables;
use super::{Server, command};
use crate::frame::Written;

/// What was read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "it only documents the body, which is read as any JSON"
)]
pub(super) struct ReadIds {
    /// UUIDs.
    notification_ids: Vec<String>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Updated {
    /// How many were newly read.
    updated: i64,
}

/// Marks notifications of the signer as read. Ids that are not the signer's, or were read before, count for nothing.
#[utoipa::path(put, path = "/notifications/read", tag = "notifications", request_body = ReadIds,
    responses((status = 200, body = Updated), (status = 400, body = Refusal), (status = 401, body = Refusal)))]
pub(super) async fn read(
    State(server): State<Server>,
    signed: Signed,
    request: Request,
) -> Result<(Written, Json<Updated>), Fault> {
    let body = signed::body(request, &server).await?;
    let ids = ids(&body, server.settings().ids_max)?;
    let tables = Tables::of(&server.context.platform);
    let everybody = tables.person(EVERYBODY).await?;
    let (broadcast, own): (Vec<Uuid>, Vec<Uuid>) = ids
        .into_iter()
        .partition(|id| everybody.known.contains_key(id));
    let texts = |ids: Vec<Uuid>| ids.iter().map(Uuid::to_string).collect();
    let command = Command {
        command: "read".into(),
        command_id: signed.command_id(&body),
        address: signed.address,
        ids: texts(own),
        broadcast_ids: texts(broadcast),
        ..Command::default()
    };
    let (answer, written) = command::run(&server, command).await?;
    let updated = command::accepted(answer)?.updated.unwrap_or(0);
    Ok((written, Json(Updated { updated })))
}

fn ids(body: &[u8], most: usize) -> Result<BTreeSet<Uuid>, Fault> {
    let body: Value = serde_json::from_slice(body).map_err(|_| Fault::bad("Invalid body"))?;
    let list = body.get("notificationIds").and_then(Value::as_array);
    let list = list.filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| Fault::bad("Missing notificationIds"))?;
    if list.len() > most {
        return Err(Fault::bad(format!("More than {most} notificationIds")));
    }
    let id = |value: &Value| {
        let id = value.as_str().and_then(|text| Uuid::try_parse(text).ok());
        id.ok_or_else(|| {
            let shown: String = value.to_string().chars().take(64).collect();
            Fault::bad(format!("Invalid notification id: {shown}"))
        })
    };
    list.iter().map(id).collect()
}
