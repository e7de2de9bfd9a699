//! Scenes made by hand, merged.

use bundler::model::space::{IDENTITY, Matrix};
use bundler::model::{AlphaMode, Material, Model, Transform};
use bundler::{KeepTextures, NoFiles, Options, Profile};
use lods::crdt::{Paint, Shape};
use lods::scene::{Land, MergeError, MergeOptions, Merged, Piece, Way, merge, shape_model};

use crate::made::{ball, floor, model, png, textured};
use crate::town::{Seen, area, bounds, facing};

pub(crate) fn land(parcels: &[[i32; 2]]) -> Land {
    Land {
        base: parcels[0],
        parcels: parcels.to_vec(),
    }
}

pub(crate) fn options() -> MergeOptions<'static> {
    MergeOptions::new(Options::new(Profile::Gltf))
}

fn at(position: [f32; 3]) -> Matrix {
    let placed = Transform::Trs {
        translation: position,
        rotation: [0.0, 0.0, 0.0, 1.0],
        scale: [1.0; 3],
    };
    placed.matrix()
}

fn one(model: Model, matrix: Matrix, land: &Land) -> Merged {
    let pieces = [Piece { model: 0, matrix }];
    merge(&[model], &pieces, land, &options(), &KeepTextures).expect("a scene that can be merged")
}

fn painted(color: [f32; 4]) -> Material {
    Material {
        base_color: color,
        ..Material::default()
    }
}

#[test]
fn what_sticks_out_is_cut_off() {
    let wide = || model("floor", floor(200.0, 3, 1.0), Material::default());
    let merged = one(wide(), at([8.0, 1.0, 8.0]), &land(&[[4, 4]]));
    // Scenes are mirrored along x when a client loads the file.
    let [low, high] = bounds(&merged.model).expect("a mesh");
    let near = |a: f32, b: f32| (a - b).abs() < 1e-4;
    assert!(
        near(low[0], -16.05) && near(high[0], 0.05),
        "{low:?} {high:?}"
    );
    assert!(
        near(low[2], -0.05) && near(high[2], 16.05),
        "{low:?} {high:?}"
    );
    assert!((area(&merged.model) - 16.1_f32.powi(2)).abs() < 0.01);
    // An L of three parcels: the corners where they meet count once.
    let merged = one(
        wide(),
        at([8.0, 1.0, 8.0]),
        &land(&[[4, 4], [5, 4], [4, 5]]),
    );
    let want = 32.1_f32.powi(2) - 16.0_f32.powi(2);
    assert!(
        (area(&merged.model) - want).abs() < 0.05,
        "{}",
        area(&merged.model)
    );
    assert!(facing(&merged.model));
}

#[test]
fn height_grows_with_the_land() {
    let tower = || model("tower", ball([0.0; 3], 1.0, 8), Material::default());
    let mut tall = at([8.0, 0.0, 8.0]);
    tall[5] = 300.0;
    let [low, high] = bounds(&one(tower(), tall, &land(&[[0, 0]])).model).expect("a mesh");
    assert!((high[1] - 20.0).abs() < 1e-4 && (low[1] + 0.05).abs() < 1e-4);
    let three = land(&[[0, 0], [1, 0], [0, 1]]);
    assert!((three.height_metres() - 40.0).abs() < 1e-9);
    let [_, high] = bounds(&one(tower(), tall, &three).model).expect("a mesh");
    assert!((high[1] - 40.0).abs() < 1e-4);
}

#[test]
fn many_triangles_become_few_and_keep_their_shape() {
    let dense = model(
        "ball",
        ball([0.0; 3], 5.0, 128),
        painted([1.0, 0.0, 0.0, 1.0]),
    );
    let merged = one(dense, at([8.0, 6.0, 8.0]), &land(&[[0, 0]]));
    assert!(merged.stats.triangles_in > 30_000);
    assert!(
        (300..=500).contains(&merged.stats.triangles_out),
        "{:?}",
        merged.stats
    );
    assert_eq!(merged.stats.way, Way::Simplified);
    assert_eq!(merged.model.triangle_count(), merged.stats.triangles_out);
    let sphere = 4.0 * std::f32::consts::PI * 25.0;
    assert!(
        (area(&merged.model) / sphere - 1.0).abs() < 0.06,
        "{}",
        area(&merged.model)
    );
    assert!(facing(&merged.model));
}

