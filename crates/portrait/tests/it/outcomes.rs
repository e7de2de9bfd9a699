//! Composing with what is missing, broken or hostile: each has its own outcome.

use image::ImageFormat;
use portrait::compose::{Error, Reason};
use portrait::{AssetMap, Avatar, Category, Composition, Library, Limits, compose};
use portrait::{library, model, texture};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::json;

use crate::glb::{self, BODY, Glb};

const HAT: &str = "urn:test:hat";

fn wearing(urns: &[&str]) -> Avatar {
    Avatar {
        body_shape: BODY.to_owned(),
        wearables: urns.iter().map(|urn| (*urn).to_owned()).collect(),
        ..Avatar::default()
    }
}

fn composed(avatar: &Avatar, assets: &AssetMap) -> Result<Composition, Error> {
    compose(avatar, assets, &Library::new(Limits::default()))
}

/// Why a hat of this file is not worn.
fn refused(file: Vec<u8>) -> Reason {
    let mut assets = glb::assets();
    glb::add(&mut assets, HAT, "hat", &json!({}), file);
    let mut composition = composed(&wearing(&[HAT]), &assets).expect("the body is fine");
    assert!(composition.worn(Category::Hat).is_none());
    assert_eq!(composition.left_out[0].urn, HAT);
    composition.left_out.swap_remove(0).reason
}

fn model_error(file: Vec<u8>) -> model::Error {
    match refused(file) {
        Reason::File(library::Error::Model { cause, .. }) => cause,
        other => panic!("{other:?}"),
    }
}

#[test]
fn noise_is_no_model() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut noise = vec![0; 2048];
    random.fill_bytes(&mut noise);
    assert!(matches!(model_error(noise.clone()), model::Error::Json(_)));
    noise[..8].copy_from_slice(b"glTF\x02\0\0\0");
    assert!(matches!(
        model_error(noise),
        model::Error::NoJson | model::Error::Json(_)
    ));
    assert!(matches!(
        model_error(b"glTF\x01\0\0\0".to_vec()),
        model::Error::Version(1)
    ));
    assert!(matches!(model_error(Vec::new()), model::Error::Json(_)));
}

fn with_texture(file: &[u8]) -> Vec<u8> {
    let mut glb = Glb::new();
    let texture = glb.texture(file);
    let pbr = json!({"baseColorTexture": {"index": texture}});
    let material = glb.push("materials", json!({"pbrMetallicRoughness": pbr}));
    let mesh = glb.rectangle([0.0, 0.0, 1.0, 1.0], 0.0, material);
    glb.show("it", mesh);
    glb.file()
}

/// The header of a PNG says its size; nothing need be decoded to refuse it.
#[test]
fn a_texture_of_twenty_thousand_pixels_is_refused_before_it_is_decoded() {
    let mut file = glb::picture(20_000, 2, ImageFormat::Png, |_, _| [1, 2, 3, 255]);
    let cause = model_error(with_texture(&file));
    let size = texture::Error::Size {
        width: 20_000,
        height: 2,
        side_max: 4096,
    };
    assert!(
        matches!(&cause, model::Error::Texture(e) if format!("{e:?}") == format!("{size:?}")),
        "{cause}"
    );
    // A lie of the same size, with a wrong checksum too.
    file[20..24].copy_from_slice(&20_000_u32.to_be_bytes());
    assert!(matches!(
        model_error(with_texture(&file)),
        model::Error::Texture(_)
    ));
    let cause = model_error(with_texture(b"GIF89a of old"));
    assert!(
        matches!(cause, model::Error::Texture(texture::Error::Format)),
        "{cause}"
    );
    let mut cut = glb::picture(64, 64, ImageFormat::Png, |x, y| {
        [x as u8, y as u8, (x * y) as u8, 255]
    });
    cut.truncate(cut.len() / 2);
    let cause = model_error(with_texture(&cut));
    assert!(
        matches!(cause, model::Error::Texture(texture::Error::Decode(_))),
        "{cause}"
    );
}

#[test]
fn many_textures_within_the_side_limit_share_one_budget() {
    let mut glb = Glb::new();
    for shade in 0..3 {
        let picture = glb::picture(4096, 4096, ImageFormat::Png, |_, _| [shade, 9, 9, 255]);
        let texture = glb.texture(&picture);
        let pbr = json!({"baseColorTexture": {"index": texture}});
        let material = glb.push("materials", json!({"pbrMetallicRoughness": pbr}));
        let mesh = glb.rectangle([0.0, 0.0, 1.0, 1.0], 0.0, material);
        glb.show("it", mesh);
    }
    let cause = model_error(glb.file());
    assert!(
        matches!(cause, model::Error::Texture(texture::Error::Bytes(_))),
        "{cause}"
    );
}

/// A material of a picture that cannot be decoded.
fn broken_material(glb: &mut Glb) -> usize {
    let texture = glb.texture(b"no picture");
    let pbr = json!({"baseColorTexture": {"index": texture}});
    glb.push("materials", json!({"pbrMetallicRoughness": pbr}))
}

