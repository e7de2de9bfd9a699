//! What the demo world's authors can make: words, colours, and the base wardrobe.

/// One item of the base wardrobe.
pub(super) struct Base {
    pub(super) name: &'static str,
    pub(super) category: &'static str,
}

/// What everybody may wear; the bodies come first.
pub(super) const BASE_WEARABLES: [Base; 10] = [
    Base {
        name: "BaseMale",
        category: "body_shape",
    },
    Base {
        name: "BaseFemale",
        category: "body_shape",
    },
    Base {
        name: "eyes_00",
        category: "eyes",
    },
    Base {
        name: "eyebrows_00",
        category: "eyebrows",
    },
    Base {
        name: "mouth_00",
        category: "mouth",
    },
    Base {
        name: "casual_hair_01",
        category: "hair",
    },
    Base {
        name: "green_hoodie",
        category: "upper_body",
    },
    Base {
        name: "brown_pants",
        category: "lower_body",
    },
    Base {
        name: "sneakers",
        category: "feet",
    },
    Base {
        name: "black_sun_glasses",
        category: "eyewear",
    },
];

/// Categories of collection items, with the box that stands for one: centre and size.
pub(super) const SHAPES: [(&str, [f32; 3], [f32; 3]); 5] = [
    ("hat", [0.0, 1.85, 0.0], [0.34, 0.14, 0.34]),
    ("upper_body", [0.0, 1.25, 0.0], [0.46, 0.56, 0.28]),
    ("lower_body", [0.0, 0.65, 0.0], [0.36, 0.72, 0.24]),
    ("feet", [0.0, 0.08, 0.04], [0.34, 0.16, 0.34]),
    ("eyewear", [0.0, 1.66, 0.13], [0.26, 0.06, 0.05]),
];

/// Rarities with their greatest supply.
pub(super) const RARITIES: [&str; 8] = [
    "unique",
    "mythic",
    "exotic",
    "legendary",
    "epic",
    "rare",
    "uncommon",
    "common",
];

/// Categories of emotes.
pub(super) const EMOTES: [&str; 6] = ["dance", "stunt", "greetings", "fun", "poses", "reactions"];

pub(super) const ADJECTIVES: [&str; 12] = [
    "Quiet", "Golden", "Crooked", "Floating", "Neon", "Old", "Windy", "Hidden", "Paper", "Velvet",
    "Salt", "Northern",
];

pub(super) const PLACES: [&str; 12] = [
    "Lighthouse",
    "Market",
    "Library",
    "Garden",
    "Harbour",
    "Arena",
    "Workshop",
    "Theatre",
    "Bakery",
    "Observatory",
    "Gallery",
    "Bridge",
];

pub(super) const TAGS: [&str; 8] = [
    "art",
    "game",
    "social",
    "music",
    "shop",
    "fashion",
    "education",
    "parkour",
];
