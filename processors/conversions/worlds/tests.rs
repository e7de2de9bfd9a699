//! What a deployment in a world asks for.

use kernel::{Processor as _, Reject};
use model::events::conversion::{Asked, Input, Told};
use serde_json::{Value, json};

use super::Worlds;
use crate::testing::Run;

const HOUR: i64 = 3_600_000;

/// The wish that comes of an event which is told of so late.
fn asked(entity: &Value, servers: &[&str], late: i64) -> Result<Option<Asked>, Reject> {
    let event = json!({"type": "world", "subType": "deployment", "key": "k", "timestamp": 10 * HOUR,
        "entity": entity, "contentServerUrls": servers});
    let Some(deployed) = Worlds.decode(&crate::testing::record(&event))? else {
        return Ok(None);
    };
    let mut run = Run::new(Worlds);
    run.apply(&deployed, 10 * HOUR + late)?;
    let emit = run.emits.first().unwrap();
    assert_eq!(&emit.key[..], b"QmE");
    let input: Input = model::decode(&emit.value).unwrap();
    match input.told().unwrap() {
        Told::Asked(asked) => Ok(Some(asked)),
        other => panic!("{other:?}"),
    }
}

const SERVERS: [&str; 1] = ["https://worlds-content-server.example"];

#[test]
fn an_id_and_a_server_are_enough() {
    let bare = json!({"entityId": "QmE", "authChain": []});
    let wish = asked(&bare, &SERVERS, 5).unwrap().unwrap();
    assert_eq!((wish.entity, wish.servers.len()), (None, 1));
    assert!(wish.live && !wish.force && wish.entity_type == "scene");
    assert!(!asked(&bare, &SERVERS, HOUR).unwrap().unwrap().live);
    for nobody in [&[][..], &["a place"]] {
        assert!(asked(&bare, nobody, 0).unwrap().is_none(), "nobody has it");
    }
}

#[test]
fn what_comes_with_it_need_not_be_fetched() {
    let whole = json!({"entityId": "QmE", "authChain": [], "timestamp": 10 * HOUR, "content": [{"file": "a.glb", "hash": "QmA"}],
        "metadata": {"worldConfiguration": {"name": "a.eth"}, "name": "X"}});
    let wish = asked(&whole, &SERVERS, 5).unwrap().unwrap();
    let want = json!({"content": [{"file": "a.glb", "hash": "QmA"}],
        "metadata": {"worldConfiguration": {"name": "a.eth"}}});
    assert_eq!(wish.entity.unwrap().value().unwrap(), want);
}

#[test]
fn what_names_no_entity_asks_for_nothing() {
    let odd = json!({"entityId": "../x", "authChain": []});
    assert!(asked(&odd, &SERVERS, 0).unwrap().is_none());
}
