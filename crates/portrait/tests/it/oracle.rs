//! The hiding rules once more, written from the rules' text alone on names and JSON, to check the crate
//! against. Slow and plain on purpose; it shares nothing with the crate.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

type Names = BTreeSet<String>;

/// What should come of an avatar.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Expected {
    /// Pairs of category and item.
    pub(crate) worn: BTreeMap<String, String>,
    pub(crate) covered: Names,
    pub(crate) hidden: Names,
}

fn names(value: &Value) -> Names {
    let list = value.as_array().into_iter().flatten();
    list.filter_map(|name| name.as_str().map(str::to_owned))
        .collect()
}

fn representation<'a>(entity: &'a Value, body_shape: &str) -> Option<&'a Value> {
    let list = entity["metadata"]["data"]["representations"].as_array()?;
    list.iter().find(|representation| {
        let shapes = names(&representation["bodyShapes"]);
        shapes
            .iter()
            .any(|shape| shape.to_lowercase() == body_shape.to_lowercase())
    })
}

fn category(entity: &Value) -> String {
    entity["metadata"]["data"]["category"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn urn(entity: &Value) -> String {
    entity["metadata"]["id"]
        .as_str()
        .unwrap_or_default()
        .to_lowercase()
}

const HIDDEN_BY_SKIN: &str =
    "head hair facial_hair mouth eyebrows eyes upper_body lower_body feet hands_wear";

fn hides(entity: &Value, body_shape: &str) -> Names {
    let data = &entity["metadata"]["data"];
    let representation = representation(entity, body_shape).expect("a representation");
    let choose = |own: &str, shared: &str| {
        let own = names(&representation[own]);
        if own.is_empty() {
            names(&data[shared])
        } else {
            own
        }
    };
    let mut list = choose("overrideHides", "hides");
    let hides_torso = list.contains("upper_body");
    list.extend(choose("overrideReplaces", "replaces"));
    let own = category(entity);
    if (own == "upper_body" || hides_torso)
        && !names(&data["removesDefaultHiding"]).contains("hands")
    {
        list.insert("hands".to_owned());
    }
    if own == "skin" {
        list.extend(HIDDEN_BY_SKIN.split(' ').map(str::to_owned));
    }
    list.remove(&own);
    list
}

const ORDER: &str = "skin upper_body hands_wear lower_body feet helmet hat top_head mask eyewear earring \
                     tiara hair eyebrows eyes mouth facial_hair body_shape";

/// Decides as the rules say. `profile` are the entities of the profile's wearables in its order.
pub(crate) fn decide(body_shape: &str, profile: &[&Value], forced: &[String]) -> Expected {
    let mut slots: BTreeMap<String, &Value> = BTreeMap::new();
    for entity in profile {
        if representation(entity, body_shape).is_some() {
            slots.entry(category(entity)).or_insert(entity);
        }
    }
    let mut first_pass = Names::new();
    for slot in ORDER.split_whitespace() {
        if first_pass.contains(slot) {
            continue;
        }
        if let Some(entity) = slots.get(slot) {
            first_pass.extend(hides(entity, body_shape));
        }
    }
    for name in forced {
        first_pass.remove(name);
    }
    let mut expected = Expected::default();
    for (slot, entity) in &slots {
        if first_pass.contains(slot) {
            expected.covered.insert(urn(entity));
        } else {
            expected.worn.insert(slot.clone(), urn(entity));
            expected.hidden.extend(hides(entity, body_shape));
        }
    }
    for name in forced {
        expected.hidden.remove(name);
    }
    let prefix = if body_shape.to_lowercase().ends_with("basefemale") {
        "f_"
    } else {
        ""
    };
    for slot in ["eyes", "mouth", "eyebrows"] {
        if !expected.worn.contains_key(slot) && !expected.hidden.contains(slot) {
            let item = format!("urn:decentraland:off-chain:base-avatars:{prefix}{slot}_00");
            expected.worn.insert(slot.to_owned(), item);
        }
    }
    expected
}

/// Whether a mesh of the body shows, by a part of its name.
pub(crate) fn shows(expected: &Expected, part: &str) -> bool {
    let worn = |slot: &str| expected.worn.contains_key(slot);
    let hidden = |slot: &str| expected.hidden.contains(slot);
    if worn("skin") {
        return false;
    }
    match part {
        "ubody" => !worn("upper_body") && !hidden("upper_body"),
        "lbody" => !worn("lower_body") && !hidden("lower_body"),
        "feet" => !worn("feet") && !hidden("feet"),
        "hands" => !hidden("hands"),
        "head" => !hidden("head"),
        face => !hidden(face) && !hidden("head") && worn(face),
    }
}
