//! The ids of an outside registry: asked for at the start, kept for the day the registry is gone.

use std::time::Duration;

use peers::{Options, Registry, Server};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{ALONE, ended, succeeded, verb};
use crate::http::{get, operator, post, records, send, settle};
use crate::process::{Launch, Program, Scratch, TOKEN, until};

static TURN: Semaphore = Semaphore::const_new(1);
const URL: &str = "WORLDLOG__REGISTRY__URL";

/// An embedded platform and a registry of its own.
struct Place {
    scratch: Scratch,
    registry: Server,
    _turn: SemaphorePermit<'static>,
}

impl Place {
    async fn new() -> Option<Self> {
        if !peers::wanted() {
            return None;
        }
        let turn = TURN.acquire().await.expect("nobody closes it");
        let scratch = Scratch::new();
        let registry = Registry::start(scratch.path("registry"), Options::default()).await;
        Some(Self {
            registry: registry.unwrap_or_else(|error| panic!("no registry: {error:#}")),
            scratch,
            _turn: turn,
        })
    }

    fn url(&self) -> String {
        Registry::url(self.registry.address())
    }

    fn up(&self) -> Launch {
        Launch::up(&self.scratch, "up").environment(URL, self.url())
    }

    fn verb(&self, arguments: &[&str]) -> std::process::Output {
        verb(
            arguments,
            &[
                (URL, self.url()),
                ("WORLDLOG__CLUSTER__CONNECT_WAIT", "1s".to_owned()),
            ],
        )
    }

    fn data(&self) -> String {
        self.up().data().display().to_string()
    }
}

fn tick(now: i64) -> Value {
    json!({
        "type": "platform", "subType": "clock-tick", "key": format!("tick-{now}"), "timestamp": now,
        "metadata": { "now": now },
    })
}

async fn feed(program: &Program, now: i64) {
    let url = program.at("/events-notifier/events");
    send(post(&url, &tick(now)).bearer_auth(TOKEN))
        .await
        .expect(202);
    settle(program).await;
}

/// The schema id in front of a tick.
async fn id_of(program: &Program, offset: usize) -> u32 {
    let path = format!("/topics/platform.ticks/records?partition=0&offset={offset}&format=avro");
    let value = operator(program, &path).await.expect(200).body;
    u32::from_be_bytes([value[1], value[2], value[3], value[4]])
}

/// The registry's id of the tick's schema.
async fn told(place: &Place) -> u32 {
    let url = format!(
        "{}/subjects/worldlog.platform.ClockTick/versions/latest",
        place.url()
    );
    let version = send(get(&url)).await.expect(200).json();
    u32::try_from(version["id"].as_u64().expect("an id")).expect("it fits into the frame")
}

#[tokio::test]
async fn a_start_wants_every_schema_registered_and_later_ones_do_without_the_registry() {
    let Some(mut place) = Place::new().await else {
        return;
    };
    let refused = place.up().finish().await;
    assert_eq!(refused.code, Some(1), "{}", refused.output);
    assert!(
        refused.output.contains("worldlog schemas register"),
        "{}",
        refused.output
    );
    succeeded(&place.verb(&["schemas", "register"]));
    let program = place.up().start().await;
    feed(&program, 1_767_225_600_000).await;
    let id = id_of(&program, 0).await;
    assert_eq!(id, told(&place).await);
    assert!(program.terminate().await.success());
    let doctor = succeeded(&place.verb(&["doctor", "--data", &place.data()]));
    assert!(
        doctor.contains("it answers and has every schema"),
        "{doctor}"
    );
    place.registry.stop().await.expect("it stops");
    // Without the registry: the platform and every verb that decodes go on by what was kept.
    let program = place.up().start().await;
    let warning = "the registry does not answer; the ids of an earlier start are used";
    assert!(program.log().contains(warning), "{}", program.log());
    feed(&program, 1_767_225_600_001).await;
    assert_eq!(id_of(&program, 1).await, id);
    assert!(program.terminate().await.success());
    let data = place.data();
    let ticks = [
        "log",
        "cat",
        "platform.ticks",
        "--data",
        &data,
        "--output",
        "json",
    ];
    let output = place.verb(&ticks);
    let said = succeeded(&output);
    let now = |line: &str| {
        serde_json::from_str::<Value>(line).expect("JSON")["value"]["metadata"]["now"].clone()
    };
    assert_eq!(
        said.lines().map(now).collect::<Vec<_>>(),
        [1_767_225_600_000_i64, 1_767_225_600_001]
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains(warning));
    let doctor = succeeded(&place.verb(&["doctor", "--data", &data]));
    assert!(doctor.contains("warning  registry"), "{doctor}");
}

