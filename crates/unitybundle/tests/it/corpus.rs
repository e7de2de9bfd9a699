//! All real models, for both players, read back by our own reader and beside their sources.

use std::collections::BTreeMap;

use bundler::model::{Geometry, Model};
use bundler::read::read;
use serde_json::{Value as Json, json};
use unitybundle::{Names, Options, Player, convert_model};
use unityfs::Limits;
use unityfs::inspect::Bundle;
use unityfs::serialized::SerializedFile;
use unityfs::value::Value;

use crate::data::{Entry, corpus};
use crate::grey::Tiny;

pub(crate) const PLAYERS: [Player; 2] = [Player::Windows, Player::Mac];

/// What a source says that a bundle must show.
pub(crate) struct Source {
    pub(crate) model: Model,
    /// Nodes of its scene, and whether each collides.
    shown: Vec<(usize, bool)>,
    roots: usize,
}

impl Source {
    pub(crate) fn of(entry: &Entry) -> Self {
        let read = read(&entry.source(), &bundler::Limits::default());
        let model = read.expect("the corpus can be read").model;
        let scene = &model.scenes[model.scene.unwrap_or(0)];
        let mut source = Self {
            shown: Vec::new(),
            roots: scene.nodes.len(),
            model: model.clone(),
        };
        for root in &scene.nodes {
            // The only root is the bundle's, under another name.
            let is_named = source.roots > 1 || !model.animations.is_empty();
            source.walk(*root, false, is_named);
        }
        source
    }

    fn walk(&mut self, node: usize, collides: bool, is_named: bool) {
        let own = &self.model.nodes[node];
        let name = self.name(node).to_lowercase();
        let collides = collides || (is_named && name.contains("_collider"));
        let children = own.children.clone();
        self.shown.push((node, collides));
        for child in children {
            self.walk(child, collides, true);
        }
    }

    fn name(&self, node: usize) -> String {
        let own = &self.model.nodes[node];
        let mesh = own
            .mesh
            .and_then(|mesh| self.model.meshes[mesh].name.clone());
        let name = own.name.clone().filter(|name| !name.is_empty());
        let name = name.or(mesh.filter(|name| !name.is_empty()));
        name.unwrap_or_else(|| format!("Node-{node}"))
    }

    /// Names of nodes that are not the bundle's root.
    fn names(&self) -> Vec<String> {
        let is_root = self.roots == 1 && self.model.animations.is_empty();
        let nodes = self.shown.iter().skip(usize::from(is_root));
        nodes.map(|(node, _)| self.name(*node)).collect()
    }

    /// The vertex buffers of a mesh: primitives that share theirs count once.
    fn buffers(&self, mesh: usize) -> Vec<&Geometry> {
        let mut buffers: Vec<&Geometry> = Vec::new();
        for primitive in &self.model.meshes[mesh].primitives {
            let own = &self.model.geometries[primitive.geometry];
            let bare = |geometry: &Geometry| Geometry {
                indices: Vec::new(),
                custom: Vec::new(),
                topology: bundler::model::Topology::Triangles,
                ..geometry.clone()
            };
            let is_same = |other: &&Geometry| {
                other.vertex_count() == own.vertex_count() && bare(other) == bare(own)
            };
            if !buffers.iter().any(is_same) {
                buffers.push(own);
            }
        }
        buffers
    }

    /// In the form of `reader.py`.
    fn told(&self) -> Json {
        let (mut bones, mut colliders, mut triangles) = (Vec::new(), Vec::new(), 0);
        for (node, collides) in &self.shown {
            let own = &self.model.nodes[*node];
            let Some(mesh) = own.mesh else { continue };
            let primitives = &self.model.meshes[mesh].primitives;
            let counts = primitives
                .iter()
                .map(|p| &self.model.geometries[p.geometry]);
            triangles += counts.map(Geometry::triangle_count).sum::<usize>();
            let buffers = self.buffers(mesh);
            for buffer in buffers {
                let bends = own.skin.filter(|_| !buffer.joints.is_empty());
                if let Some(skin) = bends {
                    bones.push(self.model.skins[skin].joints.len());
                } else if !buffer.targets.is_empty() {
                    bones.push(0);
                } else if *collides {
                    colliders.push(buffer.vertex_count());
                }
            }
        }
        bones.sort_unstable();
        colliders.sort_unstable();
        json!({"bones": bones, "colliders": colliders, "triangles": triangles})
    }

