//! GLB files of the wild: what exporters write, and what a portrait makes of it.

use image::ImageFormat;
use portrait::shot::{Camera, Projection};
use portrait::{
    Avatar, Library, Limits, Look, Picture, Pose, Scene, Shot, Tone, Toon, compose, render,
};
use serde_json::json;

use crate::compare::difference;
use crate::glb::{self, BODY, Glb};

pub(crate) const RED: [f32; 3] = [1.0, 0.0, 0.0];
pub(crate) const BLUE: [f32; 3] = [0.0, 0.0, 1.0];

/// A camera that sees x and y from -1 to 1, one pixel each 1/16 m.
pub(crate) fn square() -> Shot {
    let camera = Camera {
        position: [0.0, 0.0, 5.0],
        yaw_degrees: 0.0,
        pitch_down_degrees: 0.0,
        projection: Projection::Orthographic { height_metres: 2.0 },
        near: 0.1,
        far: 50.0,
    };
    Shot {
        camera,
        width: 32,
        height: 32,
    }
}

/// The scene of a body shape that is this model.
pub(crate) fn scene(glb: &Glb) -> Scene {
    scene_with(glb, &Limits::default())
}

pub(crate) fn scene_with(glb: &Glb, limits: &Limits) -> Scene {
    let mut assets = portrait::AssetMap::default();
    glb::add(&mut assets, BODY, "body_shape", &json!({}), glb.file());
    let avatar = Avatar {
        body_shape: BODY.to_owned(),
        ..Avatar::default()
    };
    let library = Library::new(*limits);
    let composition = compose(&avatar, &assets, &library).expect("a composition");
    Scene::new(&composition, &Pose::rest())
}

pub(crate) fn neutral() -> Look {
    Look {
        tone: Tone::Neutral,
        toon: None,
    }
}

pub(crate) fn draw(glb: &Glb) -> Picture {
    render(&scene(glb), &square(), &neutral(), &Limits::default()).expect("a picture")
}

pub(crate) fn at(picture: &Picture, x: f32, y: f32) -> [u8; 4] {
    let pixel = |metres: f32| ((metres + 1.0) * 16.0) as u32;
    picture.pixel(pixel(x), pixel(-y)).expect("inside")
}

#[test]
fn a_rectangle_covers_just_its_pixels() {
    let mut glb = Glb::new();
    let red = glb.colour("plain", RED);
    let mesh = glb.rectangle([-0.5, -0.25, 0.5, 0.75], 0.0, red);
    glb.show("it", mesh);
    let picture = draw(&glb);
    let covered = (0..1024).filter(|i| picture.pixel(i % 32, i / 32) == Some([255, 0, 0, 255]));
    assert_eq!(covered.count(), 256);
    assert_eq!(at(&picture, -0.49, 0.74), [255, 0, 0, 255]);
    assert_eq!(at(&picture, -0.51, 0.74), [0; 4]);
}

#[test]
fn sparse_values_replace_those_beneath() {
    let mut glb = Glb::new();
    let red = glb.colour("plain", RED);
    let mesh = glb.rectangle([-0.5, -0.5, 0.0, 0.0], 0.0, red);
    glb.show("it", mesh);
    let before = draw(&glb);
    let places = glb.view(&[2_u8]);
    let values: Vec<u8> = [0.9_f32, 0.9, 0.0]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    let values = glb.view(&values);
    glb.json["accessors"][0]["sparse"] = json!({
        "count": 1,
        "indices": {"bufferView": places, "componentType": 5121},
        "values": {"bufferView": values}
    });
    let after = draw(&glb);
    assert_eq!(at(&before, 0.5, 0.5), [0; 4]);
    assert_eq!(at(&after, 0.5, 0.5), [255, 0, 0, 255]);
}

#[test]
fn an_accessor_without_a_view_is_zeros_under_its_sparse_values() {
    let mut glb = Glb::new();
    let red = glb.colour("plain", RED);
    let mesh = glb.rectangle([0.0, 0.0, 0.5, 0.5], 0.0, red);
    glb.show("it", mesh);
    glb.json["accessors"][0]
        .as_object_mut()
        .expect("an object")
        .remove("bufferView");
    let places = glb.view(&[1_u8, 2]);
    let values: Vec<u8> = [0.9_f32, 0.0, 0.0, 0.9, 0.9, 0.0]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    let values = glb.view(&values);
    glb.json["accessors"][0]["sparse"] = json!({
        "count": 2,
        "indices": {"bufferView": places, "componentType": 5121},
        "values": {"bufferView": values}
    });
    let picture = draw(&glb);
    assert_eq!(at(&picture, 0.7, 0.3), [255, 0, 0, 255]);
    assert_eq!(at(&picture, 0.3, 0.7), [0; 4]);
}

