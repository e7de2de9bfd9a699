//! Two hundred random avatars of the data pack's wearables, against the oracle, and drawn.

use std::collections::BTreeMap;

use portrait::{Avatar, Colour, Composition, Library, Limits, Look, Scene, Shot, compose, render};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::{Value, json};

use crate::oracle::{self, Expected};
use crate::pack::Pack;

const BASE: &str = "urn:decentraland:off-chain:base-avatars:";
const HIDEABLE: [&str; 20] = [
    "eyebrows",
    "eyes",
    "facial_hair",
    "hair",
    "body_shape",
    "mouth",
    "upper_body",
    "lower_body",
    "feet",
    "earring",
    "eyewear",
    "hat",
    "helmet",
    "mask",
    "tiara",
    "top_head",
    "skin",
    "hands_wear",
    "head",
    "hands",
];

struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0.next_u32() as usize % count
    }

    fn names(&mut self, most: usize) -> Vec<String> {
        let count = self.below(most + 1);
        (0..count)
            .map(|_| HIDEABLE[self.below(HIDEABLE.len())].to_owned())
            .collect()
    }

    fn colour(&mut self) -> Colour {
        let [r, g, b] = [(); 3].map(|()| f64::from(self.0.next_u32() % 256) / 255.0);
        Colour { r, g, b }
    }
}

/// The base set has no hats, helmets, masks, skins or gloves, and hides hardly anything. So items of it
/// are worn under other categories, with hides of all kinds.
fn invented(dice: &mut Dice, entities: &[Value]) -> Vec<Value> {
    let meshes: Vec<&Value> = entities
        .iter()
        .filter(|entity| {
            let category = entity["metadata"]["data"]["category"]
                .as_str()
                .unwrap_or_default();
            !["eyes", "eyebrows", "mouth", "body_shape"].contains(&category)
        })
        .collect();
    let categories = [
        "hat",
        "helmet",
        "mask",
        "top_head",
        "skin",
        "hands_wear",
        "tiara",
        "eyewear",
        "upper_body",
        "hair",
        "lower_body",
    ];
    (0..60)
        .map(|index| {
            let mut entity = meshes[dice.below(meshes.len())].clone();
            let urn = format!("urn:decentraland:matic:collections-v2:0xabc:{index}");
            entity["id"] = json!(format!("invented {index}"));
            entity["pointers"] = json!([urn]);
            entity["metadata"]["id"] = json!(urn);
            let data = &mut entity["metadata"]["data"];
            data["category"] = json!(categories[dice.below(categories.len())]);
            data["hides"] = json!(dice.names(4));
            data["replaces"] = json!(dice.names(2));
            if dice.below(3) == 0 {
                data["removesDefaultHiding"] = json!(["hands"]);
            }
            for representation in data["representations"].as_array_mut().expect("a list") {
                if dice.below(4) == 0 {
                    representation["overrideHides"] = json!(dice.names(3));
                    representation["overrideReplaces"] = json!(dice.names(2));
                }
            }
            entity
        })
        .collect()
}

fn assert_as_expected(composition: &Composition, expected: &Expected, what: &str) {
    let worn: BTreeMap<String, String> = composition
        .worn
        .iter()
        .map(|worn| (worn.category.name().to_owned(), worn.urn.clone()))
        .collect();
    assert_eq!(
        worn.len(),
        composition.worn.len(),
        "{what}: one of a category"
    );
    let actual = Expected {
        worn,
        covered: composition.covered.iter().cloned().collect(),
        hidden: composition
            .hidden
            .iter()
            .map(|category| category.name().to_owned())
            .collect(),
    };
    assert_eq!(actual, *expected, "{what}");
    let parts = [
        ("M_uBody_BaseMesh", "ubody"),
        ("F_lBody_BaseMesh", "lbody"),
        ("M_Feet_BaseMesh", "feet"),
        ("M_Hands_BaseMesh", "hands"),
        ("M_Head_BaseMesh", "head"),
        ("F_Head", "head"),
        ("F_Mask_Eyes", "eyes"),
        ("M_Mask_Eyebrows", "eyebrows"),
        ("M_Mask_Mouth", "mouth"),
    ];
    for (mesh, part) in parts {
        assert_eq!(
            composition.shows_part(mesh),
            oracle::shows(expected, part),
            "{what}: {mesh}"
        );
    }
    assert!(composition.shows_part("Something_Else"));
}

#[test]
fn random_avatars_are_composed_by_the_rules_and_have_their_head() {
    let Some(mut pack) = Pack::open("two hundred random avatars") else {
        return;
    };
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(20_261_126));
    let mut entities = pack.entities();
    let more = invented(&mut dice, &entities);
    for entity in &more {
        let wearable = portrait::Wearable::from_entity_json(entity.to_string().as_bytes());
        pack.assets.add_wearable(wearable.expect("an entity"));
    }
    entities.retain(|entity| entity["metadata"]["data"]["category"] != "body_shape");
    let base = entities.len();
    entities.extend(more);
    let limits = Limits {
        threads: 2,
        texture_side_kept: 256,
        ..Limits::default()
    };
    let library = Library::new(limits);
    let (mut heads, mut hidden_heads, mut covered) = (0, 0, 0);
    for round in 0..200 {
        let body_shape = format!("{BASE}{}", ["BaseMale", "BaseFemale"][dice.below(2)]);
        let count = 3 + dice.below(12);
        // Half of what is worn is invented: that is what hides.
        let profile: Vec<&Value> = (0..count)
            .map(|index| match index % 2 {
                0 => &entities[dice.below(base)],
                _ => &entities[base + dice.below(entities.len() - base)],
            })
            .collect();
        let forced = dice.names(2);
        let urn = |entity: &&Value| match entity["metadata"]["id"].as_str() {
            Some(urn) if urn.contains("collections-v2") => format!("{urn}:{round}"),
            urn => urn.unwrap_or_default().to_owned(),
        };
        let avatar = Avatar {
            body_shape: body_shape.clone(),
            wearables: profile.iter().map(urn).collect(),
            force_render: forced.clone(),
            eyes: dice.colour(),
            hair: dice.colour(),
            skin: dice.colour(),
        };
        let what = format!("round {round}: {avatar:?}");
        let composition = compose(&avatar, &pack.assets, &library).expect("a composition");
        let expected = oracle::decide(&body_shape, &profile, &forced);
        assert_as_expected(&composition, &expected, &what);
        covered += expected.covered.len();
        let scene = Scene::new(&composition, &pack.pose);
        let face = render(
            &scene,
            &Shot::face(32, 32),
            &Look::default(),
            library.limits(),
        );
        let face = face.expect("a picture");
        render(
            &scene,
            &Shot::body(32, 64),
            &Look::default(),
            library.limits(),
        )
        .expect("a picture");
        if oracle::shows(&expected, "head") {
            heads += 1;
            // Where the nose is.
            assert_eq!(
                face.pixel(16, 20).map(|pixel| pixel[3]),
                Some(255),
                "{what}"
            );
        } else {
            hidden_heads += 1;
        }
    }
    println!("{heads} heads, {hidden_heads} hidden by the rules, {covered} items covered");
    assert!(
        heads > 50 && hidden_heads > 20 && covered > 100,
        "{heads} {hidden_heads} {covered}"
    );
}
