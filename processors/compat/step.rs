//! From a deployment to the messages of the original queue.

use std::borrow::Cow;
use std::collections::BTreeMap;

use kernel::{Emit, Reject, Step};
use model::Json;
use model::events::catalyst::{Deployment, DeploymentMessage, EventMessage};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::entity::Entity;
use crate::wire;

pub(super) fn step(deployment: &Deployment) -> Result<Step<()>, Reject> {
    let bad = |why: String| {
        let message = format!("entity {}: {why}", deployment.entity_id);
        Reject::new("DEPLOYMENT_ENTITY", message)
    };
    let kind = &deployment.entity_type;
    let multiplayer = Entity::read(&deployment.entity)
        .map_err(bad)?
        .is_multiplayer(kind);
    let entity = both_forms(deployment).map_err(|e| bad(e.to_string()))?;
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
            extra: beside_entity(deployment),
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
        extra: beside_entity(deployment),
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

/// Members of a JSON object as they stand: numbers that no float holds, spaces and all.
type Members<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// The entity with the members of the queue's form, then those of the content server's, then what the source added.
fn both_forms(deployment: &Deployment) -> Result<Json, serde_json::Error> {
    let api: Members<'_> = serde_json::from_str(deployment.entity.text())?;
    let extra = deployment.extra.as_ref().map(|extra| extra.text());
    let streamed = extra.and_then(|text| serde_json::from_str::<Extra<'_>>(text).ok());
    let stated = |name: &str, absent: Value| match api.get(name) {
        Some(raw) => Ok((*raw).to_owned()),
        None => to_raw_value(&absent),
    };
    let known = [
        ("entityId", to_raw_value(&deployment.entity_id)?),
        ("entityType", to_raw_value(&deployment.entity_type)?),
        ("pointers", to_raw_value(&deployment.pointers)?),
        ("authChain", to_raw_value(&deployment.auth_chain)?),
        (
            "entityTimestamp",
            to_raw_value(&deployment.entity_timestamp)?,
        ),
        ("metadata", stated("metadata", Value::Null)?),
        ("localTimestamp", to_raw_value(&deployment.local_timestamp)?),
        ("deployerAddress", to_raw_value(&deployment.deployer)?),
        ("version", stated("version", "v3".into())?),
        ("id", to_raw_value(&deployment.entity_id)?),
        ("type", to_raw_value(&deployment.entity_type)?),
        ("timestamp", to_raw_value(&deployment.entity_timestamp)?),
        ("content", stated("content", Value::Array(Vec::new()))?),
    ];
    let is_known = |name: &str| known.iter().any(|(known, _)| *known == name);
    let mut added = streamed.map_or_else(Members::new, |extra| extra.entity);
    added.extend(api.iter().map(|(name, raw)| (name.clone(), *raw)));
    added.retain(|name, _| !is_known(name));
    let known_members = known.iter().map(|(name, raw)| (*name, &**raw));
    let added = added.iter().map(|(name, raw)| (&**name, *raw));
    Json::of(&Object(known_members.chain(added).collect()))
}

/// Members that stood beside the entity in the source's event and that no member of a message carries.
fn beside_entity(deployment: &Deployment) -> Option<Json> {
    const CARRIED: [&str; 7] = [
        "entity",
        "type",
        "subType",
        "key",
        "timestamp",
        "authChain",
        "contentServerUrls",
    ];
    let mut members: Members<'_> = serde_json::from_str(deployment.extra.as_ref()?.text()).ok()?;
    members.retain(|name, _| !CARRIED.contains(&&**name));
    if members.is_empty() {
        None
    } else {
        Json::of(&members).ok()
    }
}

/// What the source sent besides: here only what stood in its entity.
#[derive(Deserialize)]
struct Extra<'a> {
    #[serde(borrow, default)]
    entity: Members<'a>,
}

/// A JSON object in the order of its list.
struct Object<'a>(Vec<(&'a str, &'a RawValue)>);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}
