//! What the outside world sends: a small, crowded universe, so that keys collide all the time.

use std::sync::Arc;

use bytes::Bytes;
use kernel::{Headers, NewRecord, TraceContext, event_id};
use model::Json;
use model::codec;
use model::events::badges::{Fact, What};
use model::events::catalyst::{AuthLink, ConsumerCommand, ConsumerItem, Sighting};
use serde_json::{Value, json};
use uuid::Uuid;

use super::dice::Dice;

const SERVERS: [&str; 3] = [
    "https://a.example/content",
    "https://b.example/content",
    "https://c.example/content",
];
const CONSUMERS: [&str; 2] = ["converter", "images"];
const TYPES: [&str; 3] = ["scene", "profile", "wearable"];
const ADDRESSES: [&str; 4] = [
    "0x00000000000000000000000000000000000000aa",
    "0x00000000000000000000000000000000000000bb",
    "0x00000000000000000000000000000000000000cc",
    "0x00000000000000000000000000000000000000dd",
];
/// Few items, so that profiles wear the same ones.
const ITEMS: usize = 4;

/// Makes input records, some of them repeated, some of them broken.
pub(super) struct Workload {
    made: Vec<NewRecord>,
    entities: usize,
    commands: usize,
    events: usize,
}

impl Workload {
    pub(super) fn new() -> Self {
        Self {
            made: Vec::new(),
            entities: 0,
            commands: 0,
            events: 0,
        }
    }

    /// The next record from outside. A tenth repeats an earlier one word for word, as clients and servers do.
    pub(super) fn next(&mut self, dice: &mut Dice) -> NewRecord {
        if !self.made.is_empty() && dice.chance(10) {
            return dice.pick(&self.made).clone();
        }
        let record = match dice.below(10) {
            0 => self.poison(dice),
            1..=5 => self.sighting(dice),
            6 | 7 => self.event(dice),
            _ => self.command(dice),
        };
        self.made.push(record.clone());
        record
    }

    /// An entity on one to four of a few parcels; the same entity may be seen on several servers.
    fn sighting(&mut self, dice: &mut Dice) -> NewRecord {
        let number = if self.entities > 0 && dice.chance(30) {
            dice.below(self.entities)
        } else {
            self.entities += 1;
            self.entities - 1
        };
        // Everything about an entity follows from its number, as everything follows from a hash.
        let mut own = Dice::new(number as u64);
        let kind = *own.pick(&TYPES);
        let pointers = match kind {
            "scene" => parcels(&mut own),
            "wearable" => vec![item(own.below(ITEMS))],
            _ => vec![(*own.pick(&ADDRESSES)).to_owned()],
        };
        // A few timestamps are equal on purpose: then the id decides.
        let timestamp = 1_700_000_000_000 + own.below(20) as i64 * 60_000;
        let id = format!("Qm{number}");
        let content = json!([{"file": "a.glb", "hash": format!("Qmfile{}", own.below(5))}]);
        let entity = json!({"version": "v3", "id": id, "type": kind, "pointers": pointers,
            "timestamp": timestamp, "content": content, "metadata": metadata(kind, number, &mut own)});
        let sighting = Sighting {
            entity_id: id.clone(),
            entity_type: kind.to_owned(),
            pointers,
            entity_timestamp: timestamp,
            auth_chain: vec![AuthLink {
                kind: "SIGNER".into(),
                payload: (*own.pick(&ADDRESSES)).to_owned(),
                signature: None,
            }],
            servers: vec![(*dice.pick(&SERVERS)).to_owned()],
            entity: Json::from(entity),
            origin: "fed".into(),
            local_timestamp: None,
            extra: None,
        };
        record(
            "catalyst.sightings",
            &id,
            "catalyst/sighting",
            codec::encode(&sighting),
        )
    }

    /// Something that happened to a person, through the inbox; now and then progress that was counted elsewhere.
    pub(super) fn event(&mut self, dice: &mut Dice) -> NewRecord {
        self.events += 1;
        let address = *dice.pick(&ADDRESSES);
        let at = 1_700_000_000_000 + self.events as i64 * 20_000;
        let mut metadata = json!({"userAddress": address, "sessionId": "s", "n": self.events});
        let (kind, name) = match dice.below(6) {
            0 => return self.import(address, at),
            1 => ("blockchain", "item-sold"),
            2 => ("client", "used-emote"),
            3 => {
                metadata["stepCount"] = (dice.below(30_000) as i64).into();
                ("client", "walked-distance")
            }
            _ => {
                let parcel = format!("({}, {})", dice.below(4), dice.below(4));
                metadata["parcel"] = json!({"newParcel": parcel});
                ("client", "move-to-parcel")
            }
        };
        if kind == "blockchain" {
            let seller = *dice.pick(&ADDRESSES);
            metadata = json!({"address": seller, "image": "", "buyer": address, "seller": seller,
                "category": "emote", "link": "", "network": "", "title": "", "description": "",
                "rarity": null, "nftName": null});
        }
        let event = json!({"type": kind, "subType": name, "key": format!("m{}", self.events),
            "timestamp": at, "metadata": metadata});
        let encoded = model::encode_event(&event).expect("a sound event");
        let to = model::route(&event).expect("an event of the catalogue");
        let mut inbound = record("events.inbox", &to.key, encoded.schema.name, encoded.bytes);
        let topic = Bytes::from_static(to.topic.as_bytes());
        inbound.headers.more.push(("to".into(), topic));
        inbound
    }

