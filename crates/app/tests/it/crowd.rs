//! People who act without a pause: they move, and every fourth time they build on their own parcel. What they did, the
//! platform must tell afterwards: once, in their order, with all that follows from it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use identity::hash::hash_v1;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::http::{POSITION, distinct, post, records, send, settle};
use crate::process::Program;
use crate::stage::{Seat, Stage};
use crate::world::Dice;

const PEOPLE: u64 = 6;
const BATCH_MAX: u64 = 8;
const START_MS: u64 = 1_767_225_600_000;
/// Topics that have each deployment once.
const DEPLOYMENT_TOPICS: [&str; 3] = ["deployments", "deployments.queue", "compat.events"];

/// One person.
#[derive(Clone)]
struct Person {
    number: u64,
    /// As clients write it: in both cases.
    address: String,
}

/// Everybody.
pub(crate) struct Crowd {
    people: Vec<(Person, JoinHandle<u64>)>,
    done: Arc<Done>,
}

/// What all together have done up to now.
#[derive(Default)]
struct Done {
    accepted: AtomicU64,
    /// Position token of the last deployment.
    built: Mutex<Option<String>>,
}

/// Everybody, and how many of his events were accepted.
pub(crate) struct Accepted(Vec<(Person, u64)>);

/// How the records of a topic are looked at.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    /// Each must be there once.
    Strict,
    /// As readers of a log do that promises at least once: an id that comes again is passed over.
    ById,
    /// The same where others have deployed, too.
    AmongOthers,
}

impl Crowd {
    /// They wait until there is a platform, and act until the play is over.
    pub(crate) fn start(stage: &Stage, dice: &mut Dice) -> Self {
        Self::strolling(stage, dice, Duration::ZERO)
    }

    /// The same with a pause between what they do.
    pub(crate) fn strolling(stage: &Stage, dice: &mut Dice, pause: Duration) -> Self {
        let done = Arc::<Done>::default();
        let people = (0..PEOPLE).map(|number| {
            let address = format!("0x{number:02}{:0>38}", "aBcDeF");
            let person = Person { number, address };
            let acts = Acts {
                dice: Dice::seeded(dice.next()),
                seat: stage.seat(),
                pause,
                all: Arc::clone(&done),
            };
            (person.clone(), tokio::spawn(acts.of(person)))
        });
        Self {
            people: people.collect(),
            done,
        }
    }

    /// How many events were accepted up to now, of all together.
    pub(crate) fn accepted(&self) -> u64 {
        self.done.accepted.load(Ordering::Relaxed)
    }

    /// The position of the last deployment; `None` before the first.
    pub(crate) fn last_built(&self) -> Option<String> {
        self.done.built.lock().expect("nobody panicked").clone()
    }

    /// Waits for everybody to finish what he is at; the play must be over.
    pub(crate) async fn leave(self) -> Accepted {
        let mut accepted = Vec::new();
        for (person, acts) in self.people {
            accepted.push((person, acts.await.expect("nobody was refused")));
        }
        Accepted(accepted)
    }
}

/// What one person needs to act.
struct Acts {
    dice: Dice,
    seat: Seat,
    pause: Duration,
    all: Arc<Done>,
}

impl Acts {
    /// Feeds batch after batch; one that was not answered is repeated, as clients do.
    async fn of(mut self, person: Person) -> u64 {
        self.seat.begin().await;
        let mut done = 0;
        while !self.seat.is_over() {
            let count = 1 + self.dice.below(BATCH_MAX);
            let batch: Value = (done..done + count).map(|n| person.event(n)).collect();
            let answer = self.seat.ask("/events-notifier/events", &batch).await;
            let answer = answer.expect(202);
            assert_eq!(answer.json()["accepted"], count, "{}", answer.text());
            let position = answer.header(POSITION);
            assert!(position.is_some(), "{:?}", answer.headers);
            if (done..done + count).any(Person::builds) {
                let position = position.map(str::to_owned);
                *self.all.built.lock().expect("nobody panicked") = position;
            }
            done += count;
            self.all.accepted.fetch_add(count, Ordering::Relaxed);
            if !self.pause.is_zero() {
                tokio::time::sleep(self.pause).await;
            }
        }
        done
    }
}

impl Person {
    fn builds(number: u64) -> bool {
        number % 4 == 3
    }

