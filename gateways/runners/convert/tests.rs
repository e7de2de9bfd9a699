//! Plans, and tasks without a worker.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream;
use identity::hash::hash_v1;
use model::Json;
use model::events::conversion::{Convert as Work, FETCHED, Fetched, Levels, Plan, Planned};
use runtime::effects::Outcome;
use runtime::embedded::FolderBlobs;
use runtime::ports::{Blobs, PortError};
use serde_json::{Value, json};

use super::{Convert, Converter, Program};
use crate::catalyst::ContentFetch;

/// A place where files are, some of them only when they are asked for.
struct Place {
    folder: tempfile::TempDir,
    blobs: Arc<FolderBlobs>,
    /// By hash.
    elsewhere: Arc<Elsewhere>,
}

#[derive(Default)]
struct Elsewhere {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    blobs: Mutex<Option<Arc<FolderBlobs>>>,
}

#[async_trait]
impl ContentFetch for Elsewhere {
    async fn fetch(&self, hash: &str, _: &[String]) -> Result<bool, PortError> {
        let blobs = self
            .blobs
            .lock()
            .expect("as it should")
            .clone()
            .expect("as it should");
        let Some(bytes) = self.files.lock().expect("as it should").get(hash).cloned() else {
            return Ok(false);
        };
        if bytes == b"not now" {
            return Err(PortError::retry("not now"));
        }
        let piece = stream::iter([Ok(Bytes::from(bytes))]);
        blobs.put(hash, Box::pin(piece)).await?;
        Ok(true)
    }
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("as it should");
        let blobs = Arc::new(FolderBlobs::open(folder.path()).expect("as it should"));
        let elsewhere = Arc::new(Elsewhere::default());
        *elsewhere.blobs.lock().expect("as it should") = Some(Arc::clone(&blobs));
        Self {
            folder,
            blobs,
            elsewhere,
        }
    }

    /// Gives a file its hash.
    fn file(&self, bytes: &[u8]) -> String {
        let hash = hash_v1(bytes);
        let mut files = self.elsewhere.files.lock().expect("as it should");
        files.insert(hash.clone(), bytes.to_vec());
        hash
    }

    fn converter(&self, settings: Convert) -> Converter {
        let program = Program {
            path: self.folder.path().join("no program"),
            arguments: Vec::new(),
        };
        let content = Arc::clone(&self.elsewhere) as Arc<dyn ContentFetch>;
        let blobs = Arc::clone(&self.blobs) as Arc<dyn Blobs>;
        Converter::new(blobs, content, settings, program)
    }

    async fn plan(&self, content: &[(&str, &str)], metadata: Value) -> Planned {
        let content: Vec<Value> = content
            .iter()
            .map(|(file, hash)| json!({"file": file, "hash": hash}))
            .collect();
        let plan = Plan {
            entity_id: "QmE".into(),
            servers: vec!["https://peer/content".into()],
            entity: Some(Json::from(
                json!({"content": content, "metadata": metadata}),
            )),
            ..Plan::default()
        };
        let converter = self.converter(Convert::default());
        converter.plan(&plan).await.expect("as it should")
    }
}

/// Path, name, and outcome of the planned files.
fn files(planned: &Planned) -> Vec<(&str, &str, &str)> {
    let files = planned.files.iter().map(|file| {
        let verdict = file.verdict.as_ref();
        let outcome = verdict.map_or("", |verdict| verdict.outcome.as_str());
        (file.file.as_str(), file.name.as_str(), outcome)
    });
    files.collect()
}

fn glb(json: &str) -> Vec<u8> {
    let mut json = json.as_bytes().to_vec();
    while !json.len().is_multiple_of(4) {
        json.push(b' ');
    }
    let mut out = b"glTF\x02\0\0\0".to_vec();
    out.extend((20 + json.len() as u32).to_le_bytes());
    out.extend((json.len() as u32).to_le_bytes());
    out.extend(b"JSON");
    out.extend(json);
    out
}

