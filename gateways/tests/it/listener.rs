//! What the one listener promises for every gateway.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use gateways::frame::Edge;
use http::Request;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use runtime::engine::Blocked;
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
async fn the_process_is_ready_while_no_partition_is_blocked() {
    let world = World::start().await;
    assert_eq!(world.get("/health/live").await.status, 200);
    // Processors get their partitions a moment after they start; until then it is not ready, and says so.
    while !world.status.waiting().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.get("/health/ready").await.status, 200);
    world.status.block(Blocked {
        processor: "queue".to_owned(),
        partition: 7,
        reason: "store",
        message: "it does not answer".to_owned(),
        passing: true,
    });
    let blocked = world.get("/health/ready").await;
    assert_eq!(blocked.status, 503);
    let text = String::from_utf8_lossy(&blocked.body).into_owned();
    assert!(text.contains("partition 7 of queue"), "{text}");
    assert_eq!(world.get("/health/live").await.status, 200, "it lives");
    world.status.clear("queue", 7);
    assert_eq!(world.get("/health/ready").await.status, 200);
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
    let listener = gateways::listener(&[only], &world.context, metrics).expect("a listener");
    let router = axum::Router::new().fallback_service(listener);
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
    // Not its number: an id may have the same digits.
    assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
    assert_eq!(
        answer.json()["requestId"].as_str(),
        answer.header("x-request-id")
    );
}

#[tokio::test]
async fn a_contract_is_written_once() {
    let world = World::start().await;
    let path = "/catalyst/openapi.json";
    let (first, second) = (world.get(path).await, world.get(path).await);
    assert_eq!(first.header("content-type"), Some("application/json"));
    assert!(first.json()["paths"].is_object());
    // The same bytes in memory, not only equal ones.
    assert_eq!(first.body.as_ptr(), second.body.as_ptr());
    world.stop().await;
}

#[tokio::test]
async fn small_answers_and_files_go_out_as_they_are() {
    let world = World::start().await;
    let gzip = [("accept-encoding", "gzip")];
    let small = get_with(&world.router, "/deployments/ping", &gzip).await;
    assert_eq!(small.header("content-encoding"), None);
    assert_eq!(small.header("content-length"), Some("5"));
    let ugly = [("accept-encoding", "gzip;q=0"), ("accept-encoding", "br")];
    let plain = get_with(&world.router, "/operator/topics", &ugly).await;
    assert_eq!(plain.header("content-encoding"), None);
    let varies = plain.headers.get_all("vary").iter();
    let varies: Vec<_> = varies.filter_map(|v| v.to_str().ok()).collect();
    assert!(varies.contains(&"accept-encoding"), "{varies:?}");
    let second = [("accept-encoding", "br"), ("accept-encoding", "gzip")];
    let zipped = get_with(&world.router, "/operator/topics", &second).await;
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    world.stop().await;
}

/// Counters by name and labels.
#[derive(Default)]
struct Counted(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

impl Recorder for Counted {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels: Vec<_> = key.labels().map(|l| l.value()).collect();
        let name = format!("{} {}", key.name(), labels.join(" "));
        let mut counted = self.0.lock().expect("no panic");
        Counter::from_arc(Arc::clone(counted.entry(name).or_default()))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[tokio::test]
async fn requests_are_counted_by_the_pattern_of_their_route() {
    let counted = Counted::default();
    // The test has one thread.
    let recording = metrics::set_default_local_recorder(&counted);
    let world = World::start().await;
    for path in [
        "/catalyst/content/audit/scene/a",
        "/catalyst/content/audit/scene/b",
        "/catalyst/content/audit/nothing/a",
        "/catalyst/health/live",
        "/catalyst/no/such/route",
        "/nobody",
    ] {
        world.get(path).await;
    }
    get_with(
        &world.router,
        "/health/live",
        &[("host", "catalyst.localhost")],
    )
    .await;
    let delete = Request::delete("/catalyst/content/status").body(axum::body::Body::empty());
    send(&world.router, delete.expect("a request")).await;
    world.stop().await;
    drop(recording);
    let counted = counted.0.into_inner().expect("no panic");
    let count = |labels: &str| {
        let name = format!("{} catalyst {labels}", gateways::frame::REQUESTS);
        counted
            .get(&name)
            .map(|count| count.load(Ordering::Relaxed))
    };
    assert_eq!(
        count("/content/audit/{type}/{id} 404"),
        Some(2),
        "{counted:?}"
    );
    assert_eq!(
        count("/content/audit/{type}/{id} 400"),
        Some(1),
        "{counted:?}"
    );
    assert_eq!(count("/health/live 200"), Some(2), "{counted:?}");
    assert_eq!(count("/content/status 405"), Some(1), "{counted:?}");
    assert_eq!(count("unmatched 404"), Some(1), "{counted:?}");
    let requests = counted
        .keys()
        .filter(|k| k.starts_with(gateways::frame::REQUESTS));
    assert_eq!(requests.count(), 5, "{counted:?}");
}

/// A gateway that says where its client is.
const ECHO: gateways::Gateway = gateways::Gateway {
    name: "echo",
    title: "Echo",
    router: |_| {
        let say = |edge: Edge| async move { format!("{} {}", edge.address, edge.local) };
        axum::Router::new().route("/", axum::routing::get(say))
    },
    openapi: utoipa::openapi::OpenApi::default,
    read_models: &[],
    body_limit: gateways::frame::default_body_limit,
    background: None,
};

#[tokio::test]
async fn a_gateway_knows_who_is_at_the_other_end_of_its_connection() {
    let world = World::start().await;
    let metrics = std::sync::Arc::new(String::new);
    let listener = gateways::listener(&[&ECHO], &world.context, metrics).expect("a listener");
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let socket = socket.expect("a socket");
    let url = format!("http://{}/", socket.local_addr().expect("an address"));
    let serving = tokio::spawn(async move { axum::serve(socket, listener).await });
    let client = reqwest::Client::builder().no_proxy().build();
    let client = client.expect("a client");
    for (forwarded, expected) in [(None, "127.0.0.1 true"), (Some("9.9.9.9"), "9.9.9.9 false")] {
        let mut request = client.get(&url);
        if let Some(address) = forwarded {
            request = request.header("x-forwarded-for", address);
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.text().await.expect("text"), expected);
    }
    serving.abort();
    world.stop().await;
}
