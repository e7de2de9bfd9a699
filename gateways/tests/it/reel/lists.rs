//! Who finds which photos, in which order, page by page.

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::support::post_with;

async fn together(world: &World, places: &Value, query: &str) -> Answer {
    let path = format!("/camera-reel/api/places/images{query}");
    post_with(
        &world.router,
        &path,
        json!({ "placesIds": places }).to_string(),
        &[],
    )
    .await
}

#[tokio::test]
async fn a_private_photo_is_hidden_from_others() {
    let world = world(json!({})).await;
    let public = id(&ANN.take(&world, &Shot::new(1)).await);
    let private = id(&ANN.take(&world, &Shot::private(2)).await);
    let own = format!("/api/users/{}/images", ANN.address());
    let list = ANN.get(&world, &own).await;
    assert_eq!(
        ids(&list),
        [private.clone(), public.clone()],
        "the newest first"
    );
    assert_eq!(list["currentImages"], 2);
    assert_eq!(list["images"][0]["metadata"]["realm"], "main");
    // Case does not make the owner a stranger.
    let checksum = format!("/api/users/{}/images", ANN.checksum());
    assert_eq!(ids(&ANN.get(&world, &checksum).await).len(), 2);
    for list in [open(&world, &own).await, BOB.get(&world, &own).await] {
        assert_eq!(ids(&list), std::slice::from_ref(&public));
        assert_eq!(list["currentImages"], 1);
    }
    let person = format!("/api/users/{}", ANN.address());
    assert_eq!(open(&world, &person).await["currentImages"], 1);
    assert_eq!(ANN.get(&world, &person).await["currentImages"], 2);
    let place = format!("/api/places/{PLACE}/images");
    let shown = open(&world, &place).await;
    assert_eq!(
        (ids(&shown), &shown["maxImages"]),
        (vec![public.clone()], &json!(1))
    );
    for (is_public, there) in [(true, 2), (false, 1)] {
        let change = format!("/api/images/{private}/visibility");
        let body = json!({ "is_public": is_public }).to_string();
        let answer = ANN.ask(&world, Method::PATCH, &change, body).await;
        assert_eq!(answer.status, 200);
        for path in [&own, &place] {
            assert_eq!(ids(&open(&world, path).await).len(), there, "{path}");
        }
    }
    // Who has its link may see it: that is how people share one.
    let known = open(&world, &format!("/api/images/{private}/metadata")).await;
    assert_eq!(known["isPublic"], false);
    assert_eq!(
        open(&world, "/api/users/0xnobody").await["currentImages"],
        0
    );
    world.stop().await;
}

#[tokio::test]
async fn lists_have_pages() {
    let world = world(json!({"page_rows_max": 60})).await;
    let mut taken = Vec::new();
    for number in 0..40 {
        taken.push(id(&ANN.take(&world, &Shot::new(number)).await));
    }
    taken.reverse();
    let own = format!("/api/users/{}/images", ANN.address());
    let place = format!("/api/places/{PLACE}/images");
    for path in [own.as_str(), place.as_str()] {
        for (query, from, to) in [
            ("", 0, 20),
            ("?limit=3", 0, 3),
            ("?offset=35&limit=25", 35, 40),
            ("?offset=31&limit=3", 31, 34),
            ("?limit=0", 0, 0),
            ("?offset=40", 0, 0),
            ("?offset=18446744073709551615", 0, 0),
        ] {
            let list = open(&world, &format!("{path}{query}")).await;
            assert_eq!(ids(&list), &taken[from..to], "{path}{query}");
        }
        for query in [
            "?offset=-1",
            "?limit=x",
            "?limit=1000",
            "?offset=39&limit=22",
        ] {
            let answer = world.get(&format!("/camera-reel{path}{query}")).await;
            assert_eq!(answer.status, 400, "{path}{query}");
        }
    }
    let compact = open(&world, &format!("{own}?compact=true&limit=1")).await;
    let members: Vec<&String> = compact["images"][0]
        .as_object()
        .expect("members")
        .keys()
        .collect();
    assert_eq!(
        members,
        ["id", "url", "thumbnailUrl", "isPublic", "dateTime"]
    );
    world.stop().await;
}

