//! The rasteriser: every point once, the right order, straight alpha, perspective, any number of threads.

use image::ImageFormat;
use portrait::shot::Projection;
use portrait::{Library, Limits, Look, Scene, Shot, compose, png, render};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::json;

use crate::glb::{self, Glb};
use crate::models::{BLUE, RED, at, draw, neutral, scene, square};
use crate::pack::Pack;

fn blended(glb: &mut Glb, [r, g, b]: [f32; 3], alpha: f32) -> usize {
    let pbr = json!({"baseColorFactor": [r, g, b, alpha]});
    glb.push(
        "materials",
        json!({"pbrMetallicRoughness": pbr, "alphaMode": "BLEND", "doubleSided": true}),
    )
}

/// A square cut into random triangles, half transparent: a point drawn twice or not at all shows.
#[test]
fn triangles_side_by_side_cover_each_point_once() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for round in 0..20 {
        let mut glb = Glb::new();
        let material = blended(&mut glb, RED, 0.5);
        const SIDE: u16 = 12;
        let mut corners = Vec::new();
        for (y, x) in (0..=SIDE).flat_map(|y| (0..=SIDE).map(move |x| (y, x))) {
            let mut jitter = |place: u16| {
                let inner = place != 0 && place != SIDE;
                let moved = if inner {
                    (random.next_u32() % 1000) as f32 / 1000.0 - 0.5
                } else {
                    0.0
                };
                (f32::from(place) + moved * 0.4) / f32::from(SIDE) * 1.6 - 0.8
            };
            corners.push([jitter(x), jitter(y), 0.0]);
        }
        let mut indices = Vec::new();
        for (y, x) in (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (y, x))) {
            let a = y * (SIDE + 1) + x;
            let (b, c, d) = (a + 1, a + SIDE + 1, a + SIDE + 2);
            indices.extend([[a], [b], [c], [b], [d], [c]]);
        }
        let position = glb.floats(&corners);
        let indices = glb.shorts(&indices);
        let primitive =
            json!({"attributes": {"POSITION": position}, "indices": indices, "material": material});
        let mesh = glb.push("meshes", json!({"primitives": [primitive]}));
        glb.show("it", mesh);
        let picture = draw(&glb);
        for y in 4..28 {
            for x in 4..28 {
                assert_eq!(
                    picture.pixel(x, y),
                    Some([255, 0, 0, 128]),
                    "round {round}, pixel {x} {y}"
                );
            }
        }
    }
}

#[test]
fn what_is_blended_is_drawn_from_back_to_front_whatever_the_files_order() {
    let make = |swapped: bool| {
        let mut glb = Glb::new();
        let (red, blue) = (blended(&mut glb, RED, 0.5), blended(&mut glb, BLUE, 0.5));
        let grey = glb.colour("plain", [1.0, 1.0, 1.0]);
        let mut planes = [(1.0, red), (0.5, blue)];
        if swapped {
            planes.reverse();
        }
        for (z, material) in planes {
            let mesh = glb.rectangle([-0.5, -0.5, 0.5, 0.5], z, material);
            glb.show("it", mesh);
        }
        // Before both on the left, behind both on the right.
        for (bounds, z) in [
            ([-0.5, -0.5, -0.25, 0.5], 2.0),
            ([0.25, -0.5, 0.5, 0.5], 0.0),
        ] {
            let mesh = glb.rectangle(bounds, z, grey);
            glb.show("it", mesh);
        }
        draw(&glb)
    };
    let picture = make(false);
    assert_eq!(picture, make(true));
    assert_eq!(at(&picture, -0.4, 0.0), [255, 255, 255, 255]);
    // Half red over half blue: 0.5 red, 0.25 blue, alpha 0.75; straight, a third is blue.
    let [r, g, b, alpha] = at(&picture, 0.0, 0.0);
    assert_eq!((r, g, b, alpha), (213, 0, 156, 191));
    // Over white: 0.5 + 0.25, 0.25, 0.25 + 0.25.
    assert_eq!(at(&picture, 0.4, 0.0), [225, 137, 188, 255]);
}

