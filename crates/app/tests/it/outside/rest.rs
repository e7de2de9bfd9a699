//! Records for topics that nothing else in these tests writes to: the committed samples of their schemas.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kernel::Headers;
use model::{Registry, Topics};
use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use serde_json::{Value, json};

use super::Stand;
use crate::http::{get, operator, post, send};
use crate::process::{Program, TOKEN};

const WAIT: Duration = Duration::from_secs(30);
/// A topic whose sample lies under a key that is not its own: its reader rejects that.
const REJECTING: &str = "games.commands";
const REJECTED_BY: &str = "games";

/// Whether records of the topic are made by what went wrong.
fn is_of_faults(topic: &str) -> bool {
    topic.starts_with("dlq.") || topic == "redrives"
}

/// Writes to every topic that has no records and is not for what went wrong.
pub(super) async fn write(stand: &Stand, program: &Program, registry: &str) {
    let listed = operator(program, "/topics").await.expect(200).json();
    let listed = listed.as_array().expect("a list of topics");
    let config = ClientConfig::new()
        .set("bootstrap.servers", stand.brokers())
        .clone();
    let producer: FutureProducer = config.create().expect("a producer");
    let is_empty = |name: &str| {
        let of = listed.iter().find(|topic| topic["name"] == name);
        of.is_some_and(|of| of["records"] == 0) && !is_of_faults(name)
    };
    let mut written = Vec::new();
    for topic in Topics::global().iter().filter(|t| is_empty(&t.name)) {
        for schema in topic.schemas() {
            let value = sample(schema, registry).await;
            append(&producer, &topic.name, schema, &value).await;
        }
        written.push(topic.name.as_str());
    }
    assert!(written.contains(&REJECTING), "{written:?}");
}

/// Asks for what was rejected once more.
pub(super) async fn redrive(program: &Program) {
    let asked = json!({ "all": true, "reason": "for its record", "by": "the test" });
    let url = program.at(&format!("/operator/dlq/{REJECTED_BY}/redrive"));
    send(post(&url, &asked).bearer_auth(TOKEN))
        .await
        .expect(202);
}

/// The sample of a schema, with the id that the registry has for it.
async fn sample(schema: &str, registry: &str) -> Vec<u8> {
    let (folder, _) = schema.split_once('/').expect("a folder and a name");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/samples");
    let text = std::fs::read_to_string(path.join(format!("{folder}.json")));
    let samples: Vec<Value> = serde_json::from_str(&text.expect("samples")).expect("JSON");
    let of = samples.iter().find(|sample| sample["name"] == schema);
    let of = of.unwrap_or_else(|| panic!("no sample of {schema}"));
    let mut bytes = hex::decode(of["bytes"].as_str().expect("hex")).expect("hex");
    let all = Registry::global().subjects();
    let found = all.iter().find(|(_, name)| **name == schema);
    let (subject, _) = found.unwrap_or_else(|| panic!("no subject of {schema}"));
    let url = format!("{registry}/subjects/{subject}/versions/latest");
    let version = send(get(&url)).await.expect(200).json();
    let id = u32::try_from(version["id"].as_u64().expect("an id")).expect("it fits the frame");
    bytes[1..5].copy_from_slice(&id.to_be_bytes());
    bytes
}

async fn append(producer: &FutureProducer, topic: &str, schema: &str, value: &[u8]) {
    let headers = Headers::new(uuid::Uuid::now_v7(), schema, "tests/outside");
    // Retention forgets what is older.
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = i64::try_from(now.expect("after 1970").as_millis()).expect("a time");
    let mut pairs = OwnedHeaders::new();
    for (key, text) in headers.pairs(now) {
        pairs = pairs.insert(Header {
            key: &key,
            value: Some(&text[..]),
        });
    }
    let record = FutureRecord::to(topic)
        .key("a sample's key")
        .payload(value)
        .timestamp(now)
        .headers(pairs);
    let sent = producer.send(record, WAIT).await;
    sent.unwrap_or_else(|(error, _)| panic!("{topic}: {error}"));
}
