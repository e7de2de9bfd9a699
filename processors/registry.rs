//! What the processors of the asset-bundle registry share: their topics, and an entity's metadata as far as they matter.

use kernel::Emit;
use model::events::registry::{Claim, Input, What, is_world_name};
use serde_json::Value;

use crate::wire;

/// Where entities are told of.
pub(crate) const INPUTS: &str = "registry.inputs";
/// Where pointers are claimed.
pub(crate) const POINTERS: &str = "registry.pointers";

/// Something told of an entity.
pub(crate) fn told(entity_id: &str, timestamp: i64, what: &What) -> Emit {
    wire::emit(INPUTS, entity_id, &Input::new(entity_id, timestamp, what))
}

/// A claim.
pub(crate) fn claimed(claim: &Claim) -> Emit {
    wire::emit(POINTERS, &claim.key, claim)
}

/// The world that an entity's metadata name, lower case.
pub(crate) fn world_of(metadata: &Value) -> Option<String> {
    let name = wire::text(metadata, "/worldConfiguration/name").to_lowercase();
    is_world_name(&name).then_some(name)
}

/// The parcel that a scene's metadata call its base.
pub(crate) fn base_of(metadata: &Value) -> Option<String> {
    let base = wire::text(metadata, "/scene/base");
    parcel(base).map(|(x, y)| format!("{x},{y}"))
}

/// West to east and south to north, if the text is a parcel's.
pub(crate) fn parcel(text: &str) -> Option<(i32, i32)> {
    let (x, y) = text.split_once(',')?;
    Some((x.trim().parse().ok()?, y.trim().parse().ok()?))
}

/// The pointers that count: in a world only parcels. Lower case, each once, in their order.
pub(crate) fn pointers<'a>(all: impl IntoIterator<Item = &'a str>, in_world: bool) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    let lower = all.into_iter().map(str::to_lowercase);
    lower
        .filter(|pointer| !pointer.is_empty() && (!in_world || parcel(pointer).is_some()))
        .filter(|pointer| seen.insert(pointer.clone()))
        .collect()
}
