//! The operator gateway: whether a read model is right, and why it is so.

use std::sync::Arc;

use runtime::ports::SystemClock;
use serde_json::{Value, json};

use crate::support::get_with;
use crate::world::{BEARER, World, settings};

const T: i64 = 1_767_225_600_000;
const PERSON: &str = "0x1111111111111111111111111111111111111abc";

fn walked(at: i64, steps: i64) -> Value {
    json!({"type": "client", "subType": "walked-distance", "key": format!("w-{at}"), "timestamp": T + at,
        "metadata": {"userAddress": PERSON, "authChain": [], "sessionId": "s", "realm": "main",
            "stepCount": steps}})
}

async fn lines(world: &World, path: &str) -> Vec<Value> {
    let answer = get_with(&world.router, &format!("/operator{path}"), &[BEARER]).await;
    assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let text = String::from_utf8(answer.body.to_vec()).expect("text");
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().expect("JSON lines")
}

async fn walked_far() -> World {
    let world = World::start().await;
    world
        .feed(&json!([walked(1, 5_000), walked(2, 6_000)]))
        .await;
    world.settle().await;
    world
}

#[tokio::test]
async fn the_events_of_a_person_tell_what_they_changed() {
    let world = walked_far().await;
    let told = lines(&world, &format!("/explain/badges/{PERSON}")).await;
    assert_eq!(told[0]["started"]["input"], "badges.facts");
    let events = told.iter().filter_map(|line| line.get("event"));
    let events: Vec<&Value> = events.collect();
    assert_eq!(events.len(), 2, "{told:?}");
    for event in &events {
        assert_eq!(
            (&event["topic"], &event["applied"]),
            (&json!("badges.facts"), &json!(true))
        );
        assert_eq!(event["headers"]["ce_source"], "processors/badge_actions");
        assert!(event["value"].is_object(), "decoded: {event}");
        assert!(
            event["document"].as_array().is_some_and(|c| !c.is_empty()),
            "{event}"
        );
    }
    let granted = |event: &&Value| event["emits"][0]["kind"] == "badge/badge-granted";
    let granted = events[1..]
        .iter()
        .copied()
        .find(granted)
        .expect("the second walk earns a badge");
    assert_eq!(granted["emits"][0]["value"]["type"], "badge", "{granted}");
    let rows = granted["rows"].as_array().expect("a list");
    assert!(
        rows.iter()
            .any(|row| row["key"] == PERSON && row["doc"].is_object()),
        "{granted}"
    );
    let end = &told.last().expect("an end")["end"];
    assert_eq!((&end["events"], &end["next"]), (&json!(2), &Value::Null));

    let offset = events[1]["offset"].as_u64().expect("an offset");
    let told = lines(&world, &format!("/explain/badges/{PERSON}?from={offset}")).await;
    let shown = told
        .iter()
        .filter_map(|line| line.get("event"))
        .collect::<Vec<_>>();
    assert_eq!(
        shown,
        [events[1]],
        "what came before is folded and not shown"
    );
    let told = lines(&world, "/explain/badges/nobody").await;
    assert_eq!(told.last().expect("an end")["end"]["events"], 0);
    world.stop().await;
}

#[tokio::test]
async fn what_is_asked_of_the_outside_is_told_without_what() {
    let world = walked_far().await;
    // The deployment asks for its files to be mirrored.
    let id = identity::hash::hash_v1("a scene");
    let file = identity::hash::hash_v1("a file");
    let scene = json!({"type": "catalyst-deployment", "subType": "scene",
        "entity": {"version": "v3", "id": id, "type": "scene", "pointers": ["0,0"], "timestamp": T,
            "content": [{"file": "f", "hash": file}], "metadata": {}},
        "authChain": [{"type": "SIGNER", "payload": PERSON, "signature": ""}],
        "contentServerUrls": ["http://127.0.0.1:1/content"]});
    world.feed(&json!([scene])).await;
    world.settle().await;
    let told = lines(&world, &format!("/explain/deployments/{id}")).await;
    let event = told
        .iter()
        .find_map(|line| line.get("event"))
        .expect("an event");
    let effect = json!({ "kind": "mirror", "key": event["effects"][0]["key"] });
    assert_eq!(
        event["effects"],
        json!([effect]),
        "kind and key, nothing else"
    );
    // Outcomes of effects, and the credits' own log, are the operator's.
    for model in ["effects", "credits", "credits-sequencer"] {
        for path in [
            format!("/operator/explain/{model}/x"),
            format!("/operator/verify/{model}"),
        ] {
            assert_eq!(world.get(&path).await.status, 401, "{path}");
        }
    }
    world.stop().await;
}

#[tokio::test]
async fn read_models_are_verified_and_odd_requests_refused() {
    let world = walked_far().await;
    for asked in ["all=true", "sample=5&seed=1", "all=true&memory=1%20KiB"] {
        let told = lines(&world, &format!("/verify/badges?{asked}")).await;
        let report = &told.last().expect("an end")["report"];
        assert_eq!(report["differences"], 0, "{asked}: {told:?}");
        assert_eq!(report["keys"], 1, "{asked}: {told:?}");
    }
    for (path, status) in [
        ("/verify/nothing", 404),
        ("/verify/badges?generation=7", 404),
        ("/verify/badges?all=true&sample=3", 400),
        ("/verify/badges?memory=1%20GiB", 400),
        ("/verify/badges?memory=0", 400),
        ("/explain/badges/x?limit=0", 400),
        ("/explain/badges/x?generation=7", 404),
    ] {
        let answer = world.get(&format!("/operator{path}")).await;
        assert_eq!(answer.status, status, "{path}: {:?}", answer.body);
    }
    world.stop().await;
}

#[tokio::test]
async fn protected_reads_need_the_bearer() {
    let own = settings(json!({"operator": {"protect_reads": true}}));
    let world = World::with(own, Arc::new(SystemClock)).await;
    for path in ["/verify/badges", "/explain/badges/x"] {
        let answer = world.get(&format!("/operator{path}")).await;
        assert_eq!(answer.status, 401, "{path}");
        assert!(!lines(&world, path).await.is_empty());
    }
    world.stop().await;
}
