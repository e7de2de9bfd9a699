//! Small GLB files: boxes with normals and texture coordinates, and an animated one for emotes.

use bytes::Bytes;
use serde_json::{Value, json};

/// A box: its name, its centre and its size.
pub(super) type Block<'a> = (&'a str, [f32; 3], [f32; 3]);

/// A model of boxes in one colour. `texture` is the path of an image beside the file.
pub(super) fn blocks(blocks: &[Block<'_>], colour: [u8; 3], texture: Option<&str>) -> Bytes {
    let mut build = Build::default();
    let nodes: Vec<Value> = blocks
        .iter()
        .enumerate()
        .map(|(mesh, (name, centre, size))| {
            build.mesh(name, *size);
            json!({"name": name, "mesh": mesh, "translation": centre})
        })
        .collect();
    let indices: Vec<usize> = (0..nodes.len()).collect();
    let channel = |value: u8| (f64::from(value) / 2.55).round() / 100.0;
    let factor = [
        channel(colour[0]),
        channel(colour[1]),
        channel(colour[2]),
        1.0,
    ];
    let mut surface = json!({"baseColorFactor": factor, "metallicFactor": 0, "roughnessFactor": 1});
    let mut document = json!({
        "asset": {"version": "2.0", "generator": "worldlog demo"}, "scene": 0,
        "scenes": [{"nodes": indices}], "nodes": nodes, "meshes": build.meshes,
    });
    if let Some(path) = texture {
        surface["baseColorTexture"] = json!({"index": 0});
        document["textures"] = json!([{"source": 0}]);
        document["images"] = json!([{"uri": path}]);
    }
    let material = json!({"name": "Demo_MAT", "pbrMetallicRoughness": surface});
    document["materials"] = json!([material]);
    build.finish(document)
}

/// An emote: the hips of an avatar turn once in two seconds.
pub(super) fn turn(quarter_turns: u8) -> Bytes {
    let mut build = Build::default();
    let times = build.floats(&[0.0, 1.0, 2.0], "SCALAR", 1, Some(([0.0], [2.0])));
    let half = f32::from(quarter_turns.clamp(1, 3)) * std::f32::consts::FRAC_PI_4;
    let turned = [0.0, half.sin(), 0.0, half.cos()];
    let still = [0.0, 0.0, 0.0, 1.0];
    let turns = build.floats::<0>(&[still, turned, still].concat(), "VEC4", 4, None);
    let document = json!({
        "asset": {"version": "2.0", "generator": "worldlog demo"}, "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": "Armature", "children": [1]}, {"name": "Avatar_Hips"}],
        "animations": [{"name": "Turn",
            "samplers": [{"input": times, "output": turns, "interpolation": "LINEAR"}],
            "channels": [{"sampler": 0, "target": {"node": 1, "path": "rotation"}}]}],
    });
    build.finish(document)
}

#[derive(Default)]
struct Build {
    bytes: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
    meshes: Vec<Value>,
}

/// The six sides of a box: normal, and the two directions that span the side.
const SIDES: [[[f32; 3]; 3]; 6] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [[-1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]],
    [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]],
    [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]],
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
    [[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]],
];

