//! `topics.yaml` names every topic, and every event finds its own.

use std::collections::BTreeSet;

use model::events::kinds;
use model::topics::{Audience, Retention, Topics};
use model::{Registry, route};
use serde_json::json;

use crate::generate::{Dice, event};

#[test]
fn every_event_has_one_route_to_a_topic_that_takes_it() {
    let topics = Topics::global();
    for kind in kinds() {
        let covers = |pattern: &&String| match pattern.strip_suffix('*') {
            Some(prefix) => kind.starts_with(prefix),
            None => *pattern == kind,
        };
        let routes: Vec<&str> = topics
            .iter()
            .flat_map(|t| t.routes.iter().map(move |r| (t, r)))
            .filter(|(_, r)| r.events.iter().any(|e| covers(&e)))
            .map(|(t, _)| &*t.name)
            .collect();
        assert_eq!(routes.len(), 1, "{kind}: {routes:?}");
        let topic = topics.find(routes[0]).unwrap();
        let inbox = topics.find("events.inbox").unwrap();
        if topic.name == "catalyst.sightings" {
            assert!(!inbox.schemas().contains(&kind), "{kind}");
        } else {
            assert!(topic.schemas().contains(&kind), "{kind}");
            assert!(inbox.schemas().contains(&kind), "{kind}");
        }
    }
}

#[test]
fn the_topics_carry_the_names_that_are_fixed() {
    for kind in kinds() {
        let topic = model::routing::topic_of(kind).unwrap();
        let (domain, name) = kind.split_once('/').unwrap();
        let want = match (domain, name) {
            ("catalyst-deployment", _) => "catalyst.sightings".to_owned(),
            ("client" | "web" | "camera", _) | ("comms", "user-joined-room" | "user-left-room") => {
                "user.actions".to_owned()
            }
            ("platform", _) => "platform.ticks".to_owned(),
            _ => format!("{domain}.events"),
        };
        assert_eq!(topic, want, "{kind}");
    }
}

#[test]
fn any_event_has_a_key() {
    for kind in kinds() {
        let schema = Registry::global().current(kind).unwrap();
        let mut dice = Dice::new(1);
        for _ in 0..20 {
            let destination = route(&event(schema, &mut dice)).unwrap();
            assert!(!destination.key.is_empty(), "{kind}");
        }
    }
}

#[test]
fn keys_are_the_addresses_in_lower_case() {
    let key = |event: serde_json::Value| route(&event).unwrap().key;
    assert_eq!(
        key(json!({"type": "client", "subType": "logged-in", "key": "m",
            "metadata": {"userAddress": "0xAbC"}})),
        "0xabc"
    );
    assert_eq!(
        key(
            json!({"type": "social-service", "subType": "friendship-request", "key": "m",
            "metadata": {"sender": {"address": "0xA"}, "receiver": {"address": "0xB"}}})
        ),
        "0xb"
    );
    assert_eq!(
        key(json!({"type": "event", "subType": "event-created", "key": "Own", "metadata": {}})),
        "Own"
    );
    assert_eq!(
        key(json!({"type": "platform", "subType": "clock-tick", "metadata": {"now": 1}})),
        "platform/clock-tick"
    );
    assert_eq!(
        key(
            json!({"type": "world", "subType": "deployment", "key": "k", "entity": {
            "entityId": "QmA", "metadata": {"worldConfiguration": {"name": "A.dcl.eth"}}}})
        ),
        "a.dcl.eth"
    );
}

#[test]
fn entries_are_complete_and_their_values_exist() {
    let registry = Registry::global();
    let mut carried = BTreeSet::new();
    for topic in Topics::global().iter() {
        let name = &topic.name;
        assert!(
            !topic.doc.is_empty() && !topic.key.is_empty() && !topic.why.is_empty(),
            "{name}"
        );
        assert!(
            topic.funnel || topic.writers.len() == 1,
            "{name}: one writer or a funnel"
        );
        for pattern in &topic.values {
            let known = match pattern.strip_suffix('*') {
                Some(prefix) => registry.names().any(|n| n.starts_with(prefix)),
                None => registry.current(pattern).is_some(),
            };
            assert!(known, "{name}: {pattern}");
        }
        for unit in topic.writers.iter().chain(&topic.readers) {
            let room = unit.split('/').next().unwrap();
            assert!(
                ["sources", "gateways", "processors", "runners"].contains(&room),
                "{name}: {unit}"
            );
        }
        carried.extend(topic.schemas());
    }
    let adrift: Vec<_> = registry
        .names()
        .filter(|n| !carried.contains(n) && !n.starts_with("catalyst-deployment/"))
        .collect();
    assert_eq!(adrift, Vec::<&str>::new(), "schemas that no topic carries");
}

#[test]
fn templates_stand_for_a_prefix() {
    let topics = Topics::global();
    let dead = topics.find("dlq.badges").unwrap();
    assert_eq!(dead.name, "dlq.*");
    let month = Retention::Time {
        milliseconds: 30 * 86_400_000,
    };
    assert_eq!((dead.partitions, dead.retention), (32, month));
    assert_eq!(topics.find("dlq."), None);
    assert_eq!(topics.find("nothing"), None);
    assert_eq!(
        topics.find("deployments").unwrap().audience,
        Audience::Public
    );
}

#[test]
fn a_wrong_file_says_what_is_wrong() {
    let entry = "{name: a, doc: d, key: k, why: w, partitions: 1, retention: RETENTION, \
        values: [], writers: [], audience: public}";
    let parse = |entry: &str| {
        let text = format!("topics: [{entry}]\ntemplates: []\n");
        Topics::parse(&text).map(|_| ()).map_err(|e| e.to_string())
    };
    assert_eq!(parse(&entry.replace("RETENTION", "compact")), Ok(()));
    assert_eq!(parse(&entry.replace("RETENTION", "10 GiB")), Ok(()));
    let error = parse(&entry.replace("RETENTION", "a while")).unwrap_err();
    assert!(error.contains("retention \"a while\""), "{error}");
    let error = parse(&entry.replace("RETENTION", "forever, colour: red")).unwrap_err();
    assert!(error.contains("colour"), "{error}");
    let error = parse(
        &entry
            .replace("RETENTION", "forever")
            .replace("partitions: 1", "partitions: 0"),
    );
    assert_eq!(error, Err("topics.yaml: a: no partitions".to_owned()));
    let good = entry.replace("RETENTION", "forever");
    assert_eq!(
        parse(&format!("{good}, {good}")),
        Err("topics.yaml: a: named twice".to_owned())
    );
}
