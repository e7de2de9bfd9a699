//! As much of glTF as the tests need: binary files without compression, into the writers' model. Pixels are not decoded:
//! every image becomes one grey pixel, unless a test knows better.

use serde_json::Value as Json;
use unityfs::build::model::{
    Alpha, Base, Clip, Curve, Interpolation, Map, Material, Mesh, Model, MorphTarget, Node, Part,
    Scaled, Skin, SubMesh, Topology, Track,
};
use unityfs::build::{ColorSpace, Texture, TextureFormat, Wrap};

/// A binary glTF file.
pub(crate) struct Glb {
    json: Json,
    data: Vec<u8>,
}

fn list<'a>(value: &'a Json, key: &str) -> &'a [Json] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn index(value: &Json) -> Option<usize> {
    value.as_u64().map(|index| index as usize)
}

fn numbers<const N: usize>(value: &Json, default: [f32; N]) -> [f32; N] {
    let Some(list) = value.as_array() else {
        return default;
    };
    let mut numbers = list.iter().map(|n| n.as_f64().expect("a number") as f32);
    default.map(|_| numbers.next().expect("enough numbers"))
}

fn number(value: &Json, default: f32) -> f32 {
    value.as_f64().map_or(default, |number| number as f32)
}

fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Names of images, which the model's textures borrow.
pub(crate) fn image_names() -> Vec<String> {
    (0..256).map(|image| format!("image_{image}")).collect()
}

