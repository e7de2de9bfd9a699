//! People meet, part, come again; what is told of them over HTTP and in the log.

use gateways::archipelago::wire::{Kicked, Told};
use model::events::archipelago::{IslandChanged, PeerChanged};
use runtime::ports::ReadLimits;
use serde_json::json;

use super::client::{Client, Saw, a_moment, soon, wallet};
use super::{House, platform};
use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_near_meets_and_who_walks_away_parts() {
    let world = platform(json!({})).await;
    let house = House::on(&world).await;
    house.leads().await;
    let mut a = Client::enter(&house.ws(), 1).await;
    let mut b = Client::enter(&house.ws(), 2).await;
    a.beat(8.0, -8.0).await;
    let first = a.island().await;
    assert_eq!(first.from_island_id, None);
    assert_eq!(first.conn_str, "offline:offline");
    b.beat(40.0, -8.0).await;
    let met = b.island().await;
    assert_eq!(met.island_id, first.island_id);
    let mut names: Vec<_> = met.peers.keys().cloned().collect();
    names.sort_unstable();
    let [address_a, address_b] = [1, 2].map(|n| wallet(n).address().to_owned());
    let mut both = [address_a.clone(), address_b.clone()];
    both.sort_unstable();
    assert_eq!(names, both);

    let is_shown = |v: &serde_json::Value| {
        v["islands"][0]["peers"]
            .as_array()
            .is_some_and(|p| p.len() == 2)
    };
    let islands = house.until("/islands", is_shown).await;
    let island = &islands["islands"][0];
    assert_eq!(island["id"], *first.island_id);
    assert_eq!(
        (&island["maxPeers"], &island["center"]),
        (&json!(100), &json!([24.0, 0.0, -8.0]))
    );
    assert_eq!(island["radius"], json!(16.0));
    assert_eq!(house.json("/comms/islands").await, islands);
    let path = format!("/islands/{}", first.island_id);
    assert_eq!(house.json(&path).await, *island);
    assert_eq!(house.ask("/islands/nowhere").await, (404, String::new()));
    let peer = house.json(&format!("/peers/{address_a}")).await;
    assert_eq!(peer["peer"]["position"], json!([8.0, 0.0, -8.0]));
    assert_eq!(
        (&peer["ok"], &peer["peer"]["parcel"]),
        (&json!(true), &json!([0, -1]))
    );
    let (status, body) = house
        .ask(&format!("/peers/{}", address_a.to_uppercase()))
        .await;
    assert_eq!((status, &*body), (404, r#"{"ok":false,"peer":null}"#));
    let asked = house
        .json(&format!("/comms/peers?id={address_b}&id=0x0"))
        .await;
    assert_eq!(asked["peers"].as_array().map(Vec::len), Some(1));
    let parcels = json!({"parcels": [
        {"peersCount": 1, "parcel": {"x": 0, "y": -1}}, {"peersCount": 1, "parcel": {"x": 2, "y": -1}},
    ]});
    assert_eq!(house.json("/parcels").await, parcels);
    assert_eq!(house.json("/status").await["userCount"], 2);
    house.until("/core-status", |v| v["healthy"] == true).await;
    assert_eq!(house.json("/hot-scenes").await, json!([]));

    // Away it goes; who stays is told nothing, and keeps the number.
    b.beat(500.0, -8.0).await;
    let parted = b.island().await;
    assert_ne!(parted.island_id, first.island_id);
    assert_eq!(parted.from_island_id.as_deref(), Some(&*first.island_id));
    // And back: the same number again, which the other one had all the time.
    b.beat(40.0, -8.0).await;
    assert_eq!(b.island().await.island_id, first.island_id);
    b.socket.close(None).await.expect("closed");
    house
        .until("/peers", |v| {
            v["peers"].as_array().is_some_and(|p| p.len() == 1)
        })
        .await;
    house
        .until("/islands", |v| {
            v["islands"][0]["peers"]
                .as_array()
                .is_some_and(|p| p.len() == 1)
        })
        .await;
    a.beat(600.0, 0.0).await;
    // A lone one keeps its island wherever it goes: nothing came for it since the first.
    house
        .until("/parcels", |v| v["parcels"][0]["parcel"]["x"] == 37)
        .await;
    a.socket.close(None).await.expect("closed");
    house.until("/peers", |v| v["peers"] == json!([])).await;
    recorded(&world, &address_a, &first.island_id).await;
    house.stop().await;
    world.stop().await;
}

async fn all(world: &World, topic: &str) -> Vec<kernel::Record> {
    let log = &world.context.platform.log;
    let ends = log.ends(topic).await.expect("a topic");
    let mut records = Vec::new();
    for partition in 0..ends.len() as u32 {
        let batch = log.read(topic, partition, 0, ReadLimits::default()).await;
        records.extend(batch.expect("a partition").records);
    }
    records
}

/// What happened is in the log, and nothing that lets anybody in.
async fn recorded(world: &World, address: &str, island: &str) {
    let wanted = ["welcomed", "assigned", "closed", "left"];
    let of = soon("the records", async {
        loop {
            let records = all(world, "archipelago.peers").await;
            let values = records.iter().filter_map(|record| record.value.as_ref());
            let changes =
                values.map(|value| model::decode::<PeerChanged>(value).expect("a change"));
            let of: Vec<_> = changes.filter(|change| change.address == address).collect();
            if of.len() >= wanted.len() {
                return of;
            }
            a_moment().await;
        }
    })
    .await;
    let mut names: Vec<&str> = of.iter().map(|change| &*change.change).collect();
    names.sort_unstable();
    assert_eq!(names, ["assigned", "closed", "left", "welcomed"]);
    let assigned = of
        .iter()
        .find(|change| change.change == "assigned")
        .expect("one");
    assert_eq!(assigned.island.as_deref(), Some(island));
    assert_eq!(
        (&*assigned.reason, assigned.x, assigned.z),
        ("arrived", 8.0, -8.0)
    );
    let records = all(world, "archipelago.islands").await;
    let values = records.iter().filter_map(|record| record.value.as_ref());
    let changes: Vec<_> = values
        .map(|value| model::decode::<IslandChanged>(value).expect("a change"))
        .filter(|change| change.island == island)
        .collect();
    assert!(
        changes
            .iter()
            .any(|change| change.peers == 2 && !change.joined.is_empty())
    );
    assert!(changes.iter().any(|change| change.left.len() == 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_session_takes_the_place_of_the_first() {
    let world = platform(json!({})).await;
    let house = House::on(&world).await;
    house.leads().await;
    let mut first = Client::enter(&house.ws(), 3).await;
    first.beat(0.0, 0.0).await;
    let island = first.island().await;
    let mut second = Client::open(&house.ws()).await;
    let (challenge, connected) = second.hello(wallet(3).address()).await;
    assert!(connected && challenge.starts_with("dcl-") && !challenge.contains(':'));
    second.sign(&wallet(3), &challenge).await;
    assert!(matches!(second.saw().await, Saw::Told(Told::Welcome(_))));
    assert_eq!(
        first.saw().await,
        Saw::Told(Told::Kicked(Kicked { reason: 0 }))
    );
    assert_eq!(first.end().await, None);
    // At the same place, and yet it is told: the client has to connect anew.
    second.beat(0.0, 0.0).await;
    assert_eq!(second.island().await.from_island_id, None);
    assert_eq!(house.json("/status").await["userCount"], 1);
    drop((first, island));
    house.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_signer_counts_and_not_who_was_claimed() {
    let world = platform(json!({})).await;
    let house = House::on(&world).await;
    let mut client = Client::open(&house.ws()).await;
    let (challenge, connected) = client.hello(wallet(5).address()).await;
    assert!(!connected);
    client.sign(&wallet(4), &challenge).await;
    let Saw::Told(Told::Welcome(welcome)) = client.saw().await else {
        panic!("not welcome");
    };
    assert_eq!(welcome.peer_id, wallet(4).address());
    house.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_keys_the_room_is_the_island_and_the_token_the_peers() {
    let world = platform(json!({
        "livekit_host": "wss://livekit.test", "livekit_api_key": "devkey", "livekit_api_secret": "secret",
        "room_prefix": "island-", "peers_in_island_changed": false,
    }))
    .await;
    let house = House::on(&world).await;
    let mut client = Client::enter(&house.ws(), 6).await;
    client.beat(0.0, 0.0).await;
    let island = client.island().await;
    assert!(island.island_id.starts_with("island-") && island.peers.is_empty());
    let token = island
        .conn_str
        .strip_prefix("livekit:wss://livekit.test?access_token=");
    let claims = token
        .and_then(|token| token.split('.').nth(1))
        .expect("a token");
    let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims);
    let claims: serde_json::Value = serde_json::from_slice(&claims.expect("base64")).expect("JSON");
    assert_eq!(claims["sub"], wallet(6).address());
    assert_eq!(claims["video"]["room"], *island.island_id);
    house.stop().await;
    world.stop().await;
}