impl Build {
    fn mesh(&mut self, name: &str, size: [f32; 3]) {
        let (mut places, mut normals, mut spots, mut corners) = (vec![], vec![], vec![], vec![]);
        for (side, [normal, u, v]) in (0_u16..).zip(SIDES) {
            for (a, b) in [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)] {
                for axis in 0..3 {
                    let unit = normal[axis] + a * u[axis] + b * v[axis];
                    places.push(unit * size[axis] / 2.0);
                }
                normals.extend_from_slice(&normal);
                spots.extend_from_slice(&[(a + 1.0) / 2.0, (1.0 - b) / 2.0]);
            }
            corners.extend([0, 1, 2, 0, 2, 3].map(|corner: u16| side * 4 + corner));
        }
        let half = size.map(|length| length / 2.0);
        let bounds = (half.map(|h| -h), half);
        let position = self.floats(&places, "VEC3", 3, Some(bounds));
        let normal = self.floats::<0>(&normals, "VEC3", 3, None);
        let spot = self.floats::<0>(&spots, "VEC2", 2, None);
        let indices = self.indices(&corners);
        self.meshes.push(
            json!({"name": name, "primitives": [{"indices": indices, "material": 0,
            "attributes": {"POSITION": position, "NORMAL": normal, "TEXCOORD_0": spot}}]}),
        );
    }

    fn floats<const N: usize>(
        &mut self,
        values: &[f32],
        kind: &str,
        width: usize,
        bounds: Option<([f32; N], [f32; N])>,
    ) -> usize {
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let view = self.view(&bytes);
        let count = values.len() / width;
        let mut accessor =
            json!({"bufferView": view, "componentType": 5126, "count": count, "type": kind});
        if let Some((min, max)) = bounds {
            accessor["min"] = json!(min.as_slice());
            accessor["max"] = json!(max.as_slice());
        }
        self.accessors.push(accessor);
        self.accessors.len() - 1
    }

    fn indices(&mut self, values: &[u16]) -> usize {
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let view = self.view(&bytes);
        let count = values.len();
        let accessor =
            json!({"bufferView": view, "componentType": 5123, "count": count, "type": "SCALAR"});
        self.accessors.push(accessor);
        self.accessors.len() - 1
    }

    fn view(&mut self, bytes: &[u8]) -> usize {
        let (offset, length) = (self.bytes.len(), bytes.len());
        self.views
            .push(json!({"buffer": 0, "byteOffset": offset, "byteLength": length}));
        self.bytes.extend_from_slice(bytes);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        self.views.len() - 1
    }

    fn finish(self, mut document: Value) -> Bytes {
        document["accessors"] = json!(self.accessors);
        document["bufferViews"] = json!(self.views);
        document["buffers"] = json!([{"byteLength": self.bytes.len()}]);
        let mut text = document.to_string().into_bytes();
        text.resize(text.len().next_multiple_of(4), b' ');
        let total = 12 + 8 + text.len() + 8 + self.bytes.len();
        let mut file = b"glTF".to_vec();
        let number = |file: &mut Vec<u8>, n: usize| file.extend((n as u32).to_le_bytes());
        number(&mut file, 2);
        number(&mut file, total);
        number(&mut file, text.len());
        file.extend_from_slice(b"JSON");
        file.extend_from_slice(&text);
        number(&mut file, self.bytes.len());
        file.extend_from_slice(b"BIN\0");
        file.extend_from_slice(&self.bytes);
        file.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(file: &[u8]) -> Value {
        let number = |at: usize| {
            u32::from_le_bytes(file[at..at + 4].try_into().expect("four bytes")) as usize
        };
        assert_eq!(
            (&file[..4], number(4), number(8)),
            (&b"glTF"[..], 2, file.len())
        );
        let text = &file[20..20 + number(12)];
        let binary = number(20 + text.len());
        let document: Value = serde_json::from_slice(text).expect("json");
        assert_eq!(document["buffers"][0]["byteLength"], json!(binary));
        assert_eq!(file.len(), 28 + text.len() + binary);
        document
    }

    #[test]
    fn boxes_have_all_their_parts() {
        let file = blocks(
            &[("A", [0.0; 3], [1.0; 3]), ("B", [1.0; 3], [2.0; 3])],
            [255; 3],
            Some("t.png"),
        );
        let document = document(&file);
        assert_eq!(document["meshes"].as_array().map(Vec::len), Some(2));
        assert_eq!(document["accessors"][0]["count"], json!(24));
        assert_eq!(document["accessors"][3]["count"], json!(36));
        assert_eq!(document["accessors"][4]["max"], json!([1.0, 1.0, 1.0]));
        assert_eq!(document["images"][0]["uri"], json!("t.png"));
    }

    #[test]
    fn an_emote_has_an_animation() {
        let document = document(&turn(2));
        assert_eq!(
            document["animations"][0]["channels"][0]["target"]["path"],
            json!("rotation")
        );
        assert_eq!(document["accessors"][1]["count"], json!(3));
    }
}
