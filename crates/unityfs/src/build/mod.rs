//! Bundles of our own: textures, and models with their hierarchy, meshes, materials and clips.
//!
//! All functions take a [`Target`] and give the bytes of a whole container. The same input gives the same bytes.

mod assembly;
mod class;
mod clip;
mod components;
mod hierarchy;
mod main_asset;
mod material;
mod mesh;
pub mod model;
mod scene;
mod texture;

use serde_json::json;

use crate::archive::Packing;
use crate::names::{OwnIds, cab};
use crate::tree::Engine;

pub use scene::model_bundle;
pub use texture::{ColorSpace, Texture, TextureFormat, Wrap, texture_bundle};

/// Who shall load a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Whose layout is written.
    pub engine: Engine,
    /// For which player.
    pub platform: Platform,
    /// How the container is packed.
    pub packing: Packing,
}

/// A player. It refuses bundles of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// 64-bit Windows.
    Windows,
    /// macOS.
    Mac,
    /// 64-bit Linux.
    Linux,
    /// Browsers; only for comparisons with bundles of the older converter.
    WebGl,
}

impl Platform {
    /// Unity's number of it.
    #[must_use]
    pub fn number(self) -> i32 {
        match self {
            Self::Windows => 19,
            Self::Mac => 2,
            Self::Linux => 24,
            Self::WebGl => 20,
        }
    }
}

/// What is said about a bundle as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its name, `{hash}_{platform}` or `{hash}_{digest}_{platform}`. It is written in lower case.
    pub name: String,
    /// Content of `metadata.json`.
    pub metadata: Metadata,
    /// Path ids of its objects.
    pub ids: OwnIds,
}

impl Identity {
    /// A bundle of this name, with path ids that follow from it.
    #[must_use]
    pub fn new(name: &str, metadata: Metadata) -> Self {
        let name = name.to_lowercase();
        Self {
            ids: OwnIds::new(&name),
            name,
            metadata,
        }
    }

    /// The name of the serialized file inside.
    #[must_use]
    pub fn cab(&self) -> String {
        cab(&self.name)
    }
}

/// What the client reads first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Of the converter; informational.
    pub version: String,
    /// Names of bundles that are loaded before this one.
    pub dependencies: Vec<String>,
    /// The address to load; empty for the first asset of the wanted type.
    pub main_asset: String,
}

impl Default for Metadata {
    fn default() -> Self {
        Self {
            version: "7.0".to_owned(),
            dependencies: Vec::new(),
            main_asset: String::new(),
        }
    }
}

impl Metadata {
    /// The file's text. The time is 0: the client does not read it, and the same input shall give the same bytes.
    #[must_use]
    pub fn to_json(&self) -> String {
        json!({
            "timestamp": 0,
            "version": self.version,
            "dependencies": self.dependencies,
            "mainAsset": self.main_asset,
        })
        .to_string()
    }
}
