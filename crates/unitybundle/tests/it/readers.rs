//! What a second reader that is not ours says of our bundles, beside UnityPy: the crate `unity-asset-binary`, in plain Rust.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json, to_value};
use unity_asset_binary::asset::SerializedFile;
use unity_asset_binary::bundle::load_bundle_from_memory;
use unity_asset_binary::object::{ObjectHandle, UnityObject};
use unity_asset_binary::typetree::{TypeTreeParseMode, TypeTreeParseOptions};
use unitybundle::Options;
use unityfs::Limits;
use unityfs::inspect::Bundle;

use crate::corpus::{PLAYERS, Source, bundle};
use crate::data::corpus;

/// Numbers of Unity's classes.
const GAME_OBJECT: i32 = 1;
const MATERIAL: i32 = 21;
const MESH_FILTER: i32 = 33;
const MESH_COLLIDER: i32 = 64;
const ANIMATION_CLIP: i32 = 74;
const SKINNED_MESH_RENDERER: i32 = 137;
const ASSET_BUNDLE: i32 = 142;

/// All objects of a file, by path id.
struct Objects(BTreeMap<i64, UnityObject>);

impl Objects {
    /// Panics where the type trees do not fit the bytes.
    fn of(file: &SerializedFile) -> Self {
        let strict = TypeTreeParseOptions {
            mode: TypeTreeParseMode::Strict,
        };
        let all = file.object_handles().map(|handle| {
            let object = handle.read_with_options(strict).expect("fields");
            assert!(object.typetree_warnings().is_empty());
            (handle.path_id(), object)
        });
        Self(all.collect())
    }

    fn of_class(&self, class: i32) -> impl Iterator<Item = &UnityObject> {
        let all = self.0.values();
        all.filter(move |object| object.class_id() == class)
    }

    /// The mesh that a component shows.
    fn mesh(&self, object: &UnityObject) -> &UnityObject {
        let path_id = field(object, "m_Mesh")["m_PathID"].as_i64();
        &self.0[&path_id.expect("a reference")]
    }
}

fn field(object: &UnityObject, name: &str) -> Json {
    let value = object.get(name);
    to_value(value.unwrap_or_else(|| panic!("no {name}"))).expect("JSON")
}

fn list(value: Json) -> Vec<Json> {
    match value {
        Json::Array(list) => list,
        other => panic!("{other} is no list"),
    }
}

fn names<'a>(objects: impl Iterator<Item = &'a UnityObject>) -> Vec<String> {
    let names = objects.map(|object| object.name().expect("a name"));
    names.collect()
}

fn vertex_count(mesh: &UnityObject) -> i64 {
    // Not all of it as JSON: the vertices are in it, too.
    let data = mesh.get("m_VertexData").and_then(|data| data.as_object());
    let count = data.and_then(|data| data.get("m_VertexCount")?.as_i64());
    count.expect("a number")
}

fn triangles(mesh: &UnityObject) -> i64 {
    let parts = list(field(mesh, "m_SubMeshes")).into_iter();
    let drawn = parts.filter(|part| part["topology"] == 0);
    let indices = drawn.map(|part| part["indexCount"].as_i64().expect("a number"));
    indices.map(|count| count / 3).sum()
}

/// The time of a clip's last key.
fn end(clip: &UnityObject) -> f64 {
    let lists = [
        "m_RotationCurves",
        "m_PositionCurves",
        "m_ScaleCurves",
        "m_FloatCurves",
    ];
    let curves = lists.into_iter().flat_map(|name| list(field(clip, name)));
    let keys = curves.flat_map(|curve| list(curve["curve"]["m_Curve"].clone()));
    let times = keys.map(|key| key["time"].as_f64().expect("a time"));
    times.fold(0.0, f64::max)
}

