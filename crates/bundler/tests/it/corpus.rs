//! Real models lose nothing, in either profile.

use std::collections::BTreeSet;

use bundler::model::space::{stretch, transform_point};
use bundler::model::{AlphaMode, Model};
use bundler::read::read;
use bundler::{
    Conversion, ImagePlacement, KeepTextures, Limits, Options, Outcome, Profile, Source, convert,
};

use crate::data::{self, Entry};

fn model(source: &Source<'_>) -> Model {
    let read = read(source, &Limits::default());
    read.unwrap_or_else(|error| panic!("{}: {error}", source.path))
        .model
}

fn output_model(conversion: &Conversion) -> Model {
    let files = conversion.files.iter();
    let files = files.map(|file| (file.path.clone(), file.bytes.to_vec()));
    model(&Source {
        path: "model.glb",
        bytes: &conversion.output,
        files: &files.collect::<std::collections::BTreeMap<_, _>>(),
    })
}

fn each_conversion(mut check: impl FnMut(&Entry, &Model, &Conversion, &Model)) {
    let Some(corpus) = data::corpus() else {
        return;
    };
    for entry in &corpus {
        let before = model(&entry.source());
        for profile in [Profile::Gltf, Profile::Plain] {
            let conversion = convert(&entry.source(), &Options::new(profile), &KeepTextures);
            // Files that are nearly all image leave the plain profile nothing to win.
            let kept = profile == Profile::Plain && conversion.outcome == Outcome::Kept;
            let right = kept || conversion.outcome == Outcome::Converted;
            assert!(right, "{}: {:?}", entry.id, conversion.reason);
            if kept {
                continue;
            }
            let after = output_model(&conversion);
            check(entry, &before, &conversion, &after);
        }
    }
}

#[test]
fn nothing_grows() {
    each_conversion(|entry, _, conversion, _| {
        let (from, to) = (entry.bytes(), conversion.stats.bytes_out);
        assert!(to <= from, "{}: {to} bytes for {from}", entry.id);
        assert_eq!(to, conversion.output.len(), "{}", entry.id);
    });
}

#[test]
fn names_clips_and_alpha_modes_stay() {
    each_conversion(|entry, before, _, after| {
        let id = &entry.id;
        let nodes = |model: &Model| -> Vec<_> {
            let nodes = model.nodes.iter();
            nodes
                .map(|n| (n.name.clone(), n.parent, n.annotations.clone()))
                .collect()
        };
        assert_eq!(nodes(before), nodes(after), "nodes of {id}");
        let materials = |model: &Model| -> Vec<(Option<String>, AlphaMode, f32, bool)> {
            let materials = model.materials.iter();
            materials
                .map(|m| (m.name.clone(), m.alpha_mode, m.alpha_cutoff, m.double_sided))
                .collect()
        };
        assert_eq!(materials(before), materials(after), "materials of {id}");
        let meshes = |model: &Model| -> Vec<_> {
            let meshes = model.meshes.iter();
            meshes
                .map(|m| (m.name.clone(), m.annotations.clone()))
                .collect()
        };
        assert_eq!(meshes(before), meshes(after), "meshes of {id}");
        assert_eq!(before.animations.len(), after.animations.len(), "{id}");
        for (a, b) in before.animations.iter().zip(&after.animations) {
            assert_eq!(a.name, b.name, "{id}");
            let (from, to) = (a.duration(), b.duration());
            assert!((from - to).abs() < 1e-4, "{id}: {from} s became {to} s");
        }
        for (a, b) in before.skins.iter().zip(&after.skins) {
            assert_eq!(a.joints, b.joints, "{id}");
        }
        assert_eq!(before.skins.len(), after.skins.len(), "{id}");
        let images = |model: &Model| -> BTreeSet<Vec<u8>> {
            let used = model.materials.iter().flat_map(|m| m.core_textures());
            used.filter_map(|(t, _)| model.textures[t.texture].image)
                .map(|image| model.images[image].bytes.to_vec())
                .collect()
        };
        assert_eq!(images(before), images(after), "images of {id}");
    });
}

