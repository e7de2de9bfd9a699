//! Materials for the shader `DCL/Scene`.

use super::assembly::{Layout, Objects};
use super::class;
use super::model::Shader;
use crate::Result;
use crate::value::{Reference, Value};

/// A material, as glTF describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Material {
    /// Its name in the source; `skin` and `hair` in it mean something to the avatar code.
    pub name: String,
    /// Colour and shine. `None` when glTF says nothing: then the shader's defaults hold.
    pub base: Option<Base>,
    /// Bumps, and how strong.
    pub normal: Option<Scaled>,
    /// Shadow in corners, and how strong.
    pub occlusion: Option<Scaled>,
    /// Light of its own, linear.
    pub emissive_factor: [f32; 3],
    /// Light of its own.
    pub emissive: Option<Map>,
    /// How it is seen through.
    pub alpha: Alpha,
    /// Whether both sides are drawn.
    pub is_double_sided: bool,
}

/// Colour and shine, by one of two models.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "glTF's own names")]
pub enum Base {
    MetallicRoughness {
        color: [f32; 4],
        color_map: Option<Map>,
        metallic: f32,
        roughness: f32,
        metallic_roughness_map: Option<Map>,
    },
    SpecularGlossiness {
        diffuse: [f32; 4],
        diffuse_map: Option<Map>,
        specular: [f32; 3],
        glossiness: f32,
        specular_glossiness_map: Option<Map>,
    },
}

/// A use of a texture, with its transform of KHR_texture_transform (rotation is not supported).
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "glTF's own names")]
pub struct Map {
    pub texture: usize,
    pub scale: [f32; 2],
    pub offset: [f32; 2],
}

impl Map {
    /// A texture as it is.
    #[must_use]
    pub fn of(texture: usize) -> Self {
        Self {
            texture,
            scale: [1.0; 2],
            offset: [0.0; 2],
        }
    }
}

/// A map with a strength.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Scaled {
    pub map: Map,
    pub strength: f32,
}

/// How a material is seen through.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Alpha {
    /// Not at all.
    #[default]
    Opaque,
    /// Where alpha is under this.
    Mask(f32),
    /// By alpha.
    Blend,
}

