//! Events are fed without a pause while the platform is killed or stopped: each accepted one is in the log once, in
//! the order of its person, and a read that carries its token sees what follows from it.

use std::collections::BTreeMap;
use std::time::Duration;

use identity::hash::hash_v1;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::http::{POSITION, eventually, get, post, records, send, settle, try_send};
use crate::process::{Launch, Program, Scratch, TOKEN};
use crate::world::Dice;

const PEOPLE: u64 = 6;
const BATCH_MAX: u64 = 8;

/// Where the platform is now, and whether the feeding is over.
#[derive(Clone, Default)]
struct Stage {
    url: Option<String>,
    over: bool,
}

/// People who act without a pause, each in an order of his own.
struct Crowd {
    stage: watch::Sender<Stage>,
    people: Vec<JoinHandle<(String, u64)>>,
}

impl Crowd {
    fn start(dice: &mut Dice) -> Self {
        let (stage, _) = watch::channel(Stage::default());
        let people = (0..PEOPLE)
            .map(|number| {
                let address = format!("0x{number:02}{:0>38}", "aBcDeF");
                tokio::spawn(act(address, Dice::seeded(dice.next()), stage.subscribe()))
            })
            .collect();
        Self { stage, people }
    }

    fn face(&self, program: &Program) {
        self.stage
            .send_modify(|stage| stage.url = Some(program.at("/events-notifier/events")));
    }

    /// Lets everybody finish what he is at; gives how many events of each were accepted.
    async fn leave(self) -> BTreeMap<String, u64> {
        self.stage.send_modify(|stage| stage.over = true);
        let mut accepted = BTreeMap::new();
        for person in self.people {
            let (address, count) = person.await.expect("nobody was refused");
            accepted.insert(address.to_lowercase(), count);
        }
        accepted
    }
}

/// Feeds batch after batch; repeats one until its answer arrives, as clients do.
async fn act(address: String, mut dice: Dice, mut stage: watch::Receiver<Stage>) -> (String, u64) {
    let mut done = 0;
    loop {
        let now = stage.borrow_and_update().clone();
        let Some(mut url) = now.url else {
            stage.changed().await.expect("the test is not over");
            continue;
        };
        if now.over {
            return (address, done);
        }
        let count = 1 + dice.below(BATCH_MAX);
        let batch: Value = (done..done + count).map(|n| moved(&address, n)).collect();
        loop {
            match try_send(post(&url, &batch).bearer_auth(TOKEN)).await {
                Ok(answer) if answer.status == 202 => {
                    assert_eq!(answer.json()["accepted"], count, "{}", answer.text());
                    break;
                }
                Ok(answer) => {
                    assert!(
                        [502, 503].contains(&answer.status),
                        "{}: {}",
                        answer.status,
                        answer.text()
                    );
                }
                Err(_) => {}
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
            url = stage.borrow_and_update().url.clone().unwrap_or(url);
        }
        done += count;
    }
}

/// The event that a person moved to another parcel.
fn moved(address: &str, number: u64) -> Value {
    let time = 1_767_225_600_000 + number;
    json!({
        "type": "client", "subType": "move-to-parcel", "key": format!("{address}-{number}"), "timestamp": time,
        "metadata": {
            "authChain": [], "userAddress": address, "sessionId": "session", "realm": "main",
            "timestamp": "2026-01-01T00:00:00.000Z", "timestamps": { "reportedAt": time, "receivedAt": time },
            "parcel": {
                "isEmptyParcel": false, "newParcel": format!("{number},0"), "oldParcel": "0,0", "sceneHash": "bafkrei",
            },
        },
    })
}

/// The numbers of each person's events, in the order in which the log has them.
async fn told(program: &Program) -> BTreeMap<String, Vec<u64>> {
    let mut told: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut homes: BTreeMap<String, u64> = BTreeMap::new();
    for record in records(program, "user.actions").await {
        let person = record["key"]
            .as_str()
            .expect("a record has a key")
            .to_owned();
        let partition = record["partition"]
            .as_u64()
            .expect("a record has a partition");
        assert_eq!(
            *homes.entry(person.clone()).or_insert(partition),
            partition,
            "{person} has two partitions"
        );
        let key = record["value"]["key"].as_str().expect("an event has a key");
        let (address, number) = key.split_once('-').expect("keys are ours");
        assert_eq!(
            address.to_lowercase(),
            person,
            "a person's events are under the lower-case address"
        );
        told.entry(person)
            .or_default()
            .push(number.parse().expect("keys are ours"));
    }
    told
}

/// Fails unless the log has each accepted event once and in order.
async fn nothing_lost(program: &Program, accepted: &BTreeMap<String, u64>) {
    settle(program).await;
    let told = told(program).await;
    let people: Vec<&String> = told.keys().collect();
    assert_eq!(people, accepted.keys().collect::<Vec<_>>());
    for (person, count) in accepted {
        assert!(*count > 0, "{person} did something");
        assert_eq!(told[person], (0..*count).collect::<Vec<_>>(), "{person}");
    }
}

#[tokio::test]
async fn accepted_events_survive_kills_under_load_once_and_in_order() {
    let mut dice = Dice::of_run(11);
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    let crowd = Crowd::start(&mut dice);
    for _ in 0..10 {
        let program = up.start().await;
        crowd.face(&program);
        tokio::time::sleep(Duration::from_millis(100 + dice.below(700))).await;
        program.kill();
    }
    let program = up.start().await;
    crowd.face(&program);
    let accepted = crowd.leave().await;
    println!("accepted: {accepted:?}");
    nothing_lost(&program, &accepted).await;
    assert!(program.terminate().await.success());
}

#[tokio::test]
async fn a_stop_under_load_exits_with_0_and_loses_nothing() {
    let mut dice = Dice::of_run(13);
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    let crowd = Crowd::start(&mut dice);
    for _ in 0..3 {
        let program = up.start().await;
        crowd.face(&program);
        tokio::time::sleep(Duration::from_millis(300 + dice.below(700))).await;
        let status = program.terminate().await;
        assert_eq!(status.code(), Some(0), "{status}");
    }
    let program = up.start().await;
    crowd.face(&program);
    let accepted = crowd.leave().await;
    nothing_lost(&program, &accepted).await;
}

#[tokio::test]
async fn a_read_that_carries_the_token_of_a_write_sees_it() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    for number in 0..40 {
        let (id, event) = deployed(number);
        let fed = send(post(&program.at("/events-notifier/events"), &event).bearer_auth(TOKEN))
            .await
            .expect(202);
        let token = fed
            .header(POSITION)
            .expect("an accepted write has a position")
            .to_owned();
        assert_eq!(fed.json()["position"], token.as_str());
        let url = program.at("/catalyst/content/entities/active");
        let read = post(&url, &json!({ "pointers": ["10,10"] })).header(POSITION, &token);
        let found = send(read).await.expect(200).json();
        assert_eq!(found[0]["id"], id.as_str(), "write {number}: {found}");
        assert_eq!(
            found.as_array().map(Vec::len),
            Some(1),
            "one entity is active at a pointer"
        );
    }
}

