//! Textures, and bundles of one.

use super::assembly::{Layout, Objects, assemble};
use super::main_asset::{Listing, add_main, add_metadata};
use super::{Identity, Target, class};
use crate::value::Reference;
use crate::{Error, Result};

/// An image with its smaller levels, as the graphics card wants it. Rows go from the bottom up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texture<'a> {
    /// `image_{index}` in a model, the content id in a bundle of its own.
    pub name: &'a str,
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// How the pixels are coded.
    pub format: TextureFormat,
    /// How many levels, the full size included.
    pub levels: u32,
    /// What the numbers mean.
    pub color_space: ColorSpace,
    /// Beyond the edge, in u and v.
    pub wrap: [Wrap; 2],
    /// All levels, from the largest on, back to back.
    pub pixels: &'a [u8],
}

/// Codings of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextureFormat {
    /// Four bytes a pixel.
    Rgba32,
    /// 8 bytes for 4×4 pixels, no alpha to speak of.
    Dxt1,
    /// 16 bytes for 4×4 pixels.
    Dxt5,
    /// 16 bytes for 4×4 pixels: colour.
    Bc7,
    /// 16 bytes for 4×4 pixels of two channels: normals.
    Bc5,
}

/// What the numbers of a texture mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorSpace {
    /// Data.
    Linear,
    /// Colour.
    Srgb,
}

/// What lies beyond a texture's edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Wrap {
    #[default]
    Repeat,
    Clamp,
    Mirror,
}

impl TextureFormat {
    fn number(self) -> i32 {
        match self {
            Self::Rgba32 => 4,
            Self::Dxt1 => 10,
            Self::Dxt5 => 12,
            Self::Bc7 => 25,
            Self::Bc5 => 27,
        }
    }

    /// Bytes of a level of this size.
    #[must_use]
    pub fn level_bytes(self, width: u32, height: u32) -> u64 {
        let blocks = u64::from(width.div_ceil(4)) * u64::from(height.div_ceil(4));
        match self {
            Self::Rgba32 => u64::from(width) * u64::from(height) * 4,
            Self::Dxt1 => blocks * 8,
            Self::Dxt5 | Self::Bc7 | Self::Bc5 => blocks * 16,
        }
    }
}

impl Texture<'_> {
    /// Sizes agree with the pixels that are there.
    fn check(&self) -> Result<()> {
        let longer = self.width.max(self.height);
        if self.width == 0 || self.height == 0 || longer > 1 << 14 {
            let text = format!("{} by {} pixels", self.width, self.height);
            return Err(Error::invalid("size of a texture", text));
        }
        if self.levels == 0 || self.levels > longer.ilog2() + 1 {
            let text = format!("{} for {longer} pixels", self.levels);
            return Err(Error::invalid("levels of a texture", text));
        }
        let level = |n: u32| ((self.width >> n).max(1), (self.height >> n).max(1));
        let sizes = (0..self.levels).map(level);
        let needed: u64 = sizes.map(|(w, h)| self.format.level_bytes(w, h)).sum();
        if needed != self.pixels.len() as u64 {
            let text = format!("{} bytes, {needed} are needed", self.pixels.len());
            return Err(Error::invalid("pixels of a texture", text));
        }
        Ok(())
    }
}

/// Adds a Texture2D.
pub(super) fn add_texture(
    path_id: i64,
    texture: &Texture<'_>,
    layout: &Layout,
    objects: &mut Objects,
) -> Result<()> {
    texture.check()?;
    let mut object = layout.draft(class::TEXTURE_2D)?;
    object.set("m_Name", texture.name)?;
    object.set_if_known("m_ForcedFallbackFormat", TextureFormat::Rgba32.number())?;
    object.set("m_Width", texture.width)?;
    object.set("m_Height", texture.height)?;
    object.set("m_CompleteImageSize", texture.pixels.len() as u32)?;
    object.set("m_TextureFormat", texture.format.number())?;
    object.set("m_MipCount", texture.levels)?;
    object.set("m_ImageCount", 1)?;
    object.set("m_TextureDimension", 2)?;
    object.set("m_TextureSettings.m_FilterMode", 1)?;
    object.set("m_TextureSettings.m_Aniso", 1)?;
    let [u, v] = texture.wrap.map(|wrap| wrap as i32);
    object.set("m_TextureSettings.m_WrapU", u)?;
    object.set("m_TextureSettings.m_WrapV", v)?;
    object.set("m_TextureSettings.m_WrapW", u)?;
    object.set("m_ColorSpace", texture.color_space as i32)?;
    object.set("image data", texture.pixels)?;
    objects.add(path_id, class::TEXTURE_2D, object)
}

/// A bundle of one texture, under the address `{name}.{extension}`.
///
/// # Errors
/// When the texture's size, levels and pixels don't agree.
pub fn texture_bundle(
    mut identity: Identity,
    texture: &Texture<'_>,
    extension: &str,
    target: &Target,
) -> Result<Vec<u8>> {
    let classes = [class::TEXTURE_2D, class::TEXT_ASSET, class::ASSET_BUNDLE];
    let layout = Layout::new(target.engine, &classes);
    let mut objects = Objects::default();
    let id = identity.ids.give("texture");
    add_texture(id, texture, &layout, &mut objects)?;
    let asset = Reference::here(id);
    let listing = Listing {
        address: format!("{}.{extension}", texture.name),
        asset,
        preload: vec![asset],
    };
    let listings = vec![listing, add_metadata(&mut identity, &layout, &mut objects)?];
    add_main(
        &identity,
        target.engine,
        &layout,
        &mut objects,
        listings,
        &[],
    )?;
    assemble(&identity, target, &layout, &objects, Vec::new())
}
