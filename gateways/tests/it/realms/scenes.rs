//! Hot scenes of several realms.

use axum::Router;
use axum::routing::post;
use serde_json::{Value, json};

use super::others::{Catalyst, Lie, about, islands, liar, serve};
use super::{ask, platform};

fn scene(id: &str, parcels: &[&str], title: &str) -> Value {
    json!({
        "id": id, "content": [{ "file": "map.png", "hash": "bafkP" }],
        "metadata": {
            "scene": { "base": parcels[0], "parcels": parcels }, "contact": { "name": "Ann" },
            "display": { "title": title, "navmapThumbnail": "map.png", "description": "d" },
        },
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_all_realms_are_counted_by_scene() {
    let entities = json!([
        scene("bafyA", &["0,0", "0,1"], "A"),
        scene("bafyB", &["5,5"], "B"),
        { "id": "bafyC" },
    ]);
    let named = post(move || async move { axum::Json(entities) });
    let content = serve(Router::new().route("/entities/active", named)).await;
    let hela = Catalyst::saying(about("hela", "1", "1", 0)).await;
    let hela = hela.with(&[(0, 0, 1), (0, 1, 2), (9, 9, 50)]);
    let mut nameless = about("", "1", "1", 0);
    nameless["configurations"] = json!({});
    let nameless = Catalyst::saying(nameless).await.with(&[(5, 5, 100)]);
    let (liar, _) = liar(Lie::Huge).await;
    let islands = islands(5, &[(5, 5, 4), (0, 0, 2)]).await;
    let world = platform(json!({
        "catalyst_urls": [hela.url, nameless.url, liar], "content_url": format!("{content}/"),
        "archipelago_stats_url": islands, "archipelago_ws_connector_url": islands,
    }))
    .await;
    let picture = format!("{content}/contents/bafkP");
    let wanted = json!([
        { "id": "bafyA", "name": "A", "baseCoords": [0, 0], "usersTotalCount": 5, "parcels": [[0, 0], [0, 1]],
          "thumbnail": picture,
          "realms": [{ "serverName": "hela", "usersCount": 3 }, { "serverName": "main", "usersCount": 2 }] },
        { "id": "bafyB", "name": "B", "baseCoords": [5, 5], "usersTotalCount": 4, "parcels": [[5, 5]],
          "thumbnail": picture, "realms": [{ "serverName": "main", "usersCount": 4 }] },
    ]);
    assert_eq!(ask(&world, "/hot-scenes").await.json(), wanted);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_is_there_are_no_hot_scenes() {
    let hela = Catalyst::saying(about("hela", "1", "1", 0)).await;
    let world = platform(json!({ "catalyst_urls": [hela.url] })).await;
    assert_eq!(ask(&world, "/hot-scenes").await.json(), json!([]));
    world.stop().await;
}