#[test]
fn edges_keep_their_colour_and_only_lose_alpha() {
    let mut glb = Glb::new();
    let red = glb.colour("plain", RED);
    let position = glb.floats(&[[-0.9, -0.9, 0.0], [0.9, -0.3, 0.0], [0.1, 0.9, 0.0]]);
    let primitive = json!({"attributes": {"POSITION": position}, "material": red});
    let mesh = glb.push("meshes", json!({"primitives": [primitive]}));
    glb.show("it", mesh);
    let picture = draw(&glb);
    let pixels: Vec<&[u8]> = picture.rgba.chunks_exact(4).collect();
    let soft = pixels.iter().filter(|p| !matches!(p[3], 0 | 255));
    assert!(soft.clone().count() > 40, "edges are soft");
    assert!(
        soft.clone().all(|p| p[..3] == [255, 0, 0]),
        "no dark fringe"
    );
    assert!(
        pixels.iter().all(|p| p[3] > 0 || p[..3] == [0; 3]),
        "nothing is black"
    );
    let area: u32 = pixels.iter().map(|p| u32::from(p[3])).sum();
    let area = f64::from(area) / 255.0 / 256.0;
    assert!((area - 1.32).abs() < 0.01, "{area} square metres");
}

#[test]
fn a_mask_cuts_out_what_is_below_its_cutoff() {
    let mut glb = Glb::new();
    let colour = |x: u32, _| {
        if x < 16 {
            [0, 255, 0, 100]
        } else {
            [0, 255, 0, 200]
        }
    };
    let texture = glb.texture(&glb::picture(32, 32, ImageFormat::Png, colour));
    let pbr = json!({"baseColorTexture": {"index": texture}});
    let material = json!({"pbrMetallicRoughness": pbr, "alphaMode": "MASK", "alphaCutoff": 0.6});
    let material = glb.push("materials", material);
    let mesh = glb.rectangle([-1.0, -1.0, 1.0, 1.0], 0.0, material);
    glb.show("it", mesh);
    let picture = draw(&glb);
    assert_eq!(at(&picture, -0.5, 0.0), [0; 4]);
    assert_eq!(at(&picture, 0.5, 0.0), [0, 255, 0, 255]);
    // Opaque, alpha says nothing.
    glb.json["materials"][0]["alphaMode"] = json!("OPAQUE");
    assert_eq!(at(&draw(&glb), -0.5, 0.0), [0, 255, 0, 255]);
}

/// A floor of a ramp of brightness seen at a slant: where a pixel's ray meets it is known exactly.
#[test]
fn perspective_does_not_bend_textures() {
    let mut glb = Glb::new();
    let ramp = |_, y: u32| [y as u8, y as u8, y as u8, 255];
    let texture = glb.texture(&glb::picture(1, 256, ImageFormat::Png, ramp));
    let pbr = json!({"baseColorTexture": {"index": texture}});
    let material = glb.push(
        "materials",
        json!({"pbrMetallicRoughness": pbr, "doubleSided": true}),
    );
    let mesh = glb.rectangle([-4.0, 0.0, 4.0, 8.0], 0.0, material);
    let node = glb.show("floor", mesh);
    // Laid on its back: from z = 0 to z = -8.
    glb.json["nodes"][node]["rotation"] = json!([-0.5_f32.sqrt(), 0, 0, 0.5_f32.sqrt()]);
    let mut shot = square();
    shot.camera.position = [0.0, 1.0, 1.0];
    shot.camera.projection = Projection::Perspective {
        height_degrees: 90.0,
    };
    (shot.width, shot.height) = (64, 64);
    let limits = Limits::default();
    let picture = render(&scene(&glb), &shot, &neutral(), &limits).expect("a picture");
    for row in 38..60 {
        // The ray of the row's middle goes down by `slope` for one metre ahead.
        let slope = (row as f32 + 0.5 - 32.0) / 32.0;
        let ahead = 1.0 / slope - 1.0;
        if !(0.2..7.8).contains(&ahead) {
            continue;
        }
        let expected = (1.0 - ahead / 8.0) * 256.0 - 0.5;
        let [r, _, _, alpha] = picture.pixel(32, row).expect("inside");
        assert_eq!(alpha, 255, "row {row}");
        assert!(
            (f32::from(r) - expected).abs() < 4.0,
            "row {row}: {r} instead of {expected}"
        );
    }
}

