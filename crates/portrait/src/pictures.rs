//! The two pictures of a profile, from what is at hand to files.

use crate::assets::Assets;
use crate::avatar::Avatar;
use crate::compose::{self, Composition, compose};
use crate::library::Library;
use crate::picture::{self, png};
use crate::pose::Pose;
use crate::raster::{self, render};
use crate::scene::Scene;
use crate::shot::{Look, Shot};

/// Width and height of the body's picture, pixels.
pub const BODY: (u32, u32) = (256, 512);
/// The same of the face's.
pub const FACE: (u32, u32) = (256, 256);

/// There are no pictures.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Compose(#[from] compose::Error),
    #[error(transparent)]
    Render(#[from] raster::Error),
    #[error(transparent)]
    Encode(#[from] picture::Error),
}

/// The pictures of an avatar.
pub struct Pictures {
    /// PNG of the body.
    pub body: Vec<u8>,
    /// PNG of the face.
    pub face: Vec<u8>,
    /// What is in them, and what is not.
    pub composition: Composition,
}

/// Draws an avatar as profile pictures show it.
///
/// # Errors
/// The body shape is not to be had, or a limit of [`Limits`](crate::Limits) is passed.
pub fn pictures(
    avatar: &Avatar,
    assets: &dyn Assets,
    library: &Library,
    pose: &Pose,
) -> Result<Pictures, Error> {
    let composition = compose(avatar, assets, library)?;
    let scene = Scene::new(&composition, pose);
    let draw = |shot: &Shot| -> Result<Vec<u8>, Error> {
        let picture = render(&scene, shot, &Look::default(), library.limits())?;
        Ok(png(&picture)?)
    };
    let body = draw(&Shot::body(BODY.0, BODY.1))?;
    let face = draw(&Shot::face(FACE.0, FACE.1))?;
    Ok(Pictures {
        body,
        face,
        composition,
    })
}