#[tokio::test]
async fn a_registry_that_is_gone_before_its_ids_are_known_is_waited_for_and_then_named() {
    let Some(mut place) = Place::new().await else {
        return;
    };
    succeeded(&place.verb(&["schemas", "register"]));
    let url = place.url();
    place.registry.stop().await.expect("it stops");
    let waiting = "waiting for the registry";
    let hasty = place
        .up()
        .environment("WORLDLOG__CLUSTER__CONNECT_WAIT", "2s");
    let refused = hasty.finish().await;
    assert_eq!(refused.code, Some(5), "{}", refused.output);
    assert!(refused.output.contains(waiting), "{}", refused.output);
    let named = format!("the registry at {url} does not answer");
    assert!(refused.output.contains(&named), "{}", refused.output);
    let output = place.verb(&["log", "cat", "platform.ticks", "--data", &place.data()]);
    ended(&output, 5);
    let doctor = ended(&place.verb(&["doctor", "--data", &place.data()]), 1);
    assert!(doctor.contains("BROKEN   registry"), "{doctor}");
    // One that comes back in time is enough; it has forgotten every schema, and says so.
    let starting = place.up().spawn();
    let waits = || starting.log().contains(waiting).then_some(());
    until(Duration::from_secs(60), waits)
        .await
        .expect("it waits");
    place.registry.restart().await.expect("it starts again");
    let said = starting.ended().await;
    assert!(
        said.output.contains("worldlog schemas register"),
        "{}",
        said.output
    );
}

#[tokio::test]
async fn records_go_from_one_registry_to_another_and_to_none() {
    let Some(mut place) = Place::new().await else {
        return;
    };
    succeeded(&place.verb(&["schemas", "register"]));
    let program = place.up().start().await;
    feed(&program, 1_767_225_600_000).await;
    let before = records(&program, "platform.ticks").await;
    let id = id_of(&program, 0).await;
    assert!(program.terminate().await.success());
    let file = place.scratch.path("all.ndjson").display().to_string();
    succeeded(&place.verb(&["log", "export", &file, "--data", &place.data()]));
    // Into a platform without a registry.
    let alone = Launch::up(&place.scratch, "alone");
    let data = alone.data().display().to_string();
    succeeded(&verb(&["log", "import", &file, "--data", &data], ALONE));
    let program = alone.start().await;
    settle(&program).await;
    assert_eq!(records(&program, "platform.ticks").await, before);
    assert!(
        id_of(&program, 0).await > 1_000_000_000,
        "the platform's own"
    );
    assert!(program.terminate().await.success());
    let back = place.scratch.path("back.ndjson").display().to_string();
    succeeded(&verb(&["log", "export", &back, "--data", &data], ALONE));
    // And out of that into one that has the registry.
    let again = Launch::up(&place.scratch, "again").environment(URL, place.url());
    let data = again.data().display().to_string();
    succeeded(&place.verb(&["log", "import", &back, "--data", &data]));
    let program = again.start().await;
    settle(&program).await;
    assert_eq!(records(&program, "platform.ticks").await, before);
    assert_eq!(
        id_of(&program, 0).await,
        id,
        "the registry's clients can read it"
    );
    assert!(program.terminate().await.success());
    // A registry that was lost and gave the ids to others: what stands in the log would be read as something else.
    place.registry.stop().await.expect("it stops");
    place.registry.restart().await.expect("it starts again");
    let other = json!({ "schema": json!({
        "type": "record", "name": "Other", "namespace": "it", "fields": [{ "name": "a", "type": "long" }],
    }).to_string() });
    let subjects = format!("{}/subjects/it.Other/versions", place.url());
    send(post(&subjects, &other)).await.expect(200);
    succeeded(&place.verb(&["schemas", "register"]));
    let refused = again.finish().await;
    assert_eq!(refused.code, Some(1), "{}", refused.output);
    assert!(
        refused
            .output
            .contains("not the one whose ids values of the log have"),
        "{}",
        refused.output
    );
}
