//! What others read in our bundles: UnityPy.

use std::path::Path;
use std::process::Command;

use bundler::TextureRequest;
use bundler::model::TextureUsage;
use serde_json::{Value as Json, json};
use texture::{ChainOptions, MipChain, Usage};
use unitybundle::{BlockTextures, Names, Options, Player, convert_image, convert_model};

use crate::corpus::{PLAYERS, Source, bundle};
use crate::data::{self, corpus};

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
/// With it, every model of the corpus is read by UnityPy: that takes minutes.
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

/// Mean structural similarity of two planes, over squares of 8 × 8 pixels (Wang et al., 2004), or of what there is of one.
fn ssim(a: &[f64], b: &[f64], width: usize) -> f64 {
    const SIDE: usize = 8;
    let (c1, c2) = ((0.01_f64 * 255.0).powi(2), (0.03_f64 * 255.0).powi(2));
    let height = a.len() / width;
    let (across, down) = (SIDE.min(width), SIDE.min(height));
    let (mut sum, mut count) = (0.0, 0.0);
    for top in (0..=height - down).step_by(SIDE / 2) {
        for left in (0..=width - across).step_by(SIDE / 2) {
            let rows = (top..top + down).map(|y| y * width + left);
            let places = || rows.clone().flat_map(|at| at..at + across);
            let mean =
                |of: &dyn Fn(usize) -> f64| places().map(of).sum::<f64>() / (across * down) as f64;
            let (ma, mb) = (mean(&|at| a[at]), mean(&|at| b[at]));
            let va = mean(&|at| (a[at] - ma).powi(2));
            let vb = mean(&|at| (b[at] - mb).powi(2));
            let both = mean(&|at| (a[at] - ma) * (b[at] - mb));
            let top = (2.0 * ma * mb + c1) * (2.0 * both + c2);
            sum += top / ((ma * ma + mb * mb + c1) * (va + vb + c2));
            count += 1.0;
        }
    }
    sum / count
}

/// The least similarity of a decoded texture to its image, of the channels that it has.
fn likeness(said: &Json, image: &[u8], usage: TextureUsage) -> f64 {
    let limits = texture::Limits::default();
    let image = texture::decode(image, &limits).expect("an image");
    let (usage, channels) = match usage {
        TextureUsage::Normal => (Usage::Normal, 2),
        TextureUsage::Data => (Usage::Data, 3),
        _ => (Usage::Colour, 3),
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
    let plane = |rgba: &[u8], channel: usize| -> Vec<f64> {
        let pixels = rgba.as_chunks::<4>().0.iter();
        // What cannot be seen need not be alike.
        pixels
            .map(
                |pixel| match channel == 3 || usage != Usage::Colour || pixel[3] > 0 {
                    true => f64::from(pixel[channel]),
                    false => 0.0,
                },
            )
            .collect()
    };
    let width = level.width as usize;
    let each = (0..channels).map(|channel| {
        ssim(
            &plane(&level.rgba, channel),
            &plane(&decoded, channel),
            width,
        )
    });
    each.fold(1.0, f64::min)
}

/// Images of real models through UnityPy's decoder, beside the pixels that were encoded: of four models, or of all.
#[test]
fn textures_look_like_their_images() {
    let wanted = [
        "084_FloorBaseSand_01",
        "072_BlockDog_1",
        "109_Droid_01",
        "041_dispenser_DCLMF23",
    ];
    let entries: Vec<_> = corpus()
        .into_iter()
        .filter(|entry| std::env::var_os(ALL).is_some() || wanted.contains(&&*entry.id))
        .collect();
    let (mut bundles, mut images) = (Vec::new(), Vec::new());
    for entry in &entries {
        let (cid, bundle) = entry.names();
        let names = Names {
            cid: &cid,
            bundle: &bundle,
        };
        let options = Options::new(Player::Mac);
        let made = convert_model(&entry.source(), &names, &options, &BlockTextures);
        assert_ne!(made.output.len(), 0, "{}: {:?}", entry.id, made.reason);
        bundles.push(made.output);
        images.push(Source::of(entry).model);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let Some(said) = unitypy(&bundles, Some(folder.path())) else {
        return;
    };
    let mut count = 0;
    let mut unlike = Vec::new();
    for (said, (model, entry)) in said.iter().zip(images.into_iter().zip(&entries)) {
        for texture in said["textures"].as_array().expect("a list") {
            let name = texture["name"].as_str().expect("a name");
            let image: usize = name
                .strip_prefix("image_")
                .expect("an image")
                .parse()
                .expect("its number");
            let usages = model
                .materials
                .iter()
                .flat_map(|material| material.core_textures());
            let mut usages =
                usages.filter(|(of, _)| model.textures[of.texture].image == Some(image));
            let (_, usage) = usages.next().expect("a use");
            let alike = likeness(texture, &model.images[image].bytes, usage);
            let told = format!("{} {name} as {usage:?}: {alike:.4}", entry.id);
            println!("{told}");
            if alike < 0.98 {
                unlike.push(told);
            }
            count += 1;
        }
    }
    assert!(count > 3 || entries.is_empty(), "{count} textures");
    assert!(
        unlike.is_empty(),
        "{} of {count}: {unlike:#?}",
        unlike.len()
    );
}

/// A picture with its four corners of different colours, in a bundle of its own.
#[test]
fn a_picture_alone_is_the_right_way_up() {
    let image = data::grey();
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
