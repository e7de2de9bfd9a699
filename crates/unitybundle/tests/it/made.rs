//! Small models made by hand.

use bundler::{Conversion, NoFiles, Outcome, Source};
use serde_json::{Value as Json, json};
use unitybundle::{
    BlockTextures, Names, Options, Player, SceneShader, convert_image, convert_model,
};
use unityfs::Limits;
use unityfs::inspect::{Bundle, describe};
use unityfs::value::Value;

use crate::grey::{Tiny, grey};

const NAMES: Names<'_> = Names {
    cid: "bafyDoor",
    bundle: "bafyDoor_4f53cda18c2baa0c0354bb5f9a3ecbe5",
};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02x}")).collect()
}

/// A strip of two triangles without normals, `material` on it; more nodes and members by `change`.
fn strip(material: Json, change: impl Fn(&mut Json)) -> Vec<u8> {
    let floats: Vec<u8> = [
        [0.0_f32, 0.0, 0.0],
        [1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0],
        [1.0, 1.0, 0.0],
    ]
    .into_iter()
    .flatten()
    .chain([0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0])
    .flat_map(f32::to_le_bytes)
    .collect();
    let uri = format!("data:application/octet-stream,{}", hex(&floats));
    let image = format!("data:image/bmp,{}", hex(&grey()));
    let mut model = json!({
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}],
        "nodes": [{"name": "door", "mesh": 0}],
        "meshes": [{"name": "leaf", "primitives": [
            {"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "mode": 5, "material": 0}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3", "min": [0, 0, 0], "max": [1, 1, 0]},
            {"bufferView": 0, "byteOffset": 48, "componentType": 5126, "count": 4, "type": "VEC2"}],
        "bufferViews": [{"buffer": 0, "byteLength": floats.len()}],
        "buffers": [{"byteLength": floats.len(), "uri": uri}],
        "images": [{"uri": image}, {"uri": "data:image/png,broken"}],
        "samplers": [{"wrapS": 33071, "wrapT": 33648}],
        "textures": [{"source": 0, "sampler": 0}, {"source": 1}],
        "materials": [material],
    });
    change(&mut model);
    model.to_string().into_bytes()
}

fn converted(path: &str, bytes: &[u8], options: &Options) -> Conversion {
    let source = Source {
        path,
        bytes,
        files: &NoFiles,
    };
    convert_model(&source, &NAMES, options, &BlockTextures)
}

/// The fields of all objects of a class.
fn objects(bundle: &[u8], class: i32) -> Vec<Value> {
    let limits = Limits::default();
    let bundle = Bundle::read(bundle, &limits).expect("a bundle");
    let file = &bundle.files[0].1;
    let all = file.objects.iter();
    let all = all.filter(|o| file.type_of(o).expect("a type").class_id == class);
    all.map(|object| file.value(object, &limits).expect("fields"))
        .collect()
}

fn number(value: &Value, path: &str) -> i128 {
    value
        .at(path)
        .and_then(Value::as_integer)
        .expect("a number")
}

#[test]
fn a_mesh_gets_what_its_material_reads() {
    let windows = Options::new(Player::Windows);
    let channels = |material: Json| -> Vec<i128> {
        let made = converted("door.gltf", &strip(material, |_| {}), &windows);
        assert_eq!((made.outcome, made.reason), (Outcome::Converted, None));
        let mesh = objects(&made.output, 43).remove(0);
        let list = mesh.at("m_VertexData.m_Channels").expect("channels");
        let list = list.elements().iter();
        list.map(|channel| number(channel, "dimension")).collect()
    };
    // Positions, normals, tangents, colours, one set of texture coordinates.
    assert_eq!(channels(json!({}))[..6], [3, 3, 0, 0, 2, 0]);
    let bumpy = json!({"normalTexture": {"index": 0}});
    assert_eq!(channels(bumpy)[..6], [3, 3, 4, 0, 2, 0]);
}

