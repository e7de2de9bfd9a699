//! What is wanted of a conversion.

use crate::limits::Limits;

/// The kind of file that comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Optimised without any extension a reader must know: loads anywhere.
    Plain,
    /// Rounded, compressed by `EXT_meshopt_compression`, images as the encoder makes them.
    Gltf,
}

impl Profile {
    /// Its name in configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gltf => "gltf",
        }
    }

    /// By its name in configuration.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Plain, Self::Gltf]
            .into_iter()
            .find(|profile| profile.name() == name)
    }
}

/// Where images go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImagePlacement {
    /// Into the model file: one request.
    Inside,
    /// Beside it, named by the SHA-256 of their bytes: models share them.
    Siblings,
}

/// Options of a conversion.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The kind of file that comes out.
    pub profile: Profile,
    /// What the input may cost.
    pub limits: Limits,
    /// Threads to use; the result is the same for any number.
    pub threads: usize,
    /// Where images go.
    pub images: ImagePlacement,
    /// Pixels on the longer side of an image that comes out.
    pub image_side_max: u32,
    /// Asked between steps whether to go on; `None` never stops. The caller has the clock.
    pub go_on: Option<&'a (dyn Fn() -> bool + Sync)>,
}

impl Options<'_> {
    /// The usual options of a profile.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            limits: Limits::default(),
            threads: 1,
            images: ImagePlacement::Inside,
            image_side_max: 1024,
            go_on: None,
        }
    }
}