#[test]
fn what_is_behind_the_camera_is_cut_away() {
    let mut glb = Glb::new();
    let red = glb.colour("plain", RED);
    let corners = [[-1.0, 0.5, -2.0], [1.0, 0.5, -2.0], [0.0, 0.5, 9.0]];
    let position = glb.floats(&corners);
    let primitive = json!({"attributes": {"POSITION": position}, "material": red});
    let mesh = glb.push("meshes", json!({"primitives": [primitive]}));
    glb.show("ceiling", mesh);
    glb.json["materials"][0]["doubleSided"] = json!(true);
    let mut shot = square();
    shot.camera.position = [0.0, 0.0, 1.0];
    shot.camera.projection = Projection::Perspective {
        height_degrees: 90.0,
    };
    let picture = render(&scene(&glb), &shot, &neutral(), &Limits::default()).expect("a picture");
    assert_eq!(picture.pixel(16, 0), Some([255, 0, 0, 255]));
    assert_eq!(picture.pixel(16, 31), Some([0; 4]));
}

#[test]
fn any_number_of_threads_draws_the_same_bytes() {
    let scene = scene(&glb::body());
    let shot = Shot::body(100, 203);
    let draw = |threads| {
        let limits = Limits {
            threads,
            ..Limits::default()
        };
        render(&scene, &shot, &neutral(), &limits).expect("a picture")
    };
    let one = draw(1);
    assert!(one.rgba.chunks_exact(4).any(|p| p[3] == 255));
    for threads in [2, 3, 64] {
        assert_eq!(one, draw(threads));
    }
}

#[test]
fn any_number_of_threads_makes_the_same_files_of_a_real_avatar() {
    let Some(pack) = Pack::open("files on one and two threads") else {
        return;
    };
    let (_, avatar) = pack.references().swap_remove(0);
    let make = |threads| {
        let library = Library::new(Limits {
            threads,
            ..Limits::default()
        });
        let composition = compose(&avatar, &pack.assets, &library).expect("a composition");
        let scene = Scene::new(&composition, &pack.pose);
        [Shot::body(256, 512), Shot::face(256, 256)].map(|shot| {
            let picture = render(&scene, &shot, &Look::default(), library.limits());
            png(&picture.expect("a picture")).expect("a file")
        })
    };
    let one = make(1);
    assert!(one[0].len() > 5_000, "something is drawn");
    assert!(one == make(2));
}

#[test]
fn sizes_and_cameras_without_sense_are_refused() {
    let scene = scene(&glb::body());
    let limits = Limits::default();
    let sized = |width, height| render(&scene, &Shot::body(width, height), &neutral(), &limits);
    for (width, height) in [
        (0, 5),
        (5, 0),
        (u32::MAX, u32::MAX),
        (3000, 3000),
        (1, 1 << 20),
    ] {
        let drawn = sized(width, height);
        assert!(
            matches!(drawn, Err(portrait::raster::Error::Size { .. })),
            "{width} {height}"
        );
    }
    assert!(sized(1, 1).is_ok());
    let mut shot = Shot::body(8, 8);
    for near in [f32::NAN, 0.0, 200.0] {
        shot.camera.near = near;
        let drawn = render(&scene, &shot, &neutral(), &limits);
        assert!(
            matches!(drawn, Err(portrait::raster::Error::Camera)),
            "{near}"
        );
    }
}
