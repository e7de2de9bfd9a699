//! Following content servers that go away, that change, and that are platforms of our own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

use crate::http::{Answer, eventually, get, post, records, send};
use crate::process::{Launch, Program, Scratch, TOKEN};
use crate::world::{World, active_of, caught_up, eventually_known};

/// The API form of the entities that are active on the recorded server, as it gave them.
const RECORDED: &str = "entities-active.json";

#[tokio::test]
async fn a_content_server_that_comes_later_goes_away_and_comes_back_is_followed() {
    let Some(world) = World::recorded() else {
        return;
    };
    let scratch = Scratch::new();
    let mut served = world.beginning(&scratch.path("world"), 10);
    let first = Launch::catalyst(&scratch, "catalyst", &served.folder);
    let place = {
        let gone = first.start().await;
        let url = gone.url.clone();
        gone.kill();
        url
    };
    let up = Launch::up(&scratch, "up").following_urls(&[&place]);
    let program = up.start().await;
    send(get(&program.at("/catalyst/health/live")))
        .await
        .expect(200);
    // It is not there yet, which is told; and nothing is known.
    eventually_blocked(&program, &place, true).await;
    assert!(active_of(&program, "/catalyst", &world).await.is_empty());
    let server = first.clone().in_place_of(&place).start().await;
    caught_up(&program, &served).await;
    eventually_blocked(&program, &place, false).await;
    server.kill();
    // It is gone, which is told; and what it had is kept.
    eventually_blocked(&program, &place, true).await;
    let before = active_of(&program, "/catalyst", &served).await;
    assert_eq!(before, served.active());
    served.grow(&world.history[10..20]);
    let server = first.in_place_of(&place).start().await;
    assert_ne!(served.active(), before, "something new is to be followed");
    caught_up(&program, &served).await;
    eventually_blocked(&program, &place, false).await;
    let before = served.active();
    served.grow(&world.history[20..]);
    assert_ne!(served.active(), before, "something new is to be followed");
    caught_up(&program, &world).await;
    eventually_known(&program, &world.deployed()).await;
    assert!(server.terminate().await.success());
}

#[tokio::test]
async fn a_platform_can_be_followed_as_a_content_server_is() {
    let Some(world) = World::recorded() else {
        return;
    };
    let scratch = Scratch::new();
    let server = Launch::catalyst(&scratch, "catalyst", &world.folder)
        .start()
        .await;
    let first = Launch::up(&scratch, "first").following(&[&server]);
    let first = first.start().await;
    caught_up(&first, &world).await;
    let url = first.at("/catalyst");
    let second = Launch::up(&scratch, "second").following_urls(&[&url]);
    let second = second.start().await;
    caught_up(&second, &world).await;
    // All it knows it has of the platform, and it gives out what the recorded server gave out.
    let sightings = records(&second, "catalyst.sightings").await;
    let sighted: BTreeSet<&str> = sightings
        .iter()
        .map(|s| text(&s["value"]["entityId"]))
        .collect();
    let known = known(&first).await;
    assert!(sighted.iter().copied().eq(known.iter().map(String::as_str)));
    for sighting in &sightings {
        let servers = &sighting["value"]["servers"];
        assert_eq!(*servers, json!([format!("{url}/content")]), "{sighting}");
    }
    let recorded = fs::read(world.folder.join(RECORDED)).expect("the file is readable");
    let recorded: Vec<Value> = serde_json::from_slice(&recorded).expect("a list of entities");
    let ids: BTreeSet<String> = world.active().into_values().collect();
    assert!(
        !ids.is_empty()
            && by_id(&recorded)
                .keys()
                .copied()
                .eq(ids.iter().map(String::as_str))
    );
    let body = json!({ "ids": ids });
    for program in [&first, &second] {
        let asked = program.at("/catalyst/content/entities/active");
        let entities = send(post(&asked, &body)).await.expect(200).json();
        let entities = entities.as_array().expect("a list of entities");
        assert_eq!(by_id(entities), by_id(&recorded));
    }
}

