//! Following content servers that go away, that change, and that are platforms of our own.

use std::collections::BTreeSet;
use std::fs;

use crate::http::{Answer, eventually, get, post, send};
use crate::process::{Launch, Program, Scratch, TOKEN};
use crate::world::{World, caught_up};

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
    let server = first.clone().in_place_of(&place).start().await;
    caught_up(&program, &served).await;
    server.kill();
    served.grow(&world.history[10..20]);
    let server = first.in_place_of(&place).start().await;
    caught_up(&program, &served).await;
    served.grow(&world.history[20..]);
    caught_up(&program, &world).await;
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
    let ids: Vec<String> = world.active().into_values().collect();
    let body = serde_json::json!({ "ids": ids });
    let asked = "/catalyst/content/entities/active";
    let mut answers = Vec::new();
    for program in [&first, &second] {
        let entities = send(post(&program.at(asked), &body)).await.expect(200);
        let mut entities = entities.json().as_array().expect("a list").clone();
        entities.sort_by_key(|entity| entity["id"].to_string());
        answers.push(entities);
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn files_are_mirrored_and_those_that_no_server_has_are_named_and_stop_nothing() {
    let Some(world) = World::recorded() else {
        return;
    };
    let scratch = Scratch::new();
    let server = Launch::catalyst(&scratch, "catalyst", &world.folder);
    let server = server.start().await;
    let up = Launch::up(&scratch, "up").following(&[&server]);
    let program = up.start().await;
    caught_up(&program, &world).await;
    let (present, missing) = files(&program, &world).await;
    assert!(!present.is_empty() && !missing.is_empty());
    let url = program.at("/operator/effects");
    let named = |answer: &Answer| {
        let pending = answer.json()["pending"].as_array()?.clone();
        let keys = pending.iter().filter_map(|one| one["key"].as_str());
        let keys: BTreeSet<String> = keys.map(str::to_owned).collect();
        (keys == missing).then_some(())
    };
    eventually(|| get(&url).bearer_auth(TOKEN), named).await;
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

/// Content files of the active entities, those that the recorded server has and the others. Files of profiles are not
/// mirrored: they are many, and fetched when they are asked for.
async fn files(program: &Program, world: &World) -> (BTreeSet<String>, BTreeSet<String>) {
    let ids: Vec<String> = world.active().into_values().collect();
    let url = program.at("/catalyst/content/entities/active");
    let entities = send(post(&url, &serde_json::json!({ "ids": ids }))).await;
    let entities = entities.expect(200).json();
    let mut hashes = BTreeSet::new();
    let entities = entities.as_array().expect("a list of entities");
    for entity in entities.iter().filter(|entity| entity["type"] != "profile") {
        let content = entity["content"].as_array().expect("an entity has content");
        hashes.extend(
            content
                .iter()
                .filter_map(|file| file["hash"].as_str().map(str::to_owned)),
        );
    }
    let contents = world.folder.join("contents");
    hashes
        .into_iter()
        .partition(|hash| contents.join(hash).is_file())
}
