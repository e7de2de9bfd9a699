//! Inboxes over signed requests.

use std::time::Duration;

use axum::body::Body;
use futures::StreamExt as _;
use http::Request;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::notifications_people::{Person, SERVICE, now, platform, post};
use crate::support::{get, post_with};
use crate::world::World;

fn badge(address: &str, key: &str) -> Value {
    json!({"type": "badge", "subType": "badge-granted", "key": key, "timestamp": 1_755_000_000_000_i64,
        "metadata": {"badgeId": "traveler", "badgeName": "Traveler", "badgeTierName": "Bronze",
            "badgeImageUrl": "https://cdn/t.png", "address": address}})
}

fn notice(address: Option<&str>, key: &str, timestamp: i64) -> Value {
    let mut notice = json!({"type": "item_published", "eventKey": key, "metadata": {"key": key},
        "timestamp": timestamp});
    if let Some(address) = address {
        notice["address"] = json!(address);
    }
    notice
}

fn keys(list: &[Value]) -> Vec<&str> {
    list.iter()
        .map(|row| row["metadata"]["key"].as_str().expect("a key"))
        .collect()
}

/// Posts notifications and expects them to be taken.
async fn posted(world: &World, notices: Value) {
    let answer = post(world, notices).await;
    assert_eq!(answer.status, 204, "{:?}", answer.body);
}

#[tokio::test]
async fn an_event_is_a_row_of_the_inbox() {
    let world = platform(json!({})).await;
    let (alice, bob) = (Person::new(1), Person::new(2));
    let token = world.feed(&badge(&alice.checksum, "k1")).await;
    let mut headers = alice.headers("GET", "/notifications", now(), "{}");
    headers.push(("x-worldlog-position".into(), token));
    let answer = alice
        .ask_with(&world, "GET", "/notifications", Value::Null, &headers)
        .await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let row = &answer.json()["notifications"][0];
    let id = row["id"].as_str().expect("an id");
    assert_eq!(
        *row,
        json!({"id": id, "type": "badge_granted", "address": alice.address,
            "metadata": {"id": "traveler", "title": "New Badge Unlocked!", "description": "Traveler Bronze",
                "image": "https://cdn/t.png"},
            "timestamp": "1755000000000", "read": false})
    );
    assert!(id.parse::<uuid::Uuid>().is_ok(), "{id}");
    assert_eq!(bob.list(&world, "").await, Vec::<Value>::new());
    world.stop().await;
}

#[tokio::test]
async fn who_does_not_sign_has_no_inbox() {
    let world = platform(json!({})).await;
    let alice = Person::new(1);
    let path = "/notifications";
    let of = async |headers: &[(String, String)]| {
        let answer = alice
            .ask_with(&world, "GET", path, Value::Null, headers)
            .await;
        let body = answer.json();
        (
            answer.status.as_u16(),
            body["error"].as_str().unwrap_or_default().to_owned(),
            body,
        )
    };
    let (status, error, body) = of(&[]).await;
    assert_eq!((status, &*error), (400, "Invalid Auth Chain"));
    assert_eq!(
        body["message"],
        "This endpoint requires a signed fetch request. See ADR-44."
    );
    let late = alice.headers("GET", path, now() - 301_000, "{}");
    let (status, error, _) = of(&late).await;
    assert!(
        status == 401 && error.starts_with("Expired signature"),
        "{status} {error}"
    );
    let scene = alice.headers(
        "GET",
        path,
        now(),
        r#"{"signer":"decentraland-kernel-scene"}"#,
    );
    assert_eq!(of(&scene).await.0, 400);
    let other = alice.headers("GET", "/subscription", now(), "{}");
    let (status, error, _) = of(&other).await;
    assert!(
        status == 401 && error.starts_with("Invalid signature"),
        "{status} {error}"
    );
    // Within five minutes, with any metadata, and signed for the path with or without the mount.
    for (path, metadata) in [
        (
            "/notifications",
            r#"{"signer":"dcl:navbar","intent":"dcl:navbar:read-notifications"}"#,
        ),
        ("/notifications/notifications", "{}"),
    ] {
        let headers = alice.headers("GET", path, now() - 290_000, metadata);
        assert_eq!(of(&headers).await.0, 200, "{path}");
    }
    world.stop().await;
}

