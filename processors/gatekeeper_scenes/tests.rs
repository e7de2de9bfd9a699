//! Admins, bans and streams of a place.

use model::Json;
use model::events::gatekeeper::SceneChange;
use model::tables::gatekeeper::scenes::{STREAM_KEYS, STREAMS};
use serde_json::json;

use super::GatekeeperScenes;
use crate::testing::Run;

fn change(kind: &str, id: &str, address: &str, at: i64) -> SceneChange {
    SceneChange {
        place: "p".into(),
        kind: kind.into(),
        id: id.into(),
        address: address.into(),
        by: "0xo".into(),
        at,
        ..SceneChange::default()
    }
}

#[test]
fn the_first_ban_stays_until_it_is_taken_away() {
    let mut run = Run::new(GatekeeperScenes);
    assert!(run.apply(&change("banned", "1", "0xa", 1), 0).unwrap());
    assert!(!run.apply(&change("banned", "2", "0xa", 2), 0).unwrap());
    assert!(!run.apply(&change("unbanned", "", "0xb", 3), 0).unwrap());
    let state = &run.states[&b"p"[..]];
    assert!(state.is_banned("0xa") && !state.is_banned("0xb"));
    assert_eq!(state.bans["0xa"].id, "1");
    run.apply(&change("unbanned", "", "0xa", 4), 0).unwrap();
    assert!(run.states[&b"p"[..]].bans.is_empty());
    run.apply(&change("admin-added", "3", "0xa", 5), 0).unwrap();
    assert_eq!(run.states[&b"p"[..]].admins["0xa"].by, "0xo");
    run.apply(&change("admin-removed", "", "0xa", 6), 0)
        .unwrap();
    assert!(run.states[&b"p"[..]].admins.is_empty());
}

#[test]
fn a_stream_is_found_by_its_key_until_it_is_closed_or_replaced() {
    let mut run = Run::new(GatekeeperScenes);
    let open = |id: &str, key: &str| SceneChange {
        stream: Json::from(json!({"keyHash": key, "room": "r", "ingress": "i"})),
        ..change("stream-opened", id, "", 5)
    };
    run.apply(&open("1", "k1"), 0).unwrap();
    run.apply(&change("stream-started", "1", "", 6), 0).unwrap();
    assert_eq!(run.row(STREAMS, "all", b"p").unwrap()["startedAt"], 6);
    run.apply(&open("2", "k2"), 0).unwrap();
    assert!(run.row(STREAM_KEYS, "k1", b"p").is_none());
    let row = run.row(STREAM_KEYS, "k2", b"p").unwrap();
    assert_eq!((&row["id"], &row["by"]), (&json!("2"), &json!("0xo")));
    for kind in ["stream-started", "stream-closed"] {
        let old = run.apply(&change(kind, "1", "", 7), 0).unwrap();
        assert!(!old, "{kind} of the one that was replaced");
    }
    run.apply(&change("stream-closed", "2", "", 8), 0).unwrap();
    assert!(run.row(STREAM_KEYS, "k2", b"p").is_none());
    assert!(run.row(STREAMS, "all", b"p").is_none());
}

#[test]
fn what_is_no_change_is_refused() {
    let mut run = Run::new(GatekeeperScenes);
    let odd = run.apply(&change("odd", "1", "0xa", 1), 0).unwrap_err();
    assert_eq!(odd.code, "GATEKEEPER_CHANGE");
    let none = run.apply(&change("stream-opened", "1", "", 1), 0);
    assert_eq!(none.unwrap_err().code, "GATEKEEPER_CHANGE");
}