    fn import(&mut self, address: &str, at: i64) -> NewRecord {
        let import_id = format!("i{}", self.events);
        let what = What::Import {
            badge_id: "fashion_week_2025".into(),
            import_id: import_id.clone(),
            progress: json!({"completedAt": at}),
        };
        let fact = Fact::new(address, import_id, at, &what);
        record("badges.facts", address, "badges/fact", codec::encode(&fact))
    }

    /// A consumer takes, returns or finishes work.
    fn command(&mut self, dice: &mut Dice) -> NewRecord {
        self.commands += 1;
        let consumer = *dice.pick(&CONSUMERS);
        let command = *dice.pick(&[
            "register", "lease", "lease", "lease", "ack", "nack", "requeue",
        ]);
        let items = (0..dice.below(4) + 1)
            .map(|_| {
                let kind = *dice.pick(&TYPES);
                let seq = dice.below(12) as i64;
                ConsumerItem {
                    entity_id: format!("{kind}-{seq}"),
                    entity_type: kind.to_owned(),
                    seq,
                }
            })
            .collect();
        let command = ConsumerCommand {
            consumer: consumer.to_owned(),
            command: command.to_owned(),
            command_id: format!("c{}", self.commands),
            lease_id: Some(format!("l{}", dice.below(self.commands) + 1)),
            by: "sim".into(),
            ttl_ms: 1_000 + dice.below(30_000) as i64,
            limit: 3,
            delay_ms: dice.below(10_000) as i64,
            items,
            ..ConsumerCommand::default()
        };
        record(
            "deployments.consumers",
            consumer,
            "catalyst/consumer-command",
            codec::encode(&command),
        )
    }

    /// Bytes nobody can read, or an entity without pointers.
    fn poison(&mut self, dice: &mut Dice) -> NewRecord {
        self.events += 1;
        if dice.chance(50) {
            let junk = Bytes::from(format!("\u{0}junk {}", self.events));
            return record(
                "catalyst.sightings",
                &format!("Qm{}", dice.below(30)),
                "catalyst/sighting",
                junk,
            );
        }
        let sighting = Sighting {
            entity_id: format!("Qmbad{}", self.events % 5),
            ..Sighting::default()
        };
        let id = sighting.entity_id.clone();
        record(
            "catalyst.sightings",
            &id,
            "catalyst/sighting",
            codec::encode(&sighting),
        )
    }
}

fn parcels(own: &mut Dice) -> Vec<String> {
    let (x, y) = (own.below(3), own.below(3));
    let mut parcels = vec![format!("{x},{y}")];
    if own.chance(50) {
        parcels.push(format!("{},{y}", x + 1));
        parcels.push(format!("{x},{}", y + 1));
    }
    parcels
}

fn item(number: usize) -> String {
    format!("urn:decentraland:matic:collections-v2:0xc0ffee:{number}")
}

/// What an entity of a type says beside its pointers.
fn metadata(kind: &str, number: usize, own: &mut Dice) -> Value {
    match kind {
        "scene" => {
            let title = format!("Scene {}", own.below(3));
            json!({"n": number, "display": {"title": title}})
        }
        "wearable" => json!({"n": number, "id": format!("item-{number}"), "rarity": "epic"}),
        _ => {
            let left_out = own.below(ITEMS + 1);
            let worn = (0..ITEMS).filter(|n| *n != left_out).map(item);
            let worn: Vec<String> = worn.collect();
            json!({"n": number, "avatars": [{"description": "x", "avatar": {"wearables": worn}}]})
        }
    }
}

fn record(topic: &str, key: &str, kind: &str, value: Bytes) -> NewRecord {
    let id = event_id(&value);
    let mut headers = Headers::new(id, kind, "sim/outside");
    headers.trace = traced(id);
    NewRecord::keyed(
        topic.into(),
        Bytes::copy_from_slice(key.as_bytes()),
        headers,
        value,
    )
}

/// Every other event comes in a trace, and not each of those is sampled.
fn traced(id: Uuid) -> Option<Arc<str>> {
    let (high, low) = id.as_u64_pair();
    let context = TraceContext {
        trace_id: id.as_u128(),
        span_id: high.max(1),
        sampled: low & 2 == 0,
    };
    (low & 1 == 0).then(|| context.to_string().into())
}
