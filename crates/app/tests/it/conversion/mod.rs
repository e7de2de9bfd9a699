//! Entities of a followed catalyst become bundles on the CDN, and complete in the registry.

mod desktop;
mod kills;
pub(crate) mod lods;
mod scenes;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use self::scenes::{Files, bmp, material, plain, png, scene};
use crate::generated::stored;
use crate::http::{Answer, eventually, get, post, records, send, settle};
use crate::process::{Launch, Program, Scratch, TOKEN};
use crate::world::{World, caught_up};

const REQUIRED: (&str, &str) = ("WORLDLOG__ASSETS__REQUIRED_PLATFORMS", "web");
const GLB: &[u8] = b"glTF";
const KTX2: &[u8] = b"\xabKTX 20\xbb";

/// A platform that follows a folder of its own, to which entities are added.
struct Place {
    scratch: Scratch,
    world: World,
    catalyst: Program,
    program: Program,
}

impl Place {
    async fn with(variables: &[(&str, &str)]) -> Self {
        Self::set(|up| {
            let variables = [&[REQUIRED][..], variables].concat();
            variables
                .into_iter()
                .fold(up, |up, (key, value)| up.environment(key, value))
        })
        .await
    }

    async fn set(change: impl FnOnce(Launch) -> Launch) -> Self {
        let scratch = Scratch::new();
        let folder = scratch.path("world");
        empty(&folder);
        let world = World::written(&folder, Vec::new());
        let catalyst = Launch::catalyst(&scratch, "catalyst", &folder)
            .start()
            .await;
        let up = Launch::up(&scratch, "up").following(&[&catalyst]);
        let program = change(up).start().await;
        Self {
            scratch,
            world,
            catalyst,
            program,
        }
    }

    /// Adds a scene at a pointer; gives its id and its manifest once it is converted.
    async fn add(&mut self, pointer: &str, files: &Files) -> (String, Value) {
        let entity = scene(&self.world.folder, pointer, files);
        let row = stored(&self.world.folder, entity);
        let id = row["entityId"].as_str().expect("an id").to_owned();
        self.world.grow(&[row]);
        let manifest = self.manifest(&id).await;
        settle(&self.program).await;
        (id, manifest)
    }

    async fn manifest(&self, id: &str) -> Value {
        self.manifest_for(id, "web").await
    }

    async fn manifest_for(&self, id: &str, platform: &str) -> Value {
        let url = self
            .program
            .at(&format!("/assets/manifest/{id}_{platform}.json"));
        let found = |answer: &Answer| (answer.status == 200).then(|| answer.json());
        eventually(|| get(&url), found).await
    }

    /// Files that were converted until now, by what came of them.
    async fn converted(&self) -> BTreeMap<String, usize> {
        let mut count = BTreeMap::new();
        for record in records(&self.program, "effects.outcomes").await {
            let value = &record["value"];
            if value["kind"]
                .as_str()
                .is_some_and(|kind| kind.starts_with("convert"))
            {
                let outcome = value["result"]["outcome"].as_str().unwrap_or("nothing");
                *count.entry(outcome.to_owned()).or_default() += 1;
            }
        }
        count
    }

    async fn end(self) {
        assert!(self.program.terminate().await.success());
        self.catalyst.kill();
        drop(self.scratch);
    }
}

/// A folder that a catalyst serves.
fn empty(folder: &Path) {
    fs::create_dir_all(folder.join("contents")).expect("the scratch folder is writable");
    fs::write(folder.join("snapshots.json"), "[]").expect("the scratch folder is writable");
}

/// Outcomes by path.
fn outcomes(manifest: &Value) -> BTreeMap<&str, &str> {
    let all = manifest["outcomes"].as_array().expect("outcomes").iter();
    let text = |of: &'_ Value, name: &str| of[name].as_str().map(str::to_owned);
    all.map(|of| {
        assert!(text(of, "hash").is_some(), "{of}");
        (
            of["file"].as_str().expect("a path"),
            of["outcome"].as_str().expect("an outcome"),
        )
    })
    .collect()
}

fn names(manifest: &Value) -> BTreeSet<String> {
    let files = manifest["files"].as_array().expect("files").iter();
    files
        .map(|name| name.as_str().expect("a name").to_owned())
        .collect()
}

async fn bundle(program: &Program, version: &str, folder: &str, name: &str) -> Answer {
    let url = program.at(&format!("/assets/{version}/{folder}/{name}"));
    send(get(&url)).await
}

