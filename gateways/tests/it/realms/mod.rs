//! The realm provider over real sockets: catalysts that are well, that are not, and that lie.

mod dao;
mod others;
mod scenes;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures::future::join_all;
use runtime::ports::SystemClock;
use serde_json::{Value, json};

use self::others::{Catalyst, Lie, about, islands, liar};
use crate::archipelago::client::{a_moment, soon};
use crate::support::{Answer, get_with};
use crate::world::{World, settings};

/// A platform whose realm provider has these settings, asked as if by a proxy that it trusts.
pub(crate) async fn platform(realms: Value) -> World {
    let settings = settings(json!({
        "realm_provider": realms, "gateway": { "trusted_proxies": ["0.0.0.0"] },
    }));
    World::with(settings, Arc::new(SystemClock)).await
}

async fn ask(world: &World, path: &str) -> Answer {
    let path = format!("/realm-provider{path}");
    soon(&path, world.get(&path)).await
}

async fn from(world: &World, country: &str, path: &str) -> Value {
    let path = format!("/realm-provider{path}");
    get_with(&world.router, &path, &[("cf-ipcountry", country)])
        .await
        .json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn main_is_a_catalyst_with_the_comms_of_the_islands() {
    let old = Catalyst::saying(about("old", "6.4.4", "4.17.0", 1)).await;
    let hela = Catalyst::saying(about("hela", "6.4.5", "4.17.0", 10)).await;
    let loki = Catalyst::saying(about("loki", "6.4.5", "4.17.0", 20)).await;
    let mut full = about("full", "9.0.0", "9.0.0", 30);
    full["acceptingUsers"] = false.into();
    let full = Catalyst::saying(full).await;
    let islands = islands(123, &[]).await;
    let urls = [&old, &full, &hela, &loki].map(|catalyst| catalyst.url.clone());
    let bare = |catalyst: &Catalyst| catalyst.url.replace("http://", "");
    let world = platform(json!({
        "catalyst_urls": urls, "archipelago_stats_url": islands, "archipelago_ws_connector_url": islands,
        "http_base_url": "https://realms.example/",
        "catalyst_countries": { bare(&hela): "FR", bare(&loki): "SG" },
    }))
    .await;
    let adapter = format!(
        "archipelago:archipelago:{}/ws",
        islands.replacen("http", "ws", 1)
    );
    let mut wanted = about("main", "6.4.5", "4.17.0", 0);
    wanted["comms"] = json!({
        "healthy": true, "protocol": "v3", "usersCount": 123, "adapter": adapter,
        "version": "1.2.3", "commitHash": "c0ffee",
    });
    wanted["bff"]["userCount"] = 123.into();
    let answer = ask(&world, "/main/about").await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, wanted));
    let realms = json!([
        { "serverName": "old", "url": old.url, "usersCount": 1 },
        { "serverName": "hela", "url": hela.url, "usersCount": 10 },
        { "serverName": "loki", "url": loki.url, "usersCount": 20 },
        { "serverName": "main", "url": "https://realms.example/main", "usersCount": 123 },
    ]);
    assert_eq!(ask(&world, "/realms").await.json(), realms);
    assert_eq!(ask(&world, "/realm/loki").await.json(), realms[2]);
    assert_eq!(ask(&world, "/realm/main").await.json(), realms[3]);
    let unknown = ask(&world, "/realm/full").await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.json()),
        (404, json!({ "error": "Realm not found" }))
    );
    // Which catalyst it is can be told by what it alone says.
    for (catalyst, mark) in [(&hela, "h"), (&loki, "l")] {
        let mut marked = about(mark, "6.4.6", "4.17.0", 1);
        marked["content"]["publicUrl"] = mark.into();
        catalyst.says(marked);
    }
    let place = |value: &Value| value["content"]["publicUrl"].as_str().map(str::to_owned);
    soon("a new round", async {
        while place(&from(&world, "BE", "/main/about").await).as_deref() != Some("h") {
            a_moment().await;
        }
    })
    .await;
    let jp = from(&world, "JP", "/main/about").await;
    assert_eq!(place(&jp).as_deref(), Some("l"));
    let wish = format!("/main/about?catalyst={}", hela.url);
    assert_eq!(
        place(&from(&world, "JP", &wish).await).as_deref(),
        Some("h")
    );
    // One that is not offered is not given to who wishes for it.
    let wish = format!("/main/about?catalyst={}", full.url);
    assert_eq!(
        place(&from(&world, "JP", &wish).await).as_deref(),
        Some("l")
    );
    assert_eq!(ask(&world, "/ping").await.body, "/ping");
    assert_eq!(ask(&world, "/status").await.json()["version"], "0.0.0-test");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn liars_are_passed_over_and_nobody_waits_for_them() {
    let honest = Catalyst::saying(about("hela", "1.0.0", "1.0.0", 1)).await;
    let mut urls = Vec::new();
    for lie in [
        Lie::Hangs,
        Lie::Huge,
        Lie::Short,
        Lie::Drips,
        Lie::Noise,
        Lie::NoJson,
        Lie::Deep,
        Lie::Redirects,
    ] {
        urls.push(liar(lie).await.0);
    }
    urls.push("http://127.0.0.1:1".into());
    urls.push("no url".into());
    let mut wrong = about("wrong", "9.0.0", "9.0.0", 1);
    wrong["configurations"] = json!([]);
    urls.push(Catalyst::saying(wrong).await.url);
    urls.push(Catalyst::saying(json!("well")).await.url);
    urls.push(honest.url.clone());
    let world = platform(json!({ "catalyst_urls": urls, "ask_timeout": "500ms" })).await;
    let realms = json!([{ "serverName": "hela", "url": honest.url, "usersCount": 1 }]);
    assert_eq!(ask(&world, "/realms").await.json(), realms);
    // Nobody follows the islands here, so that the realm is not well; it is described all the same.
    let main = ask(&world, "/main/about").await;
    assert_eq!(main.status, 200);
    let main = main.json();
    assert_eq!(
        (&main["healthy"], &main["acceptingUsers"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(
        main["comms"]["adapter"],
        "archipelago:archipelago:ws://localhost/archipelago/ws"
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_all_hang_everybody_is_told_so_and_one_round_is_under_way() {
    let (url, came) = liar(Lie::Hangs).await;
    // A round takes longer than this test may: whoever waited for its end would hang.
    let world = platform(json!({
        "catalyst_urls": [url], "ask_timeout": "1h", "answer_timeout": "200ms", "max_age": "3h",
    }))
    .await;
    let paths = ["/main/about", "/realms", "/realm/main", "/hot-scenes"];
    let answers = join_all((0..40).map(|n| ask(&world, paths[n % paths.len()]))).await;
    for answer in answers {
        assert_eq!(answer.status, 503);
        assert_eq!(
            answer.json(),
            json!({ "error": "The catalysts did not answer in time" })
        );
    }
    assert_eq!(came.load(Ordering::SeqCst), 1, "one round");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_makes_one_round() {
    let hela = Catalyst::saying(about("hela", "1.0.0", "1.0.0", 1)).await;
    let world = platform(json!({ "catalyst_urls": [hela.url], "max_age": "1h" })).await;
    let answers = join_all((0..100).map(|_| ask(&world, "/main/about"))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(hela.asked.load(Ordering::SeqCst), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_catalyst_there_is_no_realm() {
    let mut unwell = about("hela", "1.0.0", "1.0.0", 1);
    unwell["healthy"] = false.into();
    let unwell = Catalyst::saying(unwell).await;
    let well = Catalyst::saying(about("loki", "1.0.0", "1.0.0", 1)).await;
    let none = json!({ "error": "No content catalysts available" });
    let listed = well.url.replace("http://", "HTTP://");
    for realms in [
        json!({ "catalyst_urls": [unwell.url] }),
        json!({ "catalyst_urls": [well.url], "blacklisted_catalyst": [format!("nobody;{listed}")] }),
    ] {
        let world = platform(realms).await;
        let answer = ask(&world, "/main/about").await;
        assert_eq!((answer.status.as_u16(), answer.json()), (503, none.clone()));
        world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_known_is_kept_young_until_the_process_stops() {
    let hela = Catalyst::saying(about("hela", "1.0.0", "1.0.0", 1)).await;
    let (hangs, _) = liar(Lie::Hangs).await;
    let world = platform(json!({
        "catalyst_urls": [hela.url, hangs], "poll_interval": "50ms", "ask_timeout": "100ms", "max_age": "1h",
    }))
    .await;
    let own: Vec<_> = gateways::all()
        .iter()
        .filter(|g| g.name == "realm-provider")
        .collect();
    let (_, task) = gateways::backgrounds(&own, &world.context)
        .pop()
        .expect("it has a task");
    let task = tokio::spawn(task);
    assert_eq!(ask(&world, "/realm/hela").await.status, 200);
    hela.says(json!({}));
    // Nobody's question brings that about: what is known is young for an hour.
    soon("a new round", async {
        while ask(&world, "/realm/hela").await.status == 200 {
            a_moment().await;
        }
    })
    .await;
    world.context.shutdown.cancel();
    soon("the end of the task", task)
        .await
        .expect("it ends well");
    world.stop().await;
}
