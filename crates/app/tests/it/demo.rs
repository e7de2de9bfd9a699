//! `up --demo`: what a newcomer sees without giving anything.

use std::fs;

use serde_json::Value;

use crate::http::{eventually, get, post, send, topics};
use crate::process::{Launch, Program, Scratch};

/// As in `demo.*`: what was built before the start, and who lives there.
const BUILT: u64 = 24;

/// How many records a topic has.
async fn length(program: &Program, topic: &str) -> u64 {
    let listed = send(get(&program.at("/operator/topics"))).await;
    of(&listed.expect(200).json(), topic)
}

fn of(listed: &Value, topic: &str) -> u64 {
    let mut listed = listed.as_array().expect("a list of topics").iter();
    let found = listed.find(|one| one["name"] == topic);
    let records = found.and_then(|one| one["records"].as_u64());
    records.unwrap_or_else(|| panic!("no topic {topic}"))
}

/// Waits until a topic has more than `before` records.
async fn grown(program: &Program, topic: &str, before: u64) -> u64 {
    let url = program.at("/operator/topics");
    let more = |listed: Value| Some(of(&listed, topic)).filter(|now| *now > before);
    eventually(|| get(&url), |answer| more(answer.json())).await
}

#[tokio::test]
async fn the_demo_is_ready_with_a_world_that_lives_and_goes_on_living() {
    let scratch = Scratch::new();
    // The world is as it comes, only quicker: nobody wants to wait for a test.
    let up = Launch::verb(
        &scratch,
        "demo",
        &["up", "--demo", "--listen", "127.0.0.1:0"],
    )
    .ready_file()
    .environment("WORLDLOG__DEMO__DEPLOY_INTERVAL", "300ms")
    .environment("WORLDLOG__DEMO__PLAY_INTERVAL", "50ms");
    let program = up.start().await;
    // The history that was built before is deployed, and then people go on building,
    let built = grown(&program, "deployments", BUILT).await;
    let more = grown(&program, "deployments", built).await;
    grown(&program, "deployments", more).await;
    // and walk about.
    let walked = length(&program, "user.actions").await;
    grown(&program, "user.actions", walked).await;
    // What they built can be visited: its files are there.
    let newest = program.at("/catalyst/content/deployments?entityType=scene&limit=1");
    let scene = eventually(
        || get(&newest),
        |answer| answer.json()["deployments"].get(0).cloned(),
    )
    .await;
    let asked = serde_json::json!({ "pointers": scene["pointers"] });
    let url = program.at("/catalyst/content/entities/active");
    let active = send(post(&url, &asked)).await.expect(200).json();
    assert!(!active.as_array().expect("a list").is_empty(), "{scene}");
    let files = active[0]["content"].as_array().expect("a scene has files");
    let hash = files[0]["hash"].as_str().expect("a file has a hash");
    let file = program.at(&format!("/catalyst/content/contents/{hash}"));
    let file = send(get(&file)).await.expect(200);
    assert_eq!(identity::hash::hash_v1(&file.body), hash);
    assert!(topics(&program).await.len() > 10);
    assert!(fs::exists(scratch.path("demo").join("worldlog-data")).expect("a folder"));
    assert!(program.terminate().await.success());
}