/// The files that a GLB names.
fn named(glb: &[u8]) -> Vec<String> {
    let length = u32::from_le_bytes(glb[12..16].try_into().expect("a header")) as usize;
    let json: Value = serde_json::from_slice(&glb[20..20 + length]).expect("JSON");
    let images = json["images"].as_array().cloned().unwrap_or_default();
    let uris = images.iter().filter_map(|image| image["uri"].as_str());
    uris.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_followed_catalyst_has_its_bundles_and_its_entities_are_complete() {
    let Some(world) = World::recorded() else {
        return;
    };
    let scratch = Scratch::new();
    let server = Launch::catalyst(&scratch, "catalyst", &world.folder)
        .start()
        .await;
    let up = Launch::up(&scratch, "up").following(&[&server]);
    let up = up.environment(REQUIRED.0, REQUIRED.1);
    let program = up.start().await;
    caught_up(&program, &world).await;
    settle(&program).await;
    let mut models = 0;
    let mut converted = records(&program, "asset.conversions").await;
    // Levels of detail end apart.
    converted.retain(|record| record["value"]["metadata"]["isLods"] == false);
    assert!(converted.len() > 20, "{}", converted.len());
    for record in &converted {
        let told = &record["value"]["metadata"];
        assert!([0, 12].contains(&told["statusCode"].as_i64().expect("a code")));
        let id = told["entityId"].as_str().expect("an id");
        let status = program.at(&format!("/assets/entities/status/{id}"));
        let status = send(get(&status)).await.expect(200).json();
        assert_eq!(
            (&status["complete"], &status["assetBundles"]["web"]),
            (&json!(true), &json!("complete"))
        );
        let url = program.at(&format!("/assets/manifest/{id}_web.json"));
        let manifest = send(get(&url)).await.expect(200).json();
        let version = manifest["version"].as_str().expect("a version");
        assert_eq!(told["version"], version);
        for name in names(&manifest) {
            let shared = bundle(&program, version, "assets", &name).await.expect(200);
            // By the entity's own folder, as clients from before asked.
            let own = bundle(&program, version, id, &name).await.expect(200);
            assert_eq!(shared.body, own.body, "{name}");
            assert!(
                shared
                    .header("cache-control")
                    .is_some_and(|of| of.contains("immutable"))
            );
            if shared.body.starts_with(GLB) {
                models += 1;
                for beside in named(&shared.body) {
                    let image = bundle(&program, version, "assets", &beside)
                        .await
                        .expect(200);
                    assert!(!image.body.is_empty());
                }
            }
        }
    }
    assert!(models >= 5, "{models} models");
    // A new store, the same blobs: the log knows what was converted.
    let before = records(&program, "effects.outcomes").await.len();
    assert!(program.terminate().await.success());
    up.lose_the_store();
    let program = up.start().await;
    settle(&program).await;
    assert_eq!(records(&program, "effects.outcomes").await.len(), before);
    let id = converted[0]["value"]["metadata"]["entityId"]
        .as_str()
        .expect("an id");
    let url = program.at(&format!("/assets/manifest/{id}_web.json"));
    send(get(&url)).await.expect(200);
    assert!(program.terminate().await.success());
    server.kill();
}

/// The four scenes of the original's own end-to-end test.
#[tokio::test]
async fn what_scenes_share_is_converted_once() {
    let mut place = Place::with(&[("WORLDLOG__ASSETS__TMP_SECRET", "a secret")]).await;
    let mut files = Files::from([
        ("a.gltf".into(), plain(1)),
        ("models/b.gltf".into(), plain(2)),
        ("models/c.gltf".into(), material("../albedo.png")),
        ("albedo.png".into(), png(1)),
        ("t/one.png".into(), png(2)),
        ("t/two.png".into(), png(3)),
        ("bin/game.js".into(), b"export {}".to_vec()),
        ("scene.json".into(), b"{\"main\":\"bin/game.js\"}".to_vec()),
    ]);
    let (id, first) = place.add("0,0", &files).await;
    assert_eq!(first["exitCode"], 0, "{first}");
    assert_eq!(names(&first).len(), 6);
    assert_eq!(place.converted().await.values().sum::<usize>(), 6);

    // Another picture of that name, another model, a thumbnail: four new bundles.
    files.insert("albedo.png".into(), png(4));
    files.insert("d.gltf".into(), plain(3));
    files.insert("thumbnail.png".into(), png(5));
    let (_, second) = place.add("1,0", &files).await;
    let new: Vec<String> = names(&second).difference(&names(&first)).cloned().collect();
    assert_eq!(new.len(), 4, "{new:?}");
    assert_eq!(place.converted().await.values().sum::<usize>(), 10);

    // The same on other parcels: nothing.
    let (_, third) = place.add("2,0", &files).await;
    assert_eq!(names(&third), names(&second));
    assert_eq!(place.converted().await.values().sum::<usize>(), 10);

    // Without the picture the model has no bundle; all others have.
    files.remove("albedo.png");
    let (_, fourth) = place.add("3,0", &files).await;
    assert_eq!(fourth["exitCode"], 12);
    assert_eq!(outcomes(&fourth)["models/c.gltf"], "missing-deps");
    assert_eq!(names(&fourth).len(), names(&third).len() - 2);
    assert_eq!(place.converted().await.values().sum::<usize>(), 10);

    // Old clients know a file's hash only.
    let version = first["version"].as_str().expect("a version");
    let of_c = first["outcomes"].as_array().expect("outcomes").iter();
    let of_c = of_c.clone().find(|of| of["file"] == "models/c.gltf");
    let hash = of_c.expect("it is there")["hash"].as_str().expect("a hash");
    let model = bundle(&place.program, version, &id, &format!("{hash}_web")).await;
    assert!(model.expect(200).body.starts_with(GLB));
    let code = bundle(&place.program, version, &id, "bin/game.js")
        .await
        .expect(200);
    assert_eq!(code.body, b"export {}");
    bundle(&place.program, version, &id, "a.gltf")
        .await
        .expect(404);
    bundle(&place.program, "v49", "assets", &new[0])
        .await
        .expect(404);
    forced(&place, &id).await;
    place.end().await;
}

/// An operator has an entity converted once more.
async fn forced(place: &Place, id: &str) {
    let before = place.converted().await.values().sum::<usize>();
    let ends = async || {
        let all = records(&place.program, "asset.conversions").await;
        let of = all.into_iter().map(|record| record["value"].clone());
        let of = of
            .filter(|event| event["metadata"]["entityId"] == id && event["subType"] == "converted");
        of.map(|event| event["metadata"]["statusCode"].clone())
            .collect::<Vec<_>>()
    };
    let url = place.program.at("/assets/queue-task");
    let task = |force: bool| {
        json!({
            "entity": {"entityId": id, "authChain": []}, "force": force, "prioritize": true,
            "contentServerUrls": [format!("{}/content", place.catalyst.url)],
        })
    };
    send(post(&url, &task(false))).await.expect(401);
    let ask = |body: &Value| post(&url, body).header("authorization", "a secret");
    send(ask(&json!({}))).await.expect(403);
    send(ask(&task(false))).await.expect(201);
    settle(&place.program).await;
    assert_eq!(ends().await, [json!(0), json!(13)]);
    assert_eq!(place.converted().await.values().sum::<usize>(), before);
    send(ask(&task(true))).await.expect(201);
    settle(&place.program).await;
    assert_eq!(ends().await[2..], [json!(0)]);
    assert_eq!(place.converted().await.values().sum::<usize>(), before + 6);
}

#[tokio::test]
async fn what_is_broken_or_too_much_is_told_and_the_rest_is_converted() {
    let Some(broken) = crate::world::shared("assets") else {
        return;
    };
    let mut place = Place::with(&[]).await;
    let mut files = Files::from([
        ("good.gltf".into(), plain(1)),
        ("odd.png".into(), b"no PNG".to_vec()),
    ]);
    for entry in fs::read_dir(broken.join("broken"))
        .expect("the data pack")
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".glb") {
            files.insert(name, fs::read(entry.path()).expect("a file"));
        }
    }
    let (_, manifest) = place.add("0,0", &files).await;
    assert_eq!(manifest["exitCode"], 12);
    let outcomes = outcomes(&manifest);
    assert_eq!(outcomes.len(), files.len());
    assert_eq!(
        (outcomes["good.gltf"], outcomes["odd.png"]),
        ("converted", "unparseable")
    );
    for (file, outcome) in &outcomes {
        let known = [
            "converted",
            "kept",
            "unparseable",
            "missing-deps",
            "budget-exceeded",
        ];
        assert!(known.contains(outcome), "{file}: {outcome}");
    }
    place.end().await;
}

