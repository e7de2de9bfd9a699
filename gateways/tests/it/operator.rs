//! The operator gateway.

use axum::body::Body;
use futures::StreamExt;
use http::Request;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::get_with;
use crate::world::{BEARER, World, settings};

fn step(n: i64) -> Value {
    json!({"type": "platform", "subType": "clock-tick", "key": "test", "timestamp": n,
        "metadata": {"now": n}})
}

#[tokio::test]
async fn records_are_paged_filtered_and_given_as_they_are() {
    let world = World::start().await;
    world
        .feed(&json!([step(1), step(2), step(3), step(4)]))
        .await;
    world.settle().await;
    let values = |answer: Value| -> Vec<i64> {
        let records = answer.as_array().expect("a list").clone();
        records
            .iter()
            .filter_map(|r| r["value"]["metadata"]["now"].as_i64())
            .collect()
    };
    let base = "/operator/topics/platform.ticks/records";
    for (query, expected) in [
        ("", vec![1, 2, 3, 4]),
        ("?offset=1&limit=2", vec![2, 3]),
        ("?offset=-1", vec![4]),
        ("?offset=latest", vec![]),
        ("?partition=0&key=test&limit=1", vec![1]),
        ("?key=other", vec![]),
    ] {
        let answer = world.get(&format!("{base}{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {:?}", answer.body);
        assert_eq!(values(answer.json()), expected, "{query}");
    }
    let lines = world.get(&format!("{base}?format=ndjson")).await;
    assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
    assert_eq!(lines.body.iter().filter(|b| **b == b'\n').count(), 4);

    let raw = world.get(&format!("{base}?format=avro&offset=2")).await;
    assert_eq!(raw.header("x-worldlog-offset"), Some("2"));
    let decoded = model::decode_json(&raw.body).expect("a framed value");
    assert_eq!(decoded.value["metadata"]["now"], 3);

    for query in [
        "?partition=7",
        "?offset=x",
        "?limit=99999",
        "?formt=json",
        "?format=xml",
    ] {
        assert_eq!(
            world.get(&format!("{base}{query}")).await.status,
            400,
            "{query}"
        );
    }
    assert_eq!(
        world.get("/operator/topics/nothing/records").await.status,
        404
    );
    world.stop().await;
}

#[tokio::test]
async fn a_stream_follows_until_the_process_stops() {
    let world = World::start().await;
    for format in ["sse", "ndjson&follow=true"] {
        let path = format!("/operator/topics/platform.ticks/records?offset=latest&format={format}");
        let request = Request::get(&path).body(Body::empty()).expect("a request");
        let response = world
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let mut stream = response.into_body().into_data_stream();
        world
            .feed(&step(i64::from(u16::MAX) + format.len() as i64))
            .await;
        let chunk = stream.next().await.expect("a record").expect("bytes");
        assert!(String::from_utf8_lossy(&chunk).contains("clock-tick"));
        if format != "sse" {
            world.context.shutdown.cancel();
            assert!(stream.next().await.is_none());
        }
    }
    world.stop().await;
}

#[tokio::test]
async fn processors_and_generations_come_from_the_specs() {
    let world = World::start().await;
    world.settle().await;
    let processors = world.get("/operator/processors").await.json();
    let names: Vec<_> = processors
        .as_array()
        .expect("a list")
        .iter()
        .map(|p| &p["name"])
        .collect();
    assert!(names.contains(&&json!("deployments")), "{names:?}");
    assert!(
        processors
            .as_array()
            .expect("a list")
            .iter()
            .all(|p| p["lag"] == 0)
    );
    let generations = world.get("/operator/generations").await.json();
    assert_eq!(generations[0]["live"], 1);
    assert_eq!(
        world.get("/operator/effects").await.json()["pending"],
        json!([])
    );
    let letters = world.get("/operator/dlq").await.json();
    assert!(
        letters
            .as_array()
            .is_some_and(|l| l.iter().all(|d| d["records"] == 0))
    );
    assert!(
        world
            .get("/operator/")
            .await
            .body
            .starts_with(b"<!doctype html>")
    );
    world.stop().await;
}

#[tokio::test]
async fn the_registry_decodes_what_the_log_holds() {
    let world = World::start().await;
    world.feed(&step(1)).await;
    world.settle().await;
    let raw = world
        .get("/operator/topics/platform.ticks/records?format=avro")
        .await
        .body;
    let id = model::codec::schema_id(&raw).expect("a framed value");
    let schema = world
        .get(&format!("/operator/registry/schemas/ids/{id}"))
        .await
        .json();
    let text: Value = serde_json::from_str(schema["schema"].as_str().expect("text")).expect("json");
    assert_eq!(text["name"], "ClockTick");
    let subjects = world.get("/operator/registry/subjects").await.json();
    let subject = subjects
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str);
    let subject = subject
        .filter(|s| s.ends_with("ClockTick"))
        .collect::<Vec<_>>();
    let [subject] = subject[..] else {
        panic!("one subject: {subject:?}");
    };
    let path = format!("/operator/registry/subjects/{subject}/versions/latest");
    assert_eq!(world.get(&path).await.json()["id"], id);
    let missing = world.get("/operator/registry/schemas/ids/99999").await;
    assert_eq!(
        (
            missing.status.as_u16(),
            missing.json()["error_code"].clone()
        ),
        (404, json!(40403))
    );
    world.stop().await;
}

