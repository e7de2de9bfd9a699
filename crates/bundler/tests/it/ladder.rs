//! The ladder, and what each rung keeps.

use std::sync::atomic::{AtomicUsize, Ordering};

use bundler::model::Model;
use bundler::read::read;
use bundler::{KeepTextures, Limits, NoFiles, Options, Outcome, Profile, Rung, Source, convert};
use serde_json::json;

use crate::made::{Made, converted};

fn model_of(bytes: &[u8]) -> Model {
    let source = Source {
        path: "m.glb",
        bytes,
        files: &NoFiles,
    };
    read(&source, &Limits::default())
        .expect("a good file")
        .model
}

/// A model large enough to gain from every step: a grid of many triangles, each with vertices of its own.
fn large() -> Made {
    let mut made = Made::triangle();
    let (mut positions, mut normals, mut texcoords) = (Vec::new(), Vec::new(), Vec::new());
    for i in 0..400_u32 {
        let (x, y) = ((i % 20) as f32, (i / 20) as f32);
        for corner in [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]] {
            let (x, y) = (x + corner[0], y + corner[1]);
            positions.extend([x, y, (x * y).sin()]);
            normals.extend([0.0, 0.0, 2.0]);
            texcoords.extend([x / 20.0, y / 20.0]);
        }
    }
    let attributes = json!({
        "POSITION": made.floats("VEC3", &positions),
        "NORMAL": made.floats("VEC3", &normals),
        "TEXCOORD_0": made.floats("VEC2", &texcoords),
    });
    made.json["meshes"][0]["primitives"][0] = json!({"attributes": attributes, "material": 0});
    made
}

#[test]
fn the_first_rung_is_small_and_says_what_it_needs() {
    let bytes = large().glb();
    let result = converted(&bytes, Profile::Gltf);
    assert_eq!(
        (result.outcome, result.rung),
        (Outcome::Converted, Some(Rung::Full))
    );
    assert!(
        result.output.len() < bytes.len() / 4,
        "{}",
        result.output.len()
    );
    let model = model_of(&result.output);
    assert_eq!(
        model.required,
        ["EXT_meshopt_compression", "KHR_mesh_quantization"]
    );
    assert_eq!(result.stats.triangles, 401);
    assert_eq!((result.stats.colliders, result.stats.materials), (1, 1));
}

#[test]
fn the_plain_profile_needs_nothing_and_is_exact() {
    let made = large();
    let result = converted(&made.glb(), Profile::Plain);
    assert_eq!(
        (result.outcome, result.rung),
        (Outcome::Converted, Some(Rung::Exact))
    );
    let model = model_of(&result.output);
    assert!(model.required.is_empty() && model.used.is_empty());
    let corners = |model: &Model| {
        let geometry = &model.geometries[0];
        let corners = geometry
            .indices
            .iter()
            .map(|&i| geometry.positions[i as usize]);
        let mut corners: Vec<[u32; 3]> = corners.map(|p| p.map(f32::to_bits)).collect();
        corners.sort_unstable();
        corners
    };
    assert_eq!(corners(&model_of(&made.glb())), corners(&model));
    assert!(
        model.geometries[0]
            .normals
            .iter()
            .all(|n| *n == [0.0, 0.0, 1.0])
    );
}

#[test]
fn colliders_keep_their_shape_only() {
    let model = model_of(&converted(&large().glb(), Profile::Plain).output);
    let collider = model.colliders().next().expect("it has one");
    let mesh = model.nodes[collider].mesh.expect("it has a shape");
    let geometry = &model.geometries[model.meshes[mesh].primitives[0].geometry];
    assert_eq!(geometry.vertex_count(), 3);
    assert!(geometry.normals.is_empty() && geometry.texcoords.is_empty());
}

#[test]
fn what_cannot_get_smaller_is_kept() {
    let bytes = br#"{"asset":{"version":"2.0"}}"#.to_vec();
    let result = converted(&bytes, Profile::Gltf);
    assert_eq!(result.outcome, Outcome::Kept);
    assert_eq!(result.output, bytes);
    assert!(
        result
            .reason
            .expect("a reason")
            .contains("bytes, more than")
    );
}

#[test]
fn unknown_extensions_survive_or_the_file_is_kept() {
    let mut made = large();
    made.json["extensionsUsed"] = json!(["X_tag"]);
    made.json["nodes"][0]["extensions"] = json!({"X_tag": {"level": 3}});
    let result = converted(&made.glb(), Profile::Gltf);
    assert_eq!(result.outcome, Outcome::Converted);
    let model = model_of(&result.output);
    assert_eq!(
        model.nodes[0].annotations.extensions["X_tag"],
        json!({"level": 3})
    );
    made.json["nodes"][0]["extensions"] = json!({"X_tag": {"bufferView": 0}});
    let result = converted(&made.glb(), Profile::Gltf);
    assert_eq!((result.outcome, result.output), (Outcome::Kept, made.glb()));
}

#[test]
fn extras_names_and_morphs_survive() {
    let mut made = large();
    let moved = made.floats("VEC3", &[0.0, 0.0, 1.0].repeat(1200));
    made.json["meshes"][0]["primitives"][0]["targets"] = json!([{"POSITION": moved}]);
    made.json["meshes"][0]["extras"] = json!({"targetNames": ["up"]});
    made.json["meshes"][0]["weights"] = json!([0.5]);
    made.json["nodes"][0]["extras"] = json!({"a": [1, {"b": "ü"}]});
    made.json["asset"]["copyright"] = json!("someone");
    let result = converted(&made.glb(), Profile::Gltf);
    assert_eq!(result.rung, Some(Rung::Full), "{:?}", result.reason);
    let model = model_of(&result.output);
    assert_eq!(model.meshes[0].target_names(), ["up"]);
    assert_eq!(model.meshes[0].weights, [0.5]);
    assert_eq!(model.geometries[0].targets.len(), 1);
    let target = &model.geometries[0].targets[0];
    assert!(
        target
            .positions
            .iter()
            .all(|delta| *delta == [0.0, 0.0, 1.0])
    );
    assert_eq!(
        model.nodes[0].annotations.extras,
        Some(json!({"a": [1, {"b": "ü"}]}))
    );
    assert_eq!(model.asset["copyright"], json!("someone"));
}

#[test]
fn a_clip_that_moves_nothing_keeps_its_name_and_its_time() {
    let mut made = large();
    let times = made.floats("SCALAR", &[0.0, 0.5, 1.5]);
    let values = made.floats("VEC3", &[0.0; 9]);
    made.json["animations"] = json!([{
        "name": "idle",
        "samplers": [{"input": times, "output": values}],
        "channels": [{"sampler": 0, "target": {"node": 0, "path": "translation"}}],
    }]);
    for profile in [Profile::Gltf, Profile::Plain] {
        let model = model_of(&converted(&made.glb(), profile).output);
        assert_eq!(model.animations[0].name.as_deref(), Some("idle"));
        assert_eq!(model.animations[0].duration(), 1.5);
    }
}

#[test]
fn the_caller_can_stop_it() {
    let bytes = large().glb();
    let source = Source {
        path: "m.glb",
        bytes: &bytes,
        files: &NoFiles,
    };
    let asked = AtomicUsize::new(0);
    let go_on = || asked.fetch_add(1, Ordering::Relaxed) < 1;
    let options = Options {
        go_on: Some(&go_on),
        ..Options::new(Profile::Gltf)
    };
    let result = convert(&source, &options, &KeepTextures);
    assert_eq!(result.outcome, Outcome::BudgetExceeded);
    assert_eq!(asked.into_inner(), 2);
}