#[test]
fn missing_normals_come_from_the_triangles() {
    let make = |with: bool| {
        let mut glb = Glb::new();
        let red = glb.colour("plain", RED);
        let mesh = glb.rectangle([-0.5, -0.5, 0.5, 0.5], 0.0, red);
        if with {
            let normals = glb.floats(&[[0.0, 0.0, 1.0]; 4]);
            glb.json["meshes"][mesh]["primitives"][0]["attributes"]["NORMAL"] = json!(normals);
        }
        glb.show("it", mesh);
        let look = Look {
            tone: Tone::Neutral,
            toon: Some(Toon {
                direction: [0.0, 0.0, -1.0],
            }),
        };
        render(&scene(&glb), &square(), &look, &Limits::default()).expect("a picture")
    };
    assert_eq!(make(true), make(false));
    // Lit from behind: the dark zone.
    assert_eq!(at(&make(false), 0.0, 0.0), [255, 0, 0, 255]);
}

#[test]
fn a_mirroring_node_still_shows_its_front() {
    let mut glb = Glb::new();
    let red = glb.colour("plain", RED);
    let mesh = glb.rectangle([0.25, -0.5, 0.75, 0.5], 0.0, red);
    let node = glb.show("it", mesh);
    glb.json["nodes"][node]["scale"] = json!([-1, 1, 1]);
    let picture = draw(&glb);
    assert_eq!(at(&picture, -0.5, 0.0), [255, 0, 0, 255]);
    assert_eq!(at(&picture, 0.5, 0.0), [0; 4]);
    // Turned by half a circle it shows its back, which a single-sided material does not have.
    glb.json["nodes"][node]["scale"] = json!([1, 1, 1]);
    glb.json["nodes"][node]["rotation"] = json!([0, 1, 0, 0]);
    assert_eq!(at(&draw(&glb), -0.5, 0.0), [0; 4]);
    glb.json["materials"][red]["doubleSided"] = json!(true);
    assert_eq!(at(&draw(&glb), -0.5, 0.0), [255, 0, 0, 255]);
}

/// Two primitives of one mesh, on two joints; the second joint moves by 0.5 m to the right.
fn skinned(joint_name: &str) -> Glb {
    let mut glb = Glb::new();
    let (red, blue) = (glb.colour("plain", RED), glb.colour("plain", BLUE));
    let first = glb.rectangle([-0.9, -0.5, -0.6, 0.5], 0.0, red);
    let second = glb.rectangle([-0.4, -0.5, -0.1, 0.5], 0.0, blue);
    for (mesh, joint) in [(first, 0), (second, 1)] {
        let joints = glb.shorts(&[[joint, 0, 0, 0]; 4]);
        // Weights that do not sum to 1 count by their share.
        let weights = glb.floats(&[[0.25, 0.0, 0.0, 0.0]; 4]);
        let attributes = &mut glb.json["meshes"][mesh]["primitives"][0]["attributes"];
        attributes["JOINTS_0"] = json!(joints);
        attributes["WEIGHTS_0"] = json!(weights);
    }
    let moved = glb.json["meshes"][second]["primitives"][0].clone();
    glb.json["meshes"][first]["primitives"]
        .as_array_mut()
        .expect("a list")
        .push(moved);
    let root = glb.push("nodes", json!({"name": "Root"}));
    let bone = glb.push(
        "nodes",
        json!({"name": joint_name, "translation": [0.5, 0, 0]}),
    );
    let skin = glb.push("skins", json!({"joints": [root, bone]}));
    glb.push(
        "nodes",
        json!({"name": "it", "mesh": first, "skin": skin, "translation": [9, 9, 9]}),
    );
    glb
}

#[test]
fn all_primitives_of_a_skin_follow_their_joints_and_not_their_node() {
    let picture = draw(&skinned("Bone"));
    assert_eq!(at(&picture, -0.75, 0.0), [255, 0, 0, 255]);
    assert_eq!(at(&picture, 0.25, 0.0), [0, 0, 255, 255]);
    assert_eq!(at(&picture, -0.25, 0.0), [0; 4]);
}

