//! What others read in our bundles: UnityPy.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use bundler::model::{Model, TextureUsage};
use bundler::{StoredTextures, TextureMemory, TextureRequest};
use serde_json::{Value as Json, json};
use texture::{ChainOptions, MipChain, Usage};
use unitybundle::{BlockTextures, Names, Options, Player, convert_image, convert_model};

use crate::corpus::{PLAYERS, Source, bundle};
use crate::data::{Entry, corpus};
use crate::grey;
use crate::likeness::ssim;

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
/// With it, UnityPy reads every model of the corpus: that takes minutes.
const ALL: &str = "WORLDLOG_ALL_MODELS";
/// Models are read that have no more bytes, else.
const SAMPLE_BYTES_MAX: usize = 130_000;

/// What UnityPy says of each bundle; `None`, said aloud, without Python. Pixels of textures lie in `pixels`.
fn unitypy(bundles: &[Vec<u8>], pixels: Option<&Path>) -> Option<Vec<Json>> {
    let python = Command::new("python3").arg("--version").output();
    if !python.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no python3, which UnityPy needs");
        return None;
    }
    let requirements = Path::new(CLIENTS).join("requirements.txt");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let python = runtime.block_on(peers::programs::python(&requirements));
    let python = python.unwrap_or_else(|error| panic!("no UnityPy: {error:#}"));
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(python);
    command.arg(Path::new(CLIENTS).join("reader.py"));
    command.args(pixels);
    for (number, bundle) in bundles.iter().enumerate() {
        let path = folder.path().join(format!("{number}.bundle"));
        std::fs::write(&path, bundle).expect("a writable folder");
        command.arg(path);
    }
    let output = command.output().expect("Python starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let said = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"));
    Some(said.collect())
}

#[test]
fn unitypy_reads_in_bundles_what_their_sources_say() {
    let all = std::env::var_os(ALL).is_some();
    let entries = corpus().into_iter();
    let entries = entries.filter(|entry| all || entry.bytes() <= SAMPLE_BYTES_MAX);
    for entries in entries.collect::<Vec<_>>().chunks(20) {
        let of = |player| {
            entries
                .iter()
                .map(move |e| bundle(e, &Options::new(player)))
        };
        let bundles: Vec<_> = PLAYERS.into_iter().flat_map(of).collect();
        let Some(said) = unitypy(&bundles, None) else {
            return;
        };
        assert_eq!(said.len(), bundles.len());
        let names = ["StandaloneWindows64", "StandaloneOSX"];
        for (said, name) in said.chunks(entries.len()).zip(names) {
            for (said, entry) in said.iter().zip(entries) {
                assert_eq!(said["platform"], name, "{}", entry.id);
                assert_eq!(said["engine"], "6000.2.6f2");
                let (cid, _) = entry.names();
                let (_, extension) = entry.path.rsplit_once('.').expect("a name with an end");
                let addresses = json!([format!("{cid}.{extension}"), "metadata.json"]);
                assert_eq!(said["addresses"], addresses);
                let nodes = said["nodes"].as_array().expect("a list");
                assert!(
                    nodes.contains(&cid.into()),
                    "the root is not named by the id"
                );
                Source::of(entry).compare(&entry.id, said);
            }
        }
        println!("{} models", entries.len());
    }
}

/// The least similarity of a decoded texture to its image, of the channels that it has.
fn likeness(said: &Json, image: &[u8], usage: TextureUsage) -> f64 {
    let limits = texture::Limits::default();
    let image = texture::decode(image, &limits).expect("an image");
    let usage = match usage {
        TextureUsage::Normal => Usage::Normal,
        TextureUsage::Data => Usage::Data,
        _ => Usage::Colour,
    };
    let options = ChainOptions {
        mips: false,
        // The right way up, as UnityPy gives it.
        flip: false,
        ..ChainOptions::unity(1024)
    };
    let chain = MipChain::new(&image, usage, &options).expect("a level");
    let level = &chain.levels()[0];
    assert_eq!(said["width"], level.width);
    assert_eq!(said["height"], level.height);
    let file = said["file"].as_str().expect("a path");
    let decoded = std::fs::read(file).expect("pixels");
    ssim(&level.rgba, &decoded, usage, level.width as usize)
}

/// A model of whose images some are in none before it, and what of them its materials show them for.
struct Sample {
    entry: Entry,
    model: Model,
    /// By the number of the image.
    new: BTreeMap<usize, TextureUsage>,
}

