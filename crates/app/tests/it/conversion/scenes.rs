//! Scenes with models and pictures of their own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use identity::hash::hash_v1;
use serde_json::{Value, json};

use crate::generated::entity_of;
use crate::png;

/// Bytes by path.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

const START_MS: u64 = 1_767_225_600_000;
/// Pixels of a picture, a side.
const SIDE: u32 = 64;

/// A scene at a pointer; its files lie in the served folder.
pub(super) fn scene(served: &Path, pointer: &str, files: &Files) -> Value {
    let mut entity = entity_of("scene", &[pointer], START_MS);
    let content = files.iter().map(|(path, bytes)| {
        let hash = hash_v1(bytes);
        let place = served.join("contents").join(&hash);
        fs::write(place, bytes).expect("the scratch folder is writable");
        json!({"file": path, "hash": hash})
    });
    entity["content"] = content.collect();
    entity["metadata"] =
        json!({"main": "bin/game.js", "scene": {"base": pointer, "parcels": [pointer]}});
    entity
}

/// A model that stands alone.
pub(super) fn plain(number: u32) -> Vec<u8> {
    model(number, None)
}

/// A model with a picture beside it.
pub(super) fn material(picture: &str) -> Vec<u8> {
    model(100, Some(picture))
}

/// A fan of triangles.
fn model(number: u32, picture: Option<&str>) -> Vec<u8> {
    let corners = 40;
    let (mut positions, mut coordinates, mut indices) = (Vec::new(), Vec::new(), Vec::new());
    for corner in 0..corners {
        let angle = corner as f32 * 0.15;
        let radius = 1.0 + number as f32 * 0.25;
        positions.extend([
            radius * angle.cos(),
            radius * angle.sin(),
            corner as f32 * 0.01,
        ]);
        coordinates.extend([0.5 + 0.5 * angle.cos(), 0.5 + 0.5 * angle.sin()]);
        if corner > 1 {
            indices.extend([0_u32, corner - 1, corner]);
        }
    }
    let floats = |values: &[f32]| {
        values
            .iter()
            .flat_map(|v| v.to_le_bytes())
            .collect::<Vec<u8>>()
    };
    let indices_bytes: Vec<u8> = indices.iter().flat_map(|v| v.to_le_bytes()).collect();
    let (first, second) = (floats(&positions), floats(&coordinates));
    let whole = [&first[..], &second, &indices_bytes].concat();
    let uri = format!(
        "data:application/octet-stream;base64,{}",
        STANDARD.encode(&whole)
    );
    let view =
        |from: usize, length: usize| json!({"buffer": 0, "byteOffset": from, "byteLength": length});
    let accessor = |at: u32, component: u32, count: usize, kind: &str| json!({"bufferView": at, "componentType": component, "count": count, "type": kind});
    let mut positions_accessor = accessor(0, 5126, corners as usize, "VEC3");
    let bound = |pick: fn(f32, f32) -> f32, start: f32| {
        let axis = |axis: usize| {
            positions
                .iter()
                .skip(axis)
                .step_by(3)
                .copied()
                .fold(start, pick)
        };
        json!([axis(0), axis(1), axis(2)])
    };
    positions_accessor["min"] = bound(f32::min, f32::INFINITY);
    positions_accessor["max"] = bound(f32::max, f32::NEG_INFINITY);
    let mut document = json!({
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0, "name": "fan"}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "indices": 2, "material": 0}]}],
        "materials": [{"name": "skin", "doubleSided": true}],
        "accessors": [positions_accessor, accessor(1, 5126, corners as usize, "VEC2"),
            accessor(2, 5125, indices.len(), "SCALAR")],
        "bufferViews": [view(0, first.len()), view(first.len(), second.len()),
            view(first.len() + second.len(), indices_bytes.len())],
        "buffers": [{"byteLength": whole.len(), "uri": uri}],
    });
    if let Some(picture) = picture {
        document["images"] = json!([{"uri": picture}]);
        document["textures"] = json!([{"source": 0}]);
        document["materials"][0]["pbrMetallicRoughness"] =
            json!({"baseColorTexture": {"index": 0}});
    }
    document.to_string().into_bytes()
}

/// A picture of colours that run into each other; `number` makes it another one. PNG, without compression (RFC 1950, 1951).
pub(super) fn png(number: u32) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..SIDE {
        rows.push(0);
        for x in 0..SIDE {
            let value = |n: u32| (n % 256) as u8;
            rows.extend([value(x * 4), value(y * 4), value(number * 40 + x + y)]);
        }
    }
    let mut packed = vec![0x78, 0x01];
    let mut pieces = rows.chunks(65_535).peekable();
    while let Some(piece) = pieces.next() {
        packed.push(u8::from(pieces.peek().is_none()));
        let length = piece.len() as u16;
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend(piece);
    }
    let (mut one, mut two) = (1_u32, 0_u32);
    for byte in &rows {
        one = (one + u32::from(*byte)) % 65_521;
        two = (two + one) % 65_521;
    }
    packed.extend(((two << 16) | one).to_be_bytes());
    let parts = [png::SIGNATURE.to_vec(), png::header(SIDE, SIDE, 2)];
    let rest = [png::chunk(b"IDAT", &packed), png::chunk(b"IEND", &[])];
    [parts.concat(), rest.concat()].concat()
}

/// A picture of one bit a pixel, all the same: little to store, much to decode.
pub(super) fn bmp(width: u32, height: u32) -> Vec<u8> {
    let row = width.div_ceil(32) * 4;
    let (head, pixels) = (62, row * height);
    let mut out = b"BM".to_vec();
    // The file's size, the first pixel; then its header's size, width, height.
    for word in [head + pixels, 0, head, 40, width, height] {
        out.extend(word.to_le_bytes());
    }
    // One plane, one bit.
    out.extend([1, 0, 1, 0]);
    for word in [0, pixels, 2835, 2835, 2, 2, 0, 0x00ff_ffff] {
        out.extend(u32::to_le_bytes(word));
    }
    out.resize((head + pixels) as usize, 0x55);
    out
}

/// A scene's log: models by path, each where it stands.
pub(super) fn log(placed: &[(&str, [f32; 3])]) -> Vec<u8> {
    let mut log = Vec::new();
    let mut put = |entity: u32, component: u32, value: &[u8]| {
        let length = 24 + value.len() as u32;
        let words = [length, 1, entity, component, 1, value.len() as u32];
        log.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        log.extend(value);
    };
    for (entity, (path, position)) in (512..).zip(placed) {
        let place = position.iter().chain(&[0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
        let mut place: Vec<u8> = place.flat_map(|f: &f32| f.to_le_bytes()).collect();
        place.extend(0_u32.to_le_bytes());
        put(entity, 1, &place);
        put(
            entity,
            1041,
            &[&[0x0a, path.len() as u8], path.as_bytes()].concat(),
        );
    }
    log
}
