//! Composing an avatar: what it wears, what of that is hidden, which parts of the body show.

use std::sync::Arc;

use crate::assets::Assets;
use crate::avatar::{Avatar, Colour};
use crate::category::{Categories, Category, face_part};
use crate::library::{self, Library};
use crate::model::Model;
use crate::parallel;
use crate::rules::{self, Candidate};
use crate::texture::{Kind, Texture};
use crate::wearable::{Wearable, item_urn};

/// Without this there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the body shape {0:?} is not known")]
    NoBodyShape(String),
    #[error("{0:?} is no body shape")]
    NotABodyShape(String),
    #[error("the body shape {urn:?} cannot be used: {cause}")]
    BrokenBodyShape { urn: String, cause: Reason },
}

/// Why something is not worn.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    #[error("no entity is known")]
    Unknown,
    #[error("it has no representation for the body shape")]
    NoRepresentation,
    #[error("another {} comes before it", .0.name())]
    Taken(Category),
    #[error("the avatar wears too much")]
    TooMany,
    #[error(transparent)]
    File(#[from] library::Error),
}

impl Reason {
    /// Whether the picture would be another one if something absent were there: it should be made
    /// again later.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::Unknown | Self::File(library::Error::NoContent(_))
        )
    }
}

/// A wearable of the profile that is not in the picture, and not because of another one's hiding.
#[derive(Debug)]
pub struct LeftOut {
    /// As the profile writes it.
    pub urn: String,
    pub reason: Reason,
}

/// What is shown of a wearable.
#[derive(Clone, Debug)]
pub enum Shape {
    Model(Arc<Model>),
    /// A picture for the face, and the mask that says where it is tinted.
    Face {
        picture: Arc<Texture>,
        mask: Option<Arc<Texture>>,
    },
}

/// A wearable in the picture.
#[derive(Clone, Debug)]
pub struct Worn {
    /// URN of the item.
    pub urn: String,
    pub category: Category,
    pub shape: Shape,
}

/// The colours of a profile.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tints {
    pub eyes: Colour,
    pub hair: Colour,
    pub skin: Colour,
}

/// An avatar ready to be posed.
#[derive(Debug)]
pub struct Composition {
    /// URN of the body shape, lower case.
    pub body_shape: String,
    pub body: Arc<Model>,
    /// In the profile's order, fall-backs of the face behind.
    pub worn: Vec<Worn>,
    /// URNs of items that other items hide.
    pub covered: Vec<String>,
    /// What worn items hide, parts of the body included.
    pub hidden: Categories,
    pub left_out: Vec<LeftOut>,
    pub tints: Tints,
}

/// A wearable that can be worn.
struct Ready {
    wearable: Arc<Wearable>,
    hides: Categories,
    shape: Shape,
}

struct Composer<'a> {
    body_shape: String,
    assets: &'a dyn Assets,
    library: &'a Library,
}

impl Composer<'_> {
    fn ready(&self, urn: &str) -> Result<Ready, Reason> {
        let wearable = self
            .assets
            .wearable(&item_urn(urn))
            .ok_or(Reason::Unknown)?;
        let representation = wearable.representation(&self.body_shape);
        let representation = representation.ok_or(Reason::NoRepresentation)?;
        let shape = if wearable.category.is_face() {
            let (picture, mask) = wearable.face_files(representation);
            let texture =
                |file: &str, kind| self.library.texture(&wearable, file, kind, self.assets);
            Shape::Face {
                picture: texture(picture, Kind::Transparent)?,
                mask: match mask {
                    Some(mask) => Some(texture(mask, Kind::Plain)?),
                    None => None,
                },
            }
        } else {
            let file = &representation.main_file;
            Shape::Model(self.library.model(&wearable, file, self.assets)?)
        };
        Ok(Ready {
            hides: rules::hide_list(&wearable, representation),
            wearable,
            shape,
        })
    }

    fn body(&self) -> Result<(Ready, Arc<Model>), Error> {
        let urn = &self.body_shape;
        let ready = match self.ready(urn) {
            Ok(ready) => ready,
            Err(Reason::Unknown) => return Err(Error::NoBodyShape(urn.clone())),
            Err(cause) => {
                return Err(Error::BrokenBodyShape {
                    urn: urn.clone(),
                    cause,
                });
            }
        };
        match &ready.shape {
            Shape::Model(model) if ready.wearable.category == Category::BodyShape => {
                let model = model.clone();
                Ok((ready, model))
            }
            _ => Err(Error::NotABodyShape(urn.clone())),
        }
    }

    /// Reads what a profile lists: the first of each category, and what is left out.
    fn choose(&self, urns: &[String]) -> (Vec<Ready>, Vec<LeftOut>) {
        let limits = self.library.limits();
        let count = urns.len().min(limits.wearables);
        let read = parallel::map(limits.threads, count, |index| self.ready(&urns[index]));
        let mut left_out: Vec<LeftOut> = Vec::new();
        let mut taken = Categories::NONE.with(Category::BodyShape);
        let mut chosen: Vec<Ready> = Vec::new();
        for (urn, ready) in urns.iter().zip(read) {
            let reason = match ready {
                Ok(ready) if !taken.contains(ready.wearable.category) => {
                    taken = taken.with(ready.wearable.category);
                    chosen.push(ready);
                    continue;
                }
                Ok(ready) => Reason::Taken(ready.wearable.category),
                Err(reason) => reason,
            };
            let urn = urn.clone();
            left_out.push(LeftOut { urn, reason });
        }
        left_out.extend(urns[count..].iter().map(|urn| LeftOut {
            urn: urn.clone(),
            reason: Reason::TooMany,
        }));
        (chosen, left_out)
    }

    /// The face an avatar without one gets.
    fn fall_back(&self, category: Category) -> String {
        let sex = if self.body_shape.ends_with("basefemale") {
            "f_"
        } else {
            ""
        };
        let prefix = "urn:decentraland:off-chain:base-avatars:";
        format!("{prefix}{sex}{}_00", category.name())
    }
}

