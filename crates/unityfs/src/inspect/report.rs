//! The report of a bundle.

use std::fmt::Write as _;

use serde::Serialize;

use super::bundle::Bundle;
use super::labels::{class_label, labels};
use crate::names::MAIN_PATH_ID;
use crate::serialized::SerializedFile;
use crate::value::{Reference, Value};
use crate::{Limits, Result};

/// Everything about a bundle but its objects' fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The bundle's own name, from its AssetBundle object.
    pub name: String,
    /// The container.
    pub container: ContainerReport,
    /// Files in it.
    pub files: Vec<FileReport>,
}

/// A container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContainerReport {
    /// Size of the bundle.
    pub bytes: u64,
    /// Size of all files, unpacked.
    pub stream_bytes: u64,
    /// The engine that wrote it.
    pub engine: String,
    /// The oldest player.
    pub player: String,
    /// Header flags.
    pub flags: u32,
    /// Info block: packed and unpacked size.
    pub info_bytes: (u32, u32),
    /// Data blocks.
    pub blocks: Vec<BlockReport>,
}

/// A data block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlockReport {
    /// `stored`, `lz4hc`, ….
    pub compression: &'static str,
    /// Unpacked size.
    pub bytes: u32,
    /// Size in the container.
    pub packed_bytes: u32,
    /// All flags.
    pub flags: u16,
}

/// A file of the container. All but the first three fields are of serialized files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// `CAB-…`.
    pub name: String,
    /// Where it starts in the stream.
    pub offset: u64,
    /// Its size.
    pub bytes: u64,
    /// Whether it was read as a serialized file.
    pub is_serialized: bool,
    /// The engine that wrote it.
    pub engine: String,
    /// The player's number.
    pub platform: i32,
    /// The player's name, if it is a known one.
    pub platform_name: &'static str,
    /// Files that references point into, by their file ids from 1.
    pub externals: Vec<String>,
    /// Bundles it names as dependencies in its AssetBundle object.
    pub dependencies: Vec<String>,
    /// Addresses that can be loaded.
    pub addresses: Vec<AddressReport>,
    /// Classes.
    pub types: Vec<TypeReport>,
    /// Objects.
    pub objects: Vec<ObjectReport>,
}

/// An address that can be loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AddressReport {
    /// The address.
    pub address: String,
    /// What it loads.
    pub file_id: i32,
    /// What it loads.
    pub path_id: i64,
    /// How many objects are loaded before it.
    pub preload: i32,
}

/// A class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TypeReport {
    /// Unity's number.
    pub class_id: i32,
    /// Its name.
    pub class: String,
    /// Its layout's hash.
    pub hash: String,
    /// Nodes of its layout.
    pub nodes: usize,
    /// How many objects.
    pub objects: usize,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ObjectReport {
    /// Its path id.
    pub path_id: i64,
    /// Its class.
    pub class: String,
    /// Its name, or the path of its GameObject.
    pub name: String,
    /// Its size.
    pub bytes: usize,
    /// References to own objects, and to others.
    pub references: (usize, usize),
}

/// The report of a bundle.
///
/// # Errors
/// When the bundle, or an object in it, can't be read.
pub fn describe(bytes: &[u8], limits: &Limits) -> Result<Report> {
    let bundle = Bundle::read(bytes, limits)?;
    let archive = &bundle.archive;
    let blocks = archive.blocks.iter().map(|block| BlockReport {
        compression: block.compression.name(),
        bytes: block.bytes,
        packed_bytes: block.packed_bytes,
        flags: block.flags,
    });
    let container = ContainerReport {
        bytes: bytes.len() as u64,
        stream_bytes: archive.stream().len() as u64,
        engine: archive.engine.clone(),
        player: archive.player.clone(),
        flags: archive.flags,
        info_bytes: archive.info_bytes,
        blocks: blocks.collect(),
    };
    let files = archive.files.iter().map(|file| FileReport {
        name: file.name.clone(),
        offset: file.offset,
        bytes: file.size,
        ..FileReport::default()
    });
    let mut files: Vec<FileReport> = files.collect();
    let mut name = String::new();
    for (index, file) in &bundle.files {
        let main = fill(&mut files[*index], file, limits)?;
        if name.is_empty() {
            name = main;
        }
    }
    Ok(Report {
        name,
        container,
        files,
    })
}

