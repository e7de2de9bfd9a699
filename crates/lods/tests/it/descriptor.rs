//! The descriptor of the initial state, and the keys of scenes.

use bundler::{Options, Profile};
use lods::crdt::decode;
use lods::iss::{Descriptor, file_name};
use lods::scene::{Land, MergeOptions};
use lods::{Limits, key};
use serde_json::{Value, json};

use crate::log::{Local, Log};

#[test]
fn clients_read_the_descriptor() {
    let mut log = Log::default();
    let entity = log.entity();
    let mut local = Local::at([8.0, 0.5, 12.0]);
    local.scale = [1.0, 2.0, 1.0];
    local.turn(std::f32::consts::PI);
    log.transform(entity, &local);
    log.model(entity, "a.glb");
    let state = decode(&log.bytes, &Limits::default()).expect("a log that was made");
    let placed = &state.models[0];
    let descriptor = Descriptor::new([("bafkreia", &placed.place)]);
    let read: Value = serde_json::from_str(&descriptor.json()).expect("JSON");
    let want = json!({"assets": [{
        "hash": "bafkreia",
        "position": {"x": 8.0, "y": 0.5, "z": 12.0},
        "rotation": {"x": 0.0, "y": 1.0, "z": 0.0, "w": read["assets"][0]["rotation"]["w"]},
        "scale": {"x": 1.0, "y": 2.0, "z": 1.0},
    }]});
    assert_eq!(read, want);
    let back: Descriptor = serde_json::from_value(want).expect("the same shape");
    assert_eq!(back, descriptor);
    assert!(back.assets[0].rotation.w.abs() < 1e-6);
    // Scenes can be merged from descriptors too.
    for (a, b) in back.assets[0].matrix().iter().zip(&placed.place.matrix) {
        assert!((a - b).abs() < 1e-5, "{a} for {b}");
    }
    assert_eq!(file_name("bafkreis"), "bafkreis_InitialSceneState.json");
}

#[test]
fn keys_name_what_is_seen() {
    let land = Land {
        base: [5, 5],
        parcels: vec![[5, 5], [6, 5]],
    };
    let options = MergeOptions::new(Options::new(Profile::Plain));
    let place = |x: f64| {
        let mut matrix = bundler::model::space::IDENTITY;
        matrix[12] = x;
        matrix
    };
    let (a, b) = (place(1.0), place(2.0));
    let of = |placed: &[(&str, &[f64; 16])], land: &Land, options: &MergeOptions<'_>| {
        key::scene(placed.iter().copied(), land, options, "plain")
    };
    let own = of(&[("door", &a), ("door", &b)], &land, &options);
    // Another order, another place in the world: the same.
    let elsewhere = Land {
        base: [-20, 7],
        parcels: vec![[-19, 7], [-20, 7]],
    };
    assert_eq!(own, of(&[("door", &b), ("door", &a)], &elsewhere, &options));
    let mut finer = options;
    finer.triangles_per_parcel = 1000;
    let smaller = Land {
        base: [5, 5],
        parcels: vec![[5, 5]],
    };
    let others = [
        of(&[("door", &a)], &land, &options),
        of(&[("door", &a), ("door", &a)], &land, &options),
        of(&[("door", &a), ("wall", &b)], &land, &options),
        of(&[("door", &a), ("door", &b)], &smaller, &options),
        of(&[("door", &a), ("door", &b)], &land, &finer),
        key::scene([("door", &a), ("door", &b)], &land, &options, "ktx2"),
    ];
    assert!(others.iter().all(|other| *other != own), "{own} {others:?}");
    assert_eq!(own.to_string().len(), 64);
}
