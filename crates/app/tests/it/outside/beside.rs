//! One worker beside a real broker: the log on Kafka, the read models in a file.

use serde_json::{Value, json};

use super::clients::{lines, python, same, shown, use_the_queue};
use super::{Stand, events};
use crate::crowd::deployed;
use crate::http::{get, post, send, settle};
use crate::process::{Launch, Program, TOKEN};
use crate::world::{World, active_of, caught_up};

#[tokio::test]
async fn one_worker_on_kafka_keeps_its_read_models_in_a_file_that_it_can_lose() {
    let Some(world) = World::recorded() else {
        return;
    };
    let Some(stand) = Stand::when_asked().await else {
        return;
    };
    let store = stand.scratch.path("worker").join("data/store.db");
    let stand = stand.with(
        "WORLDLOG__STORE__URL",
        format!("sqlite://{}", store.display()),
    );
    stand.topics();
    let server = Launch::catalyst(&stand.scratch, "catalyst", &world.folder)
        .start()
        .await;
    // Nobody has to wait long for the member that is killed.
    let run = stand.run("worker").following(&[&server]);
    let run = run.environment("WORLDLOG__KAFKA__SESSION_TIMEOUT", "10s");
    let worker = run.start().await;
    caught_up(&worker, &world).await;
    use_the_queue(&worker).await;
    events::feed(&worker, &events::all("worker")).await;
    scenes(&worker, 0).await;
    let answered = answers(&worker, &world).await;
    // Without a registry outside, any client reads by the platform's own.
    let seen = shown(&worker).await;
    let mut topics: Vec<&str> = seen.keys().map(|(topic, ..)| topic.as_str()).collect();
    topics.dedup();
    let registry = worker.at("/operator/registry");
    same(&seen, &lines(&python(&stand, &registry, &topics).await));
    // Killed and started again it goes on; without the file it does everything anew.
    worker.kill();
    let worker = run.start().await;
    settle(&worker).await;
    assert_eq!(answers(&worker, &world).await, answered);
    assert!(worker.terminate().await.success());
    for name in ["store.db", "store.db-wal", "store.db-shm"] {
        let file = store.with_file_name(name);
        let removed = std::fs::remove_file(&file);
        assert!(removed.is_ok() || !file.exists() || name != "store.db");
    }
    assert!(!store.exists());
    let worker = run.start().await;
    settle(&worker).await;
    assert_eq!(answers(&worker, &world).await, answered);
    scenes(&worker, 10).await;
    let queue = send(get(&worker.at("/deployments/queue")))
        .await
        .expect(200)
        .json();
    assert_ne!(queue, answered["queue"], "and takes in new ones");
    assert!(worker.terminate().await.success());
}

async fn scenes(program: &Program, first: u64) {
    let scenes = (first..first + 10).map(|n| deployed("99,99", n).1);
    let scenes = Value::from(scenes.collect::<Vec<_>>());
    let url = program.at("/events-notifier/events");
    send(post(&url, &scenes).bearer_auth(TOKEN))
        .await
        .expect(202);
    settle(program).await;
}

async fn answers(program: &Program, world: &World) -> Value {
    let at = |path: &str| get(&program.at(path));
    json!({
        "active": active_of(program, "/catalyst", world).await,
        "changes": send(at("/catalyst/content/pointer-changes?limit=500")).await.expect(200).json(),
        "queue": send(at("/deployments/queue")).await.expect(200).json(),
    })
}