#[tokio::test]
async fn several_places_are_one_list() {
    let world = world(json!({})).await;
    let mut taken = Vec::new();
    for number in 0..6 {
        let place = if u8::is_multiple_of(number, 2) {
            PLACE
        } else {
            ELSEWHERE
        };
        let person = if number < 3 { &ANN } else { &BOB };
        taken.push(id(&person.take(&world, &Shot::at(number, place)).await));
    }
    ANN.take(&world, &Shot::at(7, "Unknown place")).await;
    taken.reverse();
    let both = together(&world, &json!([PLACE, ELSEWHERE, PLACE]), "")
        .await
        .json();
    assert_eq!((ids(&both), &both["maxImages"]), (taken.clone(), &json!(6)));
    assert_eq!(both["images"][0]["placeId"], ELSEWHERE);
    let part = together(&world, &json!([PLACE, ELSEWHERE]), "?offset=1&limit=2")
        .await
        .json();
    assert_eq!(ids(&part), &taken[1..3]);
    let none = together(&world, &json!(["nowhere"]), "").await.json();
    assert_eq!(none, json!({"images": [], "maxImages": 0}));
    for (places, message) in [
        (json!([]), "no place IDs provided"),
        (
            json!(vec!["p"; 101]),
            "too many place IDs provided, maximum is 100",
        ),
    ] {
        let answer = together(&world, &places, "").await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (400, json!({ "message": message }))
        );
    }
    assert_eq!(together(&world, &json!(7), "").await.status, 400);
    let answer = world
        .get("/camera-reel/api/places/Unknown%20place/images")
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (404, json!({"message": "place not found"}))
    );
    world.stop().await;
}

/// A places service: every name has one place a page, two in all; `broken.eth` has none to tell.
async fn places(
    State(asked): State<Arc<AtomicUsize>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Json<Value>, http::StatusCode> {
    asked.fetch_add(1, Ordering::Relaxed);
    match (query["names"].as_str(), query["offset"].as_str()) {
        ("broken.eth", _) => Err(http::StatusCode::INTERNAL_SERVER_ERROR),
        ("empty.dcl.eth", _) => Ok(Json(json!({"ok": true, "total": 0, "data": []}))),
        (_, "0") => Ok(Json(
            json!({"ok": true, "total": 2, "data": [{"id": PLACE}]}),
        )),
        _ => Ok(Json(
            json!({"ok": true, "total": 2, "data": [{"id": ELSEWHERE}]}),
        )),
    }
}

#[tokio::test]
async fn worlds_have_places() {
    let asked = Arc::new(AtomicUsize::new(0));
    let service = Router::new()
        .route("/api/places", get(places))
        .with_state(Arc::clone(&asked));
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    let serving = tokio::spawn(async { axum::serve(socket, service).await });
    let world = world(json!({ "places_api_url": url })).await;
    let here = id(&ANN.take(&world, &Shot::new(1)).await);
    let there = id(&ANN.take(&world, &Shot::at(2, ELSEWHERE)).await);
    for _ in 0..2 {
        let shown = open(&world, "/api/places/plaza.dcl.eth/images").await;
        assert_eq!(
            (ids(&shown), &shown["maxImages"]),
            (vec![there.clone(), here.clone()], &json!(2))
        );
    }
    assert_eq!(
        asked.load(Ordering::Relaxed),
        2,
        "two pages, and then it is remembered"
    );
    let shown = together(&world, &json!(["plaza.dcl.eth"]), "").await.json();
    assert_eq!(ids(&shown).len(), 2);
    let none = open(&world, "/api/places/empty.dcl.eth/images").await;
    assert_eq!(none, json!({"images": [], "maxImages": 0}));
    let message = "failed to resolve world name: places API returned status 500";
    for _ in 0..2 {
        let answer = world.get("/camera-reel/api/places/broken.eth/images").await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (502, json!({ "message": message }))
        );
    }
    assert_eq!(
        asked.load(Ordering::Relaxed),
        5,
        "what failed is asked again"
    );
    serving.abort();
    world.stop().await;
}
