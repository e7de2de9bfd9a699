//! The fuzz targets' ways in, with their seeds and with seeded damage to them.
//!
//! `fuzz/seeds` is where `cargo fuzz` starts from: small files of our own making, and what fuzzing has found, which must end
//! well for ever. `UPDATE_GOLDEN=1` writes those made here anew; `MUTATIONS=100000` damages each target's seeds so often.

use std::fs;
use std::path::Path;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::json;

use crate::glb::{self, Glb};
use crate::mutations::{damage, rich};

#[path = "../../fuzz/enter/model.rs"]
pub(crate) mod model;
#[path = "../../fuzz/enter/texture.rs"]
mod texture;
#[path = "../../fuzz/enter/told.rs"]
mod told;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds");
/// Damaged files of each target, unless `MUTATIONS` says another number.
const MUTATIONS: u32 = 1500;

/// A model as JSON alone, its buffer in a URI.
fn bare() -> Vec<u8> {
    use base64::Engine as _;
    let mut glb = Glb::new();
    let material = glb.colour("Skin", [0.5, 0.5, 0.5]);
    let mesh = glb.rectangle([-0.3, 0.5, 0.3, 1.9], 0.0, material);
    glb.show("plane", mesh);
    let bytes = base64::engine::general_purpose::STANDARD.encode(&glb.bin);
    let uri = format!("data:application/octet-stream;base64,{bytes}");
    let mut json = glb.json.clone();
    json["buffers"] = json!([{"byteLength": glb.bin.len(), "uri": uri}]);
    json.to_string().into_bytes()
}

fn models() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("bare.gltf", bare()),
        ("body.glb", glb::body().file()),
        ("rich.glb", rich().file()),
    ]
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, format).expect("it can be one");
    file.into_inner()
}

/// Every layout of pixels that decoders give.
fn textures() -> Vec<(&'static str, Vec<u8>)> {
    let picture = DynamicImage::from(RgbaImage::from_fn(12, 7, |x, y| {
        Rgba([(x * 20) as u8, (y * 30) as u8, 90, (x * y * 3) as u8])
    }));
    let png = |of: DynamicImage| encoded(&of, ImageFormat::Png);
    let jpeg = |of: DynamicImage| encoded(&of, ImageFormat::Jpeg);
    vec![
        ("colour.jpg", jpeg(picture.to_rgb8().into())),
        ("grey.jpg", jpeg(picture.to_luma8().into())),
        ("deep.png", png(picture.to_rgba16().into())),
        ("grey-alpha.png", png(picture.to_luma_alpha8().into())),
        ("grey-deep.png", png(picture.to_luma16().into())),
        ("grey.png", png(picture.to_luma8().into())),
        ("opaque.png", png(picture.to_rgb8().into())),
        ("whole.png", png(picture)),
    ]
}

fn texts() -> Vec<(&'static str, Vec<u8>)> {
    let urn = |name: &str| format!("urn:decentraland:off-chain:base-avatars:{name}");
    let colour = |r: f64, g: f64, b: f64| json!({"color": {"r": r, "g": g, "b": b, "a": 1}});
    let item = "urn:decentraland:matic:collections-v2:0xA:2:99";
    let avatar = json!({
        "bodyShape": urn("BaseMale"), "wearables": [urn("eyes_00"), item, null, 7], "forceRender": ["Hat", "hair"],
        "eyes": colour(0.23, 0.24, 0.25), "hair": colour(0.56, 0.57, 0.58), "skin": colour(0.78001, 0.79, 1e-7),
        "emotes": [{"slot": 0, "urn": "dance"}], "snapshots": {},
    });
    let entity = json!({
        "id": "QmA", "type": "wearable", "pointers": [item], "content": [{"file": "M/Hat.glb", "hash": "QmB"}],
        "metadata": {"id": item, "data": {"category": "hat", "hides": ["hair", "head"], "replaces": null,
            "removesDefaultHiding": ["hands"], "representations": [{"bodyShapes": [urn("BaseMale")],
                "mainFile": "M/Hat.glb", "contents": ["M/Hat.glb"], "overrideHides": [], "overrideReplaces": ["mask"]}]}},
    });
    let pose = json!({"Avatar_Hips": {"translation": [0, 1, 2.5], "rotation": [0, 0.6, 0, 0.8]}, "Avatar_Head": {"scale": [1, 1, 2]}});
    let profile = json!({"metadata": {"avatars": [{"name": "Ann", "avatar": avatar}]}});
    let all = [
        ("avatar.json", avatar),
        ("entity.json", entity),
        ("pose.json", pose),
        ("profile.json", profile),
    ];
    all.map(|(name, json)| (name, json.to_string().into_bytes()))
        .to_vec()
}

/// The seeds of a target, those that were found behind those that are made.
fn seeds(target: &str, made: Vec<(&'static str, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(FOLDER).join(target);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(&folder).expect("a writable folder");
        for (name, bytes) in &made {
            fs::write(folder.join(name), bytes).expect("a writable folder");
        }
    }
    for (name, bytes) in &made {
        let stored = fs::read(folder.join(name)).expect("UPDATE_GOLDEN=1 writes it");
        assert!(
            stored == *bytes,
            "{name} is another; UPDATE_GOLDEN=1 writes it"
        );
    }
    let files = fs::read_dir(folder).expect("the seeds are in the repository");
    let mut seeds: Vec<_> = files
        .flatten()
        .map(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            (name, fs::read(file.path()).expect("a seed"))
        })
        .collect();
    seeds.sort();
    seeds
}

/// Plays the seeds and damaged ones; of the latter, some are still what they were and some are not.
fn play(target: &str, made: Vec<(&'static str, Vec<u8>)>, enter: fn(&[u8]) -> bool) {
    let seeds = seeds(target, made);
    for (name, bytes) in &seeds {
        let taken = enter(bytes);
        assert!(taken || name.starts_with("found-"), "{target}/{name}");
    }
    let count = std::env::var("MUTATIONS").ok();
    let count = count.map_or(MUTATIONS, |count| count.parse().expect("a number"));
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let mut taken = 0;
    for _ in 0..count {
        let (_, bytes) = &seeds[random.next_u32() as usize % seeds.len()];
        taken += u32::from(enter(&damage(bytes, &mut random)));
    }
    println!("{target}: {taken} of {count} damaged ones were taken");
    assert!(taken > count / 50 && taken < count - count / 50);
}

#[test]
fn models_and_damaged_ones_are_read_or_refused() {
    play("model", models(), model::enter);
}

#[test]
fn textures_and_damaged_ones_are_decoded_or_refused() {
    play("texture", textures(), texture::enter);
}

#[test]
fn what_entities_say_and_damaged_texts_are_read_or_refused() {
    play("told", texts(), told::enter);
}
