//! Bundles made here, beside what Unity made.

use serde_json::Value as Json;
use unityfs::Limits;
use unityfs::archive::Packing;
use unityfs::build::{
    ColorSpace, Identity, Metadata, Platform, Target, Texture, TextureFormat, Wrap, texture_bundle,
};
use unityfs::names::OwnIds;
use unityfs::serialized::SerializedFile;
use unityfs::tree::Engine;
use unityfs::value::{Value, to_json};

use super::data;
use super::files::inner;

pub(crate) const TODAY: Target = Target {
    engine: Engine::Unity6000,
    platform: Platform::Windows,
    packing: Packing::Stored,
};

/// The first object of a class.
pub(crate) fn object(file: &SerializedFile, class_id: i32) -> Value {
    let is_it = |o: &&_| file.type_of(o).expect("a type").class_id == class_id;
    let object = file.objects.iter().find(is_it).expect("an object");
    file.value(object, &Limits::default()).expect("fields")
}

fn texture_of(bundle: &[u8]) -> Value {
    object(&inner(bundle).2, 28)
}

/// A texture of Unity's, read from its bundle's pixels: the whole bundle but for its AssetBundle object.
#[test]
fn a_texture_with_levels_has_every_field_of_unitys() {
    let name = "Qmc6ZNLGPoQaSrkE9qQ5sDm2dc9p8q9qsf5qYskvZCRskV";
    let Some(real) = data::real(name) else { return };
    let real = texture_of(&real);
    let pixels = real
        .get("image data")
        .and_then(Value::as_bytes)
        .expect("bytes");
    let texture = Texture {
        name,
        width: 256,
        height: 256,
        format: TextureFormat::Dxt5,
        levels: 9,
        color_space: ColorSpace::Srgb,
        wrap: [Wrap::Repeat; 2],
        pixels,
    };
    let target = Target {
        engine: Engine::Unity2021,
        ..TODAY
    };
    let identity = Identity::new(name, Metadata::default());
    let ours = texture_bundle(identity, &texture, "png", &target).expect("a bundle");
    assert_eq!(to_json(&texture_of(&ours)), to_json(&real));
}

/// The golden pair: Unity's texture of a source image. Its pixels are crunched, which is not written here, so format,
/// size and pixels differ; nothing else may.
#[test]
fn the_golden_pairs_texture_has_every_field_of_unitys() {
    let Some(png) = data::asset("models/036_zombie/zombieEyebrows.png") else {
        return;
    };
    let size = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    let (width, height) = (size(16), size(20));
    let real = inner(&data::real(data::TEXTURE).expect("it is beside")).2;
    let texture = Texture {
        name: data::TEXTURE,
        width,
        height,
        format: TextureFormat::Dxt5,
        levels: 1,
        color_space: ColorSpace::Srgb,
        wrap: [Wrap::Repeat; 2],
        pixels: &vec![0; TextureFormat::Dxt5.level_bytes(width, height) as usize],
    };
    let target = Target {
        engine: Engine::Unity2021,
        platform: Platform::WebGl,
        packing: Packing::Stored,
    };
    let ids = [
        ("texture", -7_814_558_816_715_067_248),
        ("metadata", -7_836_949_736_334_293_605),
    ];
    let ids = ids.map(|(key, id)| (key.to_owned(), id));
    let mut identity = Identity::new(data::TEXTURE, Metadata::default());
    identity.ids = OwnIds::new(data::TEXTURE).preset(ids);
    let ours = texture_bundle(identity, &texture, "png", &target).expect("a bundle");
    let ours = inner(&ours).2;

    assert_eq!((&ours.engine, ours.platform), (&real.engine, real.platform));
    assert_eq!(ours.types, real.types);
    let mut differing = Vec::new();
    for class in [28, 49, 142] {
        let (Json::Object(ours), Json::Object(real)) = (
            to_json(&object(&ours, class)),
            to_json(&object(&real, class)),
        ) else {
            panic!("objects have fields");
        };
        assert_eq!(ours.len(), real.len());
        let fields = ours
            .into_iter()
            .filter(|(name, value)| real[name] != *value);
        differing.extend(fields.map(|(name, _)| name));
    }
    let pixels = ["m_CompleteImageSize", "m_TextureFormat", "image data"];
    // The text has another time and version; addresses were paths.
    let rest = ["m_Script", "m_Container"];
    differing.retain(|name| !rest.contains(&&**name));
    assert_eq!(differing, pixels);
}

/// A bundle of one black texture of so many pixels a side.
pub(crate) fn tiny_bundle(side: u32, name: &str, packing: Packing) -> Vec<u8> {
    let texture = Texture {
        name: "tiny",
        width: side,
        height: side,
        format: TextureFormat::Rgba32,
        levels: 1,
        color_space: ColorSpace::Srgb,
        wrap: [Wrap::Repeat; 2],
        pixels: &vec![0; (side * side * 4) as usize],
    };
    let target = Target { packing, ..TODAY };
    let identity = Identity::new(name, Metadata::default());
    texture_bundle(identity, &texture, "png", &target).expect("a bundle")
}

#[test]
fn a_texture_whose_sizes_disagree_is_refused() {
    let right = Texture {
        name: "tiny",
        width: 8,
        height: 4,
        format: TextureFormat::Bc7,
        levels: 4,
        color_space: ColorSpace::Srgb,
        wrap: [Wrap::Repeat; 2],
        pixels: &[0; 32 + 16 + 16 + 16],
    };
    let bundle = |texture: &Texture<'_>| {
        let identity = Identity::new("a_windows", Metadata::default());
        texture_bundle(identity, texture, "png", &TODAY)
    };
    bundle(&right).expect("a bundle");
    let wrong = [
        Texture { width: 0, ..right },
        Texture { height: 8, ..right },
        Texture {
            height: 1 << 20,
            ..right
        },
        Texture { levels: 5, ..right },
        Texture { levels: 0, ..right },
        Texture {
            pixels: &right.pixels[1..],
            ..right
        },
    ];
    for texture in &wrong {
        bundle(texture).expect_err("sizes disagree");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_on_any_thread() {
    for packing in [Packing::Stored, Packing::Lz4Hc] {
        let first = tiny_bundle(64, "a_windows", packing);
        let threads =
            [(); 2].map(|()| std::thread::spawn(move || tiny_bundle(64, "a_windows", packing)));
        for thread in threads {
            assert!(thread.join().expect("no panic") == first);
        }
    }
}