#[test]
fn any_scene_fits_whatever_it_takes() {
    // Five hundred boxes of as many colours, for which there are 40 triangles.
    let colors = 0..500_u16;
    let models: Vec<Model> = colors
        .map(|i| {
            let paint = Paint {
                color: [f32::from(i) / 500.0, 0.5, 0.2, 1.0],
                ..Paint::default()
            };
            shape_model(Shape::Box, &paint, &NoFiles)
        })
        .collect();
    let pieces: Vec<Piece> = (0..500_u16)
        .map(|i| Piece {
            model: usize::from(i),
            matrix: at([
                f32::from(i % 8) * 2.0 + 1.0,
                0.5,
                f32::from(i / 8 % 8) * 2.0 + 1.0,
            ]),
        })
        .collect();
    for per_parcel in [0, 1, 7, 40, 500] {
        let mut options = options();
        options.triangles_per_parcel = per_parcel;
        let merged = merge(&models, &pieces, &land(&[[0, 0]]), &options, &KeepTextures)
            .expect("a scene that can be merged");
        let count = merged.model.triangle_count();
        assert!(count <= per_parcel, "{count} for {per_parcel}");
        assert!(
            per_parcel < 40 || count > per_parcel / 3,
            "{:?}",
            merged.stats
        );
    }
}

#[test]
fn colliders_are_not_drawn_and_mirrored_models_face_outward() {
    let mut hidden = model("ball_collider", ball([0.0; 3], 1.0, 8), Material::default());
    let merged = one(hidden.clone(), at([8.0, 2.0, 8.0]), &land(&[[0, 0]]));
    assert_eq!(merged.stats.triangles_out, 0);
    assert!(merged.model.meshes.is_empty() && !merged.output.is_empty());
    hidden.nodes[0].name = None;
    let mut mirrored = at([8.0, 2.0, 8.0]);
    mirrored[0] = -2.0;
    mirrored[5] = 0.5;
    let merged = one(hidden, mirrored, &land(&[[0, 0]]));
    assert!(merged.stats.triangles_out > 100 && facing(&merged.model));
}

/// Four colours, one a quarter.
fn quarters(x: u32, y: u32) -> [u8; 4] {
    match (x < 32, y < 32) {
        (true, true) => [200, 30, 30, 255],
        (false, true) => [30, 200, 30, 255],
        (true, false) => [30, 30, 200, 255],
        (false, false) => [200, 200, 30, 255],
    }
}

#[test]
fn textures_are_where_they_were() {
    let mut ground = model("floor", floor(16.0, 32, 1.0), Material::default());
    textured(&mut ground, png(64, 64, quarters), AlphaMode::Opaque);
    let merged = one(ground, at([8.0, 1.0, 8.0]), &land(&[[0, 0]]));
    assert!(merged.stats.triangles_out <= 500);
    let seen = Seen::new(&merged.model);
    for (x, z) in [
        (2.0, 2.0),
        (14.0, 2.0),
        (2.0, 14.0),
        (14.0, 14.0),
        (5.5, 10.0),
    ] {
        // A model at rest is mirrored along x where the scene's x begins.
        let (u, v) = ((16.0 - x) / 16.0 * 64.0, z / 16.0 * 64.0);
        let want = quarters(u as u32, v as u32);
        let found = seen.above(-x, z).expect("a floor");
        for k in 0..3 {
            let apart = (f32::from(want[k]) - f32::from(found[k])).abs();
            assert!(apart < 12.0, "at {x}, {z}: {found:?}, want {want:?}");
        }
    }
}

