//! The images that a model's materials show, each encoded once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use bundler::model::{Model, TextureUsage};
use bundler::{TextureEncoder, TextureRequest};
use serde_json::Value;
use unityfs::build::{Texture, Wrap};

use crate::materials;
use crate::options::Options;
use crate::pictures::{Picture, encoded};

/// The textures of a bundle.
pub(crate) struct Images {
    /// By the model's number of the image; none for one that nothing shows, or that cannot be encoded.
    pictures: Vec<Option<Picture>>,
    names: Vec<String>,
    /// The image and the edges of each texture of the bundle.
    textures: Vec<(usize, [Wrap; 2])>,
    /// By the model's number of the texture.
    places: Vec<Option<usize>>,
    /// What is wrong with some.
    pub(crate) problems: Vec<String>,
}

impl Images {
    /// Encodes what the materials show that are `used`.
    pub(crate) fn of(
        model: &Model,
        used: &[bool],
        options: &Options,
        encoder: &dyn TextureEncoder,
    ) -> Self {
        let shown = shown(model, used);
        let usages = usages(model, &shown);
        let request = |image: usize, usage| TextureRequest {
            bytes: &model.images[image].bytes,
            mime: &model.images[image].mime,
            usage,
            side_max: options.image_side_max,
            source_side_max: options.limits.image_side_max,
            source_pixels_max: options.limits.image_pixels_max,
        };
        let results = each(options.threads, usages.len(), |image| {
            usages[image].map(|usage| encoded(encoder, &request(image, usage)))
        });
        let mut problems = Vec::new();
        let mut pictures = Vec::new();
        for (image, result) in results.into_iter().enumerate() {
            pictures.push(match result {
                Some(Ok(picture)) => Some(picture),
                Some(Err(problem)) => {
                    problems.push(format!("image {image}: {problem}"));
                    None
                }
                None => None,
            });
        }
        let mut images = Self {
            names: (0..pictures.len()).map(|n| format!("image_{n}")).collect(),
            pictures,
            textures: Vec::new(),
            places: vec![None; model.textures.len()],
            problems,
        };
        images.place(model, &shown);
        images
    }

    /// Gives each texture that is shown a place; those that are the same share one.
    fn place(&mut self, model: &Model, shown: &[(usize, TextureUsage)]) {
        let mut known: BTreeMap<(usize, [u8; 2]), usize> = BTreeMap::new();
        for (texture, _) in shown {
            let Some(image) = model.textures[*texture].image else {
                continue;
            };
            if self.pictures[image].is_none() {
                continue;
            }
            let wrap = wrap(model, *texture);
            let place = known.entry((image, wrap.map(|of| of as u8)));
            let place = *place.or_insert_with(|| {
                self.textures.push((image, wrap));
                self.textures.len() - 1
            });
            self.places[*texture] = Some(place);
        }
    }

    /// Where one of the model's textures is in the bundle.
    pub(crate) fn texture(&self, texture: usize) -> Option<usize> {
        self.places.get(texture).copied().flatten()
    }

    /// As the writers take them.
    pub(crate) fn textures(&self) -> Vec<Texture<'_>> {
        let all = self.textures.iter().filter_map(|(image, wrap)| {
            let picture = self.pictures[*image].as_ref()?;
            Some(picture.texture(&self.names[*image], *wrap))
        });
        all.collect()
    }
}

/// The textures that used materials show, in order, with what they show them for.
fn shown(model: &Model, used: &[bool]) -> Vec<(usize, TextureUsage)> {
    let materials = model.materials.iter().zip(used);
    let materials = materials.filter(|(_, used)| **used);
    let all = materials.flat_map(|(material, _)| materials::textures(material));
    all.filter(|(texture, _)| *texture < model.textures.len())
        .collect()
}

/// What each image is for. One that is a normal map everywhere is a normal map; one that is data anywhere is data.
fn usages(model: &Model, shown: &[(usize, TextureUsage)]) -> Vec<Option<TextureUsage>> {
    let mut usages: Vec<Option<TextureUsage>> = vec![None; model.images.len()];
    for (texture, usage) in shown {
        let Some(image) = model.textures[*texture].image else {
            continue;
        };
        usages[image] = Some(match usages[image] {
            Some(known) if known != *usage => TextureUsage::Data,
            _ => *usage,
        });
    }
    usages
}

/// What lies beyond a texture's edges, in u and v.
fn wrap(model: &Model, texture: usize) -> [Wrap; 2] {
    let sampler = model.textures[texture].sampler;
    let sampler = sampler.and_then(|sampler| model.samplers.get(sampler));
    ["wrapS", "wrapT"].map(|name| {
        let code = sampler.and_then(|of| of.get(name)).and_then(Value::as_u64);
        match code {
            Some(33_071) => Wrap::Clamp,
            Some(33_648) => Wrap::Mirror,
            _ => Wrap::Repeat,
        }
    })
}

/// What comes of each number below `count`, in order, on so many threads.
fn each<T: Send>(threads: usize, count: usize, of: impl Fn(usize) -> T + Sync) -> Vec<T> {
    if threads < 2 || count < 2 {
        return (0..count).map(of).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Option<T>>> = Mutex::new((0..count).map(|_| None).collect());
    let worker = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return;
            }
            let result = of(at);
            done.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(result);
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            scope.spawn(worker);
        }
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_that_is_data_anywhere_is_data() {
        let texture = |image| bundler::model::Texture {
            image: Some(image),
            ..bundler::model::Texture::default()
        };
        let image = bundler::model::Image {
            name: None,
            mime: String::new(),
            bytes: [].into(),
            file: None,
            annotations: bundler::model::Annotations::default(),
        };
        let model = Model {
            textures: [0, 0, 1, 2, 3].map(texture).to_vec(),
            images: vec![image; 5],
            ..Model::default()
        };
        use TextureUsage::{ColorAlpha, Data, Normal};
        let shown = [
            (0, ColorAlpha),
            (1, Data),
            (2, Normal),
            (3, ColorAlpha),
            (4, Normal),
            (4, ColorAlpha),
        ];
        let expected = [Some(Data), Some(Normal), Some(ColorAlpha), Some(Data), None];
        assert_eq!(usages(&model, &shown), expected);
    }

    #[test]
    fn results_come_in_order_on_any_number_of_threads() {
        let expected: Vec<usize> = (0..50).map(|n| n * n).collect();
        for threads in [1, 3] {
            assert_eq!(each(threads, 50, |n| n * n), expected);
        }
    }
}
