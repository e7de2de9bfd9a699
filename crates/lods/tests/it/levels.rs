//! Coarser levels of models.

use bundler::model::space::transform_point;
use bundler::model::{Material, Model, MorphTarget};
use bundler::read::read;
use bundler::{KeepTextures, Limits, NoFiles, Options, Profile, Source};
use lods::levels::{LevelOptions, LevelsError, add, write, write_each};

use crate::data;
use crate::made::{ball, floor, model};

fn back(bytes: &[u8]) -> Model {
    let source = Source {
        path: "m.glb",
        bytes,
        files: &NoFiles,
    };
    read(&source, &Limits::default())
        .expect("a file of ours")
        .model
}

fn smooth_ball() -> Model {
    model("ball", ball([0.0; 3], 1.0, 32), Material::default())
}

#[test]
fn a_ball_becomes_coarser_and_stays_a_ball() {
    let mut model = smooth_ball();
    let levels = add(&mut model, &LevelOptions::default()).expect("few triangles");
    let full = model.triangle_count();
    assert_eq!(levels.len(), 4, "{levels:?}");
    assert_eq!(levels[0].triangles, full);
    for (level, (ratio, error)) in levels[1..]
        .iter()
        .zip([(0.5, 0.005), (0.25, 0.02), (0.1, 0.05)])
    {
        assert!(level.error <= error, "{level:?}");
        let wanted = full as f32 * ratio;
        assert!(
            level.triangles as f32 <= wanted * 1.6,
            "{level:?} of {full}"
        );
        let geometry = &model.geometries[0];
        for triangle in geometry.levels[level.level - 1].as_chunks::<3>().0 {
            let corners = triangle.map(|i| geometry.positions[i as usize]);
            let middle = (0..3).map(|k| corners.iter().map(|c| c[k]).sum::<f32>() / 3.0);
            let radius = middle.map(|c| c * c).sum::<f32>().sqrt();
            assert!((0.8..1.01).contains(&radius), "{level:?}: {radius}");
        }
    }
}

#[test]
fn what_bends_or_is_small_or_never_seen_stays() {
    let levels = |model: &mut Model| {
        let levels = add(model, &LevelOptions::default()).expect("few triangles");
        assert!(
            model
                .geometries
                .iter()
                .all(|geometry| geometry.levels.is_empty())
        );
        levels.len()
    };
    let mut morphing = smooth_ball();
    morphing.geometries[0].targets.push(MorphTarget::default());
    assert_eq!(levels(&mut morphing), 1);
    let mut skinned = smooth_ball();
    skinned.skins.push(bundler::model::Skin::default());
    skinned.nodes[0].skin = Some(0);
    assert_eq!(levels(&mut skinned), 1);
    let mut small = model("small", floor(1.0, 1, 1.0), Material::default());
    assert_eq!(levels(&mut small), 1);
    let mut collider = smooth_ball();
    collider.nodes[0].name = Some("ball_collider".to_owned());
    assert_eq!(levels(&mut collider), 1);
    // Loose triangles in a heap: nothing can go.
    let mut heap = smooth_ball();
    let geometry = &mut heap.geometries[0];
    geometry.positions = (0..300_u16)
        .map(|i| [f32::from(i), f32::from(i % 3 % 2) * 5.0, f32::from(i % 7)])
        .collect();
    geometry.normals = vec![[0.0, 1.0, 0.0]; 300];
    geometry.indices = (0..300).collect();
    let mut fine = LevelOptions::default();
    fine.wanted.truncate(1);
    fine.wanted[0].error = 1e-5;
    let found = add(&mut heap, &fine).expect("few triangles");
    assert_eq!(found.len(), 1);
}

#[test]
fn too_many_triangles_are_refused() {
    let mut options = LevelOptions::default();
    options.limits.triangles_max = 100;
    let mut model = smooth_ball();
    let triangles = model.triangle_count();
    let want = LevelsError::TooManyTriangles {
        triangles,
        max: 100,
    };
    assert_eq!(add(&mut model, &options), Err(want));
}

#[test]
fn one_file_has_all_levels_over_the_same_vertices() {
    let model = smooth_ball();
    for profile in [Profile::Plain, Profile::Gltf] {
        let leveled = write(
            &model,
            &LevelOptions::default(),
            &Options::new(profile),
            &KeepTextures,
        )
        .expect("a result that holds");
        let read = back(&leveled.output);
        let names = &read.nodes[0].annotations.extensions["MSFT_lod"]["ids"];
        let ids: Vec<usize> = names
            .as_array()
            .expect("a list")
            .iter()
            .map(|id| id.as_u64().expect("a number") as usize)
            .collect();
        assert_eq!(ids, [1, 2, 3]);
        let extras = read.nodes[0].annotations.extras.as_ref().expect("extras");
        assert_eq!(
            extras["MSFT_screencoverage"].as_array().map(Vec::len),
            Some(4)
        );
        let triangles = |node: usize| {
            let mesh = read.nodes[node].mesh.expect("a mesh");
            let primitive = &read.meshes[mesh].primitives[0];
            read.geometries[primitive.geometry].triangle_count()
        };
        for (id, level) in ids.iter().zip(&leveled.levels[1..]) {
            assert_eq!(triangles(*id), level.triangles);
        }
        // Vertices are stored once: all levels cost less than half of the model.
        let alone = bundler::store(model.clone(), &Options::new(profile), &KeepTextures);
        let alone = alone.expect("a result that holds").output.len();
        assert!(
            leveled.output.len() < alone * 8 / 5 + 1000,
            "{}, {alone}",
            leveled.output.len()
        );
        assert_eq!(read.scenes[0].nodes, [0]);
    }
}

