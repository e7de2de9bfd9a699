//! The world itself: its history up to the start, and what is deployed from then on.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock, RwLockReadGuard};

use bytes::Bytes;
use identity::hash::hash_v1;
use runtime::ports::Clock;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::dice::Dice;
use super::entities::{self, Made};
use super::pages::BASE_WEARABLES;
use super::people::Person;
use super::settings::Demo;

/// The history reaches this far back, ms.
const HISTORY_MS: i64 = 30 * 86_400_000;
/// A server takes a deployment this long after it was made, ms.
const TAKEN_AFTER_MS: i64 = 1500;

/// The demo world. Cheap to clone; clones share it.
#[derive(Clone, Debug)]
pub struct DemoWorld {
    settings: Demo,
    state: Arc<RwLock<State>>,
}

/// What is deployed.
#[derive(Debug)]
pub(super) struct State {
    dice: Dice,
    pub(super) people: Vec<Person>,
    /// Files by hash.
    pub(super) files: BTreeMap<String, Bytes>,
    /// Rows of /pointer-changes, in the order of (local timestamp, lower-case id).
    pub(super) rows: Vec<Row>,
    /// Entities in API form, by id.
    entities: BTreeMap<String, Value>,
    /// The newest entity of each type at each pointer.
    tops: BTreeMap<(String, String), (i64, String)>,
    /// The list of snapshots.
    pub(super) snapshots: Value,
    /// Urns of emotes that were published.
    emotes: Vec<String>,
    /// Parcels that were built on, with the scene that was.
    pub(super) built: Vec<(String, String)>,
}

/// A row of /pointer-changes.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) entity_timestamp: i64,
    pub(super) local_timestamp: i64,
    pub(super) json: Value,
}

impl DemoWorld {
    /// A world with a history that ends at `now` (ms). The same settings and instant give the same bytes.
    pub fn new(settings: &Demo, now: i64) -> Self {
        let mut state = State::empty(settings);
        state.history(settings, now);
        state.list_snapshot();
        Self {
            settings: settings.clone(),
            state: Arc::new(RwLock::new(state)),
        }
    }

    /// Its settings.
    pub fn settings(&self) -> &Demo {
        &self.settings
    }

    /// Addresses and names of the people.
    pub fn people(&self) -> Vec<(String, String)> {
        let state = self.read();
        state
            .people
            .iter()
            .map(|person| (person.address.clone(), person.name.clone()))
            .collect()
    }

    /// Deployments so far.
    pub fn deployments(&self) -> usize {
        self.read().rows.len()
    }

    /// Somebody deploys something at `now` (ms); gives its id.
    pub fn deploy_next(&self, now: i64) -> String {
        let mut state = self
            .state
            .write()
            .expect("nobody panics while holding the world");
        state.next_deployment(now)
    }

    /// Deploys every `deploy_interval`, by `clock`, until `shutdown`.
    pub async fn run(&self, clock: Arc<dyn Clock>, shutdown: CancellationToken) {
        let interval = self.settings.deploy_interval.0;
        if interval.is_zero() {
            return shutdown.cancelled().await;
        }
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(interval) => drop(self.deploy_next(clock.now_ms())),
            }
        }
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state
            .read()
            .expect("nobody panics while holding the world")
    }
}

impl State {
    fn empty(settings: &Demo) -> Self {
        let people = (0..settings.people.max(1)).map(|n| Person::new(settings.seed, n));
        Self {
            dice: Dice::new(settings.seed, "world"),
            people: people.collect(),
            files: BTreeMap::new(),
            rows: Vec::new(),
            entities: BTreeMap::new(),
            tops: BTreeMap::new(),
            snapshots: json!([]),
            emotes: Vec::new(),
            built: Vec::new(),
        }
    }

    /// Wardrobe first, then items, people and buildings, spread over the time before `now`.
    fn history(&mut self, settings: &Demo, now: i64) {
        let people = self.people.len();
        let steps = BASE_WEARABLES.len() + people * 2 + people / 2 + settings.scenes + 4;
        // The last one is taken before `now`.
        let gap = HISTORY_MS / (steps as i64 + 1);
        let mut at = now - HISTORY_MS;
        let mut tick = || {
            at += gap;
            at
        };
        for item in &BASE_WEARABLES {
            let draft = entities::base_wearable(&mut self.dice, item);
            let made = draft.publish(&self.people[0], tick());
            self.take(made);
        }
        for n in 0..people {
            if n % 4 == 0 {
                self.emote(n, tick());
            } else {
                self.wearable(n, tick());
            }
        }
        for n in 0..people {
            self.profile(n, tick());
        }
        for n in 0..settings.scenes {
            self.scene(n % people, tick());
        }
        for n in (0..people).step_by(4) {
            self.outfits(n, tick());
        }
        for n in (0..people).step_by(8) {
            self.store(n, tick());
        }
    }

