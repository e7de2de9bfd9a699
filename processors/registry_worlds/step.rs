//! From an event of a world to what the registry is told.

use bytes::Bytes;
use kernel::{Emit, Record, Reject, Step};
use model::Json;
use model::events::registry::{Claim, Deployed, What, claim_key, is_world_name};
use serde_json::{Value, json};

use crate::{entity, registry, wire};

const DEPLOYMENT: &str = "world/deployment";
const SCENES_UNDEPLOYMENT: &str = "world/world_scenes_undeployment";
const UNDEPLOYMENT: &str = "world/world_undeployment";
const SPAWN: &str = "world/world_spawn_coordinate_set";
const KINDS: [&str; 4] = [DEPLOYMENT, SCENES_UNDEPLOYMENT, UNDEPLOYMENT, SPAWN];
/// How far from the middle people may arrive.
const SPAWN_MAX: i64 = 150;

/// An event of a world.
pub struct Happened {
    /// The aggregate's key, which nothing is kept under.
    pub(super) key: Bytes,
    kind: &'static str,
    event: Value,
    at: i64,
}

/// The event of a record; `None` for one that says nothing to the registry.
///
/// # Errors
/// `RECORD_UNREADABLE`.
pub(super) fn decode(record: &Record) -> Result<Option<Happened>, Reject> {
    let event = wire::event(record, &KINDS)?;
    Ok(event.map(|(kind, event)| Happened {
        key: record.key.clone().unwrap_or_default(),
        kind,
        at: wire::ms(&event, record.timestamp),
        event,
    }))
}

pub(super) fn step(happened: &Happened) -> Result<Step<()>, Reject> {
    let emits = match happened.kind {
        DEPLOYMENT => vec![deployment(happened)?],
        SCENES_UNDEPLOYMENT => scenes(happened)?,
        UNDEPLOYMENT => vec![registry::claimed(&Claim {
            key: world(happened, "/metadata/worldName")?,
            kind: Claim::UNDEPLOYMENT.into(),
            timestamp: happened.at,
            ..Claim::default()
        })],
        _ => vec![spawn(happened)?],
    };
    Ok(Step {
        emits,
        ..Step::nothing()
    })
}

/// The key of the world that the event names.
fn world(happened: &Happened, pointer: &str) -> Result<String, Reject> {
    let name = wire::text(&happened.event, pointer).to_lowercase();
    if is_world_name(&name) {
        return Ok(claim_key(Some(&name), ""));
    }
    let message = format!("{} names {name:?}, which is no world", happened.kind);
    Err(Reject::new("REGISTRY_WORLD", message))
}

fn id_of<'a>(entity: &'a Value, kind: &str) -> Result<&'a str, Reject> {
    let id = ["/entityId", "/id"].map(|pointer| wire::text(entity, pointer));
    let id = id.into_iter().find(|id| !id.is_empty()).unwrap_or_default();
    if entity::is_content_id(id) {
        return Ok(id);
    }
    let message = format!("{kind} names {id:?}, which is no entity's id");
    Err(Reject::new("REGISTRY_ENTITY", message))
}

fn scenes(happened: &Happened) -> Result<Vec<Emit>, Reject> {
    let scenes = happened.event.pointer("/metadata/scenes");
    let scenes = scenes.and_then(Value::as_array).into_iter().flatten();
    let told = scenes.map(|scene| {
        let id = id_of(scene, happened.kind)?;
        Ok(registry::told(id, happened.at, &What::Undeployed))
    });
    told.collect()
}

fn spawn(happened: &Happened) -> Result<Emit, Reject> {
    let axis = |name: &str| {
        let value = happened
            .event
            .pointer(&format!("/metadata/newCoordinate/{name}"));
        let value = value.and_then(wire::whole);
        value.filter(|value| (-SPAWN_MAX..=SPAWN_MAX).contains(value))
    };
    let key = world(happened, "/metadata/name")?;
    let (Some(x), Some(y)) = (axis("x"), axis("y")) else {
        let given = &happened.event["metadata"]["newCoordinate"];
        let message =
            format!("spawn coordinate {given} of {key:?}: at most {SPAWN_MAX} either way");
        return Err(Reject::new("REGISTRY_SPAWN", message));
    };
    Ok(registry::claimed(&Claim {
        key,
        kind: Claim::SPAWN.into(),
        timestamp: happened.at,
        x,
        y,
        ..Claim::default()
    }))
}

/// A deployment, by the names of the queue's form or of the catalyst's.
fn deployment(happened: &Happened) -> Result<Emit, Reject> {
    let entity = &happened.event["entity"];
    let id = id_of(entity, happened.kind)?;
    let metadata = &entity["metadata"];
    let timestamp = ["entityTimestamp", "timestamp"].map(|name| entity.get(name));
    let timestamp = timestamp.into_iter().flatten().find_map(wire::whole);
    let pointers = entity["pointers"].as_array().into_iter().flatten();
    let world = registry::world_of(metadata);
    // Without its own time an entity cannot be told from an older one, and without a world it stands nowhere.
    let stands = world.is_some() && timestamp.is_some();
    let deployed = Deployed {
        entity_type: "world".into(),
        pointers: match stands {
            true => registry::pointers(pointers.filter_map(Value::as_str), true),
            false => Vec::new(),
        },
        deployer: deployer(&happened.event),
        base: registry::base_of(metadata),
        seen_at: happened.at,
        entity: stands.then(|| body(entity)),
        world,
    };
    let at = timestamp.unwrap_or_default();
    Ok(registry::told(id, at, &What::Deployed(deployed)))
}

/// What clients are shown of it beside what the registry knows.
fn body(entity: &Value) -> Json {
    let content = entity.get("content").cloned().unwrap_or_else(|| json!([]));
    Json::from(json!({"content": content, "metadata": entity["metadata"]}))
}

/// The owner of the chain, lower case.
fn deployer(event: &Value) -> String {
    let chain = ["/entity/authChain/0/payload", "/authChain/0/payload"];
    let owner = chain.map(|pointer| wire::text(event, pointer));
    let owner = owner.into_iter().find(|owner| !owner.is_empty());
    owner.unwrap_or_default().to_lowercase()
}