#[test]
fn what_repeats_comes_out_as_what_one_sees() {
    for repeats in [3.0, 40.0, 500.0] {
        let mut ground = model("floor", floor(16.0, 4, repeats), Material::default());
        // Half black, half white: from afar as light as half the light.
        let stripes = |x: u32, _| [if x % 8 < 4 { 255 } else { 0 }; 3];
        let stripes = |x, y| {
            let [r, g, b] = stripes(x, y);
            [r, g, b, 255]
        };
        textured(&mut ground, png(64, 64, stripes), AlphaMode::Opaque);
        let merged = one(ground, at([8.0, 1.0, 8.0]), &land(&[[0, 0]]));
        let mean = Seen::new(&merged.model).mean_light();
        assert!((mean[0] - 0.5).abs() < 0.04, "{repeats} times: {mean:?}");
    }
}

#[test]
fn a_swatch_of_a_palette_keeps_its_colour() {
    // Each quarter of the floor has its colour from one pixel of a large palette.
    let mut ground = floor(16.0, 2, 0.0);
    let flat: Vec<u32> = ground.indices.clone();
    let mut split = ground.clone();
    split.indices = (0..flat.len() as u32).collect();
    let pick = |list: &[[f32; 3]]| flat.iter().map(|&i| list[i as usize]).collect::<Vec<_>>();
    split.positions = pick(&ground.positions);
    split.normals = pick(&ground.normals);
    split.texcoords = vec![
        (0..flat.len())
            .map(|corner| [[0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]][corner / 6])
            .collect(),
    ];
    ground = split;
    let mut ground = model("floor", ground, Material::default());
    let palette = |x: u32, y: u32| quarters(x / 16, y / 16);
    textured(&mut ground, png(1024, 1024, palette), AlphaMode::Opaque);
    let merged = one(ground, at([8.0, 1.0, 8.0]), &land(&[[0, 0]]));
    assert_eq!(merged.stats.tiles, 4, "{:?}", merged.stats);
    let seen = Seen::new(&merged.model);
    for (x, z, want) in [
        (12.0, 4.0, quarters(0, 0)),
        (4.0, 4.0, quarters(63, 0)),
        (12.0, 12.0, quarters(0, 63)),
        (4.0, 12.0, quarters(63, 63)),
    ] {
        assert_eq!(seen.above(-x, z), Some(want), "at {x}, {z}");
    }
}

#[test]
fn opaque_cut_out_and_transparent_are_apart() {
    let alpha = |alpha| move |_, _| [90, 120, 30, alpha];
    let mut models = Vec::new();
    for (mode, value) in [
        (AlphaMode::Opaque, 255),
        (AlphaMode::Mask, 60),
        (AlphaMode::Blend, 100),
    ] {
        let mut made = model("floor", floor(4.0, 2, 1.0), Material::default());
        textured(&mut made, png(8, 8, alpha(value)), mode);
        made.materials[0].alpha_cutoff = 0.2;
        models.push(made);
    }
    let pieces: Vec<Piece> = (0..3_u8)
        .map(|i| Piece {
            model: usize::from(i),
            matrix: at([3.0 + f32::from(i) * 5.0, 1.0, 3.0]),
        })
        .collect();
    let merged = merge(
        &models,
        &pieces,
        &land(&[[0, 0]]),
        &options(),
        &KeepTextures,
    )
    .expect("a scene that can be merged");
    let names: Vec<(Option<&str>, AlphaMode)> = (merged.model.materials.iter())
        .map(|material| (material.name.as_deref(), material.alpha_mode))
        .collect();
    let want = [
        (Some("lod-opaque"), AlphaMode::Opaque),
        (Some("lod-cutout"), AlphaMode::Mask),
        (Some("lod-transparent"), AlphaMode::Blend),
    ];
    assert_eq!(names, want);
    let seen = Seen::new(&merged.model);
    assert_eq!(seen.above(-3.0, 3.0), Some([90, 120, 30, 255]));
    // What was above its own cutoff is above the common one.
    let cut = seen.above(-8.0, 3.0).expect("a floor");
    assert!(cut[3] > 128, "{cut:?}");
    assert_eq!(seen.above(-13.0, 3.0), Some([90, 120, 30, 100]));
}