    /// Panics where a bundle shows anything else; `told` is what a reader says of it.
    pub(crate) fn compare(&self, id: &str, told: &Json) {
        let own = self.told();
        for member in ["bones", "colliders", "triangles"] {
            assert_eq!(told[member], own[member], "{id}: {member}");
        }
        self.compare_names(id, told);
        let materials = strings(&told["materials"]);
        for (number, material) in self.model.materials.iter().enumerate() {
            let source = material.name.clone().unwrap_or_default().to_lowercase();
            let part = |word: &str| match source.contains(word) {
                true => format!("_{word}"),
                false => String::new(),
            };
            let name = format!("material{}{}_{number}", part("skin"), part("hair"));
            assert!(materials.contains(&name), "{id}: {name} of {materials:?}");
        }
        let mut clips: Vec<(String, f64)> = Vec::new();
        for (number, clip) in self.model.animations.iter().enumerate() {
            let shown = |node: usize| self.shown.iter().any(|(shown, _)| *shown == node);
            let channels = clip.channels.iter().filter(|c| shown(c.node));
            let end = channels.map(|channel| channel.end()).fold(0.0, f32::max);
            let name = clip
                .name
                .clone()
                .unwrap_or_else(|| format!("Clip_{number}"));
            clips.push((name, end.into()));
        }
        clips.sort_by(|a, b| a.partial_cmp(b).expect("no NaN"));
        let found = told["clips"].as_array().expect("a list");
        assert_eq!(found.len(), clips.len(), "{id}: clips");
        for (found, (name, end)) in found.iter().zip(clips) {
            assert_eq!(found[0], name, "{id}");
            let apart = found[1].as_f64().expect("a time") - end;
            assert!(apart.abs() < 1e-4, "{id}: {name} ends {apart} s later");
        }
    }

    /// Each name is there as often as in the source; where siblings have one in common, with a number behind it.
    fn compare_names(&self, id: &str, told: &Json) {
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for name in strings(&told["nodes"]) {
            *found.entry(name).or_default() += 1;
        }
        let mut take = |name: &str| match found.get_mut(name) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        };
        for name in self.names() {
            let is_there = take(&name) || (0..400).any(|n| take(&format!("{name}_{n}")));
            assert!(is_there, "{id}: no node {name}");
        }
    }
}

fn strings(list: &Json) -> Vec<String> {
    let list = list.as_array().expect("a list").iter();
    list.map(|text| text.as_str().expect("a text").to_owned())
        .collect()
}

/// The bundle of a model.
pub(crate) fn bundle(entry: &Entry, options: &Options) -> Vec<u8> {
    let (cid, bundle) = entry.names();
    let names = Names {
        cid: &cid,
        bundle: &bundle,
    };
    let made = convert_model(&entry.source(), &names, options, &Tiny);
    let outcome = made.outcome.as_str();
    assert_eq!(outcome, "converted", "{}: {:?}", entry.id, made.reason);
    made.output
}

/// What our own reader says, in the form of `reader.py`; panics at a reference that hits nothing.
fn told(bundle: &[u8]) -> (Json, Vec<Vec<[f32; 3]>>) {
    let limits = Limits {
        values: 1 << 26,
        ..Limits::default()
    };
    let bundle = Bundle::read(bundle, &limits).expect("a bundle");
    let [(_, file)] = &bundle.files[..] else {
        panic!("{} serialized files", bundle.files.len());
    };
    let objects = file.objects.iter().map(|object| {
        let class = file.type_of(object).expect("a type").class_id;
        let value = file.value(object, &limits).expect("fields");
        (object.path_id, (class, value))
    });
    let objects: BTreeMap<i64, (i32, Value)> = objects.collect();
    for (path_id, (_, value)) in &objects {
        closed(value, file, &objects, *path_id);
    }
    let of = |class: i32| {
        let all = objects.values().filter(move |(own, _)| *own == class);
        all.map(|(_, value)| value).collect::<Vec<_>>()
    };
    let name = |value: &&Value| {
        value
            .get("m_Name")
            .and_then(Value::as_text)
            .map(str::to_owned)
    };
    let mesh = |value: &&Value| &objects[&whole(value, "m_Mesh.m_PathID")].1;
    let colliders: Vec<&Value> = of(64).iter().map(mesh).collect();
    let mut counts: Vec<i64> = colliders
        .iter()
        .map(|mesh| whole(mesh, "m_VertexData.m_VertexCount"))
        .collect();
    counts.sort_unstable();
    let mut bones: Vec<usize> = of(137)
        .iter()
        .map(|value| value.get("m_Bones").expect("bones").elements().len())
        .collect();
    bones.sort_unstable();
    let mut clips: Vec<(Option<String>, f32)> = of(74).iter().map(|c| (name(c), end(c))).collect();
    clips.sort_by(|a, b| a.partial_cmp(b).expect("no NaN"));
    let shown = of(33).into_iter().chain(of(137));
    let told = json!({
        "bones": bones,
        "clips": clips,
        "colliders": counts,
        "materials": of(21).iter().filter_map(name).collect::<Vec<_>>(),
        "nodes": of(1).iter().filter_map(name).collect::<Vec<_>>(),
        "triangles": shown.map(|value| triangles(mesh(&value))).sum::<i64>(),
    });
    let positions = colliders.into_iter().map(positions).collect();
    (told, positions)
}

