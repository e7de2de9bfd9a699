//! A history of each badge, `histories/<badge>/given.jsonl`: events as they come from outside, one a line, about one
//! person. `then.json` is what the person has in the end, whichever way the history is played.
//!
//! The facts that a history leads to are the golden case `golden/<badge>` of this processor, which the engine's own fold
//! plays with crashes. `UPDATE_GOLDEN=1` writes all files but the histories.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use model::Json;
use model::events::badges::{BADGES, Fact, What};
use model::events::catalyst::Deployment;
use serde::Deserialize;
use serde_json::{Value, json};

use super::chain::Chain;

/// Who the histories are about.
pub(super) const PERSON: &str = "0x1111111111111111111111111111111111111abc";
const PERSON_MIXED: &str = "0x1111111111111111111111111111111111111AbC";
const OTHER: &str = "0x2222222222222222222222222222222222222def";
/// Orders of answers that are tried.
const SHUFFLES: u64 = 20;

/// A line of a history.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Line {
    /// An event of the catalogue.
    Event(Value),
    /// A deployment.
    Deployment(Deployed),
    /// Imported progress.
    #[serde(rename_all = "camelCase")]
    Import {
        badge_id: String,
        progress: Value,
        timestamp: i64,
    },
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Deployed {
    r#type: String,
    id: String,
    owner: String,
    pointers: Vec<String>,
    timestamp: i64,
    metadata: Value,
}

/// A topic, a key and a value.
type Input = (String, String, Bytes);

impl Line {
    fn input(&self, person: &str, number: usize) -> Input {
        match self {
            Self::Event(event) => {
                let to = model::route(event).expect("an event of the catalogue");
                let value = model::encode_event(event).expect("a sound event").bytes;
                (to.topic.to_owned(), to.key, value)
            }
            Self::Deployment(deployed) => {
                let deployment = deployed.deployment();
                let id = deployment.entity_id.clone();
                ("deployments".to_owned(), id, model::encode(&deployment))
            }
            Self::Import {
                badge_id,
                progress,
                timestamp,
            } => {
                let what = What::Import {
                    badge_id: badge_id.clone(),
                    import_id: format!("import-{number}"),
                    progress: progress.clone(),
                };
                let key = format!("import-{number}:{badge_id}:{person}");
                let fact = Fact::new(person, key, *timestamp, &what);
                let value = model::encode(&fact);
                ("badges.facts".to_owned(), person.to_owned(), value)
            }
        }
    }

    /// Whether its place among the others counts: the scene that stood when somebody stepped there, progress that is
    /// replaced.
    fn is_in_order(&self) -> bool {
        match self {
            Self::Event(_) => false,
            Self::Deployment(deployed) => deployed.r#type == "scene",
            Self::Import { .. } => true,
        }
    }
}

