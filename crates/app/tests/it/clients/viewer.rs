//! The viewer of bundles in a real browser: what was deployed beside what became of it.

use super::in_a_browser;
use crate::conversion::lods::{bar, eventually_whole};
use crate::http::{get, records, send, settle};
use crate::process::{Launch, Program, Scratch};
use crate::world::{World, caught_up};

const SCRIPT: &str = "viewer.mjs";
/// Set, it names a folder for pictures: `docs/images` renews that of the documentation.
const SHOTS: &str = "VIEWER_SHOTS";

/// The entity with most models.
async fn of_many_models(program: &Program) -> String {
    let mut best = (0, String::new());
    for record in records(program, "asset.conversions").await {
        let id = record["key"].as_str().expect("a key").to_owned();
        let url = program.at(&format!("/assets/manifest/{id}_web.json"));
        let manifest = send(get(&url)).await.expect(200).json();
        let outcomes = manifest["outcomes"].as_array().expect("outcomes").iter();
        let is_model = |path: &str| path.ends_with(".glb") || path.ends_with(".gltf");
        let models = outcomes
            .filter(|of| of["bundle"].is_string() && of["file"].as_str().is_some_and(is_model));
        best = best.max((models.count(), id));
    }
    best.1
}

#[tokio::test]
async fn the_viewer_works_in_a_browser() {
    let Some(world) = World::recorded() else {
        return;
    };
    let scratch = Scratch::new();
    let server = Launch::catalyst(&scratch, "catalyst", &world.folder)
        .start()
        .await;
    let folder = scratch.path("scene");
    let Some((scene, row)) = bar(&folder) else {
        return;
    };
    World::written(&folder, vec![row]);
    let other = Launch::catalyst(&scratch, "other", &folder).start().await;
    let up = Launch::up(&scratch, "up").following(&[&server, &other]);
    let program = up.start().await;
    caught_up(&program, &world).await;
    eventually_whole(&program, &scene).await;
    settle(&program).await;
    let entity = of_many_models(&program).await;
    let more = [
        ("WORLDLOG_ENTITY", entity.as_str()),
        ("WORLDLOG_SCENE", &scene),
    ];
    in_a_browser(&scratch, &program, SCRIPT, SHOTS, &more).await;
    assert!(program.terminate().await.success());
    server.kill();
    other.kill();
}
