//! Images: through whoever encodes them, smaller, beside the model or inside.

use std::sync::Mutex;

use bundler::model::TextureUsage;
use bundler::read::read;
use bundler::{
    EncodedTexture, ImagePlacement, KeepTextures, Ktx2Textures, Limits, NoFiles, Options, Outcome,
    PlainTextures, Profile, Source, StoredTextures, TextureEncoder, TextureKey, TextureMemory,
    TextureRequest, convert,
};
use serde_json::json;

use crate::made::{Made, png};

/// Encodes everything as the same few bytes, and takes down what was asked.
struct Recorder {
    mime: &'static str,
    bytes: usize,
    grow: bool,
    asked: Mutex<Vec<(usize, TextureUsage)>>,
}

impl TextureEncoder for Recorder {
    fn encode(&self, request: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String> {
        let mut asked = self.asked.lock().expect("no test panics here");
        asked.push((request.bytes.len(), request.usage));
        Ok(Some(EncodedTexture {
            bytes: vec![7; self.bytes],
            mime: self.mime.to_owned(),
        }))
    }

    fn may_grow(&self) -> bool {
        self.grow
    }
}

fn recorder(bytes: usize, grow: bool) -> Recorder {
    Recorder {
        mime: "image/ktx2",
        bytes,
        grow,
        asked: Mutex::default(),
    }
}

/// A triangle with a colour and a normal texture; the colour image is there twice.
fn textured() -> Vec<u8> {
    let mut made = Made::triangle();
    let color = png(8, 8, |x, y| [x as u8 * 20, y as u8 * 20, 0, 255]);
    let normal = png(4, 4, |_, _| [128, 128, 255, 255]);
    let images = [&color, &color, &normal];
    let images: Vec<_> = images.iter().map(|bytes| made.image(bytes)).collect();
    made.json["images"] = json!(images);
    made.json["textures"] = json!([{"source": 0}, {"source": 1}, {"source": 2}]);
    made.json["materials"] = json!([
        {"name": "a", "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}},
        {"name": "b", "pbrMetallicRoughness": {"baseColorTexture": {"index": 1}},
         "normalTexture": {"index": 2}}
    ]);
    made.glb()
}

fn source(bytes: &[u8]) -> Source<'_> {
    Source {
        path: "m.glb",
        bytes,
        files: &NoFiles,
    }
}

#[test]
fn equal_images_are_encoded_once_each_for_its_use() {
    let bytes = textured();
    let encoder = recorder(20, false);
    let result = convert(&source(&bytes), &Options::new(Profile::Gltf), &encoder);
    assert_eq!(result.outcome, Outcome::Converted, "{:?}", result.reason);
    let asked = encoder.asked.into_inner().expect("no test panics here");
    let usages: Vec<_> = asked.iter().map(|(_, usage)| *usage).collect();
    assert_eq!(usages, [TextureUsage::Color, TextureUsage::Normal]);
    let model = read(&source(&result.output), &Limits::default())
        .expect("our own file")
        .model;
    assert_eq!(model.images.len(), 2);
    assert!(model.images.iter().all(|image| image.mime == "image/ktx2"));
    assert!(
        model
            .required
            .iter()
            .any(|name| name == "KHR_texture_basisu")
    );
}

#[test]
fn a_larger_image_counts_only_if_the_encoder_says_so() {
    let bytes = textured();
    for grow in [false, true] {
        let encoder = recorder(4000, grow);
        let result = convert(&source(&bytes), &Options::new(Profile::Gltf), &encoder);
        assert_eq!(result.outcome, Outcome::Converted, "{:?}", result.reason);
        assert_eq!(result.output.len() > bytes.len(), grow);
    }
}

#[test]
fn images_lie_beside_the_model_by_their_content() {
    let bytes = textured();
    let options = Options {
        images: ImagePlacement::Siblings,
        ..Options::new(Profile::Plain)
    };
    let result = convert(&source(&bytes), &options, &KeepTextures);
    assert_eq!(result.outcome, Outcome::Converted, "{:?}", result.reason);
    assert_eq!(result.files.len(), 2);
    for file in &result.files {
        assert!(
            file.path.ends_with(".png") && file.path.len() == 68,
            "{}",
            file.path
        );
    }
    let text = String::from_utf8_lossy(&result.output);
    assert!(text.contains(&result.files[0].path));
}

#[test]
fn a_failing_encoder_leaves_the_image_and_is_heard() {
    struct Fails;
    impl TextureEncoder for Fails {
        fn encode(&self, _: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String> {
            Err("no".to_owned())
        }
    }
    let bytes = textured();
    let result = convert(&source(&bytes), &Options::new(Profile::Gltf), &Fails);
    assert_eq!(result.outcome, Outcome::Converted);
    assert!(result.reason.expect("a reason").contains("image 0: no"));
}

fn request(bytes: &[u8], side_max: u32) -> TextureRequest<'_> {
    TextureRequest {
        bytes,
        mime: "image/png",
        usage: TextureUsage::Color,
        side_max,
        source_side_max: 64,
        source_pixels_max: 64 * 32,
    }
}

#[test]
fn plain_images_shrink_in_light() {
    // Black and white in columns: the mean of their light is brighter than the mean of their numbers.
    let bytes = png(
        32,
        16,
        |x, _| if x % 2 == 0 { [0, 0, 0, 255] } else { [255; 4] },
    );
    let small = PlainTextures
        .encode(&request(&bytes, 16))
        .expect("a good image");
    let small = small.expect("it was too large");
    let pixels = image::load_from_memory(&small.bytes)
        .expect("our own image")
        .into_rgba8();
    assert_eq!((pixels.width(), pixels.height()), (16, 8));
    assert_eq!(pixels.get_pixel(7, 3).0, [188, 188, 188, 255]);
    let same = PlainTextures
        .encode(&request(&bytes, 32))
        .expect("a good image");
    assert_eq!(same, None);
}

#[test]
fn what_is_transparent_gives_no_colour() {
    let bytes = png(8, 4, |x, _| {
        if x < 4 {
            [200, 0, 0, 255]
        } else {
            [0, 255, 0, 0]
        }
    });
    let transparent = TextureRequest {
        usage: TextureUsage::ColorAlpha,
        ..request(&bytes, 2)
    };
    let small = PlainTextures.encode(&transparent).expect("a good image");
    let small = small.expect("it was too large").bytes;
    let pixels = image::load_from_memory(&small)
        .expect("our own image")
        .into_rgba8();
    let [red, green, _, _] = pixels.get_pixel(0, 0).0;
    assert!(red.abs_diff(200) < 3 && green < 3, "{red} {green}");
}

#[test]
fn too_many_pixels_are_not_decoded() {
    let encodable = |bytes: &[u8]| PlainTextures.encode(&request(bytes, 16)).is_ok();
    assert!(!encodable(&png(65, 1, |_, _| [0; 4])));
    assert!(!encodable(&png(64, 33, |_, _| [0; 4])));
    assert!(encodable(&png(64, 32, |_, _| [0; 4])));
}

#[test]
fn what_was_encoded_before_is_not_encoded_again() {
    struct Named(Recorder);
    impl TextureEncoder for Named {
        fn encode(&self, request: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String> {
            self.0.encode(request)
        }
        fn key(&self, request: &TextureRequest<'_>) -> Option<TextureKey> {
            Ktx2Textures.key(request)
        }
    }
    let (bytes, store) = (textured(), TextureMemory::default());
    let run = || {
        let encoder = Named(recorder(20, false));
        let stored = StoredTextures {
            encoder: &encoder,
            store: &store,
        };
        let result = convert(&source(&bytes), &Options::new(Profile::Gltf), &stored);
        let asked = encoder.0.asked.into_inner().expect("no test panics here");
        (result.output, asked.len())
    };
    let (first, second) = (run(), run());
    assert_eq!((first.1, second.1), (2, 0));
    assert_eq!(first.0, second.0);
}

#[test]
fn keys_tell_contents_uses_and_sizes_apart() {
    let images = [
        png(4, 4, |_, _| [1, 2, 3, 255]),
        png(4, 4, |_, _| [1, 2, 4, 255]),
    ];
    let mut requests = vec![request(&images[0], 16), request(&images[1], 16)];
    requests.push(request(&images[0], 32));
    requests.push(TextureRequest {
        usage: TextureUsage::Normal,
        ..requests[0]
    });
    for encoder in [&Ktx2Textures as &dyn TextureEncoder, &PlainTextures] {
        let keys = requests.iter().map(|request| encoder.key(request));
        let keys: std::collections::BTreeSet<_> = keys.collect();
        assert!(keys.len() == requests.len() && !keys.contains(&None));
    }
}
