//! A history that began on a laptop moves into a cluster, goes on there, and comes back.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::clients::{shown, use_the_queue};
use super::{ALONE, Stand, ended, events, succeeded, verb};
use crate::crowd::deployed;
use crate::http::{get, post, send, settle};
use crate::process::{Launch, Program, TOKEN};
use crate::world::{World, active_of, caught_up};

/// Scenes that are deployed in each place.
const SCENES: u64 = 20;

#[tokio::test]
async fn a_history_moves_into_a_cluster_goes_on_there_and_comes_back() {
    let Some(world) = World::recorded() else {
        return;
    };
    let Some(stand) = Stand::when_asked().await else {
        return;
    };
    let at = |name: &str| stand.scratch.path(name).display().to_string();
    let server = Launch::catalyst(&stand.scratch, "catalyst", &world.folder)
        .start()
        .await;
    let up = Launch::up(&stand.scratch, "laptop").following(&[&server]);
    let laptop = up.start().await;
    caught_up(&laptop, &world).await;
    use_the_queue(&laptop).await;
    live(&laptop, "laptop", 0).await;
    let before = Seen::of(&laptop, &world).await;
    assert!(laptop.terminate().await.success());
    let data = up.data().display().to_string();
    succeeded(&verb(
        &["log", "export", &at("out/"), "--data", &data],
        ALONE,
    ));
    // In: every record at its offset, and the file says the same when it comes out again.
    let said = succeeded(&stand.verb(&["log", "import", &at("out/")]));
    assert!(said.contains("offsets are the original ones"), "{said}");
    succeeded(&stand.verb(&["log", "export", &at("again/")]));
    same_files(&stand.scratch.path("out"), &stand.scratch.path("again"));
    ended(&stand.verb(&["log", "import", &at("out/")]), 4);
    let cluster = stand.run("cluster").start().await;
    settle(&cluster).await;
    let moved = Seen::of(&cluster, &world).await;
    assert_eq!(moved.answers, before.answers);
    moved.goes_on_from(&before, "laptop");
    live(&cluster, "cluster", SCENES).await;
    let after = Seen::of(&cluster, &world).await;
    after.has_once("cluster");
    after.has_scenes_once(SCENES..2 * SCENES);
    assert_ne!(after.answers, before.answers, "something new was deployed");
    assert!(cluster.terminate().await.success());
    // And out: the folder has nothing but the log at first.
    succeeded(&stand.verb(&["log", "export", &at("back/")]));
    let home = Launch::up(&stand.scratch, "home");
    let data = home.data().display().to_string();
    let said = succeeded(&verb(
        &["log", "import", &at("back/"), "--data", &data],
        ALONE,
    ));
    assert!(said.contains("offsets are the original ones"), "{said}");
    let home = home.start().await;
    settle(&home).await;
    let back = Seen::of(&home, &world).await;
    assert_eq!(back.answers, after.answers);
    assert_eq!(
        back.records.len(),
        after.records.len(),
        "the embedded log takes no repetition"
    );
    live(&home, "home", 2 * SCENES).await;
    let last = Seen::of(&home, &world).await;
    last.has_once("home");
    last.has_scenes_once(2 * SCENES..3 * SCENES);
    assert!(home.terminate().await.success());
    stand.clear().await;
}

/// Feeds every kind of event and some scenes; waits for all that follows.
async fn live(program: &Program, mark: &str, first: u64) {
    events::feed(program, &events::all(mark)).await;
    let scenes = (first..first + SCENES).map(|n| deployed(&parcel(n), n).1);
    let url = program.at("/events-notifier/events");
    let scenes = Value::from(scenes.collect::<Vec<_>>());
    send(post(&url, &scenes).bearer_auth(TOKEN))
        .await
        .expect(202);
    settle(program).await;
}

/// Scenes of one place overwrite those of the place before.
fn parcel(number: u64) -> String {
    format!("{},77", number % SCENES)
}

