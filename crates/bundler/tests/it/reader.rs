//! The reader: what it understands, what it forgives, what it refuses.

use std::collections::BTreeMap;

use bundler::model::{Interpolation, Path, Topology};
use bundler::read::{ReadError, read};
use bundler::{FilesBy, Limits, NoFiles, Source};
use serde_json::json;

use crate::made::Made;

fn model_of(bytes: &[u8]) -> Result<bundler::model::Model, ReadError> {
    let source = Source {
        path: "m.glb",
        bytes,
        files: &NoFiles,
    };
    read(&source, &Limits::default()).map(|read| read.model)
}

#[test]
fn a_bare_file_reads_its_data_uri_and_its_neighbours() {
    let made = Made::triangle();
    let mut json = made.json.clone();
    json["buffers"] = json!([{"byteLength": made.bytes.len(), "uri": "data/a%20b.bin"}]);
    let text = json.to_string().into_bytes();
    let bytes = made.bytes;
    let files = FilesBy(move |path: &str| (path == "models/data/a b.bin").then(|| bytes.clone()));
    let source = Source {
        path: "models/m.gltf",
        bytes: &text,
        files: &files,
    };
    let found = read(&source, &Limits::default()).expect("its buffer is there");
    assert_eq!(found.model.triangle_count(), 2);
    assert_eq!(
        found.files.keys().collect::<Vec<_>>(),
        ["models/data/a b.bin"]
    );
    let source = Source {
        files: &BTreeMap::new(),
        ..source
    };
    let missing = ReadError::MissingDependencies(vec!["models/data/a b.bin".to_owned()]);
    assert_eq!(read(&source, &Limits::default()).err(), Some(missing));
}

#[test]
fn strips_and_fans_become_lists() {
    let mut made = Made::triangle();
    let positions = made.floats("VEC3", &[0.0; 15]);
    let cases = [
        (5, vec![0, 1, 2, 2, 1, 3, 2, 3, 4], Topology::Triangles),
        (6, vec![1, 2, 0, 2, 3, 0, 3, 4, 0], Topology::Triangles),
        (3, vec![0, 1, 1, 2, 2, 3, 3, 4, 4, 0], Topology::Lines),
        (2, vec![0, 1, 1, 2, 2, 3, 3, 4], Topology::Lines),
    ];
    for (mode, indices, topology) in cases {
        let attributes = json!({"POSITION": positions});
        let primitive = json!({"attributes": attributes, "mode": mode});
        made.json["meshes"][0]["primitives"] = json!([primitive]);
        let model = model_of(&made.glb()).expect("a good file");
        assert_eq!(model.geometries[0].indices, indices, "mode {mode}");
        assert_eq!(model.geometries[0].topology, topology);
    }
}

#[test]
fn sparse_and_absent_data_are_zeros_with_exceptions() {
    let mut made = Made::triangle();
    let places = made.shorts(&[1]);
    let values = made.floats("VEC3", &[5.0, 6.0, 7.0]);
    let view =
        |made: &Made, accessor: usize| made.json["accessors"][accessor]["bufferView"].clone();
    let sparse = json!({
        "count": 1,
        "indices": {"bufferView": view(&made, places), "componentType": 5123},
        "values": {"bufferView": view(&made, values)},
    });
    made.json["accessors"][0] =
        json!({"componentType": 5126, "count": 3, "type": "VEC3", "sparse": sparse});
    let model = model_of(&made.glb()).expect("a good file");
    let zero = [0.0; 3];
    assert_eq!(model.geometries[0].positions, [zero, [5.0, 6.0, 7.0], zero]);
}

