//! Bundles of models, beside those that Unity and the specification's prototype made of the same files.

use unityfs::Limits;
use unityfs::archive::Packing;
use unityfs::build::model::{Clip, Curve, Interpolation, Model, Node, Shader, Track};
use unityfs::build::{Identity, Metadata, Platform, Target, Texture, model_bundle};
use unityfs::inspect::diff;
use unityfs::names::OwnIds;
use unityfs::tree::Engine;
use unityfs::value::{Value, encode, to_json};

use super::built::{TODAY, object};
use super::data;
use super::files::inner;
use super::gltf::{Glb, image_names};

pub(crate) const OLD: Target = Target {
    engine: Engine::Unity2021,
    platform: Platform::WebGl,
    packing: Packing::Stored,
};

/// A bundle of a model that needs the scene shader.
pub(crate) fn bundle(model: &Model<'_>, name: &str, target: &Target) -> Vec<u8> {
    let shader = Shader::scene("windows");
    let metadata = Metadata {
        dependencies: vec![shader.bundle.clone()],
        ..Metadata::default()
    };
    let identity = Identity::new(name, metadata);
    model_bundle(identity, model, "glb", &shader, target).expect("a bundle")
}

/// Path ids of the prototype's bundle, by our keys.
const TRI_IDS: [(&str, i64); 14] = [
    ("node/0", 8763999249077783329),
    ("transform/0", 4200697031234452802),
    ("node/0/part/0/filter", -3430288510205269417),
    ("node/0/part/0/renderer", 5583992730277508587),
    ("node/1", -8029331479646907965),
    ("transform/1", -349675409630444398),
    ("node/1/part/0/filter", -1575743391729079423),
    ("node/1/part/0/collider", 5938932681570932102),
    ("root", 2299552534283104174),
    ("root/transform", 8544718999220061365),
    ("mesh/0", 8100016662918505027),
    ("material/0", 3263953333392957331),
    ("texture/0", 8359000583486644021),
    ("metadata", 5215862992202391004),
];

/// Byte for byte the prototype's bundle of today's layout, but for the flag that the mesh is a collider's, which the
/// prototype did not write yet.
#[test]
fn the_smallest_model_is_the_prototypes_byte_for_byte() {
    let path = "unityfs/ours/tri_6000.2.6f2_windows_none_rgba32";
    let Some(theirs) = data::asset(path) else {
        return;
    };
    let glb = data::asset("unityfs/ours/tri.glb").expect("it is beside");
    let (cab, _, mut file) = inner(&theirs);
    let texture = object(&file, 28);
    let pixels = texture
        .get("image data")
        .and_then(Value::as_bytes)
        .expect("bytes");

    let images = image_names();
    let glb = Glb::read(&glb).expect("a plain file");
    let mut model = glb.model("bafytri", &images).expect("a plain model");
    model.textures[0] = Texture {
        width: 8,
        height: 8,
        levels: 4,
        pixels,
        ..model.textures[0]
    };
    let name = "bafytri_4f53cda18c2baa0c0354bb5f9a3ecbe5_windows";
    let shader = Shader::scene("windows");
    let mut identity = Identity::new(name, Metadata::default());
    identity.metadata.dependencies.push(shader.bundle.clone());
    identity.ids = OwnIds::new(name).preset(TRI_IDS.map(|(key, id)| (key.to_owned(), id)));
    let ours = model_bundle(identity, &model, "glb", &shader, &TODAY).expect("a bundle");

    let mesh = file
        .objects
        .iter()
        .position(|o| o.path_id == TRI_IDS[10].1)
        .expect("a mesh");
    let mut value = file
        .value(&file.objects[mesh], &Limits::default())
        .expect("fields");
    *value.get_mut("m_MeshUsageFlags").expect("a field") = Value::I32(16);
    let tree = &file.type_of(&file.objects[mesh]).expect("a type").tree;
    file.objects[mesh].bytes = encode(tree, &value).expect("bytes");
    let file = file.write().expect("bytes");
    let archive = unityfs::archive::Archive::new("6000.2.6f2", &[(&cab, 4, &file)]);
    let expected = archive.write(Packing::Stored).expect("bytes");
    let found = diff(&expected, &ours, &Limits::default()).expect("two bundles");
    assert!(found.is_empty(), "{}", found.to_text());
    assert!(ours == expected);
}