impl Deployed {
    fn deployment(&self) -> Deployment {
        let entity = json!({"version": "v3", "id": self.id, "type": self.r#type,
            "pointers": self.pointers, "timestamp": self.timestamp, "content": [],
            "metadata": self.metadata});
        Deployment {
            entity_id: self.id.clone(),
            entity_type: self.r#type.clone(),
            pointers: self.pointers.clone(),
            entity_timestamp: self.timestamp,
            deployer: self.owner.clone(),
            entity: Json::from(entity),
            ..Deployment::default()
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("badges")
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test may read the histories it plays"
)]
fn read(path: &Path) -> String {
    let text = std::fs::read_to_string(path);
    text.unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn lines(text: &str) -> Vec<Line> {
    let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
    text.lines().map(line).collect()
}

/// The same history of somebody else: no entity has two owners.
fn of_other(text: &str) -> String {
    let text = text.replace(PERSON, OTHER);
    let own = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        if let Some(id) = line.pointer_mut("/deployment/id") {
            *id = format!("{}other", id.as_str().unwrap()).into();
        }
        line.to_string()
    };
    text.lines().map(own).collect::<Vec<_>>().join("\n")
}

fn feed(chain: &mut Chain, line: &Line, person: &str, number: usize) {
    let (topic, key, value) = line.input(person, number);
    chain.append(&topic, &key, value);
}

/// Line by line, each done with before the next, `copies` times; and all of it `rounds` times.
fn straight(text: &str, (copies, rounds): (usize, usize), stored: bool) -> Chain {
    let mut chain = Chain::new(stored);
    for _ in 0..rounds {
        for (number, line) in lines(text).iter().enumerate() {
            for _ in 0..copies {
                feed(&mut chain, line, PERSON, number);
            }
            chain.settle();
        }
    }
    chain
}

/// Whatever is on its way moves on in an order that the seed decides.
fn shuffled(text: &str, seed: u64) -> Chain {
    let mut chain = Chain::new(seed.is_multiple_of(2));
    let mut dice = seed;
    let mut below = |sides: usize| {
        dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize % sides
    };
    for (number, line) in lines(text).iter().enumerate() {
        if line.is_in_order() {
            chain.settle();
        }
        feed(&mut chain, line, PERSON, number);
        if line.is_in_order() {
            chain.settle();
        }
        for _ in 0..below(8) {
            let busy = chain.busy();
            if let Some(topic) = (!busy.is_empty()).then(|| &busy[below(busy.len())]) {
                chain.step(topic);
            }
        }
    }
    loop {
        let busy = chain.busy();
        if busy.is_empty() {
            return chain;
        }
        chain.step(&busy[below(busy.len())]);
    }
}

/// Two people, line by line.
fn beside_other(text: &str) -> Chain {
    let mut chain = Chain::new(true);
    let (own, others) = (lines(text), lines(&of_other(text)));
    for (number, (own, other)) in own.iter().zip(&others).enumerate() {
        feed(&mut chain, own, PERSON, number);
        feed(&mut chain, other, OTHER, number);
        chain.settle();
    }
    chain
}

/// The facts of a history as the golden case of this processor.
fn golden(chain: &Chain) -> String {
    let line = |fact: &Fact| {
        let value = json!({"address": fact.address, "kind": fact.kind, "key": fact.key,
            "timestamp": fact.timestamp, "data": fact.data.value().unwrap()});
        let line = json!({"topic": "badges.facts", "key": fact.address, "value": value,
            "timestamp": 1_767_225_600_000_i64});
        format!("{line}\n")
    };
    chain.facts.iter().map(line).collect()
}

/// Compares with a file, or writes it.
fn hold(path: &Path, text: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    assert!(
        read(path) == text,
        "{} differs; run with UPDATE_GOLDEN=1 and look at the difference",
        path.display()
    );
}

#[test]
fn every_badge_has_a_history_that_moves_it() {
    for badge in &BADGES {
        let history = folder().join("histories").join(badge.id);
        let text = read(&history.join("given.jsonl"));
        let chain = straight(&text, (1, 1), true);
        let outcome = chain.outcome(PERSON);
        hold(&history.join("then.json"), &format!("{outcome:#}\n"));
        let case = folder().join("golden").join(badge.id);
        hold(&case.join("given.jsonl"), &golden(&chain));
        let row = &outcome["badges"][badge.id]["row"];
        let moved = row["completedAt"].is_i64() || row["tiers"].get(0).is_some();
        assert!(moved, "{}: {row}", badge.id);
    }
}

#[test]
fn a_history_comes_to_the_same_however_it_is_played() {
    for badge in &BADGES {
        let id = badge.id;
        let text = read(&folder().join("histories").join(id).join("given.jsonl"));
        let want = straight(&text, (1, 1), true).outcome(PERSON);
        for (copies, rounds) in [(1, 1), (2, 1), (3, 1), (1, 2), (2, 2)] {
            let got = straight(&text, (copies, rounds), false).outcome(PERSON);
            assert_eq!(got, want, "{id}, lines {copies} times, all {rounds} times");
        }
        for seed in 0..SHUFFLES {
            assert_eq!(shuffled(&text, seed).outcome(PERSON), want, "{id}, {seed}");
        }
        let both = beside_other(&text);
        assert_eq!(both.outcome(PERSON), want, "{id}, beside another");
        let others = both.outcome(OTHER).to_string().replace(OTHER, PERSON);
        assert_eq!(others, want.to_string(), "{id}, of the other");
        let mixed = text.replace(PERSON, PERSON_MIXED);
        assert!(mixed.contains(PERSON_MIXED) || !text.contains(PERSON));
        let got = straight(&mixed, (1, 1), true).outcome(PERSON);
        assert_eq!(got, want, "{id}, with mixed case");
    }
}
