//! Every event that somebody is told of, and every type of notification.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Emit, Headers, Processor as _, Record, Reject};
use model::events::catalyst::Deployment;
use model::events::notification::{Name, Notice, TYPES};
use model::{Json, encode_event, event_id};
use serde_json::{Value, json};

use super::{Names, SPECS, rules, step};
use crate::testing::Run;

/// Types that no event makes: services post them.
const POSTED: [&str; 2] = ["governance_announcement", "item_published"];
/// A type that exists and that nothing makes.
const UNUSED: [&str; 1] = ["credits_new_season_reminder"];
/// Events that nobody is told of, in topics that are read.
const UNTOLD: [&str; 3] = [
    "community/community-member-left",
    "credits-service/new-season-reminder",
    "event/event-ended",
];

fn address(digit: &str) -> String {
    format!("0x{}", digit.repeat(40))
}

fn record(event: &Value) -> Record {
    let encoded = encode_event(event).unwrap();
    Record {
        offset: 0,
        timestamp: 0,
        key: Some("k".into()),
        headers: Headers::new(event_id(event), encoded.schema.name, ""),
        value: Some(encoded.bytes),
    }
}

fn notices(event: &Value) -> Vec<Notice> {
    let Some(heard) = step::hear(&record(event)).unwrap() else {
        return Vec::new();
    };
    let step = step::step(heard.rule, &heard.event).unwrap();
    let decoded = |emit: &Emit| {
        let notice: Notice = model::decode(&emit.value).unwrap();
        assert_eq!(emit.key, notice.key().as_bytes());
        notice
    };
    step.emits.iter().map(decoded).collect()
}

fn rejected(event: &Value) -> Reject {
    let heard = step::hear(&record(event)).unwrap().unwrap();
    step::step(heard.rule, &heard.event).unwrap_err()
}

#[test]
fn every_type_has_its_event_and_every_event_its_type() {
    let mut made = BTreeMap::new();
    for rule in rules::all() {
        assert!(
            model::events::kinds().any(|kind| kind == rule.pair),
            "{}",
            rule.pair
        );
        let twice = made.insert(rule.pair, rule.notice);
        assert_eq!(twice, None, "{} is there twice", rule.pair);
        let topic = model::routing::topic_of(rule.pair).unwrap();
        assert!(
            SPECS.iter().any(|spec| spec.input == topic),
            "nobody reads {topic}"
        );
    }
    let types: BTreeSet<&str> = made.values().copied().collect();
    assert_eq!(types.len(), made.len(), "an event has a type of its own");
    let wanted: BTreeSet<&str> = TYPES.iter().map(|(name, _)| *name).collect();
    let others: BTreeSet<&str> = POSTED.into_iter().chain(UNUSED).collect();
    let all: BTreeSet<&str> = types.union(&others).copied().collect();
    assert_eq!(all, wanted);
    assert_eq!(types.intersection(&others).count(), 0);
    for pair in UNTOLD {
        assert!(rules::of(pair).is_none(), "{pair}");
    }
}

#[test]
fn every_member_is_one_that_the_event_has() {
    for rule in rules::all() {
        let schema = model::Registry::global().current(rule.pair).unwrap();
        for member in rule.metadata {
            if let rules::From::Event(name) = member.from {
                let field = format!("\"name\": \"{name}\"");
                assert!(schema.text.contains(&field), "{}: {name}", rule.pair);
            }
        }
    }
}

#[test]
fn one_for_many_is_one_for_each_in_lower_case() {
    let (a, b) = (address("a"), address("b"));
    let event = json!({"type": "community", "subType": "community-post-added", "key": "p-batch-3",
        "timestamp": 1_767_225_600_000_i64,
        "metadata": {"communityId": "c1", "communityName": "C", "thumbnailUrl": "t", "postId": "p",
            "authorAddress": "0xAuthor", "addressesToNotify": [b, a.to_uppercase().replace("0X", "0x"), a, "x", ""]}});
    let told = notices(&event);
    let who: Vec<&str> = told.iter().map(|notice| notice.address.as_str()).collect();
    assert_eq!(who, [&a, &b]);
    assert_eq!(told[0].event_key, "p-batch-3");
    assert_eq!(told[0].timestamp, 1_767_225_600_000);
    assert_eq!(
        (told[0].scope.as_deref(), told[0].scope_id.as_deref()),
        (Some("community"), Some("c1"))
    );
    assert_eq!(
        told[0].metadata.value().unwrap(),
        json!({"postId": "p", "communityId": "c1", "communityName": "C", "thumbnailUrl": "t",
            "authorAddress": "0xAuthor"})
    );
}

