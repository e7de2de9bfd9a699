//! A bad event is refused with the name of what is wrong with it.

use model::events::{MAX_EVENT_BYTES, parse};
use model::{check, encode_event, route};
use serde_json::{Value, json};

fn granted() -> Value {
    json!({"type": "badge", "subType": "badge-granted", "key": "k", "timestamp": 1,
        "metadata": {"badgeId": "b", "badgeName": "n", "badgeImageUrl": "u", "address": "0xA"}})
}

fn deployment() -> Value {
    json!({"type": "catalyst-deployment", "subType": "scene", "contentServerUrls": ["u"],
        "entity": {"entityId": "bafkreiA", "entityType": "scene", "pointers": ["0,0"],
            "authChain": [], "entityTimestamp": 5, "metadata": {}}})
}

/// The message for an event with the value at a pointer replaced, or removed when `None`.
fn message(mut event: Value, pointer: &str, value: Option<Value>) -> String {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = event.pointer_mut(parent).unwrap();
    match value {
        Some(value) => parent[name] = value,
        None => drop(parent.as_object_mut().unwrap().shift_remove(name)),
    }
    encode_event(&event).unwrap_err().to_string()
}

#[test]
fn the_member_is_named_by_its_path() {
    let cases: [(Value, &str, Option<Value>, &str); 16] = [
        (
            granted(),
            "/metadata/address",
            Some(json!(5)),
            "metadata.address: expected string, got number",
        ),
        (
            granted(),
            "/metadata/address",
            None,
            "metadata.address: missing, expected string",
        ),
        (
            granted(),
            "/metadata/badgeId",
            Some(json!(null)),
            "metadata.badgeId: expected string, got null",
        ),
        (
            granted(),
            "/metadata",
            Some(json!([])),
            "metadata: expected object, got array",
        ),
        (
            granted(),
            "/metadata",
            None,
            "metadata: missing, expected object",
        ),
        (
            granted(),
            "/key",
            Some(json!(5)),
            "key: expected string, got number",
        ),
        (granted(), "/key", None, "key: missing, expected string"),
        (
            granted(),
            "/timestamp",
            Some(json!("1")),
            "timestamp: expected number, got string",
        ),
        (
            granted(),
            "/timestamp",
            Some(json!(-1)),
            "timestamp: -1 is less than 0",
        ),
        (granted(), "/type", None, "type: missing, expected string"),
        (
            granted(),
            "/subType",
            Some(json!("x")),
            "\"badge/x\" is no event of the catalogue (type/subType)",
        ),
        (
            granted(),
            "/type",
            Some(json!("catalyst")),
            "\"catalyst/badge-granted\" is no event of the catalogue (type/subType)",
        ),
        (
            deployment(),
            "/entity",
            Some(json!("e")),
            "entity: expected object, got string",
        ),
        (
            deployment(),
            "/entity/entityId",
            None,
            "entity.entityId: missing, expected string",
        ),
        (
            deployment(),
            "/entity/pointers",
            Some(json!(["a", 1])),
            "entity.pointers[1]: expected string, got number",
        ),
        (
            deployment(),
            "/entity/entityType",
            Some(json!("store")),
            "entity.type: \"store\" differs from subType \"scene\"",
        ),
    ];
    for (event, pointer, value, want) in cases {
        assert_eq!(message(event, pointer, value), want);
    }
}

#[test]
fn items_and_minimums_are_checked() {
    let scenes = |scenes: Value| {
        json!({"type": "world", "subType": "world_scenes_undeployment", "key": "k", "timestamp": 1,
            "metadata": {"worldName": "w", "scenes": scenes}})
    };
    let error = |event| check(&event).unwrap_err().to_string();
    assert_eq!(
        error(scenes(json!([]))),
        "metadata.scenes: 0 is less than 1"
    );
    assert_eq!(
        error(scenes(json!([{"entityId": "e", "baseParcel": 1}]))),
        "metadata.scenes[0].baseParcel: expected string, got number"
    );
    assert!(
        check(&scenes(
            json!([{"entityId": "e", "baseParcel": "0,0", "more": 1}])
        ))
        .is_ok()
    );
}

#[test]
fn what_the_catalogue_leaves_open_is_taken() {
    let mut event = granted();
    event["metadata"]["badgeTierName"] = json!(7);
    event["more"] = json!({"a": []});
    assert!(check(&event).is_ok());
    let tick = json!({"type": "platform", "subType": "clock-tick", "metadata": {"now": 5}});
    assert!(check(&tick).is_ok());
    let sold = json!({"type": "blockchain", "subType": "collection-created",
        "metadata": {"creator": "0xA", "name": "n"}});
    assert!(check(&sold).is_ok());
}

#[test]
fn limits_come_before_everything_else() {
    let large = vec![b' '; MAX_EVENT_BYTES + 1];
    let error = |bytes: &[u8]| parse(bytes, MAX_EVENT_BYTES).unwrap_err().to_string();
    assert_eq!(
        error(&large),
        "event of 4194305 bytes, at most 4194304 are taken"
    );
    let deep = "[".repeat(65) + &"]".repeat(65);
    assert_eq!(error(deep.as_bytes()), "event is nested more than 64 deep");
    assert!(error("[".repeat(100_000).as_bytes()).starts_with("event is not JSON"));
    assert!(error(b"{").starts_with("event is not JSON"));
    assert_eq!(
        check(&json!([])).unwrap_err().to_string(),
        "event: expected object, got array"
    );
}

#[test]
fn an_unknown_pair_has_no_destination() {
    let error = route(&json!({"type": "badge", "subType": "lost"})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"badge/lost\" is no event of the catalogue (type/subType)"
    );
}
