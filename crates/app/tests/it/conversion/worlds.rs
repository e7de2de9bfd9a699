//! Scenes of worlds, of which their own server tells the id and the chain, and nothing more.

use serde_json::json;

use super::Place;
use super::scenes::{Files, plain, scene};
use crate::generated::stored;
use crate::http::{post, send, settle};
use crate::process::TOKEN;

const WORLD: &str = "me.dcl.eth";
const OWNER: &str = "0x00000000000000000000000000000000000000aa";

#[tokio::test]
async fn a_scene_that_is_told_of_by_its_id_is_fetched_converted_and_shown() {
    let place = Place::with(&[]).await;
    let files = Files::from([("a.gltf".into(), plain(1))]);
    let folder = &place.world.folder;
    let mut entity = scene(folder, "0,0", &files);
    entity["metadata"]["worldConfiguration"] = json!({"name": WORLD});
    // It lies at the server, and no catalyst tells of it.
    let row = stored(folder, entity);
    let id = row["entityId"].as_str().expect("an id");
    let event = json!({"type": "world", "subType": "deployment", "key": id, "timestamp": 1_767_225_600_000_i64,
        "entity": {"entityId": id, "authChain": [{"type": "SIGNER", "payload": OWNER, "signature": ""}]},
        "contentServerUrls": [format!("{}/content", place.catalyst.url)]});
    let told = post(
        &place.program.at("/events-notifier/events"),
        &json!([event]),
    );
    send(told.bearer_auth(TOKEN)).await.expect(202);
    let manifest = place.manifest(id).await;
    assert_eq!(manifest["exitCode"], 0, "{manifest}");
    settle(&place.program).await;
    let asked = |query: &str| {
        let url = format!("/assets/entities/active{query}");
        post(&place.program.at(&url), &json!({"pointers": ["0,0"]}))
    };
    let shown = send(asked(&format!("?world_name={WORLD}"))).await;
    let shown = shown.expect(200).json();
    assert_eq!(shown[0]["id"], id, "{shown}");
    assert_eq!(
        (&shown[0]["status"], &shown[0]["deployer"]),
        (&json!("complete"), &json!(OWNER))
    );
    assert_eq!(shown[0]["content"][0]["file"], "a.gltf");
    // It stands in its world and nowhere else.
    assert_eq!(send(asked("")).await.expect(200).json(), json!([]));
    place.end().await;
}