#[tokio::test]
async fn what_was_read_is_read_for_who_read_it() {
    let world = platform(json!({})).await;
    let (alice, bob) = (Person::new(1), Person::new(2));
    let t = now();
    posted(
        &world,
        json!([
            notice(Some(&alice.checksum), "a1", t),
            notice(Some(&bob.address), "b1", t + 1),
            notice(None, "all1", t + 2),
            notice(Some(&alice.address), "a2", t + 3),
        ]),
    )
    .await;
    let list = alice.list(&world, "").await;
    assert_eq!(keys(&list), ["a2", "all1", "a1"]);
    assert_eq!(list[1]["address"], Value::Null);
    let theirs = bob.list(&world, "").await;
    assert_eq!(keys(&theirs), ["all1", "b1"]);
    // Bob's own and an unknown one count for nothing.
    let unknown = json!("00000000-0000-4000-8000-000000000000");
    let ids = [&list[1]["id"], &list[2]["id"], &theirs[1]["id"], &unknown];
    assert_eq!(alice.read(&world, &ids).await, 2);
    assert_eq!(alice.read(&world, &ids).await, 0);
    let read: Vec<Value> = alice
        .list(&world, "")
        .await
        .iter()
        .map(|row| row["read"].clone())
        .collect();
    assert_eq!(read, [json!(false), json!(true), json!(true)]);
    assert_eq!(keys(&alice.list(&world, "?onlyUnread=false").await), ["a2"]);
    // One person's reading is not another's, and nobody sees another's rows.
    assert_eq!(
        keys(&bob.list(&world, "?onlyUnread=true").await),
        ["all1", "b1"]
    );
    for (body, message) in [
        (json!({}), "Missing notificationIds"),
        (json!({"notificationIds": []}), "Missing notificationIds"),
        (json!({"notificationIds": "x"}), "Missing notificationIds"),
        (
            json!({"notificationIds": ["x"]}),
            "Invalid notification id: \"x\"",
        ),
    ] {
        let answer = alice.ask(&world, "PUT", "/notifications/read", body).await;
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.json(),
            json!({"error": "Bad request", "message": message})
        );
    }
    world.stop().await;
}

#[tokio::test]
async fn the_same_signed_request_counts_once_and_is_answered_alike() {
    let world = platform(json!({})).await;
    let alice = Person::new(1);
    posted(&world, json!([notice(Some(&alice.address), "a1", now())])).await;
    let list = alice.list(&world, "").await;
    let body = json!({"notificationIds": [list[0]["id"]]});
    let headers = alice.headers("PUT", "/notifications/read", now(), "{}");
    for _ in 0..2 {
        let answer = alice
            .ask_with(&world, "PUT", "/notifications/read", body.clone(), &headers)
            .await;
        assert_eq!(answer.json(), json!({"updated": 1}));
        assert!(answer.header("x-worldlog-position").is_some());
    }
    world.stop().await;
}

#[tokio::test]
async fn told_again_is_replaced_and_stays_read() {
    let world = platform(json!({})).await;
    let alice = Person::new(1);
    let t = now();
    posted(&world, json!([notice(Some(&alice.address), "a1", t)])).await;
    let first = alice.list(&world, "").await;
    assert_eq!(alice.read(&world, &[&first[0]["id"]]).await, 1);
    let mut again = notice(Some(&alice.checksum), "a1", t + 5);
    again["metadata"] = json!({"key": "new"});
    posted(&world, json!([again.clone(), again])).await;
    let list = alice.list(&world, "").await;
    assert_eq!(list.len(), 1);
    assert_eq!(list[0]["id"], first[0]["id"]);
    assert_eq!(list[0]["metadata"], json!({"key": "new"}));
    assert_eq!(list[0]["timestamp"], (t + 5).to_string());
    assert_eq!(list[0]["read"], true);
    // Everybody's is told once, too.
    posted(
        &world,
        json!([notice(None, "all", t), notice(None, "all", t)]),
    )
    .await;
    assert_eq!(alice.list(&world, "").await.len(), 2);
    world.stop().await;
}

#[tokio::test]
async fn a_late_event_shows_to_who_polls() {
    let world = platform(json!({})).await;
    let alice = Person::new(1);
    posted(&world, json!([notice(Some(&alice.address), "a1", now())])).await;
    let polled = now() + 1;
    assert_eq!(
        keys(&alice.list(&world, &format!("?from={polled}")).await),
        Vec::<&str>::new()
    );
    while now() <= polled {
        tokio::task::yield_now().await;
    }
    posted(
        &world,
        json!([notice(Some(&alice.address), "late", polled - 3_600_000)]),
    )
    .await;
    let list = alice
        .list(&world, &format!("?onlyUnread=true&from={polled}"))
        .await;
    assert_eq!(keys(&list), ["late"]);
    assert_eq!(list[0]["timestamp"], (polled - 3_600_000).to_string());
    let many = (0..60).map(|n| notice(Some(&alice.address), &format!("m{n}"), polled + n));
    posted(&world, many.collect()).await;
    assert_eq!(alice.list(&world, "").await.len(), 20);
    let list = alice.list(&world, "?limit=50").await;
    assert_eq!((list.len(), keys(&list)[0]), (50, "m59"));
    world.stop().await;
}