#[test]
fn simple_shapes_stand_where_they_are() {
    let shapes = [
        (Shape::Box, [1.0, 1.0, 1.0], 6.0),
        (Shape::Plane, [1.0, 1.0, 0.0], 1.0),
        (Shape::Sphere, [1.0, 1.0, 1.0], std::f32::consts::PI),
        (
            Shape::Cylinder {
                radius_top: 0.5,
                radius_bottom: 0.5,
            },
            [1.0, 1.0, 1.0],
            std::f32::consts::PI * 1.5,
        ),
    ];
    for (shape, sides, metres) in shapes {
        let made = shape_model(shape, &Paint::default(), &NoFiles);
        let merged = one(made, at([4.0, 2.0, 6.0]), &land(&[[0, 0]]));
        let [low, high] = bounds(&merged.model).expect("a mesh");
        for (k, middle) in [-4.0, 2.0, 6.0].into_iter().enumerate() {
            assert!(
                (high[k] - low[k] - sides[k]).abs() < 0.02,
                "{shape:?}: {low:?} {high:?}"
            );
            assert!(
                ((high[k] + low[k]) / 2.0 - middle).abs() < 0.02,
                "{shape:?}"
            );
        }
        assert!(
            (area(&merged.model) / metres - 1.0).abs() < 0.1,
            "{shape:?}"
        );
        assert!(facing(&merged.model), "{shape:?}");
    }
}

#[test]
fn what_cannot_be_merged_says_why() {
    let made = || vec![model("ball", ball([0.0; 3], 1.0, 8), Material::default())];
    let piece = Piece {
        model: 0,
        matrix: IDENTITY,
    };
    let error = |pieces: &[Piece], land: &Land, change: fn(&mut MergeOptions<'_>)| {
        let mut options = options();
        change(&mut options);
        merge(&made(), pieces, land, &options, &KeepTextures).expect_err("no scene")
    };
    let here = land(&[[0, 0]]);
    let nowhere = Land {
        base: [0, 0],
        parcels: Vec::new(),
    };
    let none = error(&[piece], &nowhere, |_| {});
    assert!(matches!(none, MergeError::Parcels { parcels: 0, .. }));
    let stray = Piece { model: 1, ..piece };
    let want = MergeError::NoModel {
        model: 1,
        models: 1,
    };
    assert_eq!(error(&[stray], &here, |_| {}), want);
    let few = error(&[piece], &here, |options| options.limits.triangles_max = 10);
    assert!(matches!(few, MergeError::TooMany { max: 10, .. }));
    let crowd = error(&[piece; 3], &here, |options| options.limits.pieces_max = 2);
    assert!(matches!(crowd, MergeError::TooMany { max: 2, .. }));
    let looks = error(&[piece], &here, |options| options.limits.surfaces_max = 0);
    assert!(matches!(looks, MergeError::TooMany { max: 0, .. }));
    let odd = error(&[piece], &here, |options| options.atlas_side_max = 700);
    assert!(matches!(odd, MergeError::Atlas { max: 700, .. }));
    let late = error(&[piece], &here, |options| {
        options.stored.go_on = Some(&|| false)
    });
    assert_eq!(late, MergeError::OutOfTime);
}

#[test]
fn images_that_cannot_be_read_leave_the_colour() {
    let mut ground = model("floor", floor(4.0, 2, 1.0), painted([0.0, 1.0, 0.0, 1.0]));
    let mut image = png(64, 64, |x, y| [x as u8, y as u8, (x * y) as u8, 255]);
    image.truncate(image.len() / 2);
    textured(&mut ground, image, AlphaMode::Opaque);
    let merged = one(ground, at([8.0, 1.0, 8.0]), &land(&[[0, 0]]));
    assert_eq!(merged.problems.len(), 1, "{:?}", merged.problems);
    let seen = Seen::new(&merged.model).above(-8.0, 8.0);
    assert_eq!(seen, Some([0, 255, 0, 255]));
}
