//! From a deployment to facts, definitions and questions.

use std::collections::BTreeSet;

use kernel::{Emit, Reject, Step};
use model::events::badges::{Fact, Item, OUTFIT_MIN, Place, What, short};
use model::events::catalyst::Deployment;
use model::events::notification::is_address;
use serde::Deserialize;
use serde_json::Value;

use super::urn;
use crate::wire;

/// Where facts go.
pub(super) const FACTS: &str = "badges.facts";
/// Where items are defined and asked about.
pub(super) const ITEMS: &str = "badges.items";
/// Where scenes are told.
pub(super) const PLACES: &str = "badges.places";
/// Types of entities that say something.
pub(super) const KINDS: [&str; 4] = ["profile", "store", "scene", "wearable"];

/// Items of one profile that are asked about.
const WORN_MAX: usize = 64;
/// Characters of a description that are kept.
const DESCRIPTION_CHARS_MAX: usize = 4096;

/// The members of an entity that are read; a scene's thousands of files are not.
#[derive(Deserialize)]
struct Entity {
    #[serde(default)]
    metadata: Value,
}

pub(super) fn step(deployment: &Deployment) -> Result<Step<()>, Reject> {
    let bad = |why: &str| {
        let message = format!("entity {}: {why}", deployment.entity_id);
        Reject::new("DEPLOYMENT_ENTITY", message)
    };
    let text = deployment.entity.text();
    if !text.trim_start().starts_with('{') {
        return Err(bad("not a JSON object"));
    }
    let entity: Entity = serde_json::from_str(text).map_err(|e| bad(&e.to_string()))?;
    let metadata = &entity.metadata;
    let emits = match deployment.entity_type.as_str() {
        "profile" => profile(deployment, metadata),
        "store" => owned(deployment, &What::Store).collect(),
        "scene" => scene(deployment, metadata),
        _ => wearable(deployment, metadata),
    };
    Ok(Step {
        emits,
        ..Step::nothing()
    })
}

fn fact(deployment: &Deployment, address: &str, what: &What) -> Option<Emit> {
    let address = address.to_lowercase();
    let (id, at) = (&deployment.entity_id, deployment.entity_timestamp);
    is_address(&address)
        .then(|| wire::emit(FACTS, &address, &Fact::new(address.clone(), id, at, what)))
}

/// A fact of who signed the deployment.
fn owned(deployment: &Deployment, what: &What) -> impl Iterator<Item = Emit> + use<> {
    fact(deployment, &deployment.deployer, what).into_iter()
}

fn profile(deployment: &Deployment, metadata: &Value) -> Vec<Emit> {
    let Some(address) = deployment.pointers.first().map(|p| p.to_lowercase()) else {
        return Vec::new();
    };
    if !is_address(&address) {
        return Vec::new();
    }
    let mut emits = Vec::new();
    let description = wire::text(metadata, "/avatars/0/description");
    if !description.is_empty() {
        let what = What::Profile {
            description: description.chars().take(DESCRIPTION_CHARS_MAX).collect(),
        };
        emits.extend(fact(deployment, &address, &what));
    }
    let worn = worn(metadata);
    // Fewer items cannot make an outfit.
    if worn.len() < OUTFIT_MIN {
        return emits;
    }
    for urn in &worn {
        let question = Item {
            urn: urn.clone(),
            entity_id: deployment.entity_id.clone(),
            timestamp: deployment.entity_timestamp,
            address: Some(address.clone()),
            worn: worn.len() as i64,
            ..Item::default()
        };
        emits.push(wire::emit(ITEMS, urn, &question));
    }
    emits
}

/// URNs of the distinct items that can have a rarity. What is no URN is left out, and nothing else with it.
fn worn(metadata: &Value) -> BTreeSet<String> {
    let worn = metadata.pointer("/avatars/0/avatar/wearables");
    let worn = worn
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let items = worn.iter().filter_map(Value::as_str).filter_map(urn::item);
    let mut items: BTreeSet<String> = items.collect();
    while items.len() > WORN_MAX {
        items.pop_last();
    }
    items
}

fn scene(deployment: &Deployment, metadata: &Value) -> Vec<Emit> {
    let mut emits: Vec<Emit> = owned(deployment, &What::Scene).collect();
    let title = short(wire::text(metadata, "/display/title"));
    for parcel in &deployment.pointers {
        let place = Place {
            parcel: parcel.clone(),
            timestamp: deployment.entity_timestamp,
            entity_id: Some(deployment.entity_id.clone()),
            title: title.clone(),
            ..Place::default()
        };
        emits.push(wire::emit(PLACES, parcel, &place));
    }
    emits
}

fn wearable(deployment: &Deployment, metadata: &Value) -> Vec<Emit> {
    let text = |pointer| short(wire::text(metadata, pointer));
    let define = |pointer: &String| {
        // Only what a profile can ask about.
        let urn = urn::item(pointer)?;
        let item = Item {
            urn: urn.clone(),
            entity_id: deployment.entity_id.clone(),
            timestamp: deployment.entity_timestamp,
            rarity: text("/rarity").map(|rarity| rarity.to_lowercase()),
            item_id: text("/id"),
            ..Item::default()
        };
        Some(wire::emit(ITEMS, &urn, &item))
    };
    deployment.pointers.iter().filter_map(define).collect()
}
