//! The rules of a deployment, each a pure function that gives the texts of what is broken.

use std::collections::{BTreeMap, BTreeSet};

use super::super::catalog::Deployed;
use super::super::dto::{Entity, EntityType};

const MINUTE_MS: i64 = 60_000;
/// A deployment is signed at most this long before it is sent.
const AGE_MAX_MS: i64 = 20 * MINUTE_MS;
/// Clocks may differ by this much.
const AHEAD_MAX_MS: i64 = 15 * MINUTE_MS;
/// The same profile again within this time says nothing new.
const UNCHANGED_MS: i64 = 5 * MINUTE_MS;
const MB: u64 = 1024 * 1024;
const STORE_PREFIX: &str = "urn:decentraland:off-chain:marketplace-stores:";

/// What is wrong with an entity by itself.
pub(super) fn of_entity(entity: &Entity, now: i64) -> Vec<String> {
    let mut errors = Vec::new();
    if now - entity.timestamp > AGE_MAX_MS {
        errors.push(
            "The request is not recent enough, please submit it again with a new timestamp.".into(),
        );
    }
    if entity.timestamp - now > AHEAD_MAX_MS {
        errors.push(
            "The request is too far in the future, please submit it again with a new timestamp."
                .into(),
        );
    }
    if entity.pointers.is_empty() {
        errors.push("The entity needs to be pointed by one or more pointers.".into());
    }
    let distinct: BTreeSet<&str> = entity.pointers.iter().map(String::as_str).collect();
    if distinct.len() != entity.pointers.len() {
        errors.push("There are repeated pointers in your request.".into());
    }
    let one_only = !matches!(entity.kind, EntityType::Scene);
    if one_only && entity.pointers.len() > 1 {
        errors.push(format!(
            "Only one pointer is allowed for a {}.",
            entity.kind.name()
        ));
    }
    for parcel in entity
        .pointers
        .iter()
        .filter(|p| !one_only && !is_parcel(p))
    {
        errors.push(format!("Scene pointers should only contain two integers separated by a comma, for example (10,10) or (120,-45). Invalid pointer: {parcel}"));
    }
    errors
}

/// Canonical integers: no leading zeros, no `-0`.
fn is_parcel(pointer: &str) -> bool {
    let canonical = |text: &str| text.parse::<i32>().is_ok_and(|n| n.to_string() == text);
    pointer
        .split_once(',')
        .is_some_and(|(x, y)| canonical(x) && canonical(y))
}

/// Whether the signer may deploy there.
pub(super) fn of_access(entity: &Entity, owner: &str) -> Vec<String> {
    let pointer = entity.pointers.first().map_or("", String::as_str);
    let own = match entity.kind {
        EntityType::Profile => pointer == owner,
        EntityType::Outfits => pointer.strip_suffix(":outfits") == Some(owner),
        EntityType::Store => pointer.strip_prefix(STORE_PREFIX) == Some(owner),
        EntityType::Scene | EntityType::Wearable | EntityType::Emote => {
            return vec![format!(
                "This server has no source of who may deploy a {}: it takes them only with the operator's token.",
                entity.kind.name()
            )];
        }
    };
    match own {
        true => Vec::new(),
        false => vec![format!(
            "You can only alter your own {}. The pointer address and the signer address are different (pointer:{pointer} signer: {owner}).",
            entity.kind.name()
        )],
    }
}

/// Files that are missing, superfluous, or too large together.
pub(super) fn of_files(
    entity: &Entity,
    sent: &BTreeSet<&str>,
    sizes: &BTreeMap<String, Option<u64>>,
) -> Vec<String> {
    let mut errors = Vec::new();
    for (hash, size) in sizes {
        if size.is_none() {
            errors.push(format!("This hash is referenced in the entity but was not uploaded or previously available: {hash}"));
        }
    }
    for hash in sent {
        if *hash != entity.id && !sizes.contains_key(*hash) {
            errors.push(format!(
                "This hash was uploaded but is not referenced in the entity: {hash}"
            ));
        }
    }
    let mut names = BTreeSet::new();
    for file in &entity.content {
        if !names.insert(file.file.to_lowercase()) {
            errors.push(format!(
                "Decentraland's file system is case insensitive, the file {:?} is repeated",
                file.file
            ));
        }
    }
    let total: u64 = sizes.values().flatten().sum();
    let most = size_max(entity) * entity.pointers.len() as u64;
    if total > most {
        errors.push(format!("The deployment is too big. The maximum allowed size per pointer is {} MB for {}. You can upload up to {most} bytes but you tried to upload {total}.", size_max(entity) / MB, entity.kind.name()));
    }
    errors
}

/// Bytes a pointer of such an entity may have.
fn size_max(entity: &Entity) -> u64 {
    let megabytes = match entity.kind {
        EntityType::Scene => 15,
        EntityType::Wearable if is_skin(entity) => 9,
        EntityType::Wearable | EntityType::Emote => 3,
        EntityType::Profile => 2,
        EntityType::Store | EntityType::Outfits => 1,
    };
    megabytes * MB
}

