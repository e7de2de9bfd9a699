//! A scene has its levels of detail: made once for what stands in it, on the CDN, and in the registry.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::scenes::{Files, log, plain, scene};
use super::{GLB, Place, empty, names};
use crate::generated::stored;
use crate::http::{Answer, eventually, get, records, send, settle};
use crate::process::Program;
use crate::world::shared;

/// A real scene whose log places three of its six models.
const BAR: &str = "spine/sdk7-goerli-plaza/beer-dispenser";
const PLACED: usize = 3;

/// All files below a folder, by path.
fn files_below(root: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let all = fs::read_dir(root.join(&folder)).expect("the data pack");
        for entry in all.flatten() {
            let path = folder.join(entry.file_name());
            match entry.path().is_dir() {
                true => folders.push(path),
                false => {
                    let bytes = fs::read(entry.path()).expect("a file");
                    files.insert(path.to_string_lossy().into_owned(), bytes);
                }
            }
        }
    }
    files
}

/// Puts a real scene into a folder that a catalyst serves: its id, and its line of /pointer-changes.
pub(crate) fn bar(served: &Path) -> Option<(String, Value)> {
    let root = shared(BAR)?;
    empty(served);
    let row = stored(served, scene(served, "73,-7", &files_below(&root)));
    let id = row["entityId"].as_str().expect("an id").to_owned();
    Some((id, row))
}

/// Waits for a scene's levels of detail; gives its manifest with them.
pub(crate) async fn eventually_whole(program: &Program, id: &str) -> Value {
    let url = program.at(&format!("/assets/manifest/{id}_web.json"));
    let whole = |answer: &Answer| {
        let is_whole = answer.status == 200 && answer.json()["lods"].is_object();
        is_whole.then(|| answer.json())
    };
    eventually(|| get(&url), whole).await
}

/// Exit codes of the ends that were told of an entity: of its assets, and of its levels of detail.
async fn ends(program: &Program, id: &str) -> [Vec<i64>; 2] {
    let mut ends = [Vec::new(), Vec::new()];
    for record in records(program, "asset.conversions").await {
        let of = &record["value"]["metadata"];
        if of["entityId"] == id && record["value"]["subType"] == "converted" {
            let is_lods = of["isLods"].as_bool().expect("a flag");
            let code = of["statusCode"].as_i64().expect("a code");
            ends[usize::from(is_lods)].push(code);
        }
    }
    ends
}

async fn status(program: &Program, id: &str) -> Value {
    let url = program.at(&format!("/assets/entities/status/{id}"));
    send(get(&url)).await.expect(200).json()
}

fn is_immutable(answer: &Answer) -> bool {
    let control = answer.header("cache-control");
    control.is_some_and(|of| of.contains("immutable"))
}