/// Fills in what is known of a serialized file; the name of its bundle.
fn fill(report: &mut FileReport, file: &SerializedFile, limits: &Limits) -> Result<String> {
    report.is_serialized = true;
    report.engine = file.engine.clone();
    report.platform = file.platform;
    report.platform_name = platform_name(file.platform);
    report.externals = file.externals.iter().map(|e| e.path.clone()).collect();
    let labels = labels(file, limits)?;
    for object in &file.objects {
        let references = file.value(object, limits)?.references();
        let own = references.iter().filter(|r| r.file_id == 0).count();
        report.objects.push(ObjectReport {
            path_id: object.path_id,
            class: class_label(file, object),
            name: labels.get(&object.path_id).cloned().unwrap_or_default(),
            bytes: object.bytes.len(),
            references: (own, references.len() - own),
        });
    }
    for (index, kind) in file.types.iter().enumerate() {
        report.types.push(TypeReport {
            class_id: kind.class_id,
            class: kind.tree.root().kind.to_string(),
            hash: hex::encode(kind.hash),
            nodes: kind.tree.nodes().len(),
            objects: file
                .objects
                .iter()
                .filter(|o| o.type_index == index)
                .count(),
        });
    }
    let Some(main) = file.object(MAIN_PATH_ID) else {
        return Ok(String::new());
    };
    Ok(fill_main(report, &file.value(main, limits)?))
}

/// Addresses and dependencies of an AssetBundle object; its name.
fn fill_main(report: &mut FileReport, main: &Value) -> String {
    let text = |value: &Value| value.as_text().unwrap_or_default().to_owned();
    let integer = |value: Option<&Value>| value.and_then(Value::as_integer).unwrap_or_default();
    for entry in main.get("m_Container").map_or(&[][..], Value::elements) {
        let asset = entry.at("second.asset").and_then(Value::as_reference);
        let Reference { file_id, path_id } = asset.unwrap_or_default();
        report.addresses.push(AddressReport {
            address: entry.get("first").map(text).unwrap_or_default(),
            file_id,
            path_id,
            preload: integer(entry.at("second.preloadSize")) as i32,
        });
    }
    let dependencies = main.get("m_Dependencies").map_or(&[][..], Value::elements);
    report.dependencies = dependencies.iter().map(text).collect();
    main.get("m_Name").map(text).unwrap_or_default()
}

fn platform_name(number: i32) -> &'static str {
    match number {
        2 => "macos",
        5 => "windows-32",
        19 => "windows",
        20 => "webgl",
        24 => "linux",
        _ => "unknown",
    }
}

impl Report {
    /// The report as JSON.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("a report has no keys but texts")
    }

    /// The report as text to read.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.put(&mut out).expect("a String takes everything");
        out
    }

    fn put(&self, out: &mut String) -> std::fmt::Result {
        let container = &self.container;
        writeln!(out, "bundle {}", self.name)?;
        writeln!(
            out,
            "container: {} bytes, {} unpacked, engine {}, flags {:#x}, info block {} of {} bytes",
            container.bytes,
            container.stream_bytes,
            container.engine,
            container.flags,
            container.info_bytes.0,
            container.info_bytes.1,
        )?;
        for (number, block) in container.blocks.iter().enumerate() {
            writeln!(
                out,
                "  block {number}: {}, {} of {} bytes, flags {:#x}",
                block.compression, block.packed_bytes, block.bytes, block.flags,
            )?;
        }
        self.files.iter().try_for_each(|file| file.put(out))
    }
}

impl FileReport {
    fn put(&self, out: &mut String) -> std::fmt::Result {
        writeln!(
            out,
            "file {}: {} bytes at {}",
            self.name, self.bytes, self.offset
        )?;
        if !self.is_serialized {
            return Ok(());
        }
        let (platform, name) = (self.platform, self.platform_name);
        writeln!(
            out,
            "  engine {}, platform {platform} ({name})",
            self.engine
        )?;
        for (number, external) in self.externals.iter().enumerate() {
            writeln!(out, "  external {}: {external}", number + 1)?;
        }
        for dependency in &self.dependencies {
            writeln!(out, "  depends on {dependency}")?;
        }
        for address in &self.addresses {
            let AddressReport {
                address,
                file_id,
                path_id,
                preload,
            } = address;
            writeln!(
                out,
                "  address {address}: {file_id}:{path_id}, {preload} to preload"
            )?;
        }
        for kind in &self.types {
            let TypeReport {
                class_id,
                class,
                hash,
                nodes,
                objects,
            } = kind;
            writeln!(
                out,
                "  type {class_id} {class}: {objects} objects, {nodes} nodes, {hash}"
            )?;
        }
        for object in &self.objects {
            let ObjectReport {
                path_id,
                class,
                name,
                bytes,
                references,
            } = object;
            let (own, other) = references;
            writeln!(
                out,
                "  object {path_id:>20} {class:<20} {bytes:>9} bytes, refers to {own}+{other}: {name}",
            )?;
        }
        Ok(())
    }
}