#[tokio::test]
async fn models_are_named_by_what_they_are_and_what_they_name() {
    let place = Place::new();
    let door = place.file(&glb(r#"{"images":[{"uri":"../T/Wood.png"}]}"#));
    let alone = place.file(br#"{"asset":{"version":"2.0"}}"#);
    let wood = place.file(b"wood");
    let lower = [("models/door.glb", &*door), ("t/wood.png", &*wood)];
    let planned = place.plan(&lower, json!({})).await;
    // The digest has the model's own spelling.
    let digest = bundler::deps_digest(&[("T/Wood.png".into(), wood.clone())]);
    let name = format!("{door}_{digest}");
    let want = [("models/door.glb", &*name, ""), ("t/wood.png", &*wood, "")];
    assert_eq!(files(&planned), want);
    // What is quick comes first.
    let targets = planned.targets.iter();
    let targets: Vec<_> = targets.map(|of| (&*of.platform, &*of.profile)).collect();
    let desktop = [("mac", "unityfs-mac"), ("windows", "unityfs-windows")];
    assert_eq!(targets, [&[("web", "gltf")][..], &desktop].concat());
    assert_eq!(planned.content_server_url, "https://peer/content");
    assert!(!planned.is_world);
    // The same model where another picture has that name.
    let other = place.file(b"other wood");
    let content = [
        ("models/door.glb", &*door),
        ("T/Wood.png", &*other),
        ("b.gltf", &*alone),
    ];
    let metadata = json!({"worldConfiguration": {"name": "a.dcl.eth"}});
    let planned = place.plan(&content, metadata).await;
    assert!(planned.is_world);
    let names = files(&planned);
    assert_ne!(names[0].1, name);
    let empty = format!("{alone}_4f53cda18c2baa0c0354bb5f9a3ecbe5");
    assert_eq!(names[2], ("b.gltf", &*empty, ""));
}

#[tokio::test]
async fn what_is_no_model_is_told_and_the_rest_goes_on() {
    let place = Place::new();
    let broken = place.file(b"glTF\x01\0\0\0\0\0\0\0\0\0\0\0JSON");
    let refused = place.file(&glb(r#"{"images":[{"uri":"https://h/a.png"}]}"#));
    let lacking = place.file(&glb(r#"{"buffers":[{"uri":"no.bin"}]}"#));
    let empty = place.file(b"");
    let cut = place.file(&glb("{}          ")[..24]);
    let content = [
        ("broken.glb", &*broken),
        ("refused.glb", &*refused),
        ("lacking.glb", &*lacking),
        ("gone.glb", "QmZpwVxR7rmbwCWCQrqpTeXeZGSTHfYQaAVxbV1bmaNM6D"),
        ("odd.glb", "no hash"),
        ("cut.glb", &*cut),
        ("empty.glb", &*empty),
        ("main.js", "QmA"),
        ("autogenerated-thumbnail.png", "QmA"),
        ("map.png", "QmA"),
    ];
    let metadata = json!({"display": {"navmapThumbnail": "map.png"}});
    let planned = place.plan(&content, metadata).await;
    let name = format!("{empty}_4f53cda18c2baa0c0354bb5f9a3ecbe5");
    let want = [
        ("broken.glb", "", "unparseable"),
        ("refused.glb", "", "unparseable"),
        ("lacking.glb", "", "missing-deps"),
        ("gone.glb", "", "missing-deps"),
        ("odd.glb", "", "missing-deps"),
        ("cut.glb", "", "unparseable"),
        ("empty.glb", &name, ""),
    ];
    assert_eq!(files(&planned), want);
    let reason = planned.files[2]
        .verdict
        .clone()
        .expect("as it should")
        .reason
        .expect("as it should");
    assert_eq!(reason, "the entity has no no.bin");
}

#[tokio::test]
async fn an_entity_is_fetched_where_only_its_id_is_known() {
    let place = Place::new();
    let id = place.file(br#"{"content":[{"file":"a.png","hash":"QmA"}],"metadata":null}"#);
    let odd = place.file(b"[]");
    let converter = place.converter(Convert::default());
    let plan = async |id: &str| {
        let plan = Plan {
            entity_id: id.to_owned(),
            ..Plan::default()
        };
        converter.plan(&plan).await
    };
    assert_eq!(
        files(&plan(&id).await.expect("as it should")),
        [("a.png", "QmA", "")]
    );
    assert_eq!(
        plan(&odd).await.expect("as it should").exit_code,
        0,
        "an entity without files"
    );
    let text = place.file(b"no JSON");
    assert_eq!(plan(&text).await.expect("as it should").exit_code, 5);
    let gone = plan("QmZpwVxR7rmbwCWCQrqpTeXeZGSTHfYQaAVxbV1bmaNM6D").await;
    assert!(matches!(gone, Err(PortError::Refused(_))));
    let later = place.file(b"not now");
    assert!(matches!(plan(&later).await, Err(PortError::Retry { .. })));
}

#[tokio::test]
async fn a_scene_of_a_world_that_had_to_be_fetched_is_told_whole() {
    let place = Place::new();
    let converter = place.converter(Convert::default());
    let scene = |kind: &str, metadata: Value| {
        let entity = json!({"type": kind, "timestamp": 5, "pointers": ["0,0"], "content": [], "metadata": metadata});
        place.file(entity.to_string().as_bytes())
    };
    let told = async |entity_id: String, entity: Option<Json>| {
        let plan = Plan {
            entity_id,
            entity,
            ..Plan::default()
        };
        match converter.planned(&plan).await.expect("as it should") {
            Outcome::Done(Some(told)) => serde_json::from_slice::<Value>(&told).expect("JSON"),
            other => panic!("{other:?}"),
        }
    };
    let metadata = json!({"worldConfiguration": {"name": "a.eth"}});
    let id = scene("scene", metadata.clone());
    let fetched = told(id.clone(), None).await[FETCHED].clone();
    let fetched: Fetched = serde_json::from_value(fetched).expect("as it should");
    assert_eq!(
        (fetched.entity_timestamp, &*fetched.pointers[0]),
        (5, "0,0")
    );
    let entity = fetched.entity.value().expect("JSON");
    assert_eq!(entity, json!({"content": [], "metadata": metadata}));
    // What came with the wish is known, and what stands in no world is told of by catalysts.
    let known = Json::from(json!({"content": []}));
    assert_eq!(told(id, Some(known)).await[FETCHED], Value::Null);
    for id in [scene("scene", json!({})), scene("emote", metadata)] {
        assert_eq!(told(id, None).await[FETCHED], Value::Null);
    }
}

#[tokio::test]
async fn without_worker_or_file_nothing_is_said_of_the_file() {
    let place = Place::new();
    let settings = Convert {
        file_bytes_max: runtime::settings::Size(3),
        ..Convert::default()
    };
    let small = place.file(b"abc");
    let large = place.file(b"abcd");
    let converter = place.converter(settings);
    let convert = async |hash: &str| {
        let work = Work {
            name: hash.to_owned(),
            hash: hash.to_owned(),
            ..Work::default()
        };
        converter.convert(&work, true).await
    };
    let no_worker = convert(&small)
        .await
        .expect_err("it is refused")
        .to_string();
    assert!(no_worker.contains("no worker process"), "{no_worker}");
    let Outcome::Done(Some(told)) = convert(&large).await.expect("as it should") else {
        panic!("it is over");
    };
    let told: Value = serde_json::from_slice(&told).expect("as it should");
    assert_eq!(told["outcome"], "budget-exceeded");
    let gone = convert("QmZpwVxR7rmbwCWCQrqpTeXeZGSTHfYQaAVxbV1bmaNM6D").await;
    assert!(matches!(gone, Ok(Outcome::GiveUp { .. })));
}

/// A log that places models by path, each a metre above the ground.
fn log(placed: &[(&str, f32)]) -> Vec<u8> {
    let mut log = Vec::new();
    for (entity, (path, x)) in (512_u32..).zip(placed) {
        let place = [*x, 1.0, 8.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0];
        let place: Vec<u8> = place.iter().flat_map(|f| f.to_le_bytes()).collect();
        let source = [&[0x0a, path.len() as u8], path.as_bytes()].concat();
        for (component, value) in [(1, place), (1041, source)] {
            let length = 24 + value.len() as u32;
            let words = [length, 1, entity, component, 1, value.len() as u32];
            log.extend(words.iter().flat_map(|word| word.to_le_bytes()));
            log.extend(value);
        }
    }
    log
}

#[tokio::test]
async fn a_scenes_levels_are_named_by_what_stands_where() {
    let place = Place::new();
    let door = place.file(&glb(r#"{"images":[{"uri":"wood.png"}]}"#));
    let broken = place.file(b"no GLB");
    let (wood, script, other) = (
        place.file(b"wood"),
        place.file(b"script"),
        place.file(b"other"),
    );
    let standing = [
        ("./Models/door.glb", 4.0),
        ("models/door.glb", 9.0),
        ("gone.glb", 1.0),
    ];
    let (here, moved) = (
        place.file(&log(&standing)),
        place.file(&log(&standing[..1])),
    );
    let content = |log: &'static str, hash: &str, script: &str| {
        let files = [
            ("models/door.glb", &*door),
            ("models/wood.png", &*wood),
            ("broken.glb", &*broken),
            ("bin/game.js", script),
            (log, hash),
        ];
        files.map(|(path, hash)| (path, hash.to_owned()))
    };
    let plan = async |content: [(&str, String); 5], parcel: &str| {
        let content = content.each_ref().map(|(path, hash)| (*path, &**hash));
        let metadata = json!({"scene": {"base": parcel, "parcels": [parcel]}});
        place.plan(&content, metadata).await
    };
    let planned = plan(content("main.crdt", &here, &script), "0,0").await;
    let with_lods: Vec<bool> = planned.targets.iter().map(|of| of.lods).collect();
    assert_eq!(with_lods, [true, false, false]);
    let [scene, model] = &*planned.lods else {
        panic!("{:?}", planned.lods);
    };
    let needed: Vec<&str> = scene.dependencies.iter().map(|(path, _)| &**path).collect();
    assert_eq!(needed, ["models/door.glb", "models/wood.png"]);
    let left_out = scene.left_out.as_deref().expect("a model is not there");
    assert!(left_out.contains("gone.glb"), "{left_out}");
    assert_eq!(
        (&*model.file, &model.levels),
        ("models/door.glb", &Some(Levels::Model))
    );
    assert!(model.name.starts_with(&*planned.files[0].name));
    // Another script and another parcel: the same. Other things: not.
    let again = plan(content("Main.crdt", &here, &other), "7,-7").await;
    assert_eq!(again.lods[0].name, scene.name);
    let less = plan(content("main.crdt", &moved, &script), "0,0").await;
    assert_ne!(less.lods[0].name, scene.name);
    // What cannot be read is told; of what says not what stands in it, nothing is wanted.
    let odd = plan(content("main.crdt", &broken, &script), "0,0").await;
    let told = odd.lods[0].verdict.as_ref().expect("a verdict");
    assert_eq!((&*told.outcome, odd.lods.len()), ("unparseable", 2));
    let none = plan(content("log", &here, &script), "0,0").await;
    assert_eq!(none.lods, []);
    let nowhere = plan(content("main.crdt", &here, &script), "here").await;
    assert_eq!(nowhere.lods, []);
}
