//! Small models made by hand.

use bundler::{Conversion, KeepTextures, NoFiles, Options, Profile, Source, convert};
use image::{ImageEncoder, codecs::png::PngEncoder};
use serde_json::{Value, json};

/// A model in the making: JSON, and the bytes of its one buffer.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) json: Value,
    pub(crate) bytes: Vec<u8>,
}

impl Made {
    pub(crate) fn empty() -> Self {
        let json = json!({
            "asset": {"version": "2.0"}, "buffers": [{}], "bufferViews": [], "accessors": [],
        });
        Self {
            json,
            bytes: Vec::new(),
        }
    }

    /// Two nodes: a triangle of one metre, and a collider of the same shape above it.
    pub(crate) fn triangle() -> Self {
        let mut made = Self::empty();
        let positions = made.floats("VEC3", &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        let normals = made.floats("VEC3", &[0.0, 0.0, 1.0].repeat(3));
        let texcoords = made.floats("VEC2", &[0.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
        let indices = made.shorts(&[0, 1, 2]);
        let attributes = json!({
            "POSITION": positions, "NORMAL": normals, "TEXCOORD_0": texcoords,
        });
        let mesh = json!({"name": "shape", "primitives": [
            {"attributes": attributes, "indices": indices, "material": 0},
        ]});
        made.json["meshes"] = json!([mesh, mesh]);
        made.json["materials"] = json!([{"name": "paint"}]);
        made.json["nodes"] = json!([
            {"name": "shown", "mesh": 0},
            {"name": "shown_collider", "mesh": 1, "translation": [0.0, 2.0, 0.0]},
        ]);
        made.json["scenes"] = json!([{"nodes": [0, 1]}]);
        made.json["scene"] = json!(0);
        made
    }

    fn view(&mut self, bytes: &[u8]) -> usize {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        let view = json!({
            "buffer": 0, "byteOffset": self.bytes.len(), "byteLength": bytes.len(),
        });
        self.bytes.extend_from_slice(bytes);
        push(&mut self.json["bufferViews"], view)
    }

    pub(crate) fn floats(&mut self, kind: &str, values: &[f32]) -> usize {
        let width = match kind {
            "SCALAR" => 1,
            "VEC2" => 2,
            "VEC3" => 3,
            "VEC4" => 4,
            _ => 16,
        };
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let view = self.view(&bytes);
        let accessor = json!({
            "bufferView": view, "componentType": 5126, "count": values.len() / width,
            "type": kind, "min": vec![0; width], "max": vec![1; width],
        });
        push(&mut self.json["accessors"], accessor)
    }

    pub(crate) fn shorts(&mut self, values: &[u16]) -> usize {
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let view = self.view(&bytes);
        let accessor = json!({
            "bufferView": view, "componentType": 5123, "count": values.len(), "type": "SCALAR",
        });
        push(&mut self.json["accessors"], accessor)
    }

    /// Four a vertex.
    pub(crate) fn joints(&mut self, values: &[u8]) -> usize {
        let view = self.view(values);
        let count = values.len() / 4;
        let accessor =
            json!({"bufferView": view, "componentType": 5121, "count": count, "type": "VEC4"});
        push(&mut self.json["accessors"], accessor)
    }

    pub(crate) fn image(&mut self, png: &[u8]) -> Value {
        let view = self.view(png);
        json!({"bufferView": view, "mimeType": "image/png"})
    }

    pub(crate) fn glb(&self) -> Vec<u8> {
        let mut json = self.json.clone();
        json["buffers"] = json!([{"byteLength": self.bytes.len()}]);
        glb(json.to_string().as_bytes(), &self.bytes)
    }
}

fn push(list: &mut Value, item: Value) -> usize {
    let list = list.as_array_mut().expect("a list");
    list.push(item);
    list.len() - 1
}

pub(crate) fn glb(json: &[u8], binary: &[u8]) -> Vec<u8> {
    let mut glb = b"glTF\x02\0\0\0\0\0\0\0".to_vec();
    for (kind, bytes, pad) in [(b"JSON", json, b' '), (b"BIN\0", binary, 0)] {
        let length = bytes.len().next_multiple_of(4);
        glb.extend((length as u32).to_le_bytes());
        glb.extend(kind);
        glb.extend(bytes);
        glb.resize(glb.len() + length - bytes.len(), pad);
    }
    let length = (glb.len() as u32).to_le_bytes();
    glb[8..12].copy_from_slice(&length);
    glb
}

pub(crate) fn png(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
    let pixels: Vec<u8> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| pixel(x, y))
        .collect();
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&pixels, width, height, image::ExtendedColorType::Rgba8)
        .expect("a small image can be written");
    bytes
}

pub(crate) fn converted(bytes: &[u8], profile: Profile) -> Conversion {
    let source = Source {
        path: "m.glb",
        bytes,
        files: &NoFiles,
    };
    convert(&source, &Options::new(profile), &KeepTextures)
}