type Floats = [(&'static str, f32); 28];
type Colors = [(&'static str, [f32; 4]); 6];
type Maps = [(&'static str, Option<Map>); 8];

/// What Unity keeps of a material, at first the shader's defaults, each list sorted by name.
struct Properties {
    floats: Floats,
    colors: Colors,
    maps: Maps,
    keywords: Vec<&'static str>,
    lightmap_flags: u32,
    queue: i32,
    render_type: Option<&'static str>,
}

/// Beyond any scene: the client sets the real planes when it loads.
const FAR: f32 = 2_147_483_648.0;

const FLOATS: Floats = [
    ("_AlphaClip", 0.0),
    ("_AlphaToMask", 0.0),
    ("_Blend", 0.0),
    ("_BlendModePreserveSpecular", 1.0),
    ("_BlendOp", 0.0),
    ("_BlendOpAlpha", 0.0),
    ("_BumpScale", 1.0),
    ("_Cull", 2.0),
    ("_Cutoff", 0.5),
    ("_DstBlend", 0.0),
    ("_DstBlendAlpha", 0.0),
    ("_EnvironmentReflections", 1.0),
    ("_GlossMapScale", 0.0),
    ("_Glossiness", 0.0),
    ("_GlossyReflections", 0.0),
    ("_Metallic", 0.0),
    ("_OcclusionStrength", 1.0),
    ("_Parallax", 0.005),
    ("_QueueOffset", 0.0),
    ("_ReceiveShadows", 1.0),
    ("_Smoothness", 0.5),
    ("_SmoothnessTextureChannel", 0.0),
    ("_SpecularHighlights", 1.0),
    ("_SrcBlend", 1.0),
    ("_SrcBlendAlpha", 1.0),
    ("_Surface", 0.0),
    ("_WorkflowMode", 1.0),
    ("_ZWrite", 1.0),
];

const COLORS: Colors = [
    ("_BaseColor", [1.0; 4]),
    ("_Color", [1.0; 4]),
    ("_EmissionColor", [0.0, 0.0, 0.0, 1.0]),
    ("_PlaneClipping", [-FAR, FAR, -FAR, FAR]),
    (
        "_SpecColor",
        [0.199_999_96, 0.199_999_96, 0.199_999_96, 1.0],
    ),
    ("_VerticalClipping", [-FAR, FAR, 0.0, 0.0]),
];

const MAPS: Maps = [
    ("_BaseMap", None),
    ("_BumpMap", None),
    ("_EmissionMap", None),
    ("_MainTex", None),
    ("_MetallicGlossMap", None),
    ("_OcclusionMap", None),
    ("_ParallaxMap", None),
    ("_SpecGlossMap", None),
];

impl Properties {
    /// Of the material that is used where a model names none.
    fn default_material() -> Self {
        Self {
            floats: FLOATS,
            colors: COLORS,
            maps: MAPS,
            keywords: Vec::new(),
            lightmap_flags: 4,
            queue: -1,
            render_type: None,
        }
    }

    fn of(material: &Material) -> Self {
        let mut properties = Self::default_material();
        properties.keywords = vec![
            "_ADDITIONAL_LIGHT_SHADOWS",
            "_FORWARD_PLUS",
            "_MAIN_LIGHT_SHADOWS_CASCADE",
            "_SHADOWS_SOFT",
        ];
        if let Some(base) = &material.base {
            properties.base(base);
        }
        properties.surface(material);
        properties.alpha(material.alpha);
        if material.is_double_sided {
            properties.float("_Cull", 0.0);
        }
        properties.keywords.sort_unstable();
        properties
    }

    fn float(&mut self, name: &str, value: f32) {
        let slot = self.floats.iter_mut().find(|(slot, _)| *slot == name);
        slot.expect("a name of the list").1 = value;
    }

    fn color(&mut self, name: &str, value: [f32; 4]) {
        let slot = self.colors.iter_mut().find(|(slot, _)| *slot == name);
        slot.expect("a name of the list").1 = value;
    }

    fn map(&mut self, name: &str, map: Option<Map>) {
        let slot = self.maps.iter_mut().find(|(slot, _)| *slot == name);
        slot.expect("a name of the list").1 = map;
    }

    fn base(&mut self, base: &Base) {
        match *base {
            Base::MetallicRoughness {
                color,
                color_map,
                metallic,
                roughness,
                metallic_roughness_map,
            } => {
                self.color("_BaseColor", encoded(color));
                self.map("_BaseMap", color_map);
                self.float("_Metallic", metallic);
                self.map("_MetallicGlossMap", metallic_roughness_map);
                if metallic_roughness_map.is_some() {
                    self.float("_Smoothness", 1.0);
                    self.keywords.push("_METALLICSPECGLOSSMAP");
                } else {
                    self.float("_Smoothness", 1.0 - roughness);
                }
            }
            Base::SpecularGlossiness {
                diffuse,
                diffuse_map,
                specular: [r, g, b],
                glossiness,
                specular_glossiness_map,
            } => {
                self.color("_BaseColor", encoded(diffuse));
                self.map("_BaseMap", diffuse_map);
                self.color("_SpecColor", [r, g, b, 1.0]);
                self.float("_GlossMapScale", glossiness);
                self.float("_Glossiness", glossiness);
                self.map("_SpecGlossMap", specular_glossiness_map);
                if specular_glossiness_map.is_some() {
                    self.keywords.push("_SPECGLOSSMAP");
                }
            }
        }
    }

    /// Normal, occlusion and emission.
    fn surface(&mut self, material: &Material) {
        if let Some(Scaled { map, strength }) = material.normal {
            self.map("_BumpMap", Some(map));
            self.float("_BumpScale", strength);
            self.keywords.push("_NORMALMAP");
        }
        if let Some(Scaled { map, strength }) = material.occlusion {
            self.map("_OcclusionMap", Some(map));
            self.float("_OcclusionStrength", strength);
            self.keywords.push("_OCCLUSION");
        }
        self.map("_EmissionMap", material.emissive);
        let is_lit = material.emissive_factor != [0.0; 3];
        if is_lit {
            let [r, g, b] = material.emissive_factor.map(|factor| factor * 5.0);
            self.color("_EmissionColor", [r, g, b, 5.0]);
            self.lightmap_flags = 1;
        }
        if is_lit || material.emissive.is_some() {
            self.keywords.push("_EMISSION");
        }
    }

    fn alpha(&mut self, alpha: Alpha) {
        match alpha {
            Alpha::Opaque => {
                self.float("_Cutoff", 0.0);
                self.queue = 2000;
                self.render_type = Some("Opaque");
            }
            Alpha::Mask(cutoff) => {
                self.float("_AlphaClip", 1.0);
                self.float("_Surface", 1.0);
                self.float("_Cutoff", cutoff);
                self.keywords.push("_ALPHATEST_ON");
                self.queue = 2450;
                self.render_type = Some("TransparentCutout");
            }
            Alpha::Blend => {
                self.float("_SrcBlend", 5.0);
                self.float("_DstBlend", 10.0);
                self.float("_ZWrite", 0.0);
                self.float("_Surface", 1.0);
                self.float("_Cutoff", 0.0);
                self.keywords.push("_ALPHAPREMULTIPLY_ON");
                self.queue = 3000;
                self.render_type = Some("Transparent");
            }
        }
    }
}

/// A linear colour as Unity's materials hold it: sRGB, alpha as it is.
fn encoded([r, g, b, a]: [f32; 4]) -> [f32; 4] {
    let encode = |linear: f32| match linear {
        n if n <= 0.0 => 0.0,
        n if n <= 0.003_130_8 => n * 12.92,
        n if n < 1.0 => 1.055 * n.powf(0.416_666_7) - 0.055,
        1.0 => 1.0,
        n => n.powf(0.454_545_45),
    };
    [encode(r), encode(g), encode(b), a]
}

/// The name in Unity of the n-th material.
fn unity_name(material: &Material, index: usize) -> String {
    let source = material.name.to_lowercase();
    let skin = if source.contains("skin") { "_skin" } else { "" };
    let hair = if source.contains("hair") { "_hair" } else { "" };
    format!("material{skin}{hair}_{index}")
}

/// Path ids that materials refer to.
pub(super) struct MaterialIds<'a> {
    pub(super) shader: Reference,
    pub(super) textures: &'a [i64],
}

/// Adds the n-th material, or the default one.
pub(super) fn add_material(
    path_id: i64,
    material: Option<(usize, &Material)>,
    shader: &Shader,
    ids: &MaterialIds<'_>,
    layout: &Layout,
    objects: &mut Objects,
) -> Result<()> {
    let (name, properties, is_double_sided) = match material {
        Some((index, material)) => {
            let name = unity_name(material, index);
            (name, Properties::of(material), material.is_double_sided)
        }
        None => (
            "DCL_Scene".to_owned(),
            Properties::default_material(),
            false,
        ),
    };
    let mut object = layout.draft(class::MATERIAL)?;
    object.set("m_Name", &*name)?;
    object.set("m_Shader", ids.shader)?;
    let is_declared = |keyword: &&&str| shader.keywords.iter().any(|known| known == **keyword);
    let (valid, invalid): (Vec<&&str>, Vec<&&str>) =
        properties.keywords.iter().partition(is_declared);
    let texts = |keywords: Vec<&&str>| keywords.into_iter().map(|k| (*k).into()).collect();
    let (valid, invalid): (Vec<Value>, Vec<Value>) = (texts(valid), texts(invalid));
    object.set("m_ValidKeywords", valid)?;
    object.set("m_InvalidKeywords", invalid)?;
    object.set("m_LightmapFlags", properties.lightmap_flags)?;
    object.set("m_DoubleSidedGI", is_double_sided)?;
    object.set("m_CustomRenderQueue", properties.queue)?;
    if let Some(render_type) = properties.render_type {
        let mut tag = object.element("stringTagMap")?;
        tag.set("first", "RenderType")?.set("second", render_type)?;
        object.set("stringTagMap", vec![tag.done()])?;
    }
    let mut list = Vec::new();
    for (name, value) in properties.floats {
        let mut entry = object.element("m_SavedProperties.m_Floats")?;
        entry.set("first", name)?.set("second", value)?;
        list.push(entry.done());
    }
    object.set("m_SavedProperties.m_Floats", list)?;
    let mut list = Vec::new();
    for (name, color) in properties.colors {
        let mut entry = object.element("m_SavedProperties.m_Colors")?;
        entry.set("first", name)?;
        for (channel, value) in ["r", "g", "b", "a"].iter().zip(color) {
            entry.set(&format!("second.{channel}"), value)?;
        }
        list.push(entry.done());
    }
    object.set("m_SavedProperties.m_Colors", list)?;
    let maps = add_maps(&object, &properties.maps, ids)?;
    object.set("m_SavedProperties.m_TexEnvs", maps)?;
    objects.add(path_id, class::MATERIAL, object)
}

fn add_maps(
    object: &crate::value::Draft<'_>,
    maps: &Maps,
    ids: &MaterialIds<'_>,
) -> Result<Vec<Value>> {
    let mut list = Vec::new();
    for (name, map) in maps {
        let mut entry = object.element("m_SavedProperties.m_TexEnvs")?;
        entry.set("first", *name)?;
        let (mut scale, mut offset) = ([1.0; 2], [0.0; 2]);
        if let Some(map) = map {
            let texture = ids
                .textures
                .get(map.texture)
                .ok_or_else(|| crate::Error::Dangling {
                    from: format!("{name} of a material"),
                    to: format!("texture {}", map.texture),
                })?;
            entry.set("second.m_Texture", Reference::here(*texture))?;
            scale = map.scale;
            // glTF counts v from the top, Unity from the bottom.
            if *map != Map::of(map.texture) {
                offset = [map.offset[0], 1.0 - map.offset[1] - map.scale[1]];
            }
        }
        for (field, [x, y]) in [("m_Scale", scale), ("m_Offset", offset)] {
            entry.set(&format!("second.{field}.x"), x)?;
            entry.set(&format!("second.{field}.y"), y)?;
        }
        list.push(entry.done());
    }
    Ok(list)
}
