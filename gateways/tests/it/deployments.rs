//! The deployments queue: workers, operators, what became of each item.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, get_with, post_with, send};
use crate::world::{BEARER, World};

fn deployment(n: usize, kind: &str) -> Value {
    let id = identity::hash::hash_v1(format!("{kind} {n}"));
    json!({"type": "catalyst-deployment", "subType": kind,
        "entity": {"version": "v3", "id": id, "type": kind, "pointers": [format!("{kind}:{n}")],
            "timestamp": 1_767_225_600_000_i64 + n as i64, "content": [], "metadata": {"n": n}},
        "authChain": [{"type": "SIGNER", "payload": "0xA", "signature": ""}],
        "contentServerUrls": ["http://127.0.0.1:1/content"]})
}

fn id(n: usize, kind: &str) -> String {
    identity::hash::hash_v1(format!("{kind} {n}"))
}

async fn post(world: &World, path: &str, body: Value) -> Answer {
    post_with(
        &world.router,
        &format!("/deployments{path}"),
        body.to_string(),
        &[BEARER],
    )
    .await
}

async fn register(world: &World, consumer: &str, body: Value) -> Answer {
    let request = Request::put(format!("/deployments/queue/{consumer}"))
        .header(BEARER.0, BEARER.1)
        .body(Body::from(body.to_string()));
    send(&world.router, request.expect("a request")).await
}

/// A platform with six scenes and two wearables in the queue.
async fn filled() -> World {
    let world = World::start().await;
    let scenes = (0..6).map(|n| deployment(n, "scene"));
    let wearables = (0..2).map(|n| deployment(n, "wearable"));
    world.feed(&scenes.chain(wearables).collect()).await;
    world.settle().await;
    world
}

