//! Conversions that are asked for by hand.

use axum::Json;
use axum::extract::{Request, State};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use kernel::{Headers, NewRecord};
use model::Recorded;
use model::events::conversion::{Asked, Input, Told};
use model::events::registry::is_catalogued;
use serde::Deserialize;
use serde_json::{Value, json};
use unitybundle::Profile;
use utoipa::ToSchema;

use super::error::Fault;
use super::read::ENTITIES;
use crate::frame::{self, GatewayContext, Secret, Written};

const SOURCE: &str = "gateways/assets";
const INPUTS: &str = "conversion.inputs";
/// Of the platforms that the catalogue knows, and of the others.
const CATALOGUED: &str = "asset-bundle.events";
const EVENTS: &str = "asset.conversions";

/// A deployment to be converted, in the form of the deployments queue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Task {
    /// `entityId` and `authChain`.
    entity: Entity,
    /// Content servers that have it.
    content_server_urls: Option<Vec<String>>,
    /// Whether it is done again although it was done.
    force: Option<bool>,
    /// Whether somebody waits for it now.
    prioritize: Option<bool>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Entity {
    entity_id: String,
    #[expect(dead_code, reason = "the original wants it, and looks no further")]
    auth_chain: Vec<Value>,
    #[serde(default)]
    entity_type: String,
}

fn unauthorized() -> Fault {
    Fault::Own(StatusCode::UNAUTHORIZED, json!("Unauthorized"))
}

/// Asks for an entity's conversion.
#[utoipa::path(post, path = "/queue-task", tag = "admin", request_body = Task,
    responses((status = 201, body = Object), (status = 401, body = Object), (status = 403, body = Object)))]
pub(super) async fn queue_task(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
    request: Request,
) -> Result<(StatusCode, Written, Json<Value>), Fault> {
    let secret = Secret::present(&context.settings.assets.tmp_secret).ok_or_else(unauthorized)?;
    let given = headers.get(header::AUTHORIZATION);
    let given = given.and_then(|value| value.to_str().ok());
    if !frame::auth::same(given.unwrap_or_default(), secret) {
        return Err(unauthorized());
    }
    let body = frame::bytes(request, &()).await?;
    let refused = |what: String| Fault::Own(StatusCode::FORBIDDEN, json!({"errors": [what]}));
    let task: Task = serde_json::from_slice(&body).map_err(|e| refused(e.to_string()))?;
    let id = &task.entity.entity_id;
    if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(refused(format!("entityId {id:?} is no content id")));
    }
    let servers = task.content_server_urls.unwrap_or_default();
    if servers.is_empty() {
        return Err(refused("contentServerUrls is empty".into()));
    }
    let is_live = task.prioritize.unwrap_or(false);
    let at = context.platform.clock.now_ms();
    // Each time is another time, also with the same words.
    let wish = uuid::Uuid::now_v7();
    let asked = Told::Asked(Asked {
        entity_type: task.entity.entity_type,
        servers,
        entity: None,
        force: task.force.unwrap_or(false),
        live: is_live,
        id: wish.to_string(),
    });
    let value = model::encode(&Input::new(&**id, &asked));
    let key = Bytes::from(id.clone());
    let named = Headers::new(wish, Input::SCHEMA, SOURCE);
    let mut records = vec![NewRecord::keyed(INPUTS.into(), key.clone(), named, value)];
    let convert = &context.settings.convert;
    for (platform, profile) in &convert.profiles {
        let version = Profile::parse(profile).map(|profile| convert.version(profile));
        let event = json!({
            "type": "asset-bundle", "subType": "manually-queued", "key": format!("{id}-{platform}"), "timestamp": at,
            "metadata": {"entityId": id, "platform": platform, "isLods": false, "isPriority": is_live,
                "version": version.unwrap_or_default()},
        });
        let encoded = model::encode_event(&event).map_err(frame::ApiError::internal)?;
        let named = Headers::new(uuid::Uuid::now_v7(), encoded.schema.name, SOURCE);
        let topic = match is_catalogued(platform) {
            true => CATALOGUED,
            false => EVENTS,
        };
        let record = NewRecord::keyed(topic.into(), key.clone(), named, encoded.bytes);
        records.push(record);
    }
    let token = context.platform.append(records).await?;
    let wait = context.settings.gateway.wait;
    let written = frame::after_write(&context.platform, wait, &[ENTITIES], token).await;
    Ok((StatusCode::CREATED, written, Json(json!({"id": wish}))))
}
