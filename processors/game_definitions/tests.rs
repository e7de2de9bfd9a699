//! Definitions become rows, the newest of an id wins.

use model::Json;
use model::events::games::Definition;
use model::tables::games::{CHALLENGES, DEFINITIONS, GAMES};
use serde_json::json;

use super::GameDefinitions;
use crate::testing::Run;

fn definition(kind: &str, body: serde_json::Value) -> Definition {
    Definition {
        id: "a".into(),
        kind: kind.into(),
        body: Json::from(body),
        ..Definition::default()
    }
}

#[test]
fn the_newest_definition_of_an_id_is_its_row() {
    let mut run = Run::new(GameDefinitions);
    for name in ["Old", "New"] {
        let body = json!({"id": "a", "name": name, "parcel": "1,2", "active": true});
        run.apply(&definition("game", body), 1).unwrap();
    }
    assert_eq!(run.count(DEFINITIONS), 1);
    let row = run.row(DEFINITIONS, GAMES, b"a").unwrap();
    assert_eq!(row["name"], "New");
    let body = json!({"id": "a", "data": {"score": {"condition": "=", "target": 1.5}}});
    run.apply(&definition("challenge", body), 2).unwrap();
    let row = run.row(DEFINITIONS, CHALLENGES, b"a").unwrap();
    assert_eq!(row["data"]["score"]["target"], 1.5);
}

#[test]
fn what_is_no_definition_is_rejected() {
    let mut run = Run::new(GameDefinitions);
    let kind = run.apply(&definition("player", json!({})), 1).unwrap_err();
    assert_eq!(kind.code, "GAMES_KIND");
    let body = run.apply(&definition("game", json!(7)), 1).unwrap_err();
    assert_eq!(body.code, "GAMES_BODY");
}