impl Glb {
    /// `None` for what this reader can't read: extensions that are required, data outside of the file, sparse or signed
    /// accessors.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let word = |at: usize| {
            let word = bytes.get(at..at + 4)?.try_into();
            Some(u32::from_le_bytes(word.expect("four bytes")) as usize)
        };
        let json_end = 20 + word(12)?;
        let json: Json = serde_json::from_slice(bytes.get(20..json_end)?).ok()?;
        let is_inside = list(&json, "buffers")
            .iter()
            .all(|buffer| buffer["uri"].is_null());
        let is_plain = list(&json, "accessors").iter().all(|accessor| {
            let kinds = [5121, 5123, 5125, 5126].map(Json::from);
            accessor["sparse"].is_null() && kinds.contains(&accessor["componentType"])
        });
        if !list(&json, "extensionsRequired").is_empty() || !is_inside || !is_plain {
            return None;
        }
        let data = bytes.get(json_end + 8..).unwrap_or_default().to_vec();
        Some(Self { json, data })
    }

    /// The elements of an accessor, each of `N` numbers.
    fn accessor<const N: usize>(&self, accessor: usize) -> Vec<[f32; N]> {
        let accessor = &self.json["accessors"][accessor];
        let count = index(&accessor["count"]).expect("a count");
        assert!(
            accessor["sparse"].is_null(),
            "sparse accessors are not read here"
        );
        let Some(view) = index(&accessor["bufferView"]) else {
            return vec![[0.0; N]; count];
        };
        let view = &self.json["bufferViews"][view];
        let kind = accessor["componentType"].as_u64().expect("a type");
        let size = match kind {
            5120 | 5121 => 1,
            5122 | 5123 => 2,
            _ => 4,
        };
        let offset = |value: &Json| index(&value["byteOffset"]).unwrap_or(0);
        let start = offset(view) + offset(accessor);
        let stride = index(&view["byteStride"]).unwrap_or(size * N);
        let is_normalized = accessor["normalized"] == true;
        let scale = |number: f32, max: f32| if is_normalized { number / max } else { number };
        let component = |at: usize| {
            let bytes = &self.data[at..at + size];
            match kind {
                5121 => scale(f32::from(bytes[0]), 255.0),
                5123 => scale(f32::from(u16::from_le_bytes([bytes[0], bytes[1]])), 65535.0),
                5125 => u32::from_le_bytes(bytes.try_into().expect("four")) as f32,
                5126 => f32::from_le_bytes(bytes.try_into().expect("four")),
                other => unreachable!("component type {other} was refused before"),
            }
        };
        let element = |element: usize| {
            let at = start + element * stride;
            std::array::from_fn(|number| component(at + number * size))
        };
        (0..count).map(element).collect()
    }

    fn attribute<const N: usize>(&self, owner: &Json, name: &str) -> Vec<[f32; N]> {
        index(&owner[name]).map_or_else(Vec::new, |accessor| self.accessor(accessor))
    }

    fn mesh(&self, mesh: &Json, primitive: &Json, skin: Option<&Json>) -> Mesh {
        let attributes = &primitive["attributes"];
        let positions: Vec<[f32; 3]> = self.attribute(attributes, "POSITION");
        let indices = match index(&primitive["indices"]) {
            Some(accessor) => self.indices(accessor),
            None => (0..positions.len() as u32).collect(),
        };
        let colors = &self.json["accessors"][index(&attributes["COLOR_0"]).unwrap_or(usize::MAX)];
        let colors = if colors["type"] == "VEC3" {
            let colors: Vec<[f32; 3]> = self.attribute(attributes, "COLOR_0");
            colors.into_iter().map(|[r, g, b]| [r, g, b, 1.0]).collect()
        } else {
            self.attribute(attributes, "COLOR_0")
        };
        let uvs = ["TEXCOORD_0", "TEXCOORD_1"].map(|name| self.attribute(attributes, name));
        let joints: Vec<[f32; 4]> = self.attribute(attributes, "JOINTS_0");
        let binds = skin.and_then(|skin| index(&skin["inverseBindMatrices"]));
        let names = list(&mesh["extras"], "targetNames");
        let targets = list(primitive, "targets").iter().enumerate();
        Mesh {
            name: text(&mesh["name"]),
            normals: self.attribute(attributes, "NORMAL"),
            tangents: self.attribute(attributes, "TANGENT"),
            colors,
            uvs: uvs.into_iter().filter(|set| !set.is_empty()).collect(),
            joints: joints
                .into_iter()
                .map(|joints| joints.map(|joint| joint as u32))
                .collect(),
            weights: self.attribute(attributes, "WEIGHTS_0"),
            inverse_binds: binds.map_or_else(Vec::new, |accessor| self.accessor(accessor)),
            submeshes: vec![SubMesh {
                topology: match primitive["mode"].as_u64().unwrap_or(4) {
                    0 => Topology::Points,
                    1 => Topology::Lines,
                    3 => Topology::LineStrip,
                    4 => Topology::Triangles,
                    other => unreachable!("mode {other} was refused before"),
                },
                indices,
            }],
            targets: targets
                .map(|(number, target)| MorphTarget {
                    name: names.get(number).map_or_else(|| number.to_string(), text),
                    positions: self.attribute(target, "POSITION"),
                    normals: self.attribute(target, "NORMAL"),
                    tangents: self.attribute(target, "TANGENT"),
                })
                .collect(),
            positions,
        }
    }

    fn indices(&self, accessor: usize) -> Vec<u32> {
        // Up to 2^24 a float holds every index.
        let numbers: Vec<[f32; 1]> = self.accessor(accessor);
        numbers.into_iter().map(|[number]| number as u32).collect()
    }

    fn map(&self, value: &Json) -> Option<Map> {
        let texture = index(&value["index"])?;
        index(&self.json["textures"][texture]["source"]).map(Map::of)
    }

    fn material(&self, material: &Json) -> Material {
        let scaled = |value: &Json, key: &str| {
            let strength = number(&value[key], 1.0);
            self.map(value).map(|map| Scaled { map, strength })
        };
        let pbr = &material["pbrMetallicRoughness"];
        Material {
            name: text(&material["name"]),
            base: pbr.is_object().then(|| Base::MetallicRoughness {
                color: numbers(&pbr["baseColorFactor"], [1.0; 4]),
                color_map: self.map(&pbr["baseColorTexture"]),
                metallic: number(&pbr["metallicFactor"], 1.0),
                roughness: number(&pbr["roughnessFactor"], 1.0),
                metallic_roughness_map: self.map(&pbr["metallicRoughnessTexture"]),
            }),
            normal: scaled(&material["normalTexture"], "scale"),
            occlusion: scaled(&material["occlusionTexture"], "strength"),
            emissive_factor: numbers(&material["emissiveFactor"], [0.0; 3]),
            emissive: self.map(&material["emissiveTexture"]),
            alpha: match material["alphaMode"].as_str() {
                Some("MASK") => Alpha::Mask(number(&material["alphaCutoff"], 0.5)),
                Some("BLEND") => Alpha::Blend,
                _ => Alpha::Opaque,
            },
            is_double_sided: material["doubleSided"] == true,
        }
    }

    fn curve(&self, animation: &Json, channel: &Json) -> Option<Curve> {
        let sampler = &animation["samplers"][index(&channel["sampler"])?];
        let output = index(&sampler["output"])?;
        let times: Vec<[f32; 1]> = self.accessor(index(&sampler["input"])?);
        let track = match channel["target"]["path"].as_str()? {
            "translation" => Track::Translation(self.accessor(output)),
            "rotation" => Track::Rotation(self.accessor(output)),
            "scale" => Track::Scale(self.accessor(output)),
            _ => return None,
        };
        Some(Curve {
            node: index(&channel["target"]["node"])?,
            times: times.into_iter().map(|[time]| time).collect(),
            interpolation: match sampler["interpolation"].as_str() {
                Some("STEP") => Interpolation::Step,
                Some("CUBICSPLINE") => Interpolation::CubicSpline,
                _ => Interpolation::Linear,
            },
            track,
        })
    }

    /// The file as a model; `None` where it needs what this reader leaves out.
    pub(crate) fn model<'a>(&self, name: &'a str, images: &'a [String]) -> Option<Model<'a>> {
        let json = &self.json;
        let nodes = list(json, "nodes");
        let mut model = Model {
            name,
            ..Model::default()
        };
        for (number, node) in nodes.iter().enumerate() {
            if !node["matrix"].is_null() {
                return None;
            }
            let parent = nodes.iter().position(|parent| {
                let children = list(parent, "children").iter();
                children.filter_map(index).any(|child| child == number)
            });
            let mesh = index(&node["mesh"]).map(|mesh| &json["meshes"][mesh]);
            let skin = index(&node["skin"]).map(|skin| &json["skins"][skin]);
            let mut parts = Vec::new();
            for primitive in mesh.map_or(&[][..], |mesh| list(mesh, "primitives")) {
                let mode = primitive["mode"].as_u64().unwrap_or(4);
                if ![0, 1, 3, 4].contains(&mode) {
                    return None;
                }
                let made = self.mesh(mesh.expect("it has primitives"), primitive, skin);
                let known = model.meshes.iter().position(|known| *known == made);
                let mesh = known.unwrap_or(model.meshes.len());
                if known.is_none() {
                    model.meshes.push(made);
                }
                let materials = vec![index(&primitive["material"])];
                parts.push(Part { mesh, materials });
            }
            let own_name = node["name"].as_str().map(str::to_owned);
            let mesh_name = mesh
                .and_then(|mesh| mesh["name"].as_str())
                .map(str::to_owned);
            model.nodes.push(Node {
                name: own_name
                    .or(mesh_name)
                    .unwrap_or_else(|| format!("Node-{number}")),
                parent,
                translation: numbers(&node["translation"], [0.0; 3]),
                rotation: numbers(&node["rotation"], [0.0, 0.0, 0.0, 1.0]),
                scale: numbers(&node["scale"], [1.0; 3]),
                parts,
                skin: skin.map(|skin| Skin {
                    joints: list(skin, "joints").iter().filter_map(index).collect(),
                    root: index(&skin["skeleton"]),
                }),
                weights: Vec::new(),
            });
        }
        model.materials = list(json, "materials")
            .iter()
            .map(|m| self.material(m))
            .collect();
        let count = list(json, "images").len();
        model.textures = images[..count].iter().map(|name| grey(name)).collect();
        for (number, animation) in list(json, "animations").iter().enumerate() {
            let channels = list(animation, "channels").iter();
            let name = animation["name"].as_str().map(str::to_owned);
            model.clips.push(Clip {
                name: name.unwrap_or_else(|| format!("Clip_{number}")),
                curves: channels
                    .filter_map(|channel| self.curve(animation, channel))
                    .collect(),
            });
        }
        Some(model)
    }
}

fn grey(name: &str) -> Texture<'_> {
    Texture {
        name,
        width: 1,
        height: 1,
        format: TextureFormat::Rgba32,
        levels: 1,
        color_space: ColorSpace::Srgb,
        wrap: [Wrap::Repeat; 2],
        pixels: &[128, 128, 128, 255],
    }
}
