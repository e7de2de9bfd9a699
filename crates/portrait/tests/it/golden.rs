//! Small pictures of ours kept in the project: what changes a picture must change them on purpose.
//!
//! With `PORTRAIT_BLESS=1` they are written anew. They depend on floating point of one machine in the last
//! bits, so they are compared with a tolerance; where they differ, a picture of the difference is written.

use std::path::{Path, PathBuf};

use portrait::{
    Avatar, Library, Limits, Look, Picture, Pose, Scene, Shot, Tone, Toon, compose, png, render,
};
use serde_json::json;

use crate::compare::{difference, write_difference};
use crate::glb::{self, BODY};
use crate::pack::Pack;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(format!("{name}.png"))
}

fn assert_golden(name: &str, ours: &Picture) {
    let file = file(name);
    if std::env::var_os("PORTRAIT_BLESS").is_some() {
        std::fs::write(&file, png(ours).expect("a picture's file")).expect("a written picture");
    }
    let golden = image::open(&file).expect("a golden picture").into_rgba8();
    let golden = Picture {
        width: golden.width(),
        height: golden.height(),
        rgba: golden.into_raw(),
    };
    let (mean, largest) = difference(ours, &golden);
    assert!(
        mean < 0.2 && largest < 40,
        "{name}: {mean:.3} on average, {largest} at most; {}",
        write_difference(&format!("golden_{name}"), ours, &golden)
    );
}

#[test]
fn an_avatar_made_here() {
    let mut assets = glb::assets();
    let eyes = glb::picture(16, 8, image::ImageFormat::Png, |x, _| {
        if x % 8 > 2 { [255; 4] } else { [0; 4] }
    });
    glb::add(&mut assets, "urn:test:eyes", "eyes", &json!({}), eyes);
    let hair = glb::Glb::new();
    let mut hair = hair;
    let material = hair.colour("My_Hair_MAT", [1.0; 3]);
    let mesh = hair.rectangle([-0.25, 1.85, 0.25, 2.05], 0.1, material);
    hair.show("hair", mesh);
    glb::add(
        &mut assets,
        "urn:test:hair",
        "hair",
        &json!({}),
        hair.file(),
    );
    let avatar = br#"{"bodyShape":"urn:test:body","wearables":["urn:test:eyes","urn:test:hair"],
        "hair":{"color":{"r":0.5,"g":0.2,"b":0.1}}}"#;
    let avatar = Avatar::from_json(avatar).expect("an avatar");
    assert_eq!(avatar.body_shape, BODY);
    let library = Library::new(Limits::default());
    let composition = compose(&avatar, &assets, &library).expect("a composition");
    let scene = Scene::new(&composition, &Pose::rest());
    let looks = [
        ("made_reference", Look::default()),
        (
            "made_toon",
            Look {
                tone: Tone::Neutral,
                toon: Some(Toon::default()),
            },
        ),
    ];
    for (name, look) in looks {
        let picture = render(&scene, &Shot::body(48, 96), &look, library.limits());
        assert_golden(name, &picture.expect("a picture"));
    }
}

#[test]
fn avatars_of_the_pack() {
    let Some(pack) = Pack::open("golden pictures of base avatars") else {
        return;
    };
    let library = Library::new(Limits::default());
    for (index, name) in [(0, "base_one"), (2, "base_two")] {
        let (_, avatar) = pack.references().swap_remove(index);
        let composition = compose(&avatar, &pack.assets, &library).expect("a composition");
        for (pose, kind) in [(&pack.pose, "idle"), (&Pose::standing(), "standing")] {
            let scene = Scene::new(&composition, pose);
            let picture = render(
                &scene,
                &Shot::body(64, 128),
                &Look::default(),
                library.limits(),
            );
            assert_golden(&format!("{name}_{kind}"), &picture.expect("a picture"));
        }
    }
}
