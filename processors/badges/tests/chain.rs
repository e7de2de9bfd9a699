//! The processors that badges are made by, over queues in memory.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use kernel::{AnyState, Context, ErasedProcessor, Headers, Position, Record};
use model::events::badges::{Badge, Fact};
use model::tables::badges::{PROGRESS, REFUSED, State, TABLE};
use serde_json::{Map, Value, json};

/// Rows by (table, partition, row).
type Rows = BTreeMap<(String, Bytes, Bytes), Value>;

/// Six processors, the records on their way, and what was written.
pub(super) struct Chain {
    processors: Vec<Box<dyn ErasedProcessor>>,
    topics: BTreeMap<String, VecDeque<Record>>,
    states: BTreeMap<(usize, Bytes), AnyState>,
    rows: Rows,
    granted: Vec<Value>,
    /// Every fact there was, in order.
    pub(super) facts: Vec<Fact>,
    /// Whether a state goes through its document after each step, as after each flush, or stays in memory.
    stored: bool,
    offset: u64,
}

impl Chain {
    pub(super) fn new(stored: bool) -> Self {
        let mut processors = crate::all();
        processors.retain(|processor| processor.spec().name.starts_with("badge"));
        Self {
            processors,
            topics: BTreeMap::new(),
            states: BTreeMap::new(),
            rows: BTreeMap::new(),
            granted: Vec::new(),
            facts: Vec::new(),
            stored,
            offset: 0,
        }
    }

    /// Appends a record from outside.
    pub(super) fn append(&mut self, topic: &str, key: &str, value: Bytes) {
        self.offset += 1;
        let headers = Headers::new(kernel::event_id(&value), "test", "test/outside");
        let record = Record {
            offset: self.offset,
            timestamp: 1_767_225_600_000,
            key: Some(Bytes::copy_from_slice(key.as_bytes())),
            headers,
            value: Some(value),
        };
        let queue = self.topics.entry(topic.to_owned()).or_default();
        queue.push_back(record);
    }

    /// Topics with something to do.
    pub(super) fn busy(&self) -> Vec<String> {
        let inputs = self.processors.iter().map(|p| p.spec().input);
        let has_work = |topic: &&str| self.topics.get(*topic).is_some_and(|q| !q.is_empty());
        inputs.filter(has_work).map(str::to_owned).collect()
    }

    /// Everything there is to do.
    pub(super) fn settle(&mut self) {
        while let Some(topic) = self.busy().first() {
            self.step(&topic.clone());
        }
    }

    /// The next record of a topic.
    pub(super) fn step(&mut self, topic: &str) {
        let record = self.topics.get_mut(topic).and_then(VecDeque::pop_front);
        let record = record.expect("a topic with something to do");
        let mut processors = self.processors.iter().enumerate();
        let (index, processor) = processors
            .find(|(_, p)| p.spec().input == topic)
            .expect("somebody reads it");
        let Some(keyed) = processor.decode(&record).unwrap() else {
            return;
        };
        if topic == "badges.facts" {
            let fact = model::decode(record.value.as_ref().unwrap()).unwrap();
            self.facts.push(fact);
        }
        let context = Context {
            position: Position::new(topic, 0, record.offset),
            timestamp: record.timestamp,
            generation: 1,
        };
        let own = (index, keyed.key.clone());
        let fresh = || processor.load(None, &[]).unwrap();
        let state = self.states.entry(own).or_insert_with(fresh);
        let step = processor.step(state, &keyed.event, &context).unwrap();
        if let Some(new) = step.state {
            *state = match self.stored {
                true => {
                    let saved = processor.save(&new, None);
                    processor.load(Some(&saved.doc), &saved.parts).unwrap()
                }
                false => new,
            };
        }
        for row in step.rows {
            let cell = (row.table.to_owned(), row.partition, row.row);
            match row.doc {
                Some(doc) => drop(
                    self.rows
                        .insert(cell, serde_json::from_slice(&doc).unwrap()),
                ),
                None => drop(self.rows.remove(&cell)),
            }
        }
        for emit in step.emits {
            if emit.topic == "badge.events" {
                let event = model::decode_json(&emit.value).unwrap().value;
                model::check(&event).unwrap();
                self.granted.push(event);
            } else {
                let key = String::from_utf8(emit.key.to_vec()).unwrap();
                self.append(emit.topic, &key, emit.value);
            }
        }
    }

    /// What a person has: each badge as the gateway shows it, what was granted, and what was refused.
    pub(super) fn outcome(&self, address: &str) -> Value {
        let mut badges = Map::new();
        let of_badges = self.processors.iter().position(|p| p.spec().name == TABLE);
        let index = of_badges.expect("badges is one of them");
        let key = (index, Bytes::copy_from_slice(address.as_bytes()));
        if let Some(state) = self.states.get(&key) {
            let state = state.downcast_ref::<State>().expect("its own state");
            for (id, progress) in &state.badges {
                let badge = Badge::find(id).unwrap();
                badges.insert(id.clone(), json!({"progress": progress.shown(badge)}));
            }
        }
        let mut refused = Vec::new();
        for ((table, partition, row), doc) in &self.rows {
            let (partition, row) = (text(partition), text(row));
            match table.as_str() {
                PROGRESS if partition == address => badges[&row]["row"] = doc.clone(),
                REFUSED if row == address => refused.push(doc["errors"].clone()),
                _ => {}
            }
        }
        let own = |event: &&Value| event["metadata"]["address"] == address;
        let mut granted: Vec<Value> = self.granted.iter().filter(own).cloned().collect();
        // Badges are granted beside each other; only the order of one badge's tiers says something.
        granted.sort_by_key(|event| event["metadata"]["badgeId"].to_string());
        json!({"badges": badges, "granted": granted, "refused": refused})
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