#[test]
fn a_wearable_hangs_on_the_bones_of_the_body_by_name() {
    let mut assets = portrait::AssetMap::default();
    let mut body = Glb::new();
    let bone = body.push("nodes", json!({"name": "Bone", "translation": [0.5, 0, 0]}));
    let skin = body.push("skins", json!({"joints": [bone]}));
    let blue = body.colour("plain", BLUE);
    let mesh = body.rectangle([-0.9, -0.9, -0.8, -0.8], 0.0, blue);
    body.push(
        "nodes",
        json!({"name": "torso", "mesh": mesh, "skin": skin}),
    );
    glb::add(&mut assets, BODY, "body_shape", &json!({}), body.file());
    // The wearable's own bone has another place at rest, and a number behind its name; a bone that the
    // body does not know stays under it.
    let mut hat = Glb::new();
    let red = hat.colour("plain", RED);
    let mesh = hat.rectangle([0.0, 0.0, 0.3, 0.3], 0.0, red);
    let joints = hat.shorts(&[[0_u16, 0, 0, 0]; 4]);
    let weights = hat.floats(&[[1.0, 0.0, 0.0, 0.0]; 4]);
    let attributes = &mut hat.json["meshes"][mesh]["primitives"][0]["attributes"];
    attributes["JOINTS_0"] = json!(joints);
    attributes["WEIGHTS_0"] = json!(weights);
    let spring = hat.push(
        "nodes",
        json!({"name": "Spring", "translation": [0, 0.5, 0]}),
    );
    hat.push(
        "nodes",
        json!({"name": "Bone_2", "translation": [-0.5, -0.5, 0], "children": [spring]}),
    );
    let skin = hat.push("skins", json!({"joints": [spring]}));
    hat.push("nodes", json!({"name": "it", "mesh": mesh, "skin": skin}));
    glb::add(&mut assets, "urn:test:hat", "hat", &json!({}), hat.file());
    let avatar = Avatar {
        body_shape: BODY.to_owned(),
        wearables: vec!["urn:test:hat".to_owned()],
        ..Avatar::default()
    };
    let library = Library::new(Limits::default());
    let composition = compose(&avatar, &assets, &library).expect("a composition");
    let scene = Scene::new(&composition, &Pose::rest());
    let picture = render(&scene, &square(), &neutral(), &Limits::default()).expect("a picture");
    assert_eq!(at(&picture, 0.65, 0.65), [255, 0, 0, 255]);
    assert_eq!(at(&picture, 0.15, 0.15), [0; 4]);
    assert_eq!(at(&picture, -0.35, -0.85), [0, 0, 255, 255]);
}

/// A rectangle from -1 to 1 with a texture: left half red, right half blue.
fn halves(format: ImageFormat) -> Glb {
    let mut glb = Glb::new();
    let colour = |x: u32, _| {
        if x < 16 {
            [255, 0, 0, 255]
        } else {
            [0, 0, 255, 255]
        }
    };
    let texture = glb.texture(&glb::picture(32, 32, format, colour));
    let pbr = json!({"baseColorTexture": {"index": texture}});
    let material = glb.push("materials", json!({"pbrMetallicRoughness": pbr}));
    let mesh = glb.rectangle([-1.0, -1.0, 1.0, 1.0], 0.0, material);
    glb.show("it", mesh);
    glb
}

#[test]
fn png_and_jpeg_textures_show_the_same() {
    let (png, jpeg) = (
        draw(&halves(ImageFormat::Png)),
        draw(&halves(ImageFormat::Jpeg)),
    );
    assert_eq!(at(&png, -0.5, 0.5), [255, 0, 0, 255]);
    assert_eq!(at(&png, 0.5, 0.5), [0, 0, 255, 255]);
    let (mean, _) = difference(&png, &jpeg);
    assert!(mean < 6.0, "{mean}");
    assert!(mean > 0.0, "the JPEG is read as one");
}

#[test]
fn texture_transforms_move_turn_and_scale() {
    let with = |transform: serde_json::Value| {
        let mut glb = halves(ImageFormat::Png);
        let texture = &mut glb.json["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"];
        texture["extensions"] = json!({"KHR_texture_transform": transform});
        glb.json["samplers"] = json!([{}]);
        let picture = draw(&glb);
        [
            at(&picture, -0.5, 0.0),
            at(&picture, 0.5, 0.0),
            at(&picture, 0.0, 0.5),
            at(&picture, 0.0, -0.5),
        ]
        .map(|[r, _, b, _]| match (r > 200, b > 200) {
            (true, false) => 'r',
            (false, true) => 'b',
            _ => '?',
        })
    };
    assert_eq!(with(json!({}))[..2], ['r', 'b']);
    assert_eq!(with(json!({"offset": [0.5, 0.0]}))[..2], ['b', 'r']);
    // Half as wide: only the left half of the texture is seen.
    assert_eq!(with(json!({"scale": [0.45, 1.0]}))[..2], ['r', 'r']);
    // Turned counter-clockwise in a space whose v points down: u runs along what was v, from the bottom
    // up, so that the lower half (v over 0.5) sees what was on the right.
    let quarter = std::f32::consts::FRAC_PI_2;
    assert_eq!(with(json!({"rotation": quarter}))[2..], ['r', 'b']);
}