/// Models that have each different image of the corpus at least once.
fn samples() -> Vec<Sample> {
    let mut known = BTreeSet::new();
    let samples = corpus().into_iter().map(|entry| {
        let model = Source::of(&entry).model;
        let mut new = usages(&model);
        new.retain(|number, usage| {
            let bytes = model.images[*number].bytes.to_vec();
            known.insert((bytes, *usage as u8))
        });
        Sample { entry, model, new }
    });
    samples.filter(|sample| !sample.new.is_empty()).collect()
}

/// What a model's images are encoded for, by their numbers.
fn usages(model: &Model) -> BTreeMap<usize, TextureUsage> {
    let mut usages = BTreeMap::new();
    let materials = model.materials.iter();
    for (of, usage) in materials.flat_map(|material| material.core_textures()) {
        let usage = match usage {
            TextureUsage::Color => TextureUsage::ColorAlpha,
            other => other,
        };
        if let Some(image) = model.textures[of.texture].image {
            let known = usages.entry(image).or_insert(usage);
            if *known != usage {
                *known = TextureUsage::Data;
            }
        }
    }
    usages
}

/// Every different image of the real models through UnityPy's decoder, beside the pixels that were encoded.
#[test]
fn textures_look_like_their_images() {
    let samples = samples();
    let memory = TextureMemory::default();
    let (mut count, mut unlike) = (0, Vec::new());
    for samples in samples.chunks(12) {
        let bundles: Vec<_> = samples
            .iter()
            .map(|sample| bundle_with_images(&sample.entry, &memory))
            .collect();
        let folder = tempfile::tempdir().expect("a folder");
        let Some(said) = unitypy(&bundles, Some(folder.path())) else {
            return;
        };
        for (said, sample) in said.iter().zip(samples) {
            for told in said["textures"].as_array().expect("a list") {
                let name = told["name"].as_str().expect("a name");
                let number = name.strip_prefix("image_").expect("an image");
                let number: usize = number.parse().expect("its number");
                let Some(usage) = sample.new.get(&number) else {
                    continue;
                };
                let alike = likeness(told, &sample.model.images[number].bytes, *usage);
                let told = format!("{} {name} as {usage:?}: {alike:.4}", sample.entry.id);
                println!("{told}");
                if alike < 0.98 {
                    unlike.push(told);
                }
                count += 1;
            }
        }
    }
    assert!(count > 100 || samples.is_empty(), "{count} textures");
    assert!(
        unlike.is_empty(),
        "{} of {count}: {unlike:#?}",
        unlike.len()
    );
}

fn bundle_with_images(entry: &Entry, memory: &TextureMemory) -> Vec<u8> {
    let (cid, bundle) = entry.names();
    let names = Names {
        cid: &cid,
        bundle: &bundle,
    };
    let textures = StoredTextures {
        encoder: &BlockTextures,
        store: memory,
    };
    let options = Options::new(Player::Mac);
    let made = convert_model(&entry.source(), &names, &options, &textures);
    assert_ne!(made.output.len(), 0, "{}: {:?}", entry.id, made.reason);
    made.output
}

/// A picture with its four corners of different colours, in a bundle of its own.
#[test]
fn a_picture_alone_is_the_right_way_up() {
    let image = grey::grey();
    let names = Names {
        cid: "bafkreiPicture",
        bundle: "bafkreiPicture",
    };
    // The last row of a BMP comes first: a red one at the bottom.
    let mut image: Vec<u8> = image;
    for pixel in image[54..54 + 12].as_chunks_mut::<3>().0 {
        *pixel = [0, 0, 255];
    }
    let request = TextureRequest {
        bytes: &image,
        mime: "image/bmp",
        usage: TextureUsage::ColorAlpha,
        side_max: 64,
        source_side_max: 64,
        source_pixels_max: 4096,
    };
    let options = Options::new(Player::Windows);
    let made = convert_image(
        "t/face.bmp",
        request.bytes,
        request.mime,
        &names,
        &options,
        &BlockTextures,
    );
    let folder = tempfile::tempdir().expect("a folder");
    let Some(said) = unitypy(&[made.output], Some(folder.path())) else {
        return;
    };
    assert_eq!(
        said[0]["addresses"],
        json!(["bafkreiPicture.bmp", "metadata.json"])
    );
    let texture = &said[0]["textures"][0];
    assert_eq!(
        (&texture["name"], &texture["width"]),
        (&json!("bafkreiPicture"), &json!(4))
    );
    let pixels = std::fs::read(texture["file"].as_str().expect("a path")).expect("pixels");
    let row = |y: usize| [pixels[y * 16], pixels[y * 16 + 1]];
    assert!(
        row(0)[0].abs_diff(127) < 8 && row(0)[1].abs_diff(127) < 8,
        "{:?}",
        row(0)
    );
    assert!(row(3)[0] > 240 && row(3)[1] < 16, "{:?}", row(3));
}
