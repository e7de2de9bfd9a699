//! Small GLB files and avatars made here, for tests that need no data pack.

use std::io::Cursor;

use image::{ImageFormat, Rgba, RgbaImage};
use portrait::{AssetMap, Wearable};
use serde_json::{Value, json};

pub(crate) const BODY: &str = "urn:test:body";

/// A GLB in the making: JSON lists and one binary chunk.
#[derive(Clone)]
pub(crate) struct Glb {
    pub(crate) json: Value,
    pub(crate) bin: Vec<u8>,
}

impl Glb {
    pub(crate) fn new() -> Self {
        let lists = json!({
            "asset": {"version": "2.0"}, "bufferViews": [], "accessors": [], "nodes": [], "meshes": [],
            "materials": [], "textures": [], "images": [], "samplers": [], "skins": []
        });
        Self {
            json: lists,
            bin: Vec::new(),
        }
    }

    /// Adds an entry to a list and says its index.
    pub(crate) fn push(&mut self, list: &str, entry: Value) -> usize {
        let list = self.json[list].as_array_mut().expect("a list");
        list.push(entry);
        list.len() - 1
    }

    pub(crate) fn view(&mut self, bytes: &[u8]) -> usize {
        self.bin.resize(self.bin.len().next_multiple_of(4), 0);
        let offset = self.bin.len();
        self.bin.extend_from_slice(bytes);
        self.push(
            "bufferViews",
            json!({"buffer": 0, "byteOffset": offset, "byteLength": bytes.len()}),
        )
    }

    pub(crate) fn floats<const N: usize>(&mut self, values: &[[f32; N]]) -> usize {
        let bytes: Vec<u8> = values
            .iter()
            .flatten()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let view = self.view(&bytes);
        let shape = ["", "SCALAR", "VEC2", "VEC3", "VEC4"]
            .get(N)
            .unwrap_or(&"MAT4");
        self.push(
            "accessors",
            json!({"bufferView": view, "componentType": 5126, "count": values.len(), "type": shape}),
        )
    }

    pub(crate) fn shorts<const N: usize>(&mut self, values: &[[u16; N]]) -> usize {
        let bytes: Vec<u8> = values
            .iter()
            .flatten()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let view = self.view(&bytes);
        let shape = if N == 4 { "VEC4" } else { "SCALAR" };
        self.push(
            "accessors",
            json!({"bufferView": view, "componentType": 5123, "count": values.len(), "type": shape}),
        )
    }

    /// A texture of a picture's file.
    pub(crate) fn texture(&mut self, file: &[u8]) -> usize {
        let view = self.view(file);
        let image = self.push("images", json!({"bufferView": view}));
        let sampler = self.push("samplers", json!({"wrapS": 33071, "wrapT": 33071}));
        self.push("textures", json!({"source": image, "sampler": sampler}))
    }

    /// A rectangle facing the camera: left, bottom, right, top and z in metres. Says its mesh.
    pub(crate) fn rectangle(
        &mut self,
        [left, bottom, right, top]: [f32; 4],
        z: f32,
        material: usize,
    ) -> usize {
        let corners = [
            [left, bottom, z],
            [right, bottom, z],
            [right, top, z],
            [left, top, z],
        ];
        let position = self.floats(&corners);
        let uv = self.floats(&[[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]]);
        let indices = self.shorts(&[[0], [1], [2], [0], [2], [3]]);
        let attributes = json!({"POSITION": position, "TEXCOORD_0": uv});
        let primitive = json!({"attributes": attributes, "indices": indices, "material": material});
        self.push("meshes", json!({"primitives": [primitive]}))
    }

    pub(crate) fn colour(&mut self, name: &str, [r, g, b]: [f32; 3]) -> usize {
        let pbr = json!({"baseColorFactor": [r, g, b, 1.0]});
        self.push(
            "materials",
            json!({"name": name, "pbrMetallicRoughness": pbr}),
        )
    }

    /// A node that shows a mesh.
    pub(crate) fn show(&mut self, name: &str, mesh: usize) -> usize {
        self.push("nodes", json!({"name": name, "mesh": mesh}))
    }

