//! Following content servers that go away, that change, and that are platforms of our own.

use crate::http::{get, post, send};
use crate::process::{Launch, Scratch};
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
