//! The schemas say what the catalogue says, pair for pair and member for member.

use std::collections::BTreeSet;
use std::path::PathBuf;

use model::Registry;
use model::schema::{Field, Shape};
use serde_json::Value;

/// A file of the shared data set, or `None` with a line that says so.
pub(crate) fn data(path: &str) -> Option<String> {
    let root = std::env::var_os("WORLDLOG_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let file = root.join(path);
    let text = std::fs::read_to_string(&file).ok();
    if text.is_none() {
        println!(
            "skipped: {} is not there (set WORLDLOG_DATA)",
            file.display()
        );
    }
    text
}

/// Pairs the catalogue has only as TypeScript types.
const TYPES_ONLY: [&str; 8] = [
    "client/logged-in",
    "client/logged-in-cached",
    "client/move-to-parcel",
    "client/passport-opened",
    "client/used-emote",
    "client/vertical-height-reached",
    "client/walked-distance",
    "web/auth-identify",
];

#[test]
fn the_pairs_are_the_catalogues_and_the_platforms_own_inputs() {
    let Some(text) = data("spine/events/catalogue.json") else {
        return;
    };
    let catalogue: Value = serde_json::from_str(&text).unwrap();
    let mut named: BTreeSet<String> = catalogue["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| format!("{}/{}", text_of(&e["type"]), text_of(&e["subType"])))
        .collect();
    named.extend(TYPES_ONLY.map(str::to_owned));
    assert_eq!(named.len(), 100);
    let ours: BTreeSet<String> = model::events::kinds().map(str::to_owned).collect();
    assert_eq!(
        named.difference(&ours).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    let own: Vec<_> = ours
        .difference(&named)
        .filter(|n| !n.starts_with("credits/") && *n != "platform/clock-tick")
        .collect();
    let chain = [
        "credit-revoked",
        "credit-used",
        "finalized-head",
        "log-reverted",
    ];
    assert_eq!(
        own,
        chain
            .map(|n| format!("blockchain/{n}"))
            .iter()
            .collect::<Vec<_>>()
    );
}

#[test]
fn the_members_are_the_catalogues() {
    let Some(text) = data("spine/events/catalogue.json") else {
        return;
    };
    let catalogue: Value = serde_json::from_str(&text).unwrap();
    for event in catalogue["events"].as_array().unwrap() {
        let (kind, sub_type) = (text_of(&event["type"]), text_of(&event["subType"]));
        let name = format!("{kind}/{sub_type}");
        let fields = Registry::global().current(&name).unwrap().fields();
        let required: BTreeSet<&str> = event["required"]
            .as_array()
            .unwrap()
            .iter()
            .map(text_of)
            .collect();
        for field in fields.iter().filter(|f| f.name != "extra") {
            // A deployment's key, timestamp and chain may be the entity's.
            let lenient = kind == "catalyst-deployment" && field.name != "entity";
            let want = required.contains(&*field.name);
            assert!(field.required == want || lenient, "{name}: {}", field.name);
        }
        let timestamp = fields.iter().find(|f| f.name == "timestamp").unwrap();
        let minimum = event["timestampMinimum"].as_f64();
        assert!(timestamp.minimum == minimum, "{name}: timestamp");
        match fields.iter().find(|f| f.name == "metadata") {
            Some(metadata) => same_object(&event["metadata"], &metadata.shape, &name),
            None => assert!(event["metadata"].is_null(), "{name}"),
        }
        for member in event["otherTopLevel"].as_array().unwrap() {
            let has = fields.iter().any(|f| f.name == text_of(member));
            assert!(has, "{name}: {member}");
        }
    }
}

fn same_object(facts: &Value, shape: &Shape, at: &str) {
    let Shape::Record(fields) = shape else {
        panic!("{at}: no record")
    };
    let members = facts["object"].as_object().unwrap();
    let ours: BTreeSet<&str> = fields.iter().map(|f| &*f.name).collect();
    assert_eq!(ours, members.keys().map(|k| &**k).collect(), "{at}");
    for field in fields {
        same_member(
            &members[&field.name],
            field,
            &format!("{at}.{}", field.name),
        );
    }
}

fn same_member(fact: &Value, field: &Field, at: &str) {
    let required = fact["required"].as_bool().unwrap();
    let nullable = fact["nullable"].as_bool().unwrap();
    assert_eq!(field.required, required, "{at}");
    let shape = match &field.shape {
        Shape::Nullable(inner) => {
            assert!(nullable || !required, "{at}");
            inner
        }
        shape => {
            assert!(required && !nullable, "{at}");
            shape
        }
    };
    let minimum = fact["t"]["minimum"].as_f64();
    assert!(field.minimum == minimum, "{at}");
    let least = fact["t"]["min"].as_u64().map(|n| n as usize);
    assert_eq!(field.min_items, least, "{at}");
    same_type(&fact["t"], shape, at);
}

fn same_type(fact: &Value, shape: &Shape, at: &str) {
    if fact.get("object").is_some() {
        return same_object(fact, shape, at);
    }
    if let Some(items) = fact.get("array") {
        let Shape::Array(shape) = shape else {
            panic!("{at}: no array")
        };
        return same_type(items, shape, &format!("{at}[]"));
    }
    let fits = match text_of(&fact["type"]) {
        "string" => *shape == Shape::Text,
        "boolean" => *shape == Shape::Boolean,
        "number" => matches!(shape, Shape::Long | Shape::Double),
        _ => false,
    };
    assert!(fits, "{at}: {fact} as {shape:?}");
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap()
}
