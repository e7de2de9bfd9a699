//! From a deployment to a wish.

use kernel::{Context, Reject, Step};
use model::Json;
use model::events::catalyst::Deployment;
use model::events::conversion::{Asked, Input, Told};
use model::tables::HOUR_MS;
use serde_json::{Value, json};

use super::super::INPUTS;
use crate::wire;

/// Somebody waits for what was made no longer ago than this.
const LIVE_MS: i64 = HOUR_MS;
/// Names the wish: an entity is deployed once.
const DEPLOYED: &str = "deployed";
/// Members of the metadata that a plan asks for.
const METADATA: [&str; 3] = ["display", "scene", "worldConfiguration"];

pub(super) fn step(deployment: &Deployment, context: &Context) -> Result<Step<()>, Reject> {
    let id = &deployment.entity_id;
    let entity = deployment.entity.value();
    let entity =
        entity.map_err(|e| Reject::new("DEPLOYMENT_ENTITY", format!("entity {id}: {e}")))?;
    let seen_at = deployment.local_timestamp.unwrap_or(context.timestamp);
    let asked = Told::Asked(Asked {
        entity_type: deployment.entity_type.clone(),
        servers: deployment.content_server_urls.clone(),
        entity: Some(needed(entity)),
        force: false,
        id: DEPLOYED.to_owned(),
        live: is_live(deployment.entity_timestamp, seen_at),
    });
    Ok(Step {
        emits: vec![wire::emit(INPUTS, id, &Input::new(id, &asked))],
        ..Step::nothing()
    })
}

/// Whether somebody waits for what was made then and told of now.
pub(in super::super) fn is_live(made_at: i64, seen_at: i64) -> bool {
    seen_at - made_at < LIVE_MS
}

/// What a plan has to know of an entity.
pub(in super::super) fn needed(mut entity: Value) -> Json {
    let mut metadata = entity["metadata"].take();
    if let Some(members) = metadata.as_object_mut() {
        members.retain(|name, _| METADATA.contains(&name.as_str()));
    }
    let content = match entity.get_mut("content").map(Value::take) {
        Some(Value::Array(content)) => content,
        _ => Vec::new(),
    };
    Json::from(json!({"content": content, "metadata": metadata}))
}