#[tokio::test]
async fn what_is_wanted_is_kept_by_parts() {
    let world = platform(json!({})).await;
    let alice = Person::new(1);
    let subscription = async || {
        alice
            .ask(&world, "GET", "/subscription", Value::Null)
            .await
            .json()
    };
    let fresh = subscription().await;
    assert_eq!(fresh.get("email"), None);
    let details = &fresh["details"];
    assert_eq!(details["ignore_all_email"], false);
    let types = details["message_type"].as_object().expect("types");
    assert_eq!(types.len(), 72);
    assert!(
        types
            .values()
            .all(|ways| *ways == json!({"email": true, "in_app": true}))
    );
    let part = json!({"ignore_all_email": false, "ignore_all_in_app": true,
        "message_type": {"banned": {"email": false, "in_app": true}}});
    let answer = alice.ask(&world, "PUT", "/subscription", part).await;
    assert_eq!(answer.status, 204, "{:?}", answer.body);
    let part = json!({"ignore_all_email": false, "ignore_all_in_app": false,
        "message_type": {"bid_accepted": {"in_app": false}}});
    assert_eq!(
        alice.ask(&world, "PUT", "/subscription", part).await.status,
        204
    );
    let details = &subscription().await["details"];
    assert_eq!(
        details["message_type"]["banned"],
        json!({"email": false, "in_app": true})
    );
    assert_eq!(
        details["message_type"]["bid_accepted"],
        json!({"email": true, "in_app": false})
    );
    assert_eq!(details["ignore_all_in_app"], false);
    let whole = details.clone();
    assert_eq!(
        alice
            .ask(&world, "PUT", "/subscription", whole)
            .await
            .status,
        204
    );
    let odd = json!({"ignore_all_email": "no", "ignore_all_in_app": false, "message_type": {}});
    let answer = alice.ask(&world, "PUT", "/subscription", odd).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json()["message"],
        "Invalid subscription. ignore_all_email must be boolean"
    );
    world.stop().await;
}

#[tokio::test]
async fn who_opted_out_of_a_community_is_told_nothing_of_it() {
    let world = platform(json!({})).await;
    let (alice, bob) = (Person::new(1), Person::new(2));
    let scope = json!({"scope": "community", "scopeId": "c1"});
    let answer = alice
        .ask(&world, "POST", "/subscription/opt-outs", scope)
        .await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    assert_eq!(
        answer.json(),
        json!({"scope": "community", "scopeId": "c1", "optedOut": true})
    );
    let renamed = |key: &str, id: &str| {
        json!({"type": "community", "subType": "community-renamed", "key": key, "timestamp": 1_755_000_000_000_i64,
            "metadata": {"id": id, "oldName": "o", "newName": "n", "thumbnailUrl": "t",
                "memberAddresses": [alice.checksum, bob.address, alice.address, "nobody"]}})
    };
    world
        .feed(&json!([
            renamed("k1-batch-0", "c1"),
            renamed("k2-batch-0", "c2")
        ]))
        .await;
    world.settle().await;
    let communities = |list: &[Value]| -> Vec<Value> {
        list.iter()
            .map(|row| row["metadata"]["communityId"].clone())
            .collect()
    };
    assert_eq!(communities(&alice.list(&world, "").await), ["c2"]);
    assert_eq!(bob.list(&world, "").await.len(), 2);
    let path = "/subscription/opt-outs/community/c1";
    let optedout =
        async || alice.ask(&world, "GET", path, Value::Null).await.json()["optedOut"].clone();
    assert_eq!(optedout().await, true);
    for _ in 0..2 {
        assert_eq!(
            alice.ask(&world, "DELETE", path, Value::Null).await.status,
            204
        );
    }
    assert_eq!(optedout().await, false);
    world.feed(&renamed("k3-batch-0", "c1")).await;
    world.settle().await;
    assert_eq!(alice.list(&world, "").await.len(), 2);
    let odd = "/subscription/opt-outs/world/x";
    assert_eq!(alice.ask(&world, "GET", odd, Value::Null).await.status, 400);
    world.stop().await;
}

