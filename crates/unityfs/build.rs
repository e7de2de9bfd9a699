//! Writes the type trees of the two engine layouts as Rust tables into `OUT_DIR`.
//!
//! The source is the type tree database of AssetRipper's Tpk project (MIT, © 2022 ds5678), as the crate `rabex`
//! (MIT OR Apache-2.0) carries it. Only what the writers need is taken: 15 classes of two versions, and the strings all
//! trees share. So nothing of it lies in this repository, and neither the database nor its reader is in the binary.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use rabex::UnityVersion;
use rabex::objects::ClassId;
use rabex::tpk::TpkTypeTreeBlob;
use rabex::typetree::TypeTreeNode;

/// The layouts that can be written. The order is that of `Engine` in `src/tree/known.rs`.
const VERSIONS: [&str; 2] = ["2021.3.20f1", "6000.2.6f2"];

/// GameObject, Transform, Material, MeshRenderer, Texture2D, MeshFilter, Mesh, TextAsset, MeshCollider, AnimationClip,
/// AnimatorController, Animator, Animation, SkinnedMeshRenderer, AssetBundle.
const CLASSES: [i32; 15] = [1, 4, 21, 23, 28, 33, 43, 49, 64, 74, 91, 95, 111, 137, 142];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let database = TpkTypeTreeBlob::embedded();
    let mut source = String::new();
    common_strings(&database, &mut source);
    source.push_str("pub(super) static LAYOUTS: &[Layout] = &[\n");
    for version in VERSIONS {
        layout(&database, version, &mut source);
    }
    source.push_str("];\n");
    let folder = env::var("OUT_DIR").expect("Cargo sets it");
    fs::write(Path::new(&folder).join("trees.rs"), source).expect("the folder is writable");
}

/// The shared strings in the order of their offsets, and how many of them each version knows.
fn common_strings(database: &TpkTypeTreeBlob, source: &mut String) {
    let table = &database.common_string;
    source.push_str("pub(super) static COMMON: &[&str] = &[\n");
    for &index in &table.string_buffer_indices {
        put(
            source,
            &format!("{:?},", database.string_buffer[usize::from(index)]),
        );
    }
    source.push_str("];\npub(super) static COMMON_COUNTS: &[((u16, u16, u16), usize)] = &[\n");
    for (version, count) in &table.version_information {
        put(
            source,
            &format!("({:?}, {count}),", version.version_tuple()),
        );
    }
    source.push_str("];\n");
}

fn layout(database: &TpkTypeTreeBlob, version: &str, source: &mut String) {
    let parsed: UnityVersion = version.parse().expect("a version of the list");
    put(
        source,
        &format!("Layout {{ version: {version:?}, classes: &["),
    );
    for class in CLASSES {
        let root = database.get_typetree_node(ClassId(class), &parsed);
        let root = root.unwrap_or_else(|| panic!("no tree of class {class} in {version}"));
        put(
            source,
            &format!("Class {{ id: {class}, hash: {:?}, nodes: &[", root.hash()),
        );
        nodes(&root, 0, source);
        put(source, "] },");
    }
    put(source, "] },");
}

fn nodes(node: &TypeTreeNode, level: u8, source: &mut String) {
    put(
        source,
        &format!(
            "({level}, {:?}, {:?}, {}, {}, {}, {}),",
            node.m_Type,
            node.m_Name,
            node.m_ByteSize,
            node.m_TypeFlags,
            node.m_Version,
            node.m_MetaFlag.unwrap_or_default(),
        ),
    );
    for child in &node.children {
        nodes(child, level + 1, source);
    }
}

fn put(source: &mut String, line: &str) {
    writeln!(source, "{line}").expect("a String takes everything");
}
