//! Levels of detail, by the names that clients make of an entity's id.

use bytes::Bytes;
use futures::{StreamExt, stream};
use kernel::{Headers, NewRecord, event_id};
use model::Recorded;
use model::events::conversion::{
    Answered, Asked, File, Input, Land, Level, Levels, Planned, Target, Told, Verdict,
};

use super::world;

const ID: &str = "QmZpwVxR7rmbwCWCQrqpTeXeZGSTHfYQaAVxbV1bmaNM6D";
const VERSION: &str = "v50-gltf";
const NAME: &str = "scene_5";

/// What the entity is told until its levels are there.
fn told() -> [Told; 3] {
    let asked = Asked {
        entity_type: "scene".into(),
        id: "deployed".into(),
        ..Asked::default()
    };
    let planned = Planned {
        round: 1,
        targets: vec![Target {
            platform: "web".into(),
            profile: "gltf".into(),
            version: VERSION.into(),
            lods: true,
        }],
        lods: vec![File {
            file: "main.crdt".into(),
            name: NAME.into(),
            levels: Some(Levels::Scene(Land::default())),
            ..File::default()
        }],
        ..Planned::default()
    };
    let answered = Answered {
        round: 1,
        task: format!("{VERSION}/{NAME}"),
        verdict: Verdict {
            outcome: "converted".into(),
            levels: vec![Level::default()],
            ..Verdict::default()
        },
    };
    [
        Told::Asked(asked),
        Told::Planned(planned),
        Told::Answered(answered),
    ]
}

#[tokio::test]
async fn an_id_with_capitals_is_found_in_lower_case() {
    let world = world().await;
    let platform = &world.context.platform;
    for (key, bytes) in [
        (format!("bundles/{VERSION}/{NAME}_0"), "a mesh"),
        (format!("bundles/{VERSION}/{NAME}.json"), "{}"),
    ] {
        let piece = stream::iter([Ok(Bytes::from(bytes))]).boxed();
        platform.blobs.put(&key, piece).await.expect("stored");
    }
    let records = told().map(|told| {
        let value = model::encode(&Input::new(ID, &told));
        let headers = Headers::new(event_id(&value), Input::SCHEMA, "test");
        NewRecord::keyed("conversion.inputs".into(), ID.into(), headers, value)
    });
    let appended = platform.append(Vec::from(records)).await;
    appended.expect("the log takes them");
    world.settle().await;
    let lower = ID.to_lowercase();
    for id in [ID, &lower] {
        let mesh = world.get(&format!("/assets/LOD/0/{id}_0_web")).await;
        assert_eq!(
            (mesh.status.as_u16(), &mesh.body[..]),
            (200, &b"a mesh"[..])
        );
        let descriptor = format!("/assets/lods-unity/manifests/{id}_InitialSceneState.json");
        assert_eq!(world.get(&descriptor).await.status, 200, "{id}");
    }
    let other = lower.replace('q', "r");
    let none = world.get(&format!("/assets/LOD/0/{other}_0_web")).await;
    assert_eq!(none.status, 404);
    world.stop().await;
}
