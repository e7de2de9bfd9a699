//! The island map in a real browser: bots walk, their dots move, their islands have colours, hot scenes have names.

use identity::hash::hash_v1;
use serde_json::{Value, json};

use super::in_a_browser;
use crate::http::{eventually, get, post, send, settle};
use crate::process::{Launch, Program, Scratch, TOKEN};

const SCRIPT: &str = "islands.mjs";
/// Set, it names a folder for pictures: `docs/images` renews that of the documentation.
const SHOTS: &str = "ISLANDS_SHOTS";
const BOTS: &str = "250";

/// Builds a scene on each of these parcels.
async fn build(program: &Program, parcels: &[(i64, i64)]) {
    let scenes = parcels.iter().zip(["Plaza of Tides", "The Old Fairground"]).map(|((x, y), title)| {
        let at = format!("{x},{y}");
        json!({ "type": "catalyst-deployment", "subType": "scene",
            "entity": { "id": hash_v1(title), "type": "scene", "pointers": [at], "timestamp": 1_767_225_600_000_i64,
                "content": [], "metadata": { "display": { "title": title }, "scene": { "base": at, "parcels": [at] } } },
            "contentServerUrls": ["http://127.0.0.1:1/content"],
            "authChain": [{ "type": "SIGNER", "payload": "0xA", "signature": "" }] })
    });
    let events = Value::from(scenes.collect::<Vec<_>>());
    let feed = post(&program.at("/events-notifier/events"), &events).bearer_auth(TOKEN);
    send(feed).await.expect(202);
    settle(program).await;
}

#[tokio::test]
async fn the_island_map_works_in_a_browser() {
    let scratch = Scratch::new();
    let up =
        Launch::up(&scratch, "up").environment("WORLDLOG__ARCHIPELAGO__HOT_SCENES_MAX_AGE", "0s");
    let program = up.start().await;
    let arguments = ["bots", BOTS, "--spots", "6", "--url", &program.url];
    let bots = Launch::verb(&scratch, "bots", &arguments).spawn();
    let parcels = eventually(
        || get(&program.at("/archipelago/parcels")),
        |answer| {
            let parcels = answer.json()["parcels"].as_array()?.clone();
            let people: u64 = parcels
                .iter()
                .filter_map(|p| p["peersCount"].as_u64())
                .sum();
            (people.to_string() == BOTS).then_some(parcels)
        },
    )
    .await;
    let place = |parcel: &Value| {
        let of = |name: &str| parcel["parcel"][name].as_i64().expect("a number");
        (of("x"), of("y"))
    };
    build(&program, &[place(&parcels[0]), place(&parcels[1])]).await;
    in_a_browser(
        &scratch,
        &program,
        SCRIPT,
        SHOTS,
        &[("WORLDLOG_BOTS", BOTS)],
    )
    .await;
    bots.kill();
    assert!(program.terminate().await.success());
}
