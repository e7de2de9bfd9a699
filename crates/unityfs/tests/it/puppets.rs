//! A small model of our own with everything Unity's samples lack: skin, morph target, lines, colours, name rules.

use unityfs::Limits;
use unityfs::archive::Packing;
use unityfs::build::model::{
    Clip, Curve, Interpolation, Mesh, Model, MorphTarget, Node, Part, Shader, Skin, SubMesh,
    Topology, Track,
};
use unityfs::build::{Identity, Metadata, Target, model_bundle};
use unityfs::value::{Value, to_json};

use super::built::{TODAY, object};
use super::files::inner;
use super::models::bundle;

/// A strip of two triangles on two bones, with a morph target and a line.
pub(crate) fn puppet() -> Model<'static> {
    let node = |name: &str, parent| Node {
        name: name.to_owned(),
        parent,
        ..Node::default()
    };
    let identity = std::array::from_fn(|n| if n % 5 == 0 { 1.0 } else { 0.0 });
    let mut moved: [f32; 16] = identity;
    moved[12..15].copy_from_slice(&[1.0, -2.0, 3.0]);
    let positions = vec![
        [0.0, 0.0, 0.0],
        [1.0, 0.0, 0.0],
        [0.0, 2.0, 0.0],
        [1.0, 2.0, 1.0],
    ];
    let mesh = Mesh {
        name: "Body".to_owned(),
        joints: vec![[0, 1, 0, 0]; 4],
        weights: vec![
            [1.0, 0.0, 0.0, 0.0],
            [1.0, 0.0, 0.0, 0.0],
            [0.5, 1.5, 0.0, 0.0],
            [0.0; 4],
        ],
        inverse_binds: vec![identity, moved],
        colors: vec![[0.25, 0.5, 0.75, 1.0]; 4],
        uvs: vec![vec![[0.0, 0.25]; 4], vec![[0.5, 1.0]; 4]],
        submeshes: vec![
            SubMesh {
                topology: Topology::Triangles,
                indices: vec![0, 1, 2, 2, 1, 3],
            },
            SubMesh {
                topology: Topology::Lines,
                indices: vec![0, 3],
            },
        ],
        targets: vec![MorphTarget {
            name: "smile".to_owned(),
            positions: vec![[0.0; 3], [0.0; 3], [0.5, 0.25, 0.0], [0.0; 3]],
            ..MorphTarget::default()
        }],
        positions,
        ..Mesh::default()
    };
    let mut body = node("Body", Some(0));
    body.parts.push(Part {
        mesh: 0,
        materials: vec![None; 2],
    });
    body.skin = Some(Skin {
        joints: vec![3, 4],
        root: None,
    });
    body.weights = vec![0.75];
    let nodes = vec![
        node("Avatar", None),
        body,
        node("Hips", Some(0)),
        node("Leg", Some(2)),
        node("Leg", Some(2)),
    ];
    Model {
        name: "bafyPuppet",
        nodes,
        meshes: vec![mesh],
        ..Model::default()
    }
}

#[test]
fn skins_and_morph_targets_are_written() {
    let (_, _, file) = inner(&bundle(&puppet(), "puppet_windows", &TODAY));
    let mesh = object(&file, 43);
    assert_eq!(to_json(mesh.get("m_MeshUsageFlags").expect("a field")), 1);
    let json = to_json(&mesh);
    let second = &json["m_BindPose"][1];
    // x is mirrored: the translation along it, and nothing else here, changes its sign.
    assert_eq!(
        (&second["e03"], &second["e13"], &second["e23"]),
        (&(-1.0).into(), &(-2.0).into(), &3.0.into())
    );
    // The second bone moves the third vertex only.
    let expected = serde_json::json!({"x": -1.0, "y": 0.0, "z": 3.0});
    assert_eq!(json["m_BonesAABB"][1]["m_Min"], expected);
    assert_eq!(json["m_BonesAABB"][1]["m_Max"], expected);
    let streams: Vec<_> = json["m_VertexData"]["m_Channels"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|channel| {
            ["stream", "offset", "format", "dimension"]
                .map(|f| channel[f].as_u64().expect("a number"))
        })
        .collect();
    assert_eq!(streams[0], [0, 0, 0, 3]);
    assert_eq!(streams[3], [1, 0, 0, 4]);
    assert_eq!((streams[4], streams[5]), ([2, 0, 0, 2], [2, 8, 0, 2]));
    assert_eq!((streams[12], streams[13]), ([3, 0, 0, 4], [3, 16, 10, 4]));
    let data = mesh
        .at("m_VertexData.m_DataSize")
        .and_then(Value::as_bytes)
        .expect("bytes");
    assert_eq!(data.len(), 4 * 12 + 4 * 16 + 4 * 16 + 4 * 32);
    let third = &data[48 + 64 + 64 + 2 * 32..][..24];
    let floats = [0.75_f32, 0.25, 0.0, 0.0].map(f32::to_le_bytes).concat();
    assert_eq!(
        third[..16],
        floats,
        "the heavier bone comes first, and the sum is 1"
    );
    assert_eq!(third[16..], [1, 0, 0, 0, 0, 0, 0, 0]);

    let shapes = &json["m_Shapes"];
    assert_eq!(
        shapes["vertices"].as_array().map(Vec::len),
        Some(1),
        "one vertex moves"
    );
    assert_eq!(shapes["vertices"][0]["vertex"]["x"], -0.5);
    assert_eq!(shapes["vertices"][0]["index"], 2);
    assert_eq!(
        shapes["channels"][0]["nameHash"], 0x028a_030f_u32,
        "CRC-32 of smile"
    );
    assert_eq!(json["m_SubMeshes"][1]["topology"], 3);
    assert_eq!(json["m_SubMeshes"][1]["firstByte"], 24);

    let renderer = object(&file, 137);
    let root = renderer
        .get("m_RootBone")
        .and_then(Value::as_reference)
        .expect("a reference");
    let root = file.object(root.path_id).expect("a Transform");
    let root = file.value(root, &Limits::default()).expect("fields");
    assert_eq!(
        root.get("m_Children").expect("a list").elements().len(),
        2,
        "Hips"
    );
    assert_eq!(renderer.get("m_Bones").expect("a list").elements().len(), 2);
    assert_eq!(
        renderer
            .get("m_BlendShapeWeights")
            .expect("a list")
            .elements(),
        [Value::F32(0.75)]
    );
    let materials = renderer.get("m_Materials").expect("a list").elements();
    assert_eq!(materials.len(), 2);
    assert_eq!(to_json(&object(&file, 21))["m_Name"], "DCL_Scene");
    let is_filter = |o: &_| file.type_of(o).expect("a type").class_id == 33;
    assert!(
        !file.objects.iter().any(is_filter),
        "a skinned mesh has no filter"
    );
}