    fn event(&self, number: u64) -> Value {
        match Self::builds(number) {
            true => deployed(&self.parcel(), number).1,
            false => moved(&self.address, number),
        }
    }

    fn parcel(&self) -> String {
        format!("{},-{}", self.number, self.number + 1)
    }

    /// Numbers of what he did, the first `count` of it.
    fn did(count: u64, built: bool) -> impl Iterator<Item = u64> {
        (0..count).filter(move |number| Self::builds(*number) == built)
    }
}

impl Look {
    async fn at(self, program: &Program, topic: &str) -> Vec<Value> {
        match self {
            Self::Strict => records(program, topic).await,
            Self::ById | Self::AmongOthers => distinct(program, topic).await,
        }
    }
}

impl Accepted {
    /// How many events were accepted.
    pub(crate) fn events(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// Fails unless the platform tells all of it, once and in order.
    pub(crate) async fn is_told_by(&self, program: &Program) {
        self.is_told(program, Look::Strict).await;
    }

    /// The same of a platform whose log may have a record more than once, under one id.
    pub(crate) async fn is_told_at_least_once_by(&self, program: &Program) {
        self.is_told(program, Look::ById).await;
    }

    /// The same of one that tells of deployments by others, too.
    pub(crate) async fn is_told_among_others_by(&self, program: &Program) {
        self.is_told(program, Look::AmongOthers).await;
    }

    async fn is_told(&self, program: &Program, look: Look) {
        settle(program).await;
        self.moves(program, look).await;
        for topic in DEPLOYMENT_TOPICS {
            self.deployments(program, topic, look).await;
        }
        self.active(program).await;
    }

    async fn moves(&self, program: &Program, look: Look) {
        let mut told: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for record in look.at(program, "user.actions").await {
            let key = text(&record["value"]["key"]);
            let (address, number) = key.split_once('-').expect("keys are ours");
            let person = address.to_lowercase();
            assert_eq!(text(&record["key"]), person, "keyed in lower case");
            let number = number.parse().expect("keys are ours");
            told.entry(person).or_default().push(number);
        }
        assert_eq!(told.len(), self.0.len(), "everybody, and nobody else");
        for (person, count) in &self.0 {
            let did: Vec<u64> = Person::did(*count, false).collect();
            assert!(!did.is_empty(), "{} did something", person.address);
            assert_eq!(told[&person.address.to_lowercase()], did);
        }
    }

    async fn deployments(&self, program: &Program, topic: &str, look: Look) {
        let mut expected: Vec<String> = Vec::new();
        for (person, count) in &self.0 {
            let built = Person::did(*count, true);
            expected.extend(built.map(|n| deployed(&person.parcel(), n).0));
        }
        let all = look.at(program, topic).await.into_iter();
        let mut told: Vec<String> = all.map(|record| entity_id(&record["value"])).collect();
        expected.sort();
        told.sort();
        if look == Look::AmongOthers {
            told.retain(|id| expected.binary_search(id).is_ok());
        }
        assert_eq!(told, expected, "{topic}");
    }

    async fn active(&self, program: &Program) {
        for (person, count) in &self.0 {
            let last = Person::did(*count, true).last();
            let Some(last) = last else { continue };
            let (id, _) = deployed(&person.parcel(), last);
            let url = program.at("/catalyst/content/entities/active");
            let answer = send(post(&url, &json!({ "pointers": [person.parcel()] }))).await;
            assert_eq!(answer.expect(200).json()[0]["id"], id.as_str());
        }
    }
}

/// The id of a deployment in any of the forms that topics have.
fn entity_id(value: &Value) -> String {
    let places = [&value["entityId"], &value["entity"]["entityId"]];
    let found = places.into_iter().find_map(Value::as_str);
    found
        .unwrap_or_else(|| panic!("no entity id in {value}"))
        .to_owned()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

/// The event that a person moved to another parcel.
pub(crate) fn moved(address: &str, number: u64) -> Value {
    let time = START_MS + number;
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

/// The id of a scene on a parcel, and the event that it was deployed; a greater number is newer.
pub(crate) fn deployed(parcel: &str, number: u64) -> (String, Value) {
    let mut entity = json!({
        "version": "v3", "type": "scene", "pointers": [parcel], "timestamp": START_MS + number, "content": [],
        "metadata": { "main": "bin/index.js", "scene": { "base": parcel, "parcels": [parcel] } },
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
