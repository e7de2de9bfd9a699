//! What a wearable can be, and what of an avatar can be hidden.

/// A slot of an avatar: one wearable of each can be worn. `Head` and `Hands` are parts of the body
/// that can only be hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    BodyShape,
    Skin,
    UpperBody,
    HandsWear,
    LowerBody,
    Feet,
    Helmet,
    Hat,
    TopHead,
    Mask,
    Eyewear,
    Earring,
    Tiara,
    Hair,
    Eyebrows,
    Eyes,
    Mouth,
    FacialHair,
    Head,
    Hands,
}

use Category as C;

const NAMES: [(Category, &str); 20] = [
    (C::BodyShape, "body_shape"),
    (C::Skin, "skin"),
    (C::UpperBody, "upper_body"),
    (C::HandsWear, "hands_wear"),
    (C::LowerBody, "lower_body"),
    (C::Feet, "feet"),
    (C::Helmet, "helmet"),
    (C::Hat, "hat"),
    (C::TopHead, "top_head"),
    (C::Mask, "mask"),
    (C::Eyewear, "eyewear"),
    (C::Earring, "earring"),
    (C::Tiara, "tiara"),
    (C::Hair, "hair"),
    (C::Eyebrows, "eyebrows"),
    (C::Eyes, "eyes"),
    (C::Mouth, "mouth"),
    (C::FacialHair, "facial_hair"),
    (C::Head, "head"),
    (C::Hands, "hands"),
];

impl Category {
    /// The category of a name in metadata, whatever its case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let mut named = NAMES.iter();
        let found = named.find(|(_, text)| text.eq_ignore_ascii_case(name.trim()));
        found.map(|(category, _)| *category)
    }

    /// The name in metadata.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// Whether a wearable can be of it: all but the parts of the body.
    #[must_use]
    pub fn is_worn(self) -> bool {
        !matches!(self, Self::Head | Self::Hands)
    }

    /// Whether it is a picture on the face instead of a mesh.
    #[must_use]
    pub fn is_face(self) -> bool {
        matches!(self, Self::Eyes | Self::Eyebrows | Self::Mouth)
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(category, _)| *category)
    }
}

/// A set of categories.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Categories(u32);

impl Categories {
    /// The set that holds nothing.
    pub const NONE: Self = Self(0);

    /// The categories of these names; names nobody knows are passed over.
    #[must_use]
    pub fn parse<T: AsRef<str>>(names: &[T]) -> Self {
        let names = names.iter();
        names
            .filter_map(|name| Category::parse(name.as_ref()))
            .collect()
    }

    #[must_use]
    pub fn contains(self, category: Category) -> bool {
        self.0 & (1 << category as u32) != 0
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub fn with(self, category: Category) -> Self {
        Self(self.0 | 1 << category as u32)
    }

    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The members, in the order of the enum.
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::all().filter(move |category| self.contains(*category))
    }
}

impl FromIterator<Category> for Categories {
    fn from_iter<I: IntoIterator<Item = Category>>(categories: I) -> Self {
        categories.into_iter().fold(Self::NONE, Self::with)
    }
}

impl std::fmt::Debug for Categories {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set()
            .entries(self.iter().map(Category::name))
            .finish()
    }
}

/// The category whose picture a mesh of the body shape carries, by its node's name in lower case.
pub(crate) fn face_part(name: &str) -> Option<Category> {
    let ends = |end: &str| name.ends_with(end);
    match () {
        () if ends("mask_eyes") => Some(Category::Eyes),
        () if ends("mask_eyebrows") => Some(Category::Eyebrows),
        () if ends("mask_mouth") => Some(Category::Mouth),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_categories_are_in_one_order() {
        for (index, category) in Category::all().enumerate() {
            assert_eq!(category as usize, index);
            assert_eq!(
                Category::parse(&category.name().to_uppercase()),
                Some(category)
            );
        }
    }
}