/// What it sees, in the form of `reader.py`.
fn told(objects: &Objects) -> Json {
    let mut bones: Vec<usize> = objects
        .of_class(SKINNED_MESH_RENDERER)
        .map(|object| list(field(object, "m_Bones")).len())
        .collect();
    bones.sort_unstable();
    let mut colliders: Vec<i64> = objects
        .of_class(MESH_COLLIDER)
        .map(|object| vertex_count(objects.mesh(object)))
        .collect();
    colliders.sort_unstable();
    let clips = objects.of_class(ANIMATION_CLIP);
    let mut clips: Vec<(Option<String>, f64)> = clips.map(|c| (c.name(), end(c))).collect();
    clips.sort_by(|a, b| a.partial_cmp(b).expect("no NaN"));
    let shown = objects.of_class(MESH_FILTER);
    let shown = shown.chain(objects.of_class(SKINNED_MESH_RENDERER));
    json!({
        "bones": bones,
        "clips": clips,
        "colliders": colliders,
        "materials": names(objects.of_class(MATERIAL)),
        "nodes": names(objects.of_class(GAME_OBJECT)),
        "triangles": shown.map(|object| triangles(objects.mesh(object))).sum::<i64>(),
    })
}

/// References that are not null, in order.
fn references(handle: &ObjectHandle<'_>) -> Vec<(i32, i64)> {
    let found = handle.scan_pptrs().expect("references").expect("a tree");
    let here = found.internal.into_iter().map(|path_id| (0, path_id));
    let mut all: Vec<(i32, i64)> = here.chain(found.external).collect();
    all.sort_unstable();
    all
}

/// Each object has the class, the size and the references that our own reader sees; each reference hits something.
fn compare(id: &str, file: &SerializedFile, bundle: &[u8]) {
    let limits = Limits {
        values: 1 << 26,
        ..Limits::default()
    };
    let own = Bundle::read(bundle, &limits).expect("a bundle");
    let [(_, own)] = &own.files[..] else {
        panic!("{id}: {} serialized files", own.files.len());
    };
    assert_eq!(file.unity_version, own.engine, "{id}");
    assert_eq!(file.target_platform, own.platform, "{id}");
    let paths = file.externals.iter().map(|external| &*external.path);
    let own_paths = own.externals.iter().map(|external| &*external.path);
    assert!(paths.eq(own_paths), "{id}: other files");
    assert_eq!(file.object_count(), own.objects.len(), "{id}");
    for object in &own.objects {
        let path_id = object.path_id;
        let handle = file.find_object_handle(path_id);
        let handle = handle.unwrap_or_else(|| panic!("{id}: no object {path_id}"));
        let class = own.type_of(object).expect("a type").class_id;
        assert_eq!(handle.class_id(), class, "{id}: {path_id}");
        assert!(
            handle.raw_data().expect("bytes") == object.bytes,
            "{id}: {path_id}"
        );
        let value = own.value(object, &limits).expect("fields");
        let all = value.references().into_iter();
        let all = all.filter(|of| of.path_id != 0);
        let mut expected: Vec<(i32, i64)> = all.map(|of| (of.file_id, of.path_id)).collect();
        expected.sort_unstable();
        let found = references(&handle);
        assert_eq!(found, expected, "{id}: references of {path_id}");
        for (file_id, target) in found {
            let is_there = match usize::try_from(file_id) {
                Ok(0) => file.find_object(target).is_some(),
                Ok(number) => number <= file.externals.len(),
                Err(_) => false,
            };
            assert!(is_there, "{id}: {path_id} refers to {target} of {file_id}");
        }
    }
}

#[test]
fn a_second_reader_reads_in_bundles_what_their_sources_say() {
    let corpus = corpus();
    for entry in &corpus {
        let source = Source::of(entry);
        let (cid, _) = entry.names();
        for player in PLAYERS {
            let bytes = bundle(entry, &Options::new(player));
            let read = load_bundle_from_memory(bytes.clone()).expect("a bundle");
            let [file] = &read.assets[..] else {
                panic!("{}: {} serialized files", entry.id, read.assets.len());
            };
            compare(&entry.id, file, &bytes);
            let objects = Objects::of(file);
            source.compare(&entry.id, &told(&objects));
            let nodes = names(objects.of_class(GAME_OBJECT));
            assert!(nodes.contains(&cid), "{}: no root {cid}", entry.id);
            let [main] = &objects.of_class(ASSET_BUNDLE).collect::<Vec<_>>()[..] else {
                panic!("{}: not one AssetBundle", entry.id);
            };
            assert_eq!(main.path_id(), 1, "{}", entry.id);
        }
    }
    println!("{} models for {} players", corpus.len(), PLAYERS.len());
}