/// The golden pair: 815 objects of Unity's, in its layout, out of the same file. What may differ are the materials (of an
/// older shader), the textures (pixels are the caller's), and the two objects of the bundle as a whole.
#[test]
fn the_garden_is_unitys_object_by_object() {
    let Some(real) = data::real(data::GARDEN) else {
        return;
    };
    let glb = data::asset("models/045_garden/garden.glb").expect("it is beside");
    let images = image_names();
    let glb = Glb::read(&glb).expect("a plain file");
    let model = glb.model(data::GARDEN, &images).expect("a plain model");
    let ours = bundle(&model, data::GARDEN, &OLD);
    let found = diff(&real, &ours, &Limits::default()).expect("two bundles");
    let may_differ = ["AssetBundle", "TextAsset", "Material", "Texture2D"];
    let differing: Vec<_> = found.objects.iter().collect();
    let wrong: Vec<_> = differing
        .iter()
        .filter(|o| !may_differ.contains(&&*o.class))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(differing.len(), 12, "{}", found.to_text());
    assert_eq!(found.equal_objects, 803, "{}", found.to_text());
}

/// Clips of a real bundle: the keys of Unity's curves, put back into glTF's conventions, give Unity's clip byte for byte.
#[test]
fn clips_are_unitys_byte_for_byte() {
    let Some(real) = data::real(data::COIN) else {
        return;
    };
    let (_, _, file) = inner(&real);
    let is_clip = |o: &&_| file.type_of(o).expect("a type").class_id == 74;
    let clip = file.objects.iter().find(is_clip).expect("a clip");
    let fields = file.value(clip, &Limits::default()).expect("fields");

    let mut nodes: Vec<Node> = Vec::new();
    let mut curves = Vec::new();
    for (list, kind) in [
        ("m_PositionCurves", 0),
        ("m_RotationCurves", 1),
        ("m_ScaleCurves", 2),
    ] {
        for curve in fields.get(list).expect("a list").elements() {
            let path = curve.get("path").and_then(Value::as_text).expect("a path");
            curves.push(unity_curve(curve, node_at(&mut nodes, path), kind));
        }
    }
    assert!(!curves.is_empty());
    let name = fields
        .get("m_Name")
        .and_then(Value::as_text)
        .expect("a name")
        .to_owned();
    let model = Model {
        name: data::COIN,
        nodes,
        clips: vec![Clip { name, curves }],
        ..Model::default()
    };
    let (_, _, ours) = inner(&bundle(&model, data::COIN, &OLD));
    let is_clip = |o: &&_| ours.type_of(o).expect("a type").class_id == 74;
    let our_clip = ours.objects.iter().find(is_clip).expect("a clip");
    let our_fields = ours.value(our_clip, &Limits::default()).expect("fields");
    assert_eq!(to_json(&our_fields), to_json(&fields));
    assert!(our_clip.bytes == clip.bytes);
    let player = object(&ours, 111);
    let first = player
        .get("m_Animation")
        .and_then(Value::as_reference)
        .expect("a reference");
    assert_eq!(first.path_id, our_clip.path_id);
}

/// The node of a path, made with those above it where it is not there.
fn node_at(nodes: &mut Vec<Node>, path: &str) -> usize {
    let mut parent = None;
    for name in path.split('/') {
        let known = nodes
            .iter()
            .position(|node| node.name == name && node.parent == parent);
        parent = Some(known.unwrap_or_else(|| {
            nodes.push(Node {
                name: name.to_owned(),
                parent,
                ..Node::default()
            });
            nodes.len() - 1
        }));
    }
    parent.expect("a path has a name")
}

fn unity_curve(curve: &Value, node: usize, kind: usize) -> Curve {
    let keys = curve.at("curve.m_Curve").expect("keys").elements();
    let float = |value: &Value| match value {
        Value::F32(number) => *number,
        other => panic!("{other:?} is no float"),
    };
    let axis = |key: &Value, axis| float(key.at(axis).expect("an axis"));
    let vector = |key: &Value| ["value.x", "value.y", "value.z"].map(|name| axis(key, name));
    let track = match kind {
        0 => Track::Translation(
            keys.iter()
                .map(vector)
                .map(|[x, y, z]| [-x, y, z])
                .collect(),
        ),
        1 => {
            let rotation = |key| (vector(key), axis(key, "value.w"));
            let mirrored = |([x, y, z], w): ([f32; 3], f32)| [x, -y, -z, w];
            Track::Rotation(keys.iter().map(rotation).map(mirrored).collect())
        }
        _ => Track::Scale(keys.iter().map(vector).collect()),
    };
    Curve {
        node,
        times: keys.iter().map(|key| axis(key, "time")).collect(),
        interpolation: Interpolation::Linear,
        track,
    }
}