#[tokio::test]
async fn a_file_that_takes_too_much_ends_its_worker_and_nothing_else() {
    let little = [
        ("WORLDLOG__CONVERT__MEMORY_BYTES", "1536 MiB"),
        // Nothing is made smaller, so that mip maps of 128 megapixels are wanted.
        ("WORLDLOG__CONVERT__IMAGE_SIDE_MAX", "16384"),
        ("WORLDLOG__CONVERT__WORKERS", "1"),
    ];
    let mut place = Place::with(&little).await;
    let files = Files::from([
        ("good.gltf".into(), plain(1)),
        ("huge.bmp".into(), bmp(16_000, 8_000)),
        ("small.png".into(), png(1)),
    ]);
    let (_, manifest) = place.add("0,0", &files).await;
    let known = outcomes(&manifest);
    assert_eq!(known["huge.bmp"], "budget-exceeded", "{manifest}");
    assert_eq!(known["good.gltf"], "converted");
    assert!(["converted", "kept"].contains(&known["small.png"]));
    let metrics = send(get(&place.program.at("/metrics"))).await;
    let metrics = metrics.expect(200).text();
    assert!(metrics.contains("asset_conversions_total{outcome=\"budget-exceeded\"} 1"));
    place.end().await;
}

/// How long it took by the clock says nothing of a file.
#[tokio::test]
async fn what_took_too_long_is_asked_for_again_with_the_next_wish() {
    let hurried = [
        ("WORLDLOG__CONVERT__TIMEOUT", "1ms"),
        ("WORLDLOG__EFFECTS__ATTEMPTS_MAX", "1"),
    ];
    let mut place = Place::with(&hurried).await;
    let files = Files::from([("good.gltf".into(), plain(1))]);
    let (_, first) = place.add("0,0", &files).await;
    assert_eq!(first["outcomes"][0]["outcome"], "failed", "{first}");
    let before = place.converted().await["nothing"];
    let (_, second) = place.add("1,0", &files).await;
    assert_eq!(second["outcomes"][0]["outcome"], "failed");
    assert_eq!(
        place.converted().await["nothing"],
        before + 1,
        "no verdict was kept"
    );
    place.end().await;
}