#[test]
fn colliders_and_bounds_stay_in_place() {
    each_conversion(|entry, before, _, after| {
        let id = &entry.id;
        let colliders = |model: &Model| model.colliders().collect::<Vec<_>>();
        assert_eq!(colliders(before), colliders(after), "{id}");
        let world = [before.world_matrices(), after.world_matrices()];
        let step = extent(before) / 16_384.0;
        for node in 0..before.nodes.len() {
            let collider = before.nodes[node].is_collider();
            let a = points(before, node, &world[0]);
            let b = points(after, node, &world[1]);
            if a.is_empty() {
                continue;
            }
            let allowed = if collider { 1e-3 + step } else { 2.0 * step };
            for k in 0..3 {
                let end = |p: &[[f64; 3]], pick: fn(f64, f64) -> f64| {
                    p.iter().map(|p| p[k]).reduce(pick).unwrap_or(f64::NAN)
                };
                let low = end(&a, f64::min) - end(&b, f64::min);
                let high = end(&a, f64::max) - end(&b, f64::max);
                let apart = low.abs().max(high.abs());
                assert!(apart <= allowed, "{id}, node {node}: {apart} m");
            }
            if collider {
                let far = farthest(&a, &b);
                assert!(far <= allowed, "{id}, collider {node}: {far} m");
            }
        }
    });
}

/// The largest distance from one of the points to the nearest of the others.
fn farthest(points: &[[f64; 3]], others: &[[f64; 3]]) -> f64 {
    let nearest = |p: &[f64; 3]| {
        let squares = others
            .iter()
            .map(|o| (0..3).map(|k| (p[k] - o[k]).powi(2)).sum::<f64>());
        squares.fold(f64::INFINITY, f64::min)
    };
    points.iter().map(nearest).fold(0.0, f64::max).sqrt()
}

/// Vertices of a node that some triangle with an area has, in the world, each once.
fn points(model: &Model, node: usize, world: &[[f64; 16]]) -> Vec<[f64; 3]> {
    let Some(mesh) = model.nodes[node].mesh else {
        return Vec::new();
    };
    let matrix = model.mesh_matrix(node, world);
    let mut points = Vec::new();
    for primitive in &model.meshes[mesh].primitives {
        let geometry = &model.geometries[primitive.geometry];
        let mut used = geometry.indices.clone();
        used.sort_unstable();
        used.dedup();
        let used = used.iter().map(|&i| geometry.positions[i as usize]);
        points.extend(used.map(|p| transform_point(&matrix, p)));
    }
    points
}

fn extent(model: &Model) -> f64 {
    let world = model.world_matrices();
    let nodes = 0..model.nodes.len();
    let all: Vec<[f64; 3]> = nodes.flat_map(|node| points(model, node, &world)).collect();
    let side = |k: usize| {
        let coordinates = || all.iter().map(|p| p[k]);
        coordinates().fold(f64::MIN, f64::max) - coordinates().fold(f64::MAX, f64::min)
    };
    assert!(world.iter().all(|matrix| stretch(matrix).is_finite()));
    (0..3).map(side).fold(0.0, f64::max)
}

#[test]
fn the_same_bytes_come_out_on_any_number_of_threads() {
    let Some(corpus) = data::corpus() else {
        return;
    };
    for entry in &corpus {
        for profile in [Profile::Gltf, Profile::Plain] {
            let on = |threads| {
                let options = Options {
                    threads,
                    images: ImagePlacement::Siblings,
                    ..Options::new(profile)
                };
                let result = convert(&entry.source(), &options, &KeepTextures);
                (result.output, result.files)
            };
            let one = on(1);
            assert!(one == on(2) && one == on(1), "{}", entry.id);
        }
    }
}
