//! Records of topics, where an answer is not all of what was asked for, or not for everybody.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use axum::body::Body;
use axum::response::Response;
use futures::StreamExt;
use http::Request;
use kernel::{NewRecord, Topic};
use runtime::ports::{
    Appended, Batch, Log, Membership, PortError, ReadLimits, SystemClock, TopicInfo, TopicSpec,
};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{get, get_with};
use crate::world::{BEARER, World, settings};

const TICKS: &str = "/operator/topics/platform.ticks/records";
/// More than the gateway reads from a partition at a time.
const MANY: i64 = 300;

/// A log that breaks after some reads.
struct Brittle {
    log: Arc<dyn Log>,
    reads_left: AtomicUsize,
}

#[async_trait]
impl Log for Brittle {
    async fn append(&self, records: Vec<NewRecord>) -> Result<Vec<Appended>, PortError> {
        self.log.append(records).await
    }

    async fn read(
        &self,
        topic: &str,
        partition: u32,
        from: u64,
        limits: ReadLimits,
    ) -> Result<Batch, PortError> {
        let left = self
            .reads_left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
        left.map_err(|_| PortError::retry("the disk at /secret is gone"))?;
        self.log.read(topic, partition, from, limits).await
    }

    async fn wait(&self, topic: &str, partition: u32, offset: u64) -> Result<(), PortError> {
        self.log.wait(topic, partition, offset).await
    }

    async fn starts(&self, topic: &str) -> Result<Vec<u64>, PortError> {
        self.log.starts(topic).await
    }

    async fn ends(&self, topic: &str) -> Result<Vec<u64>, PortError> {
        self.log.ends(topic).await
    }

    async fn offset_at(&self, topic: &str, partition: u32, time: i64) -> Result<u64, PortError> {
        self.log.offset_at(topic, partition, time).await
    }

    async fn topics(&self) -> Result<Vec<TopicInfo>, PortError> {
        self.log.topics().await
    }

    async fn ensure(&self, spec: &TopicSpec) -> Result<(), PortError> {
        self.log.ensure(spec).await
    }

    async fn join(&self, group: &str, topic: &Topic) -> Result<Box<dyn Membership>, PortError> {
        self.log.join(group, topic).await
    }

    async fn commit(
        &self,
        group: &str,
        topic: &str,
        partition: u32,
        next: u64,
    ) -> Result<(), PortError> {
        self.log.commit(group, topic, partition, next).await
    }

    async fn committed(&self, group: &str, topic: &str) -> Result<BTreeMap<u32, u64>, PortError> {
        self.log.committed(group, topic).await
    }
}

fn step(n: i64) -> Value {
    json!({"type": "platform", "subType": "clock-tick", "key": "test", "timestamp": n,
        "metadata": {"now": n}})
}

/// A platform with many ticks, whose log gives `reads` batches to the gateways and no more.
async fn brittle(reads: usize) -> World {
    let mut world = World::start().await;
    world.feed(&(0..MANY).map(step).collect()).await;
    world.settle().await;
    world.mount(|surroundings| {
        surroundings.platform.log = Arc::new(Brittle {
            log: Arc::clone(&surroundings.platform.log),
            reads_left: AtomicUsize::new(reads),
        });
    });
    world
}

async fn open(world: &World, path: &str) -> Response {
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let answer = world.router.clone().oneshot(request).await;
    answer.expect("a router does not fail")
}

#[tokio::test]
async fn lines_that_the_log_breaks_off_break_the_connection() {
    let world = brittle(1).await;
    let answer = open(&world, &format!("{TICKS}?format=ndjson&limit=1000")).await;
    assert_eq!(answer.status(), 200);
    let mut chunks = answer.into_body().into_data_stream();
    let mut lines = 0;
    let broken = loop {
        match chunks.next().await {
            Some(Ok(chunk)) => lines += chunk.iter().filter(|byte| **byte == b'\n').count(),
            Some(Err(_)) => break true,
            None => break false,
        }
    };
    assert!(lines > 0 && (lines as i64) < MANY, "{lines} lines");
    assert!(broken, "{lines} of {MANY} lines look like all of them");
    world.stop().await;
}

