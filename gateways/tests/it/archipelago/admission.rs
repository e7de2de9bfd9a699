//! Who does not come in, and what happens when nobody can say so.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use gateways::archipelago::wire::{Kicked, Told};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::client::{Client, Saw, wallet};
use super::{House, platform};

/// Who is banned, by the number of its wallet.
type Banned = Arc<Mutex<Vec<u8>>>;

/// A deny list and a gatekeeper; gives its address, and how often the list was asked for.
async fn elsewhere(denied: Value, banned: &Banned) -> (String, Arc<AtomicUsize>) {
    let banned = Arc::clone(banned);
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let list = move || {
        counted.fetch_add(1, Ordering::SeqCst);
        let denied = denied.clone();
        async move { axum::Json(denied) }
    };
    let bans = move |Path(address): Path<String>| {
        let banned = banned.lock().expect("nobody panics with it").clone();
        async move {
            let is_banned = banned.iter().any(|n| wallet(*n).address() == address);
            axum::Json(json!({ "data": { "isBanned": is_banned } }))
        }
    };
    let router = Router::new()
        .route("/denylist.json", get(list))
        .route("/users/{address}/bans", get(bans));
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(socket, router).await });
    (url, asked)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_denied_or_banned_is_never_welcome() {
    let upper = wallet(7)
        .address()
        .replace("0x", "0X")
        .to_uppercase()
        .replace("0X", "0x");
    let list = json!({ "users": [{ "wallet": upper }, { "wallet": "nonsense" }, {}] });
    let (url, asked) = elsewhere(list, &Arc::new(Mutex::new(vec![8]))).await;
    let world = platform(json!({
        "denylist_json_url": format!("{url}/denylist.json"), "comms_gatekeeper_url": url,
    }))
    .await;
    let house = House::on(&world).await;
    // By its claim, and by its signature under another's name.
    let mut client = Client::open(&house.ws()).await;
    let request = gateways::archipelago::wire::ChallengeRequest {
        address: wallet(7).address().into(),
    };
    client
        .ask(gateways::archipelago::wire::Asked::ChallengeRequest(
            request,
        ))
        .await;
    assert_eq!(client.saw().await, Saw::End(None));
    let mut client = Client::open(&house.ws()).await;
    let (challenge, _) = client.hello(wallet(1).address()).await;
    client.sign(&wallet(7), &challenge).await;
    assert_eq!(client.saw().await, Saw::End(None));
    let mut banned = Client::open(&house.ws()).await;
    let saw = banned.handshake(&wallet(8)).await;
    assert_eq!(saw, Saw::Told(Told::Kicked(Kicked { reason: 0 })));
    assert_eq!(banned.end().await, None);
    Client::enter(&house.ws(), 1).await;
    assert_eq!(asked.load(Ordering::SeqCst), 1, "the list is kept");
    house.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_can_say_no_everybody_may() {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    // Takes connections and never answers.
    let world = platform(json!({
        "denylist_json_url": format!("{url}/denylist.json"), "comms_gatekeeper_url": url, "ban_timeout": "200ms",
    }))
    .await;
    let house = House::on(&world).await;
    Client::enter(&house.ws(), 1).await;
    drop(socket);
    // Refuses them.
    Client::enter(&house.ws(), 2).await;
    house.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_banned_later_is_kicked_by_the_next_round() {
    let banned = Banned::default();
    let (url, _) = elsewhere(json!({}), &banned).await;
    let world =
        platform(json!({ "comms_gatekeeper_url": url, "ban_sweep_interval_ms": 100 })).await;
    let house = House::on(&world).await;
    let mut client = Client::enter(&house.ws(), 3).await;
    let mut other = Client::enter(&house.ws(), 4).await;
    banned.lock().expect("nobody panics with it").push(3);
    assert_eq!(
        client.saw().await,
        Saw::Told(Told::Kicked(Kicked { reason: 0 }))
    );
    assert_eq!(client.end().await, None);
    other.beat(0.0, 0.0).await;
    other.island().await;
    house.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_has_so_many_sockets_and_not_more() {
    let world = platform(json!({ "sockets_per_address": 2, "max_users": 4 })).await;
    let house = House::on(&world).await;
    let from = |address: &'static str| {
        let url = house.ws();
        async move { Client::try_from(&url, address).await }
    };
    let kept = [from("203.0.113.7").await, from("203.0.113.7").await];
    assert!(kept.iter().all(Result::is_ok));
    assert_eq!(from("203.0.113.7").await.err(), Some(429));
    let others = [from("203.0.113.8").await, from("203.0.113.9").await];
    assert!(others.iter().all(Result::is_ok));
    assert_eq!(from("203.0.113.10").await.err(), Some(503));
    drop((kept, others));
    house.stop().await;
    world.stop().await;
}