#[test]
fn what_an_event_does_not_have_is_left_out_and_nobody_is_told_nothing() {
    let started = |attendee: Value, community: Value| {
        json!({"type": "event", "subType": "event-started", "key": "e", "timestamp": 5,
            "metadata": {"name": "N", "image": "i", "link": "l", "communityId": community, "attendee": attendee}})
    };
    let told = notices(&started(json!(address("a")), json!("")));
    assert_eq!(told[0].scope, None);
    assert_eq!(
        told[0].metadata.value().unwrap(),
        json!({"name": "N", "image": "i", "link": "l"})
    );
    let told = notices(&started(json!(address("a")), json!("c1")));
    assert_eq!(told[0].scope_id.as_deref(), Some("c1"));
    assert!(notices(&started(Value::Null, Value::Null)).is_empty());
    // The key of everybody's inbox is nobody's address.
    assert_eq!(
        rejected(&started(json!("*"), Value::Null)).code,
        "NOTICE_ADDRESS"
    );
    for pair in UNTOLD {
        let (kind, sub_type) = pair.split_once('/').unwrap();
        let event = json!({"type": kind, "subType": sub_type, "key": "k", "timestamp": 1,
            "metadata": {"id": "c", "memberAddress": address("a"), "addresses": [address("a")], "seasonName": "s",
                "startDate": "d", "endDate": "d", "communityId": "c", "totalAttendees": 1}});
        assert!(notices(&event).is_empty(), "{pair}");
    }
}

#[test]
fn an_event_for_too_many_tells_nobody() {
    let many: Vec<String> = (0..10_001).map(|n| format!("0x{n:040x}")).collect();
    let event = json!({"type": "community", "subType": "community-deleted", "key": "d", "timestamp": 1,
        "metadata": {"id": "c1", "name": "C", "thumbnailUrl": "t", "memberAddresses": many}});
    assert_eq!(rejected(&event).code, "NOTICE_RECIPIENTS_TOO_MANY");
}

fn lifted(address: &str, id: &str) -> Value {
    json!({"type": "moderation", "subType": "user-ban-created", "key": "k", "timestamp": 1, "metadata": {
        "id": id, "bannedAddress": address, "bannedBy": "m", "reason": id, "bannedAt": 1, "expiresAt": null}})
}

#[test]
fn an_address_that_only_looks_like_one_is_told_by_the_numbers_of_its_letters() {
    // The first letter is Cyrillic.
    let looks = format!("0x\u{430}{}", "a".repeat(39));
    let reject = rejected(&lifted(&looks, "x"));
    assert_eq!(reject.code, "NOTICE_ADDRESS");
    assert!(
        reject.message.contains("for \"0x\\u{430}aaa"),
        "{}",
        reject.message
    );
    let deleted = |members: Vec<String>| {
        json!({"type": "community", "subType": "community-deleted", "key": "d", "timestamp": 1,
            "metadata": {"id": "c1", "name": "C", "thumbnailUrl": "t", "memberAddresses": members}})
    };
    // One odd address of a list takes nothing from the others.
    assert_eq!(
        notices(&deleted(vec![looks.clone(), address("a")])).len(),
        1
    );
    assert_eq!(rejected(&deleted(vec![looks])).code, "NOTICE_ADDRESS");
    assert!(notices(&deleted(Vec::new())).is_empty());
}

#[test]
fn what_has_too_much_to_show_is_not_told() {
    let bytes = |count: usize| lifted(&address("a"), &"x".repeat(count));
    assert_eq!(notices(&bytes(60_000)).len(), 1);
    let reject = rejected(&bytes(2 << 20));
    assert_eq!(reject.code, "NOTICE_TOO_LARGE");
    assert!(
        reject.message.len() < 200,
        "it does not repeat what was too large"
    );
}

#[test]
fn a_profile_tells_a_name() {
    let profile = |metadata: Value| Deployment {
        entity_id: "Qm".into(),
        entity_type: "profile".into(),
        pointers: vec![address("A").replace("0X", "0x")],
        entity_timestamp: 7,
        entity: Json::from(json!({"metadata": metadata})),
        ..Deployment::default()
    };
    let mut run = Run::new(Names);
    for silent in [
        json!({}),
        json!({"avatars": []}),
        json!({"avatars": [{"name": " "}]}),
    ] {
        run.apply(&profile(silent), 0).unwrap();
    }
    assert!(run.emits.is_empty());
    run.apply(&profile(json!({"avatars": [{"name": " Ada "}]})), 0)
        .unwrap();
    let name: Name = model::decode(&run.emits[0].value).unwrap();
    assert_eq!(
        (name.address, name.name.as_str(), name.timestamp),
        (address("a"), "Ada", 7)
    );
    let scene = Deployment {
        entity_type: "scene".into(),
        ..profile(json!({"avatars": [{"name": "Ada"}]}))
    };
    let value = model::encode(&scene);
    let headers = Headers::new(uuid::Uuid::nil(), "", "");
    let record = Record {
        offset: 0,
        timestamp: 0,
        key: None,
        headers,
        value: Some(value),
    };
    assert!(Names.decode(&record).unwrap().is_none());
}
