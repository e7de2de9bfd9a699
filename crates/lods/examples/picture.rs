//! A scene of real models beside its merged mesh: `picture OUT.png`.
//!
//! On the left all triangles, on the right what is left of them; one row seen from near, one from as
//! far as it is meant for.

#[path = "../tests/it/data.rs"]
mod data;
#[path = "../tests/it/log.rs"]
#[expect(dead_code, reason = "the tests write more kinds of messages")]
mod log;

use std::sync::Arc;

use bundler::{KeepTextures, Options, Profile};
use lods::scene::{MergeOptions, Merged, merge};
use portrait::compose::{Composition, Tints};
use portrait::model::Model;
use portrait::shot::{Camera, Projection};
use portrait::{Categories, Limits, Look, Pose, Scene, Shot, Tone, Toon, render};

const SIDE: u32 = 800;

fn main() {
    let Some(path) = std::env::args().nth(1) else {
        println!("picture OUT.png");
        return;
    };
    let still = |id: &str| {
        !["emote", "zombie", "Droid", "Draco"]
            .iter()
            .any(|no| id.contains(no))
    };
    let Some(entries) = data::corpus(still) else {
        return;
    };
    let town = data::Town::of(entries, 3, 3);
    let merged = |per_parcel: usize, side: u32| {
        let mut options = MergeOptions::new(Options::new(Profile::Plain));
        options.triangles_per_parcel = per_parcel;
        options.atlas_side_max = side;
        let merged = merge(
            &town.models,
            &town.pieces(),
            &town.land,
            &options,
            &KeepTextures,
        )
        .expect("a scene that can be merged");
        println!("{:?}, {} bytes", merged.stats, merged.output.len());
        merged
    };
    let (all, few) = (merged(usize::MAX, 4096), merged(500, 1024));
    let mut sheet = vec![0_u8; (SIDE * 2 * SIDE * 2 * 4) as usize];
    for (row, metres) in [26.0_f32, 90.0].into_iter().enumerate() {
        for (column, merged) in [&all, &few].into_iter().enumerate() {
            let picture = shown(merged, metres);
            for y in 0..SIDE as usize {
                let from = y * SIDE as usize * 4;
                let line = row * SIDE as usize + y;
                let to = (line * SIDE as usize * 2 + column * SIDE as usize) * 4;
                let bytes = SIDE as usize * 4;
                sheet[to..to + bytes].copy_from_slice(&picture.rgba[from..from + bytes]);
            }
        }
    }
    for pixel in sheet.as_chunks_mut::<4>().0 {
        let alpha = u32::from(pixel[3]);
        for channel in &mut pixel[..3] {
            *channel = ((u32::from(*channel) * alpha + 235 * (255 - alpha)) / 255) as u8;
        }
        pixel[3] = 255;
    }
    let sheet = portrait::Picture {
        width: SIDE * 2,
        height: SIDE * 2,
        rgba: sheet,
    };
    let png = portrait::png(&sheet).expect("a picture that can be encoded");
    std::fs::write(path, png).expect("a place that can be written to");
}

fn shown(merged: &Merged, height_metres: f32) -> portrait::Picture {
    let limits = Limits {
        vertices: 10_000_000,
        triangles: 10_000_000,
        texture_side_kept: 4096,
        texture_bytes: 1 << 30,
        file_bytes: 256 << 20,
        ..Limits::default()
    };
    let file = merged.output.clone().into();
    let model = Model::read(&file, &|_: &str| None, &(), &limits).expect("a model of ours");
    let composition = Composition {
        body_shape: String::new(),
        body: Arc::new(model),
        worn: Vec::new(),
        covered: Vec::new(),
        hidden: Categories::NONE,
        left_out: Vec::new(),
        tints: Tints::default(),
    };
    let shot = Shot {
        camera: Camera {
            position: [-24.0 - 60.0, 75.0, 24.0 + 60.0],
            yaw_degrees: -45.0,
            pitch_down_degrees: 41.0,
            projection: Projection::Orthographic { height_metres },
            near: 1.0,
            far: 400.0,
        },
        width: SIDE,
        height: SIDE,
    };
    let look = Look {
        tone: Tone::Neutral,
        toon: Some(Toon::default()),
    };
    let scene = Scene::new(&composition, &Pose::default());
    render(&scene, &shot, &look, &limits).expect("a view")
}
