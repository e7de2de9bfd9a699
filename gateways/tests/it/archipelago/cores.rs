//! Several processes on one bus: sessions that move, and an office that passes on.

use gateways::archipelago::wire::{Kicked, Told};
use serde_json::json;

use super::client::{Client, Saw, a_moment, soon, wallet};
use super::{House, platform};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_core_that_dies_is_followed_and_nobody_is_told_what_they_know() {
    let world = platform(json!({})).await;
    let first = House::on(&world).await;
    first.leads().await;
    let second = House::on(&world).await;
    let mut people = Vec::new();
    for (n, x) in [(1, 0.0), (2, 10.0), (3, 500.0)] {
        let mut client = Client::enter(&second.ws(), n).await;
        client.beat(x, 0.0).await;
        let island = client.island().await.island_id;
        people.push((client, island));
    }
    assert_eq!(people[0].1, people[1].1);
    // All of them are in a report that the other one has heard, too.
    let all = |v: &serde_json::Value| v["islands"].as_array().is_some_and(|i| i.len() == 2);
    second.until("/islands", all).await;
    assert!(!second.context.islands.is_core());
    first.kill().await;
    second.leads().await;
    // The newcomer is the first who is told anything, and it comes to those who were there.
    let mut new = Client::enter(&second.ws(), 4).await;
    new.beat(505.0, 0.0).await;
    assert_eq!(new.island().await.island_id, people[2].1);
    // Who walks over is told the island that it finds there, and nothing in between.
    let (walker, _) = &mut people[1];
    walker.beat(490.0, 0.0).await;
    let moved = walker.island().await;
    assert_eq!(moved.island_id, people[2].1);
    assert_eq!(moved.from_island_id.as_deref(), Some(&*people[0].1));
    // One that is alone from now on gets a number that there never was.
    let (stranger, _) = &mut people[2];
    stranger.beat(5000.0, 0.0).await;
    let alone = stranger.island().await;
    assert!(people.iter().all(|(_, island)| *island != alone.island_id));
    second.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_core_that_stops_in_order_hands_over_at_once() {
    // By a silence it would take longer than any test waits.
    let world = platform(json!({ "lease_timeout": "10m" })).await;
    let first = House::on(&world).await;
    first.leads().await;
    let second = House::on(&world).await;
    // It listens once it has served a request.
    second.until("/core-status", |_| true).await;
    let mut client = Client::enter(&second.ws(), 1).await;
    client.beat(0.0, 0.0).await;
    client.island().await;
    first.stop().await;
    second.leads().await;
    second.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_that_begin_at_once_one_leads() {
    let world = platform(json!({})).await;
    let begin = || House::on(&world);
    let (one, two, three) = tokio::join!(begin(), begin(), begin());
    let houses = [one, two, three];
    let count = || {
        houses
            .iter()
            .filter(|house| house.context.islands.is_core())
            .count()
    };
    soon("one core", async {
        let mut steady = 0;
        while steady < 30 {
            steady = if count() == 1 { steady + 1 } else { 0 };
            a_moment().await;
        }
    })
    .await;
    for house in houses {
        house.stop().await;
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_in_another_process_takes_the_place_of_this_one() {
    let world = platform(json!({})).await;
    let [one, two] = [House::on(&world).await, House::on(&world).await];
    let mut first = Client::enter(&one.ws(), 1).await;
    first.beat(0.0, 0.0).await;
    first.island().await;
    let mut second = Client::enter(&two.ws(), 1).await;
    assert_eq!(
        first.saw().await,
        Saw::Told(Told::Kicked(Kicked { reason: 0 }))
    );
    assert_eq!(first.end().await, None);
    second.beat(0.0, 0.0).await;
    second.island().await;
    one.until("/status", |v| v["userCount"] == 0).await;
    // The end of the first one did not take the address out.
    let path = format!("/peers/{}", wallet(1).address());
    one.until(&path, |v| v["ok"] == true).await;
    one.stop().await;
    two.stop().await;
    world.stop().await;
}