/// The root is the only top node, under the content id; siblings of one name are numbered.
#[test]
fn names_are_those_that_the_client_looks_for() {
    let names = |model: &Model<'_>| {
        let bundle = bundle(model, "puppet_windows", &TODAY);
        let report = unityfs::inspect::describe(&bundle, &Limits::default()).expect("a report");
        let objects = report.files[0].objects.iter();
        let nodes = objects.filter(|object| object.class == "GameObject");
        let mut names: Vec<_> = nodes.map(|object| object.name.clone()).collect();
        names.sort_unstable();
        names
    };
    let mut model = puppet();
    let expected = ["", "/Body", "/Hips", "/Hips/Leg", "/Hips/Leg_0"];
    assert_eq!(
        names(&model),
        expected.map(|name| format!("bafyPuppet{name}"))
    );
    // With a clip the root is an object of its own, and so it is above two nodes.
    model.clips.push(Clip {
        name: "idle".to_owned(),
        curves: Vec::new(),
    });
    assert_eq!(names(&model)[1], "bafyPuppet/Avatar");
    model.clips.clear();
    model.nodes[2].parent = None;
    assert!(names(&model).contains(&"bafyPuppet/Avatar/Body".to_owned()));
}

/// What is below a collider collides, and each part on an object of its own.
#[test]
fn colliders_are_found_by_name() {
    let mut model = puppet();
    model.meshes[0] = Mesh {
        joints: Vec::new(),
        weights: Vec::new(),
        targets: Vec::new(),
        inverse_binds: Vec::new(),
        ..model.meshes[0].clone()
    };
    model.nodes[1].skin = None;
    let part = model.nodes[1].parts[0].clone();
    model.nodes[1].parts.push(part);
    let count = |model: &Model<'_>, class| {
        let (_, _, file) = inner(&bundle(model, "puppet_windows", &TODAY));
        let is_it = |o: &&_| file.type_of(o).expect("a type").class_id == class;
        file.objects.iter().filter(is_it).count()
    };
    assert_eq!(
        (count(&model, 23), count(&model, 64), count(&model, 1)),
        (2, 0, 6)
    );
    model.nodes[1].name = "Body_Collider".to_owned();
    assert_eq!(
        (count(&model, 23), count(&model, 64), count(&model, 21)),
        (0, 2, 0)
    );
    // The only top node's own name is lost, and with it what it says.
    model.nodes[1].name = "Body".to_owned();
    model.nodes[0].name = "Avatar_collider".to_owned();
    assert_eq!((count(&model, 23), count(&model, 64)), (2, 0));
}

#[test]
fn models_that_contradict_themselves_are_refused() {
    let refused = |what: &str, change: &dyn Fn(&mut Model<'_>)| {
        let mut model = puppet();
        change(&mut model);
        let identity = Identity::new("puppet_windows", Metadata::default());
        let shader = Shader::scene("windows");
        let made = model_bundle(identity, &model, "glb", &shader, &TODAY);
        assert!(made.is_err(), "{what}");
    };
    refused("a vertex", &|model| {
        model.meshes[0].submeshes[0].indices[0] = 4
    });
    refused("normals", &|model| model.meshes[0].normals.push([0.0; 3]));
    refused("joints", &|model| model.meshes[0].joints.clear());
    refused("a joint", &|model| model.meshes[0].joints[0][1] = 2);
    refused("a target", &|model| {
        model.meshes[0].targets[0].positions.truncate(1)
    });
    refused("a mesh", &|model| model.nodes[1].parts[0].mesh = 1);
    refused("a material", &|model| {
        model.nodes[1].parts[0].materials[0] = Some(0)
    });
    refused("a parent", &|model| model.nodes[1].parent = Some(9));
    refused("a circle", &|model| model.nodes[0].parent = Some(2));
    refused("a bone", &|model| {
        model.nodes[1].skin.as_mut().expect("a skin").joints[0] = 9
    });
    refused("a curve", &|model| {
        model.clips.push(Clip {
            name: "idle".to_owned(),
            curves: vec![Curve {
                node: 0,
                times: vec![0.0, 1.0],
                interpolation: Interpolation::CubicSpline,
                track: Track::Scale(vec![[1.0; 3]; 2]),
            }],
        });
    });
}

#[test]
fn a_model_gives_the_same_bytes_on_any_thread() {
    let target = Target {
        packing: Packing::Lz4Hc,
        ..TODAY
    };
    let first = bundle(&puppet(), "puppet_windows", &target);
    let threads =
        [(); 2].map(|()| std::thread::spawn(move || bundle(&puppet(), "puppet_windows", &target)));
    for thread in threads {
        assert!(thread.join().expect("no panic") == first);
    }
}