#[test]
fn pictures_that_nobody_would_see_are_not_decoded() {
    // Of no mesh, of what is there for running into, and of the face that a body shape brings.
    let mut body = glb::body();
    broken_material(&mut body);
    for name in ["door_collider", "T_Mask_Mouth"] {
        let material = broken_material(&mut body);
        let mesh = body.rectangle([-0.1, 1.6, 0.1, 1.7], 0.0, material);
        body.show(name, mesh);
    }
    let mut assets = AssetMap::default();
    let file = body.file();
    glb::add(&mut assets, BODY, "body_shape", &json!({}), file.clone());
    composed(&wearing(&[]), &assets).expect("the body is fine");
    // Worn, the same file shows all of its face.
    assert!(matches!(
        model_error(file),
        model::Error::Texture(texture::Error::Format)
    ));
}

#[test]
fn circles_of_nodes_are_refused() {
    for children in [json!([[0]]), json!([[1], [0]]), json!([[], [2], [3], [1]])] {
        let mut glb = Glb::new();
        for children in children.as_array().expect("a list") {
            glb.push("nodes", json!({"children": children}));
        }
        assert!(matches!(model_error(glb.file()), model::Error::Cycle));
    }
    // A very deep tree is none.
    let mut glb = Glb::new();
    for next in 1..10_000 {
        glb.push("nodes", json!({"children": [next]}));
    }
    glb.push("nodes", json!({}));
    let mut assets = glb::assets();
    glb::add(&mut assets, HAT, "hat", &json!({}), glb.file());
    let composition = composed(&wearing(&[HAT]), &assets).expect("a composition");
    assert!(composition.worn(Category::Hat).is_some());
}

#[test]
fn references_that_lead_nowhere_and_numbers_beyond_the_limits_are_refused() {
    let rectangle = |change: &dyn Fn(&mut Glb)| {
        let mut glb = Glb::new();
        let red = glb.colour("plain", [1.0, 0.0, 0.0]);
        let mesh = glb.rectangle([0.0, 0.0, 1.0, 1.0], 0.0, red);
        glb.show("it", mesh);
        change(&mut glb);
        model_error(glb.file())
    };
    let set = |pointer: &'static str, value: serde_json::Value| {
        rectangle(&move |glb: &mut Glb| {
            *glb.json.pointer_mut(pointer).expect("a place") = value.clone();
        })
    };
    let big = json!(u64::MAX);
    assert!(matches!(
        set("/accessors/0/count", big.clone()),
        model::Error::TooMany(..)
    ));
    assert!(matches!(
        set("/accessors/2/count", json!(100_000)),
        model::Error::Range(_)
    ));
    assert!(matches!(
        set("/bufferViews/0/byteLength", big),
        model::Error::Range(_)
    ));
    assert!(matches!(
        set("/accessors/0/componentType", json!(1)),
        model::Error::Accessor(_)
    ));
    assert!(matches!(
        set("/nodes/0/mesh", json!(7)),
        model::Error::Range(_)
    ));
    assert!(matches!(
        set("/meshes/0/primitives/0/indices", json!(7)),
        model::Error::Range(_)
    ));
    let cause = rectangle(&|glb| {
        glb.json["extensionsRequired"] = json!(["KHR_draco_mesh_compression"]);
    });
    assert!(matches!(cause, model::Error::Extension(_)));
    let cause = rectangle(&|glb| {
        for _ in 0..60_000 {
            glb.json["nodes"]
                .as_array_mut()
                .expect("a list")
                .push(json!({}));
        }
    });
    assert!(matches!(cause, model::Error::TooMany("nodes", _)));
    let cause = rectangle(&|glb| {
        let nodes = glb.json["nodes"].as_array_mut().expect("a list");
        *nodes = vec![json!({}); 1 << 17];
    });
    assert!(
        matches!(cause, model::Error::Json(_)),
        "a list without end is cut while it is parsed"
    );
    // One mesh at many nodes is drawn as often.
    let cause = rectangle(&|glb| {
        let limit = Limits::default().nodes;
        glb.json["nodes"] = vec![json!({"mesh": 0}); limit].into();
        let primitives = glb.json["meshes"][0]["primitives"]
            .as_array_mut()
            .expect("a list");
        let all: Vec<_> = std::iter::repeat_n(primitives[0].clone(), 100).collect();
        *primitives = all;
    });
    assert!(
        matches!(cause, model::Error::TooMany("triangles", _)),
        "{cause}"
    );
    let cause = rectangle(&|glb| {
        glb.json["images"] = json!([{"uri": "../../secret"}]);
        glb.json["textures"] = json!([{"source": 0}]);
        glb.json["materials"][0]["emissiveFactor"] = json!([1, 1, 1]);
        glb.json["materials"][0]["emissiveTexture"] = json!({"index": 0});
    });
    assert!(matches!(cause, model::Error::NoFile(_)));
}

