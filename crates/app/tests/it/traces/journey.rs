//! What a collector gets to see of requests, steps, writes and effects.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::collector::{Collector, Span};
use crate::crowd::{deployed, moved};
use crate::http::{post, records, send, settle};
use crate::process::{Launch, Program, Scratch, TOKEN, until};
use crate::replay::every_read_model_is_right;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";
const SOMEBODY: &str = "0x00000000000000000000000000000000000000aa";
/// How long a span that should come is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// Kinds of spans, by their numbers.
const INTERNAL: u64 = 1;
const SERVER: u64 = 2;
const CONSUMER: u64 = 5;

fn tracing(scratch: &Scratch, collector: &Collector) -> Launch {
    Launch::up(scratch, "up")
        .environment("WORLDLOG__TELEMETRY__OTLP_URL", collector.url.as_str())
        .environment("WORLDLOG__TELEMETRY__SAMPLE_RATIO", "0")
        .environment("OTEL_BSP_SCHEDULE_DELAY", "50")
}

/// Feeds events, in a trace or in none.
async fn feed(program: &Program, events: &Value, traceparent: Option<&str>) {
    let mut request = post(&program.at("/events-notifier/events"), events).bearer_auth(TOKEN);
    if let Some(header) = traceparent {
        request = request.header("traceparent", header);
    }
    send(request).await.expect(202);
}

/// A deployment with a file, and a server that nobody is at: an effect follows from it, and cannot be done.
fn with_a_file(parcel: &str, number: u64) -> Value {
    let (_, mut event) = deployed(parcel, number);
    let hash = identity::hash::hash_v1(format!("file {number}"));
    event["entity"]["content"] = json!([{ "file": "main.js", "hash": hash }]);
    event["contentServerUrls"] = json!(["http://127.0.0.1:9/content"]);
    event
}

/// The span of that name whose attributes say this, once it has come.
async fn named(collector: &Collector, name: &str, of: &[(&str, &str)]) -> Span {
    let found = until(PATIENCE, || {
        collector.spans().into_iter().find(|span| {
            let says = |(key, value): &(&str, &str)| {
                span.attributes.get(*key).map(String::as_str) == Some(*value)
            };
            span.name == name && of.iter().all(says)
        })
    });
    found.await.unwrap_or_else(|| {
        let came: Vec<_> = collector.spans();
        panic!("no span {name} {of:?} among {came:#?}")
    })
}

#[tokio::test]
async fn one_trace_leads_from_the_request_through_the_log_to_the_row() {
    let (scratch, collector) = (Scratch::new(), Collector::start().await);
    let up = tracing(&scratch, &collector);
    let program = up.start().await;
    // At a ratio of 0 only who asks for it is traced.
    feed(&program, &deployed("20,20", 1).1, None).await;
    let caller = format!("00-{TRACE}-{CALLER}-01");
    feed(&program, &with_a_file("10,10", 2), Some(&caller)).await;
    settle(&program).await;

    let of = |processor| [("worldlog.processor", processor)];
    let request = named(&collector, "POST events-notifier /events", &[]).await;
    assert_eq!((request.trace.as_str(), request.kind), (TRACE, SERVER));
    assert_eq!(request.parent, CALLER);
    assert_eq!(request.attributes["http.response.status_code"], "202");
    assert_eq!(request.resource["service.name"], "worldlog");
    assert_eq!(
        request.resource["worldlog.role"],
        "processors gateways sources runners"
    );

    let step = named(&collector, "process catalyst.sightings", &of("deployments")).await;
    assert_eq!((&step.trace, &step.parent), (&request.trace, &request.id));
    assert_eq!(step.kind, CONSUMER);
    assert_eq!(step.attributes["worldlog.generation"], "1");
    for attribute in [
        "messaging.destination.partition.id",
        "messaging.kafka.offset",
    ] {
        assert!(step.attributes.contains_key(attribute), "{step:?}");
    }
    let flush = named(&collector, "flush deployments", &[]).await;
    assert_eq!((&flush.trace, &flush.parent), (&step.trace, &step.id));
    assert_eq!(flush.kind, INTERNAL);
    assert_ne!(flush.attributes["worldlog.appended"], "0");
    assert!(step.start <= step.end && step.end <= flush.end);

    // What the step made leads on: a processor of its output, and an effect.
    let next = named(&collector, "process deployments.pointers", &of("pointers")).await;
    assert_eq!((&next.trace, &next.parent), (&step.trace, &step.id));
    let effect = named(&collector, "effect mirror", &[]).await;
    assert_eq!((&effect.trace, &effect.parent), (&step.trace, &step.id));
    assert_eq!(effect.attributes["worldlog.effect.attempt"], "1");
    assert_ne!(effect.attributes["worldlog.effect.outcome"], "done");

    // Nobody asked for any other trace.
    let traces: BTreeSet<String> = collector.spans().into_iter().map(|s| s.trace).collect();
    assert_eq!(traces, BTreeSet::from([TRACE.to_owned()]));
    let ids: BTreeSet<String> = collector.spans().into_iter().map(|s| s.id).collect();
    assert_eq!(
        ids.len(),
        collector.spans().len(),
        "each span has its own id"
    );
    // The record names the step that made it.
    let made = format!("00-{TRACE}-{}-01", step.id);
    let claims = records(&program, "deployments.pointers").await;
    let named: Vec<&Value> = claims
        .iter()
        .map(|r| &r["headers"]["traceparent"])
        .collect();
    assert!(named.contains(&&json!(made)), "{named:?}");
    assert!(named.contains(&&Value::Null), "{named:?}");
}

