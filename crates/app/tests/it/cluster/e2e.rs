//! The recorded world, followed on the cluster's engines: what clients are told is what the embedded platform tells
//! them, before and after the store is lost.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fold;
use super::stand::{Stand, Wants};
use crate::http::{distinct, settle};
use crate::kill::{
    answers, assert_same, entities_in, every_type_is_told, once, queue_is_whole, some_work,
};
use crate::process::{Launch, Program};
use crate::snapshots::{taken_over, told};
use crate::world::{World, caught_up, eventually_known};

/// Read models that are made of snapshots, too.
const MODELS: [&str; 2] = ["deployments", "pointers"];

/// When a platform heard of something, and the order that follows from it, is its own.
const OWN: [&str; 4] = ["localTimestamp", "seq", "enqueuedAt", "lastAt"];

/// Answers without what each platform has of its own.
fn shared(answers: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    fn cut(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|name, _| !OWN.contains(&name.as_str()));
                members.values_mut().for_each(cut);
                // By server when it was seen there.
                if let Some(Value::Object(seen)) = members.get_mut("servers") {
                    seen.values_mut().for_each(|time| *time = Value::Null);
                }
            }
            Value::Array(items) => {
                items.iter_mut().for_each(cut);
                items.sort_by_key(Value::to_string);
            }
            _ => {}
        }
    }
    let mut answers = answers;
    answers.values_mut().for_each(cut);
    answers
}

/// The embedded platform's answers.
async fn embedded(stand: &Stand, world: &World, server: &Program) -> BTreeMap<String, Value> {
    let up = Launch::up(&stand.scratch, "embedded").following(&[server]);
    let program = up.start().await;
    caught_up(&program, world).await;
    eventually_known(&program, &world.deployed()).await;
    let answers = answers(&program, world).await;
    assert!(program.terminate().await.success());
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cluster_tells_what_the_embedded_platform_tells_also_after_it_lost_its_store() {
    let Some(world) = World::recorded() else {
        return;
    };
    let Some(mut stand) = Stand::new(Wants::default()).await else {
        return;
    };
    // Without snapshots, which leave out what was overwritten: all of the history is to come.
    let served = world.beginning(&stand.scratch.path("world"), world.history.len());
    let server = Launch::catalyst(&stand.scratch, "catalyst", &served.folder);
    let server = server.start().await;
    let wanted = embedded(&stand, &world, &server).await;
    every_type_is_told(&wanted, &world);
    let wanted = shared(wanted);

    let program = stand.process("first").following(&[&server]).start().await;
    caught_up(&program, &world).await;
    eventually_known(&program, &world.deployed()).await;
    assert_same(&shared(answers(&program, &world).await), &wanted);
    let deployed = world.deployed();
    assert_eq!(
        entities_in(&distinct(&program, "deployments").await),
        once(&deployed)
    );
    let queue = distinct(&program, "deployments.queue").await;
    queue_is_whole(&program, &queue, &deployed).await;
    some_work(&program).await;
    settle(&program).await;
    let before = answers(&program, &world).await;
    let scratch = &stand.scratch;
    for model in MODELS {
        told(scratch, &program, &["snapshot", "take", model], 0).await;
    }
    assert!(program.terminate().await.success());

    stand.lose_the_store().await;
    let program = stand.process("second").following(&[&server]).start().await;
    caught_up(&program, &world).await;
    assert_same(&answers(&program, &world).await, &before);
    // Said again while it was rebuilt, perhaps, but nothing new.
    assert_eq!(
        entities_in(&distinct(&program, "deployments").await),
        once(&deployed)
    );
    // Among the blobs, which are another store, the snapshots are still there.
    for model in MODELS {
        taken_over(&stand.scratch, &program, model, 2).await;
    }
    assert_same(&answers(&program, &world).await, &before);
    println!("{:?}", fold::is_kept_by(&stand).await);
    assert!(program.terminate().await.success());
    stand.clear().await;
}