#[test]
fn a_file_a_level_has_that_level_alone() {
    let mut model = smooth_ball();
    model.nodes.push(bundler::model::Node {
        name: Some("ball_collider".to_owned()),
        mesh: Some(0),
        ..bundler::model::Node::default()
    });
    model.scenes[0].nodes.push(1);
    let options = Options::new(Profile::Plain);
    let files = write_each(&model, &LevelOptions::default(), &options, &KeepTextures);
    let files = files.expect("results that hold");
    assert_eq!(files.len(), 3);
    let mut size = usize::MAX;
    for (level, stored) in &files {
        let read = back(&stored.output);
        assert_eq!(read.triangle_count(), level.triangles);
        assert_eq!(read.nodes[1].mesh, None, "a collider is drawn");
        assert!(stored.output.len() < size);
        size = stored.output.len();
    }
}

/// Of real models: fewer triangles each level, in the same box, and no files that grow much.
#[test]
fn real_models_become_coarser_in_their_place() {
    let Some(corpus) = data::corpus(|_| true) else {
        return;
    };
    let options = Options::new(Profile::Gltf);
    let (mut full, mut coarsest, mut with_levels) = (0, 0, 0);
    for entry in &corpus {
        let wanted = LevelOptions::default();
        let leveled = write(&entry.model, &wanted, &options, &KeepTextures);
        let leveled = leveled.unwrap_or_else(|error| panic!("{}: {error}", entry.src));
        let levels = &leveled.levels;
        for (finer, coarser) in levels.iter().zip(&levels[1..]) {
            assert!(
                coarser.triangles < finer.triangles,
                "{}: {levels:?}",
                entry.src
            );
        }
        full += levels[0].triangles;
        coarsest += levels.last().map_or(0, |level| level.triangles);
        with_levels += usize::from(levels.len() > 1);
        let read = back(&leveled.output);
        assert_eq!(read.animations.len(), entry.model.animations.len());
        let boxes = |model: &Model| -> Vec<Option<[[f64; 3]; 2]>> {
            let nodes = 0..entry.model.nodes.len();
            nodes.map(|node| bounds(model, node)).collect()
        };
        assert_eq!(
            boxes(&read).len(),
            boxes(&entry.model).len(),
            "{}",
            entry.src
        );
        for (node, id) in lod_nodes(&read) {
            let (fine, coarse) = (bounds(&read, node), bounds(&read, id));
            let (Some(fine), Some(coarse)) = (fine, coarse) else {
                panic!("{}: node {node} or its level shows nothing", entry.src);
            };
            let size = (0..3).map(|k| fine[1][k] - fine[0][k]).fold(0.0, f64::max);
            for k in 0..3 {
                let inside = coarse[0][k] >= fine[0][k] - size * 1e-3
                    && coarse[1][k] <= fine[1][k] + size * 1e-3;
                assert!(inside, "{}: node {id} is outside of {node}", entry.src);
            }
        }
    }
    println!(
        "{with_levels} of {} models, {full} to {coarsest} triangles",
        corpus.len()
    );
    assert!(
        with_levels * 2 > corpus.len(),
        "only {with_levels} have levels"
    );
    assert!(coarsest * 3 < full * 2, "{coarsest} of {full}");
}

/// Nodes with the nodes of their levels.
fn lod_nodes(model: &Model) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (node, of) in model.nodes.iter().enumerate() {
        let ids = of.annotations.extensions.get("MSFT_lod");
        let ids = ids.and_then(|extension| extension["ids"].as_array());
        for id in ids.into_iter().flatten() {
            pairs.push((node, id.as_u64().expect("a number") as usize));
        }
    }
    pairs
}

/// The box of what a node shows, in its own space.
fn bounds(model: &Model, node: usize) -> Option<[[f64; 3]; 2]> {
    let mesh = model.nodes[node].mesh?;
    let matrix = model.nodes[node].transform.matrix();
    let mut corners: Option<[[f64; 3]; 2]> = None;
    for primitive in &model.meshes[mesh].primitives {
        let geometry = &model.geometries[primitive.geometry];
        for &index in &geometry.indices {
            let point = transform_point(&matrix, geometry.positions[index as usize]);
            let [low, high] = corners.get_or_insert([point, point]);
            for k in 0..3 {
                low[k] = low[k].min(point[k]);
                high[k] = high[k].max(point[k]);
            }
        }
    }
    corners
}
