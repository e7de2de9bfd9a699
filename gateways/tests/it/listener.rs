//! What the one listener promises for every gateway.

use http::Request;
use serde_json::Value;

use crate::support::{get, get_with, send};
use crate::world::World;

#[tokio::test]
async fn every_gateway_answers_below_its_path_and_at_its_host() {
    let world = World::start().await;
    for gateway in gateways::all() {
        let host = format!("{}.localhost:8080", gateway.name);
        for route in [
            "/health/live",
            "/health/ready",
            "/health/startup",
            "/openapi.json",
        ] {
            let below = world.get(&format!("/{}{route}", gateway.name)).await;
            assert_eq!(
                below.status, 200,
                "{} {route}: {:?}",
                gateway.name, below.body
            );
            let at_host = get_with(&world.router, route, &[("host", &host)]).await;
            assert_eq!(at_host.status, 200, "{host} {route}");
            assert_eq!(at_host.body, below.body);
        }
    }
    world.stop().await;
}

#[tokio::test]
async fn the_index_names_every_gateway_to_people_and_programs() {
    let world = World::start().await;
    let page = world.get("/").await;
    let page_text = String::from_utf8_lossy(&page.body).into_owned();
    let json = get_with(&world.router, "/", &[("accept", "application/json")])
        .await
        .json();
    let listed = json["gateways"].as_array().expect("a list");
    assert_eq!(listed.len(), gateways::all().len());
    for gateway in gateways::all() {
        assert!(page_text.contains(&format!("href=\"/{}/\"", gateway.name)));
        assert!(listed.iter().any(|entry| entry["name"] == gateway.name));
    }
    assert_eq!(world.get("/metrics").await.body, "up 1\n");
    world.stop().await;
}

#[tokio::test]
async fn errors_carry_the_id_of_their_request() {
    let world = World::start().await;
    let own = get_with(&world.router, "/nobody", &[("x-request-id", "abc-1")]).await;
    assert_eq!(own.status, 404);
    assert_eq!(own.header("x-request-id"), Some("abc-1"));
    assert_eq!(own.json()["requestId"], "abc-1");
    assert_eq!(own.json()["error"], "not_found");

    let given = world.get("/operator/nothing").await;
    assert_eq!(given.status, 404);
    assert_eq!(
        given.json()["requestId"].as_str(),
        given.header("x-request-id")
    );

    let delete = Request::delete("/operator/topics").body(axum::body::Body::empty());
    let answer = send(&world.router, delete.expect("a request")).await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.json()["error"], "method_not_allowed");
    world.stop().await;
}

#[tokio::test]
async fn any_origin_may_read_and_see_our_headers() {
    let world = World::start().await;
    let origin = ("origin", "https://play.decentraland.org");
    let answer = get_with(&world.router, "/operator/topics", &[origin]).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let exposed = answer
        .header("access-control-expose-headers")
        .unwrap_or_default();
    assert!(exposed.contains("x-worldlog-position"), "{exposed}");
    let preflight = Request::options("/events-notifier/events")
        .header("origin", origin.1)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "x-identity-auth-chain-0,content-type",
        )
        .body(axum::body::Body::empty());
    let answer = send(&world.router, preflight.expect("a request")).await;
    assert_eq!(answer.status, 200);
    let allowed = answer
        .header("access-control-allow-headers")
        .unwrap_or_default();
    assert!(allowed.contains("x-identity-auth-chain-0"), "{allowed}");
    world.stop().await;
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_ask() {
    let world = World::start().await;
    let zipped = get_with(
        &world.router,
        "/operator/topics",
        &[("accept-encoding", "gzip")],
    )
    .await;
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    let plain = world.get("/operator/topics").await;
    assert_eq!(plain.header("content-encoding"), None);
    assert!(zipped.body.len() < plain.body.len());
    assert!(matches!(plain.json(), Value::Array(_)));
    world.stop().await;
}

#[tokio::test]
async fn a_gateway_that_is_alone_has_the_root_to_itself() {
    let world = World::start().await;
    let only = gateways::all()
        .iter()
        .find(|g| g.name == "deployments")
        .expect("there");
    let metrics = std::sync::Arc::new(|| "up 1\n".to_owned());
    let router = gateways::listener(&[only], &world.context, metrics).expect("a listener");
    for (path, status) in [
        ("/ping", 200),
        ("/queue", 200),
        ("/health/ready", 200),
        ("/metrics", 200),
        ("/deployments/ping", 404),
        ("/", 200),
    ] {
        assert_eq!(get(&router, path).await.status, status, "{path}");
    }
    assert_eq!(get(&router, "/").await.json()["name"], "deployments");
    world.stop().await;
}

#[tokio::test]
async fn a_panic_is_an_error_of_one_request_and_tells_nothing() {
    async fn panics() -> &'static str {
        panic!("the secret is 42")
    }
    let router = axum::Router::new().route("/", axum::routing::get(panics));
    let router = gateways::frame::shared(router);
    let answer = get(&router, "/").await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.json()["error"], "internal");
    assert!(!String::from_utf8_lossy(&answer.body).contains("42"));
    assert_eq!(
        answer.json()["requestId"].as_str(),
        answer.header("x-request-id")
    );
}
