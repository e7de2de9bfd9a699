//! People who act without a pause: they move, and every fourth time they build on their own parcel. What they did, the
//! platform must tell afterwards: once, in their order, with all that follows from it.

use std::collections::BTreeMap;

use identity::hash::hash_v1;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::http::{POSITION, post, records, send, settle};
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
pub(crate) struct Crowd(Vec<(Person, JoinHandle<u64>)>);

/// Everybody, and how many of his events were accepted.
pub(crate) struct Accepted(Vec<(Person, u64)>);

impl Crowd {
    /// They wait until there is a platform, and act until the play is over.
    pub(crate) fn start(stage: &Stage, dice: &mut Dice) -> Self {
        let people = (0..PEOPLE).map(|number| {
            let address = format!("0x{number:02}{:0>38}", "aBcDeF");
            let person = Person { number, address };
            let acts = act(person.clone(), Dice::seeded(dice.next()), stage.seat());
            (person, tokio::spawn(acts))
        });
        Self(people.collect())
    }

    /// Waits for everybody to finish what he is at; the play must be over.
    pub(crate) async fn leave(self) -> Accepted {
        let mut accepted = Vec::new();
        for (person, acts) in self.0 {
            accepted.push((person, acts.await.expect("nobody was refused")));
        }
        Accepted(accepted)
    }
}

/// Feeds batch after batch; one that was not answered is repeated, as clients do.
async fn act(person: Person, mut dice: Dice, mut seat: Seat) -> u64 {
    seat.begin().await;
    let mut done = 0;
    while !seat.is_over() {
        let count = 1 + dice.below(BATCH_MAX);
        let batch: Value = (done..done + count).map(|n| person.event(n)).collect();
        let answer = seat
            .ask("/events-notifier/events", &batch)
            .await
            .expect(202);
        assert_eq!(answer.json()["accepted"], count, "{}", answer.text());
        assert!(answer.header(POSITION).is_some(), "{:?}", answer.headers);
        done += count;
    }
    done
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

impl Accepted {
    /// Fails unless the platform tells all of it, once and in order.
    pub(crate) async fn is_told_by(&self, program: &Program) {
        settle(program).await;
        self.moves(program).await;
        for topic in DEPLOYMENT_TOPICS {
            self.deployments(program, topic).await;
        }
        self.active(program).await;
    }

    async fn moves(&self, program: &Program) {
        let mut told: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for record in records(program, "user.actions").await {
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

    async fn deployments(&self, program: &Program, topic: &str) {
        let mut expected: Vec<String> = Vec::new();
        for (person, count) in &self.0 {
            let built = Person::did(*count, true);
            expected.extend(built.map(|n| deployed(&person.parcel(), n).0));
        }
        let all = records(program, topic).await.into_iter();
        let mut told: Vec<String> = all.map(|record| entity_id(&record["value"])).collect();
        expected.sort();
        told.sort();
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
