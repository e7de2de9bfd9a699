//! The writer: a model and its packed geometries to GLB.

mod accessors;
mod animation;
mod json;
mod material;
mod scene;
mod storage;

use std::collections::BTreeSet;

use crate::model::Model;
use crate::pack::Packed;
use crate::scale::bind_exponents;
use crate::tracks::translation_exponents;
use accessors::Accessors;
use animation::Keys;
use json::Object;

/// How a file is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Storing {
    /// Keys and matrices rounded, and views compressed by meshopt.
    pub(crate) compressed: bool,
    /// Images beside the file; else inside.
    pub(crate) siblings: bool,
}

/// Extensions that say how something is stored; what was used by the input is undone by reading.
const STORAGE: [&str; 4] = [
    "KHR_mesh_quantization",
    "EXT_meshopt_compression",
    "KHR_texture_basisu",
    "EXT_texture_webp",
];

/// Writes a GLB.
pub(crate) fn write(model: &Model, packed: &[Packed], storing: Storing) -> Vec<u8> {
    let mut accessors = Accessors::default();
    let meshes: Vec<String> = model
        .meshes
        .iter()
        .filter_map(|mesh| scene::mesh(mesh, packed, &mut accessors))
        .collect();
    let binds = storing.compressed.then(|| bind_exponents(model));
    let skins = model.skins.iter().enumerate().map(|(index, skin)| {
        let exponents = binds.as_ref().map(|binds| binds[index]);
        scene::skin(skin, &mut accessors, exponents)
    });
    let skins: Vec<String> = skins.collect();
    let steps = translation_exponents(model);
    let keys = if storing.compressed {
        Keys::Rounded(&steps)
    } else {
        Keys::Exact
    };
    let clips = model.animations.iter();
    let clips: Vec<String> = clips
        .map(|clip| animation::animation(clip, &mut accessors, &keys))
        .collect();
    let images: Vec<String> = model
        .images
        .iter()
        .map(|image| {
            let inside = !storing.siblings;
            let view = inside.then(|| accessors.storage.add_blob(image.bytes.clone()));
            material::image(image, view)
        })
        .collect();
    let Accessors { storage, items, .. } = accessors;
    let stored = storage.finish(storing.compressed);
    let mut root = head(
        model,
        packed,
        storing.compressed && !stored.views.is_empty(),
    );
    let nodes = nodes(model, packed);
    let textures = model.textures.iter();
    let textures: Vec<String> = textures
        .map(|texture| material::texture(texture, &model.images))
        .collect();
    root.items("buffers", &stored.buffers);
    root.items("bufferViews", &stored.views);
    root.items("accessors", &items);
    root.items("images", &images);
    root.items("samplers", &model.samplers);
    root.items("textures", &textures);
    let materials = model.materials.iter();
    let materials: Vec<String> = materials.map(material::material).collect();
    root.items("materials", &materials);
    root.items("meshes", &meshes);
    root.items("skins", &skins);
    root.items("cameras", &model.cameras);
    root.items("nodes", &nodes);
    root.items("animations", &clips);
    root.items(
        "scenes",
        &model.scenes.iter().map(scene::scene).collect::<Vec<_>>(),
    );
    root.some("scene", model.scene);
    root.annotations(&model.annotations);
    glb(&root.close(), &stored.bytes)
}

fn nodes(model: &Model, packed: &[Packed]) -> Vec<String> {
    let places = scene::mesh_places(model, packed);
    let nodes = model.nodes.iter();
    nodes
        .map(|node| scene::node(node, node.mesh.and_then(|mesh| places[mesh])))
        .collect()
}

/// `asset` and the lists of extensions.
fn head(model: &Model, packed: &[Packed], compressed: bool) -> Object {
    let mut root = Object::new();
    let mut asset = Object::new();
    asset.text("version", "2.0");
    asset.text("generator", "worldlog bundler");
    for (name, value) in &model.asset {
        if !["version", "minVersion", "generator"].contains(&name.as_str()) {
            asset.raw(name, value);
        }
    }
    root.raw("asset", asset.close());
    let other = |name: &&String| !STORAGE.contains(&name.as_str());
    let mut used: Vec<String> = model.used.iter().filter(other).cloned().collect();
    for name in present(model) {
        if !used.iter().any(|used| used == name) && !STORAGE.contains(&name) {
            used.push(name.to_owned());
        }
    }
    let mut required: Vec<String> = model.required.iter().filter(other).cloned().collect();
    let mut stored = Vec::new();
    if packed.iter().any(Packed::is_quantised) {
        stored.push("KHR_mesh_quantization");
    }
    if compressed {
        stored.push("EXT_meshopt_compression");
    }
    let images = model.images.iter();
    stored.extend(images.filter_map(|image| material::source_extension(&image.mime)));
    stored.sort_unstable();
    stored.dedup();
    for name in stored {
        used.push(name.to_owned());
        required.push(name.to_owned());
    }
    if !used.is_empty() {
        root.raw("extensionsUsed", material::names(&used));
    }
    if !required.is_empty() {
        root.raw("extensionsRequired", material::names(&required));
    }
    root
}

/// Extensions that objects have, whether or not the input said so.
fn present(model: &Model) -> BTreeSet<&str> {
    let materials = model.materials.iter();
    let uses = materials
        .clone()
        .flat_map(|material| material.core_textures());
    let primitives = model.primitives();
    let annotations = [&model.annotations]
        .into_iter()
        .chain(model.nodes.iter().map(|node| &node.annotations))
        .chain(model.meshes.iter().map(|mesh| &mesh.annotations))
        .chain(primitives.map(|primitive| &primitive.annotations))
        .chain(model.textures.iter().map(|texture| &texture.annotations))
        .chain(uses.map(|(texture, _)| &texture.annotations))
        .chain(materials.map(|material| &material.annotations));
    let names = annotations.flat_map(|annotations| annotations.extensions.keys());
    names.map(String::as_str).collect()
}

/// Header, JSON padded with spaces, bytes padded with zeros.
fn glb(json: &str, bytes: &[u8]) -> Vec<u8> {
    let json_bytes = json.len().next_multiple_of(4);
    let binary_bytes = bytes.len().next_multiple_of(4);
    let binary_chunk = if bytes.is_empty() {
        0
    } else {
        8 + binary_bytes
    };
    let total = 12 + 8 + json_bytes + binary_chunk;
    let mut glb = Vec::with_capacity(total);
    let word = |glb: &mut Vec<u8>, word: usize| glb.extend((word as u32).to_le_bytes());
    glb.extend(b"glTF");
    word(&mut glb, 2);
    word(&mut glb, total);
    word(&mut glb, json_bytes);
    glb.extend(b"JSON");
    glb.extend(json.as_bytes());
    glb.resize(20 + json_bytes, b' ');
    if !bytes.is_empty() {
        word(&mut glb, binary_bytes);
        glb.extend(b"BIN\0");
        glb.extend(bytes);
        glb.resize(total, 0);
    }
    glb
}
