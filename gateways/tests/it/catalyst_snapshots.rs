//! The snapshots that the catalyst gateway makes: when they are made anew, and from what.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use identity::hash::hash_v1;
use kernel::Stamp;
use model::tables::deployments::{BY_TIME, Clock, by_time_partition, by_time_row};
use model::tables::{DAY_MS, day};
use runtime::ports::{Flush, StampedRow, TickClock};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::world::{World, settings};

const NOW: i64 = 1_767_225_600_000;
/// How long something may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

/// A world whose clock stands at [`NOW`], and that looks for new entities all the time.
async fn world(catalyst: Value) -> World {
    let settings = settings(json!({ "catalyst": catalyst }));
    let world = World::with(settings, Arc::new(TickClock::default())).await;
    let tick = json!({"type": "platform", "subType": "clock-tick", "key": "test", "timestamp": NOW,
        "metadata": {"now": NOW}});
    world.feed(&tick).await;
    world
}

fn eager() -> Value {
    json!({"snapshot_look_interval": "5ms", "snapshot_rest": "1ms"})
}

/// Publishes an entity that is so many days old; gives its id.
async fn publish(world: &World, name: &str, pointer: &str, days: i64) -> String {
    let id = hash_v1(name);
    let event = json!({"type": "catalyst-deployment", "subType": "scene",
        "entity": {"id": id, "type": "scene", "pointers": [pointer], "timestamp": NOW - days * DAY_MS,
            "content": [], "metadata": {}},
        "authChain": [{"type": "SIGNER", "payload": "0xA", "signature": ""}]});
    world.feed(&event).await;
    world.settle().await;
    id
}

fn generating(world: &World) -> JoinSet<()> {
    let gateways: Vec<_> = gateways::all().iter().collect();
    let tasks = gateways::backgrounds(&gateways, &world.context);
    tasks.into_iter().map(|(_, task)| task).collect()
}

/// Ids of all listed entities; none before the first generation.
async fn listed(world: &World) -> BTreeSet<String> {
    let answer = world.get("/catalyst/content/snapshots").await;
    if answer.status != 200 {
        return BTreeSet::new();
    }
    let mut ids = BTreeSet::new();
    for snapshot in answer.json().as_array().expect("a list") {
        let hash = snapshot["hash"].as_str().expect("a hash");
        let path = format!("/catalyst/content/contents/{hash}");
        let file = world.get(&path).await.body;
        for line in String::from_utf8_lossy(&file).lines().skip(1) {
            let line: Value = serde_json::from_str(line).expect("json");
            ids.insert(line["entityId"].as_str().expect("an id").to_owned());
        }
    }
    ids
}

async fn until_listed(world: &World, expected: &[&String]) {
    let expected: BTreeSet<String> = expected.iter().map(|id| (*id).clone()).collect();
    let listing = async {
        loop {
            let found = listed(world).await;
            if found == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let in_time = tokio::time::timeout(LIMIT, listing).await;
    assert!(
        in_time.is_ok(),
        "{:?} and not {expected:?}",
        listed(world).await
    );
}

async fn end(world: World, mut generating: JoinSet<()>) {
    world.context.shutdown.cancel();
    while let Some(ended) = generating.join_next().await {
        ended.expect("the task ends well");
    }
    world.stop().await;
}

#[tokio::test]
async fn an_entity_of_the_same_millisecond_as_the_generation_is_listed_by_the_next() {
    let world = world(eager()).await;
    let first = publish(&world, "first", "0,0", 3).await;
    let tasks = generating(&world);
    until_listed(&world, &[&first]).await;
    // The clock has not moved: to it, this one is as old as the snapshots.
    let second = publish(&world, "second", "0,1", 3).await;
    until_listed(&world, &[&first, &second]).await;
    end(world, tasks).await;
}

#[tokio::test]
async fn only_intervals_in_which_something_was_published_are_looked_at_again() {
    let world = world(eager()).await;
    let old = publish(&world, "old", "5,5", 900).await;
    let first = publish(&world, "first", "0,0", 3).await;
    let tasks = generating(&world);
    until_listed(&world, &[&old, &first]).await;
    // From now on whoever reads the index of that day fails.
    let time = NOW - 900 * DAY_MS;
    let broken = StampedRow {
        table: BY_TIME,
        partition: by_time_partition(Clock::Entity, day(time)).into(),
        row: by_time_row(time, "broken").into(),
        doc: Some("not json".into()),
        stamp: Stamp::write(0),
    };
    let flush = Flush {
        processor: "deployments",
        generation: 1,
        rows: vec![broken],
        ..Flush::default()
    };
    let store = &world.context.platform.store;
    store.flush(flush).await.expect("the row is written");
    let history = "/catalyst/content/pointer-changes?sortingField=entity_timestamp";
    assert_eq!(world.get(history).await.status, 500);
    let second = publish(&world, "second", "0,1", 3).await;
    until_listed(&world, &[&old, &first, &second]).await;
    end(world, tasks).await;
}

#[tokio::test]
async fn a_long_snapshot_loses_what_was_overwritten() {
    let often = json!({"snapshot_interval": "5ms", "snapshot_look_interval": "5ms"});
    let world = world(often).await;
    let old = publish(&world, "old", "5,5", 900).await;
    let tasks = generating(&world);
    until_listed(&world, &[&old]).await;
    let new = publish(&world, "new", "5,5", 3).await;
    until_listed(&world, &[&new]).await;
    end(world, tasks).await;
}
