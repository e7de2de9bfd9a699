//! Events are fed without a pause while the platform is killed, stopped or started: nothing accepted is lost or told
//! twice, and a read that carries the token of a write sees what follows from it.

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};

use crate::crowd::{Crowd, deployed, moved};
use crate::http::{POSITION, get, post, records, send, settle};
use crate::process::{Launch, Scratch, TOKEN};
use crate::replay::every_read_model_is_right;
use crate::stage::Stage;
use crate::world::Dice;

#[tokio::test]
async fn accepted_events_survive_kills_under_load_once_and_in_order() {
    let mut dice = Dice::of_run(11);
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    let stage = Stage::new();
    let crowd = Crowd::start(&stage, &mut dice);
    for _ in 0..12 {
        let program = up.start().await;
        stage.enter(&program);
        tokio::time::sleep(Duration::from_millis(dice.below(700))).await;
        program.kill();
    }
    let program = up.start().await;
    stage.enter(&program);
    stage.end();
    let accepted = crowd.leave().await;
    accepted.is_told_by(&program).await;
    every_read_model_is_right(&program).await;
    assert!(program.terminate().await.success());
}

#[tokio::test]
async fn a_stop_under_load_exits_with_0_and_loses_nothing() {
    let mut dice = Dice::of_run(13);
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    let stage = Stage::new();
    let crowd = Crowd::start(&stage, &mut dice);
    for _ in 0..3 {
        let program = up.start().await;
        stage.enter(&program);
        tokio::time::sleep(Duration::from_millis(300 + dice.below(700))).await;
        let status = program.terminate().await;
        assert_eq!(status.code(), Some(0), "{status}");
    }
    let program = up.start().await;
    stage.enter(&program);
    stage.end();
    let accepted = crowd.leave().await;
    accepted.is_told_by(&program).await;
}

#[tokio::test]
async fn a_lost_store_is_rebuilt_through_kills_and_still_knows_what_it_has_heard() {
    let mut dice = Dice::of_run(17);
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    let stage = Stage::new();
    let crowd = Crowd::start(&stage, &mut dice);
    let program = up.start().await;
    stage.enter(&program);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    program.kill();
    for _ in 0..4 {
        // The rebuild is cut short again and again; people go on while it lasts.
        up.lose_all_but_the_log();
        let program = up.start().await;
        stage.enter(&program);
        tokio::time::sleep(Duration::from_millis(dice.below(400))).await;
        program.kill();
    }
    let program = up.start().await;
    stage.enter(&program);
    stage.end();
    let accepted = crowd.leave().await;
    accepted.is_told_by(&program).await;
}

#[tokio::test]
async fn the_same_event_counts_once_at_once_after_a_kill_and_after_a_rebuild() {
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    let events: Value = (0..10).map(|n| moved("0xAbC", n)).collect();
    for round in 0..3 {
        let program = up.start().await;
        let feed = program.at("/events-notifier/events");
        let again = (0..8).map(|_| send(post(&feed, &events).bearer_auth(TOKEN)));
        for answer in join_all(again).await {
            assert_eq!(answer.expect(202).json()["accepted"], 10);
        }
        settle(&program).await;
        let told = records(&program, "user.actions").await;
        let told: Vec<&Value> = told.iter().map(|record| &record["value"]).collect();
        let wanted: Vec<&Value> = events.as_array().expect("a list").iter().collect();
        assert_eq!(told, wanted, "round {round}");
        program.kill();
        if round == 1 {
            up.lose_all_but_the_log();
        }
    }
}

#[tokio::test]
async fn a_stop_during_the_start_ends_it_and_leaves_a_folder_that_works() {
    let mut dice = Dice::of_run(19);
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up");
    for _ in 0..10 {
        let starting = up.spawn();
        tokio::time::sleep(Duration::from_millis(dice.below(150))).await;
        let status = starting.terminate().await;
        // Before it listens to signals the system ends it; from then on it ends by itself.
        assert!(matches!(status.code(), None | Some(0)), "{status}");
    }
    let program = up.start().await;
    assert!(program.terminate().await.success());
}

#[tokio::test]
async fn a_read_that_carries_the_token_of_a_write_sees_it() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    let feed = program.at("/events-notifier/events");
    for number in 0..40 {
        let (id, event) = deployed("10,10", number);
        let fed = send(post(&feed, &event).bearer_auth(TOKEN)).await;
        let fed = fed.expect(202);
        let token = fed.header(POSITION).expect("a write has a position");
        assert_eq!(fed.json()["position"], token);
        let url = program.at("/catalyst/content/entities/active");
        let read = post(&url, &json!({ "pointers": ["10,10"] })).header(POSITION, token);
        let found = send(read).await.expect(200).json();
        let active = found.as_array().expect("a list of entities");
        assert_eq!(active.len(), 1, "one entity is active at a pointer");
        assert_eq!(active[0]["id"], id.as_str(), "write {number}");
        // The same token holds at another gateway, through a longer chain of processors.
        let queued = program.at(&format!("/deployments/entities/{id}"));
        let queued = send(get(&queued).header(POSITION, token)).await.expect(200);
        assert_eq!(queued.json()["seq"], number, "write {number}");
    }
}

#[tokio::test]
async fn a_read_of_a_position_that_never_comes_is_answered_503() {
    let scratch = Scratch::new();
    let up = Launch::up(&scratch, "up").environment("WORLDLOG__GATEWAY__WAIT", "200ms");
    let program = up.start().await;
    let (_, event) = deployed("10,10", 0);
    let feed = post(&program.at("/events-notifier/events"), &event).bearer_auth(TOKEN);
    let fed = send(feed).await.expect(202);
    let token = fed.header(POSITION).expect("a write has a position");
    // `topic:partition:offset`, as the token's own text says; opaque to clients, not to us.
    let (place, offset) = token.rsplit_once(':').expect("a token ends with an offset");
    let offset: u64 = offset.parse().expect("an offset is a number");
    let url = program.at("/catalyst/content/snapshots");
    let never = format!("{place}:{}", offset + 1000);
    let late = send(get(&url).header(POSITION, never)).await.expect(503);
    assert!(late.header("retry-after").is_some(), "{:?}", late.headers);
    let nonsense = get(&url).header(POSITION, "what is this");
    send(nonsense).await.expect(400);
}