#[test]
fn a_body_shape_that_is_not_there_is_an_error_and_so_is_one_that_is_none() {
    let mut assets = glb::assets();
    let avatar = |urn: &str| Avatar {
        body_shape: urn.to_owned(),
        ..Avatar::default()
    };
    let none = composed(&avatar("urn:test:nobody"), &assets);
    assert!(matches!(none, Err(Error::NoBodyShape(urn)) if urn == "urn:test:nobody"));
    assert!(matches!(
        composed(&avatar(""), &assets),
        Err(Error::NoBodyShape(_))
    ));
    let representation =
        json!({"bodyShapes": [HAT], "mainFile": "file.glb", "contents": ["file.glb"]});
    glb::add(
        &mut assets,
        HAT,
        "hat",
        &json!({"representations": [representation]}),
        glb::body().file(),
    );
    assert!(matches!(
        composed(&avatar(HAT), &assets),
        Err(Error::NotABodyShape(_))
    ));
    let mut assets = AssetMap::default();
    glb::add(
        &mut assets,
        BODY,
        "body_shape",
        &json!({}),
        b"broken".to_vec(),
    );
    let broken = composed(&avatar(BODY), &assets);
    assert!(matches!(broken, Err(Error::BrokenBodyShape { .. })));
}

#[test]
fn what_cannot_be_worn_is_left_out_with_its_reason() {
    let mut assets = glb::assets();
    let file = glb::body().file();
    let other = json!({"representations": [{"bodyShapes": ["urn:other"], "mainFile": "file.glb"}]});
    glb::add(
        &mut assets,
        "urn:test:foreign",
        "hair",
        &other,
        file.clone(),
    );
    let lost = json!({"representations": [{"bodyShapes": [BODY], "mainFile": "lost.glb"}]});
    glb::add(&mut assets, "urn:test:lost", "mask", &lost, file.clone());
    assets.add_wearable(glb::entity("urn:test:away", "feet", "file.glb", &json!({})));
    for name in ["urn:test:one", "urn:test:two"] {
        glb::add(&mut assets, name, "hat", &json!({}), file.clone());
    }
    let worn = [
        "urn:test:foreign",
        "urn:test:lost",
        "urn:test:away",
        "urn:test:ghost",
        "urn:test:one",
        "URN:test:TWO",
    ];
    let composition = composed(&wearing(&worn), &assets).expect("a composition");
    let reasons: Vec<String> = composition
        .left_out
        .iter()
        .map(|left| left.reason.to_string())
        .collect();
    assert!(
        matches!(composition.left_out[0].reason, Reason::NoRepresentation),
        "{reasons:?}"
    );
    assert!(matches!(
        composition.left_out[1].reason,
        Reason::File(library::Error::NotListed(_))
    ));
    assert!(matches!(
        composition.left_out[2].reason,
        Reason::File(library::Error::NoContent(_))
    ));
    assert!(matches!(composition.left_out[3].reason, Reason::Unknown));
    assert!(matches!(
        composition.left_out[4].reason,
        Reason::Taken(Category::Hat)
    ));
    assert_eq!(composition.left_out[4].urn, "URN:test:TWO");
    assert_eq!(
        composition.worn(Category::Hat).map(|hat| hat.urn.as_str()),
        Some("urn:test:one")
    );
    assert!(composition.is_degraded());
    // Neither what is broken nor what another shape wears would ever come.
    let missing: Vec<bool> = composition
        .left_out
        .iter()
        .map(|left| left.reason.is_missing())
        .collect();
    assert_eq!(missing[..5], [false, false, true, true, false]);
}

#[test]
fn an_avatar_may_not_wear_without_end() {
    let assets = glb::assets();
    let urns: Vec<String> = (0..1000).map(|n| format!("urn:test:{n}")).collect();
    let avatar = Avatar {
        wearables: urns,
        ..wearing(&[])
    };
    let composition = composed(&avatar, &assets).expect("a composition");
    let beyond = composition
        .left_out
        .iter()
        .filter(|left| matches!(left.reason, Reason::TooMany));
    assert_eq!(beyond.count(), 1000 - Limits::default().wearables);
}

#[test]
fn a_library_keeps_within_its_budget_and_changes_no_picture() {
    let mut assets = glb::assets();
    let urns: Vec<String> = (0..10).map(|n| format!("urn:test:{n}")).collect();
    for (urn, shade) in urns.iter().zip(1_u8..) {
        let file = glb::picture(128, 128, ImageFormat::Png, |_, _| [shade, 0, 0, 255]);
        glb::add(&mut assets, urn, "hat", &json!({}), with_texture(&file));
    }
    let small = Library::new(Limits {
        library_bytes: 300_000,
        ..Limits::default()
    });
    let none = Library::new(Limits {
        library_bytes: 0,
        ..Limits::default()
    });
    for urn in urns.iter().chain(&urns) {
        for library in [&small, &none] {
            let composition = compose(&wearing(&[urn]), &assets, library).expect("a composition");
            assert!(composition.worn(Category::Hat).is_some());
            drop(composition);
            assert!(library.bytes() <= library.limits().library_bytes);
        }
    }
    assert!(small.bytes() > 0);
}