#[tokio::test]
async fn a_read_of_a_position_that_never_comes_is_answered_503() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up")
        .environment("WORLDLOG__GATEWAY__WAIT", "200ms")
        .start()
        .await;
    let (_, event) = deployed(0);
    let fed = send(post(&program.at("/events-notifier/events"), &event).bearer_auth(TOKEN))
        .await
        .expect(202);
    let token = fed
        .header(POSITION)
        .expect("an accepted write has a position");
    // `topic:partition:offset`, as the token's own text says; opaque to clients, not to us.
    let (place, offset) = token.rsplit_once(':').expect("a token ends with an offset");
    let offset: u64 = offset.parse().expect("an offset is a number");
    let url = program.at("/catalyst/content/snapshots");
    let never = format!("{place}:{}", offset + 1000);
    let late = send(get(&url).header(POSITION, never)).await.expect(503);
    assert!(late.header("retry-after").is_some(), "{:?}", late.headers);
    send(get(&url).header(POSITION, "what is this"))
        .await
        .expect(400);
    eventually(|| get(&url), |answer| (answer.status == 200).then_some(())).await;
}

/// The event that a scene was deployed on parcel 10,10, each newer than the one before.
fn deployed(number: u64) -> (String, Value) {
    let mut entity = json!({
        "version": "v3", "type": "scene", "pointers": ["10,10"], "timestamp": 1_767_225_600_000 + number, "content": [],
        "metadata": { "main": "bin/index.js", "scene": { "base": "10,10", "parcels": ["10,10"] } },
    });
    let id = hash_v1(entity.to_string());
    entity["id"] = json!(id);
    let owner = "0x14791697260e4c9a71f18484c9f997b308e59325";
    let event = json!({
        "type": "catalyst-deployment", "subType": "scene", "key": id, "timestamp": entity["timestamp"],
        "authChain": [
            { "type": "SIGNER", "payload": owner, "signature": "" },
            { "type": "ECDSA_SIGNED_ENTITY", "payload": id, "signature": "0x00" },
        ],
        "entity": entity,
    });
    (id, event)
}
