//! Draws the data pack's reference avatars, and a sheet of ours beside the references to look at.
//!
//! `cargo run --release -p portrait --example sheet -- target/portrait`

#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/pack.rs"]
mod pack;

use std::path::Path;
use std::time::Instant;

use portrait::{Library, Limits, Look, Picture, Scene, Shot, compose, png, render};

/// Pictures side by side on white, as high as the highest.
fn beside(pictures: &[Picture]) -> Picture {
    let width: u32 = pictures.iter().map(|p| p.width).sum();
    let height = pictures.iter().map(|p| p.height).max().unwrap_or(1);
    let mut sheet = Picture {
        width,
        height,
        rgba: vec![255; (width * height * 4) as usize],
    };
    let mut left = 0;
    for picture in pictures {
        for (x, y) in (0..picture.height).flat_map(|y| (0..picture.width).map(move |x| (x, y))) {
            let pixel = picture.pixel(x, y).expect("inside");
            let at = ((y * width + left + x) * 4) as usize;
            let alpha = u32::from(pixel[3]);
            for (c, channel) in pixel.into_iter().enumerate().take(3) {
                let mixed = (u32::from(channel) * alpha + 255 * (255 - alpha)) / 255;
                sheet.rgba[at + c] = mixed as u8;
            }
        }
        left += picture.width;
    }
    sheet
}

fn main() {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "target/portrait".to_owned());
    std::fs::create_dir_all(&folder).expect("a folder");
    let save = |name: &str, picture: &Picture| {
        let file = png(picture).expect("a file");
        std::fs::write(Path::new(&folder).join(name), file).expect("a written file");
    };
    let Some(pack) = pack::Pack::open("the sheet") else {
        return;
    };
    let library = Library::new(Limits::default());
    for (name, avatar) in pack.references() {
        let start = Instant::now();
        let composition = compose(&avatar, &pack.assets, &library).expect("a composition");
        let composed = start.elapsed();
        let scene = Scene::new(&composition, &pack.pose);
        let posed = start.elapsed();
        let shots = [Shot::body(256, 512), Shot::face(256, 256)];
        let look = Look::default();
        let ours =
            shots.map(|shot| render(&scene, &shot, &look, library.limits()).expect("a picture"));
        println!(
            "{name}: composed {composed:?}, posed {:?}, drawn {:?}",
            posed - composed,
            start.elapsed() - posed
        );
        println!(
            "  {} triangles within {:?}",
            scene.triangles(),
            scene.bounds()
        );
        for left in &composition.left_out {
            println!("  left out {}: {}", left.urn, left.reason);
        }
        let mut all = ours.to_vec();
        all.push(pack.picture(&format!("reference/{name}.png")));
        all.push(pack.picture(&format!("reference/{name}_face.png")));
        save(&format!("{name}_body.png"), &ours[0]);
        save(&format!("{name}_face.png"), &ours[1]);
        save(&format!("{name}_sheet.png"), &beside(&all));
    }
}
