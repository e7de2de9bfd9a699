//! The deployments queue while its workers race and the platform is killed under them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::crowd::deployed;
use crate::http::{get, post, put, send, settle};
use crate::process::{Launch, Program, Scratch, TOKEN};
use crate::replay::every_read_model_is_right;
use crate::stage::{Seat, Stage};
use crate::world::Dice;

const ITEMS: u64 = 400;
const WORKERS: u64 = 4;

#[tokio::test]
async fn racing_workers_get_and_finish_each_item_once_whatever_dies_meanwhile() {
    let mut dice = Dice::of_run(23);
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    let program = up.start().await;
    send(put(&program.at("/deployments/queue/workers"), &json!({})))
        .await
        .expect(200);
    let events: Vec<Value> = (0..ITEMS).map(|n| deployed("10,10", n).1).collect();
    let feed = post(&program.at("/events-notifier/events"), &events.into()).bearer_auth(TOKEN);
    send(feed).await.expect(202);
    settle(&program).await;
    assert_eq!(depth(&program).await, ITEMS);
    let stage = Stage::new();
    let workers: Vec<_> = (0..WORKERS)
        .map(|n| tokio::spawn(work(n, stage.seat())))
        .collect();
    stage.enter(&program);
    let mut current = program;
    let mut kills = 0;
    while !workers.iter().all(tokio::task::JoinHandle::is_finished) {
        tokio::time::sleep(Duration::from_millis(50 + dice.below(150))).await;
        current.kill();
        current = up.start().await;
        stage.enter(&current);
        kills += 1;
    }
    println!("killed {kills} times");
    let mut times: BTreeMap<String, u64> = BTreeMap::new();
    for worker in workers {
        for id in worker.await.expect("no worker was refused") {
            *times.entry(id).or_default() += 1;
        }
    }
    let expected = (0..ITEMS).map(|n| (deployed("10,10", n).0, 1));
    assert_eq!(times, expected.collect());
    settle(&current).await;
    assert_eq!(depth(&current).await, 0);
    every_read_model_is_right(&current).await;
    let queue = send(get(&current.at("/deployments/queue?consumer=workers")))
        .await
        .expect(200)
        .json();
    assert_eq!(
        queue["consumers"][0]["types"]["scene"]["acked"], ITEMS,
        "{queue}"
    );
}

/// Leases and finishes items until there are none; gives their ids.
async fn work(number: u64, mut seat: Seat) -> Vec<String> {
    seat.begin().await;
    let mut done = Vec::new();
    for turn in 0.. {
        let id = |verb: &str| format!("{verb}-{number}-{turn}");
        let lease = json!({ "limit": 5, "ttl": "10m", "commandId": id("lease") });
        let leased = seat
            .ask("/deployments/queue/workers/lease", &lease)
            .await
            .expect(200)
            .json();
        let items = leased["items"].as_array().expect("a list of items");
        if items.is_empty() {
            // The others may have what is left; they finish it.
            return done;
        }
        let ids = items.iter().map(|item| {
            assert_eq!(item["attempts"], 1, "nobody gave it back: {item}");
            item["entityId"]
                .as_str()
                .expect("an item has an id")
                .to_owned()
        });
        let ids: Vec<String> = ids.collect();
        let ack = json!({ "leaseId": leased["leaseId"], "entityIds": ids, "commandId": id("ack") });
        let acked = seat
            .ask("/deployments/queue/workers/ack", &ack)
            .await
            .expect(200)
            .json();
        assert_eq!(acked["accepted"], ids.len(), "{acked}");
        done.extend(ids);
    }
    done
}

/// Items that are not done.
async fn depth(program: &Program) -> u64 {
    let url = program.at("/deployments/queue?consumer=workers");
    let queue = send(get(&url)).await.expect(200).json();
    queue["consumers"][0]["depth"]
        .as_u64()
        .expect("a consumer has a depth")
}