    /// The file.
    pub(crate) fn file(&self) -> Vec<u8> {
        let mut whole = self.json.clone();
        whole["buffers"] = json!([{"byteLength": self.bin.len()}]);
        let mut text = whole.to_string().into_bytes();
        text.resize(text.len().next_multiple_of(4), b' ');
        let mut bin = self.bin.clone();
        bin.resize(bin.len().next_multiple_of(4), 0);
        let mut file = Vec::new();
        let total = 12 + 8 + text.len() + 8 + bin.len();
        file.extend_from_slice(b"glTF");
        for word in [2, total as u32, text.len() as u32] {
            file.extend_from_slice(&word.to_le_bytes());
        }
        file.extend_from_slice(b"JSON");
        file.extend_from_slice(&text);
        file.extend_from_slice(&(bin.len() as u32).to_le_bytes());
        file.extend_from_slice(b"BIN\0");
        file.extend_from_slice(&bin);
        file
    }
}

/// A picture's file.
pub(crate) fn picture(
    width: u32,
    height: u32,
    format: ImageFormat,
    colour: impl Fn(u32, u32) -> [u8; 4],
) -> Vec<u8> {
    let pixels = RgbaImage::from_fn(width, height, |x, y| Rgba(colour(x, y)));
    let mut file = Cursor::new(Vec::new());
    let pixels = image::DynamicImage::from(pixels);
    let written = match format {
        ImageFormat::Jpeg => pixels.into_rgb8().write_to(&mut file, format),
        _ => pixels.write_to(&mut file, format),
    };
    written.expect("an encoded picture");
    file.into_inner()
}

/// An entity of one representation, `{name}.glb` (or `.png`), with the keys of `data` over it.
pub(crate) fn entity(name: &str, category: &str, file: &str, data: &Value) -> Wearable {
    let mut all = json!({
        "category": category, "hides": [], "replaces": [],
        "representations": [{"bodyShapes": [BODY], "mainFile": file, "contents": [file]}]
    });
    for (key, value) in data.as_object().into_iter().flatten() {
        all[key] = value.clone();
    }
    let entity = json!({
        "id": format!("entity of {name}"), "pointers": [name],
        "content": [{"file": file, "hash": format!("hash of {name}")}],
        "metadata": {"id": name, "data": all}
    });
    Wearable::from_entity_json(entity.to_string().as_bytes()).expect("an entity")
}

pub(crate) fn add(assets: &mut AssetMap, name: &str, category: &str, data: &Value, file: Vec<u8>) {
    let extension = if matches!(category, "eyes" | "eyebrows" | "mouth") {
        "png"
    } else {
        "glb"
    };
    assets.add_wearable(entity(name, category, &format!("file.{extension}"), data));
    assets.add_content(format!("hash of {name}"), file);
}

/// A body of rectangles: head 1.5 to 2 m, torso 1 to 1.5, legs 0.3 to 1, feet below; all 0.4 m wide, in
/// colours of their own, at z = 0. Hands at both sides of the torso, a face in the head.
pub(crate) fn body() -> Glb {
    let mut glb = Glb::new();
    let parts = [
        ("T_Head_BaseMesh", [-0.2, 1.5, 0.2, 2.0], [1.0, 0.0, 0.0]),
        ("T_uBody_BaseMesh", [-0.2, 1.0, 0.2, 1.5], [0.0, 1.0, 0.0]),
        ("T_lBody_BaseMesh", [-0.2, 0.3, 0.2, 1.0], [0.0, 0.0, 1.0]),
        ("T_Feet_BaseMesh", [-0.2, 0.0, 0.2, 0.3], [1.0, 1.0, 0.0]),
        ("T_Hands_BaseMesh", [0.3, 1.0, 0.4, 1.1], [0.0, 1.0, 1.0]),
        ("T_Mask_Eyes", [-0.1, 1.8, 0.1, 1.9], [1.0; 3]),
        ("T_Mask_Eyebrows", [-0.1, 1.9, 0.1, 2.0], [1.0; 3]),
        ("T_Mask_Mouth", [-0.1, 1.6, 0.1, 1.7], [1.0; 3]),
    ];
    for (name, bounds, colour) in parts {
        let material = glb.colour("plain", colour);
        let mesh = glb.rectangle(bounds, 0.0, material);
        glb.show(name, mesh);
    }
    glb
}

/// The body alone.
pub(crate) fn assets() -> AssetMap {
    let mut assets = AssetMap::default();
    add(&mut assets, BODY, "body_shape", &json!({}), body().file());
    assets
}