#[tokio::test]
async fn each_subject_says_which_compatibility_its_topics_promise() {
    let world = World::start().await;
    let level = async |path: &str| {
        let answer = world.get(&format!("/operator/registry/config{path}")).await;
        assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
        answer.json()["compatibilityLevel"].clone()
    };
    // `deployments` is public in topics.yaml, `catalyst.sightings` is internal.
    let public = level("/worldlog.catalyst.Deployment").await;
    assert_eq!(public, "FULL_TRANSITIVE");
    let internal = level("/worldlog.catalyst.Sighting").await;
    assert_eq!(internal, "BACKWARD_TRANSITIVE");
    assert_eq!(level("").await, "BACKWARD_TRANSITIVE", "what all promise");
    let nobody = world.get("/operator/registry/config/nobody").await;
    assert_eq!(nobody.status, 404);
    assert_eq!(nobody.json()["error_code"], 40401);
    world.stop().await;
}

#[tokio::test]
async fn lag_is_told_by_partition() {
    let mut world = World::start().await;
    world.settle().await;
    world.halt().await;
    world.feed(&json!([step(1), step(2), step(3)])).await;
    let processors = world.get("/operator/processors").await.json();
    let processors = processors.as_array().expect("a list");
    let behind: Vec<_> = processors.iter().filter(|p| p["lag"] != 0).collect();
    let [ingest] = &behind[..] else {
        panic!("the inbox's reader: {behind:?}");
    };
    assert_eq!(
        (&ingest["name"], &ingest["lag"]),
        (&json!("ingest"), &json!(3))
    );
    let partitions = ingest["partitions"].as_object().expect("a map");
    let sum: u64 = partitions.values().filter_map(Value::as_u64).sum();
    assert_eq!(sum, 3, "{ingest}");
    let at_rest = processors.iter().filter(|p| p["lag"] == 0);
    assert!(at_rest.into_iter().all(|p| p["partitions"] == json!({})));
    world.stop().await;
}

#[tokio::test]
async fn reads_need_the_token_only_when_they_are_protected() {
    let world = World::start().await;
    assert_eq!(world.get("/operator/topics").await.status, 200);
    world.stop().await;
    let protected = settings(json!({"operator": {"protect_reads": true}}));
    let world = World::with(protected, std::sync::Arc::new(runtime::ports::SystemClock)).await;
    assert_eq!(world.get("/operator/topics").await.status, 401);
    assert_eq!(world.get("/operator/health/ready").await.status, 200);
    assert_eq!(
        get_with(&world.router, "/operator/topics", &[BEARER])
            .await
            .status,
        200
    );
    world.stop().await;
}