#[test]
fn clips_are_read_with_their_keys() {
    let mut made = Made::triangle();
    let times = made.floats("SCALAR", &[0.0, 1.0, 0.5, 2.0]);
    let values = made.floats(
        "VEC3",
        &[1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 9.0, 9.0, 9.0, 3.0, 3.0, 3.0],
    );
    made.json["animations"] = json!([{
        "name": "grow",
        "samplers": [{"input": times, "output": values, "interpolation": "STEP"}],
        "channels": [
            {"sampler": 0, "target": {"node": 0, "path": "scale"}},
            {"sampler": 0, "target": {"path": "scale"}},
        ],
    }]);
    let model = model_of(&made.glb()).expect("a good file");
    let clip = &model.animations[0];
    assert_eq!(
        (clip.name.as_deref(), clip.channels.len()),
        (Some("grow"), 1)
    );
    let channel = &clip.channels[0];
    assert_eq!(channel.path, Path::Scale);
    assert_eq!(channel.interpolation, Interpolation::Step);
    // The key that goes back in time is left out.
    assert_eq!(channel.times[..], [0.0, 1.0, 2.0]);
    assert_eq!(channel.key(2), [3.0; 3]);
}

#[test]
fn what_reaches_outside_is_refused() {
    type Change = fn(&mut Made);
    let cases: [(&str, Change); 9] = [
        ("an index", |m| {
            let indices = m.shorts(&[0, 1, 3]);
            m.json["meshes"][0]["primitives"][0]["indices"] = json!(indices);
        }),
        ("accessor 0", |m| m.json["accessors"][0]["count"] = json!(4)),
        ("accessor 0", |m| {
            m.json["accessors"][0]["byteOffset"] = json!(u64::MAX)
        }),
        ("an attribute", |m| {
            m.json["accessors"][1]["count"] = json!(2)
        }),
        ("a buffer view", |m| {
            m.json["bufferViews"][0]["byteLength"] = json!(1_u64 << 40)
        }),
        ("mesh names nothing", |m| {
            m.json["nodes"][0]["mesh"] = json!(7)
        }),
        ("two parents", |m| {
            m.json["nodes"] = json!([{"children": [2]}, {"children": [2]}, {}]);
        }),
        ("circle", |m| {
            m.json["nodes"] = json!([{"children": [1]}, {"children": [0]}])
        }),
        ("asset version", |m| {
            m.json["asset"]["version"] = json!("1.0")
        }),
    ];
    for (word, change) in cases {
        let mut made = Made::triangle();
        change(&mut made);
        match model_of(&made.glb()) {
            Err(ReadError::Unparseable(reason)) => assert!(reason.contains(word), "{reason}"),
            other => panic!("{word}: {other:?}"),
        }
    }
}

#[test]
fn what_costs_too_much_is_refused_before_it_is_made() {
    let tight = |limits: Limits, made: &Made| {
        let source = Source {
            path: "m.glb",
            bytes: &made.glb(),
            files: &NoFiles,
        };
        let result = read(&source, &limits);
        assert!(
            matches!(result, Err(ReadError::BudgetExceeded(_))),
            "{:?}",
            result.map(|read| read.model.nodes.len())
        );
    };
    let limits = Limits::default();
    let made = Made::triangle();
    tight(
        Limits {
            file_bytes_max: 100,
            ..limits
        },
        &made,
    );
    tight(
        Limits {
            json_bytes_max: 100,
            ..limits
        },
        &made,
    );
    tight(
        Limits {
            json_values_max: 50,
            ..limits
        },
        &made,
    );
    tight(
        Limits {
            vertices_max: 2,
            ..limits
        },
        &made,
    );
    tight(
        Limits {
            decoded_bytes_max: 64,
            ..limits
        },
        &made,
    );
    // An accessor without a view is all zeros, however many it says it has.
    let mut zeros = Made::triangle();
    zeros.json["accessors"][0] =
        json!({"componentType": 5126, "count": 4_000_000_000_u32, "type": "VEC3"});
    tight(limits, &zeros);
    tight(
        Limits {
            vertices_max: usize::MAX,
            ..limits
        },
        &zeros,
    );
}