#[test]
fn the_second_set_of_coordinates_is_used_where_asked_for() {
    let mut glb = halves(ImageFormat::Png);
    let uv = glb.floats(&[[1.0, 1.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0]]);
    glb.json["meshes"][0]["primitives"][0]["attributes"]["TEXCOORD_1"] = json!(uv);
    glb.json["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]["texCoord"] = json!(1);
    assert_eq!(at(&draw(&glb), -0.5, 0.5), [0, 0, 255, 255]);
}

#[test]
fn strips_and_files_beside_the_model_are_read() {
    let mut glb = Glb::new();
    let red = glb.colour("plain", RED);
    let corners = [
        [-0.5, -0.5, 0.0],
        [0.5, -0.5, 0.0],
        [-0.5, 0.5, 0.0],
        [0.5, 0.5, 0.0],
    ];
    let position = glb.floats(&corners);
    let primitive = json!({"attributes": {"POSITION": position}, "mode": 5, "material": red});
    let mesh = glb.push("meshes", json!({"primitives": [primitive]}));
    glb.show("it", mesh);
    let mut text = glb.json.clone();
    text["buffers"] = json!([{"uri": "data%20file.bin"}]);
    let mut assets = portrait::AssetMap::default();
    let representation =
        json!({"bodyShapes": [BODY], "mainFile": "Folder/it.gltf", "contents": []});
    let entity = json!({
        "id": "e", "content": [{"file": "Folder/it.gltf", "hash": "a"}, {"file": "folder/Data File.bin", "hash": "b"}],
        "metadata": {"id": BODY, "data": {"category": "body_shape", "representations": [representation]}}
    });
    let wearable = portrait::Wearable::from_entity_json(entity.to_string().as_bytes());
    assets.add_wearable(wearable.expect("an entity"));
    assets.add_content("a", text.to_string().into_bytes());
    assets.add_content("b", glb.bin.clone());
    let avatar = Avatar {
        body_shape: BODY.to_owned(),
        ..Avatar::default()
    };
    let library = Library::new(Limits::default());
    let composition = compose(&avatar, &assets, &library).expect("a composition");
    let scene = Scene::new(&composition, &Pose::rest());
    let picture = render(&scene, &square(), &neutral(), &Limits::default()).expect("a picture");
    assert_eq!(picture, draw(&glb));
    assert_eq!(at(&picture, -0.4, 0.4), [255, 0, 0, 255]);
    assert_eq!(at(&picture, 0.4, -0.4), [255, 0, 0, 255]);
}

#[test]
fn a_normal_map_bends_the_light() {
    let mut glb = Glb::new();
    // Left half leans to the right, right half to the left, both steeply.
    let lean = |x: u32, _| {
        if x < 16 {
            [250, 128, 140, 255]
        } else {
            [6, 128, 140, 255]
        }
    };
    let texture = glb.texture(&glb::picture(32, 32, ImageFormat::Png, lean));
    let pbr = json!({"baseColorFactor": [0.5, 0.5, 0.5, 1.0]});
    let material = json!({"pbrMetallicRoughness": pbr, "normalTexture": {"index": texture}});
    let material = glb.push("materials", material);
    let mesh = glb.rectangle([-1.0, -1.0, 1.0, 1.0], 0.0, material);
    glb.show("it", mesh);
    let look = Look {
        tone: Tone::Neutral,
        toon: Some(Toon {
            direction: [1.0, 0.0, -0.2],
        }),
    };
    let limits = Limits {
        normal_maps: true,
        ..Limits::default()
    };
    let draw = |limits: &Limits| {
        render(&scene_with(&glb, limits), &square(), &look, limits).expect("a picture")
    };
    let mapped = draw(&limits);
    assert!(at(&mapped, -0.5, 0.0)[0] > at(&mapped, 0.5, 0.0)[0]);
    let plain = draw(&Limits::default());
    assert_eq!(at(&plain, -0.5, 0.0), at(&plain, 0.5, 0.0));
}