#[tokio::test]
async fn a_stream_of_events_that_the_log_breaks_off_says_so() {
    let world = brittle(1).await;
    let answer = get(
        &world.router,
        &format!("{TICKS}?format=sse&follow=false&limit=1000"),
    )
    .await;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let (told, last) = text
        .rsplit_once("event: error\n")
        .expect("an event that says so");
    assert!(told.contains("clock-tick"));
    let data = last.trim().strip_prefix("data: ").expect("with data");
    let data: Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(data["error"], "unavailable");
    assert!(!text.contains("secret"), "the cause is the log's: {data}");
    world.stop().await;
}

#[tokio::test]
async fn an_answer_that_was_not_begun_is_an_error() {
    for (reads, query) in [(1, "?limit=1000"), (0, "?format=avro"), (0, "")] {
        let world = brittle(reads).await;
        let answer = get(&world.router, &format!("{TICKS}{query}")).await;
        assert_eq!(answer.status, 503, "{query}: {:?}", answer.body);
        assert_eq!(answer.json()["error"], "unavailable");
        assert!(answer.header("retry-after").is_some());
        world.stop().await;
    }
}

#[tokio::test]
async fn lines_that_a_stop_cuts_short_break_the_connection() {
    let world = World::start().await;
    world.feed(&(0..MANY).map(step).collect()).await;
    world.settle().await;
    let answer = open(&world, &format!("{TICKS}?format=ndjson&limit=1000")).await;
    world.context.shutdown.cancel();
    let chunks: Vec<_> = answer.into_body().into_data_stream().collect().await;
    assert!(
        chunks.last().is_some_and(Result::is_err),
        "{} chunks",
        chunks.len()
    );
    world.stop().await;
}

#[tokio::test]
async fn a_json_answer_that_is_cut_says_where_to_read_on() {
    let small = settings(json!({"operator": {"records_bytes_max": "1 KiB"}}));
    let world = World::with(small, Arc::new(SystemClock)).await;
    world.feed(&(0..20).map(step).collect()).await;
    world.settle().await;
    let (mut told, mut answers, mut offset) = (0, 0, "0".to_owned());
    loop {
        let answer = world
            .get(&format!("{TICKS}?partition=0&offset={offset}"))
            .await;
        let records = answer.json();
        for record in records.as_array().expect("a list") {
            assert_eq!(record["offset"], told, "nothing is left out or told twice");
            told += 1;
        }
        answers += 1;
        match answer.header("x-worldlog-truncated") {
            Some(cut) => {
                assert_eq!(cut, "true");
                let next = answer
                    .header("x-worldlog-next-offset")
                    .expect("where to go on");
                let (partition, next) = next.split_once(':').expect("partition:offset");
                assert_eq!(partition, "0");
                offset = next.to_owned();
            }
            None => break,
        }
    }
    assert_eq!(told, 20);
    assert!(answers > 2, "{answers} answers: nothing was cut");
    let few = world.get(&format!("{TICKS}?limit=2")).await;
    assert_eq!(
        few.header("x-worldlog-truncated"),
        None,
        "it is what was asked for"
    );
    world.stop().await;
}

#[tokio::test]
async fn requests_to_the_outside_are_the_operators() {
    let world = World::start().await;
    for format in ["json", "ndjson", "sse&follow=false", "avro"] {
        for topic in ["effects.mirror", "effects.outcomes"] {
            let path = format!("/operator/topics/{topic}/records?format={format}");
            let refused = world.get(&path).await;
            assert_eq!(refused.status, 401, "{path}: {:?}", refused.body);
            let wrong = [("authorization", "Bearer nope")];
            assert_eq!(get_with(&world.router, &path, &wrong).await.status, 401);
            let shown = get_with(&world.router, &path, &[BEARER]).await.status;
            // There is no record that could be given as it is.
            assert_eq!(shown, if format == "avro" { 404 } else { 200 }, "{path}");
        }
    }
    assert_eq!(world.get(TICKS).await.status, 200, "others are open");
    world.stop().await;
    let mut without = settings(json!({}));
    without.operator.token = None;
    let world = World::with(without, Arc::new(SystemClock)).await;
    let path = "/operator/topics/effects.mirror/records";
    let refused = get_with(&world.router, path, &[BEARER]).await;
    assert_eq!(refused.status, 403);
    let message = refused.json()["message"].as_str().map(str::to_owned);
    let message = message.expect("a message");
    assert!(
        message.contains("operator.token is not set") && message.contains("secrets"),
        "it says why: {message}"
    );
    world.stop().await;
}
