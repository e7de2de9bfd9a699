//! The JSON of a glTF 2.0 file, as far as a portrait needs it. Unknown keys are passed over.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Entries of one list. An empty entry is three characters of JSON and half a kilobyte of memory.
const ENTRIES_MAX: usize = 1 << 16;

/// A list that may not be longer than [`ENTRIES_MAX`].
fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(wire: D) -> Result<Vec<T>, D::Error> {
    struct List<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut wire: A) -> Result<Vec<T>, A::Error> {
            let mut entries = Vec::new();
            while let Some(entry) = wire.next_element()? {
                if entries.len() == ENTRIES_MAX {
                    return Err(A::Error::custom("a list is too long"));
                }
                entries.push(entry);
            }
            Ok(entries)
        }
    }
    wire.deserialize_seq(List(PhantomData))
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Document {
    #[serde(deserialize_with = "list")]
    pub(super) buffers: Vec<Buffer>,
    #[serde(deserialize_with = "list")]
    pub(super) buffer_views: Vec<BufferView>,
    #[serde(deserialize_with = "list")]
    pub(super) accessors: Vec<Accessor>,
    #[serde(deserialize_with = "list")]
    pub(super) nodes: Vec<Node>,
    #[serde(deserialize_with = "list")]
    pub(super) meshes: Vec<Mesh>,
    #[serde(deserialize_with = "list")]
    pub(super) skins: Vec<Skin>,
    #[serde(deserialize_with = "list")]
    pub(super) materials: Vec<Material>,
    #[serde(deserialize_with = "list")]
    pub(super) textures: Vec<Texture>,
    #[serde(deserialize_with = "list")]
    pub(super) images: Vec<Image>,
    #[serde(deserialize_with = "list")]
    pub(super) samplers: Vec<Sampler>,
    #[serde(deserialize_with = "list")]
    pub(super) extensions_required: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Buffer {
    pub(super) uri: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BufferView {
    pub(super) buffer: usize,
    #[serde(default)]
    pub(super) byte_offset: usize,
    pub(super) byte_length: usize,
    pub(super) byte_stride: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Accessor {
    pub(super) buffer_view: Option<usize>,
    #[serde(default)]
    pub(super) byte_offset: usize,
    pub(super) component_type: u32,
    #[serde(default)]
    pub(super) normalized: bool,
    pub(super) count: usize,
    #[serde(rename = "type")]
    pub(super) shape: String,
    pub(super) sparse: Option<Sparse>,
}

#[derive(Deserialize)]
pub(super) struct Sparse {
    pub(super) count: usize,
    pub(super) indices: SparseIndices,
    pub(super) values: SparseValues,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SparseIndices {
    pub(super) buffer_view: usize,
    #[serde(default)]
    pub(super) byte_offset: usize,
    pub(super) component_type: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SparseValues {
    pub(super) buffer_view: usize,
    #[serde(default)]
    pub(super) byte_offset: usize,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Node {
    pub(super) name: Option<String>,
    pub(super) children: Vec<usize>,
    pub(super) mesh: Option<usize>,
    pub(super) skin: Option<usize>,
    pub(super) matrix: Option<[f32; 16]>,
    pub(super) translation: Option<[f32; 3]>,
    pub(super) rotation: Option<[f32; 4]>,
    pub(super) scale: Option<[f32; 3]>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Mesh {
    pub(super) name: Option<String>,
    #[serde(deserialize_with = "list")]
    pub(super) primitives: Vec<Primitive>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Primitive {
    pub(super) attributes: Attributes,
    pub(super) indices: Option<usize>,
    pub(super) material: Option<usize>,
    pub(super) mode: Option<u32>,
    pub(super) extensions: Compressed,
}

/// Extensions that replace the attributes of a primitive.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Compressed {
    #[serde(rename = "KHR_draco_mesh_compression")]
    pub(super) draco: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", default)]
pub(super) struct Attributes {
    pub(super) position: Option<usize>,
    pub(super) normal: Option<usize>,
    #[serde(rename = "TEXCOORD_0")]
    pub(super) texcoord_0: Option<usize>,
    #[serde(rename = "TEXCOORD_1")]
    pub(super) texcoord_1: Option<usize>,
    #[serde(rename = "JOINTS_0")]
    pub(super) joints_0: Option<usize>,
    #[serde(rename = "WEIGHTS_0")]
    pub(super) weights_0: Option<usize>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Skin {
    pub(super) inverse_bind_matrices: Option<usize>,
    pub(super) joints: Vec<usize>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Material {
    pub(super) name: Option<String>,
    pub(super) pbr_metallic_roughness: Pbr,
    pub(super) normal_texture: Option<TextureRef>,
    pub(super) emissive_texture: Option<TextureRef>,
    pub(super) emissive_factor: Option<[f32; 3]>,
    pub(super) alpha_mode: Option<String>,
    pub(super) alpha_cutoff: Option<f32>,
    pub(super) double_sided: bool,
    pub(super) extensions: MaterialExtensions,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Pbr {
    pub(super) base_color_factor: Option<[f32; 4]>,
    pub(super) base_color_texture: Option<TextureRef>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct MaterialExtensions {
    #[serde(rename = "KHR_materials_pbrSpecularGlossiness")]
    pub(super) specular_glossiness: Option<SpecularGlossiness>,
    #[serde(rename = "KHR_materials_emissive_strength")]
    pub(super) emissive_strength: Option<EmissiveStrength>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct SpecularGlossiness {
    pub(super) diffuse_factor: Option<[f32; 4]>,
    pub(super) diffuse_texture: Option<TextureRef>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct EmissiveStrength {
    pub(super) emissive_strength: Option<f32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TextureRef {
    pub(super) index: usize,
    #[serde(default)]
    pub(super) tex_coord: usize,
    #[serde(default)]
    pub(super) scale: Option<f32>,
    #[serde(default)]
    pub(super) extensions: TextureExtensions,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct TextureExtensions {
    #[serde(rename = "KHR_texture_transform")]
    pub(super) transform: Option<Transform>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Transform {
    pub(super) offset: Option<[f32; 2]>,
    pub(super) rotation: f32,
    pub(super) scale: Option<[f32; 2]>,
    pub(super) tex_coord: Option<usize>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Texture {
    pub(super) source: Option<usize>,
    pub(super) sampler: Option<usize>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Image {
    pub(super) uri: Option<String>,
    pub(super) buffer_view: Option<usize>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Sampler {
    pub(super) wrap_s: Option<u32>,
    pub(super) wrap_t: Option<u32>,
}