/// Composes an avatar: reads what it wears, lets the first of each category win, applies the hiding
/// rules, and fills in a face. What cannot be worn is left out with its reason.
///
/// # Errors
/// Only a body shape that is not there, or cannot be used.
pub fn compose(
    avatar: &Avatar,
    assets: &dyn Assets,
    library: &Library,
) -> Result<Composition, Error> {
    let composer = Composer {
        body_shape: item_urn(&avatar.body_shape),
        assets,
        library,
    };
    let (body, model) = composer.body()?;
    let (chosen, mut left_out) = composer.choose(&avatar.wearables);
    let candidate = |ready: &Ready| Candidate {
        category: ready.wearable.category,
        hides: ready.hides,
    };
    let candidates: Vec<_> = std::iter::once(&body)
        .chain(&chosen)
        .map(candidate)
        .collect();
    let verdict = rules::judge(&candidates, Categories::parse(&avatar.force_render));
    let stays = |ready: &Ready| verdict.worn.contains(ready.wearable.category);
    let (mut chosen, covered): (Vec<_>, Vec<_>) = chosen.into_iter().partition(stays);

    for category in [Category::Eyes, Category::Eyebrows, Category::Mouth] {
        if verdict.worn.contains(category) || verdict.hidden.contains(category) {
            continue;
        }
        let urn = composer.fall_back(category);
        match composer.ready(&urn) {
            Ok(ready) => chosen.push(ready),
            Err(reason) => left_out.push(LeftOut { urn, reason }),
        }
    }

    let worn = chosen.into_iter().map(|ready| Worn {
        urn: ready.wearable.urn.clone(),
        category: ready.wearable.category,
        shape: ready.shape,
    });
    Ok(Composition {
        worn: worn.collect(),
        covered: covered
            .iter()
            .map(|ready| ready.wearable.urn.clone())
            .collect(),
        body: model,
        body_shape: composer.body_shape,
        hidden: verdict.hidden,
        left_out,
        tints: Tints {
            eyes: avatar.eyes,
            hair: avatar.hair,
            skin: avatar.skin,
        },
    })
}

impl Composition {
    /// What is worn of a category.
    #[must_use]
    pub fn worn(&self, category: Category) -> Option<&Worn> {
        self.worn.iter().find(|worn| worn.category == category)
    }

    /// Whether a mesh of the body shape shows, by its node's name. Meshes that are no known part
    /// always do.
    #[must_use]
    pub fn shows_part(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let wears = |category| self.worn(category).is_some();
        let hidden = |category| self.hidden.contains(category);
        let skin = wears(Category::Skin);
        let clothed = |category| !(skin || wears(category) || hidden(category));
        let bare = |category| !(skin || hidden(category));
        if let Some(category) = face_part(&name) {
            return bare(category) && !hidden(Category::Head) && wears(category);
        }
        match name {
            name if name.ends_with("ubody_basemesh") => clothed(Category::UpperBody),
            name if name.ends_with("lbody_basemesh") => clothed(Category::LowerBody),
            name if name.ends_with("feet_basemesh") => clothed(Category::Feet),
            name if name.ends_with("hands_basemesh") => bare(Category::Hands),
            name if name.ends_with("head_basemesh") || name.ends_with("head") => {
                bare(Category::Head)
            }
            _ => true,
        }
    }

    /// Whether something is absent that would change the picture.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.left_out.iter().any(|left| left.reason.is_missing())
    }
}
