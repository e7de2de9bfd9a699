//! Examples of every event of the catalogue, made of the facts in the shared data folder and, for the platform's own
//! inputs, of the committed samples.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::http::{post, send};
use crate::process::{Program, TOKEN};

/// Domains of `schemas/samples` whose events the catalogue has no facts of.
const SAMPLED: [&str; 4] = ["client", "credits", "platform", "web"];
const AT_ONCE: usize = 50;

/// Events of every pair that is fed as an event, all different; `mark` tells these from others.
pub(super) fn all(mark: &str) -> Vec<Value> {
    let facts = json_of(&shared("spine/events/catalogue.json"));
    let facts = facts["events"].as_array().expect("a list of events");
    // Deployments come from a content server.
    let described = facts.iter().filter(|fact| fact["metadata"].is_object());
    let mut events: Vec<Value> = described.flat_map(|fact| variants(fact, mark)).collect();
    for domain in SAMPLED {
        let path = format!("../../schemas/samples/{domain}.json");
        let samples = json_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
        for sample in samples.as_array().expect("a list of samples") {
            let mut event = sample["value"].clone();
            let name = sample["name"].as_str().expect("a schema has a name");
            event["key"] = format!("{mark}-{}", name.replace('/', "-")).into();
            events.push(event);
        }
    }
    events
}

/// Feeds events.
pub(super) async fn feed(program: &Program, events: &[Value]) {
    for some in events.chunks(AT_ONCE) {
        let url = program.at("/events-notifier/events");
        let some = Value::from(some.to_vec());
        send(post(&url, &some).bearer_auth(TOKEN)).await.expect(202);
    }
}

/// One with all members, one with none that may be missing, one with nulls and with members nobody knows.
fn variants(fact: &Value, mark: &str) -> [Value; 3] {
    let metadata = &fact["metadata"];
    let pair = ["type", "subType"].map(|member| fact[member].as_str().expect("a pair"));
    let event = |variant: &str, metadata: Value| {
        json!({
            "type": fact["type"], "subType": fact["subType"], "timestamp": 1_767_225_600_123_i64,
            "key": format!("{mark}-{}-{variant}", pair.join("-")), "metadata": metadata,
        })
    };
    let mut more = event("more", example(metadata, Members::Null));
    more["metadata"]["ofTomorrow"] = json!([{ "é": "🙂" }, null, 0.5]);
    more["alsoOfTomorrow"] = json!({ "deep": [1, [], {}] });
    [
        event("full", example(metadata, Members::All)),
        event("bare", example(metadata, Members::Required)),
        more,
    ]
}

#[derive(Clone, Copy, PartialEq)]
enum Members {
    All,
    Required,
    /// All; those that may be missing or null are null.
    Null,
}

/// A value that the facts allow.
fn example(fact: &Value, wanted: Members) -> Value {
    if let Some(members) = fact["object"].as_object() {
        let mut example_of = Map::new();
        for (name, member) in members {
            let required = member["required"] == true;
            let nullable = member["nullable"] == true || !required;
            match wanted {
                Members::Required if !required => continue,
                Members::Null if nullable => example_of.insert(name.clone(), Value::Null),
                _ => example_of.insert(name.clone(), example(&member["t"], wanted)),
            };
        }
        return Value::Object(example_of);
    }
    if !fact["array"].is_null() {
        return json!([example(&fact["array"], wanted)]);
    }
    if let Some(first) = fact["enum"].get(0) {
        return first.clone();
    }
    match fact["type"].as_str() {
        // What a whole number cannot carry, too.
        Some("number") if wanted == Members::All => json!(2.5),
        Some("number") => json!(2),
        Some("boolean") => json!(wanted == Members::All),
        _ if fact["pattern"].is_null() => json!("A text, ‘quoted’"),
        _ => json!("name.dcl.eth"),
    }
}

/// A file of the shared data folder, which the caller knows to be there.
fn shared(path: &str) -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("WORLDLOG_DATA")
        .map_or(beside, PathBuf::from)
        .join(path)
}

fn json_of(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).expect("it is JSON")
}