fn is_skin(entity: &Entity) -> bool {
    let metadata = entity.metadata().map(serde_json::value::RawValue::get);
    let metadata: Option<serde_json::Value> =
        metadata.and_then(|text| serde_json::from_str(text).ok());
    metadata.is_some_and(|metadata| metadata["data"]["category"] == "skin")
}

/// What already stands at the pointers, of the same type.
pub(super) fn of_standing(entity: &Entity, standing: &[Deployed], now: i64) -> Vec<String> {
    let mut errors = Vec::new();
    let age = |entity: &Entity| (entity.timestamp, entity.id.to_lowercase());
    let rest = match entity.kind {
        EntityType::Profile | EntityType::Store | EntityType::Outfits => 3_000,
        EntityType::Scene | EntityType::Wearable | EntityType::Emote => 20_000,
    };
    for other in standing {
        if age(&other.entity) > age(entity) {
            let id = &other.entity.id;
            errors.push(format!("There is a newer entity pointed by one or more of the pointers you provided (entityId={id})."));
        }
        let young = now - other.local_timestamp;
        if young < rest {
            errors.push(format!(
                "Entity rate limited (entityId={} pointers={}).",
                entity.id,
                entity.pointers.join(",")
            ));
        }
        if entity.kind == EntityType::Profile && young < UNCHANGED_MS && same(&other.entity, entity)
        {
            errors.push("The profile has not changed since it was last deployed.".into());
        }
    }
    errors
}

/// Whether two entities say the same.
fn same(a: &Entity, b: &Entity) -> bool {
    let metadata = |entity: &Entity| {
        let text = entity.metadata().map(serde_json::value::RawValue::get)?;
        serde_json::from_str::<serde_json::Value>(text).ok()
    };
    metadata(a) == metadata(b) && a.content == b.content
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_767_225_600_000;

    fn entity(kind: EntityType, pointers: &[&str]) -> Entity {
        Entity {
            version: "v3".into(),
            id: "id".into(),
            kind,
            pointers: pointers.iter().map(|p| (*p).to_owned()).collect(),
            timestamp: NOW,
            content: Vec::new(),
            metadata: None,
        }
    }

    #[test]
    fn the_window_of_time_has_both_ends() {
        let profile = entity(EntityType::Profile, &["0xa"]);
        for (now, broken) in [
            (NOW + AGE_MAX_MS, 0),
            (NOW + AGE_MAX_MS + 1, 1),
            (NOW - AHEAD_MAX_MS, 0),
            (NOW - AHEAD_MAX_MS - 1, 1),
        ] {
            assert_eq!(of_entity(&profile, now).len(), broken, "{now}");
        }
    }

    #[test]
    fn pointers_are_parcels_for_scenes_and_one_for_all_else() {
        for (kind, pointers, broken) in [
            (EntityType::Scene, &["0,0", "-1,2"][..], 0),
            (EntityType::Scene, &["00,0"], 1),
            (EntityType::Scene, &["-0,0"], 1),
            (EntityType::Scene, &[], 1),
            (EntityType::Scene, &["0,0", "0,0"], 1),
            (EntityType::Profile, &["0xa", "0xb"], 1),
        ] {
            assert_eq!(
                of_entity(&entity(kind, pointers), NOW).len(),
                broken,
                "{pointers:?}"
            );
        }
    }

    #[test]
    fn everybody_deploys_only_what_is_theirs() {
        for (kind, pointer, broken) in [
            (EntityType::Profile, "0xa", 0),
            (EntityType::Profile, "0xb", 1),
            (EntityType::Outfits, "0xa:outfits", 0),
            (EntityType::Outfits, "0xa", 1),
            (
                EntityType::Store,
                "urn:decentraland:off-chain:marketplace-stores:0xa",
                0,
            ),
            (EntityType::Store, "0xa", 1),
            (EntityType::Scene, "0,0", 1),
        ] {
            assert_eq!(
                of_access(&entity(kind, &[pointer]), "0xa").len(),
                broken,
                "{pointer}"
            );
        }
    }

    #[test]
    fn files_are_all_there_and_no_others() {
        let mut scene = entity(EntityType::Scene, &["0,0"]);
        let file = |file: &str, hash: &str| super::super::super::dto::ContentFile {
            file: file.into(),
            hash: hash.into(),
        };
        scene.content = vec![file("a", "h1"), file("b", "h2")];
        let sizes = |a: Option<u64>, b: Option<u64>| {
            BTreeMap::from([("h1".to_owned(), a), ("h2".to_owned(), b)])
        };
        let sent = |hashes: &[&'static str]| hashes.iter().copied().collect::<BTreeSet<_>>();
        let broken = |hashes, sizes| of_files(&scene, &sent(hashes), &sizes).len();
        assert_eq!(broken(&["id", "h1"], sizes(Some(1), Some(2))), 0);
        assert_eq!(broken(&["id", "h1"], sizes(Some(1), None)), 1);
        assert_eq!(broken(&["id", "h3"], sizes(Some(1), Some(2))), 1);
        assert_eq!(broken(&["id"], sizes(Some(15 * MB), Some(1))), 1);
    }
}
