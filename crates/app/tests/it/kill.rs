//! The platform is killed at any moment, follows servers in any order, and loses its read models: the answers are the
//! same, and nothing is said twice.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use crate::http::{get, post, put, records, send, topics};
use crate::process::{Launch, Program, Scratch};
use crate::replay::every_read_model_is_right;
use crate::world::{Dice, Snapshots, World, caught_up, eventually_known};

const KILLS: usize = 20;
/// A debug build is ready in about a quarter of a second, so half of the kills fall before that,
const EARLY_MS_MAX: u64 = 250;
/// and half of them while it follows.
const LATE_MS_MAX: u64 = 1200;

#[tokio::test]
async fn a_follower_killed_at_any_moment_takes_each_entity_once() {
    let Some(world) = World::recorded() else {
        return;
    };
    let mut dice = Dice::of_run(20);
    let scratch = Scratch::new();
    let mut served = world.beginning(&scratch.path("world"), 5);
    let server = Launch::catalyst(&scratch, "catalyst", &served.folder)
        .start()
        .await;
    let up = Launch::up(&scratch, "up").following(&[&server]);
    for kill in 0..KILLS {
        let grown = 5 + (world.history.len() - 5) * (kill + 1) / KILLS;
        served.grow(&world.history[served.history.len()..grown]);
        let starting = up.spawn();
        let latest = [EARLY_MS_MAX, LATE_MS_MAX][kill % 2];
        tokio::time::sleep(Duration::from_millis(dice.below(latest))).await;
        starting.kill();
    }
    let program = up.start().await;
    caught_up(&program, &world).await;
    assert_eq!(
        entities_of(&program, "deployments").await,
        once(&world.deployed())
    );
    let queue = records(&program, "deployments.queue").await;
    queue_is_whole(&program, &queue, &world.deployed()).await;
    every_read_model_is_right(&program).await;
    assert!(program.terminate().await.success());
}

#[tokio::test]
async fn the_order_and_the_source_of_deployments_do_not_matter() {
    let Some(world) = World::recorded() else {
        return;
    };
    let mut dice = Dice::of_run(3);
    let scratch = Scratch::new();
    let mut servers = Vec::new();
    for (name, snapshots) in [
        ("without-snapshots", Snapshots::None),
        ("with-half-a-snapshot", Snapshots::OlderHalf),
        ("with-a-snapshot", Snapshots::All),
    ] {
        let copy = world.shuffled(
            &scratch.path(&format!("world-{name}")),
            &mut dice,
            snapshots,
        );
        servers.push((
            name,
            Launch::catalyst(&scratch, name, &copy.folder).start().await,
        ));
    }
    for (name, server) in &servers {
        let program = Launch::up(&scratch, &format!("following-{name}"))
            .following(&[server])
            .start()
            .await;
        caught_up(&program, &world).await;
        program.kill();
    }
    let all: Vec<&Program> = servers.iter().map(|(_, server)| server).collect();
    let program = Launch::up(&scratch, "following-all")
        .following(&all)
        .start()
        .await;
    caught_up(&program, &world).await;
    // One of the servers tells the whole history, so even what was overwritten is known, once.
    eventually_known(&program, &world.deployed()).await;
    assert_eq!(
        entities_of(&program, "deployments").await,
        once(&world.deployed())
    );
}

#[tokio::test]
async fn a_lost_store_is_rebuilt_to_the_same_answers_and_says_nothing_twice() {
    let Some(world) = World::recorded() else {
        return;
    };
    let scratch = Scratch::new();
    let server = Launch::catalyst(&scratch, "catalyst", &world.folder)
        .start()
        .await;
    let up = Launch::up(&scratch, "up").following(&[&server]);
    let program = up.start().await;
    caught_up(&program, &world).await;
    some_work(&program).await;
    let before = (answers(&program, &world).await, lengths(&program).await);
    every_type_is_told(&before.0, &world);
    assert!(program.terminate().await.success());
    assert!(
        up.data().join("store.db").is_file(),
        "the store is a file of the data folder"
    );
    up.lose_all_but_the_log();
    let program = up.start().await;
    caught_up(&program, &world).await;
    let after = (answers(&program, &world).await, lengths(&program).await);
    assert_same(&after.0, &before.0);
    assert_eq!(after.1, before.1);
    every_read_model_is_right(&program).await;
}

#[tokio::test]
async fn a_second_start_on_the_same_data_names_the_process_that_has_it() {
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    let program = up.start().await;
    let second = Launch::up_on(&scratch, "second", up.data()).finish().await;
    assert_eq!(second.code, Some(1), "{}", second.output);
    assert!(
        second.output.contains(&program.pid().to_string()),
        "no pid in: {}",
        second.output
    );
    send(get(&program.at("/operator/health/live")))
        .await
        .expect(200);
    assert!(program.terminate().await.success());
    let third = up.start().await;
    assert!(
        third.terminate().await.success(),
        "the folder is free again"
    );
}

async fn entities_of(program: &Program, topic: &str) -> BTreeMap<String, usize> {
    entities_in(&records(program, topic).await)
}

/// How often each entity is in the records of a topic.
pub(crate) fn entities_in(records: &[Value]) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for record in records {
        let id = record["value"]["entityId"]
            .as_str()
            .expect("a deployment has an id");
        *times.entry(id.to_owned()).or_default() += 1;
    }
    times
}

pub(crate) fn once(ids: &BTreeSet<String>) -> BTreeMap<String, usize> {
    ids.iter().map(|id| (id.clone(), 1)).collect()
}