fn entity_ids(lease: &Value) -> Vec<String> {
    let items = lease["items"].as_array().expect("items").iter();
    items
        .filter_map(|item| item["entityId"].as_str().map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn items_are_leased_once_and_done_when_acknowledged() {
    let world = filled().await;
    let registered = register(&world, "converter", json!({"types": ["scene"]})).await;
    assert_eq!(registered.status, 200, "{:?}", registered.body);
    let lease = json!({"limit": 4, "ttl": "60s"});
    let first = post(&world, "/queue/converter/lease", lease.clone()).await;
    assert_eq!(first.status, 200, "{:?}", first.body);
    let first = first.json();
    let second = post(&world, "/queue/converter/lease", lease).await.json();
    let (a, b) = (entity_ids(&first), entity_ids(&second));
    assert_eq!((a.len(), b.len()), (4, 2));
    let all: BTreeSet<_> = a.iter().chain(&b).cloned().collect();
    assert_eq!(all, (0..6).map(|n| id(n, "scene")).collect());
    let item = &first["items"][0];
    assert_eq!(item["entity"]["id"], item["entityId"]);
    assert_eq!(item["entity"]["entityType"], "scene");
    assert_eq!(item["entity"]["authChain"], item["authChain"]);
    assert_eq!(
        item["contentServerUrls"],
        json!(["http://127.0.0.1:1/content"])
    );
    assert_eq!((&item["seq"], &item["attempts"]), (&json!(0), &json!(1)));

    let body = json!({"leaseId": first["leaseId"], "entityIds": [a[0], a[1], b[0], "nobody"]});
    let acked = post(&world, "/queue/converter/ack", body).await.json();
    assert_eq!(acked["accepted"], 2);
    assert_eq!(acked["unknown"], json!(["nobody", b[0]]));
    let body =
        json!({"leaseId": first["leaseId"], "entityIds": [a[2]], "delay": "0s", "reason": "busy"});
    assert_eq!(
        post(&world, "/queue/converter/nack", body).await.json()["accepted"],
        1
    );
    let again = post(&world, "/queue/converter/lease", json!({"limit": 9}))
        .await
        .json();
    assert_eq!(entity_ids(&again), [a[2].clone()]);
    assert_eq!(again["items"][0]["attempts"], 2);

    let queue = world
        .get("/deployments/queue?consumer=converter&status=leased")
        .await
        .json();
    let window = &queue["consumers"][0]["types"]["scene"];
    assert_eq!((&window["depth"], &window["acked"]), (&json!(4), &json!(2)));
    assert_eq!(window["items"].as_array().map(Vec::len), Some(4));
    assert_eq!(queue["types"]["wearable"]["items"], 2);
    world.stop().await;
}

#[tokio::test]
async fn one_entity_tells_its_history() {
    let world = filled().await;
    register(&world, "a", json!({})).await;
    let lease = post(&world, "/queue/a/lease", json!({"types": ["wearable"]}))
        .await
        .json();
    let [wearable] = &entity_ids(&lease)[..] else {
        panic!("one item: {lease}");
    };
    let body = json!({"leaseId": lease["leaseId"], "entityIds": [wearable]});
    post(&world, "/queue/a/ack", body).await;
    let entity = world
        .get(&format!("/deployments/entities/{wearable}"))
        .await
        .json();
    assert_eq!(entity["consumers"], json!({"a": "done"}));
    let actions: Vec<_> = entity["history"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|e| &e["action"])
        .collect();
    assert_eq!(actions, ["leased", "acked"]);
    assert_eq!(entity["entity"]["type"], "wearable");
    assert_eq!(entity["seq"], 0);
    assert_eq!(world.get("/deployments/entities/nobody").await.status, 404);
    assert_eq!(world.get("/deployments/ping").await.body, "/ping");
    world.stop().await;
}

#[tokio::test]
async fn an_operator_puts_items_back_and_says_why() {
    let world = filled().await;
    for consumer in ["a", "b"] {
        register(&world, consumer, json!({})).await;
        let lease = post(
            &world,
            &format!("/queue/{consumer}/lease"),
            json!({"limit": 100}),
        )
        .await
        .json();
        assert_eq!(entity_ids(&lease).len(), 8);
        let body = json!({"leaseId": lease["leaseId"], "entityIds": entity_ids(&lease)});
        post(&world, &format!("/queue/{consumer}/ack"), body).await;
    }
    puts_back_what_is_meant(&world).await;
    let queue = world.get("/deployments/queue").await.json();
    let depths: Vec<_> = queue["consumers"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|c| &c["depth"])
        .collect();
    assert_eq!(depths, [&json!(8), &json!(4)]);
    let path = format!("/deployments/entities/{}", id(0, "scene"));
    let entity = world.get(&path).await.json();
    let last = entity["history"].as_array().and_then(|h| h.last());
    let last = last.expect("an entry");
    assert_eq!(last["action"], "requeued");
    assert_eq!(last["by"], "operator");
    assert_eq!(last["reason"], "new version");
    world.stop().await;
}

async fn puts_back_what_is_meant(world: &World) {
    let cases = [
        (
            json!({"ids": [id(1, "scene"), "nobody"], "reason": "r"}),
            1,
            json!(["nobody"]),
        ),
        (
            json!({"pointers": ["SCENE:2"], "reason": "r"}),
            1,
            json!([]),
        ),
        (json!({"type": "wearable", "reason": "r"}), 2, json!([])),
        (
            json!({"from": 0, "consumer": "a", "reason": "new version"}),
            8,
            json!([]),
        ),
        (json!({"to": 1, "reason": "r"}), 0, json!([])),
    ];
    for (body, entities, unknown) in cases {
        let answer = post(world, "/requeue", body.clone()).await;
        assert_eq!(answer.status, 202, "{body}: {:?}", answer.body);
        let requeued = answer.json();
        assert_eq!(requeued["entities"], entities, "{body}");
        assert_eq!(requeued["unknown"], unknown, "{body}");
        if entities > 0 {
            assert!(answer.header("x-worldlog-position").is_some());
            assert_eq!(requeued["consumers"]["a"], entities);
        }
    }
}

#[tokio::test]
async fn a_requeue_without_reason_selection_or_token_is_refused() {
    let world = World::start().await;
    for body in [
        json!({"reason": "r"}),
        json!({"ids": ["a"]}),
        json!({"ids": ["a"], "from": 1, "reason": "r"}),
    ] {
        assert_eq!(post(&world, "/requeue", body).await.status, 400);
    }
    let path = "/deployments/requeue";
    assert_eq!(post_with(&world.router, path, "{}", &[]).await.status, 401);
    world.stop().await;
}

#[tokio::test]
async fn a_lease_waits_for_work_and_a_repetition_gets_the_same_answer() {
    let world = World::start().await;
    register(&world, "w", json!({})).await;
    let nothing = post(&world, "/queue/w/lease", json!({"wait": "10ms"}))
        .await
        .json();
    assert_eq!(
        (&nothing["leaseId"], &nothing["items"]),
        (&json!(null), &json!([]))
    );
    let body = json!({"wait": "20s", "commandId": "mine-1"});
    let (lease, ()) = tokio::join!(post(&world, "/queue/w/lease", body.clone()), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        world.feed(&deployment(7, "emote")).await;
    });
    let lease = lease.json();
    assert_eq!(entity_ids(&lease), [id(7, "emote")]);
    assert_eq!(post(&world, "/queue/w/lease", body).await.json(), lease);
    world.stop().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_name() {
    let world = filled().await;
    register(&world, "a", json!({})).await;
    for (path, body, status) in [
        ("/queue/nobody/lease", json!({}), 404),
        ("/queue/a%20b/lease", json!({}), 400),
        ("/queue/a/lease", json!({"limit": 0}), 400),
        ("/queue/a/lease", json!({"limit": 99999}), 400),
        ("/queue/a/lease", json!({"ttl": "99d"}), 400),
        ("/queue/a/lease", json!({"ttl": "soon"}), 400),
        ("/queue/a/lease", json!({"lmit": 1}), 400),
        (
            "/queue/a/ack",
            json!({"leaseId": "x", "entityIds": []}),
            400,
        ),
    ] {
        let answer = post(&world, path, body.clone()).await;
        assert_eq!(answer.status, status, "{path} {body}: {:?}", answer.body);
    }
    let lease = "/deployments/queue/a/lease";
    assert_eq!(post_with(&world.router, lease, "{}", &[]).await.status, 401);
    assert_eq!(
        world.get("/deployments/queue?consumer=nobody").await.status,
        404
    );
    assert_eq!(
        get_with(&world.router, "/deployments/queue?statos=x", &[])
            .await
            .status,
        400
    );
    let from_now = register(&world, "late", json!({"from": "now"})).await;
    assert_eq!(from_now.status, 200);
    let nothing = post(&world, "/queue/late/lease", json!({})).await.json();
    assert_eq!(nothing["items"], json!([]));
    world.stop().await;
}

#[tokio::test]
async fn workers_that_ask_at_the_same_time_never_get_the_same_item() {
    let world = filled().await;
    register(&world, "fleet", json!({})).await;
    let asks = (0..8).map(|_| post(&world, "/queue/fleet/lease", json!({"limit": 2})));
    let leases = futures::future::join_all(asks).await;
    let mut all: Vec<String> = leases
        .iter()
        .flat_map(|lease| entity_ids(&lease.json()))
        .collect();
    assert_eq!(all.len(), 8, "everything was handed out");
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 8, "and nothing twice");
    world.stop().await;
}
