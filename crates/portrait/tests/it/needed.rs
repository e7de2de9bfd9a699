//! Whoever fetches what is said to be needed has all that is asked for afterwards.

use std::collections::BTreeSet;

use portrait::{AssetMap, Avatar, Library, Limits, compose, needs};
use serde_json::Value;

use crate::pack::Pack;

const BASE: &str = "urn:decentraland:off-chain:base-avatars:";

/// Everything of the pack on both bodies, one by one, with nothing at hand but the files that were named before.
#[test]
fn nothing_is_left_out_for_want_of_a_file() {
    let Some(pack) = Pack::open("what is needed") else {
        return;
    };
    let of_pack = |hash: &str| portrait::Assets::content(&pack.assets, hash);
    let limits = Limits::default();
    let library = Library::new(limits);
    let mut worn = BTreeSet::new();
    for shape in ["BaseMale", "BaseFemale"].map(|shape| format!("{BASE}{shape}")) {
        for item in pack.assets.wearables() {
            if item.representation(&shape).is_none() || item.urn.ends_with(&shape.to_lowercase()) {
                continue;
            }
            let avatar = Avatar {
                body_shape: shape.clone(),
                wearables: vec![item.urn.clone()],
                ..Avatar::default()
            };
            let mut fetched = AssetMap::default();
            for urn in needs::urns(&avatar, &limits) {
                let Some(wearable) = portrait::Assets::wearable(&pack.assets, &urn) else {
                    continue;
                };
                for hash in needs::files(&wearable, &shape) {
                    fetched.add_content(&*hash, of_pack(&hash).expect("a file of the pack"));
                }
                fetched.add_wearable((*wearable).clone());
            }
            let composition = compose(&avatar, &fetched, &library).expect("a body");
            for left in &composition.left_out {
                let reason = left.reason.to_string();
                assert!(!reason.contains("at hand"), "{}: {reason}", left.urn);
            }
            worn.insert(item.urn.clone());
        }
    }
    assert!(worn.len() > 100, "{} items", worn.len());
}

/// The first found of what fetching by lists alone would have missed: no file listed, and a picture named without its ending.
#[test]
fn a_face_whose_representation_lists_nothing_needs_its_picture() {
    let entity = |category: &str| -> Value {
        serde_json::json!({"pointers": ["urn:a"], "content": [{"file": "Eyes_7.png", "hash": "h1"},
            {"file": "Eyes_7_mask.png", "hash": "h2"}], "metadata": {"data": {"category": category,
            "representations": [{"bodyShapes": ["urn:b"], "mainFile": "Eyes_7", "contents": []}]}}})
    };
    let needed = |category: &str| {
        let entity = entity(category).to_string();
        let wearable = portrait::Wearable::from_entity_json(entity.as_bytes());
        needs::files(&wearable.expect("an entity"), "urn:b")
    };
    assert_eq!(needed("eyes"), ["h1", "h2"]);
    assert_eq!(needed("eyebrows"), ["h1"]);
    assert_eq!(needed("hat"), [""; 0]);
}