#[test]
fn textures_are_coded_for_their_use_and_keep_their_edges() {
    let mac = Options::new(Player::Mac);
    let texture = |material: Json| {
        let made = converted("door.gltf", &strip(material, |_| {}), &mac);
        objects(&made.output, 28).remove(0)
    };
    let base = texture(json!({"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}));
    let told =
        |of: &Value| ["m_TextureFormat", "m_ColorSpace", "m_MipCount"].map(|f| number(of, f));
    assert_eq!(told(&base), [25, 1, 3]);
    let wrap = ["m_WrapU", "m_WrapV"].map(|f| number(&base, &format!("m_TextureSettings.{f}")));
    assert_eq!(wrap, [1, 2]);
    let normal = texture(json!({"normalTexture": {"index": 0}}));
    assert_eq!(told(&normal), [27, 0, 3]);
    let both = json!({"normalTexture": {"index": 0}, "emissiveTexture": {"index": 0}});
    assert_eq!(told(&texture(both)), [25, 0, 3]);
}

#[test]
fn an_image_that_is_broken_costs_only_itself() {
    let both = json!({"emissiveTexture": {"index": 0}, "occlusionTexture": {"index": 1}});
    let made = converted(
        "door.gltf",
        &strip(both, |_| {}),
        &Options::new(Player::Mac),
    );
    assert_eq!(made.outcome, Outcome::Converted);
    assert!(
        made.reason
            .is_some_and(|told| told.starts_with("image 1: "))
    );
    assert_eq!(objects(&made.output, 28).len(), 1);
    // One that nothing shows is not looked at.
    let none = converted(
        "door.gltf",
        &strip(json!({}), |_| {}),
        &Options::new(Player::Mac),
    );
    assert_eq!((none.reason, objects(&none.output, 28).len()), (None, 0));
}

#[test]
fn players_differ_in_what_they_must() {
    let model = strip(json!({"doubleSided": true}), |_| {});
    let bundles = [Player::Windows, Player::Mac].map(|player| {
        let made = converted("Door.GLTF", &model, &Options::new(player));
        let again = converted(
            "Door.GLTF",
            &model,
            &Options {
                threads: 3,
                ..Options::new(player)
            },
        );
        assert!(made.output == again.output);
        describe(&made.output, &Limits::default()).expect("a report")
    });
    for (bundle, platform) in bundles.iter().zip(["windows", "mac"]) {
        let file = &bundle.files[0];
        let name = format!("{}_{platform}", NAMES.bundle.to_lowercase());
        assert_eq!(
            (&bundle.name, &file.name),
            (&name, &unityfs::names::cab(&name))
        );
        let shader = unityfs::names::cab(&format!("dcl/scene_ignore_{platform}"));
        assert!(file.externals[0].ends_with(&shader));
        assert_eq!(file.addresses[0].address, "bafyDoor.gltf");
    }
    let classes = |of: usize| {
        let objects = bundles[of].files[0].objects.iter();
        let mut classes: Vec<_> = objects.map(|object| object.class.clone()).collect();
        classes.sort_unstable();
        classes
    };
    assert_eq!(classes(0), classes(1));
}

#[test]
fn an_empty_file_is_an_empty_model() {
    let made = converted("hidden.glb", b"", &Options::new(Player::Windows));
    assert_eq!((made.outcome, made.stats.bytes_in), (Outcome::Converted, 0));
    let nodes = objects(&made.output, 1);
    let name = nodes[0].get("m_Name").and_then(Value::as_text);
    assert_eq!((nodes.len(), name), (1, Some("bafyDoor")));
}

#[test]
fn what_cannot_be_written_is_refused_with_a_reason() {
    let windows = Options::new(Player::Windows);
    let told = |path: &str, bytes: &[u8], options: &Options| {
        let made = converted(path, bytes, options);
        (made.outcome, made.reason.unwrap_or_default())
    };
    let (outcome, reason) = told("a.glb", b"glTF", &windows);
    assert_eq!(outcome, Outcome::Unparseable, "{reason}");
    let named = strip(json!({}), |model| {
        model["images"][0]["uri"] = json!("gone.png")
    });
    assert_eq!(told("a.gltf", &named, &windows).0, Outcome::MissingDeps);
    let draco = strip(json!({}), |model| {
        model["extensionsRequired"] = json!(["KHR_draco_mesh_compression"]);
    });
    assert_eq!(told("a.gltf", &draco, &windows).0, Outcome::Failed);
    let unknown = Options {
        shader: SceneShader {
            path_id: 0,
            ..SceneShader::default()
        },
        ..windows
    };
    let (outcome, reason) = told("a.gltf", &strip(json!({}), |_| {}), &unknown);
    assert_eq!(outcome, Outcome::Failed);
    assert!(reason.contains("shader"), "{reason}");
    let names = Names {
        bundle: &"a".repeat(190),
        ..NAMES
    };
    let long = convert_image("a.bmp", &grey(), "image/bmp", &names, &windows, &Tiny);
    assert_eq!(long.outcome, Outcome::Failed);
    let text = convert_image(
        "a.png",
        b"no image",
        "image/png",
        &NAMES,
        &windows,
        &BlockTextures,
    );
    assert_eq!(text.outcome, Outcome::Unparseable);
}

#[test]
fn an_emote_is_told_that_its_player_will_not_take_it() {
    let clip = |model: &mut Json| {
        model["animations"] = json!([{"name": "wave", "channels": [], "samplers": []}])
    };
    let model = strip(json!({}), clip);
    let made = converted("wave_emote.gltf", &model, &Options::new(Player::Mac));
    assert_eq!(made.outcome, Outcome::Converted);
    assert!(made.reason.is_some_and(|told| told.contains("Animator")));
    assert_eq!(objects(&made.output, 74).len(), 1);
    assert_eq!(
        converted("wave.gltf", &model, &Options::new(Player::Mac)).reason,
        None
    );
}

#[test]
fn joints_that_are_in_no_scene_bend_nothing() {
    let skinned = strip(json!({}), |model| {
        let bytes = [0_u8; 16]
            .iter()
            .chain(&[255, 0, 0, 0].repeat(4))
            .copied()
            .collect::<Vec<_>>();
        let buffer = json!({"byteLength": 32, "uri": format!("data:a/b,{}", hex(&bytes))});
        let view = json!({"buffer": 1, "byteLength": 32});
        let joints = json!({"bufferView": 1, "componentType": 5121, "count": 4, "type": "VEC4"});
        let weights = json!({"bufferView": 1, "byteOffset": 16, "componentType": 5121, "count": 4,
            "type": "VEC4", "normalized": true});
        let attributes = &mut model["meshes"][0]["primitives"][0]["attributes"];
        attributes["JOINTS_0"] = json!(2);
        attributes["WEIGHTS_0"] = json!(3);
        model["nodes"][0]["skin"] = json!(0);
        let bone = json!({"name": "bone"});
        for (list, what) in [
            ("buffers", buffer),
            ("bufferViews", view),
            ("accessors", joints),
            ("accessors", weights),
            ("nodes", bone),
        ] {
            model[list].as_array_mut().expect("a list").push(what);
        }
        model["skins"] = json!([{"joints": [1]}]);
    });
    let made = converted("a.gltf", &skinned, &Options::new(Player::Mac));
    assert!(made.reason.is_some_and(|told| told.contains("joints")));
    assert_eq!(
        (
            objects(&made.output, 137).len(),
            objects(&made.output, 23).len()
        ),
        (0, 1)
    );
    let mut whole: Json = serde_json::from_slice(&skinned).expect("JSON");
    whole["scenes"][0]["nodes"] = json!([0, 1]);
    let made = converted(
        "a.gltf",
        whole.to_string().as_bytes(),
        &Options::new(Player::Mac),
    );
    let renderer = objects(&made.output, 137).remove(0);
    assert_eq!(renderer.get("m_Bones").expect("bones").elements().len(), 1);
    let mesh = objects(&made.output, 43).remove(0);
    assert_eq!(mesh.get("m_BindPose").expect("poses").elements().len(), 1);
}