#[tokio::test]
async fn services_post_with_their_token() {
    let world = platform(json!({})).await;
    let path = "/notifications/notifications";
    let body = json!([notice(None, "k", now())]).to_string();
    let answer = post_with(&world.router, path, body.clone(), &[]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.json(),
        json!({"error": "Not Authorized", "message": "Authorization header is missing"})
    );
    let wrong = [("authorization", "Bearer nonsense")];
    let answer = post_with(&world.router, path, body, &wrong).await;
    assert_eq!(answer.json()["message"], "Invalid authorization header");
    let answer = post_with(&world.router, path, r#"[{"type":"test"}]"#, &[SERVICE]).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["message"], "Invalid notification type: test");
    let status = get(&world.router, "/notifications/status").await.json();
    assert_eq!(
        (&status["version"], &status["commitHash"]),
        (&json!("0.0.0-test"), &json!("test"))
    );
    assert!(status["currentTime"].is_i64());
    world.stop().await;
    let world = World::start().await;
    assert_eq!(post(&world, json!([])).await.status, 404);
    world.stop().await;
}

#[tokio::test]
async fn a_stream_brings_what_arrives_and_goes_on_where_it_was_cut() {
    let world = platform(json!({"heartbeat": "1s", "streams_max": 2})).await;
    let alice = Person::new(1);
    posted(
        &world,
        json!([notice(Some(&alice.address), "before", now())]),
    )
    .await;
    let open = async |last: Option<&str>| {
        let mut request = Request::get("/notifications/notifications/events");
        for (name, value) in alice.headers("GET", "/notifications/events", now(), "{}") {
            request = request.header(name, value);
        }
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let request = request.body(Body::empty()).expect("a request");
        world
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("a router does not fail")
    };
    let response = open(None).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut first = response.into_body().into_data_stream();
    let hello = text(&mut first).await;
    assert!(hello.contains("retry: 10000"), "{hello}");
    posted(&world, json!([notice(Some(&alice.address), "one", now())])).await;
    let event = until(&mut first, "\"one\"").await;
    assert!(
        event.contains("\"read\":false") && !event.contains("before"),
        "{event}"
    );
    let id = event
        .lines()
        .find_map(|line| line.strip_prefix("id: "))
        .expect("an id")
        .to_owned();
    drop(first);
    posted(&world, json!([notice(None, "two", now())])).await;
    let mut second = open(Some(&id)).await.into_body().into_data_stream();
    let event = until(&mut second, "\"two\"").await;
    assert!(!event.contains("\"one\""), "{event}");
    let _third = open(None).await;
    assert_eq!(open(None).await.status(), 503);
    world.stop().await;
}

#[tokio::test]
async fn one_wallet_has_no_more_streams_than_its_share() {
    let world = platform(json!({"streams_max": 3, "streams_per_wallet_max": 1})).await;
    let (alice, bob) = (Person::new(1), Person::new(2));
    let open = async |person: &Person| {
        let headers = person.headers("GET", "/notifications/events", now(), "{}");
        let mut request = Request::get("/notifications/notifications/events");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let opened = world.router.clone().oneshot(request).await;
        opened.expect("a router does not fail")
    };
    let first = open(&alice).await;
    assert_eq!(first.status(), 200);
    assert_eq!(open(&alice).await.status(), 429);
    let other = open(&bob).await;
    assert_eq!(other.status(), 200);
    // What comes for one of them wakes that one.
    let mut stream = other.into_body().into_data_stream();
    text(&mut stream).await;
    let notices = [&alice, &bob].map(|person| notice(Some(&person.address), "k", now()));
    posted(&world, json!(notices)).await;
    until(&mut stream, "\"k\"").await;
    drop(first);
    assert_eq!(open(&alice).await.status(), 200);
    world.stop().await;
}

async fn text(stream: &mut axum::body::BodyDataStream) -> String {
    let next = tokio::time::timeout(Duration::from_secs(20), stream.next()).await;
    let bytes = next.expect("in time").expect("more").expect("no fault");
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// Reads until a piece says something.
async fn until(stream: &mut axum::body::BodyDataStream, what: &str) -> String {
    let mut all = String::new();
    while !all.contains(what) || !all.ends_with("\n\n") {
        all.push_str(&text(stream).await);
    }
    all
}
