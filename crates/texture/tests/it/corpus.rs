//! The distinct images of the models in the real data, each with what its models use it for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use texture::Usage;

/// One distinct image.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    /// A model that has it, and its number there.
    pub(crate) name: String,
    pub(crate) file: Vec<u8>,
    pub(crate) usage: Usage,
}

fn data() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("WORLDLOG_DATA").map_or(beside, PathBuf::from)
}

/// The images of a folder of models (`models` or `broken`), in the order of their bytes; `None`,
/// said aloud, when the data is not there.
pub(crate) fn pictures(folder: &str) -> Option<Vec<Picture>> {
    let root = data().join("assets").join(folder);
    if !root.is_dir() {
        println!("skipped: no data in {}", root.display());
        return None;
    }
    let mut models = Vec::new();
    walk(&root, &mut models);
    models.sort();
    let mut found: BTreeMap<Vec<u8>, (String, Usage)> = BTreeMap::new();
    for model in &models {
        for (number, (file, usage)) in images(model).into_iter().enumerate() {
            let stem = model.file_stem().unwrap_or_default().to_string_lossy();
            let entry = found
                .entry(file)
                .or_insert((format!("{stem} {number}"), usage));
            // One image used as colour and as numbers: numbers win.
            if usage != Usage::Colour && entry.1 != Usage::Data {
                entry.1 = usage;
            }
        }
    }
    let pictures = found.into_iter();
    Some(
        pictures
            .map(|(file, (name, usage))| Picture { name, file, usage })
            .collect(),
    )
}

fn walk(folder: &Path, models: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, models);
        } else if path.extension().is_some_and(|e| e == "glb" || e == "gltf") {
            models.push(path);
        }
    }
}

/// A model's images; what is broken or missing is left out.
fn images(model: &Path) -> Vec<(Vec<u8>, Usage)> {
    let Ok(bytes) = fs::read(model) else {
        return Vec::new();
    };
    let Some((json, binary)) = parts(&bytes) else {
        return Vec::new();
    };
    let usages = usages(&json);
    let list = json["images"].as_array().cloned().unwrap_or_default();
    let with_usage = list.iter().enumerate().filter_map(|(number, image)| {
        let file = image_file(model, &json, &binary, image)?;
        Some((file, usages.get(&number).copied().unwrap_or(Usage::Colour)))
    });
    with_usage.collect()
}

fn parts(bytes: &[u8]) -> Option<(Value, Vec<u8>)> {
    if !bytes.starts_with(b"glTF") {
        return Some((serde_json::from_slice(bytes).ok()?, Vec::new()));
    }
    let length = u32::from_le_bytes(bytes.get(12..16)?.try_into().ok()?) as usize;
    let json = serde_json::from_slice(bytes.get(20..20_usize.checked_add(length)?)?).ok()?;
    Some((json, bytes.get(28 + length..).unwrap_or_default().to_vec()))
}

fn image_file(model: &Path, json: &Value, binary: &[u8], image: &Value) -> Option<Vec<u8>> {
    if let Some(uri) = image["uri"].as_str() {
        return read_uri(model, uri);
    }
    let view = &json["bufferViews"][image["bufferView"].as_u64()? as usize];
    let buffer = &json["buffers"][view["buffer"].as_u64()? as usize];
    let bytes = match buffer["uri"].as_str() {
        Some(uri) => read_uri(model, uri)?,
        None => binary.to_vec(),
    };
    let from = view["byteOffset"].as_u64().unwrap_or(0) as usize;
    let length = view["byteLength"].as_u64()? as usize;
    Some(bytes.get(from..from.checked_add(length)?)?.to_vec())
}

fn read_uri(model: &Path, uri: &str) -> Option<Vec<u8>> {
    if let Some((_, text)) = uri
        .strip_prefix("data:")
        .and_then(|data| data.split_once(','))
    {
        return base64(text);
    }
    fs::read(model.parent()?.join(uri.replace("%20", " "))).ok()
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut pending, mut count) = (0_u32, 0);
    for letter in text.bytes().take_while(|letter| *letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        pending = pending << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((pending >> count) as u8);
        }
    }
    Some(bytes)
}

/// What each image is for, by its number.
fn usages(json: &Value) -> BTreeMap<usize, Usage> {
    let mut usages = BTreeMap::new();
    let mut add = |info: &Value, usage: Usage| {
        let source = info["index"]
            .as_u64()
            .map(|texture| &json["textures"][texture as usize]["source"]);
        if let Some(image) = source.and_then(Value::as_u64) {
            let entry = usages.entry(image as usize).or_insert(usage);
            if *entry != usage {
                *entry = if usage.is_srgb() && entry.is_srgb() {
                    Usage::Colour
                } else {
                    Usage::Data
                };
            }
        }
    };
    for material in json["materials"].as_array().into_iter().flatten() {
        let metallic = &material["pbrMetallicRoughness"];
        let cut = material["alphaMode"] == "MASK";
        add(
            &metallic["baseColorTexture"],
            if cut { Usage::Cutout } else { Usage::Colour },
        );
        add(&material["emissiveTexture"], Usage::Colour);
        add(&metallic["metallicRoughnessTexture"], Usage::Data);
        add(&material["occlusionTexture"], Usage::Data);
        add(&material["normalTexture"], Usage::Normal);
    }
    usages
}