#[tokio::test]
async fn files_are_mirrored_and_those_that_no_server_has_are_named_and_stop_nothing() {
    let Some(world) = World::recorded() else {
        return;
    };
    let scratch = Scratch::new();
    let mut served = world.beginning(&scratch.path("world"), 20);
    let server = Launch::catalyst(&scratch, "catalyst", &served.folder);
    let server = server.start().await;
    let up = Launch::up(&scratch, "up").following(&[&server]);
    let program = up.start().await;
    caught_up(&program, &served).await;
    let (early, missing) = files(&served);
    assert!(!early.is_empty() && !missing.is_empty());
    eventually_named(&program, &missing).await;
    // While some wait for files that may never come, new ones are mirrored.
    served.grow(&world.history[20..]);
    caught_up(&program, &served).await;
    let (present, missing) = files(&served);
    assert!(present.len() > early.len() && present.is_superset(&early));
    eventually_named(&program, &missing).await;
    // What is mirrored needs its server no more, not even after a kill.
    server.kill();
    program.kill();
    let program = up.start().await;
    for hash in present {
        let url = program.at(&format!("/catalyst/content/contents/{hash}"));
        let file = send(get(&url)).await.expect(200);
        let recorded = fs::read(world.folder.join("contents").join(&hash));
        assert!(
            file.body == recorded.expect("the file is readable"),
            "{hash}"
        );
    }
}

/// Content files of everything that was deployed, those that the recorded server has and the others; told by the
/// recording alone. Files of profiles are not mirrored: they are many, and fetched when they are asked for.
fn files(world: &World) -> (BTreeSet<String>, BTreeSet<String>) {
    let contents = world.folder.join("contents");
    let mut hashes = BTreeSet::new();
    for id in world.deployed() {
        let file = fs::read(contents.join(&id)).expect("the recorded server has every entity");
        let entity: Value = serde_json::from_slice(&file).expect("an entity file is JSON");
        let content = entity["content"].as_array().map(Vec::as_slice);
        let content = content.filter(|_| entity["type"] != "profile");
        let content = content.unwrap_or_default().iter();
        hashes.extend(content.map(|file| text(&file["hash"]).to_owned()));
    }
    hashes
        .into_iter()
        .partition(|hash| contents.join(hash).is_file())
}

/// Waits until exactly these files wait for another try, each with the reason.
async fn eventually_named(program: &Program, missing: &BTreeSet<String>) {
    let url = program.at("/operator/effects");
    let named = |answer: &Answer| {
        let mut pending = answer.json()["pending"].as_array()?.clone();
        // Portraits wait for files, too.
        pending.retain(|one| one["kind"] == "mirror");
        let explained = pending.iter().filter(|one| {
            let (key, reason) = (text(&one["key"]), text(&one["reason"]));
            reason.contains(key) && reason.contains("no server has it")
        });
        let keys: BTreeSet<String> = explained.map(|one| text(&one["key"]).to_owned()).collect();
        (keys == *missing && pending.len() == keys.len()).then_some(())
    };
    eventually(|| get(&url).bearer_auth(TOKEN), named).await;
}

/// Waits until the platform says that something of a server at `place` holds it up, or that nothing does.
async fn eventually_blocked(program: &Program, place: &str, blocked: bool) {
    let of = format!("server=\"{place}/content\"");
    let told = |answer: &Answer| {
        let text = answer.text();
        let mut lines = text
            .lines()
            .filter(|line| line.starts_with("catalyst_follower_blocked{") && line.contains(&of));
        (lines.any(|line| line.ends_with(" 1")) == blocked).then_some(())
    };
    eventually(|| get(&program.at("/metrics")), told).await;
}

/// Ids of all deployments that a platform tells of.
async fn known(program: &Program) -> BTreeSet<String> {
    let deployments = records(program, "deployments").await;
    let ids = deployments
        .iter()
        .map(|one| text(&one["value"]["entityId"]));
    ids.map(str::to_owned).collect()
}

fn by_id(entities: &[Value]) -> BTreeMap<&str, &Value> {
    entities
        .iter()
        .map(|entity| (text(&entity["id"]), entity))
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