#[tokio::test]
async fn a_batch_of_many_is_one_span_with_links() {
    let (scratch, collector) = (Scratch::new(), Collector::start().await);
    let program = tracing(&scratch, &collector).start().await;
    // One key: one partition, one batch or few.
    let moves: Vec<Value> = (0..200).map(|n| moved(SOMEBODY, n)).collect();
    feed(
        &program,
        &moves.into(),
        Some(&format!("00-{TRACE}-{CALLER}-01")),
    )
    .await;
    settle(&program).await;
    let many = until(PATIENCE, || {
        let spans = collector.spans().into_iter();
        let mut many = spans.filter(|span| !span.links.is_empty());
        many.find(|span| span.name.starts_with("process "))
    });
    let many = many.await.expect("a batch of more than sixteen");
    assert_ne!(many.trace, TRACE, "it has many parents, so it is of none");
    assert_eq!(many.parent, "");
    assert!(many.links.iter().all(|link| link == TRACE), "{many:?}");
    let count: usize = many.attributes["messaging.batch.message_count"]
        .parse()
        .expect("a number");
    assert_eq!(many.links.len(), count.min(128));
}

#[tokio::test]
async fn what_is_derived_is_the_same_whether_anybody_is_told_or_not() {
    let (scratch, collector) = (Scratch::new(), Collector::start().await);
    let up = tracing(&scratch, &collector);
    let program = up.start().await;
    for number in 0..20 {
        let header = format!("00-{TRACE}-{:016x}-01", number + 1);
        let event = with_a_file(&format!("{number},10"), number);
        feed(&program, &event, Some(&header)).await;
    }
    settle(&program).await;
    let before = records(&program, "deployments").await;
    program.terminate().await;
    // Folded again from the log, by a program that tells nobody: what is appended again is no different.
    up.lose_the_store();
    let silent = Launch::up(&scratch, "up").start().await;
    settle(&silent).await;
    let after = records(&silent, "deployments").await;
    assert!(after.len() >= before.len());
    let told = |record: &Value| {
        let headers = &record["headers"];
        (headers["ce_id"].to_string(), headers.to_string())
    };
    let first: BTreeMap<String, String> = before.iter().map(told).collect();
    assert!(first.values().any(|headers| headers.contains(TRACE)));
    for (id, headers) in after.iter().map(told) {
        let known = &first[&id];
        assert_eq!(without_time(known), without_time(&headers), "{id}");
    }
    every_read_model_is_right(&silent).await;
}

/// Headers without the time at which the record was appended.
fn without_time(headers: &str) -> Value {
    let mut headers: Value = serde_json::from_str(headers).expect("it was JSON");
    let members = headers.as_object_mut().expect("names and values");
    members.remove("ce_time");
    headers
}