/// What a platform answers and what its log holds.
struct Seen {
    answers: BTreeMap<String, Value>,
    records: BTreeMap<(String, u64, u64), Value>,
}

impl Seen {
    async fn of(program: &Program, world: &World) -> Self {
        let mut answers = BTreeMap::new();
        let active = active_of(program, "/catalyst", world).await;
        answers.insert("active".to_owned(), json!(active));
        let parcels: Vec<String> = (0..SCENES).map(parcel).collect();
        let url = program.at("/catalyst/content/entities/active");
        let scenes = send(post(&url, &json!({ "pointers": parcels })))
            .await
            .expect(200);
        answers.insert("scenes".to_owned(), in_order(scenes.json()));
        for path in [
            "/catalyst/content/pointer-changes?limit=500",
            "/catalyst/content/deployments?limit=500",
            "/deployments/queue",
            "/deployments/queue?status=leased",
        ] {
            let answer = send(get(&program.at(path))).await.expect(200);
            answers.insert(path.to_owned(), answer.json());
        }
        Self {
            answers,
            records: shown(program).await,
        }
    }

    /// Everything that was there is where it was; what came since repeats what was there.
    fn goes_on_from(&self, before: &Self, mark: &str) {
        for (place, record) in &before.records {
            assert_eq!(self.records.get(place), Some(record), "{place:?}");
        }
        let ids: BTreeMap<&str, &Value> = before.records.values().map(identity).collect();
        for (place, record) in self
            .records
            .iter()
            .filter(|(p, _)| !before.records.contains_key(*p))
        {
            let (id, value) = identity(record);
            assert_eq!(
                ids.get(id),
                Some(&value),
                "{place:?} is new after {mark}: {record}"
            );
        }
    }

    /// Each event of this mark is in the inbox once and where it belongs once.
    fn has_once(&self, mark: &str) {
        let mut found: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
        for record in self.records.values() {
            let key = record["value"]["key"].as_str().unwrap_or_default();
            let inbox = record["topic"] == "events.inbox";
            // What others make of it, or cannot use, may name it, too.
            let placed = record["headers"]["ce_source"] == "processors/ingest";
            if key.starts_with(&format!("{mark}-")) && (inbox || placed) {
                found.entry(key).or_default()[usize::from(placed)] += 1;
            }
        }
        assert_eq!(found.len(), events::all(mark).len(), "{mark}");
        for (key, counts) in found {
            assert_eq!(counts, [1, 1], "{key}: in the inbox, and where it belongs");
        }
    }

    /// Each of these scenes was derived once.
    fn has_scenes_once(&self, numbers: std::ops::Range<u64>) {
        for number in numbers {
            let id = deployed(&parcel(number), number).0;
            for topic in [
                "deployments",
                "deployments.pointers",
                "deployments.queue",
                "compat.events",
            ] {
                let of =
                    |record: &&Value| record["topic"] == topic && record.to_string().contains(&id);
                assert_eq!(
                    self.records.values().filter(of).count(),
                    1,
                    "scene {number} in {topic}"
                );
            }
        }
    }
}

/// The id of a record and what it says.
fn identity(record: &Value) -> (&str, &Value) {
    let id = record["headers"]["ce_id"].as_str();
    (id.expect("every record has an id"), &record["value"])
}

/// The answer of entities by pointers has no order.
fn in_order(entities: Value) -> Value {
    let Value::Array(mut entities) = entities else {
        panic!("no list: {entities}");
    };
    entities.sort_by_key(|entity| entity["id"].to_string());
    entities.into()
}

fn same_files(one: &Path, other: &Path) {
    let names = |folder: &Path| {
        let files = fs::read_dir(folder).expect("the folder is there").flatten();
        let mut names: Vec<_> = files.map(|file| file.file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(one), names(other));
    for name in names(one) {
        let read = |folder: &Path| fs::read_to_string(folder.join(&name)).expect("it is text");
        assert_eq!(read(one), read(other), "{}", name.to_string_lossy());
    }
}
