//! Worlds made by dice: scenes of one to four parcels that overlap each other at every turn, profiles and wearables,
//! with times that are often equal. Every entity is signed, hashed and stored as a content server has it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use identity::hash::hash_v1;
use identity::sign::{Wallet, create_simple_chain};
use serde_json::{Value, json};

use crate::http::records;
use crate::process::{Launch, Program, Scratch};
use crate::world::{Dice, Snapshots, World, caught_up, eventually_known};

const ENTITIES: u64 = 160;
/// Parcels of the land, a side: small, so that scenes collide.
const SIDE: u64 = 5;
const START_MS: u64 = 1_767_225_600_000;
const STEP_MS: u64 = 60_000;

/// Writes a world of `ENTITIES` deployments.
fn world(into: &Path, dice: &mut Dice) -> World {
    fs::create_dir_all(into.join("contents")).expect("the scratch folder is writable");
    let mut history: Vec<Value> = (0..ENTITIES)
        .map(|number| {
            let time = START_MS + dice.below(ENTITIES / 2) * STEP_MS;
            stored(into, entity(dice, number, time))
        })
        .collect();
    history.sort_by_key(|row| row["localTimestamp"].as_u64());
    World::written(into, history)
}

/// An entity of a random kind; `number` makes its id its own.
fn entity(dice: &mut Dice, number: u64, time: u64) -> Value {
    let (kind, pointers) = match dice.below(4) {
        0 => ("profile", vec![format!("0x{:040x}", dice.below(6))]),
        1 => {
            let name = dice.below(6);
            let urn = format!("urn:decentraland:off-chain:base-avatars:Item_{name}");
            ("wearable", vec![urn])
        }
        _ => ("scene", parcels(dice)),
    };
    let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
    let mut entity = entity_of(kind, &pointers, time);
    entity["metadata"] = json!({ "number": number });
    entity
}

/// An entity without files.
pub(crate) fn entity_of(kind: &str, pointers: &[&str], time: u64) -> Value {
    json!({
        "version": "v3", "type": kind, "pointers": pointers, "timestamp": time, "content": [], "metadata": {},
    })
}

/// A rectangle of at most two by two parcels.
fn parcels(dice: &mut Dice) -> Vec<String> {
    let (x, y) = (dice.below(SIDE), dice.below(SIDE));
    let (width, height) = (1 + dice.below(2), 1 + dice.below(2));
    let columns = x..x + width;
    columns
        .flat_map(|x| (y..y + height).map(move |y| format!("{x},{y}")))
        .collect()
}

/// Stores the entity file; gives its line of /pointer-changes.
pub(crate) fn stored(into: &Path, entity: Value) -> Value {
    let owner = Wallet::from_private_key([7; 32]).expect("a valid key");
    let file = entity.to_string();
    let id = hash_v1(&file);
    fs::write(into.join("contents").join(&id), file).expect("the scratch folder is writable");
    let chain = create_simple_chain(&owner, &id).expect("a short text");
    let time = entity["timestamp"].as_u64().expect("an entity has a time");
    json!({
        "entityId": id, "entityType": entity["type"], "pointers": entity["pointers"], "entityTimestamp": time,
        "metadata": entity["metadata"], "deployerAddress": owner.address(), "version": "v3", "authChain": chain,
        "localTimestamp": time + 1500,
    })
}

#[tokio::test]
async fn any_order_of_a_world_of_collisions_leaves_active_what_the_rule_says() {
    let mut dice = Dice::of_run(29);
    let scratch = Scratch::new();
    let world = world(&scratch.path("world"), &mut dice);
    let kinds = [Snapshots::None, Snapshots::OlderHalf, Snapshots::OlderHalf];
    let mut servers = Vec::new();
    for (number, snapshots) in kinds.into_iter().enumerate() {
        let folder = scratch.path(&format!("world-{number}"));
        let copy = world.shuffled(&folder, &mut dice, snapshots);
        let launch = Launch::catalyst(&scratch, &format!("catalyst-{number}"), &copy.folder);
        servers.push(launch.start().await);
    }
    let all: Vec<&Program> = servers.iter().collect();
    let up = Launch::up(&scratch, "up").following(&all);
    for _ in 0..6 {
        let starting = up.spawn();
        tokio::time::sleep(Duration::from_millis(150 + dice.below(350))).await;
        starting.kill();
    }
    let program = up.start().await;
    caught_up(&program, &world).await;
    eventually_known(&program, &world.deployed()).await;
    for topic in ["deployments", "deployments.queue"] {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for record in records(&program, topic).await {
            *times
                .entry(record["value"]["entityId"].to_string())
                .or_default() += 1;
        }
        assert!(
            times.values().all(|count| *count == 1),
            "{topic}: {times:?}"
        );
        assert_eq!(times.len(), world.deployed().len(), "{topic}");
    }
}
