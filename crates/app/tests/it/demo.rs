//! `up --demo`: what a newcomer sees without giving anything.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::cli;
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

/// Whether somebody was given credits for goals.
fn claimed(outcomes: &Value) -> bool {
    let mut outcomes = outcomes.as_array().expect("a list of records").iter();
    outcomes.any(|record| {
        let outcome = &record["value"];
        let granted = outcome["body"]["grantedWei"].as_str();
        outcome["kind"] == "claim-requested" && granted.is_some_and(|wei| wei != "0")
    })
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
    // Players take part in the season, and claim what their goals earned.
    let seasons = send(get(&program.at("/credits/seasons"))).await.expect(200);
    assert_eq!(
        seasons.json()["currentSeason"]["season"]["state"],
        "RUNNING"
    );
    eventually(
        || get(&program.at("/operator/topics/credits.outcomes/records?limit=500")),
        |answer| claimed(&answer.json()).then_some(()),
    )
    .await;
    assert!(fs::exists(scratch.path("demo").join("worldlog-data")).expect("a folder"));
    assert!(program.terminate().await.success());
}

/// `worldlog demo player` with these arguments besides.
fn play(arguments: &[&str]) -> std::process::Output {
    cli::run(&[&["demo", "player"], arguments].concat())
}

fn ids(list: &Value, member: &str) -> BTreeSet<String> {
    let list = list.as_array().expect("a list").iter();
    list.map(|one| one[member].as_str().expect("a text").to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_player_gets_badges_notifications_and_credits_once_and_is_told_so() {
    let scratch = Scratch::new();
    let data = scratch.path("player").join("data");
    let data = data.to_string_lossy().into_owned();
    let up = Launch::verb(
        &scratch,
        "player",
        &["up", "--demo", "--listen", "127.0.0.1:0"],
    );
    let up = up.argument("--data").argument(&data).ready_file();
    let program = up
        .environment("WORLDLOG__DEMO__PLAY_INTERVAL", "0s")
        .start()
        .await;
    // A season runs when the ledger has heard of it, and of the time.
    eventually(
        || get(&program.at("/credits/seasons")),
        |answer| (answer.json()["currentSeason"]["season"]["state"] == "RUNNING").then_some(()),
    )
    .await;

    let played = play(&["--data", &data, "--seed", "7", "--output", "json"]);
    assert_eq!(cli::code(&played), 0, "{}", cli::stderr(&played));
    let played = cli::json(&played);
    let wanted = [
        "dclcitizen",
        "social_butterfly",
        "vertical_voyager",
        "walkabout_wanderer",
    ];
    let wanted: BTreeSet<String> = wanted.map(str::to_owned).into();
    assert_eq!(ids(&played["badges"]["granted"], "id"), wanted, "{played}");
    let told = ids(&played["notifications"]["arrived"], "type");
    let kinds = ["badge_granted", "credits_goal_completed"].map(str::to_owned);
    assert_eq!(told, BTreeSet::from(kinds), "{played}");
    let given = ids(&played["credits"]["given"], "goalId");
    let goals = ["log-in", "visit-profile"].map(str::to_owned);
    assert_eq!(given, BTreeSet::from(goals), "{played}");
    assert_eq!(played["credits"]["available"], 3.5, "{played}");
    // Everybody can see the badges where the report says.
    let url = played["badges"]["url"].as_str().expect("a URL");
    let seen = send(get(url)).await.expect(200).json();
    let achieved = &seen["data"]["achieved"];
    assert_eq!(ids(achieved, "id"), wanted, "{seen}");

    // The same player again gets nothing twice, and people are told in words.
    let again = play(&["--url", &program.url, "--data", &data, "--seed", "7"]);
    assert_eq!(cli::code(&again), 0, "{}", cli::stderr(&again));
    let text = cli::stdout(&again);
    for line in [
        "no badge granted",
        "the player has 4 already",
        "no notification arrived",
        "no credit given",
        "claimed: granted 0",
        "goal \"Come in\": 1 of 1, claimed",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    // Of which the request for the inbox can be made as it stands.
    let curl = text
        .lines()
        .find(|line| line.contains("/notifications/notifications"));
    assert!(
        curl.is_some_and(|line| line.contains("x-identity-auth-chain-2")),
        "{text}"
    );

    // Some of it only; a key that is not the platform's; nobody there.
    let some = play(&[
        "--data",
        &data,
        "--seed",
        "8",
        "--actions",
        "land",
        "--output",
        "json",
    ]);
    let some = cli::json(&some);
    assert_eq!(
        ids(&some["badges"]["granted"], "id"),
        ["dclcitizen".to_owned()].into()
    );
    let wrong = play(&["--url", &program.url, "--key", "wrong"]);
    assert_eq!(cli::code(&wrong), 1);
    assert!(
        cli::stderr(&wrong).contains("--key"),
        "{}",
        cli::stderr(&wrong)
    );
    let keyless = play(&["--url", &program.url, "--data", "/nowhere"]);
    assert_eq!(cli::code(&keyless), 2, "{}", cli::stderr(&keyless));
    let url = program.url.clone();
    assert!(program.terminate().await.success());
    for arguments in [vec!["--data", &data], vec!["--url", &url, "--data", &data]] {
        let gone = play(&arguments);
        assert_eq!(cli::code(&gone), 5, "{}", cli::stderr(&gone));
        assert!(
            cli::stderr(&gone).contains("worldlog up --demo"),
            "{}",
            cli::stderr(&gone)
        );
    }
}
