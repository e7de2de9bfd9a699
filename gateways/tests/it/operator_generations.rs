//! What an operator does with generations, and what requests read meanwhile.

use serde_json::{Value, json};

use crate::support::{Answer, get_with, post_with};
use crate::world::{BEARER, World};

const HEADER: &str = "x-worldlog-generation";

async fn act(world: &World, path: &str, body: Value) -> Answer {
    post_with(
        &world.router,
        &format!("/operator{path}"),
        body.to_string(),
        &[BEARER],
    )
    .await
}

async fn badges(world: &World) -> Value {
    let all = world.get("/operator/generations").await.json();
    let all = all.as_array().expect("a list").clone();
    let badges = all.into_iter().find(|model| model["readModel"] == "badges");
    badges.expect("it is there")
}

/// States of the generations of badges, in order of their numbers.
fn states(model: &Value) -> Vec<String> {
    let of = model["generations"].as_array().expect("a list").iter();
    of.map(|g| g["state"].as_str().expect("text").to_owned())
        .collect()
}

/// Waits until the states are these.
async fn until(world: &World, wanted: &[&str]) -> Value {
    loop {
        let model = badges(world).await;
        if states(&model) == wanted {
            return model;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

async fn read(world: &World, pin: &str) -> Answer {
    get_with(&world.router, "/badges/badges", &[(HEADER, pin)]).await
}

#[tokio::test]
async fn a_generation_is_built_promoted_taken_back_and_dropped() {
    let world = World::start().await;
    let plain = world.get("/badges/badges").await;
    assert_eq!(plain.headers[HEADER], "badges=1");
    assert_eq!(read(&world, "badges=2").await.status, 400, "there is none");
    let built = act(&world, "/generations/badges/build", json!({})).await;
    assert_eq!(built.status, 201, "{:?}", built.body);
    until(&world, &["live", "ready"]).await;
    assert_eq!(
        world.get("/badges/badges").await.headers[HEADER],
        "badges=1"
    );
    assert_eq!(read(&world, "badges=2").await.headers[HEADER], "badges=2");
    let live = act(&world, "/generations/badges/promote", json!({})).await;
    assert_eq!(
        (live.status.as_u16(), &live.json()["live"]),
        (200, &json!(2))
    );
    assert_eq!(
        world.get("/badges/badges").await.headers[HEADER],
        "badges=2"
    );
    assert_eq!(states(&badges(&world).await), ["retired", "live"]);
    let back = act(&world, "/generations/badges/rollback", json!({})).await;
    assert_eq!(
        (back.status.as_u16(), &back.json()["live"]),
        (200, &json!(1))
    );
    let given_up = act(&world, "/generations/badges/drop", json!({"generation": 2})).await;
    assert_eq!(given_up.status, 202, "{:?}", given_up.body);
    until(&world, &["live"]).await;
    assert_eq!(
        read(&world, "badges=2").await.status,
        400,
        "its tables are gone"
    );
    // A number is never used again.
    let again = act(&world, "/generations/badges/build", json!({"throttle": 9})).await;
    assert_eq!(again.json()["generations"][1]["generation"], 3);
    assert_eq!(again.json()["generations"][1]["throttle"], 9);
    world.stop().await;
}

#[tokio::test]
async fn what_may_not_be_is_refused_by_name() {
    let world = World::start().await;
    let refused = async |path: &str, body: Value, status: u16, why: &str| {
        let answer = act(&world, path, body).await;
        assert_eq!(answer.status, status, "{path}");
        let message = answer.json()["message"].as_str().expect("text").to_owned();
        assert!(message.contains(why), "{path}: {message}");
    };
    let none = post_with(
        &world.router,
        "/operator/generations/badges/build",
        "{}",
        &[],
    );
    assert_eq!(none.await.status, 401);
    refused("/generations/nobody/build", json!({}), 404, "nobody").await;
    refused(
        "/generations/badges/build",
        json!({"throttle": 0}),
        400,
        "throttle",
    )
    .await;
    refused("/generations/badges/build", json!({"til": 0}), 400, "til").await;
    refused(
        "/generations/badges/promote",
        json!({}),
        409,
        "no generation that was built",
    )
    .await;
    refused(
        "/generations/badges/promote",
        json!({"generation": 7}),
        404,
        "generation 7",
    )
    .await;
    refused(
        "/generations/badges/promote",
        json!({"generation": 1}),
        409,
        "live already",
    )
    .await;
    refused("/generations/badges/rollback", json!({}), 409, "go back").await;
    refused(
        "/generations/badges/drop",
        json!({"generation": 1}),
        409,
        "is live",
    )
    .await;
    refused("/generations/badges/drop", json!({}), 400, "which one").await;
    // What shows the past can be read and cannot be made live.
    let past = json!({"until": 1});
    assert_eq!(
        act(&world, "/generations/badges/build", past).await.status,
        201
    );
    until(&world, &["live", "complete"]).await;
    refused(
        "/generations/badges/promote",
        json!({"generation": 2}),
        409,
        "the past",
    )
    .await;
    world.stop().await;
}

#[tokio::test]
async fn a_paused_processor_stands_still_and_goes_on_where_it_stood() {
    let world = World::start().await;
    world.settle().await;
    let paused = act(&world, "/processors/badges/pause", json!({})).await;
    assert_eq!(paused.json()["generations"][0]["paused"], true);
    // Its partitions are given up a moment later.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let event = json!({"type": "client", "subType": "walked-distance", "key": "w", "timestamp": 1_767_225_600_000_i64,
        "metadata": {"userAddress": format!("0x{:040x}", 7), "authChain": [], "sessionId": "s", "realm": "main",
            "stepCount": 5}});
    world.feed(&json!([event])).await;
    let left = world.get("/operator/settled?timeout=1s").await;
    assert_eq!(left.status, 503);
    let left = left.json();
    let standing = left["processors"].as_array().expect("a list").iter();
    let standing: Vec<_> = standing.filter_map(|p| p["processor"].as_str()).collect();
    assert_eq!(standing, ["badges"], "{left}");
    let resumed = act(&world, "/processors/badges/resume", json!({})).await;
    assert_eq!(resumed.status, 200);
    world.settle().await;
    world.stop().await;
}