fn whole(value: &Value, path: &str) -> i64 {
    let number = value.at(path).and_then(Value::as_integer);
    i64::try_from(number.expect("a number")).expect("no larger")
}

fn closed(value: &Value, file: &SerializedFile, all: &BTreeMap<i64, (i32, Value)>, from: i64) {
    match value {
        Value::Struct(fields) if value.get("m_PathID").is_some() => {
            assert_eq!(fields.len(), 2);
            let (file_id, path_id) = (whole(value, "m_FileID"), whole(value, "m_PathID"));
            let is_there = match file_id {
                0 => path_id == 0 || all.contains_key(&path_id),
                other => usize::try_from(other).is_ok_and(|n| n <= file.externals.len()),
            };
            assert!(is_there, "{from} refers to {path_id} of file {file_id}");
        }
        Value::Struct(fields) => fields.iter().for_each(|(_, v)| closed(v, file, all, from)),
        Value::List(list) => list.iter().for_each(|v| closed(v, file, all, from)),
        Value::Pair(pair) => [&pair.0, &pair.1]
            .into_iter()
            .for_each(|v| closed(v, file, all, from)),
        _ => {}
    }
}

fn triangles(mesh: &Value) -> i64 {
    let submeshes = mesh.get("m_SubMeshes").expect("submeshes").elements();
    let drawn = submeshes.iter().filter(|part| whole(part, "topology") == 0);
    drawn.map(|part| whole(part, "indexCount") / 3).sum()
}

fn end(clip: &Value) -> f32 {
    let lists = [
        "m_RotationCurves",
        "m_PositionCurves",
        "m_ScaleCurves",
        "m_FloatCurves",
    ];
    let curves = lists
        .iter()
        .flat_map(|list| clip.get(list).expect("curves").elements());
    let keys = curves.flat_map(|curve| curve.at("curve.m_Curve").expect("keys").elements());
    let times = keys.map(|key| match key.get("time") {
        Some(Value::F32(time)) => *time,
        other => panic!("{other:?} is no time"),
    });
    times.fold(0.0, f32::max)
}

/// The positions of a mesh, mirrored back.
fn positions(mesh: &Value) -> Vec<[f32; 3]> {
    let channels = mesh
        .at("m_VertexData.m_Channels")
        .expect("channels")
        .elements();
    let first = channels
        .iter()
        .filter(|channel| whole(channel, "stream") == 0);
    let stride = first
        .map(|channel| whole(channel, "dimension") as usize * 4)
        .sum();
    let bytes = mesh.at("m_VertexData.m_DataSize").and_then(Value::as_bytes);
    let count = whole(mesh, "m_VertexData.m_VertexCount") as usize;
    let vertices = bytes.expect("bytes").chunks(stride).take(count);
    vertices
        .map(|vertex| {
            let float =
                |at: usize| f32::from_le_bytes(vertex[at..at + 4].try_into().expect("four"));
            [-float(0), float(4), float(8)]
        })
        .collect()
}

#[test]
fn every_model_is_in_its_bundle_whole() {
    let corpus = corpus();
    for entry in &corpus {
        let source = Source::of(entry);
        let mut files = Vec::new();
        for player in PLAYERS {
            let bundle = bundle(entry, &Options::new(player));
            let (told, positions) = told(&bundle);
            source.compare(&entry.id, &told);
            source.compare_colliders(&entry.id, positions);
            files.push(bundle);
        }
        // The player, its number in the file and its shader.
        assert!(files[0] != files[1], "{}", entry.id);
    }
    println!("{} models for {} players", corpus.len(), PLAYERS.len());
}

impl Source {
    /// Each collider has the vertices of its source, to the bit.
    fn compare_colliders(&self, id: &str, found: Vec<Vec<[f32; 3]>>) {
        let colliders = self.shown.iter().filter(|(_, collides)| *collides);
        let meshes = colliders.filter_map(|(node, _)| {
            let own = &self.model.nodes[*node];
            own.mesh.filter(|_| own.skin.is_none())
        });
        let buffers = meshes.flat_map(|mesh| self.buffers(mesh));
        let buffers = buffers.filter(|buffer| buffer.targets.is_empty());
        let bits = |list: &[[f32; 3]]| -> Vec<[u32; 3]> {
            let plain = list.iter().map(|p| p.map(|n| (n + 0.0).to_bits()));
            plain.collect()
        };
        let mut own: Vec<_> = buffers.map(|buffer| bits(&buffer.positions)).collect();
        let mut found: Vec<_> = found.iter().map(|list| bits(list)).collect();
        own.sort_unstable();
        found.sort_unstable();
        assert!(own == found, "{id}: vertices of colliders");
    }
}