#[tokio::test]
async fn a_real_scene_has_its_levels_of_detail() {
    let Some(root) = shared(BAR) else {
        return;
    };
    let mut place = Place::with(&[]).await;
    let files = files_below(&root);
    let (id, _) = place.add("73,-7", &files).await;
    let manifest = eventually_whole(&place.program, &id).await;
    settle(&place.program).await;
    let (program, lods) = (&place.program, &manifest["lods"]);
    assert_eq!(lods["exitCode"], 0, "{lods}");
    assert_eq!(ends(program, &id).await, [vec![0], vec![0]]);
    let known = status(program, &id).await;
    assert_eq!(known["assetBundles"]["web"], "complete");
    assert_eq!(
        known["lods"],
        json!({"web": "complete", "windows": "pending", "mac": "pending"})
    );

    // The scene as one mesh, finer and coarser.
    let levels = lods["scene"]["levels"].as_array().expect("a list");
    let count = |of: &Value| of["triangles"].as_u64().expect("a number");
    assert_eq!(levels.len(), 2);
    assert!(
        count(&levels[0]) > count(&levels[1]) && count(&levels[1]) <= 500,
        "{levels:?}"
    );
    for (level, of) in levels.iter().enumerate() {
        let url = program.at(&format!("/assets/LOD/{level}/{id}_{level}_web"));
        let mesh = send(get(&url)).await.expect(200);
        assert!(mesh.body.starts_with(GLB) && is_immutable(&mesh));
        assert_eq!(json!(mesh.body.len()), of["bytes"]);
        assert_eq!(mesh.header("content-type"), Some("model/gltf-binary"));
        let etag = mesh.header("etag").expect("a tag").to_owned();
        send(get(&url).header("if-none-match", &etag))
            .await
            .expect(304);
        let part = send(get(&url).header("range", "bytes=0-3")).await;
        assert_eq!(part.expect(206).body, GLB);
        // Under its own name among the bundles, too.
        let (version, file) = (&lods["version"], &of["file"]);
        let text = |of: &Value| of.as_str().expect("a name").to_owned();
        let same = super::bundle(program, &text(version), "assets", &text(file)).await;
        assert_eq!(same.expect(200).body, mesh.body);
    }

    // What stands where.
    let url = program.at(&format!(
        "/assets/lods-unity/manifests/{id}_InitialSceneState.json"
    ));
    let descriptor = send(get(&url)).await.expect(200);
    assert!(is_immutable(&descriptor));
    assert_eq!(descriptor.header("content-type"), Some("application/json"));
    let descriptor = descriptor.json();
    let assets = descriptor["assets"].as_array().expect("a list");
    assert_eq!(assets.len(), PLACED);
    let outcomes = manifest["outcomes"].as_array().expect("a list");
    for asset in assets {
        assert!(outcomes.iter().any(|of| of["hash"] == asset["hash"]));
    }

    // Its models: each level has fewer triangles than the one before.
    let models = lods["models"].as_array().expect("a list");
    let glbs = files.keys().filter(|path| path.ends_with(".glb")).count();
    assert_eq!(models.len(), glbs);
    let mut made = 0;
    for model in models {
        let levels = model["levels"].as_array().expect("a list");
        assert!(levels.is_sorted_by(|finer, coarser| count(finer) > count(coarser)));
        for level in levels {
            let file = level["file"].as_str().expect("a name");
            let version = lods["version"].as_str().expect("a version");
            let found = super::bundle(program, version, "assets", file).await;
            let found = found.expect(200).body;
            assert!(found.starts_with(GLB));
            for beside in super::named(&found) {
                super::bundle(program, version, "assets", &beside)
                    .await
                    .expect(200);
            }
            made += 1;
        }
    }
    assert!(made >= 3, "{made} levels of models");

    // What there is none of says why.
    let answer = async |path: &str| send(get(&program.at(path))).await.expect(404).json();
    let windows = answer(&format!("/assets/LOD/1/{id}_1_windows")).await;
    let why = windows["message"].as_str().expect("a message");
    assert!(why.contains("windows"), "{why}");
    answer(&format!("/assets/LOD/7/{id}_7_web")).await;
    answer(&format!("/assets/LOD/1/{id}_0_web")).await;
    answer("/assets/LOD/1/nonsense").await;
    answer("/assets/lods-unity/manifests/nobody_InitialSceneState.json").await;

    // The same things on another parcel, with another script: nothing is made again.
    let before = place.converted().await;
    let mut files = files;
    files.insert("bin/game.js".into(), b"other()".to_vec());
    let (again, _) = place.add("9,9", &files).await;
    let other = eventually_whole(&place.program, &again).await;
    assert_ne!(again, id);
    assert_eq!(
        other["lods"]["scene"]["levels"],
        manifest["lods"]["scene"]["levels"]
    );
    assert_eq!(place.converted().await, before);
    place.end().await;
}

#[tokio::test]
async fn levels_that_cannot_be_made_cost_no_bundle() {
    let mut place = Place::with(&[]).await;
    let mut files = Files::from([
        ("a.gltf".into(), plain(1)),
        ("main.crdt".into(), b"no log".to_vec()),
    ]);
    let (id, manifest) = place.add("0,0", &files).await;
    assert_eq!(
        (manifest["exitCode"].clone(), names(&manifest).len()),
        (json!(0), 1)
    );
    let broken = eventually_whole(&place.program, &id).await;
    assert_eq!(broken["lods"]["scene"]["outcome"], "unparseable");
    settle(&place.program).await;
    assert_eq!(ends(&place.program, &id).await, [vec![0], vec![3]]);
    let known = status(&place.program, &id).await;
    assert_eq!(
        (&known["complete"], &known["lods"]["web"]),
        (&json!(true), &json!("failed"))
    );
    let url = format!("/assets/LOD/1/{id}_1_web");
    let none = send(get(&place.program.at(&url))).await.expect(404).json();
    assert!(
        none["message"]
            .as_str()
            .is_some_and(|why| why.contains("main.crdt"))
    );

    // A model that is not there is left out, and told of.
    let standing = [("a.gltf", [4.0, 1.0, 4.0]), ("gone.glb", [8.0, 0.0, 8.0])];
    files.insert("main.crdt".into(), log(&standing));
    let (id, _) = place.add("1,0", &files).await;
    let partly = eventually_whole(&place.program, &id).await;
    assert_eq!(partly["lods"]["exitCode"], 12);
    let scene = &partly["lods"]["scene"];
    assert_eq!(scene["levels"].as_array().map(Vec::len), Some(2), "{scene}");
    assert!(
        scene["reason"]
            .as_str()
            .is_some_and(|why| why.contains("gone.glb"))
    );
    settle(&place.program).await;
    assert_eq!(status(&place.program, &id).await["lods"]["web"], "complete");
    place.end().await;
}

#[tokio::test]
async fn a_platform_that_shall_not_makes_none() {
    let mut place = Place::with(&[("WORLDLOG__CONVERT__LODS", "false")]).await;
    let files = Files::from([
        ("a.gltf".into(), plain(1)),
        ("main.crdt".into(), log(&[("a.gltf", [4.0, 1.0, 4.0])])),
    ]);
    let (id, manifest) = place.add("0,0", &files).await;
    settle(&place.program).await;
    assert_eq!(manifest["exitCode"], 0);
    assert_eq!(ends(&place.program, &id).await, [vec![0], vec![]]);
    let none = format!("/assets/LOD/0/{id}_0_web");
    send(get(&place.program.at(&none))).await.expect(404);
    place.end().await;
}
