//! Equal images become one; unused textures, images and samplers go.

use std::collections::HashMap;
use std::hash::Hash;

use serde_json::Value;

use crate::model::{Image, Material, Model, Texture, texture_uses};

pub(super) fn prune(model: &mut Model) {
    let images = unique_images(&model.images);
    let samplers = unique(&model.samplers, Value::to_string);
    for texture in &mut model.textures {
        texture.image = texture.image.map(|image| images[image]);
        texture.sampler = texture.sampler.map(|sampler| samplers[sampler]);
    }
    let textures = unique(&model.textures, |texture| {
        let Texture { sampler, image, .. } = texture;
        let annotations = format!("{:?}{:?}", texture.name, texture.annotations);
        (*sampler, *image, annotations)
    });
    for material in &mut model.materials {
        each_texture(material, |texture| textures[texture]);
    }
    drop_unused(model);
}

/// For each item the index of the first that is equal by `key`.
fn unique<T, K: Hash + Eq>(items: &[T], key: impl Fn(&T) -> K) -> Vec<usize> {
    let mut first = HashMap::new();
    let items = items.iter().enumerate();
    items
        .map(|(index, item)| *first.entry(key(item)).or_insert(index))
        .collect()
}

/// The same for images, which are compared whole only when their lengths are equal: most are not.
fn unique_images(images: &[Image]) -> Vec<usize> {
    let mut by_length: HashMap<usize, Vec<usize>> = HashMap::new();
    let images_seen = images.iter().enumerate();
    let first = images_seen.map(|(index, image)| {
        let rivals = by_length.entry(image.bytes.len()).or_default();
        let equal = |&&rival: &&usize| {
            let rival = &images[rival];
            rival.bytes == image.bytes && rival.mime == image.mime
        };
        if let Some(&rival) = rivals.iter().find(equal) {
            return rival;
        }
        rivals.push(index);
        index
    });
    first.collect()
}

fn drop_unused(model: &mut Model) {
    let mut used = vec![false; model.textures.len()];
    for material in &mut model.materials {
        each_texture(material, |texture| {
            used[texture] = true;
            texture
        });
    }
    let places = keep(&mut model.textures, &used);
    for material in &mut model.materials {
        each_texture(material, |texture| places[texture]);
    }
    let mut used = vec![false; model.images.len()];
    let images = model.textures.iter().filter_map(|texture| texture.image);
    images.for_each(|image| used[image] = true);
    let images = keep(&mut model.images, &used);
    let mut used = vec![false; model.samplers.len()];
    let samplers = model.textures.iter().filter_map(|texture| texture.sampler);
    samplers.for_each(|sampler| used[sampler] = true);
    let samplers = keep(&mut model.samplers, &used);
    for texture in &mut model.textures {
        texture.image = texture.image.map(|image| images[image]);
        texture.sampler = texture.sampler.map(|sampler| samplers[sampler]);
    }
}

/// Keeps what is used; gives the new place of each.
fn keep<T>(items: &mut Vec<T>, used: &[bool]) -> Vec<usize> {
    let mut next = 0;
    let places = used.iter().map(|&used| {
        next += usize::from(used);
        next.wrapping_sub(1)
    });
    let places = places.collect();
    let mut used = used.iter();
    items.retain(|_| used.next().copied().unwrap_or(true));
    places
}

/// Gives every texture reference of a material a new number.
fn each_texture(material: &mut Material, mut renumber: impl FnMut(usize) -> usize) {
    for texture in material.core_textures_mut() {
        texture.texture = renumber(texture.texture);
    }
    let extensions = &mut material.annotations.extensions;
    texture_uses(extensions, &mut |_, reference| {
        let index = reference.get("index").and_then(Value::as_f64);
        let index = renumber(index.unwrap_or(0.0) as usize);
        reference.insert("index".to_owned(), index.into());
    });
}