#[tokio::test]
async fn a_platform_that_does_not_convert_leaves_entities_pending_and_later_does() {
    let scratch = Scratch::new();
    let folder = scratch.path("world");
    empty(&folder);
    let entity = scene(&folder, "0,0", &Files::from([("a.png".into(), png(1))]));
    let row = stored(&folder, entity);
    let id = row["entityId"].as_str().expect("an id").to_owned();
    let world = World::written(&folder, vec![row]);
    let catalyst = Launch::catalyst(&scratch, "catalyst", &folder)
        .start()
        .await;
    let up = Launch::up(&scratch, "up").following(&[&catalyst]);
    let up = up.environment(REQUIRED.0, REQUIRED.1);
    let idle = up.environment("WORLDLOG__CONVERT__ENABLED", "false");
    let program = idle.start().await;
    caught_up(&program, &world).await;
    settle(&program).await;
    let shown = async |program: &Program| {
        let url = program.at("/assets/entities/active");
        let asked = post(&url, &json!({"pointers": ["0,0"]}));
        send(asked).await.expect(200).json()
    };
    assert_eq!(shown(&program).await, json!([]));
    assert!(program.terminate().await.success());
    let program = idle
        .environment("WORLDLOG__CONVERT__ENABLED", "true")
        .start()
        .await;
    settle(&program).await;
    assert_eq!(shown(&program).await[0]["id"], id.as_str());
    let url = program.at(&format!("/assets/manifest/{id}_web.json"));
    let manifest = send(get(&url)).await.expect(200).json();
    let name = names(&manifest).pop_first().expect("a bundle");
    let version = manifest["version"].as_str().expect("a version");
    let image = bundle(&program, version, "assets", &name).await.expect(200);
    let is_known = image.body.starts_with(KTX2) || image.body.starts_with(b"\x89PNG");
    assert!(is_known, "{:?}", &image.body[..8]);
    let refused = get(&program.at("/assets/queue-task")).bearer_auth(TOKEN);
    send(refused).await.expect(405);
    assert!(program.terminate().await.success());
    catalyst.kill();
}