/// The queue has each entity once, and all of one type are in one order; `items` are the records of its topic.
pub(crate) async fn queue_is_whole(program: &Program, items: &[Value], ids: &BTreeSet<String>) {
    assert_eq!(entities_in(items), once(ids));
    let mut partitions: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for record in items {
        let kind = record["value"]["entityType"]
            .as_str()
            .expect("an item has a type");
        let partition = record["partition"]
            .as_u64()
            .expect("a record has a partition");
        partitions
            .entry(kind.to_owned())
            .or_default()
            .insert(partition);
    }
    for (kind, partitions) in partitions {
        assert_eq!(
            partitions.len(),
            1,
            "{kind} is in the partitions {partitions:?}"
        );
    }
    // A consumer that begins at the beginning has all of it before it.
    let url = program.at("/deployments/queue/everybody");
    send(put(&url, &serde_json::json!({}))).await.expect(200);
    let url = program.at("/deployments/queue?consumer=everybody");
    let queue = send(get(&url)).await.expect(200).json();
    assert_eq!(queue["consumers"][0]["depth"], ids.len(), "{queue}");
}

/// What clients can ask of the world, whole: what is active, the history, each entity in every way it can be asked for,
/// who uses which file, and the queue.
pub(crate) async fn answers(program: &Program, world: &World) -> BTreeMap<String, Value> {
    let mut paths: BTreeSet<String> = [
        "/catalyst/content/pointer-changes?sortingOrder=ASC",
        "/catalyst/content/pointer-changes?sortingField=entity_timestamp",
        "/catalyst/content/deployments?sortingOrder=ASC&limit=500",
        "/deployments/queue?status=leased",
        "/deployments/queue?status=waiting",
    ]
    .map(str::to_owned)
    .into();
    let ids = world.deployed();
    for row in &world.history {
        let member = |name: &str| row[name].as_str().expect("a row has it");
        let (id, kind) = (member("entityId"), member("entityType"));
        paths.insert(format!("/catalyst/content/audit/{kind}/{id}"));
        paths.insert(format!("/catalyst/content/deployments?entityId={id}"));
        paths.insert(format!("/catalyst/content/available-content?cid={id}"));
        paths.insert(format!("/deployments/entities/{id}"));
        for pointer in row["pointers"].as_array().into_iter().flatten() {
            let pointer = pointer.as_str().expect("a pointer is text");
            let of_pointer = format!("/catalyst/content/entities/{kind}?pointer={pointer}");
            paths.insert(of_pointer);
            if kind == "profile" {
                paths.insert(format!("/catalyst/lambdas/profiles/{pointer}"));
            }
        }
    }
    let asked = serde_json::json!({ "ids": ids });
    let active = post(&program.at("/catalyst/content/entities/active"), &asked);
    let mut active = send(active).await.expect(200).json();
    let entities = active.as_array_mut().expect("a list of entities");
    entities.sort_by_key(|entity| entity["id"].to_string());
    for entity in entities {
        for file in entity["content"].as_array().into_iter().flatten() {
            let hash = file["hash"].as_str().expect("a file has a hash");
            let users = format!("/catalyst/content/contents/{hash}/active-entities");
            paths.insert(users);
        }
    }
    let mut answers = BTreeMap::from([("active".to_owned(), active)]);
    for path in paths {
        let request = get(&program.at(&path)).header("x-request-id", "the same");
        let answer = send(request).await;
        // Each start has a port of its own.
        let body = answer.text().replace(&program.url, "");
        let body = serde_json::from_str(&body).unwrap_or(Value::String(body));
        answers.insert(path, serde_json::json!([answer.status, body]));
    }
    answers
}

/// Somebody works at the queue, so that there is a past to tell of.
pub(crate) async fn some_work(program: &Program) {
    let queue = program.at("/deployments/queue/somebody");
    send(put(&queue, &serde_json::json!({}))).await.expect(200);
    let lease = serde_json::json!({ "limit": 5, "ttl": "1h" });
    let lease = send(post(&format!("{queue}/lease"), &lease)).await;
    let lease = lease.expect(200).json();
    let id = |item: usize| lease["items"][item]["entityId"].clone();
    let ack = serde_json::json!({ "leaseId": lease["leaseId"], "entityIds": [id(0), id(1)] });
    send(post(&format!("{queue}/ack"), &ack)).await.expect(200);
    let nack = serde_json::json!({
        "leaseId": lease["leaseId"], "entityIds": [id(2)], "delay": "1h", "reason": "later",
    });
    send(post(&format!("{queue}/nack"), &nack))
        .await
        .expect(200);
}

/// Fails unless every type of the world was asked for in its own ways, and answered.
pub(crate) fn every_type_is_told(answers: &BTreeMap<String, Value>, world: &World) {
    let kinds: BTreeSet<&str> = world
        .history
        .iter()
        .filter_map(|row| row["entityType"].as_str())
        .collect();
    assert!(kinds.len() > 2, "the world has several types: {kinds:?}");
    for kind in kinds {
        for route in ["audit/", "entities/"] {
            let prefix = format!("/catalyst/content/{route}{kind}");
            let told = answers
                .iter()
                .filter(|(path, answer)| path.starts_with(&prefix) && answer[0] == 200);
            assert!(told.count() > 0, "nothing of {prefix} is answered");
        }
    }
}

/// The answers that differ, named.
pub(crate) fn assert_same(after: &BTreeMap<String, Value>, before: &BTreeMap<String, Value>) {
    assert!(after.keys().eq(before.keys()));
    for (path, answer) in after {
        assert_eq!(answer, &before[path], "{path}");
    }
}

/// How many records each topic has, those aside that tell how far a server was read.
async fn lengths(program: &Program) -> BTreeMap<String, usize> {
    let mut lengths = BTreeMap::new();
    for (topic, _) in topics(program).await {
        if topic != "catalyst.cursors" {
            let length = records(program, &topic).await.len();
            lengths.insert(topic, length);
        }
    }
    lengths
}
