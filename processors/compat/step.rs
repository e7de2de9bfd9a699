//! From a deployment to the messages of the original queue.

use kernel::{Emit, Reject, Step};
use model::Json;
use model::events::catalyst::{Deployment, DeploymentMessage, EventMessage};
use serde_json::{Map, Value};

use crate::entity::Entity;
use crate::wire;

pub(super) fn step(deployment: &Deployment) -> Result<Step<()>, Reject> {
    let bad = |e: serde_json::Error| {
        let message = format!("entity {}: {e}", deployment.entity_id);
        Reject::new("DEPLOYMENT_ENTITY", message)
    };
    let kind = &deployment.entity_type;
    let multiplayer = Entity::read(&deployment.entity)
        .map_err(bad)?
        .is_multiplayer(kind);
    let entity = Json::from(Value::Object(both_forms(deployment).map_err(bad)?));
    let with_headers = |emit: Emit| Emit {
        headers: wire::queue_headers(kind, multiplayer),
        kind: format!("catalyst-deployment/{kind}").into(),
        ..emit
    };
    let mut emits = Vec::with_capacity(2);
    if matches!(kind.as_str(), "scene" | "wearable" | "emote") {
        let message = DeploymentMessage {
            entity: entity.clone(),
            content_server_urls: deployment.content_server_urls.clone(),
        };
        emits.push(with_headers(wire::emit(
            "compat.deployment",
            &deployment.entity_id,
            &message,
        )));
    }
    let message = EventMessage {
        kind: "catalyst-deployment".into(),
        sub_type: kind.clone(),
        key: Some(deployment.entity_id.clone()),
        timestamp: Some(deployment.entity_timestamp),
        entity,
        auth_chain: Some(deployment.auth_chain.clone()),
        content_server_urls: deployment.content_server_urls.clone(),
    };
    emits.push(with_headers(wire::emit(
        "compat.events",
        &deployment.entity_id,
        &message,
    )));
    Ok(Step {
        emits,
        ..Step::nothing()
    })
}

/// The entity with the members of the queue's form, then those of the content server's, then what the source added.
fn both_forms(deployment: &Deployment) -> Result<Map<String, Value>, serde_json::Error> {
    let api: Map<String, Value> = deployment.entity.read()?;
    let mut both = Map::new();
    let mut set = |name: &str, value: Value| both.insert(name.to_owned(), value);
    set("entityId", deployment.entity_id.as_str().into());
    set("entityType", deployment.entity_type.as_str().into());
    set("pointers", deployment.pointers.clone().into());
    set("authChain", serde_json::to_value(&deployment.auth_chain)?);
    set("entityTimestamp", deployment.entity_timestamp.into());
    set("metadata", api.get("metadata").cloned().unwrap_or(Value::Null));
    if let Some(local) = deployment.local_timestamp {
        set("localTimestamp", local.into());
    }
    set("deployerAddress", deployment.deployer.as_str().into());
    set("version", api.get("version").cloned().unwrap_or_else(|| "v3".into()));
    set("id", deployment.entity_id.as_str().into());
    set("type", deployment.entity_type.as_str().into());
    set("timestamp", deployment.entity_timestamp.into());
    set("content", api.get("content").cloned().unwrap_or_else(|| Vec::<Value>::new().into()));
    let extra: Option<Map<String, Value>> = match &deployment.extra {
        Some(extra) => extra.read().ok(),
        None => None,
    };
    let streamed = extra.and_then(|mut extra| match extra.remove("entity") {
        Some(Value::Object(members)) => Some(members),
        _ => None,
    });
    for (name, value) in api.into_iter().chain(streamed.into_iter().flatten()) {
        both.entry(name).or_insert(value);
    }
    Ok(both)
}
