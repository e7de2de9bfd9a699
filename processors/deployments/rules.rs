//! What makes a sighting one that can be published.

use std::collections::BTreeSet;

use kernel::Reject;
use model::events::catalyst::Sighting;

use crate::entity::{Entity, is_content_id};

/// Most pointers of one entity; the largest scenes have some hundreds.
const POINTERS_MAX: usize = 8192;
/// Longest pointer, bytes.
const POINTER_BYTES_MAX: usize = 512;
/// Most links of an auth chain, as the content server bounds it.
const LINKS_MAX: usize = 10;
/// Most files of an entity, as the original follower bounds it.
const FILES_MAX: usize = 25_000;
/// Servers remembered per entity; more of them add nothing.
pub(super) const SERVERS_MAX: usize = 64;
/// Greatest whole number that JavaScript clients read exactly.
const SAFE_INTEGER_MAX: i64 = 9_007_199_254_740_991;

/// The pointers a valid sighting claims (lower case, each once) and its entity.
///
/// An empty auth chain is accepted: events that are fed by a trusted caller may come without one.
///
/// # Errors
/// The sighting can never be published.
pub(super) fn check(sighting: &Sighting) -> Result<(Vec<String>, Entity<'_>), Reject> {
    let id = &sighting.entity_id;
    if !is_content_id(id) {
        let message = format!("entity id {id:?} is not 1 to 128 letters and digits");
        return Err(Reject::new("SIGHTING_ENTITY_ID", message));
    }
    if !is_type(&sighting.entity_type) {
        let message = format!(
            "entity {id}: type {:?} is not a type name",
            sighting.entity_type
        );
        return Err(Reject::new("SIGHTING_ENTITY_TYPE", message));
    }
    if !(1..=SAFE_INTEGER_MAX).contains(&sighting.entity_timestamp) {
        let message = format!(
            "entity {id}: timestamp {} is no time",
            sighting.entity_timestamp
        );
        return Err(Reject::new("SIGHTING_TIMESTAMP", message));
    }
    if sighting.auth_chain.len() > LINKS_MAX {
        let links = sighting.auth_chain.len();
        let message = format!("entity {id}: auth chain has {links} links, at most {LINKS_MAX}");
        return Err(Reject::new("SIGHTING_AUTH_CHAIN", message));
    }
    let entity = Entity::read(&sighting.entity)
        .map_err(|e| Reject::new("SIGHTING_ENTITY", format!("entity {id}: {e}")))?;
    if entity.files() > FILES_MAX {
        let message = format!("entity {id}: {} files, at most {FILES_MAX}", entity.files());
        return Err(Reject::new("SIGHTING_ENTITY", message));
    }
    Ok((pointers(sighting)?, entity))
}

fn pointers(sighting: &Sighting) -> Result<Vec<String>, Reject> {
    let refuse = |what: String| {
        let message = format!("entity {}: {what}", sighting.entity_id);
        Err(Reject::new("SIGHTING_POINTERS", message))
    };
    let mut seen = BTreeSet::new();
    let mut pointers = Vec::with_capacity(sighting.pointers.len());
    for pointer in &sighting.pointers {
        if pointer.is_empty() || pointer.len() > POINTER_BYTES_MAX {
            return refuse(format!("a pointer of {} bytes", pointer.len()));
        }
        let pointer = pointer.to_lowercase();
        if seen.insert(pointer.clone()) {
            pointers.push(pointer);
        }
    }
    match pointers.len() {
        0 => refuse("no pointers".into()),
        n if n > POINTERS_MAX => refuse(format!("{n} pointers, at most {POINTERS_MAX}")),
        _ => Ok(pointers),
    }
}

/// Types are open: a new one of the catalysts must not need a new platform. Their names are bounded, because each
/// is a key of the queue.
fn is_type(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

/// Who deployed it: the owner of the chain, lower case; empty without a chain.
pub(super) fn deployer(sighting: &Sighting) -> String {
    let owner = sighting.auth_chain.first();
    owner.map_or_else(String::new, |link| link.payload.to_lowercase())
}

/// Whether the platform keeps its own copy of the entity's files; see the module's story.
pub(super) fn is_mirrored(entity_type: &str) -> bool {
    entity_type != "profile"
}