    fn next_deployment(&mut self, now: i64) -> String {
        let author = self.dice.below(self.people.len());
        // Never behind what was taken: rows are in order.
        let last = self.rows.last().map_or(0, |row| row.entity_timestamp + 1);
        let at = last.max(now - TAKEN_AFTER_MS);
        match self.dice.below(20) {
            0..10 => self.profile(author, at),
            10..15 => self.scene(author, at),
            15..17 => self.wearable(author, at),
            17 => self.emote(author, at),
            18 => self.outfits(author, at),
            _ => self.store(author, at),
        }
        self.rows
            .last()
            .map(|row| row.id.clone())
            .unwrap_or_default()
    }

    fn profile(&mut self, author: usize, at: i64) {
        let emotes = self.emotes.clone();
        let draft = entities::profile(&mut self.people[author], &emotes);
        self.publish(draft, author, at);
    }

    fn scene(&mut self, author: usize, at: i64) {
        let draft = entities::scene(&mut self.dice, &self.people[author]);
        let id = self.publish(draft, author, at);
        let parcels = self.entities[&id]["pointers"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let parcels = parcels.iter().filter_map(Value::as_str);
        self.built
            .extend(parcels.map(|parcel| (parcel.to_owned(), id.clone())));
    }

    fn wearable(&mut self, author: usize, at: i64) {
        let draft = entities::wearable(&mut self.dice, &self.people[author]);
        let urn = draft.pointers[0].clone();
        self.publish(draft, author, at);
        // The author and two others get one.
        for token in 1..=3 {
            let owner = if token == 1 {
                author
            } else {
                self.dice.below(self.people.len())
            };
            self.people[owner].owned.push(format!("{urn}:{token}"));
        }
    }

    fn emote(&mut self, author: usize, at: i64) {
        let draft = entities::emote(&mut self.dice, &self.people[author]);
        self.emotes.push(draft.pointers[0].clone());
        self.publish(draft, author, at);
    }

    fn outfits(&mut self, author: usize, at: i64) {
        let draft = entities::outfits(&mut self.people[author]);
        self.publish(draft, author, at);
    }

    fn store(&mut self, author: usize, at: i64) {
        let draft = entities::store(&mut self.dice, &self.people[author]);
        self.publish(draft, author, at);
    }

    fn publish(&mut self, draft: entities::Draft, author: usize, at: i64) -> String {
        let made = draft.publish(&self.people[author], at);
        let id = made.id.clone();
        self.take(made);
        id
    }

    fn take(&mut self, made: Made) {
        let Made {
            id,
            kind,
            pointers,
            timestamp,
            api,
            chain,
            deployer,
            files,
        } = made;
        let local_timestamp = timestamp + TAKEN_AFTER_MS;
        let json = json!({"deploymentId": self.rows.len() + 1, "entityType": kind, "entityId": id,
            "pointers": pointers, "entityTimestamp": timestamp, "metadata": api["metadata"],
            "deployerAddress": deployer, "version": "v3", "authChain": chain,
            "localTimestamp": local_timestamp});
        for pointer in pointers {
            let newer = (timestamp, id.clone());
            let top = self.tops.entry((kind.to_owned(), pointer)).or_default();
            *top = newer.max(std::mem::take(top));
        }
        self.files.extend(files);
        self.rows.push(Row {
            id: id.clone(),
            kind,
            entity_timestamp: timestamp,
            local_timestamp,
            json,
        });
        self.entities.insert(id, api);
    }

    /// The entity if nothing newer stands at any of its pointers.
    pub(super) fn active(&self, id: &str) -> Option<&Value> {
        let entity = self.entities.get(id)?;
        let kind = entity["type"].as_str()?;
        let mut pointers = entity["pointers"]
            .as_array()?
            .iter()
            .filter_map(Value::as_str);
        let on_top = |pointer: &str| {
            self.tops
                .get(&(kind.to_owned(), pointer.to_owned()))
                .is_some_and(|top| top.1 == id)
        };
        pointers.all(on_top).then_some(entity)
    }

    /// Ids of what stands at a lower-case pointer, of whatever type.
    pub(super) fn at(&self, pointer: &str) -> Vec<&str> {
        let kinds = ["emote", "outfits", "profile", "scene", "store", "wearable"];
        let tops = kinds.map(|kind| self.tops.get(&(kind.to_owned(), pointer.to_owned())));
        tops.into_iter()
            .flatten()
            .map(|top| top.1.as_str())
            .collect()
    }

    /// One snapshot of all that is active now.
    fn list_snapshot(&mut self) {
        let mut text = String::from("### Decentraland json snapshot\n");
        let mut count = 0;
        for row in self
            .rows
            .iter()
            .filter(|row| self.active(&row.id).is_some())
        {
            let line = json!({"entityId": row.id, "entityType": row.kind,
                "pointers": row.json["pointers"], "authChain": row.json["authChain"],
                "entityTimestamp": row.entity_timestamp});
            text.push_str(&format!("{line}\n"));
            count += 1;
        }
        let (Some(first), Some(last)) = (self.rows.first(), self.rows.last()) else {
            return;
        };
        let hash = hash_v1(&text);
        self.snapshots = json!([{"hash": hash, "replacedSnapshotHashes": [],
            "timeRange": {"initTimestamp": first.entity_timestamp, "endTimestamp": last.entity_timestamp},
            "numberOfEntities": count, "generationTimestamp": last.local_timestamp}]);
        self.files.insert(hash, Bytes::from(text));
    }
}
