//! Simulated players: people of the demo world who log in, walk, dance and leave.

use std::sync::Arc;

use futures::future::BoxFuture;
use runtime::ports::Clock;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::dice::Dice;
use super::errands::{Call, Errands};
use super::world::DemoWorld;

/// Takes one event of the catalogue as JSON; gives its position, if it was taken.
pub type Feed = Arc<dyn Fn(Value) -> BoxFuture<'static, Option<String>> + Send + Sync>;

/// Who is in the world, and what they do next.
pub struct Players {
    world: DemoWorld,
    dice: Dice,
    sessions: Vec<Session>,
    events: u64,
}

/// One visit.
struct Session {
    person: usize,
    id: String,
    parcel: (i64, i64),
    /// Things still to be done before leaving.
    left: usize,
}

impl Players {
    /// Players of this world; the seed is the world's.
    pub fn new(world: &DemoWorld) -> Self {
        let dice = Dice::new(world.settings().seed, "players");
        Self {
            world: world.clone(),
            dice,
            sessions: Vec::new(),
            events: 0,
        }
    }

    /// Somebody does something every `play_interval`, by `clock`, until `shutdown`. What happens goes to `feed`; what
    /// players ask for themselves goes to `call`.
    pub async fn run(
        mut self,
        clock: Arc<dyn Clock>,
        feed: Feed,
        call: Call,
        shutdown: CancellationToken,
    ) {
        let errands = Errands::new(&self.world, call);
        let interval = self.world.settings().play_interval.0;
        if interval.is_zero() {
            return shutdown.cancelled().await;
        }
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(interval) => {}
            }
            let event = self.next_event(clock.now_ms());
            let acted = async {
                errands.before(&event, clock.now_ms()).await;
                let position = feed(event.clone()).await;
                errands.after(&event, position, clock.now_ms()).await;
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = acted => {}
            }
        }
    }

    /// What happens next, at `now` (ms): a `client/*` event.
    pub fn next_event(&mut self, now: i64) -> Value {
        let people = self.world.read().people.len();
        let in_world = self.sessions.len();
        if in_world == 0 || (in_world < people.div_ceil(2) && self.dice.one_in(4)) {
            return self.log_in(now);
        }
        let at = self.dice.below(in_world);
        self.sessions[at].left -= 1;
        let event = self.act(at, now);
        if self.sessions[at].left == 0 {
            self.sessions.swap_remove(at);
        }
        event
    }

    fn log_in(&mut self, now: i64) -> Value {
        let people = self.world.read().people.len();
        let mut person = self.dice.below(people);
        while self.sessions.iter().any(|session| session.person == person) {
            person = (person + 1) % people;
        }
        let id = Uuid::from_u64_pair(self.dice.bits(), self.dice.bits()).to_string();
        let parcel = (
            self.dice.below(11) as i64 - 5,
            self.dice.below(11) as i64 - 5,
        );
        let left = 5 + self.dice.below(30);
        self.sessions.push(Session {
            person,
            id,
            parcel,
            left,
        });
        let extra = json!({"contextRuntime": "unity-explorer"});
        self.event("logged-in", self.sessions.len() - 1, now, extra)
    }

    fn act(&mut self, at: usize, now: i64) -> Value {
        match self.dice.below(10) {
            0..4 => self.step(at, now),
            4..7 => {
                let steps = 20 + self.dice.below(200);
                let distance = steps as f64 * 0.75;
                let extra = json!({"distance": distance, "stepCount": steps});
                self.event("walked-distance", at, now, extra)
            }
            7 => {
                let index = self.dice.below(10);
                let item = ["wave", "dance", "clap", "fistpump", "robot"][index % 5];
                let emote = json!({"emoteIndex": index, "isBase": true, "itemId": item, "source": "shortcut"});
                self.event("used-emote", at, now, json!({"emote": emote}))
            }
            8 => {
                let receiver = {
                    let world = self.world.read();
                    self.dice.pick(&world.people).address.clone()
                };
                self.event(
                    "passport-opened",
                    at,
                    now,
                    json!({"passport": {"receiver": receiver}}),
                )
            }
            _ => {
                let height = 10 + self.dice.below(490);
                self.event(
                    "vertical-height-reached",
                    at,
                    now,
                    json!({"height": height}),
                )
            }
        }
    }

    fn step(&mut self, at: usize, now: i64) -> Value {
        let old = self.sessions[at].parcel;
        let (dx, dy) = *self.dice.pick(&[(1, 0), (-1, 0), (0, 1), (0, -1)]);
        let new = ((old.0 + dx).clamp(-6, 6), (old.1 + dy).clamp(-6, 6));
        self.sessions[at].parcel = new;
        let (old, new) = (
            format!("{},{}", old.0, old.1),
            format!("{},{}", new.0, new.1),
        );
        let scene = {
            let world = self.world.read();
            let mut here = world
                .built
                .iter()
                .rev()
                .filter(|(parcel, _)| *parcel == new);
            here.find(|(_, id)| world.active(id).is_some())
                .map(|(_, id)| id.clone())
        };
        let parcel = json!({"isEmptyParcel": scene.is_none(), "oldParcel": old, "newParcel": new,
            "sceneHash": scene.unwrap_or_default()});
        self.event("move-to-parcel", at, now, json!({"parcel": parcel}))
    }

    fn event(&mut self, name: &str, at: usize, now: i64, extra: Value) -> Value {
        self.events += 1;
        let session = &self.sessions[at];
        let world = self.world.read();
        let person = &world.people[session.person];
        let mut metadata = json!({"userAddress": person.address, "authChain": person.login.chain(),
            "sessionId": session.id, "realm": "demo",
            "timestamps": {"reportedAt": now - 200, "receivedAt": now}});
        if let (Some(members), Value::Object(extra)) = (metadata.as_object_mut(), extra) {
            members.extend(extra);
        }
        let key = format!("{}\n{}\n{now}", session.id, self.events);
        let key = kernel::event_id(key.as_bytes()).to_string();
        json!({"type": "client", "subType": name, "key": key, "timestamp": now, "metadata": metadata})
    }
}
