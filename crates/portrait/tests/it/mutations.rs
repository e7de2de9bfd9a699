//! Damaged models: whatever is read or refused, nothing panics, and memory stays bounded.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::{Value, json};

use crate::glb::{self, Glb};
use crate::pack::Pack;
use crate::seeds;

/// Reads a file and, if it is a model, draws it. Says whether it was.
fn survives(file: &[u8]) -> bool {
    seeds::model::enter(file)
}

/// Paths to all values below one.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                places(value, &format!("{path}/{index}"), found);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                places(value, &format!("{path}/{key}"), found);
            }
        }
        _ => {}
    }
}

fn odd(choice: u32) -> Value {
    match choice % 18 {
        0 => json!(0),
        1 => json!(-1),
        2 => json!(1),
        3 => json!(3),
        4 => json!(5121),
        5 => json!(5125),
        6 => json!(65_536),
        7 => json!(u32::MAX),
        8 => json!(u64::MAX),
        9 => json!(1e30),
        10 => json!(-1e38),
        11 => json!(0.5),
        12 => json!(null),
        13 => json!("MAT4"),
        14 => json!([]),
        15 => json!([0, 0, 0]),
        16 => json!([1e20, -1e20, 0, 1]),
        _ => json!({}),
    }
}

/// A model with a skin, textures of both kinds, a mask, blending, a sparse accessor and a transform.
pub(crate) fn rich() -> Glb {
    let mut glb = glb::body();
    let picture = |format| {
        glb::picture(16, 16, format, |x, y| {
            [(x * 16) as u8, (y * 16) as u8, 128, (x * 16) as u8]
        })
    };
    let png = glb.texture(&picture(image::ImageFormat::Png));
    let jpeg = glb.texture(&picture(image::ImageFormat::Jpeg));
    let moved =
        json!({"KHR_texture_transform": {"offset": [0.5, 0.5], "rotation": 1.0, "scale": [2, 3]}});
    let cut = glb.push(
        "materials",
        json!({
            "name": "Hair", "alphaMode": "MASK", "alphaCutoff": 0.3, "doubleSided": true,
            "pbrMetallicRoughness": {"baseColorTexture": {"index": png, "extensions": moved}},
            "normalTexture": {"index": jpeg, "scale": 0.7},
            "emissiveFactor": [1, 0.5, 0], "emissiveTexture": {"index": jpeg}
        }),
    );
    let glass = glb.push("materials", json!({
        "alphaMode": "BLEND",
        "pbrMetallicRoughness": {"baseColorTexture": {"index": png}, "baseColorFactor": [1, 1, 1, 0.5]}
    }));
    let first = glb.rectangle([-0.3, 0.5, 0.3, 1.9], 0.2, cut);
    let second = glb.rectangle([-0.3, 0.5, 0.3, 1.9], 0.4, glass);
    let primitive = glb.json["meshes"][second]["primitives"][0].clone();
    glb.json["meshes"][first]["primitives"]
        .as_array_mut()
        .expect("a list")
        .push(primitive);
    let joints = glb.shorts(&[[0, 1, 0, 0]; 4]);
    let weights = glb.floats(&[[0.5, 0.5, 0.0, 0.0]; 4]);
    let attributes = &mut glb.json["meshes"][first]["primitives"][0]["attributes"];
    attributes["JOINTS_0"] = json!(joints);
    attributes["WEIGHTS_0"] = json!(weights);
    let root = glb.push(
        "nodes",
        json!({"name": "Avatar_LeftArm", "rotation": [0, 0, 0, 1]}),
    );
    let child = glb.push(
        "nodes",
        json!({"name": "Avatar_LeftForeArm", "translation": [0.1, 0, 0]}),
    );
    glb.json["nodes"][root]["children"] = json!([child]);
    let binds = glb.floats(
        &[[
            1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0,
        ]; 2],
    );
    let skin = glb.push(
        "skins",
        json!({"joints": [root, child], "inverseBindMatrices": binds}),
    );
    glb.push("nodes", json!({"mesh": first, "skin": skin}));
    let at = glb.view(&[1_u8]);
    let values = glb.view(&[0; 12]);
    let sparse = json!({
        "count": 1, "indices": {"bufferView": at, "componentType": 5121}, "values": {"bufferView": values}
    });
    glb.json["accessors"][0]["sparse"] = sparse;
    glb
}

#[test]
fn a_model_with_one_odd_value_is_read_or_refused() {
    let whole = rich();
    assert!(survives(&whole.file()), "undamaged it is a model");
    let mut all = Vec::new();
    places(&whole.json, "", &mut all);
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let (mut read, mut refused) = (0, 0);
    for path in all.iter().filter(|path| !path.is_empty()) {
        for _ in 0..4 {
            let mut glb = whole.clone();
            *glb.json.pointer_mut(path).expect("a place") = odd(random.next_u32());
            if survives(&glb.file()) {
                read += 1;
            } else {
                refused += 1;
            }
        }
    }
    println!("{read} read, {refused} refused");
    assert!(
        read > 200 && refused > 200,
        "{read} read, {refused} refused"
    );
}

/// Flips, cuts, repeats and overwrites bytes anywhere.
pub(crate) fn damage(file: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut file = file.to_vec();
    for _ in 0..1 + random.next_u32() % 6 {
        let place =
            |random: &mut ChaCha8Rng, file: &[u8]| random.next_u32() as usize % file.len().max(1);
        let at = place(random, &file);
        match random.next_u32() % 5 {
            0 => file.truncate(at.max(1)),
            1 => file[at] = random.next_u32() as u8,
            2 => file[at] ^= 1 << (random.next_u32() % 8),
            3 => {
                let end = (at + 1 + random.next_u32() as usize % 40).min(file.len());
                let piece = file[at..end].to_vec();
                file.splice(at..at, piece);
            }
            _ => {
                let end = (at + 4).min(file.len());
                file[at..end].fill([0, 0xff, 0x7f][random.next_u32() as usize % 3]);
            }
        }
    }
    file
}

#[test]
fn damaged_bytes_are_read_or_refused() {
    let file = rich().file();
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let mut read = 0;
    for _ in 0..3000 {
        read += usize::from(survives(&damage(&file, &mut random)));
    }
    assert!((100..2900).contains(&read), "{read} of 3000 read");
    if let Some(pack) = Pack::open("damage to real models") {
        for path in ["body_shape/BaseMale/BaseMale.glb", "hair/rasta"] {
            let path = pack.folder.join("base-avatars").join(path);
            let path = if path.is_dir() {
                crate::pack::first_model(&path)
            } else {
                path
            };
            let file = std::fs::read(path).expect("a model of the pack");
            for _ in 0..100 {
                survives(&damage(&file, &mut random));
            }
        }
    }
    // All tests of this process together; a single file that broke its bounds would be far above.
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes =
            peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok());
        let kilobytes = kilobytes.expect("the system's own figure");
        assert!(kilobytes < 2 << 20, "{kilobytes} kB at the peak");
    }
}
